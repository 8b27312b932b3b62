"""Keeping a batch of drafts: new, revised or known; tagged; grouped; committed together; indexed.

The one way into the database, whether an article came by feed, import or
sample, so that all are treated alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.analysis.corrections import apply
from monitor.analysis.group_keys import Keys, remember_about
from monitor.analysis.stories import Grouper
from monitor.analysis.story_decisions import held
from monitor.analysis.tagging import Tagger
from monitor.config import Config
from monitor.ingest import learned
from monitor.ingest.decide import digest
from monitor.ingest.improve import differs
from monitor.ingest.memory import give_back
from monitor.ingest.prepare import Analysis, Prepared, Preparer, group_item
from monitor.ingest.renew import Renewal, renewal
from monitor.ingest.warc import Recorder
from monitor.ingest.workers import Workers
from monitor.models import Draft, Tags, TextStatus
from monitor.store import (
    articles,
    corrections,
    furniture,
    grouping,
    neighbours,
    passes,
    progress,
    retagging,
    search,
    story_decisions,
)
from monitor.store.database import Connection, asking, transaction
from monitor.store.folder import DataFolder
from monitor.store.ids import IdSource
from monitor.store.rereading import REEXTRACTION, Present
from monitor.store.watched import ensure_outlets


@dataclass(slots=True)
class Counts:
    """What a batch, or a whole pass, came to."""

    articles: int = 0
    revisions: int = 0
    unchanged: int = 0

    def __iadd__(self, other: Counts) -> Counts:
        self.articles += other.articles
        self.revisions += other.revisions
        self.unchanged += other.unchanged
        return self


@dataclass(slots=True)
class Kept:
    """What became of a batch: counts, the article behind each draft, in order, and the new ones."""

    counts: Counts
    article_ids: list[int] = field(default_factory=list)
    new: set[int] = field(default_factory=set)


_Change = tuple[int, int, str, Draft]  # article_id, revision_id, digest, draft
_FEW = 20  # articles that are analysed here sooner than they are sent to workers


class Archive:
    """The live database as ingest uses it, and the workers that prepare what goes in."""

    def __init__(
        self,
        folder: DataFolder,
        connection: Connection,
        config: Config,
        workers: Workers,
        recorder: Recorder,
    ) -> None:
        self.folder = folder
        self.connection = connection
        self.config = config
        self.workers = workers
        self.recorder = recorder
        self.retagged: int | None = None  # articles tagged again as it was opened
        self.ids = IdSource(articles.last_id(connection))
        self._tagger = Tagger(config)
        self._names = corrections.names_of(config)
        self._held = corrections.held_in(folder)
        self._decided = held(story_decisions.noted(asking(connection)))
        self._preparer = Preparer(config)

    def keep(self, items: Sequence[Draft | Prepared], *, now: datetime) -> Kept:
        """Commit `items`; the same again change nothing.

        Drafts that come without their analysis are analysed only where they are new.
        """
        kept = Kept(Counts())
        for batch in _without_repeats(items):
            pages = [item for item in batch if isinstance(item, Prepared)]
            known = self._known(batch)
            again = renewal(self.connection, self.folder, self.workers, pages, known, now=now)
            if again.better:
                self.reread(again.better, now=now)
                known = self._known(batch)
            with transaction(self.connection):
                self._keep(batch, kept, known, again, now)
        search.index_new(self.folder, self.connection)
        give_back()
        return kept

    def _known(self, items: Iterable[Draft | Prepared]) -> dict[str, articles.Known]:
        return articles.known_articles(self.connection, [_draft(item).url_key for item in items])

    def reread(self, items: Sequence[tuple[Present, Prepared]], *, now: datetime) -> int:
        """Commit what the same pages give now as revisions made by a re-extraction.

        Only where it differs from what is there; returns how many articles it was.
        """
        revised: list[_Change] = []
        prepared = {item.draft.url_key: item for _, item in items}
        with transaction(self.connection):
            cleaned = self._without_furniture([item.draft for _, item in items], prepared, now)
            for old, item in items:
                clean = cleaned.get(item.draft.url_key, item.draft)
                if differs(old, clean):
                    # The digest is of the page as it is: the same page is then known again.
                    mark = digest(replace(item.draft, seen_at=now))
                    new = replace(clean, seen_at=now, made_by=REEXTRACTION)
                    revised.append((old.article_id, self.ids.next(now), mark, new))
            self._write([], revised, prepared, now)
        search.index_new(self.folder, self.connection)
        return len(revised)

    def retag(
        self, article_ids: Iterable[int] | None, *, purpose: str, settings: Mapping[str, str],
        on_batch: Callable[[int], None] = lambda _: None,
        go_on: Callable[[], bool] = lambda: True,
    ) -> int | None:  # fmt: skip
        """Tag articles again by the present watchlist, all without `article_ids`.

        Cut short and begun again for the same `purpose`, it goes on; others may write meanwhile.
        Everything takes its place at once, together with `settings`; returns how many articles
        were looked at, None where `go_on` said no before all were.
        """
        wanted = None if article_ids is None else set(article_ids)
        total = articles.count(self.connection) if wanted is None else len(wanted)
        after = retagging.begin(self.connection, purpose)
        done = retagging.count(self.connection)
        for batch in articles.wordings(asking(self.connection), wanted, after=after):
            progress.note(self.folder, "retagging", done=done, total=total)
            found = {w.article_id: corrections.machine_tags(self._tagger, w) for w in batch}
            retagging.set_aside(self.connection, found)
            done += len(batch)
            on_batch(len(batch))
            if not go_on():
                return None
        with transaction(self.connection):
            retagging.take_over(self.connection)
            self._correct(list(self._held))
            for key, value in settings.items():
                passes.set_setting(self.connection, key, value)
        progress.clear(self.folder)
        return done

    def apply_desk(self, *, now: datetime) -> int:
        """Bring tags and stories up to what the desk says now; how many articles that touched."""
        return self._apply_corrections() + self._apply_story_decisions(now)

    def _apply_story_decisions(self, now: datetime) -> int:
        wanted = story_decisions.decided_in(self.folder)
        todo = story_decisions.plan(asking(self.connection), wanted)
        if todo is None:
            return 0
        with transaction(self.connection):
            story_decisions.carry_out(self.connection, todo, at=now)
        self._decided = held(wanted)
        return len(todo.placed)

    def _apply_corrections(self) -> int:
        self._held = corrections.held_in(self.folder)
        keys = corrections.differing(self._held, corrections.applied(self.connection))
        if not keys:
            return 0
        with transaction(self.connection):
            return self._correct(keys)

    def _correct(self, keys: Sequence[str]) -> int:
        """Tag the articles under `keys` again, with their corrections."""
        rows = asking(self.connection)
        ids = corrections.ids_of(rows, keys)
        for batch in articles.wordings(rows, ids.values()):
            tags = {
                w.article_id: corrections.tags_of(self._tagger, w, self._held, self._names)
                for w in batch
            }
            articles.set_tags(self.connection, tags)
            articles.copy_down(self.connection, list(tags))
        gone = {key: 0 for key in keys if key not in ids and key not in self._held}
        corrections.note(self.connection, ids | gone, self._held)
        return len(ids)

    def _corrected(self, tags: Tags, key: str, title: str, text: str) -> Tags:
        held = self._held.get(key)
        if not held:
            return tags
        return apply(tags, held, title=title, text=text, names=self._names)

    def _keep(
        self, items: Sequence[Draft | Prepared], kept: Kept, known: Mapping[str, articles.Known],
        again: Renewal, now: datetime,
    ) -> None:  # fmt: skip
        prepared = {i.draft.url_key: i for i in items if isinstance(i, Prepared)}
        drafts = [_draft(item) for item in items]
        new: list[_Change] = []
        revised: list[_Change] = []
        for item in drafts:
            mark, there = digest(item), known.get(item.url_key)
            if there is None:
                article_id = self.ids.next(now)
                new.append((article_id, self.ids.next(now), mark, item))
            else:
                article_id = there.article_id
                same = mark in there.digests or mark == again.marks.get(item.url_key)
                if same or _is_poorer(item, there):
                    kept.counts.unchanged += 1
                else:
                    # Of two extractors' readings of what may be one page nobody else is to blame.
                    made_by = REEXTRACTION if item.url_key in again.lost else item.made_by
                    change = replace(item, made_by=made_by)
                    revised.append((article_id, self.ids.next(now), mark, change))
            kept.article_ids.append(article_id)
        kept.counts.articles += len(new)
        kept.new.update(change[0] for change in new)
        own = sum(change[3].made_by is None for change in revised)
        kept.counts.revisions += own
        kept.counts.unchanged += len(revised) - own
        cleaned = self._without_furniture([c[3] for c in (*new, *revised)], prepared, now)
        new = [(*c[:3], cleaned.get(c[3].url_key, c[3])) for c in new]
        revised = [(*c[:3], cleaned.get(c[3].url_key, c[3])) for c in revised]
        self._write(new, revised, prepared, now)

    def _write(
        self,
        new: Sequence[_Change],
        revised: Sequence[_Change],
        prepared: dict[str, Prepared],
        now: datetime,
    ) -> None:
        """Put new and revised articles into all tables; `prepared` holds pages by url_key."""
        if not new and not revised:
            return
        articles.insert_articles(self.connection, new)
        articles.revise_articles(self.connection, revised)
        changes = [*new, *revised]
        found = self._analyse([c[3] for c in changes], prepared)
        analysed = {c[0]: a for c, a in zip(changes, found, strict=True)}
        tags = {
            i: self._corrected(analysed[i].tags, d.url_key, d.title, d.text or d.description)
            for i, _, _, d in changes
        }
        articles.set_tags(self.connection, tags, replace=bool(revised))
        retagging.leave_out(self.connection, [c[0] for c in revised])
        touched = self._group(changes, analysed, {c[0] for c in revised}, now)
        articles.copy_down(self.connection, sorted({c[0] for c in changes} | touched))

    def _without_furniture(
        self, drafts: Sequence[Draft], prepared: dict[str, Prepared], now: datetime
    ) -> dict[str, Draft]:
        """Learn the standing lines of outlets from their pages; the drafts that lose some.

        They are taken out of `prepared`, whose analyses are of the text as it was. Only
        pages are looked at: records and feeds bring the text that somebody meant.
        """
        pages = [d for d in drafts if d.url_key in prepared and prepared[d.url_key].lines]
        if not pages:
            return {}
        outlets = ensure_outlets(self.connection, ((d.outlet, d.domain, d.sample) for d in pages))
        seen = [
            ((outlets[d.outlet.lower()], line), context)
            for d in pages
            for line, context in prepared[d.url_key].lines
        ]
        known = furniture.learn(self.connection, seen, at=now)
        cleaned = {}
        for item in pages:
            own = {line for outlet, line in known if outlet == outlets[item.outlet.lower()]}
            text = learned.without(item.text, own.__contains__) if own else item.text
            if text != item.text:
                cleaned[item.url_key] = replace(item, text=text)
                del prepared[item.url_key]
        return cleaned

    def _analyse(self, drafts: Sequence[Draft], prepared: Mapping[str, Prepared]) -> list[Analysis]:
        """The Analysis of each draft, taken from `prepared` where it is there."""
        missing = [d for d in drafts if d.url_key not in prepared]
        made = (
            self.workers.drafts(missing) if len(missing) > _FEW else self._preparer.drafts(missing)
        )
        ready = {key: page.analysis for key, page in prepared.items()}
        ready.update((d.url_key, a) for d, a in zip(missing, made, strict=True))
        return [ready[d.url_key] for d in drafts]

    def _group(
        self,
        changes: Iterable[_Change],
        analysed: Mapping[int, Analysis],
        revised: set[int],
        now: datetime,
    ) -> set[int]:
        """Place new articles; a revised one keeps its place, with the keys of its new wording."""
        items = [group_item(article_id, draft) for article_id, _, _, draft in changes]
        keys: dict[int, Keys] = {i: a.keys for i, a in analysed.items()}
        dated = {int(i.id): i.published_at for i in items}
        for item in items:
            if about := analysed[int(item.id)].about:
                remember_about(item, about)
        fresh = [i for i in items if int(i.id) not in revised]
        grouping.replace_keys(self.connection, keys, dated)
        near = neighbours.candidates(self.connection, [int(i.id) for i in fresh], self._decided)
        grouper = Grouper(near.placed, copied=near.copied, unread=near.unread, held=near.held)
        grouper.add_all(fresh, keys=keys)
        touched = set(grouping.place(self.connection, grouper.placements().values()))
        merged = {int(old): int(new) for old, new in grouper.merged.items()}
        touched |= set(grouping.merge_stories(self.connection, merged, at=now))
        inferred = grouping.infer_dates(self.connection, sorted(touched | revised))
        return touched | set(inferred)


def _is_poorer(item: Draft, there: articles.Known) -> bool:
    """Whether the page could not be had this time, but was before: nothing to revise by."""
    return item.text_status is not TextStatus.FULL and there.text_status is TextStatus.FULL


def _draft(item: Draft | Prepared) -> Draft:
    return item.draft if isinstance(item, Prepared) else item


def _without_repeats(items: Sequence[Draft | Prepared]) -> Iterable[list[Draft | Prepared]]:
    """`items` in order, cut so that no batch holds the same article twice."""
    batch: list[Draft | Prepared] = []
    keys: set[str] = set()
    for item in items:
        key = _draft(item).url_key
        if key in keys:
            yield batch
            batch, keys = [], set()
        batch.append(item)
        keys.add(key)
    if batch:
        yield batch

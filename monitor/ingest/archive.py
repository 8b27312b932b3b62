"""Keeping a batch of drafts: new, revised or known; tagged; grouped; committed together; indexed.

The one way into the database, whether an article came by feed, import or
sample, so that all are treated alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.analysis.stories import Grouper, Keys
from monitor.analysis.tagging import Tagger
from monitor.config import Config
from monitor.ingest.decide import digest
from monitor.ingest.prepare import Analysis, Prepared, Preparer, group_item
from monitor.ingest.warc import Recorder
from monitor.ingest.workers import Workers
from monitor.models import Draft, TextStatus
from monitor.store import articles, grouping, search
from monitor.store.database import Connection, transaction
from monitor.store.folder import DataFolder
from monitor.store.ids import IdSource


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
    """What became of a batch: counts, and the article behind each draft, in order."""

    counts: Counts
    article_ids: list[int] = field(default_factory=list)


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
        self.ids = IdSource(articles.last_id(connection))
        self._tagger = Tagger(config)
        self._preparer = Preparer(config)

    def keep(self, items: Sequence[Draft | Prepared], *, now: datetime) -> Kept:
        """Commit `items`; the same again change nothing.

        Drafts that come without their analysis are analysed only where they are new.
        """
        kept = Kept(Counts())
        for batch in _without_repeats(items):
            with transaction(self.connection):
                self._keep(batch, kept, now)
        search.index_new(self.folder, self.connection)
        return kept

    def retag(self) -> int:
        """Tag every article again by the present watchlist; returns how many were looked at.

        One transaction: readers of the live file and a crash see all of it or nothing.
        """
        count = 0
        with transaction(self.connection):
            for batch in articles.all_wordings(self.connection):
                tags = {
                    w.article_id: self._tagger.tag(
                        title=w.title, text=w.text, outlet=w.outlet, url=w.url, language=w.language
                    )
                    for w in batch
                }
                articles.set_tags(self.connection, tags)
                articles.copy_down(self.connection, list(tags))
                count += len(tags)
        return count

    def _keep(self, items: Sequence[Draft | Prepared], kept: Kept, now: datetime) -> None:
        prepared = {i.draft.url_key: i.analysis for i in items if isinstance(i, Prepared)}
        drafts = [_draft(item) for item in items]
        known = articles.known_articles(self.connection, [d.url_key for d in drafts])
        new: list[_Change] = []
        revised: list[_Change] = []
        for item in drafts:
            mark, there = digest(item), known.get(item.url_key)
            if there is None:
                article_id = self.ids.next(now)
                new.append((article_id, self.ids.next(now), mark, item))
            else:
                article_id = there.article_id
                if mark in there.digests or _is_poorer(item, there):
                    kept.counts.unchanged += 1
                else:
                    revised.append((article_id, self.ids.next(now), mark, item))
            kept.article_ids.append(article_id)
        kept.counts.articles += len(new)
        kept.counts.revisions += len(revised)
        if not new and not revised:
            return
        articles.insert_articles(self.connection, new)
        articles.revise_articles(self.connection, revised)
        changes = [*new, *revised]
        found = self._analyse([c[3] for c in changes], prepared)
        analysed = {c[0]: a for c, a in zip(changes, found, strict=True)}
        articles.set_tags(
            self.connection, {i: a.tags for i, a in analysed.items()}, replace=bool(revised)
        )
        touched = self._group(changes, analysed, {c[0] for c in revised}, now)
        articles.copy_down(self.connection, sorted({c[0] for c in changes} | touched))

    def _analyse(self, drafts: Sequence[Draft], prepared: Mapping[str, Analysis]) -> list[Analysis]:
        """The Analysis of each draft, taken from `prepared` where it is there."""
        missing = [d for d in drafts if d.url_key not in prepared]
        made = (
            self.workers.drafts(missing) if len(missing) > _FEW else self._preparer.drafts(missing)
        )
        ready = dict(prepared)
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
        fresh = [i for i in items if int(i.id) not in revised]
        placed = grouping.candidates(
            self.connection, {int(i.id): keys[int(i.id)] for i in fresh}, dated
        )
        grouping.replace_keys(self.connection, keys, dated)
        grouper = Grouper(placed)
        grouper.add_all(fresh)
        touched = set(grouping.place(self.connection, grouper.placements().values()))
        merged = {int(old): int(new) for old, new in grouper.merged.items()}
        touched |= set(grouping.merge_stories(self.connection, merged, at=now))
        return touched | set(grouping.infer_dates(self.connection, sorted(touched)))


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

"""What a changed watchlist would change in history, before it is saved.

Searched first, so that only articles that the change can touch are read; these the real tagger
decides. Where there are more than time allows, a random part is decided and the rest estimated:
whole stretches of the archive, for one text among thousands costs as much as all of them.
"""

from __future__ import annotations

import random
import time
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal

from monitor.analysis.sentences import sentence_at
from monitor.analysis.tagging import Tagger
from monitor.analysis.watchlist_change import Change, change
from monitor.config import Config
from monitor.models import Evidence, Tags
from monitor.store.articles import parse_evidence, wordings
from monitor.store.candidates import is_few, touched
from monitor.store.corrections import Corrections, names_of, tags_of
from monitor.store.days import DAY_ONLY
from monitor.store.folder import DataFolder
from monitor.store.search import ALL, EVERY, Within

if TYPE_CHECKING:
    from monitor.store.reader import Reader

_EXAMPLES = 5
_SHORT = 2_048  # articles of a stretch: one of DuckDB's vectors, as which texts are packed
_TOGETHER = 4  # stretches that are read at a time, where the candidates are few
_READ = 100  # articles decided at a time
_FEW = 10_000  # candidates that are all named before the first is decided
_Dated = tuple[datetime | None, bool]  # as in Example
Tag = tuple[Literal["company", "topic"], str]


@dataclass(frozen=True, slots=True)
class Example:
    """An article that would gain or lose a tag, and the sentence it hangs on."""

    article_id: int
    title: str
    outlet: str
    dated_at: datetime | None
    day_only: bool  # dated_at is the beginning of the day: no time of day is known
    sentence: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What one company or topic would gain and lose, of the articles that were decided."""

    tag: Tag
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    moved: tuple[int, ...]  # subject before and passing after, or the other way
    gained_examples: tuple[Example, ...]
    lost_examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """`decided` of the `candidates` that search found were decided by the tagger."""

    candidates: int
    decided: int
    effects: tuple[Effect, ...]
    counted: bool = True  # else there are about so many candidates

    @property
    def exact(self) -> bool:
        """Whether all were."""
        return self.counted and self.decided == self.candidates

    def scaled(self, count: int) -> int:
        """`count` of those decided, as an estimate for all."""
        return count if self.exact else round(count * self.candidates / max(1, self.decided))


@dataclass(frozen=True, slots=True)
class _Found:
    """One article before and after."""

    example: Example
    text: str
    before: dict[Tag, tuple[bool, tuple[Evidence, ...]]]
    after: dict[Tag, tuple[bool, tuple[Evidence, ...]]]


Decide = Callable[[Mapping[int, _Dated]], list[_Found]]


def preview(
    reader: Reader, folder: DataFolder, before: Config, after: Config, held: Corrections, *,
    since: datetime | None = None, seconds: float | None = None,
) -> Preview:  # fmt: skip
    """What `after` instead of `before` changes, in articles dated from `since` on or in all.

    Takes about `seconds`, or as long as it takes.
    """
    end = None if seconds is None else time.monotonic() + seconds
    changed = change(before, after)
    within = _from(reader, since)
    decide = partial(_decide, reader, tagger=Tagger(after), held=held, names=names_of(after))
    if end is None or is_few(folder, reader.rows, changed, within=within, most=_FEW):
        dated = _since(reader, touched(folder, reader.rows, changed, within=within), since)
        found: list[_Found] = []
        for part in _stretches(reader, dated):
            if found and end is not None and time.monotonic() > end:
                break
            found += decide(part)
        return Preview(len(dated), len(found), _effects(found))
    return _estimate(reader, folder, changed, decide, within=within, since=since, end=end)


def _estimate(
    reader: Reader, folder: DataFolder, changed: Change, decide: Decide, *, within: Within,
    since: datetime | None, end: float,
) -> Preview:  # fmt: skip
    """What can be said until `end` of a change that touches very many articles."""
    bounds = [b for b in reader.once(_bounds) if b[1] >= within[0]]
    chance = random.Random(0)  # noqa: S311 -- a fair part, the same each time
    candidates = looked_at = 0
    found: list[_Found] = []
    for one in chance.sample(bounds, len(bounds)):
        if found and time.monotonic() > end:
            break
        dated = _since(reader, touched(folder, reader.rows, changed, within=one), since)
        candidates += len(dated)
        looked_at += 1
        some = chance.sample(list(dated), min(len(dated), _READ))
        found += decide({i: dated[i] for i in some})
    about = round(candidates * len(bounds) / max(1, looked_at))
    return Preview(about, len(found), _effects(found), counted=False)


def _from(reader: Reader, since: datetime | None) -> Within:
    """The revisions among which are all articles dated from `since` on."""
    if since is None:
        return ALL
    sql = "SELECT min(revision_id) FROM article WHERE dated_at >= $since"
    [(first,)] = reader.rows(sql, {"since": since})
    return first or 0, EVERY


def _bounds(reader: Reader) -> list[Within]:
    """The first and last revision of each _SHORT stretch of articles."""
    rows = reader.rows(
        """
        SELECT min(revision_id), max(revision_id) FROM (
            SELECT revision_id, (row_number() OVER (ORDER BY revision_id) - 1) // $size AS part
            FROM article
        ) GROUP BY part ORDER BY part
        """,
        {"size": _SHORT},
    )
    return [(first, last) for first, last in rows]


def _stretches(reader: Reader, dated: Mapping[int, _Dated]) -> Iterator[dict[int, _Dated]]:
    """The articles of `dated`, a few at a time, one random stretch of the archive after another."""
    begins = [first for first, _ in reader.once(_bounds)]
    sql = """
        SELECT article_id, revision_id FROM article
        WHERE article_id IN (SELECT unnest($ids::BIGINT[])) ORDER BY article_id
    """
    parts: dict[int, list[int]] = {}
    for article_id, revision_id in reader.rows(sql, {"ids": list(dated)}):
        parts.setdefault(bisect(begins, revision_id) // _TOGETHER, []).append(article_id)
    chance = random.Random(0)  # noqa: S311 -- a fair part, the same each time
    for part in chance.sample(sorted(parts), len(parts)):
        mixed = chance.sample(parts[part], len(parts[part]))
        for at in range(0, len(mixed), _READ):
            yield {i: dated[i] for i in mixed[at : at + _READ]}


def _since(reader: Reader, ids: Sequence[int], since: datetime | None) -> dict[int, _Dated]:
    """Those of `ids` that are dated from `since` on, in their order, with their dates."""
    sql = """
        SELECT a.article_id, a.dated_at, coalesce({day_only}, false) FROM article a
        WHERE a.article_id IN (SELECT unnest($ids::BIGINT[]))
            AND ($since IS NULL OR a.dated_at >= $since) ORDER BY a.article_id
    """.replace("{day_only}", DAY_ONLY)
    rows = reader.rows(sql, {"ids": list(ids), "since": since})
    return {i: (dated_at, day_only) for i, dated_at, day_only in rows}


def _decide(
    reader: Reader, ids: Mapping[int, _Dated], *, tagger: Tagger, held: Corrections,
    names: Mapping[str, Sequence[str]],
) -> list[_Found]:  # fmt: skip
    before: dict[int, dict[Tag, tuple[bool, tuple[Evidence, ...]]]] = {i: {} for i in ids}
    for i, name, subject, evidence in reader.rows(
        """
        SELECT m.article_id, c.name, coalesce(m.subject, false), m.evidence
        FROM mention m JOIN company c USING (company_id)
        WHERE m.article_id IN (SELECT unnest($ids::BIGINT[]))
        """,
        {"ids": list(ids)},
    ):
        before[i]["company", name] = (subject, parse_evidence(evidence))
    for i, name, evidence in reader.rows(
        """
        SELECT g.article_id, t.name, g.evidence FROM topic_tag g JOIN topic t USING (topic_id)
        WHERE g.article_id IN (SELECT unnest($ids::BIGINT[]))
        """,
        {"ids": list(ids)},
    ):
        before[i]["topic", name] = (False, parse_evidence(evidence))
    found = []
    for batch in wordings(reader.rows, ids):
        for w in batch:
            example = Example(w.article_id, w.title, w.outlet or "", *ids[w.article_id], "")
            after = _by_tag(tags_of(tagger, w, held, names))
            found.append(_Found(example, w.text, before[w.article_id], after))
    return found


def _by_tag(tags: Tags) -> dict[Tag, tuple[bool, tuple[Evidence, ...]]]:
    companies: dict[Tag, tuple[bool, tuple[Evidence, ...]]] = {
        ("company", m.company): (m.subject, m.evidence) for m in tags.mentions
    }
    return companies | {("topic", t.topic): (False, t.evidence) for t in tags.topics}


def _effects(found: Sequence[_Found]) -> tuple[Effect, ...]:
    newest = sorted(found, key=lambda f: (f.example.dated_at is None, f.example.article_id))
    newest.sort(key=lambda f: f.example.dated_at.timestamp() if f.example.dated_at else 0.0,
                reverse=True)  # fmt: skip
    every = dict.fromkeys(tag for f in found for tag in (*f.before, *f.after))
    effects = []
    for tag in every:
        gained = [f for f in newest if tag in f.after and tag not in f.before]
        lost = [f for f in newest if tag in f.before and tag not in f.after]
        both = [f for f in newest if tag in f.before and tag in f.after]
        moved = [f for f in both if f.before[tag][0] != f.after[tag][0]]
        if gained or lost or moved:
            effects.append(Effect(
                tag, _ids(gained), _ids(lost), _ids(moved),
                tuple(_example(f, f.after[tag][1]) for f in gained[:_EXAMPLES]),
                tuple(_example(f, f.before[tag][1]) for f in lost[:_EXAMPLES]),
            ))  # fmt: skip
    return tuple(sorted(effects, key=lambda e: -len(e.gained) - len(e.lost)))


def _ids(found: Sequence[_Found]) -> tuple[int, ...]:
    return tuple(f.example.article_id for f in found)


def _example(found: _Found, evidence: Sequence[Evidence]) -> Example:
    """With the sentence of the text, else the headline says it all."""
    sentence = next(
        (sentence_at(found.text, e.start, e.end) for e in evidence
         if e.field == "text" and e.end > e.start), "",
    )  # fmt: skip
    e = found.example
    return Example(e.article_id, e.title, e.outlet, e.dated_at, e.day_only, sentence)

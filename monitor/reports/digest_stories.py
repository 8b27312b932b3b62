"""The stories of a digest: each matter once, with who was first and who carried it.

A story is of the period where it has an article in it; else of this morning, where it has one
after it; else it is a late one, all of which was found since the digest before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.analysis.frames import each
from monitor.analysis.outlets import suffix_start
from monitor.analysis.same_event import Told, names_of, same_events
from monitor.filters import Filters, period_bounds
from monitor.reports.digest_parts import Also, StoryLine
from monitor.store.queries import Unusual, articles, story, story_companies, texts

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.store.reader import Reader

_LOOKED_AT = 400  # stories compared with each other; beyond are single articles of small outlets
_LATE_LOOKED_AT = 40  # … and of the late ones, of which few are told
_CONTEXT = timedelta(days=3)  # what a story said before tells what it is about
_NO_TIER = 9
_OUTLETS = 3  # named with a story


class When(IntEnum):
    """What a story is of."""

    PERIOD, FRESH, LATE = range(3)


@dataclass(slots=True)
class Matter:
    """Stories of one matter with their articles: rows of `queries.articles`."""

    # By story, the one most carried first, those of the period before the others; of the period
    # and after it, and of late stories before it.
    rows: dict[int, list[Any]]
    context: list[Any]  # of these stories, from the days before
    main: frozenset[str]  # companies that it is mainly about
    named: tuple[str, ...]  # those, and those named in passing, the most frequent first
    weight: float
    when: When  # its first story is of

    @property
    def every(self) -> list[Any]:
        """All its articles."""
        return [row for rows in self.rows.values() for row in rows]

    def stories_in(self, when: When, start: datetime, end: datetime) -> list[int]:
        """Those of its stories that are of the period from `start` to `end`, or of `when` else."""
        return [i for i, rows in self.rows.items() if _when(rows, start, end) is when]

    @property
    def rank(self) -> tuple[Any, ...]:
        """Main subjects, then reach, then who wrote it."""
        lead, outlets = next(iter(self.rows.values())), {row.outlet for row in self.every}
        return (
            not self.main, -len({row.outlet for row in lead}), -len(outlets),
            min(map(_tier, self.every)), -self.weight,
            min(row.dated_at for row in self.every), min(self.rows),
        )  # fmt: skip


def matters(
    reader: Reader,
    filters: Filters,
    config: Config,
    *,
    now: datetime,
    begun: datetime,
    wanted: Set[int],
    late: Mapping[int, list[Any]],
    found: Sequence[int] | None,
) -> list[Matter]:
    """What the articles of `filters` up to `now` tell of, the most important first.

    Those from `begun` on are after the period. `late` are rows of `queries.articles` by story, of
    stories that have none there. Stories in `wanted` are always looked at. Where the filter
    chooses neither topics nor a search, matters without any watched company are none.
    """
    since, until = days_in(filters)
    start, _ = instants(since, until, tz=config.tz)
    wider = replace(filters, since=since - _CONTEXT)
    frame = articles(reader, wider, tz=config.tz, limit=None, found=found)
    frame = frame[(frame["dated_at"] < pd.Timestamp(now)) & frame["story_id"].notna()]
    late_ids = {row.article_id for rows in late.values() for row in rows}
    about = _companies(reader, [*{*frame["article_id"].tolist()} | late_ids], filters)
    by_story: dict[int, tuple[list[Any], list[Any]]] = {}
    for row in each(frame):
        own = by_story.setdefault(int(row.story_id), ([], []))
        if row.article_id not in late_ids:
            own[row.dated_at < start].append(row)
    for story_id, rows in late.items():
        by_story.setdefault(story_id, ([], []))[0].extend(rows)
    single = [
        _matter({story_id: rows}, context, about, (start, begun))
        for story_id, (rows, context) in by_story.items() if rows
    ]  # fmt: skip
    if not (filters.topics or filters.query):
        single = [one for one in single if one.named]
    single.sort(key=lambda one: one.rank)
    at_hand = [one for one in single if one.when is not When.LATE]
    near = [
        one for n, one in enumerate(at_hand) if n < _LOOKED_AT or not wanted.isdisjoint(one.rows)
    ]
    near += [one for one in single if one.when is When.LATE][:_LATE_LOOKED_AT]
    bodies = texts(reader, [row.article_id for one in near for row in one.context + one.every])
    told = [_told(one, bodies) for one in near]
    joined = [
        _matter(
            {story: rows for n in group for story, rows in near[n].rows.items()},
            [row for n in group for row in near[n].context], about, (start, begun),
        )
        for group in same_events(told, names_of(config))
    ]  # fmt: skip
    return sorted(joined, key=lambda one: one.rank)


def story_line(
    reader: Reader,
    matter: Matter,
    *,
    tz: ZoneInfo,
    begun: datetime,
    sample: bool,
    unusual: Iterable[Unusual] = (),
) -> StoryLine:
    """How `matter` is told, with the spikes that it explains."""
    (lead_id, every), *others = matter.rows.items()
    rows = [r for r in every if matter.when is When.FRESH or r.dated_at < begun]
    first_outlet, first_at, day_only = _first(reader, lead_id, tz=tz, sample=sample)
    return StoryLine(
        story_id=lead_id, title=_title(rows), companies=matter.named, articles=len(rows),
        outlets=len({r.outlet for r in rows}), copies=sum(_is_copy(r) for r in rows),
        first_outlet=first_outlet, first_at=first_at,
        first_day_only=day_only,
        carried_by=_carried_by(rows, besides=first_outlet),
        also=tuple(Also(i, _title(own), len({r.outlet for r in own})) for i, own in others),
        unusual=tuple(unusual), fresh=len(every) - len(rows),
    )  # fmt: skip


def days_in(filters: Filters) -> tuple[date, date]:
    """The first and last day of filters that have both, as a digest's do."""
    if filters.since is None or filters.until is None:
        raise ValueError("expected filters with a first and a last day")
    return filters.since, filters.until


def instants(since: date, until: date, *, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """`period_bounds` of two days that are given."""
    start, end = period_bounds(since, until, tz=tz)
    if start is None or end is None:
        raise ValueError(f"no clock reaches past {until}")
    return start, end


def headline(title: str, *, outlet: object, url: object) -> str:
    """`title` without the outlet's own name at its end."""
    known = [value if isinstance(value, str) else None for value in (outlet, url)]
    return title[: suffix_start(title, outlet=known[0], url=known[1])].strip() or title


def _companies(reader: Reader, ids: list[int], filters: Filters) -> dict[int, list[Any]]:
    """By article, the rows of `story_companies` that the filter asks for."""
    wanted = {name.casefold() for name in filters.companies}
    found: dict[int, list[Any]] = {}
    for row in each(story_companies(reader, ids)):
        if (not wanted or str(row.company).casefold() in wanted) and (
            row.subject or not filters.subject_only
        ):
            found.setdefault(int(row.article_id), []).append(row)
    return found


def _matter(
    rows: dict[int, list[Any]], context: list[Any], about: dict[int, list[Any]],
    period: tuple[datetime, datetime],
) -> Matter:  # fmt: skip
    def carried(item: tuple[int, list[Any]]) -> tuple[Any, ...]:
        story_id, own = item
        return _when(own, *period), -len({r.outlet for r in own}), -len(own), story_id

    ordered = dict(sorted(rows.items(), key=carried))
    mentions = [m for own in ordered.values() for r in own for m in about.get(r.article_id, ())]
    weight: dict[tuple[bool, str], float] = {}
    earlier = [m for r in context for m in about.get(r.article_id, ())]
    main = frozenset(m.company for m in mentions + earlier if m.subject)
    for m in mentions:
        key = m.company not in main, m.company
        weight[key] = weight.get(key, 0.0) + m.salience
    named = sorted(weight, key=lambda key: (key[0], -weight[key], key[1]))
    return Matter(
        ordered, context, main, tuple(name for _, name in named),
        max((m.salience for m in mentions), default=0.0),
        _when(next(iter(ordered.values())), *period),
    )  # fmt: skip


def _when(rows: Sequence[Any], start: datetime, end: datetime) -> When:
    """What a story with these `rows` is of; `start` and `end` are of the period."""
    if all(row.dated_at < start for row in rows):
        return When.LATE
    return When.FRESH if all(row.dated_at >= end for row in rows) else When.PERIOD


def _first(
    reader: Reader, story_id: int, *, tz: ZoneInfo, sample: bool
) -> tuple[str, datetime | None, bool]:
    """Who had it first, when, and whether only the day of that is known.

    Of all articles of the story, whatever the filter.
    """
    row = story(reader, story_id, tz=tz, sample=sample).iloc[0]
    at = None if pd.isna(row["dated_at"]) else row["dated_at"].to_pydatetime()
    return _outlet(row), at, bool(row["day_only"])


def _told(matter: Matter, bodies: Mapping[int, tuple[str, str]]) -> Told:
    rows = matter.context + matter.every
    languages = frozenset(r.language for r in rows if isinstance(r.language, str))
    read = [(r, bodies.get(r.article_id, ("", ""))[1] or r.opening or "") for r in rows]
    return Told(matter.main, languages, [
        (headline(r.title or "", outlet=r.outlet, url=r.url), text, r.dated_at) for r, text in read
    ])  # fmt: skip


def _title(rows: Sequence[Any]) -> str:
    """The original's headline, else the earliest one's; as `queries.stories` has it."""
    row = min(rows, key=lambda r: (r.role != "original", _latest(r), r.article_id))
    return headline(row.title or "", outlet=row.outlet, url=row.url)


def _carried_by(rows: Sequence[Any], *, besides: str) -> tuple[str, ...]:
    ordered = sorted(rows, key=lambda r: (_tier(r), _latest(r), r.article_id))
    names = dict.fromkeys(_outlet(r._asdict()) for r in ordered)
    return tuple(name for name in names if name != besides)[:_OUTLETS]


def _outlet(row: Any) -> str:
    return str(row["outlet"]) if isinstance(row["outlet"], str) else "Unknown outlet"


def _latest(row: Any) -> datetime:
    """When it had come at the latest; as `monitor.store.days.LATEST`."""
    at: datetime = row.dated_at + timedelta(days=int(row.day_only))
    return at


def _tier(row: Any) -> int:
    return _NO_TIER if pd.isna(row.tier) else int(row.tier)


def _is_copy(row: Any) -> bool:
    return isinstance(row.role, str) and row.role != "independent"

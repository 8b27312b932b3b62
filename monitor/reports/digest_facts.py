"""The digest: what a team reads first in the morning, or on Monday, of one saved view.

It tells of whole days in the team's zone, yesterday or all since the digest before: so its figures
can be set against as many days before and against what is usual on those weekdays, they are what
the dashboard's pages show for these days, and no article is in the figures of two digests. What
came since midnight stands in a part of its own, for nobody wants to miss this morning's news; a
week's digest leaves it out. So does what was found only now, of days that were told of before.

    digest = make_digest(reader, config, name="Morning", filters=Filters(), span=last_days(1, …))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import pandas as pd

from monitor.analysis.frames import each
from monitor.analysis.metrics import period_before
from monitor.filters import Filters
from monitor.reports.digest_late import found_late
from monitor.reports.digest_parts import (
    CompanyLine,
    Digest,
    Figure,
    GapLine,
    HeadlineChange,
    LateLines,
    NotableOutlet,
    StoryLine,
)
from monitor.reports.digest_span import MOST, Span
from monitor.reports.digest_stories import (
    Matter,
    When,
    days_in,
    headline,
    instants,
    matters,
    story_line,
)
from monitor.store.queries import (
    Totals,
    Unusual,
    articles,
    changed_headlines,
    coverage,
    gaps,
    share_of_voice,
    totals,
    unusual,
)
from monitor.store.queries.coverage import counts
from monitor.store.queries.debuts import debuts

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.store.reader import Reader

_STORIES, _MOST_STORIES = 7, 10  # of one day, one more a day, and of many
_FRESH = 5  # stories of this morning
_LATE = 5  # stories of earlier days that were found since
_COMPANIES = 10
_CHANGES = 5
_NOTABLE = 6
_WEEKS, _ENOUGH = 8, 4  # looked back on for what is usual; fewer than four tell nothing
_TIER_1 = "Tier 1"


def make_digest(
    reader: Reader,
    config: Config,
    *,
    name: str,
    filters: Filters,
    span: Span,
    asked: str,
    found: Sequence[int] | None = None,
) -> Digest:
    """The Digest of `filters`, whose own days count for nothing, of the days of `span`.

    `found` are the revisions that `filters.query` matches; ValueError where it has one and they
    are not given.
    """
    tz, now, since, until = config.tz, span.now, span.since, span.until
    these = replace(filters, since=since, until=until, undated=False)
    start, end = instants(since, until, tz=tz)
    spikes = unusual(reader, these, tz=tz, until=until, days=span.days, found=found)
    reach = replace(these, until=now.astimezone(tz).date()) if span.days < MOST else these
    late = found_late(reader, filters, span, config, found=found)
    every = matters(
        reader, reach, config, now=now, begun=end, wanted={s.story_id for s in spikes},
        late=late.new, found=found,
    )  # fmt: skip
    line = _Lines(reader, config, end, filters.sample, spikes)
    hot, rest = line.split(every)
    most = min(_STORIES + span.days - 1, _MOST_STORIES)
    top = line.of([m for m in rest if m.when is When.PERIOD][: max(0, most - len(hot))])
    fresh = line.of([m for m in rest if m.when is When.FRESH][:_FRESH])
    since_then = line.of([m for m in rest if m.when is When.LATE][:_LATE])
    told = (*hot, *top, *fresh, *since_then)
    numbers = {i: n for n, one in enumerate(told, start=1) for i in one.story_ids}
    total = totals(reader, these, tz=tz, found=found)
    named = sum(
        i in numbers for matter in every for i in matter.stories_in(When.PERIOD, start, end)
    )
    companies = _companies(reader, these, config, found)
    there = tuple(company for company in companies if company.mentions)
    changes, more_changes = _changes(reader, these, config, start, now, found)
    return Digest(
        name=name, span=span, now=now.astimezone(tz), filters=these,
        **_figures(reader, these, config, total, found),
        unusual=hot, top=top, more=total.stories - named, fresh=fresh,
        late=LateLines(late.filters, since_then, len(late.new.keys() - numbers), late.more),
        companies=there[:_COMPANIES], more_companies=max(0, len(there) - _COMPANIES),
        gone=tuple(company for company in companies if not company.mentions),
        changes=changes, more_changes=more_changes,
        notable=_notable(reader, these, config, numbers, found),
        gaps=_gaps(reader, these, now.astimezone(tz).date()),
        asked=asked, watchlist=config.version, generation=reader.generation, timezone=tz.key,
    )  # fmt: skip


class _Lines:
    """Makes lines of matters, those with spikes first."""

    def __init__(
        self, reader: Reader, config: Config, begun: datetime, sample: bool, spikes: list[Unusual]
    ) -> None:
        self._reader, self._tz, self._begun, self._sample = reader, config.tz, begun, sample
        self._spikes = spikes

    def split(self, every: Sequence[Matter]) -> tuple[tuple[StoryLine, ...], list[Matter]]:
        """The lines of what explains a spike, in the order of spikes, and all other matters."""
        mine: dict[int, list[Unusual]] = {}
        for spike in self._spikes:
            for n, matter in enumerate(every):
                if spike.story_id in matter.rows:
                    mine.setdefault(n, []).append(spike)
        hot = tuple(self._line(every[n], spikes) for n, spikes in mine.items())
        return hot, [matter for n, matter in enumerate(every) if n not in mine]

    def of(self, some: Iterable[Matter]) -> tuple[StoryLine, ...]:
        """The lines of matters without a spike."""
        return tuple(self._line(matter, ()) for matter in some)

    def _line(self, matter: Matter, spikes: Iterable[Unusual]) -> StoryLine:
        return story_line(
            self._reader, matter, tz=self._tz, begun=self._begun, sample=self._sample,
            unusual=spikes,
        )  # fmt: skip


def _figures(
    reader: Reader, these: Filters, config: Config, now: Totals, found: Sequence[int] | None
) -> dict[str, Figure]:
    """Counts against the period before, and against the same days of the eight weeks before."""
    since, until = days_in(these)

    def of(days: tuple[date, date]) -> Totals:
        there = replace(these, since=days[0], until=days[1])
        return totals(reader, there, tz=config.tz, found=found)

    before = of(period_before(since, until))
    known = _collected(reader, these, config, since)
    weeks = [(since - timedelta(weeks=n), until - timedelta(weeks=n)) for n in range(1, _WEEKS + 1)]
    earlier = [of(w) for w in weeks if any(w[0] <= day <= w[1] for day in known)]
    return {
        kind: Figure(
            getattr(now, kind), getattr(before, kind),
            median(getattr(t, kind) for t in earlier) if len(earlier) >= _ENOUGH else None,
        )
        for kind in ("mentions", "stories", "outlets")
    }  # fmt: skip


def _collected(reader: Reader, these: Filters, config: Config, since: date) -> set[date]:
    """The days before with any article at all: the others say nothing of what is usual."""
    back = Filters(
        since=since - timedelta(weeks=_WEEKS), until=since - timedelta(days=1), undated=False,
        sample=these.sample,
    )  # fmt: skip
    daily = coverage(reader, back, tz=config.tz, by=None)
    return {day.date() for day in daily["day"][daily["count"] > 0]}


def _companies(
    reader: Reader, these: Filters, config: Config, found: Sequence[int] | None
) -> list[CompanyLine]:
    since, until = period_before(*days_in(these))
    tz = config.tz
    told = counts(reader, these, tz=tz, count="stories", found=found).set_index("company")["count"]
    earlier = counts(reader, replace(these, since=since, until=until), tz=tz, found=found)
    before = earlier.set_index("company")["count"]
    now = share_of_voice(reader, these, tz=tz, found=found).set_index("company")
    # Who was there before and is not now belongs to the news as well.
    names = [*now.index, *(name for name in before.index if name not in now.index)]
    return [
        CompanyLine(
            name, int(now["count"].get(name, 0)), int(before.get(name, 0)), int(told.get(name, 0)),
            float(now["share"].get(name, 0.0)),
        )
        for name in names
    ]  # fmt: skip


def _changes(
    reader: Reader,
    these: Filters,
    config: Config,
    start: datetime,
    now: datetime,
    found: Sequence[int] | None,
) -> tuple[tuple[HeadlineChange, ...], int]:
    """The latest change in each story."""
    frame = changed_headlines(
        reader,
        replace(these, since=None, until=None, undated=True),
        since=start,
        until=now,
        tz=config.tz,
        limit=200,
        found=found,
    )
    lines: dict[int, HeadlineChange] = {}
    for row in each(frame):
        story = None if pd.isna(row.story_id) else int(row.story_id)
        key = -int(row.article_id) if story is None else story
        if key in lines:
            lines[key] = replace(lines[key], others=lines[key].others + 1)
        else:
            outlet = row.outlet if isinstance(row.outlet, str) else "Unknown outlet"
            lines[key] = HeadlineChange(
                int(row.article_id), story, outlet, row.seen_at.to_pydatetime(), row.before,
                row.after,
            )  # fmt: skip
    found_lines = tuple(lines.values())
    return found_lines[:_CHANGES], max(0, len(found_lines) - _CHANGES)


def _notable(
    reader: Reader,
    these: Filters,
    config: Config,
    numbers: Mapping[int, int],
    found: Sequence[int] | None,
) -> tuple[NotableOutlet, ...]:
    """Outlets of tier 1 by how much they wrote, then who wrote of a company for the first time."""
    since, _ = days_in(these)
    rows: dict[str, list[Any]] = {}
    first: dict[str, list[Any]] = {}
    if not these.tiers or _TIER_1 in these.tiers:
        first_tier = replace(these, tiers=(_TIER_1,))
        frame = articles(reader, first_tier, tz=config.tz, limit=None, found=found)
        for row in each(frame):
            if row.companies or these.topics or these.query:
                rows.setdefault(str(row.outlet), []).append(row)
    for row in each(debuts(reader, these, since=since, tz=config.tz, found=found)):
        first.setdefault(str(row.outlet), []).append(row)
    names = sorted(rows, key=lambda name: (name not in first, -len(rows[name]), name))
    return tuple(
        _outlet(name, rows.get(name, ()), first.get(name, ()), numbers)
        for name in [*names, *(name for name in first if name not in rows)][:_NOTABLE]
    )


def _outlet(
    name: str, rows: Sequence[Any], first: Sequence[Any], numbers: Mapping[int, int]
) -> NotableOutlet:
    own = [*first, *rows]
    untold = [row for row in own if pd.isna(row.story_id) or int(row.story_id) not in numbers]
    told = {numbers[int(r.story_id)] for r in own if int(r.story_id or 0) in numbers}
    tier = own[0].tier
    return NotableOutlet(
        outlet=name, tier=None if pd.isna(tier) else int(tier), articles=len(rows),
        first_about=tuple(dict.fromkeys(row.company for row in first)),
        title=headline(untold[0].title or "", outlet=name, url=None) if untold else "",
        article_id=int(untold[0].article_id) if untold else None, told=tuple(sorted(told)),
    )  # fmt: skip


def _gaps(reader: Reader, these: Filters, today: date) -> tuple[GapLine, ...]:
    frame = gaps(reader, these, today=today)
    found: dict[tuple[str, tuple[date, ...]], list[str]] = {}
    missed: dict[tuple[str, str], list[date]] = {}
    for row in each(frame):
        missed.setdefault((row.reason, row.outlet), []).append(row.day.date())
    for (reason, outlet), days in sorted(missed.items()):
        found.setdefault((reason, tuple(days)), []).append(outlet)
    return tuple(GapLine(reason, tuple(names), days) for (reason, days), names in found.items())

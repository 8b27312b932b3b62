"""What is unusual: how much is written about each company day by day, and the spikes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from monitor.analysis.spikes import LONG, spikes
from monitor.filters import Filters
from monitor.store.queries.scope import make_scope

if TYPE_CHECKING:
    from monitor.store.reader import Reader


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """Companies × days from `first` on: texts (copies of one counted once) and their outlets.

    `total` is all texts by day, whatever they are about.
    """

    names: tuple[str, ...]
    first: date
    counts: npt.NDArray[np.int64]
    publishers: npt.NDArray[np.int64]
    total: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Unusual:
    """A day on which `company` had `count` texts where `expected` is usual.

    `story_id` and `title` are of its largest story that day, with `articles` in it by `outlets`
    (both of that day): most likely the cause.
    """

    company: str
    day: date
    count: int
    expected: float
    story_id: int
    title: str
    articles: int
    outlets: int


def unusual(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    until: date,
    days: int = 7,
    found: Sequence[int] | None = None,
) -> list[Unusual]:
    """The spikes of the `days` up to `until`, each company's strongest; the newest first.

    What is usual is read off the quarter before them, by the same filter. `found` is as in
    `make_scope`.
    """
    since = until - timedelta(days=days - 1)
    seen = replace(filters, since=since - timedelta(days=LONG), until=until, undated=False)
    known = rhythm(reader, seen, tz=tz, found=found)
    if not known.names:
        return []
    alarms = spikes(
        known.counts, known.publishers, known.total,
        weekday=known.first.weekday(), since=known.counts.shape[1] - days,
    )  # fmt: skip
    strongest = {spike.series: spike for spike in reversed(alarms)}
    causes = _causes(
        reader, filters, tz,
        [(known.names[s.series], known.first + timedelta(days=s.day)) for s in strongest.values()],
        found,
    )  # fmt: skip
    told = [
        Unusual(name, day, spike.count, spike.expected, *cause)
        for spike in strongest.values()
        for name, day in [(known.names[spike.series], known.first + timedelta(days=spike.day))]
        if (cause := causes.get((name, day)))
    ]
    return sorted(told, key=lambda u: (-u.day.toordinal(), -u.count / max(u.expected, 1.0)))


def _causes(
    reader: Reader,
    filters: Filters,
    tz: ZoneInfo,
    wanted: Sequence[tuple[str, date]],
    found: Sequence[int] | None,
) -> dict[tuple[str, date], tuple[int, str, int, int]]:
    """The largest story of a company on a day: its id, its first headline, articles, outlets."""
    causes = {}
    for name, day in wanted:
        one = replace(filters, companies=(name,), since=day, until=day, undated=False)
        sql = """
            SELECT a.story_id, arg_min(a.title, a.dated_at), count(*) AS articles,
                count(DISTINCT a.outlet_id)
            FROM {articles} a WHERE {scope} AND a.story_id IS NOT NULL
            GROUP BY a.story_id ORDER BY articles DESC, min(a.dated_at), a.story_id LIMIT 1
        """
        rows = make_scope(reader, one, tz=tz, found=found).rows(reader, sql)
        if rows:
            causes[name, day] = rows[0]
    return causes


def rhythm(
    reader: Reader, filters: Filters, *, tz: ZoneInfo, found: Sequence[int] | None = None
) -> Rhythm:
    """The Rhythm of the filter's companies, all watched ones without any.

    Only articles whose date was stated: a backlog without dates, read
    in one night, is no news of that night.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    sql = """
        SELECT m.company_id, CAST(m.dated_at AT TIME ZONE $tz AS DATE) AS day,
            count(DISTINCT a.copy_group_id) AS texts, count(DISTINCT a.outlet_id) AS outlets
        FROM {articles} a JOIN mention m USING (article_id)
        WHERE {scope} AND m.dated_at IS NOT NULL AND a.date_confidence IN ('high', 'medium', 'day')
            AND ($only IS NULL OR list_contains($only::INTEGER[], m.company_id))
            AND (m.subject OR NOT $subject)
        GROUP BY ALL
    """
    only = None if scope.company_ids is None else list(scope.company_ids)
    frame = scope.frame(reader, sql, tz=tz.key, only=only, subject=scope.subject_only)
    ids = sorted(set(frame["company_id"]))
    if not ids:
        empty = np.zeros((0, 0), dtype=np.int64)
        return Rhythm((), filters.since or date.min, empty, empty, empty[0:0].reshape(0))
    days = frame["day"].dt.date
    first = filters.since or days.min()
    last = filters.until or days.max()
    counts = np.zeros((len(ids), (last - first) // timedelta(days=1) + 1), dtype=np.int64)
    publishers = np.zeros_like(counts)
    row = frame["company_id"].map({c: n for n, c in enumerate(ids)})
    column = [(day - first).days for day in days]
    counts[row, column] = frame["texts"]
    publishers[row, column] = frame["outlets"]
    names = tuple(scope.names.companies[c] for c in ids)
    total = _total(reader, filters, first, counts.shape[1], tz, found)
    return Rhythm(names, first, counts, publishers, total)


def _total(
    reader: Reader,
    filters: Filters,
    first: date,
    days: int,
    tz: ZoneInfo,
    found: Sequence[int] | None,
) -> npt.NDArray[np.int64]:
    every = replace(filters, companies=(), subject_only=False)
    scope = make_scope(reader, every, tz=tz, found=found)
    sql = """
        SELECT CAST(a.dated_at AT TIME ZONE $tz AS DATE) - $first AS day,
            count(DISTINCT a.copy_group_id) AS texts
        FROM {articles} a
        WHERE {scope} AND a.dated_at IS NOT NULL AND a.date_confidence IN ('high', 'medium', 'day')
        GROUP BY ALL
    """
    total = np.zeros(days, dtype=np.int64)
    for day, texts in scope.rows(reader, sql, tz=tz.key, first=first):
        if 0 <= day < days:
            total[day] = texts
    return total

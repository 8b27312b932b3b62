"""How much is written about each company day by day: what spikes are found in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

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


def rhythm(reader: Reader, filters: Filters, *, tz: ZoneInfo) -> Rhythm:
    """The Rhythm of the filter's companies, all watched ones without any.

    Only articles whose date is of medium or better confidence: a backlog without dates, read
    in one night, is no news of that night.
    """
    scope = make_scope(reader, filters, tz=tz)
    sql = """
        SELECT m.company_id, CAST(m.dated_at AT TIME ZONE $tz AS DATE) AS day,
            count(DISTINCT a.copy_group_id) AS texts, count(DISTINCT a.outlet_id) AS outlets
        FROM article a JOIN mention m USING (article_id)
        WHERE {scope} AND m.dated_at IS NOT NULL AND a.date_confidence IN ('high', 'medium')
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
    return Rhythm(
        names, first, counts, publishers, _total(reader, filters, first, counts.shape[1], tz)
    )


def _total(
    reader: Reader, filters: Filters, first: date, days: int, tz: ZoneInfo
) -> npt.NDArray[np.int64]:
    scope = make_scope(reader, replace(filters, companies=(), subject_only=False), tz=tz)
    sql = """
        SELECT CAST(a.dated_at AT TIME ZONE $tz AS DATE) - $first AS day,
            count(DISTINCT a.copy_group_id) AS texts
        FROM article a
        WHERE {scope} AND a.dated_at IS NOT NULL AND a.date_confidence IN ('high', 'medium')
        GROUP BY ALL
    """
    total = np.zeros(days, dtype=np.int64)
    for day, texts in scope.rows(reader, sql, tz=tz.key, first=first):
        if 0 <= day < days:
            total[day] = texts
    return total

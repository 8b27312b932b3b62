"""What was found only after its own day's digest had been made: it is told by the next one.

An article is of the day it is dated, and found when a feed brings it: a slow feed, an outlet that
was down, a page that was read late. The figures of that day are out by then, and what came later
would be in no digest. Bounded, so that an import of history is no news: of the last days before
the digest's own, and only what came since the digest before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.analysis.frames import each
from monitor.filters import Filters
from monitor.reports.digest_span import Span
from monitor.store.queries import articles
from monitor.store.queries.stories import stories_among

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.store.reader import Reader

_BACK = timedelta(days=7)  # before the digest's first day; what is older is history
# What the ingest job had found just before the digest was made may not have been published yet: it
# publishes at the end of a pass, and in a long one every minute.
_UNPUBLISHED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Late:
    """Articles of `filters`, found late: rows of `queries.articles` by story.

    `new` are stories of which nothing was known before; of others `more` articles came.
    """

    filters: Filters
    new: dict[int, list[Any]]
    more: int


def found_late(
    reader: Reader, filters: Filters, span: Span, config: Config, *, found: Sequence[int] | None
) -> Late:
    """What came since the digest before, of the days before `span`, by the filters of a digest."""
    seen = span.before - _UNPUBLISHED
    late = replace(
        filters, since=span.since - _BACK, until=span.since - timedelta(days=1), undated=False,
        seen_since=seen, seen_until=span.now,
    )  # fmt: skip
    frame = articles(reader, late, tz=config.tz, limit=None, found=found)
    by_story: dict[int, list[Any]] = {}
    for row in each(frame[frame["story_id"].notna()]):
        by_story.setdefault(int(row.story_id), []).append(row)
    # Told already, as far as this filter goes: whoever reads this digest knows them by it.
    before = replace(late, since=None, seen_since=None, seen_until=seen)
    in_period = replace(filters, since=span.since, until=None, undated=False, seen_until=span.now)
    known = {
        story_id for asked in (before, in_period)
        for story_id in stories_among(reader, asked, list(by_story), tz=config.tz, found=found)
    }  # fmt: skip
    new = {story_id: rows for story_id, rows in by_story.items() if story_id not in known}
    return Late(late, new, len(frame) - sum(map(len, new.values())))

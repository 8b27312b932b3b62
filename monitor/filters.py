"""What part of the coverage a person looks at: the filter bar, an opened story, `export`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Filters:
    """One filter: alternatives within a kind, all kinds together.

    Names are compared without case; a name nobody knows matches nothing. An
    empty kind lets everything through. `since` and `until` are whole days in
    the team's zone, both included. Hashable, so that results can be cached by it.
    """

    companies: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    undated: bool = True  # False leaves articles without a date out, with a period or without
    query: str = ""
    subject_only: bool = False  # companies count only where they are a main subject
    firsts_only: bool = False  # no copies: only originals and what was written in own words
    tiers: tuple[str, ...] = ()  # of the outlet: "Tier 1", or "No tier"
    authors: tuple[str, ...] = ()  # bylines as they are written
    sample: bool = True  # False leaves the sample archive's articles out
    story: int | None = None  # only the articles of this story
    seen_since: datetime | None = None  # only those first seen then or later; with a zone
    seen_until: datetime | None = None  # only those first seen before then


def period_bounds(
    since: date | None, until: date | None, *, tz: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """The first instant of `since` and the first one after `until`, in UTC.

    The difference is 23 or 25 hours for a day on which the clocks change.
    """
    start = _midnight(since, tz) if since else None
    end = _midnight(until + timedelta(days=1), tz) if until and until < date.max else None
    return start, end


def _midnight(day: date, tz: ZoneInfo) -> datetime:
    try:
        return datetime.combine(day, time.min, tzinfo=tz).astimezone(UTC)
    except OverflowError:  # the first or last day that exists, in a zone off UTC
        return datetime.combine(day, time.min, tzinfo=UTC)

"""Which days a digest tells of: each day is in one, whatever days of the week it comes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.analysis.hours import Slot

MOST = 7  # days that one digest tells of


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day that a digest tells of, and when it is of.

    `before` is when the one before it was due: what was found only later is in no digest yet.
    """

    since: date
    until: date
    now: datetime
    before: datetime

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.since).days + 1


def last_days(days: int, now: datetime, tz: ZoneInfo) -> Span:
    """The `days` up to yesterday in `tz`, as if a digest came every so many days at this hour."""
    local = now.astimezone(tz)
    until = local.date() - timedelta(days=1)
    return Span(until - timedelta(days=days - 1), until, now, local - timedelta(days=days))


def between(before: Slot, slot: Slot) -> Span:
    """The days that a digest of `slot` tells of after one of `before`: at most `MOST`."""
    until = slot.day - timedelta(days=1)
    since = max(before.day, slot.day - timedelta(days=MOST))
    return Span(since, until, slot.at, before.at)

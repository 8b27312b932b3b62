"""Times as reports write them: a day, and a time of day with its offset from UTC."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SLOT = 900  # seconds: today's offsets change at whole quarters of an hour


class Clock:
    """Instants in the zone `tz`; quick for the many times that lie close together."""

    def __init__(self, tz: ZoneInfo) -> None:
        self._tz = tz
        self._slot = functools.lru_cache(maxsize=2_000)(self._read_slot)

    def day_and_time(self, seconds: int | None) -> tuple[str, str]:
        """``("2025-03-30", "01:30:00+01:00")`` of seconds since 1970; blank where unknown."""
        if seconds is None:
            return "", ""
        slot, rest = divmod(seconds, _SLOT)
        found = self._slot(slot)
        if found is None:
            return _parts(self._at(seconds))
        day, hour, minute, suffix = found
        return day, f"{hour}:{minute + rest // 60:02}:{rest % 60:02}{suffix}"

    def _at(self, seconds: int) -> datetime:
        at = _EPOCH + timedelta(seconds=seconds)
        try:
            return at.astimezone(self._tz)
        except OverflowError:  # the first or last day that exists, in a zone off UTC
            return at

    def _read_slot(self, slot: int) -> tuple[str, str, int, str] | None:
        """Day, hour, minute and offset at the slot's beginning; None where the slot is not even."""
        first, last = self._at(slot * _SLOT), self._at(slot * _SLOT + _SLOT - 1)
        if first.utcoffset() != last.utcoffset() or first.minute % 15 or first.second:
            return None
        day, time = _parts(first)
        return day, time[:2], first.minute, time[8:]


def _parts(at: datetime) -> tuple[str, str]:
    day, _, time = at.isoformat(timespec="seconds").partition("T")
    return day, time


def in_utc(seconds: int | None) -> str:
    """``2025-03-30T00:30:00Z`` of seconds since 1970; blank where unknown."""
    if seconds is None:
        return ""
    return f"{(_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()}Z"


def seconds_of(at: datetime | None) -> int | None:
    """Seconds since 1970, rounded down; None stays None."""
    return None if at is None else (at - _EPOCH) // timedelta(seconds=1)

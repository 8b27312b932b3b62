"""Ids that the program assigns: time-ordered, unique without asking the database.

An id is (seconds since 2020-01-01) << 20 plus a counter: a million a second,
below 2**53 until the year 2292, so that it also survives as a JSON number.
"""

from __future__ import annotations

from datetime import UTC, datetime

_EPOCH = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())


class IdSource:
    """Hands out ids above everything handed out before; `last` is the highest id in the store."""

    def __init__(self, last: int = 0) -> None:
        self._last = last

    def next(self, now: datetime) -> int:
        """An id for something first seen at `now`; never lower than the one before."""
        floor = max(0, int(now.timestamp()) - _EPOCH) << 20
        self._last = max(self._last + 1, floor)
        return self._last

"""Hours of the team's day: when something is due, and when nobody wants to be disturbed.

Times of day are the team's; what comes out are moments. On a day on which the clocks change, an
hour that does not exist is the one after it, and of an hour that comes twice the first counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED = {"daily": range(7), "weekdays": range(5), **{day: (n,) for n, day in enumerate(_DAYS)}}
_EVERY = re.compile(r"(?P<days>[a-z]+(?:(?:, ?| and )[a-z]+)*) (?P<hour>\d\d?):(?P<minute>\d\d)")
_BETWEEN = re.compile(r", ?| and ")
_QUIET = re.compile(r"(\d\d?):(\d\d) ?[-–] ?(\d\d?):(\d\d)")


@dataclass(frozen=True, slots=True)
class Every:
    """Certain days (Monday is 0) at an hour. `text` is how it was written."""

    days: frozenset[int]
    at: time
    text: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of each day from `since` until `until`; over midnight where that is earlier."""

    since: time
    until: time
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that something is due. `name` is its local day and hour, and never comes twice."""

    name: str  # "2025-03-30T07:30"
    at: datetime  # in UTC

    @property
    def day(self) -> date:
        """The team's day that it is of."""
        return datetime.fromisoformat(self.name).date()


def parse_every(text: str) -> Every:
    """``weekdays 07:30``, ``daily 07:30``, ``monday 08:00`` or ``monday, thursday 08:00``.

    Raises ValueError for another form.
    """
    match = _EVERY.fullmatch(" ".join(text.lower().split()))
    at = _time(match["hour"], match["minute"]) if match else None
    words = _BETWEEN.split(match["days"]) if match else []
    if match is None or at is None or not _NAMED.keys() >= {*words}:
        raise ValueError(
            'must be days and an hour like "weekdays 07:30", "daily 07:30", "monday 08:00" or '
            f'"monday, thursday 08:00", got {text!r}'
        )
    days = frozenset(day for word in words for day in _NAMED[word])
    return Every(days, at, f"{match['days']} {at:%H:%M}")


def parse_quiet(text: str) -> Quiet:
    """``22:00-07:00``; raises ValueError for another form."""
    match = _QUIET.fullmatch(text.strip())
    since, until = (_time(match[1], match[2]), _time(match[3], match[4])) if match else (None, None)
    if since is None or until is None or since == until:
        raise ValueError(f'must be two hours like "22:00-07:00", got {text!r}')
    return Quiet(since, until, f"{since:%H:%M}–{until:%H:%M}")


def latest(every: Every, now: datetime, tz: ZoneInfo) -> Slot:
    """The last time, up to and including `now`, that `every` was due."""
    today = now.astimezone(tz).date()
    days = (today - timedelta(days=back) for back in range(-1, 9))
    return next(slot for slot in _slots(every, days, tz) if slot.at <= now)


def previous(every: Every, slot: Slot, tz: ZoneInfo) -> Slot:
    """The last time that `every` was due before `slot`, on an earlier day."""
    days = (slot.day - timedelta(days=back) for back in range(1, 9))
    return next(_slots(every, days, tz))


def following(every: Every, now: datetime, tz: ZoneInfo) -> Slot:
    """The first time after `now` that `every` is due."""
    today = now.astimezone(tz).date()
    days = (today + timedelta(days=ahead) for ahead in range(-1, 9))
    return next(slot for slot in _slots(every, days, tz) if slot.at > now)


def quiet_until(quiet: Quiet, now: datetime, tz: ZoneInfo) -> datetime | None:
    """When the quiet hours end that `now` lies in, in UTC; None where it lies in none."""
    today = now.astimezone(tz).date()
    for day in (today - timedelta(days=1), today):
        begins = moment(day, quiet.since, tz)
        over_midnight = timedelta(days=quiet.until <= quiet.since)
        ends = moment(day + over_midnight, quiet.until, tz)
        if begins <= now < ends:
            return ends
    return None


def moment(day: date, at: time, tz: ZoneInfo) -> datetime:
    """The hour `at` of `day` in `tz`, as a moment in UTC."""
    return datetime.combine(day, at, tzinfo=tz).astimezone(UTC)


def _slots(every: Every, days: Iterator[date], tz: ZoneInfo) -> Iterator[Slot]:
    for day in days:
        if day.weekday() in every.days:
            yield Slot(f"{day}T{every.at:%H:%M}", moment(day, every.at, tz))


def _time(hour: str, minute: str) -> time | None:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None

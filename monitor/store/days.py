"""The team's days, and where in them an article stands of which only the day is known.

What its publisher says is kept as it is: `published_at` is the beginning of that day in UTC. What
filters, charts and reports go by is `dated_at`, and there such an article stands at the beginning
of the same day in the team's zone: it is counted on the day it said wherever the team is. No one
moment would do for all (noon in UTC is tomorrow in Auckland), and nothing has to be fetched or
revised when the team's zone changes. The beginning, for then it is never in the future, and comes
last of its day where the latest come first; who asks which came first goes by `LATEST`.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.filters import period_bounds
from monitor.store import passes

if TYPE_CHECKING:
    from monitor.store.database import Connection

_ZONE = "timezone"  # setting
# As `monitor.models.is_day`, of an article `a` and the date that it has, its own or a copy's.
DAY_ONLY = """(a.dated_at IS NOT NULL
    AND epoch_us(coalesce(a.published_at, a.inferred_at)) % 86_400_000_000 = 0
    AND coalesce(a.date_confidence, 'none') NOT IN ('high', 'medium'))"""
# The latest moment at which `a` can have come: what is known to the minute comes before what may
# be as late as the end of that day.
LATEST = f"(a.dated_at + CASE WHEN {DAY_ONLY} THEN INTERVAL 1 DAY ELSE INTERVAL 0 DAY END)"


def set_zone(connection: Connection, zone: str) -> None:
    """Note the time zone in which the team's days begin."""
    if passes.setting(connection, _ZONE) != zone:
        passes.set_setting(connection, _ZONE, zone)


def zone_of(connection: Connection) -> ZoneInfo:
    """The time zone in which the team's days begin."""
    return ZoneInfo(passes.setting(connection, _ZONE) or "UTC")


def placed(moment: datetime | None, *, day_only: bool, tz: ZoneInfo) -> datetime | None:
    """Where `moment` stands among the team's days: a day (its beginning in UTC) at its beginning.

    Other moments stand where they are.
    """
    if moment is None or not day_only:
        return moment
    start, _ = period_bounds(moment.astimezone(UTC).date(), None, tz=tz)
    return start


def is_midnight(moment: datetime | None) -> bool:
    """Whether `moment` can be the beginning of a day in UTC."""
    return moment is not None and moment.astimezone(UTC).time() == time(0)

"""Bringing articles to their place among the team's days after its zone changed."""

from __future__ import annotations

from monitor.store import passes
from monitor.store.articles import copy_down
from monitor.store.database import Connection, transaction
from monitor.store.days import DAY_ONLY, zone_of

_PLACED = "days_placed_in"  # setting: the zone by whose days articles stand


def catch_up(connection: Connection) -> int:
    """Move articles of which only the day is known to the days of the team's zone; how many.

    An archive of an earlier version stands by the days of UTC.
    """
    tz, before = zone_of(connection).key, passes.setting(connection, _PLACED) or "UTC"
    if tz == before:
        return 0
    with transaction(connection):
        moved = connection.execute(
            f"""
            UPDATE article AS a SET dated_at =
                timezone($tz, timezone('UTC', coalesce(a.published_at, a.inferred_at)))
            WHERE {DAY_ONLY} RETURNING a.article_id
            """,  # noqa: S608 -- a condition of our own
            {"tz": tz},
        ).fetchall()
        copy_down(connection, [i for (i,) in moved])
        passes.set_setting(connection, _PLACED, tz)
    return len(moved)

"""Bringing articles to their place among the team's days: another zone, or another date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from monitor.models import DateConfidence, is_day
from monitor.store import passes
from monitor.store.articles import copy_down
from monitor.store.database import Connection, transaction, update
from monitor.store.days import DAY_ONLY, placed, zone_of
from monitor.store.grouping import infer_dates


class NewDate(NamedTuple):
    """Another date of an article, or none, and where its facts come from, as in Draft."""

    published_at: datetime | None
    confidence: DateConfidence
    sources: Mapping[str, str]


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


def set_dates(connection: Connection, dates: Mapping[int, NewDate]) -> None:
    """Give articles other dates, committed; their wordings stay. Copies are dated by them again."""
    if not dates:
        return
    tz = zone_of(connection)
    with transaction(connection):
        update(connection, "article", key="article_id", rows=[
            {"article_id": i, "published_at": new.published_at,
             "date_confidence": str(new.confidence), "inferred_at": None,
             "dated_at": placed(new.published_at,
                                day_only=is_day(new.published_at, new.confidence), tz=tz),
             "sources": json.dumps(dict(new.sources), ensure_ascii=False)}
            for i, new in dates.items()
        ])  # fmt: skip
        copy_down(connection, sorted({*dates, *infer_dates(connection, list(dates))}))

"""Stories that outlets have joined lately: how many carry one, and whether a tier-1 outlet does.

Beside it, which stories one has swallowed, so that who told of those tells of it as of the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.filters import Filters
from monitor.store.days import LATEST
from monitor.store.queries.scope import commonest_first, in_zone, make_scope

if TYPE_CHECKING:
    from monitor.store.reader import Reader

# When an article came up: when it was first seen here, or, of an archive that was brought in later,
# when it was published.
_CAME = {"seen": "a.first_seen_at", "published": "coalesce(a.dated_at, a.first_seen_at)"}
_LATE = timedelta(days=3)  # what was published longer before is history that was brought in


def pickups(
    reader: Reader, filters: Filters, *, since: datetime, tz: ZoneInfo,
    found: Sequence[int] | None = None, came: Literal["seen", "published"] = "seen",
    limit: int = 2_000,
) -> pd.DataFrame:  # fmt: skip
    """The stories that an article of the filter joined since `since`, the latest first.

    Columns: story_id, title (the original's, else the earliest article's), companies, articles,
    outlets and outlets_before (how many carry it, now and before `since`), tier_1_before (whether
    a tier-1 outlet did), tier_1 and tier_1_title (the first tier-1 outlet that carries it and its
    headline, NA where none does), latest_at. All of the articles in the filter, whose own period
    is for the caller to leave aside. `came` says when an article counts as having come.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    sql = """
        WITH joined AS (
            SELECT DISTINCT a.story_id FROM {articles} a
            WHERE {scope} AND a.story_id IS NOT NULL AND {came} >= $since
                AND (a.dated_at IS NULL OR a.dated_at >= $oldest)),
        carried AS (
            SELECT a.story_id, a.article_id, a.title, a.company_ids, a.outlet_id, o.name AS outlet,
                coalesce(o.tier = 1, false) AS tier_1, {came} AS came_at,
                row({came}, a.article_id) AS turn,
                row(a.role IS DISTINCT FROM 'original',
                    coalesce({latest}, 'infinity'::TIMESTAMPTZ), a.article_id) AS place
            FROM {articles} a LEFT JOIN outlet o USING (outlet_id)
            WHERE {scope} AND a.story_id IN (SELECT story_id FROM joined))
        SELECT story_id, arg_min(title, place) AS title,
            flatten(list(company_ids ORDER BY place)) AS company_ids, count(*) AS articles,
            count(DISTINCT outlet_id) AS outlets,
            count(DISTINCT outlet_id) FILTER (WHERE came_at < $since) AS outlets_before,
            coalesce(bool_or(tier_1 AND came_at < $since), false) AS tier_1_before,
            arg_min(outlet, turn) FILTER (WHERE tier_1) AS tier_1,
            arg_min(title, turn) FILTER (WHERE tier_1) AS tier_1_title,
            max(came_at) AS latest_at
        FROM carried GROUP BY story_id ORDER BY latest_at DESC, story_id DESC LIMIT $limit
    """.replace("{came}", _CAME[came]).replace("{latest}", LATEST)
    frame = scope.frame(reader, sql, since=since, oldest=since - _LATE, limit=limit)
    frame["companies"] = [
        commonest_first(ids, scope.names.companies) for ids in frame.pop("company_ids")
    ]
    return in_zone(frame, tz)


def merged_into(reader: Reader, story_ids: Sequence[int]) -> dict[int, list[int]]:
    """Story → those that were merged into it, also by way of others; without any it is left out."""
    found: dict[int, list[int]] = {}
    rows = reader.rows(
        """
        WITH RECURSIVE led AS (
            SELECT merged_into AS story_id, story_id AS before FROM story_redirect
            WHERE merged_into IN (SELECT unnest($ids::BIGINT[]))
            UNION
            SELECT led.story_id, r.story_id FROM story_redirect r JOIN led
                ON r.merged_into = led.before)
        SELECT story_id, before FROM led WHERE before <> story_id ORDER BY story_id, before
        """,
        {"ids": list(story_ids)},
    )
    for story_id, before in rows:
        found.setdefault(story_id, []).append(before)
    return found

"""Outlets that wrote about a company for the first time, as far as the archive reaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.filters import Filters, period_bounds
from monitor.store.queries.scope import in_zone, make_scope, mentioned

if TYPE_CHECKING:
    from monitor.store.reader import Reader

KNOWN = 28  # days for which an outlet was read before its first article on a company tells anything


def debuts(
    reader: Reader,
    filters: Filters,
    *,
    since: date,
    tz: ZoneInfo,
    found: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Who wrote about a company for the first time, `since` or later: one row an outlet × company.

    Of the articles of `filters`; their earliest is the debut. Left out are outlets of which the
    archive has nothing that is four weeks older: of them nobody knows what they wrote before.
    Columns: outlet, tier, company, article_id, story_id, title, dated_at, subject. By tier, main
    subjects first, then by time.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    sql = """
        WITH here AS (
            SELECT m.outlet_id, m.company_id, a.article_id, a.story_id, a.title, a.dated_at,
                m.subject
            FROM {articles} a JOIN mention m USING (article_id)
            WHERE {scope} AND a.dated_at IS NOT NULL
                AND ($only IS NULL OR list_contains($only::INTEGER[], m.company_id))
                AND (m.subject OR NOT $subject_only)
            QUALIFY row_number() OVER (
                PARTITION BY m.outlet_id, m.company_id ORDER BY a.dated_at, a.article_id) = 1),
        earlier AS (
            SELECT DISTINCT outlet_id, company_id FROM mention
            WHERE dated_at < $beginning),
        known AS (
            SELECT outlet_id FROM article GROUP BY outlet_id
            HAVING min(dated_at) < $before)
        SELECT o.name AS outlet, o.tier, c.name AS company, h.* EXCLUDE (outlet_id, company_id)
        FROM here h JOIN known USING (outlet_id) ANTI JOIN earlier USING (outlet_id, company_id)
        JOIN outlet o USING (outlet_id) JOIN company c USING (company_id)
        ORDER BY coalesce(o.tier, 9), NOT h.subject, h.dated_at, o.name, c.name
    """
    start, _ = period_bounds(since, None, tz=tz)
    before, _ = period_bounds(since - timedelta(days=KNOWN), None, tz=tz)
    frame = scope.frame(reader, sql, beginning=start, before=before, **mentioned(scope))
    return in_zone(frame, tz)

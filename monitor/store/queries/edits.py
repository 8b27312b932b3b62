"""What publishers changed after they had published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.filters import Filters
from monitor.store.queries.scope import in_order, in_zone, make_scope

if TYPE_CHECKING:
    from monitor.store.reader import Reader


def changed_headlines(
    reader: Reader,
    filters: Filters,
    *,
    since: datetime,
    tz: ZoneInfo,
    until: datetime | None = None,
    limit: int = 20,
    found: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Headlines that publishers changed since `since` and before `until`, the latest first.

    Columns: article_id, story_id, outlet, seen_at (when the new wording was first seen), before,
    after, companies. The filter's own period is left aside: an old article may be changed today.
    What a better extractor reads differently is no change.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    sql = """
        WITH recent AS (
            SELECT DISTINCT article_id FROM revision WHERE seen_at >= $changed AND made_by IS NULL),
        wordings AS (
            SELECT article_id, seen_at, title, made_by,
                lag(title) OVER (PARTITION BY article_id ORDER BY revision_id) AS before
            FROM revision WHERE article_id IN (SELECT article_id FROM recent))
        SELECT a.article_id, a.story_id, o.name AS outlet, w.seen_at, w.before, w.title AS after,
            a.company_ids
        FROM wordings w JOIN {articles} a USING (article_id) LEFT JOIN outlet o USING (outlet_id)
        WHERE {scope} AND w.seen_at >= $changed AND w.made_by IS NULL AND w.before <> w.title
            AND ($until IS NULL OR w.seen_at < $until)
        ORDER BY w.seen_at DESC, a.article_id DESC LIMIT $limit
    """
    frame = in_zone(scope.frame(reader, sql, changed=since, until=until, limit=limit), tz)
    frame["companies"] = [in_order(i, scope.names.companies) for i in frame.pop("company_ids")]
    return frame

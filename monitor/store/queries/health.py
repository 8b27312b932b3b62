"""How feeds did over time, and on which days an outlet could not be heard at all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.store.queries.scope import in_zone

if TYPE_CHECKING:
    from monitor.store.reader import Reader

_UTC = ZoneInfo("UTC")
_WEEK, _BEFORE = 7, 28  # days that are judged, and those they are judged by
_LESS, _MORE = 1.5, 2.0  # standard deviations; Media Cloud's bounds for an outlet's volume


def feed_health(
    reader: Reader, *, now: datetime, days: int = 30, tz: ZoneInfo = _UTC
) -> pd.DataFrame:
    """How each watched feed did in the `days` before `now`, by outlet and address.

    Columns: feed_id, outlet, url, polls, failed, empty (answers without a single
    entry), success (0..1, NA without polls), latency (median seconds for the feed
    document), week and usual (entries that became articles, a day: in the last 7
    days, and in the 28 before), unusual ("less" or "more" where the week's mean is
    more than 1.5 standard deviations below or 2 above the usual, else ""; ""
    without 28 days of history), interval_s, next_due_at, retry_at (the server
    asked to be left alone until), moved_to, failure_kind, error.
    """
    frame = reader.frame(
        """
        WITH poll_stats AS (
            SELECT feed_id, count(*) AS polls, count(*) FILTER (WHERE outcome = 'failed') AS failed,
                count(*) FILTER (WHERE outcome = 'empty') AS empty, median(latency) AS latency
            FROM poll WHERE polled_at > $now - to_days($days) AND polled_at <= $now GROUP BY feed_id
        ),
        first_poll AS (SELECT feed_id, min(polled_at) AS at FROM poll GROUP BY feed_id),
        -- Counted back from now: 1 is the last 24 hours.
        days AS (SELECT unnest(range(1, $week + $before + 1)) AS ago),
        daily AS (
            SELECT f.feed_id, d.ago, count(e.article_id) AS brought
            FROM feed f CROSS JOIN days d
            LEFT JOIN entry e ON e.feed_id = f.feed_id AND e.outcome = 'article'
                AND e.seen_at > $now - to_days(d.ago::INTEGER)
                AND e.seen_at <= $now - to_days((d.ago - 1)::INTEGER)
            WHERE f.watched GROUP BY f.feed_id, d.ago
        ),
        volume AS (
            SELECT feed_id, avg(brought) FILTER (WHERE ago <= $week) AS week,
                avg(brought) FILTER (WHERE ago > $week) AS usual,
                stddev_pop(brought) FILTER (WHERE ago > $week) AS spread
            FROM daily GROUP BY feed_id
        )
        SELECT f.feed_id, o.name AS outlet, f.url, coalesce(p.polls, 0) AS polls,
            coalesce(p.failed, 0) AS failed, coalesce(p.empty, 0) AS empty,
            1 - p.failed / p.polls AS success, p.latency, v.week, v.usual,
            CASE WHEN first.at IS NULL OR first.at > $now - to_days($week + $before) THEN ''
                 WHEN v.week < v.usual - $less * v.spread THEN 'less'
                 WHEN v.week > v.usual + $more * v.spread THEN 'more' ELSE '' END AS unusual,
            f.interval_s, f.next_due_at, f.retry_at, f.moved_to, f.failure_kind,
            coalesce(f.error, '') AS error
        FROM feed f LEFT JOIN outlet o USING (outlet_id) LEFT JOIN poll_stats p USING (feed_id)
        LEFT JOIN first_poll first USING (feed_id) LEFT JOIN volume v USING (feed_id)
        WHERE f.watched ORDER BY outlet, url
        """,
        {"now": now, "days": days, "week": _WEEK, "before": _BEFORE, "less": _LESS, "more": _MORE},
    )
    return in_zone(frame, tz)


def feed_days(
    reader: Reader, feed_id: int, *, now: datetime, days: int = 30, tz: ZoneInfo = _UTC
) -> pd.DataFrame:
    """One feed day by day, the `days` up to `now`; days without a poll have zeroes.

    Columns: day (a date in `tz`), polls, failed, empty, articles (new ones),
    latency (median seconds, NA without an answer).
    """
    return reader.frame(
        """
        WITH days AS (
            SELECT unnest(generate_series(
                timezone($tz, $now)::DATE - ($days - 1)::INTEGER, timezone($tz, $now)::DATE,
                INTERVAL 1 DAY))::DATE AS day
        )
        SELECT d.day, count(p.feed_id) AS polls,
            count(p.feed_id) FILTER (WHERE p.outcome = 'failed') AS failed,
            count(p.feed_id) FILTER (WHERE p.outcome = 'empty') AS empty,
            coalesce(sum(p.new_articles), 0)::BIGINT AS articles, median(p.latency) AS latency
        FROM days d LEFT JOIN poll p
            ON p.feed_id = $feed_id AND timezone($tz, p.polled_at)::DATE = d.day
        GROUP BY d.day ORDER BY d.day
        """,
        {"now": now, "days": days, "tz": str(tz), "feed_id": feed_id},
    )


def gaps(reader: Reader, *, tz: ZoneInfo = _UTC, sample: bool = True) -> pd.DataFrame:
    """The days on which an outlet could not be heard: a dip there is not less news.

    Columns: outlet, day (a date in `tz`), reason: "failing" (all its feeds were
    asked, and none answered) or "not running" (nothing was asked at all, though
    something was before and after). By outlet and day.
    """
    return reader.frame(
        """
        WITH polled AS (
            SELECT f.outlet_id, timezone($tz, p.polled_at)::DATE AS day,
                bool_and(p.outcome = 'failed') AS failing
            FROM poll p JOIN feed f USING (feed_id)
            WHERE f.watched AND ($sample OR NOT coalesce(f.sample, false))
            GROUP BY f.outlet_id, day
        ),
        spans AS (SELECT outlet_id, min(day) AS first, max(day) AS last FROM polled GROUP BY 1),
        idle AS (
            SELECT unnest(generate_series(min(day), max(day), INTERVAL 1 DAY))::DATE AS day
            FROM polled
            EXCEPT SELECT day FROM polled
        ),
        found AS (
            SELECT outlet_id, day, 'failing' AS reason FROM polled WHERE failing
            UNION ALL
            SELECT outlet_id, day, 'not running' FROM spans JOIN idle ON day BETWEEN first AND last
        )
        SELECT o.name AS outlet, day, reason FROM found JOIN outlet o USING (outlet_id)
        ORDER BY outlet, day
        """,
        {"tz": str(tz), "sample": sample},
    )

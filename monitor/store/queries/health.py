"""How feeds did over time: success, answer times, and what they bring against what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.store.queries.feeds import feeds
from monitor.store.queries.scope import in_zone
from monitor.store.queries.trouble import explain

if TYPE_CHECKING:
    from monitor.store.reader import Reader

_UTC = ZoneInfo("UTC")
_WEEK, _BEFORE = 7, 28  # days that are judged, and those they are judged by
_LESS, _MORE = 1.5, 2.0  # standard deviations; Media Cloud's bounds for an outlet's volume


def feeds_and_health(
    reader: Reader, *, now: datetime, tz: ZoneInfo = _UTC, sample: bool = True
) -> pd.DataFrame:
    """`feeds`, those in trouble first, each with its columns of `feed_health`."""
    health = feed_health(reader, now=now, tz=tz)
    state = feeds(reader, tz=tz, sample=sample)
    return state.merge(health.drop(columns=["outlet", "url", "error"]), on="feed_id", how="left")


def feed_health(
    reader: Reader, *, now: datetime, days: int = 30, tz: ZoneInfo = _UTC
) -> pd.DataFrame:
    """How each watched feed did in the `days` before `now`, by outlet and address.

    Columns: feed_id, outlet, url, polls, failed, empty (answers without a single
    entry), success (0..1: the share of polls that did not fail, NA without polls),
    latency and latency_p95 (seconds for the feed document: median and 95th percentile),
    week and usual (new entries a day on which it was polled: in the last 7 days, and in
    the 28 before; NA without such a day), spread (the standard deviation of the 28),
    unusual ("less" or "more" where the week's mean is more than 1.5 standard deviations
    below or 2 above the usual, else ""; "" without 28 days of history), interval_s,
    next_due_at (NA for the sample's, which are not polled), due_why (one of
    `monitor.models.DueWhy`), weekly (entries a week that its rhythm was told by), retry_at
    (the server asked to be left alone until), moved_to, failure_kind, error.
    """
    frame = reader.frame(
        """
        WITH poll_stats AS (
            SELECT feed_id, count(*) AS polls, count(*) FILTER (WHERE outcome = 'failed') AS failed,
                count(*) FILTER (WHERE outcome = 'empty') AS empty,
                quantile_cont(latency::FLOAT, [0.5, 0.95]) AS latency
            FROM poll WHERE polled_at > $now - to_days($days) AND polled_at <= $now GROUP BY feed_id
        ),
        -- The day of the first poll tells, but where it is so near that its hour does.
        known AS (
            SELECT feed_id FROM hearing WHERE first_on < ($now - to_days($week + $before + 2))::DATE
            UNION
            SELECT feed_id FROM poll WHERE polled_at > $now - to_days($week + $before + 4)
                AND polled_at <= $now - to_days($week + $before)
        ),
        -- Counted back from now: 0 is the last 24 hours.
        daily AS (
            SELECT feed_id, (epoch_us($now) - epoch_us(polled_at)) // 86_400_000_000 AS ago,
                sum(coalesce(new_entries, new_articles)) AS brought
            FROM poll WHERE polled_at > $now - to_days($week + $before) AND polled_at <= $now
            GROUP BY feed_id, ago
        ),
        volume AS (
            SELECT feed_id, avg(brought) FILTER (WHERE ago < $week) AS week,
                avg(brought) FILTER (WHERE ago >= $week) AS usual,
                stddev_pop(brought) FILTER (WHERE ago >= $week) AS spread
            FROM daily GROUP BY feed_id
        )
        SELECT f.feed_id, o.name AS outlet, f.url, coalesce(p.polls, 0) AS polls,
            coalesce(p.failed, 0) AS failed, coalesce(p.empty, 0) AS empty,
            1 - p.failed / p.polls AS success, p.latency[1] AS latency,
            p.latency[2] AS latency_p95, v.week, v.usual,
            v.spread,
            CASE WHEN k.feed_id IS NULL THEN ''
                 WHEN v.week < v.usual - $less * v.spread THEN 'less'
                 WHEN v.week > v.usual + $more * v.spread THEN 'more' ELSE '' END AS unusual,
            f.interval_s, CASE WHEN f.sample THEN NULL ELSE f.next_due_at END AS next_due_at,
            f.due_why, f.weekly, f.retry_at, f.moved_to, f.failure_kind,
            coalesce(f.error, '') AS error
        FROM feed f LEFT JOIN outlet o USING (outlet_id) LEFT JOIN poll_stats p USING (feed_id)
        LEFT JOIN known k USING (feed_id) LEFT JOIN volume v USING (feed_id)
        WHERE f.watched ORDER BY outlet, url
        """,
        {"now": now, "days": days, "week": _WEEK, "before": _BEFORE, "less": _LESS, "more": _MORE},
    )
    return in_zone(frame, tz)


def feed_days(
    reader: Reader, feed_ids: Sequence[int], *, now: datetime, days: int = 30, tz: ZoneInfo = _UTC
) -> pd.DataFrame:
    """Feeds day by day, the `days` up to `now`; days without a poll have zeroes.

    Columns: feed_id, day (a date in `tz`), polls, failed, empty, entries (new ones),
    latency and latency_p95 (seconds; NA without an answer). By feed and day.
    """
    return reader.frame(
        """
        WITH days AS (
            SELECT unnest(generate_series(
                timezone($tz, $now)::DATE - ($days - 1)::INTEGER, timezone($tz, $now)::DATE,
                INTERVAL 1 DAY))::DATE AS day
        ),
        polled AS (
            SELECT *, timezone($tz, polled_at)::DATE AS day FROM poll
            WHERE feed_id IN (SELECT unnest($feed_ids::INTEGER[]))
                AND polled_at > $now - to_days($days + 1)
        )
        SELECT f.feed_id, d.day, count(p.feed_id) AS polls,
            count(p.feed_id) FILTER (WHERE p.outcome = 'failed') AS failed,
            count(p.feed_id) FILTER (WHERE p.outcome = 'empty') AS empty,
            coalesce(sum(coalesce(p.new_entries, p.new_articles)), 0)::BIGINT AS entries,
            median(p.latency) AS latency, quantile_cont(p.latency, 0.95) AS latency_p95
        FROM (SELECT unnest($feed_ids::INTEGER[]) AS feed_id) f CROSS JOIN days d
        LEFT JOIN polled p ON p.feed_id = f.feed_id AND p.day = d.day
        GROUP BY f.feed_id, d.day ORDER BY f.feed_id, d.day
        """,
        {"now": now, "days": days, "tz": str(tz), "feed_ids": list(feed_ids)},
    )


def feed_polls(
    reader: Reader, feed_id: int, *, tz: ZoneInfo = _UTC, limit: int = 20
) -> pd.DataFrame:
    """A feed's latest polls, newest first.

    Columns: polled_at, outcome ("new", "unchanged", "empty" or "failed"), http_status,
    latency (seconds), entries (in the document), new_entries, error (in plain words, "" where
    it did not fail).
    """
    frame = reader.frame(
        """
        SELECT polled_at, outcome, http_status, latency, entries,
            coalesce(new_entries, new_articles, 0) AS new_entries, coalesce(error, '') AS error
        FROM poll WHERE feed_id = $feed_id ORDER BY polled_at DESC LIMIT $limit
        """,
        {"feed_id": feed_id, "limit": limit},
    )
    frame["error"] = [explain(error).happened if error else "" for error in frame["error"]]
    return in_zone(frame, tz)

"""The days on which an outlet could not be heard: fewer articles there are not less news."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.filters import Filters, period_bounds
from monitor.store.queries.scope import make_scope

if TYPE_CHECKING:
    from monitor.store.reader import Reader


def gaps(reader: Reader, filters: Filters, *, tz: ZoneInfo, today: date) -> pd.DataFrame:
    """The days of `filters` on which one of its outlets could not be heard, as far as is known.

    Of the filters the period, the outlets, the languages (of the outlets that have one) and
    whether the sample counts. Columns, by outlet and day:

    - outlet, day (a date in `tz`)
    - reason: "failing" (all its feeds were asked, and none answered), "empty" (they answered,
      without a single entry, as they did not before) or "not running" (nothing was asked of
      anybody, though this outlet was followed before)
    - feeds: the addresses that were down
    - outlets: how many of the filter's outlets were followed on that day

    A day is left out where the next answer of each of its feeds reaches back to what was known
    before: then nothing was missed. What is still down has missed what nobody knows. The
    sample's feeds are not polled, so that nothing is "not running" there. `today` is not yet
    over, and "not running" only once it is.
    """
    scope = make_scope(reader, replace(filters, query=""), tz=tz)
    start, end = period_bounds(filters.since, filters.until, tz=tz)
    return reader.frame(
        """
        WITH followed AS (
            SELECT f.feed_id, f.url, f.outlet_id, coalesce(f.sample, false) AS sample
            FROM feed f JOIN outlet o USING (outlet_id)
            WHERE f.watched AND ($sample OR NOT coalesce(f.sample, false))
                AND ($outlets IS NULL OR list_contains($outlets::INTEGER[], f.outlet_id))
                AND ($languages IS NULL OR o.language IS NULL
                     OR list_contains($languages::VARCHAR[], lower(o.language)))
        ),
        -- Every zone's offset is a multiple of a quarter of an hour: the day is looked up once
        -- a quarter and not once a poll.
        slots AS (
            SELECT slot, timezone($tz, make_timestamptz(slot * 900_000_000))::DATE AS day
            FROM (SELECT DISTINCT epoch_us(polled_at) // 900_000_000 AS slot FROM poll)
        ),
        running AS (
            SELECT DISTINCT day FROM slots
            JOIN (SELECT DISTINCT epoch_us(polled_at) // 900_000_000 AS slot
                  FROM poll WHERE feed_id IN (SELECT feed_id FROM feed
                                              WHERE NOT coalesce(sample, false))) USING (slot)
        ),
        polled AS (
            SELECT f.outlet_id, s.day, bool_and(p.outcome IN ('failed', 'empty')) AS down,
                bool_or(p.outcome = 'failed') AS failing
            FROM poll p JOIN followed f USING (feed_id)
            JOIN slots s ON s.slot = epoch_us(p.polled_at) // 900_000_000
            WHERE ($start IS NULL OR p.polled_at >= $start) AND ($end IS NULL OR p.polled_at < $end)
            GROUP BY f.outlet_id, s.day
        ),
        spans AS (
            SELECT f.outlet_id, timezone($tz, min(p.polled_at))::DATE AS first,
                CASE WHEN bool_and(f.sample) THEN timezone($tz, max(p.polled_at))::DATE
                     ELSE $today END AS last,
                bool_and(f.sample) AS sample, bool_or(p.outcome = 'new') AS brought
            FROM poll p JOIN followed f USING (feed_id) GROUP BY f.outlet_id
        ),
        idle AS (
            SELECT unnest(generate_series(min(day), $today - 1, INTERVAL 1 DAY))::DATE AS day
            FROM running EXCEPT SELECT day FROM running
        ),
        found AS (
            SELECT outlet_id, day, CASE WHEN failing THEN 'failing' ELSE 'empty' END AS reason
            FROM polled JOIN spans USING (outlet_id) WHERE down AND (failing OR brought)
            UNION ALL
            SELECT outlet_id, day, 'not running'
            FROM spans JOIN idle ON day BETWEEN first AND last WHERE NOT sample
        ),
        first_poll AS (SELECT feed_id, min(polled_at) AS at FROM poll GROUP BY feed_id),
        wanted AS (
            SELECT d.outlet_id, d.day, d.reason, f.feed_id, f.url,
                timezone($tz, (d.day + 1)::TIMESTAMP) AS over
            FROM found d JOIN followed f USING (outlet_id) JOIN first_poll p USING (feed_id)
            WHERE p.at < over
                AND ($start IS NULL OR timezone($tz, d.day::TIMESTAMP) >= $start)
                AND ($end IS NULL OR timezone($tz, d.day::TIMESTAMP) < $end)
        ),
        answered AS (
            SELECT feed_id, polled_at,
                outcome = 'new' AND coalesce(new_entries, entries) >= entries AS missed
            FROM poll WHERE outcome IN ('new', 'unchanged')
                AND feed_id IN (SELECT feed_id FROM wanted)
        ),
        lost AS (
            SELECT w.outlet_id, w.day, any_value(w.reason) AS reason,
                list(w.url ORDER BY w.url) AS feeds
            FROM wanted w ASOF LEFT JOIN answered a
                ON a.feed_id = w.feed_id AND a.polled_at >= w.over
            GROUP BY w.outlet_id, w.day HAVING bool_or(coalesce(a.missed, true))
        )
        SELECT o.name AS outlet, l.day, l.reason, l.feeds,
            (SELECT count(*) FROM spans s WHERE l.day BETWEEN s.first AND s.last) AS outlets
        FROM lost l JOIN outlet o USING (outlet_id) ORDER BY outlet, l.day
        """,
        {
            "tz": str(tz), "sample": filters.sample, "today": today, "start": start, "end": end,
            "outlets": scope.params.get("outlets"), "languages": scope.params.get("languages"),
        },
    )  # fmt: skip

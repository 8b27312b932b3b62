"""How the feeds are, and what the last passes did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.store.queries.scope import in_zone
from monitor.store.queries.trouble import Trouble, explain, nothing_new, recorded

if TYPE_CHECKING:
    from monitor.store.reader import Reader

State = Literal["failing", "empty", "quiet", "not polled yet", "ok", "sample"]

# A feed is quiet after five times the usual distance of its entries, which is that of the last
# twenty: no weekend makes a daily feed quiet, and no season a monthly one.
_TIMES = 5.0
_SOONEST, _LATEST, _UNKNOWN = 3.0, 90.0, 7.0  # days; unknown: too few entries to tell
_UTC = ZoneInfo("UTC")


def feeds(reader: Reader, *, tz: ZoneInfo = _UTC, sample: bool = True) -> pd.DataFrame:
    """Every watched feed, those in trouble first.

    Columns: feed_id, outlet, url, title, state, polled_at, succeeded_at, newest_at
    (of its newest entry: when it was published, else when it was first seen), usual_s
    (seconds between its entries, NA where there are too few), entries (in the feed at
    the last success), articles (brought so far), failures (in a row), error, what_to_do,
    connected (False where the last poll found no name or no server), sample.
    ``state`` is "failing" (the last poll failed), "empty" (it was answered, without a
    single entry), "quiet" (nothing new for far longer than usual), "not polled yet",
    "ok", or "sample" (recorded, and never polled). `error` and `what_to_do` are plain
    words, "" where all is well.
    """
    frame = reader.frame(
        """
        SELECT f.feed_id, o.name AS outlet, f.url, coalesce(f.title, '') AS title,
               CASE WHEN f.sample THEN 'sample'
                    WHEN f.polled_at IS NULL THEN 'not polled yet'
                    WHEN h.hollow OR coalesce(f.failures, 0) = 0 AND f.entries = 0
                        THEN 'empty'
                    WHEN coalesce(f.failures, 0) > 0 THEN 'failing'
                    WHEN coalesce(r.newest_at, '-infinity'::TIMESTAMPTZ) < f.polled_at - to_seconds(
                        CASE WHEN r.usual_s IS NULL THEN $unknown
                             ELSE greatest($soonest, least($latest, $times * r.usual_s)) END)
                        THEN 'quiet'
                    ELSE 'ok' END AS state,
               f.polled_at, f.succeeded_at, r.newest_at, r.usual_s, f.entries,
               coalesce(r.articles, 0) AS articles, coalesce(f.failures, 0) AS failures,
               coalesce(f.error, '') AS error, h.http_status,
               coalesce(f.sample, false) AS sample
        FROM feed f LEFT JOIN outlet o USING (outlet_id)
        LEFT JOIN rhythm r USING (feed_id) LEFT JOIN hearing h USING (feed_id)
        WHERE f.watched AND ($sample OR NOT coalesce(f.sample, false))
        ORDER BY list_position(['failing', 'empty', 'quiet', 'not polled yet', 'ok'], state),
                 f.failures DESC, outlet, url
        """,
        {
            "times": _TIMES, "soonest": _SOONEST * 86_400.0,
            "latest": _LATEST * 86_400.0, "unknown": _UNKNOWN * 86_400.0, "sample": sample,
        },
    )  # fmt: skip
    frame = in_zone(frame, tz)
    frame["http_status"] = [None if pd.isna(s) else int(s) for s in frame["http_status"]]
    told = [_told(row) for row in frame.itertuples()]
    frame["error"] = [trouble.happened for trouble in told]
    frame["what_to_do"] = [trouble.what_to_do for trouble in told]
    frame["connected"] = [trouble.kind != "no connection" for trouble in told]
    return frame.drop(columns="http_status")


def _told(row: Any) -> Trouble:
    status = None if pd.isna(row.http_status) else int(row.http_status)
    match row.state:
        case "sample":
            return recorded(row.newest_at, explain(row.error, status) if row.error else None)
        case "not polled yet":
            return Trouble("other", "", "It is read in the next pass.")
        case "empty" if not row.error:
            return Trouble(
                "other",
                "The address answers with a feed that has nothing in it",
                "Open it: the feed may have moved. It is tried again.",
            )
        case "empty" | "failing":
            return explain(row.error, status)
        case "quiet":
            return nothing_new(row.newest_at, row.usual_s)
    return Trouble("other", "", "")


def passes(reader: Reader, *, tz: ZoneInfo = _UTC, limit: int = 20) -> pd.DataFrame:
    """The latest passes, newest first.

    Columns: pass_id, kind, started_at, finished_at, seconds, feeds, failing,
    entries, articles, revisions.
    """
    frame = reader.frame(
        """
        SELECT pass_id, kind, started_at, finished_at,
               epoch(finished_at) - epoch(started_at) AS seconds,
               feeds, failing, entries, articles, revisions
        FROM pass ORDER BY started_at DESC, pass_id DESC LIMIT $limit
        """,
        {"limit": limit},
    )
    return in_zone(frame, tz)

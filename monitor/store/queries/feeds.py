"""How the feeds are, and what the last passes did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.store.queries.scope import in_zone
from monitor.store.queries.trouble import Trouble, explain

if TYPE_CHECKING:
    from monitor.store.reader import Reader

State = Literal["ok", "quiet", "failing", "not polled yet"]

_QUIET_DAYS = 7  # the press writes daily; a feed that brought nothing for a week is worth a look
_UTC = ZoneInfo("UTC")


def feeds(reader: Reader, *, tz: ZoneInfo = _UTC, sample: bool = True) -> pd.DataFrame:
    """Every watched feed, those in trouble first.

    Columns: outlet, url, state, polled_at, succeeded_at, newest_at (when it last
    brought an article), entries (in the feed at the last success), articles
    (brought so far), failures (in a row), error, what_to_do, connected (False
    where the last poll found no name or no server), sample. ``state`` is "not
    polled yet", "failing" (the last poll failed), "quiet" (it answers, but is
    empty or brought nothing new for a week) or "ok". `error` and `what_to_do`
    are plain words, "" where all is well.
    """
    frame = reader.frame(
        """
        WITH brought AS (
            SELECT feed_id, count(DISTINCT article_id) AS articles, max(seen_at) AS newest_at
            FROM entry WHERE outcome = 'article' GROUP BY feed_id),
        last AS (
            SELECT feed_id, arg_max(http_status, polled_at) FILTER (WHERE outcome = 'failed')
                       AS http_status
            FROM poll GROUP BY feed_id)
        SELECT o.name AS outlet, f.url,
               CASE WHEN f.polled_at IS NULL THEN 'not polled yet'
                    WHEN coalesce(f.failures, 0) > 0 THEN 'failing'
                    WHEN f.entries = 0
                      OR coalesce(b.newest_at, '-infinity'::TIMESTAMPTZ)
                         < f.polled_at - to_days($quiet_days) THEN 'quiet'
                    ELSE 'ok' END AS state,
               f.polled_at, f.succeeded_at, b.newest_at, f.entries,
               coalesce(b.articles, 0) AS articles, coalesce(f.failures, 0) AS failures,
               coalesce(f.error, '') AS error, l.http_status,
               coalesce(f.sample, false) AS sample
        FROM feed f LEFT JOIN outlet o USING (outlet_id)
        LEFT JOIN brought b USING (feed_id) LEFT JOIN last l USING (feed_id)
        WHERE f.watched AND ($sample OR NOT coalesce(f.sample, false))
        ORDER BY CASE state WHEN 'failing' THEN 0 WHEN 'quiet' THEN 1
                            WHEN 'not polled yet' THEN 2 ELSE 3 END,
                 f.failures DESC, outlet, url
        """,
        {"quiet_days": _QUIET_DAYS, "sample": sample},
    )
    frame = in_zone(frame, tz)
    statuses = [None if pd.isna(s) else int(s) for s in frame.pop("http_status")]
    told = [
        _told(state, error, status, entries)
        for state, error, status, entries in zip(
            frame["state"], frame["error"], statuses, frame["entries"], strict=True
        )
    ]
    frame["error"] = [trouble.happened for trouble in told]
    frame["what_to_do"] = [trouble.what_to_do for trouble in told]
    frame["connected"] = [trouble.kind != "no connection" for trouble in told]
    return frame


def _told(state: State, error: str, http_status: int | None, entries: int | None) -> Trouble:
    if state == "failing":
        return explain(error, http_status)
    return Trouble("other", "", _advice(state, entries))


def _advice(state: State, entries: int | None) -> str:
    if state == "not polled yet":
        return "It is read in the next pass."
    if state == "quiet":
        return (
            "Open the address: the feed answers, but there is nothing in it."
            if not pd.isna(entries) and entries == 0
            else "Compare with the outlet's site: the feed answers, but brought nothing new."
        )
    return ""


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

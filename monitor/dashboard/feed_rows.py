"""The Feeds page's query results as what the table draws. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.analysis.frames import each
from monitor.dashboard import texts, texts_feeds
from monitor.dashboard.rows import Item

COLUMNS: Sequence[dict[str, Any]] = (
    {"label": texts_feeds.COLUMNS["state"], "width": "6rem", "phone": "inline"},
    {"label": texts_feeds.COLUMNS["feed"], "phone": "bare"},
    {"label": texts_feeds.COLUMNS["days"], "width": "11.5rem"},
    {"label": texts_feeds.COLUMNS["latency"], "width": "7.5rem"},
    {"label": texts_feeds.COLUMNS["volume"], "width": "8rem"},
    {"label": texts_feeds.COLUMNS["trouble"], "width": "27%", "phone": "bare"},
    {"label": texts_feeds.COLUMNS["next"], "width": "12rem"},
)
POLL_COLUMNS: Sequence[dict[str, Any]] = tuple(
    {"label": label, **more}
    for label, more in zip(
        texts_feeds.POLL_COLUMNS,
        (
            {"width": "12rem", "phone": "bare"}, {"width": "9rem", "phone": "inline"},
            {"width": "5rem"}, {"width": "5rem"}, {"width": "5rem"}, {"width": "4rem"}, {},
        ),
        strict=True,
    )
)  # fmt: skip
_WORST_FIRST = ("failing", "empty", "quiet", "less", "not polled yet", "ok", "sample")


def to_feed(feed_id: int) -> str:
    """Where a feed opens."""
    return f"feeds?feed={feed_id}"


def worst_first(frame: pd.DataFrame) -> pd.DataFrame:
    """`queries.feeds_and_health` with those that bring less than usual behind the quiet ones."""
    less = (frame["state"] == "ok") & (frame["unusual"] == "less")
    rank = frame["state"].mask(less, "less").map(_WORST_FIRST.index)
    return frame.assign(rank=rank).sort_values("rank", kind="stable").drop(columns="rank")


def chosen(frame: pd.DataFrame, *, state: str, words: str) -> pd.DataFrame:
    """The feeds of a state ("" for all, "less" for those that bring less than usual).

    Every one of `words` must stand in the outlet's name, the feed's address or its title.
    """
    if state == "less":
        frame = frame[frame["unusual"] == "less"]
    elif state:
        frame = frame[frame["state"] == state]
    for word in words.casefold().split():
        text = frame["outlet"].fillna("") + "\n" + frame["url"] + "\n" + frame["title"]
        frame = frame[text.str.casefold().str.contains(word, regex=False)]
    return frame


def offline(frame: pd.DataFrame) -> bool:
    """Whether no feed of `queries.feeds` could even be reached at its last poll.

    Then it is hardly the feeds. The sample's were never really asked, and one feed alone may
    have a wrong address.
    """
    polled = frame[frame["polled_at"].notna() & ~frame["sample"]]
    return len(polled) > 1 and not polled["connected"].any()


def stopped(frame: pd.DataFrame, now: datetime) -> bool:
    """Whether feeds have been due for hours while nobody asked any."""
    polled = frame[frame["polled_at"].notna() & ~frame["sample"]]
    long_ago = pd.Timestamp(now) - pd.Timedelta(hours=2)
    return bool(
        len(polled)
        and (polled["polled_at"] < long_ago).all()
        and (polled["next_due_at"] < long_ago).any()
    )


def feed_rows(
    frame: pd.DataFrame, days: pd.DataFrame, *, now: datetime, advise: bool = True
) -> list[list[Item]]:
    """One row a feed of `queries.feeds_and_health`, for `COLUMNS`.

    `days` are `queries.feed_days` of these feeds. `advise` False leaves out what to do about
    feeds that could not be reached.
    """
    by_feed = dict(list(days.groupby("feed_id")))
    return [
        [
            {"badge": state_badge(row.state)},
            {"to": to_feed(row.feed_id), "text": row.outlet or "Unknown outlet", "sub": row.url},
            {
                **(strip(by_feed[row.feed_id]) if row.polls else {}),
                "sub": texts_feeds.in_days(row.success, row.empty, row.polls),
            },
            _latency(row),
            volume(row),
            {"text": happened(row),
             "sub": what_to_do(row) if advise or row.connected else ""},
            next_poll(row, now=now),
        ]
        for row in each(frame)
    ]  # fmt: skip


def state_badge(state: str) -> Item:
    """What a feed's state is called."""
    name, tone, meaning = texts_feeds.STATES[state]
    return {"text": name, "tone": tone, "title": meaning}


def strip(days: pd.DataFrame) -> Item:
    """A mark a day: how many of its polls were answered, were empty, or failed."""
    marks = [
        {
            "failed": row.failed / row.polls if row.polls else 0,
            "empty": row.empty / row.polls if row.polls else 0,
            "none": not row.polls,
            "title": texts_feeds.one_day(row.day, row.polls, row.failed, row.empty),
        }
        for row in each(days)
    ]
    bad = [str(m["title"]) for m in marks if m["failed"] or m["empty"]]
    return {"strip": marks, "label": "; ".join(bad[-5:])}


def _latency(row: Any) -> Item:
    p95 = texts_feeds.seconds(row.latency_p95)
    return {
        "text": texts_feeds.seconds(row.latency),
        "sub": texts_feeds.slowest(p95) if p95 else "",
    }


def volume(row: Any) -> Item:
    """What a feed brought in the last week, and what it usually does."""
    usual = texts_feeds.rate(row.usual)
    cell: Item = {"text": texts_feeds.rate(row.week), "sub": f"usually {usual}" if usual else ""}
    if row.unusual in texts_feeds.UNUSUAL:
        tone = "warn" if row.unusual == "less" else ""
        cell["sub"] = f"{texts_feeds.UNUSUAL[row.unusual]}: {usual}"
        cell["badge"] = {"text": "↓" if row.unusual == "less" else "↑", "tone": tone,
                         "title": texts_feeds.UNUSUAL[row.unusual]}  # fmt: skip
    return cell


def happened(row: Any) -> str:
    """A feed's last trouble, and how often it came."""
    many = row.error and row.failures > 1 and not row.sample
    return str(row.error) + (f" ({texts.plural(row.failures, 'time')} in a row)" if many else "")


def what_to_do(row: Any) -> str:
    """What a person can do about a feed; "" where all is well."""
    moved = texts_feeds.moved(row.moved_to) if isinstance(row.moved_to, str) else ""
    return " ".join(filter(None, (row.what_to_do, moved)))


def next_poll(row: Any, *, now: datetime) -> Item:
    """When a feed is asked again, and why then."""
    if row.sample:
        return {"text": "Never"}
    return {
        "text": texts_feeds.until(row.next_due_at, now),
        "sub": texts_feeds.why_then(row.due_why, row.weekly),
    }


def poll_rows(frame: pd.DataFrame, *, tz: ZoneInfo) -> list[list[Item]]:
    """One row a poll of `queries.feed_polls`, for `POLL_COLUMNS`."""
    return [
        [
            {"text": texts.moment(row.polled_at, tz)},
            {"badge": dict(zip(("text", "tone"), texts_feeds.OUTCOMES[row.outcome], strict=True))},
            {"text": "" if pd.isna(row.http_status) else str(row.http_status)},
            {"text": texts_feeds.seconds(row.latency)},
            {"text": "" if pd.isna(row.entries) else f"{row.entries:,}"},
            {"text": f"{row.new_entries:,}" if row.new_entries else ""},
            {"text": row.error},
        ]
        for row in each(frame)
    ]

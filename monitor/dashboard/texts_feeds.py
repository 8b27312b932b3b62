"""The English of the Feeds page, and of days on which feeds were down; see `texts`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.dashboard.texts import ago, moment, plural
from monitor.models import DueWhy

OFFLINE = "This machine seems to be offline"
OFFLINE_DO = (
    "None of the feeds could be reached. Check the network connection and its name service (DNS); "
    "the feeds themselves are probably fine. They are tried again."
)
STOPPED = "No feed is being read"
STOPPED_DO = (
    "Feeds were due long ago and nothing has read them: the ingest job seems not to be running. "
    "Start it with `make run`, or `python -m monitor ingest`."
)
NO_FEEDS = "No feeds are watched yet"
NO_FEEDS_DO = "Add a `[[feed]]` to the watchlist; it is read in the next pass."
NO_SUCH_FEED = "There is no such feed"
NO_SUCH_FEED_DO = "It may have left the watchlist, or the link was cut short."
NO_FEED_HERE = "No feed matches"
NO_FEED_HERE_DO = "Choose another state, or fewer words."
ALL_FEEDS = "All feeds"

# State → what it is called, its tone, and what it means. In the order of the figures.
STATES = {
    "ok": ("Fine", "good", "Answered at the last poll, and brings what it usually does."),
    "failing": ("Failing", "bad", "Could not be read at the last poll. What to do stands beside."),
    "empty": ("Empty", "bad", "The server answers, with nothing: no entry, or not a byte."),
    "quiet": ("Quiet", "warn", "Answers, but brings nothing new for far longer than usual."),
    "not polled yet": ("Waiting", "", "Not read yet."),
    "sample": ("Sample", "", "Recorded feeds of the sample archive. They are not polled."),
}
STATE, ALL_STATES = "State", "All states"
UNUSUAL = {"less": "Less than usual", "more": "More than usual"}
FEED_SEARCH = "Search outlets and addresses"

COLUMNS = {
    "state": "State", "feed": "Feed", "days": "Last 30 days", "latency": "Answers in",
    "volume": "Entries a day", "trouble": "What happened, and what to do", "next": "Next poll",
}  # fmt: skip
POLL_COLUMNS = ("Polled", "Outcome", "Status", "Took", "Entries", "New", "What went wrong")
OUTCOMES = {
    "new": ("Something new", "good"), "unchanged": ("Unchanged", ""),
    "empty": ("Empty", "warn"), "failed": ("Failed", "bad"),
}  # fmt: skip
ANSWERED, EMPTY, FAILED = "Answered", "Answered, but empty", "Failed"
MEDIAN, P95 = "Half of the answers", "95% of the answers"
POLLS_BY_DAY, ENTRIES_BY_DAY = "How it answered", "New entries"
SECONDS_BY_DAY, LATEST_POLLS = "How long it took", "Latest polls"
POLLS, ENTRIES, SECONDS = "Polls a day", "Entries a day", "Seconds"
USUAL = "Usual"
NEVER_POLLED = "It has not been polled in these days."
FIGURES = {
    "success": ("Answered", "The share of polls in the last 30 days that did not fail."),
    "latency": ("Half answer in", "The median of the last 30 days, of the feed's own document."),
    "latency_p95": ("95% answer in", "One answer in twenty takes longer."),
    "week": ("Entries a day", "New ones in the last 7 days, by day on which it was polled."),
    "empty": ("Empty answers", "Of the last 30 days: the server answered, without any entry."),
}

_WHY = {
    DueWhy.UNKNOWN: "It dates nothing, so its rhythm is not known.",
    DueWhy.SILENCE: "Nothing new for a while, so it is asked less often.",
    DueWhy.BUSY: "It brings much; nobody is asked more often.",
    DueWhy.FEED: "The feed asks to be read no more often.",
    DueWhy.SERVER: "Its server says that nothing changes until then.",
    DueWhy.LONGEST: "The longest wait that was set for ingest.",
    DueWhy.FAILURE: "It failed, so it is asked less often.",
    DueWhy.REFUSED: "Its server asked to be left alone until then.",
}

FEEDS_DOWN = "Feeds down"
GAP_DAY, GAP_WHO, GAP_WHY = "Day", "Not heard", "Why"
GAP_REASONS = {
    "failing": "the feeds could not be read",
    "empty": "the feeds answered without entries",
    "not running": "nothing was collected",
}
GAP_NOBODY = "No outlet"
GAP_MEANS = "Fewer articles on shaded days need not mean less news."
_RANGES = 3  # stretches of days named of an outlet
_OUTLETS, _CAPTION = 4, 3  # named in a tooltip, in a caption


def why_then(why: str | None, weekly: float | None) -> str:
    """Why a feed is polled when it is; "" where nobody noted it."""
    if why == DueWhy.RHYTHM and weekly is not None and not pd.isna(weekly):
        return f"It brings about {plural(round(weekly), 'entry', 'entries')} a week."
    return _WHY.get(DueWhy(why), "") if why in set(DueWhy) else ""


def until(value: datetime | pd.Timestamp | None, now: datetime) -> str:
    """``In 12 minutes``, ``Now``, ``Due 3 hours ago``; ``In the next pass`` where it is not set."""
    if value is None or pd.isna(value):
        return "In the next pass"
    seconds = (pd.Timestamp(value) - pd.Timestamp(now)).total_seconds()
    if seconds >= 60:
        return f"In {ago(now, now + timedelta(seconds=seconds)).removesuffix(' ago')}"
    return "Now" if seconds > -3_600 else f"Due {ago(value, now)}"


def seconds(value: float | None) -> str:
    """``0.25 s``, ``12 s``; "" where it is not known."""
    if value is None or pd.isna(value):
        return ""
    digits = 2 if value < 1 else 1 if value < 10 else 0
    return f"{value:.{digits}f}\N{NO-BREAK SPACE}s"


def slowest(p95: str) -> str:
    """``95% in 1.2 s``."""
    return f"95% in {p95}"


def rate(value: float | None) -> str:
    """``0.4``, ``4.5``, ``120``; "" where it is not known."""
    if value is None or pd.isna(value):
        return ""
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:,.0f}"


def percent(value: float) -> str:
    """``98%``, and never 100% of what is not all."""
    return f"{min(value, 0.99) if value < 1 else value:.0%}"


def in_days(answered: float | None, empty: int, polls: int) -> str:
    """``98% answered, 3 of them empty``."""
    if answered is None or pd.isna(answered) or not polls:
        return "Not polled"
    return f"{percent(answered)} answered" + (f", {plural(empty, 'time')} empty" if empty else "")


def one_day(day: date, polls: int, failed: int, empty: int) -> str:
    """What a mark of the strip stands for: ``Wed 2 Apr: 24 polls, 3 failed``."""
    said = [plural(polls, "poll") if polls else "not polled"]
    said += [f"{failed} failed"] if failed else []
    said += [f"{empty} empty"] if empty else []
    return f"{day:%a} {day.day} {day:%b}: {', '.join(said)}"


def moved(url: str) -> str:
    """What to do about a permanent redirect."""
    return f"It has moved for good to {url}: put that address into the watchlist."


def shown_of(shown: int, total: int) -> str:
    """``12 of 340 feeds``."""
    return plural(total, "feed") if shown == total else f"{shown:,} of {plural(total, 'feed')}"


def last_pass(row: pd.Series | None, tz: ZoneInfo, now: datetime) -> str:
    """When feeds were last read, and what that brought."""
    if row is None:
        return "No pass over your feeds yet."
    when = f"{ago(row['started_at'], now)} ({moment(row['started_at'], tz)}, {tz.key})"
    if pd.isna(row["articles"]):
        return f"Last pass {when}."
    new = "nothing new" if row["articles"] == 0 else plural(int(row["articles"]), "new article")
    return f"Last pass {when}: {new}."


def some(names: Sequence[str], most: int = _OUTLETS) -> str:
    """``Harbour Ledger, Northline and 3 more``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def days_said(days: Iterable[date]) -> str:
    """``6–8 Apr, 12 Apr``: stretches of days, the first few of them."""
    ranges: list[list[date]] = []
    for day in sorted(set(days)):
        if ranges and day - ranges[-1][-1] == timedelta(days=1):
            ranges[-1].append(day)
        else:
            ranges.append([day])
    said = [_range(r[0], r[-1]) for r in ranges[:_RANGES]]
    more = sum(len(r) for r in ranges[_RANGES:])
    return ", ".join(said) + (f" and {plural(more, 'more day')}" if more else "")


def _range(first: date, last: date) -> str:
    end = f"{last.day} {last:%b}"
    if first == last:
        return end
    return f"{first.day}–{end}" if first.month == last.month else f"{first.day} {first:%b} – {end}"


def gap_caption(stopped: Sequence[date], down: Sequence[tuple[str, Sequence[date]]]) -> str:
    """What shading means, on which days nothing was collected, and whose feeds were down when."""
    said = [GAP_MEANS]
    if stopped:
        said.append(f"Nothing was collected on {days_said(stopped)}.")
    named = [f"{outlet} {days_said(days)}" for outlet, days in down[:_CAPTION]]
    if more := len(down) - len(named):
        named.append(f"and {plural(more, 'more outlet')}")
    if named:
        said.append(f"{FEEDS_DOWN}: {'; '.join(named)}.")
    return " ".join(said)

"""The English of the Today page."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.dashboard.texts import day, moment, plural
from monitor.reports.words import are_usual
from monitor.store.queries.unusual import Unusual

TODAY = "Today"
SINCE, MARK, YESTERDAY, WEEK = "Since", "Marked as read", "Yesterday", "7 days"
READ, READ_HELP = "Mark as read", "From now on, “Marked as read” shows what came after this moment."
READ_DONE = "Marked as read."
UNUSUAL, UNUSUAL_NONE = "Unusual", "No company was in the news more than is usual for it."
UNUSUAL_HELP = (
    "Days on which a company had far more reports than its own rhythm, day of the week, last "
    "fortnight and last quarter, lets expect, by at least two publishers. Copies count once."
)
CHANGED, CHANGED_NONE = "Headlines changed", "No headline was changed after publication."
STORIES, ARTICLES = "Largest stories", "Latest articles"
NOTHING, NOTHING_DO = "Nothing new", "Nothing came in since then. Choose a longer time."
FEEDS_DOWN_LINK = "See Feeds"


def since_words(since: datetime, tz: ZoneInfo) -> str:
    """What the page reaches back to."""
    return f"New since {moment(since, tz)} · times in {tz.key}"


def stale(last: datetime, tz: ZoneInfo) -> str:
    """Instead of it, where nothing came in since yesterday."""
    return (
        f"Nothing new since yesterday. The last day with coverage is {day(last.astimezone(tz))}: "
        "this is that day."
    )


def times_usual(found: Unusual) -> str:
    """``24 reports, 4 are usual``."""
    return f"{plural(found.count, 'report')}, {are_usual(found.expected)} usual"


def in_one_story(found: Unusual) -> str:
    """How much of a spike its largest story is."""
    return (
        f"Largest story: {plural(found.articles, 'article')} by {plural(found.outlets, 'outlet')}"
    )


def was(before: str) -> str:
    """The wording before a headline was changed."""
    return f"Before: {before}"


def feeds_down(failing: int) -> str:
    """That what is shown may not be all."""
    verb = "does" if failing == 1 else "do"
    return f"{plural(failing, 'feed')} {verb} not answer: what they bring is missing here."

"""The English of the dashboard, in one place so that it can be translated.

That of the Feeds page and of days without feeds is in `texts_feeds`, that of an article's
provenance in `texts_sources`, that of a story's page in `texts_story`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.analysis.corrections import Correction, Verdict
from monitor.languages import language_name as language_name
from monitor.reports.words import plural as plural

NAME = "Media Monitor"
OVERVIEW, STORIES, ARTICLES, FEEDS = "Overview", "Stories", "Articles", "Feeds"
WATCHLIST = "Watchlist"

COMPANIES, TOPICS, OUTLETS, LANGUAGES = "Companies", "Topics", "Outlets", "Languages"
DATES, ALL, CLEAR = "Dates", "All", "Clear filters"
COUNT, COUNTS = "Count", ("Mentions", "Stories")
UNDATED = "Include articles without a date"
UNDATED_HELP = "They are in lists and totals, never in a chart over time."

SAMPLE = "**Sample archive:** invented outlets, until your own feeds have been read."
REMOVE_SAMPLE = "Remove sample"
REMOVE_SAMPLE_ASK = "All sample articles disappear for everybody. Your own coverage stays."
REMOVE_SAMPLE_YES = "Yes, remove the sample"
SAMPLE_GONE = "The sample archive was removed."

NO_DATABASE = "Nothing has been collected yet"
NO_DATABASE_DO = (
    "The first pass over your feeds usually takes a minute or two; this page then fills by itself. "
    "If nothing happens, start collecting with `python -m monitor ingest`, or look at the sample: "
    "`python -m monitor sample load`."
)
OLD_DATABASE = "The archive is of an earlier version"
OLD_DATABASE_DO = (
    "Collecting brings it up, which takes seconds, and nothing is lost; this page then fills by "
    "itself. Start it once: `python -m monitor ingest --once`, or `python -m monitor up` without "
    "`--no-ingest`."
)
BAD_DATABASE = "The collected articles cannot be opened"
BAD_DATABASE_DO = (
    "The copy that pages read is damaged; what was collected is kept elsewhere. The next pass "
    "writes a new copy: wait for it, or run `python -m monitor ingest --once`, and reload."
)
NO_ARTICLES = "No articles yet"
NO_ARTICLES_DO = (
    "Feeds have been set up, but no article has come in so far. "
    "The Feeds page says how each of them is doing."
)
NO_ROWS = "Nothing matches these filters"
NO_ROWS_DO = "Choose a longer period or fewer filters."
OTHER_DATES_DO = "There is nothing in these dates, but there is in others."
BAD_QUERY = "This search cannot be read; the mark shows where."
UNKNOWN_NAME = "This search asks for a name that nothing has; the mark shows which."
NO_HITS = "No article matches this search"
NO_HITS_DO = "Try fewer words, a word's beginning with `*`, or a longer period."
BAD_WATCHLIST = "The watchlist cannot be read"
BAD_WATCHLIST_DO = "Correct it and reload this page; `python -m monitor check` explains every rule."
SEARCH_CUT = (
    "More matches than a page looks at: shown is what the filters leave of the newest 100,000. "
    "A file, here or by `python -m monitor export`, has all of them."
)
NO_SUCH_STORY = "There is no such story"
NO_SUCH_ARTICLE = "There is no such article"
NO_SUCH_DO = "It may have been removed, or the link was cut short."
ALL_STORIES, ALL_ARTICLES = "All stories", "All articles"
SORT = "Sort the rows shown here"
NEWER, NEWER_SHOW = "Newer data is there.", "Show it"

ROLES = {
    "original": ("Original", "strong", "others carry its text"),
    "reprint": ("Reprint", "", "carries another outlet's text"),
    "rewrite": ("Rewrite", "", "carries parts of another's text among its own words"),
    "independent": ("Own report", "good", "written in its own words"),
    "unknown": (
        "Copy",
        "warn",
        "the text stands elsewhere too, and nothing tells which came first",
    ),
}
TEXT_STATUS = {
    "feed": "Text from the feed; the page could not be read",
    "headline": "Headline only, no text",
}
CONFIDENCE = {
    "high": "date certain",
    "medium": "date as the page gives it",
    "day": "no time of day is given",
    "low": "date guessed",
}
NO_CHART = "No dated article of a watched company in this period."
AGAINST_ALL = "Against all watched companies."
NO_TAGS = "Neither a watched company nor a topic was found in it."
FIGURES = {
    "mentions": "Articles, each counted for every company in it.",
    "stories": "Events, each counted once however many outlets carried it.",
    "articles": "Articles, copies included.",
    "outlets": "Outlets with at least one article.",
}
PERIOD_BEFORE = "period before"
STORY_ORDERS = ("Latest", "Largest")
ARTICLE_ORDERS: dict[str, Literal["recent", "oldest", "new"]] = {
    "Newest": "recent", "Oldest": "oldest", "Last added": "new",
}  # fmt: skip
SEARCH_EXAMPLE = 'Search: tariff* AND (car* OR auto*) NOT "spare parts"'
SEARCH_HELP = (
    'Words are all required. Use OR, NOT, parentheses, "exact phrases", a beginning with \\*, '
    "NEAR/5 for words close together, =Gap for just this writing, title: for the headline, and "
    "outlet:, lang:, company: or topic: for what is known of an article."
)
LEFT, RIGHT = "Left", "Right"
CHOOSE_TWO = "Choose two different ones."
HIDE_TYPOGRAPHY = "Wording only"
HIDE_TYPOGRAPHY_HELP = "Hides differences of quotes, dashes, hyphens, capitals and spacing."
COMPARE_WORDS = {
    "label": "{left} and {right} side by side",
    "only_left": "Only in {left}",
    "only_right": "Only in {right}",
    "not_left": "Not in {left}",
    "not_right": "Not in {right}",
    "below": "↓ Moved: it stands further down",
    "above": "↑ Moved: it stands further up",
    "moved_down": "Moved here from further up",
    "moved_up": "Moved here from further down",
    "changed": "Figures and names that differ",
    "next": "Next",
    "previous": "Previous",
    "next_key": "Next difference (key n)",
    "previous_key": "Previous difference (key p)",
    "of": "of",
    "one": "difference",
    "many": "differences",
    "link": "Copy link",
    "link_title": "A link to exactly these two",
    "copied": "Link copied",
    "address": "The address bar has the link",
}
WHO_CARRIED_IT, PICKUP, GLANCE = "Who carried it", "Pickup", "All copies at a glance"
PICKUP_TIME = "Published ({zone})"
SIDE_BY_SIDE = "Side by side"
OWN_TEXT = "Your text"
OWN_NOTE = "pasted here"
OWN_TEXT_LABEL = "Compare with a text of your own"
OWN_TEXT_HELP = (
    "Paste a press release or a statement: the table then says what part of it each outlet "
    "carried. It stays in this browser tab and is kept nowhere."
)
OWN_TEXT_EXAMPLE = "Paste the text here"
REFERENCE = "Measured against"
PARAGRAPH, CARRIED = "Paragraph", "Words carried"
PUT_IN = "Put in here"
FATES = {
    "kept": ("Kept", "good", "The same words; quotes, dashes and capitals may differ."),
    "changed": ("Changed", "warn", "Other words; the figure is the share of words kept."),
    "moved": ("Moved", "strong", "It stands elsewhere; the figure is the share of words kept."),
    "cut": ("Cut", "bad", "It is not there."),
}
NO_COPIES = "Nobody else carries this text. Paste one of your own to see what became of it."
MOST_COPIES = "The {shown} that carried most are shown, of {all}."
CORRECT, UNDO, CHOOSE = "Correct", "Undo", "Choose one"
CORRECT_HELP = "What you decide holds for this article, shows at once and is never overwritten."
COMPANY_VERDICTS = {
    Verdict.SUBJECT: "Subject", Verdict.PASSING: "In passing", Verdict.NOT: "Not this company",
}  # fmt: skip
TOPIC_VERDICTS = {Verdict.TAGGED: "About it", Verdict.NOT: "Not this topic"}
MISSING = {"company": "This company too", "topic": "This topic too"}
SIGN_IN, SIGN_OUT = "Sign in", "Sign out"
ASK_SIGN_IN = "To change something, sign in as one of the team's editors."
ASK_EDITOR = "is not among the team's editors; they are named in the watchlist's [team] section."
MY_NAME, MY_NAME_HELP = "Your name", "Kept with what you decide."
CORRECTED, UNDONE = "Corrected.", "Taken back."
ALL_LIKE_THIS = "All like this …"
_DECIDED = {
    Verdict.NOT: "not {name}", Verdict.TAGGED: "{name} too",
    Verdict.SUBJECT: "{name} is a subject", Verdict.PASSING: "{name} only in passing",
}  # fmt: skip
SECTIONS = {"company": "Companies", "topic": "Topics", "outlet": "Outlets", "feed": "Feeds"}
ADD = {"company": "Add a company", "topic": "Add a topic", "outlet": "Add an outlet",
       "feed": "Add a feed"}  # fmt: skip
NONE_WATCHED, NONE_WATCHED_DO = "Nothing here yet", "Add the first one above."
RETAG_WAITS = "The watchlist has changed; what is in the archive follows in a moment."
TOPIC_COLOUR = "#8A8F96"


def whole_story(articles: int, outlets: int) -> str:
    """The link from an article to its story."""
    return f"The whole story: {plural(articles, 'article')} at {plural(outlets, 'outlet')}"


def decision(item: Correction, tz: ZoneInfo) -> str:
    """``Not Gap: decided by Ana, Tue 1 Apr 2025, 15:54``."""
    what = _DECIDED[item.verdict].format(name=item.name)
    return f"{what[0].upper()}{what[1:]}: decided by {item.by}, {moment(item.at, tz)}"


def signed_in(name: str) -> str:
    """Who is here."""
    return f"Signed in as {verbatim(name)}"


def verbatim(text: str) -> str:
    """`text` for a label that would otherwise read it as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!~|:$])", r"\\\1", text)


def not_in(phrases: Sequence[str]) -> str:
    """Which phrases are something else."""
    return f"not in: {', '.join(phrases)}" if phrases else ""


def retagging(done: int, total: int) -> str:
    """How far history follows a changed watchlist."""
    return f"The archive is being read again: {done:,} of {plural(total, 'article')}"


def more_filters(active: int) -> str:
    """The label of what hides the rarer filters, and how many of them are set."""
    return f"More filters ({active})" if active else "More filters"


def moment(value: datetime | pd.Timestamp | None, tz: ZoneInfo) -> str:
    """``Wed 1 Apr 2025, 15:54`` in the team's zone; says so where there is no time."""
    if value is None or pd.isna(value):
        return "No date"
    local = pd.Timestamp(value).tz_convert(tz)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def day(value: date) -> str:
    """``Wednesday 1 April 2025``."""
    return f"{value:%A} {value.day} {value:%B %Y}"


def dated(
    value: datetime | pd.Timestamp | None, tz: ZoneInfo, *, inferred: bool, day_only: bool
) -> str:
    """As `moment`, marked where the time is taken from another copy of the story.

    Of `day_only` no time of day is known: ``Wed 1 Apr 2025``.
    """
    said = moment(value, tz)
    said = said.partition(",")[0] if day_only else said
    return f"about {said}" if inferred else said


_YEAR, _MONTH = 31_556_952, 2_629_746  # seconds, of the Gregorian calendar's mean year
_UNITS = (
    (_YEAR, "year"), (_MONTH, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute")
)  # fmt: skip


def ago(value: datetime | pd.Timestamp | None, now: datetime) -> str:
    """``12 minutes ago``, ``3 days ago``, ``never``."""
    if value is None or pd.isna(value):
        return "never"
    seconds = max(0.0, (pd.Timestamp(now) - pd.Timestamp(value)).total_seconds())
    for size, name in _UNITS:
        if seconds >= size:
            return f"{plural(int(seconds // size), name)} ago"
    return "just now"


def after(seconds: float) -> str:
    """How much later than the first: ``+25 min``, ``+5 h``, ``+3 days``; empty for the first."""
    if seconds < 60:
        return ""
    if seconds < 3_600:
        return f"+{seconds // 60:.0f} min"
    if seconds < 2 * 86_400:
        return f"+{seconds // 3_600:.0f} h"
    return f"+{seconds // 86_400:.0f} days"


def pickup_note(
    first: str, outlets: int, publishers: int, seconds: float, *, sure: bool = True
) -> str:
    """Who was first, and how long it took the others; `publishers` are those of all `outlets`.

    Not `sure` where another gives the day without a time.
    """
    took = after(seconds).removeprefix("+") or "a minute"
    houses = f", {plural(publishers, 'publisher')} in all," if publishers < outlets else ""
    was = "was first" if sure else "was first of those that give a time"
    return f"{first} {was}; {plural(outlets - 1, 'more outlet')}{houses} within {took}."


def unnamed(count: int) -> str:
    """Why there may be more stories than mentions; empty where every article names a company."""
    if not count:
        return ""
    return f" {plural(count, 'article')} without any of the companies: in stories, not in mentions."


def undated_note(count: int) -> str:
    """What a chart over time leaves out."""
    return f"{plural(count, 'article')} without a date {'is' if count == 1 else 'are'} not drawn."

"""The English of the pages Coverage, Share of voice and Compare; see `texts`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from monitor.dashboard.texts import day as day_said
from monitor.dashboard.texts import moment, plural
from monitor.store.notes import Note

COVERAGE, VOICE, COMPARE = "Coverage", "Share of voice", "Compare"

BY, STEP = "Split by", "Step"
SERIES = {"company": "Companies", "topic": "Topics", "outlet": "Outlets", "tier": "Outlet tiers"}
STEPS = {"hour": "Hour", "day": "Day", "week": "Week", "month": "Month"}
AUTOMATIC = "Auto"
HOURS_TOO_LONG = "Hours are drawn for periods of up to {days} days; these are days."
WEEK_FROM = "week from {day}"
BEFORE = "Compare with the period before"
BEFORE_HELP = "The same number of days right before; grey, behind the bars."
BEFORE_MISSING = (
    "The period before begins before the first article, so there is nothing to compare."
)
BEFORE_LEGEND = "Period before"
COMPARED_WITH = "Compared with"
BEFORE_COLUMN, CHANGE_COLUMN = "Before", "Change"
SURE, UNSURE = "Date certain", "Date uncertain"
DATE = "Date"
UNSURE_HELP = "{share} have an uncertain date: guessed, another copy's, or a day for an hour."
SELECT_HELP = "Drag with the mouse to choose days; click on a colour to see it alone."
NO_SERIES = "Nothing dated to draw in this period."
NO_BY = {
    "company": "No watched company in these articles.",
    "topic": "No topic in these articles.",
    "outlet": "No outlet.",
    "tier": "No outlet.",
}
TOP_STORIES = "Largest stories"

IMAGE = {
    "png": "Save the chart as a PNG picture",
    "svg": "Save the chart as an SVG drawing",
    "none": "Too much is drawn for that; choose a longer step.",
}
NUMBERS = "Numbers"
NUMBERS_HELP = "The numbers that this is drawn from, and their CSV."
NUMBERS_CSV = "CSV"
NUMBERS_CSV_HELP = "All of these numbers."
TOTAL = "Total"

NOTE, NOTED_BY = "Note", "Noted by"
NOTES = "Notes"
ADD_NOTE = "Add a note"
NOTE_DAY, NOTE_TEXT = "Day", "What happened"
NOTE_EXAMPLE = "Launch of …"
NOTE_HELP = "Everybody sees it, on the time axis of every chart of coverage."
KEEP_NOTE = "Keep"
REMOVE_NOTE = "Remove"
NOTE_EMPTY = "A note needs a day and words."
NOTE_ADDED, NOTE_REMOVED, NOTE_BACK = "Noted.", "Removed.", "It is back."

COUNTED = "Counted"
COUNTED_HOW = {"all": "All mentions", "subject": "Main subject only"}
SPLIT = "Split by"
SHARES_BY = {"topic": "By topic", "outlet": "By outlet", "tier": "By outlet tier"}
OVERALL = "Overall"
VOICE_COLUMNS = ("Company", "Share", "Change", "Before", "Count")
VOICE_HELP = "A company's part of all {count} of these companies; the parts sum to 100%."
PARTS_NOTE = "The {shown} with most coverage, of {all}."

COMPARE_NONE = "Choose two companies or more above. Without a choice, the largest are compared."
COMPARE_ONE = "Choose another company above to compare with; until then, the largest others."
COMPARE_MOST = "The first {most} of the companies chosen are compared."
COMPARE_TOO_FEW = "There are no two companies to compare in these articles"
COMPARE_TOO_FEW_DO = "Choose two companies above, or a longer period."
OVER_TIME = "Over time"
TOPICS, OUTLETS, PROMINENCE = "Topics", "Outlets", "How prominently"
PLACES = {
    "subject": "Main subject", "headline": "In the headline", "lead": "In the first paragraph",
    "body": "Further down",
}  # fmt: skip
PROMINENCE_HELP = (
    "Parts of a company's mentions: how many have it as a main subject, and the most prominent "
    "place that its name stands in. Salience is the mean weight of the company in its articles, "
    "0 to 100."
)
FIGURES = {
    "mentions": ("Mentions", "Articles that name it."),
    "stories": ("Stories", "Events, each counted once however many outlets carried it."),
    "outlets": ("Outlets", "That name it."),
    "subject": ("Main subject", "Part of its mentions that have it as a main subject."),
    "salience": ("Salience", "Mean weight of the company in its articles, 0 to 100."),
}
PART_OF = "Part of the company's {count}"
NO_GROUPS = "Nothing to show for these companies."


def per_step(count: str, step: str) -> str:
    """``Mentions per day``."""
    return f"{count.capitalize()} per {step}"


def relative(change: float) -> str:
    """``+12%``, ``0%``; "–" where there was nothing before."""
    if change != change:
        return "–"
    return f"{change:+.0%}".replace("-", "−") if abs(change) >= 0.005 else "0%"


def rows_shown(shown: int, total: int) -> str:
    """What a table leaves to its CSV."""
    return f"The first {shown:,} of {plural(total, 'row')}; the CSV has all."


def points(change: float) -> str:
    """``+2.1 pts``, ``0.0 pts``; "–" where it is not known."""
    if change != change:
        return "–"
    value = round(100 * change, 1)
    return f"{value:+.1f} pts".replace("-", "−") if value else "0.0 pts"


def note_line(note: Note, tz: ZoneInfo) -> str:
    """``Wednesday 1 April 2025: launch (Ana, Tue 31 Mar 2025, 15:54)``."""
    return f"{day_said(note.day)}: {note.text} ({note.by}, {moment(note.at, tz)})"


def against_before(since: date, until: date) -> str:
    """Which days a change is measured against."""
    days = plural((until - since).days + 1, "day")
    when = f"{since.day} {since:%b %Y} – {until.day} {until:%b %Y}"
    return f"Change in percentage points against the {days} before, {when}."


def counted(value: int, count: str) -> str:
    """``1,204 mentions``, ``1 story``."""
    return plural(value, "mention") if count == "mentions" else plural(value, "story", "stories")


def chart_words(title: str, parts: Sequence[str]) -> str:
    """A chart in words."""
    return f"{title}: {'; '.join(parts) or 'nothing'}."

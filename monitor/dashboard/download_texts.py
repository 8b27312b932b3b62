"""The English of reports to be had from pages, as `monitor.dashboard.texts` is of all else."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.columns import Report
from monitor.dashboard.texts import NAME, plural
from monitor.filters import Filters
from monitor.reports.asked import Format

LABELS: Mapping[Report, str] = {
    "articles": "Articles CSV", "stories": "Stories CSV", "feeds": "Feeds CSV",
}  # fmt: skip
HELP = "Exactly what the filters show."
ALL_HELP = "All of these articles, not only the ones shown here."
STORY_HELP = "Every copy and report of this story."
FEEDS_HELP = "Every feed as it stands here."

MORE = "Excel and more"
REPORT, FORMAT, COLUMNS = "What", "Format", "Columns"
REPORTS: Mapping[Report, str] = {
    "articles": "Articles", "stories": "Stories", "coverage": "Coverage",
    "share-of-voice": "Share of voice",
}  # fmt: skip
_ROWS: Mapping[Report, str] = {
    "articles": "for each article and company, latest first",
    "stories": "for each story, latest first",
    "coverage": "for each day and company, in both counts: mentions and stories",
    "share-of-voice": "for each company, in both counts: mentions and stories",
    "feeds": "for each feed",
}  # fmt: skip
FORMATS: Mapping[str, Format] = {"Excel": "xlsx", "CSV": "csv"}
_SETS = {
    "standard": "Standard", "meltwater": "As Meltwater", "meltwater-classic": "As Meltwater, older",
    "mediacloud": "As Media Cloud",
}  # fmt: skip
COLUMNS_HELP = (
    "As other tools name them, or your own: `[[column_set]]` in the watchlist. "
    "docs/reports.md has both."
)
HOW_MADE = "How it was made"
HOW_MADE_HELP = (
    "A .json that goes beside the file: who asked, when, the filters, and of which state of the "
    "archive. `python -m monitor export --again` makes the same report from it later."
)
ADDRESS = "The same file by address, for Excel’s “From Web” or a script:"


FEED = "The newest hundred as an Atom feed, for a feed reader or a chat:"


def feed_title(report: Report, filters: Filters) -> str:
    """``Media Monitor: Articles · Norvane, Tessaly · mill*``."""
    f = filters
    lists = (f.companies, f.topics, f.outlets, f.tiers, f.authors)
    parts = [REPORTS[report], *(", ".join(names) for names in lists), f.query]
    return f"{NAME}: {' · '.join(filter(None, parts))}"


def with_rows(label: str, rows: int) -> str:
    """``Articles CSV · 1,204 rows``."""
    return f"{label} · {plural(rows, 'row')}"


def what_a_row_is(report: Report) -> str:
    """``A row for each article and company, latest first.``"""
    return f"A row {_ROWS[report]}."


def set_name(name: str) -> str:
    """What a set of columns is called; one's own as it is written."""
    return _SETS.get(name, name)


def too_large(report: Report, rows: int) -> str:
    """Where a file is to be had that a page cannot make."""
    return (
        f"{rows:,} rows are too many for a page: "
        f"write them with `python -m monitor export {report} -o FILE`."
    )

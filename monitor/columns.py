"""The columns of reports, the sets of them that come with the program, and sets of one's own.

A set is written as a list of headings: ``"Title"`` is the column of that name, ``"Headline =
Title"`` is the same column under another heading, and ``"Reach ="`` is a heading over blank cells,
for a reader that counts columns. docs/reports.md says what each column holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.errors import meant

Kind = Literal["text", "link", "id", "number", "share", "date", "time", "moment", "yes/no"]
Report = Literal["articles", "stories", "coverage", "share-of-voice", "feeds"]

STANDARD = "standard"
# What only sets of one's own and other tools' sets have stands after the standard columns.
ARTICLE_COLUMNS: Mapping[str, Kind] = {
    "Date": "date", "Time": "time", "Document ID": "id", "URL": "link", "Input Name": "text",
    "Keywords": "text", "Source Type": "text", "Source Name": "text", "Source Domain": "text",
    "Source Tier": "number", "Author Name": "text", "Title": "text", "Opening Text": "text",
    "Hit Sentence": "text", "Language": "text", "Country": "text", "Company": "text",
    "Prominence": "text", "Sentiment": "number", "Topics": "text", "Story ID": "id",
    "Story Role": "text", "Copies In Story": "number", "Is Syndicated": "yes/no",
    "Date Confidence": "text", "Document Tags": "text", "Tagged By": "text",
}  # fmt: skip
MORE_ARTICLE_COLUMNS: Mapping[str, Kind] = {
    "Published UTC": "moment", "First Seen UTC": "moment", "Word Count": "number",
}  # fmt: skip
STORY_COLUMNS: Mapping[str, Kind] = {
    "Story ID": "id", "Title": "text", "URL": "link", "First Date": "date",
    "First Time": "time", "Last Date": "date", "Last Time": "time", "Articles": "number",
    "Copies": "number", "Outlets": "number", "Outlet Names": "text", "Companies": "text",
    "Topics": "text", "Roles": "text",
}  # fmt: skip
_SERIES: Mapping[str, Kind] = {"Mentions": "number", "Stories": "number"}
COVERAGE_COLUMNS: Mapping[str, Kind] = {"Date": "date", "Series": "text", **_SERIES}
VOICE_COLUMNS: Mapping[str, Kind] = {
    "Company": "text", "Mentions": "number", "Share Of Mentions": "share", "Stories": "number",
    "Share Of Stories": "share",
}  # fmt: skip
FEED_COLUMNS: Mapping[str, Kind] = {
    "Outlet": "text", "Feed URL": "link", "State": "text", "Last Poll": "moment",
    "Last Success": "moment", "Newest Entry": "moment", "Entries": "number",
    "Articles": "number", "Failures In A Row": "number", "What Happened": "text",
    "What To Do": "text", "Polls": "number", "Failed": "number", "Empty": "number",
    "Median Seconds": "number", "95% Seconds": "number", "Entries A Day": "number",
    "Usually A Day": "number", "Unusual": "text", "Next Poll": "moment",
}  # fmt: skip
COLUMNS: Mapping[Report, Mapping[str, Kind]] = {
    "articles": ARTICLE_COLUMNS, "stories": STORY_COLUMNS, "coverage": COVERAGE_COLUMNS,
    "share-of-voice": VOICE_COLUMNS, "feeds": FEED_COLUMNS,
}  # fmt: skip
_EVERY: Mapping[Report, Mapping[str, Kind]] = {
    **COLUMNS, "articles": {**ARTICLE_COLUMNS, **MORE_ARTICLE_COLUMNS},
}  # fmt: skip

# As other tools name and order theirs. Without advertising value equivalents: the Barcelona
# Principles reject them, and a blank column would say that there is such a figure.
_PRESETS: Mapping[str, tuple[str, ...]] = {
    "meltwater": (
        "Date", "Time", "Document ID", "URL", "Input Name", "Keywords", "Information Type =",
        "Source Type", "Source Name", "Source Domain", "Content Type =", "Author Name",
        "Author Handle =", "Title", "Opening Text", "Hit Sentence", "Image =", "Country",
        "Region =", "Language", "Sentiment", "Keyphrases =", "Reach =", "Document Tags",
        "Custom Categories = Topics", "Custom Fields =",
    ),
    "meltwater-classic": (
        "Date", "Headline = Title", "URL", "Opening Text", "Hit Sentence", "Source = Source Name",
        "Influencer = Author Name", "Country", "Subregion =", "Language", "Reach =", "Sentiment",
        "Key Phrases =", "Input Name", "Keywords", "Time", "State =", "City =", "Document Tags",
    ),
    "mediacloud": (
        "id = Document ID", "indexed_date = First Seen UTC", "language = Language",
        "media_name = Source Name", "media_url = Source Domain", "publish_date = Date",
        "title = Title", "url = URL",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnSet:
    """Which columns a report has, in order, and what they are called.

    `places` are positions in the full row of the report, None for blank cells.
    """

    name: str
    headings: tuple[str, ...]
    kinds: tuple[Kind, ...]
    places: tuple[int | None, ...]

    def with_heading(self, heading: str, other: str) -> ColumnSet:
        """The same with another heading in place of `heading`, where that is there."""
        return replace(self, headings=tuple(other if h == heading else h for h in self.headings))


def every_column(report: Report) -> Mapping[str, Kind]:
    """All columns of `report`, in the order of a full row."""
    return _EVERY[report]


def preset_names(report: Report) -> tuple[str, ...]:
    """The sets of columns that come with the program."""
    return (STANDARD, *_PRESETS) if report == "articles" else (STANDARD,)


def preset(report: Report, name: str) -> tuple[str, ...] | None:
    """The columns of a set that comes with the program, as they are written; None for no such."""
    if name == STANDARD:
        return tuple(COLUMNS[report])
    return _PRESETS.get(name) if report == "articles" else None


def column_set(report: Report, name: str, columns: Sequence[str]) -> ColumnSet:
    """The set that `columns` write; raises ValueError naming what is wrong with them."""
    for _, message in mistakes(report, columns):
        raise ValueError(message)
    every = every_column(report)
    order = {column: place for place, column in enumerate(every)}
    written = [split(one) for one in columns]
    return ColumnSet(
        name=name,
        headings=tuple(heading for heading, _ in written),
        kinds=tuple(every.get(column, "text") for _, column in written),
        places=tuple(order.get(column) for _, column in written),
    )


def mistakes(report: Report, columns: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What is wrong with `columns`: the place of each that cannot be used, and why."""
    headings: set[str] = set()
    for place, (heading, column) in enumerate(map(split, columns)):
        if column and column not in every_column(report):
            yield place, _unknown(report, column)
        if not heading:
            yield place, "has no heading before its equals sign"
        elif heading in headings:
            yield place, f"has the heading {heading!r}, which is there already"
        headings.add(heading)


def split(written: str) -> tuple[str, str]:
    """``"Headline = Title"`` as heading and column; the column is "" for blank cells."""
    heading, sign, column = written.partition("=")
    heading = " ".join(heading.split())
    return heading, " ".join(column.split()) if sign else heading


def _unknown(report: Report, column: str) -> str:
    hint = meant(column, every_column(report))
    return f"asks for {column!r}, which {report} do not have{hint}"

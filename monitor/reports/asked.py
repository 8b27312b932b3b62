"""What a report was made of: who asked, when, for what, of which archive.

It goes with every report (a sheet in Excel, a ``.json`` beside a CSV) and says enough to ask again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from monitor import __version__
from monitor.columns import ColumnSet, Report, column_set
from monitor.errors import ExportError
from monitor.filters import Filters
from monitor.store.queries.coverage import By, Step

Format = Literal["csv", "xlsx"]
FORM = 1  # of the JSON file; another form is refused


@dataclass(frozen=True, slots=True)
class Archive:
    """The state of the archive that a report was made of."""

    generation: str  # its name; it is kept for a while
    through: int  # the highest id in it: what has a higher one came later
    decisions: int  # the newest on the desk that changed tags or stories
    tagged_with: str | None  # a digest of the rules that its tags were made by
    watchlist: str  # the version of the watchlist file


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a report, and of what it was asked."""

    report: Report
    filters: Filters
    columns: tuple[str, ...]  # as `monitor.columns` writes them
    archive: Archive
    by: str  # who asked
    at: datetime
    link: str  # the dashboard's page that shows the same
    timezone: str
    column_set: str = "standard"
    series: By = "company"  # what coverage is counted by
    step: Step = "day"
    format: Format = "csv"

    @property
    def tz(self) -> ZoneInfo:
        """The zone that days and times are in."""
        return ZoneInfo(self.timezone)

    @property
    def layout(self) -> ColumnSet:
        """The columns, looked up."""
        found = column_set(self.report, self.column_set, self.columns)
        return found.with_heading("Series", self.series.capitalize())


_ASKED = TypeAdapter(Asked)


def to_json(asked: Asked, written: Mapping[str, Any]) -> str:
    """The file beside a report; `written` says what was written (rows, sha256 …)."""
    data = {
        "form": FORM, "program": f"Media Monitor {__version__}",
        "asked": _ASKED.dump_python(asked, mode="json"), **written,
    }  # fmt: skip
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def from_json(path: Path) -> tuple[Asked, dict[str, Any]]:
    """What `to_json` wrote, and all else in the file; raises ExportError naming what is wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ExportError(f"cannot read {str(path)!r}: {error.strerror}") from error
    except ValueError as error:
        raise ExportError(f"cannot read {path.name!r}: expected JSON: {error}") from error
    if not isinstance(data, dict) or data.get("form") != FORM:
        raise ExportError(
            f"cannot read {path.name!r}: expected the .json that was written beside a report, "
            f"of form {FORM}"
        )
    try:
        asked = _ASKED.validate_python(data.get("asked"), strict=False)
        asked.layout, asked.tz  # noqa: B018 -- raises where they are none
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(["asked", *map(str, first["loc"])])
        raise ExportError(f"{path.name}: {key}: {first['msg'].lower()}") from None
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise ExportError(f"{path.name}: asked: {error}") from None
    return asked, data


def in_words(asked: Asked) -> Iterator[tuple[str, str]]:
    """What was asked as labels and values, for people; a value may be an address."""
    f = asked.filters
    yield "Report", asked.report
    yield "Asked by", asked.by
    yield "Asked at", f"{asked.at.astimezone(asked.tz):%Y-%m-%d %H:%M:%S %z} ({asked.timezone})"
    yield "See it in the dashboard", asked.link
    yield from filters_in_words(f)
    if asked.report == "coverage":
        yield "Counted by", f"{asked.series} and {asked.step}"
    yield "Columns", asked.column_set
    yield "Days and times in", asked.timezone
    yield "Watchlist version", asked.archive.watchlist
    yield "Archive generation", asked.archive.generation
    yield "Program", f"Media Monitor {__version__}"
    yield "What the columns mean", "docs/reports.md, which comes with the program"


def filters_in_words(f: Filters) -> Iterator[tuple[str, str]]:
    """What is filtered, as labels and values."""
    for label, names in (("Companies", f.companies), ("Topics", f.topics), ("Outlets", f.outlets),
                         ("Outlet tiers", f.tiers), ("Bylines", f.authors),
                         ("Languages", f.languages)):  # fmt: skip
        yield label, "; ".join(names) or "all"
    yield "From", str(f.since or "the beginning")
    yield "To", str(f.until or "the end")
    yield "Query", f.query or "none"
    if f.story is not None:
        yield "Story", str(f.story)
    if f.seen_since:
        yield "First seen from", f"{f.seen_since.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
    if f.seen_until:
        yield "First seen before", f"{f.seen_until.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
    yield "Articles without a date", "included" if f.undated else "left out"
    yield "Companies count", "as main subjects only" if f.subject_only else "wherever named"
    yield "Copies", "left out: only first publications" if f.firsts_only else "included"
    yield "Sample archive", "included" if f.sample else "left out"

"""One report of one state of the archive, written in the format that was asked for.

The dashboard, the command line and the streamed address all come through here, so that the same
question gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.analysis import query_names
from monitor.analysis.query import parse_query
from monitor.columns import COLUMNS, STANDARD, Report, every_column, preset, preset_names
from monitor.config import Config
from monitor.config.sending import unknown
from monitor.errors import ExportError, QueryError, meant
from monitor.filters import Filters
from monitor.reports import excel
from monitor.reports.asked import Archive, Asked, Format, to_json
from monitor.reports.csv import csv_file
from monitor.reports.fingerprints import KEYS, Prints
from monitor.reports.tables import ROWS, Row, Scope
from monitor.store.folder import DataFolder
from monitor.store.queries.bylines import bylines
from monitor.store.queries.coverage import By, Choices, Step, choices, totals
from monitor.store.queries.stories import count_stories
from monitor.store.search import EVERY, search_revisions
from monitor.store.state import state_of

if TYPE_CHECKING:
    from monitor.store.reader import Reader

SUFFIX = ".json"  # after a report's own name: the file beside it
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def column_sets(config: Config, report: Report) -> tuple[str, ...]:
    """The sets of columns that `report` can have: the program's, and the watchlist's."""
    own = (s.name for s in config.column_set if s.report == report)
    return (*preset_names(report), *own)


def columns_of(config: Config, report: Report, name: str) -> tuple[str, ...]:
    """The columns of the set `name`; raises ExportError where there is none, with the nearest."""
    own = {s.name.casefold(): s.columns for s in config.column_set if s.report == report}
    columns = own.get(name.casefold()) or preset(report, name.casefold())
    if columns is None:
        known = column_sets(config, report)
        hint = meant(name, known) or f"; there are {', '.join(known)}"
        raise ExportError(f"columns: {report} has no set of columns {name!r}{hint}")
    return columns


def known_names(known: Choices, config: Config) -> dict[str, Sequence[str]]:
    """The names that archive or watchlist have, by the field that asks for them in a query."""
    watched = config.names
    return {
        "company": [*known.companies, *watched["company"]],
        "topic": [*known.topics, *watched["topic"]],
        "outlet": [*known.outlets, *watched["outlet"]],
    }


def query_slips(known: Choices, query: str, config: Config) -> Iterator[QueryError]:
    """Names that `query` asks for and nothing has; raises QueryError where it does not parse."""
    return query_names.unknown_names(parse_query(query), known_names(known, config))


def unknown_names(reader: Reader, filters: Filters, config: Config) -> Iterator[tuple[str, str]]:
    """Names that nothing has, as (parameter, what is wrong): their report would be empty.

    An empty report looks like no coverage.
    """
    known = choices(reader, tz=config.tz)
    named = known_names(known, config)
    places: dict[str, tuple[Sequence[str], Sequence[str]]] = {
        "company": (filters.companies, named["company"]),
        "topic": (filters.topics, named["topic"]),
        "outlet": (filters.outlets, named["outlet"]),
        "tier": (filters.tiers, known.tiers),
        "language": (filters.languages, known.languages),
        "byline": (filters.authors, _bylines(reader, filters.authors, config.tz)),
    }  # fmt: skip
    for parameter, (asked, there) in places.items():
        for _, name in unknown(asked, there):
            said = f"there is no {name!r} in the archive or watchlist{meant(name, there)}"
            yield parameter, said


def _bylines(reader: Reader, asked: Sequence[str], tz: ZoneInfo) -> list[str]:
    """The bylines that have one of the names `asked` in them."""
    found = (bylines(reader, Filters(), tz=tz, words=name)["name"] for name in asked)
    return [name for names in found for name in names]


def ask(
    folder: DataFolder, reader: Reader, config: Config, report: Report, filters: Filters, *,
    by: str, at: datetime, link: str, columns: str = STANDARD, series: By = "company",
    step: Step = "day", file_format: Format = "csv",
) -> Asked:  # fmt: skip
    """What `by` asks of the archive as it is now; raises ExportError for unknown `columns`."""
    state = state_of(reader, folder)
    return Asked(
        report=report, filters=filters, columns=columns_of(config, report, columns),
        archive=Archive(state.generation, state.through, state.decisions, state.tagged_with,
                        config.version),
        by=by, at=at.replace(microsecond=0), link=link, timezone=config.team.timezone,
        column_set=columns, series=series, step=step, format=file_format,
    )  # fmt: skip


def found_by(folder: DataFolder, reader: Reader, query: str) -> list[int] | None:
    """All revisions that `query` matches, None without one; raises QueryError."""
    return search_revisions(folder, parse_query(query), reader, limit=EVERY) if query else None


def count_rows(
    reader: Reader, folder: DataFolder, report: Report, filters: Filters, *, tz: ZoneInfo,
    series: By = "company", step: Step = "day",
) -> int:  # fmt: skip
    """How many rows a report has; raises QueryError where the filters' query does not parse."""
    found = found_by(folder, reader, filters.query)
    if report == "articles":
        return totals(reader, filters, tz=tz, found=found).rows
    if report == "stories":
        return count_stories(reader, filters, tz=tz, found=found)
    scope = Scope(filters, tz, datetime.now(tz), found, series, step)
    return sum(len(batch) for batch in ROWS[report](reader, scope))


class Export:
    """A report, ready to be written; `written` then says what was."""

    def __init__(self, folder: DataFolder, reader: Reader, asked: Asked) -> None:
        """Raises QueryError where the filters' query does not parse."""
        self.asked = asked
        self.written: dict[str, Any] = {}
        self._reader = reader
        self._layout = asked.layout
        standard = len(COLUMNS[asked.report])
        self._scope = Scope(
            asked.filters, asked.tz, asked.at, found_by(folder, reader, asked.filters.query),
            asked.series, asked.step,
            more=any(place is not None and place >= standard for place in self._layout.places),
        )  # fmt: skip

    def csv(self, *, prints: bool = False) -> Iterator[bytes]:
        """The CSV file, in parts; with `prints`, `written` has the rows' fingerprints too."""
        taken = Prints(len(self._layout.headings)) if prints else None
        digest, size = hashlib.sha256(), 0
        for part in csv_file(self.rows(taken), self._layout):
            digest.update(part)
            size += len(part)
            yield part
        self._note(taken, bytes=size, sha256=digest.hexdigest())

    def excel(self, target: Path | IO[bytes], *, prints: bool = False) -> None:
        """Write the workbook; with `prints`, `written` has the rows' fingerprints too."""
        taken = Prints(len(self._layout.headings)) if prints else None
        excel.write(target, self.rows(taken), self._layout, self.asked)
        if isinstance(target, Path):
            with target.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            self._note(taken, bytes=target.stat().st_size, sha256=digest)

    def look_through(self) -> None:
        """Write nothing, but let `written` hold what would be written."""
        if self.asked.format == "csv":
            for _ in self.csv(prints=True):
                pass
            return
        taken = Prints(len(self._layout.headings))
        for _ in self.rows(taken):
            pass
        self._note(taken)

    def sidecar(self) -> str:
        """The file that goes beside what was written last."""
        return to_json(self.asked, self.written)

    def rows(self, taken: Prints | None = None) -> Iterator[list[Row]]:
        """The rows with the columns asked for; their fingerprints go to `taken`."""
        report, places = self.asked.report, self._layout.places
        has = every_column(report) if self._scope.more else COLUMNS[report]
        pick = None if places == tuple(range(len(has))) else _picker(places)
        key = _picker(KEYS[report])
        self.written = {"rows": 0}
        for batch in ROWS[report](self._reader, self._scope):
            rows = batch if pick is None else [pick(row) for row in batch]
            if taken:
                taken.add([key(row) for row in batch], rows)
            self.written["rows"] += len(rows)
            yield rows

    def _note(self, taken: Prints | None, **facts: Any) -> None:
        self.written |= facts
        if taken:
            self.written["fingerprints"] = taken.as_json()


def _picker(places: Sequence[int | None]) -> Callable[[Row], Row]:
    return lambda row: [None if place is None else row[place] for place in places]

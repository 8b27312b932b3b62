"""Excel: the same rows with typed dates and numbers, links, and a sheet that says what was asked.

Written row by row into a temporary file, so that memory does not grow with the rows. Text is
written as text and never as a formula, so it needs no guard; it is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from monitor.columns import ColumnSet, Kind
from monitor.errors import ExportError
from monitor.reports.asked import Asked, in_words
from monitor.reports.tables import Cell, Row
from monitor.urls import is_web_url

# Excel's own limits: support.microsoft.com, "Excel specifications and limits".
SHEET_ROWS = 1_048_576  # the heading among them
CELL_CHARACTERS = 32_767
SHEET_LINKS = 65_530
LINK_CHARACTERS = 2_079
_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)  # before it, Excel's calendar has a day that never was
_WIDTHS = {"Title": 60, "Headline": 60, "Opening Text": 50, "Hit Sentence": 50, "URL": 30,
           "Outlet Names": 40, "Companies": 30, "Topics": 24, "Tagged By": 30, "Source Name": 24,
           "Feed URL": 50, "What Happened": 50, "What To Do": 50}  # fmt: skip
_NAMES = {"articles": "Articles", "stories": "Stories", "coverage": "Coverage",
          "share-of-voice": "Share of voice", "feeds": "Feeds"}  # fmt: skip
_FORMATS: dict[Kind, str] = {
    "id": "0", "date": "yyyy-mm-dd", "time": "hh:mm:ss", "moment": "yyyy-mm-dd hh:mm:ss",
    "share": "0.0%",
}  # fmt: skip

_Writer = Callable[[int, int, Cell], object]


def write(
    target: Path | IO[bytes], rows: Iterable[Sequence[Row]], columns: ColumnSet, asked: Asked
) -> None:
    """Write a workbook to `target`; each row has the cells of `columns`.

    A sheet holds a million rows; what is more goes on in further sheets. Text that a cell cannot
    hold is cut. Raises ExportError where the workbook cannot be written.
    """
    workbook = xlsxwriter.Workbook(
        str(target) if isinstance(target, Path) else target,
        {"constant_memory": True, "nan_inf_to_errors": True},
    )
    # As of when it was asked for, so that the same report is the same file.
    workbook.set_properties({"title": f"{asked.report}, Media Monitor", "author": asked.by,
                             "created": asked.at.replace(tzinfo=None)})  # fmt: skip
    sheets = _Sheets(workbook, columns, _NAMES[asked.report])
    try:
        for row in (row for batch in rows for row in batch):
            sheets.add(row)
        sheets.end()
        _facts(workbook, asked)
        workbook.close()
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise ExportError(f"cannot write the workbook: {error}") from error


class _Sheets:
    """The sheets with the rows; one after another is begun as they fill."""

    def __init__(self, workbook: xlsxwriter.Workbook, columns: ColumnSet, name: str) -> None:
        self._workbook = workbook
        self._columns = columns
        self._name = name
        self._count = 0
        self._head = workbook.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self._cells = {kind: workbook.add_format({"num_format": said})
                       for kind, said in _FORMATS.items()}  # fmt: skip
        self._begin()

    def add(self, row: Row) -> None:
        """Write the next row."""
        if self._at == SHEET_ROWS:
            self.end()
            self._begin()
        for place, (write_cell, cell) in enumerate(zip(self._writers, row, strict=True)):
            if cell is not None and cell != "":
                write_cell(self._at, place, cell)
        self._at += 1

    def end(self) -> None:
        """Filter what is on the sheet."""
        self._sheet.autofilter(0, 0, max(self._at - 1, 0), len(self._columns.headings) - 1)

    def _begin(self) -> None:
        self._count += 1
        more = f" {self._count}" if self._count > 1 else ""
        self._sheet = self._workbook.add_worksheet(self._name + more)
        self._sheet.freeze_panes(1, 0)
        for place, heading in enumerate(self._columns.headings):
            self._sheet.set_column(place, place, _WIDTHS.get(heading, max(11, len(heading) + 4)))
            self._sheet.write_string(0, place, heading, self._head)
        self._writers = [
            _writer(self._sheet, kind, self._cells.get(kind)) for kind in self._columns.kinds
        ]
        self._at = 1


def _writer(sheet: Worksheet, kind: Kind, cell_format: Format | None) -> _Writer:
    """What writes a cell of `kind`; what is not of that kind is written as text."""

    def text(row: int, place: int, cell: Cell) -> object:
        return sheet.write_string(row, place, plain(str(cell)))

    def number(row: int, place: int, cell: Cell) -> object:
        known = _number(cell, kind)
        if known is None:
            return text(row, place, cell)
        return sheet.write_number(row, place, known, cell_format)

    if kind == "link":
        return _link_writer(sheet, text)
    return text if kind in ("text", "yes/no") else number


def _link_writer(sheet: Worksheet, text: _Writer) -> _Writer:
    links = 0

    def link(row: int, place: int, cell: Cell) -> object:
        nonlocal links
        address = str(cell)
        if links >= SHEET_LINKS or len(address) > LINK_CHARACTERS or not is_web_url(address):
            return text(row, place, cell)
        links += 1
        return sheet.write_url(row, place, address, string=plain(address))

    return link


def plain(value: str) -> str:
    """`value` as a cell can hold it: no longer, without NUL and half characters."""
    value = value.replace("\0", "")
    if len(value) > CELL_CHARACTERS:
        value = value[: CELL_CHARACTERS - 1] + "…"
    return value.encode("utf-8", "replace").decode() if not value.isascii() else value


def _number(cell: Cell, kind: Kind) -> float | None:
    """Excel's number for a cell; None where it has none."""
    if isinstance(cell, int | float):
        # Beyond 15 digits Excel would round, and a rounded id is another id.
        return cell if abs(cell) < 10**15 else None
    if not isinstance(cell, str):
        return None
    try:
        if kind == "date":
            return _days(date.fromisoformat(cell))
        if kind == "time":
            return _share_of_day(datetime.strptime(cell[:8], "%H:%M:%S"))  # noqa: DTZ007
        at = datetime.fromisoformat(cell)
    except ValueError:
        return None
    days = _days(at.date())
    return None if days is None else days + _share_of_day(at)


def _days(day: date) -> float | None:
    return day.toordinal() - _DAY_ZERO if day >= _FIRST_DAY else None


def _share_of_day(at: datetime) -> float:
    return (at.hour * 3600 + at.minute * 60 + at.second) / 86_400


def _facts(workbook: xlsxwriter.Workbook, asked: Asked) -> None:
    sheet = workbook.add_worksheet("Asked")
    bold = workbook.add_format({"bold": True, "valign": "top"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for row, (label, value) in enumerate(in_words(asked)):
        sheet.write_string(row, 0, label, bold)
        if is_web_url(value) and len(value) <= LINK_CHARACTERS:
            sheet.write_url(row, 1, value, string=value)
        else:
            sheet.write_string(row, 1, plain(value))

"""Excel files: typed cells, links, the sheet that says what was asked, and any text as it is."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.columns import ARTICLE_COLUMNS, ColumnSet, column_set
from monitor.filters import Filters
from monitor.models import Role
from monitor.reports import excel
from monitor.reports.asked import Archive, Asked
from monitor.reports.tables import Row
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from tests.archive import Piece
from tests.reporting import NOON, csv_of, report_of

BERLIN = ZoneInfo("Europe/Berlin")
PIECES = [
    Piece("Café Órbita opens", "Daily Ledger", datetime(2025, 3, 30, 0, 30, tzinfo=UTC),
          "It rained. Then Órbita opened.", {"Órbita": True, "Acme": False}, role=Role.ORIGINAL),
    Piece("=HYPERLINK(\"x\")", "Valley Post", None, "Órbita opened.", {"Órbita": True}, url=None),
    Piece("Old", "Nordwind", datetime(1899, 7, 1, tzinfo=UTC), "Acme.", {"Acme": True},
          url="javascript:alert(1)"),
]  # fmt: skip


def book_of(folder: DataFolder, reader: Reader, *args: Any, **more: Any) -> openpyxl.Workbook:
    target = io.BytesIO()
    report_of(folder, reader, *args, tz=BERLIN, file_format="xlsx", **more).excel(target)
    return openpyxl.load_workbook(target)


def test_dates_times_numbers_and_links_are_what_they_are(
    folder: DataFolder, reader: Reader
) -> None:
    sheet = book_of(folder, reader)["Articles"]
    heading, first, second, old, undated = sheet.iter_rows()
    assert [cell.value for cell in heading] == list(ARTICLE_COLUMNS)
    row = dict(zip(ARTICLE_COLUMNS, first, strict=True))
    assert row["Date"].value == datetime(2025, 3, 30)  # noqa: DTZ001 -- a day has no zone
    assert row["Date"].number_format == "yyyy-mm-dd"
    assert row["Time"].value == time(1, 30)
    assert (row["Document ID"].value, row["Source Tier"].value) == (1000, 1)
    assert row["URL"].hyperlink.target == "https://dailyledger.example/1000"
    assert row["Title"].value == "Café Órbita opens"
    assert row["Is Syndicated"].value == "no"
    assert (row["Sentiment"].value, row["Document Tags"].value) == (None, None)
    assert second[16].value == "Acme"
    row = dict(zip(ARTICLE_COLUMNS, undated, strict=True))
    assert row["Title"].value == '=HYPERLINK("x")'
    assert row["Title"].data_type == "s"  # text, and no formula
    assert (row["Date"].value, row["URL"].value, row["URL"].hyperlink) == (None, None, None)
    row = dict(zip(ARTICLE_COLUMNS, old, strict=True))
    assert row["Date"].value == "1899-07-01"  # before Excel's calendar begins
    assert (row["URL"].value, row["URL"].hyperlink) == ("javascript:alert(1)", None)


def test_the_heading_stays_in_view_and_filters(folder: DataFolder, reader: Reader) -> None:
    sheet = book_of(folder, reader)["Articles"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:AA5"
    empty = book_of(folder, reader, "articles", Filters(story=1))["Articles"]
    assert (empty.max_row, empty.auto_filter.ref) == (1, "A1:AA1")


def test_a_sheet_says_what_was_asked(folder: DataFolder, reader: Reader) -> None:
    filters = Filters(companies=("Acme",), since=date(2025, 1, 1), undated=False, query="opens")
    book = book_of(folder, reader, "articles", filters)
    assert book.sheetnames == ["Articles", "Asked"]
    said = {row[0].value: row[1] for row in book["Asked"].iter_rows()}
    assert said["Asked by"].value == "ana"
    assert said["Asked at"].value == "2025-04-11 14:00:00 +0200 (Europe/Berlin)"
    assert said["See it in the dashboard"].hyperlink.target == "http://127.0.0.1:8501/articles"
    assert (said["Companies"].value, said["Topics"].value) == ("Acme", "all")
    assert (said["From"].value, said["To"].value) == ("2025-01-01", "the end")
    assert said["Query"].value == "opens"
    assert said["Archive generation"].value == reader.generation
    assert "Watchlist version" in said


def test_the_same_report_is_the_same_file(folder: DataFolder, reader: Reader) -> None:
    one, two = io.BytesIO(), io.BytesIO()
    for target in (one, two):
        report_of(folder, reader, file_format="xlsx").excel(target)
    assert one.getvalue() == two.getvalue()


@pytest.mark.parametrize("report", ["stories", "coverage", "share-of-voice", "feeds"])
def test_the_other_reports_have_the_rows_of_their_csv(
    folder: DataFolder, reader: Reader, report: str
) -> None:
    filters = Filters(since=date(2025, 3, 1))
    [sheet, _] = book_of(folder, reader, report, filters).worksheets
    lines = csv_of(folder, reader, report, filters, tz=BERLIN).decode("utf-8-sig").split("\r\n")
    assert sheet.max_row == len(lines) - 1
    assert [cell.value for cell in sheet[1]] == lines[0].split(",")


# --- what always holds -------------------------------------------------------------------

ASKED = Asked("articles", Filters(), ("Title",), Archive("g1", 0, 0, None, "v"), "ana", NOON,
              "http://127.0.0.1:8501/", "UTC", format="xlsx")  # fmt: skip
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def read_back(rows: list[Row], columns: ColumnSet) -> list[list[Any]]:
    target = io.BytesIO()
    excel.write(target, [rows], columns, ASKED)
    sheet = openpyxl.load_workbook(target).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


TWO = column_set("articles", "two", ["a = Title", "n = Document ID"])


AWKWARD = [
    ["_x0041_", "_x000D_", "a\r\nb\rc\n", " \t x ", "\x01\x1f\x7f\x85", "\ufffe\uffff"],
    ["=1+1", "+1", "-5", "@x", "'q", "{=1}", '=HYPERLINK("http://x")'],
    ["💥 \u202ereversed\u202c שלום", "a" * 40_000, "", "\0=1+1"],
]


@pytest.mark.parametrize("texts", AWKWARD)
def test_awkward_text_reads_back_as_it_is(texts: list[str]) -> None:
    rows: list[Row] = [[text, n] for n, text in enumerate(texts)]
    back = read_back(rows, TWO)
    assert [unescaped(row[0]) for row in back] == [excel.plain(text) for text in texts]
    assert [row[1] for row in back] == list(range(len(texts)))


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(any_text, min_size=1, max_size=8))
def test_all_text_reads_back_as_it_is(texts: list[str]) -> None:
    test_awkward_text_reads_back_as_it_is(texts)


def unescaped(value: str | None) -> str:
    """Text as Excel shows it: openpyxl leaves its escapes of control characters as they are."""
    return openpyxl.utils.escape.unescape(value) if value else ""


@settings(max_examples=10)
@given(st.lists(st.integers(-(10**14), 10**14) | st.floats(-1e9, 1e9), min_size=1, max_size=5))
def test_numbers_stay_numbers(numbers: list[float]) -> None:
    columns = column_set("articles", "n", ["n = Word Count"])
    back = read_back([[number] for number in numbers], columns)
    assert [row[0] for row in back] == pytest.approx(numbers)


def test_more_rows_than_a_sheet_holds_go_on_in_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(excel, "SHEET_ROWS", 4)
    excel.write(tmp_path / "b.xlsx", [[["t", n] for n in range(7)]], TWO, ASKED)
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert book.sheetnames == ["Articles", "Articles 2", "Articles 3", "Asked"]
    numbers = [[row[1].value for row in sheet.iter_rows(min_row=2)] for sheet in book.worksheets]
    assert numbers[:3] == [[0, 1, 2], [3, 4, 5], [6]]


def test_an_id_that_excel_would_round_is_text() -> None:
    assert read_back([["t", 2**53]], TWO) == [["t", "9007199254740992"]]

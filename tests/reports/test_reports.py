"""The reports beside articles and stories, sets of columns, and how many rows will come."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.columns import Report, column_set, every_column, preset, preset_names
from monitor.config import parse_config
from monitor.errors import ConfigError, ExportError
from monitor.filters import Filters
from monitor.links import PARAMETERS
from monitor.reports.export import columns_of, count_rows, unknown_names
from monitor.reports.moments import Clock, in_utc
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from tests.archive import SEEN, Piece
from tests.reporting import csv_of, report_of

DOCS = Path(__file__).resolve().parents[2] / "docs" / "reports.md"
BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime(2025, 4, 1, 12, tzinfo=UTC)
PIECES = [
    Piece("Acme and Bolt", "Daily", DAY, "Acme bolts.", {"Acme": True, "Bolt": False}, ("steel",)),
    Piece("Acme again", "Weekly", DAY, "Acme.", {"Acme": True}, story=0),
    Piece("Bolt, later", "Daily", DAY + timedelta(days=2), "Bolt.", {"Bolt": True}),
    Piece("Bolt, undated", "Daily", None, "Bolt.", {"Bolt": True}),
    Piece("Rain", "Daily", DAY + timedelta(days=1), "It rained."),
]
OWN = parse_config(
    """
    [[column_set]]
    name = "Board"
    columns = ["Published UTC", "Outlet = Source Name", "Words = Word Count", "Reach ="]
    [[column_set]]
    name = "short"
    report = "stories"
    columns = ["Title"]
    """
)


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_coverage_is_the_numbers_behind_a_chart(folder: DataFolder, reader: Reader) -> None:
    assert rows_of(csv_of(folder, reader, "coverage", tz=BERLIN)) == [
        ["Date", "Company", "Mentions", "Stories"],
        ["2025-04-01", "Acme", "2", "1"],
        ["2025-04-01", "Bolt", "1", "1"],
        ["2025-04-02", "Acme", "0", "0"],
        ["2025-04-02", "Bolt", "0", "0"],
        ["2025-04-03", "Acme", "0", "0"],
        ["2025-04-03", "Bolt", "1", "1"],
    ]
    by_outlet = csv_of(folder, reader, "coverage", tz=BERLIN, series="outlet", step="month")
    assert rows_of(by_outlet) == [
        ["Date", "Outlet", "Mentions", "Stories"],
        ["2025-04-01", "Daily", "3", "3"],
        ["2025-04-01", "Weekly", "1", "1"],
    ]
    nothing = Filters(since=date(2024, 1, 1), until=date(2024, 1, 2), undated=False)
    assert rows_of(csv_of(folder, reader, "coverage", nothing)) == [
        ["Date", "Company", "Mentions", "Stories"]
    ]


def test_share_of_voice_has_both_counts(folder: DataFolder, reader: Reader) -> None:
    assert rows_of(csv_of(folder, reader, "share-of-voice")) == [
        ["Company", "Mentions", "Share Of Mentions", "Stories", "Share Of Stories"],
        ["Bolt", "3", "0.6", "3", "0.75"],
        ["Acme", "2", "0.4", "1", "0.25"],
    ]


@pytest.mark.parametrize("report", get_args(Report))
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(companies=("bolt",)),
        Filters(companies=("Acme", "Bolt"), subject_only=True),
        Filters(subject_only=True, undated=False),
        Filters(topics=("steel",)),
        Filters(query="bolt*"),
        Filters(story=1000),
        Filters(seen_since=SEEN + timedelta(minutes=2)),
        Filters(since=date(2025, 4, 2), until=date(2025, 4, 3)),
        Filters(companies=("nobody",)),
    ],
    ids=str,
)
def test_as_many_rows_come_as_were_said(
    folder: DataFolder, reader: Reader, report: Report, filters: Filters
) -> None:
    said = count_rows(reader, folder, report, filters, tz=BERLIN)
    assert len(rows_of(csv_of(folder, reader, report, filters, tz=BERLIN))) - 1 == said


def test_a_tool_that_reads_other_columns_gets_them(folder: DataFolder, reader: Reader) -> None:
    first = Filters(story=1000, outlets=("Daily",), companies=("Acme",))
    heading, row = rows_of(csv_of(folder, reader, "articles", first, columns="meltwater"))
    assert heading[:7] == ["Date", "Time", "Document ID", "URL", "Input Name", "Keywords",
                           "Information Type"]  # fmt: skip
    found = dict(zip(heading, row, strict=True))
    assert (found["Title"], found["Custom Categories"], found["Reach"]) == (
        "Acme and Bolt", "steel", "")  # fmt: skip
    assert "AVE" not in heading
    heading, row = rows_of(csv_of(folder, reader, "articles", first, columns="mediacloud"))
    assert dict(zip(heading, row, strict=True)) == {
        "id": "1000", "indexed_date": "2025-04-10T12:00:00Z", "language": "en",
        "media_name": "Daily", "media_url": "daily.example", "publish_date": "2025-04-01",
        "title": "Acme and Bolt", "url": "https://daily.example/1000",
    }  # fmt: skip


def test_columns_of_ones_own(folder: DataFolder, reader: Reader) -> None:
    asked = Filters(story=1000, outlets=("Weekly",))
    own = csv_of(folder, reader, "articles", asked, config=OWN, columns="board")
    assert rows_of(own) == [
        ["Published UTC", "Outlet", "Words", "Reach"], ["2025-04-01T12:00:00Z", "Weekly", "1", ""],
    ]  # fmt: skip
    short = csv_of(folder, reader, "stories", asked, config=OWN, columns="short")
    assert rows_of(short) == [["Title"], ["Acme again"]]


def test_a_set_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(ExportError, match="no set of columns 'Bord'; did you mean 'Board'"):
        columns_of(OWN, "articles", "Bord")
    with pytest.raises(ExportError, match="stories has no set of columns 'meltwater'; there are"):
        columns_of(OWN, "stories", "meltwater")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('name = "b"\ncolumns = ["Date", "Titel"]',
         "watchlist.toml:3: column_set[0].columns[1] asks for 'Titel', which articles do not have; "
         "did you mean 'Title'?"),
        ('name = "b"\ncolumns = ["Date", "Date"]',
         "column_set[0].columns[1] has the heading 'Date', which is there already"),
        ('name = "b"\ncolumns = ["= Date"]', "column_set[0].columns[0] has no heading"),
        ('name = "b"\ncolumns = []', "watchlist.toml:3: column_set[0].columns must not be empty"),
        ('name = "b"', "column_set[0].columns is missing"),
        ('name = "Meltwater"\ncolumns = ["Date"]', "column_set[0].name 'Meltwater' is a set that"),
        ('name = "b"\nreport = "feeds"\ncolumns = ["Date"]',
         "column_set[0].report must be 'articles' or 'stories', got 'feeds'"),
        ('name = "b"\nreport = "stories"\ncolumns = ["Hit Sentence"]',
         "column_set[0].columns[0] asks for 'Hit Sentence', which stories do not have"),
        ('name = "b"\nfields = ["Date"]\ncolumns = ["Date"]',
         "column_set[0].fields is not a known key"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_set_names_its_key(written: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_config(f"[[column_set]]\n{written}")
    assert said in str(raised.value)


def test_the_page_about_reports_has_every_column_set_and_parameter() -> None:
    page = DOCS.read_text(encoding="utf-8")
    headings = {heading for report in get_args(Report) for heading in every_column(report)}
    missing = [h for h in headings - {"Series"} if not re.search(rf"(?<!\w){re.escape(h)}", page)]
    assert missing == []
    assert [name for name in preset_names("articles") if f"`{name}`" not in page] == []
    assert [name for name in PARAMETERS if f"{name}=" not in page and f"`{name}`" not in page] == []
    [example] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert columns_of(parse_config(example), "articles", "board")[1] == "Outlet = Source Name"


def test_the_address_of_the_dashboard_is_one() -> None:
    with pytest.raises(ConfigError, match=r"watchlist.toml:2: team.dashboard must be an http"):
        parse_config('[team]\ndashboard = "monitor.example"')


def test_every_set_of_the_program_can_be_used() -> None:
    for report in get_args(Report):
        for name in preset_names(report):
            columns = preset(report, name)
            assert columns
            layout = column_set(report, name, columns)
            assert len(layout.headings) == len(layout.kinds) == len(layout.places) == len(columns)
    assert preset("stories", "meltwater") is None
    assert list(every_column("articles"))[-1] == "Word Count"


def test_names_that_nothing_has_are_found(reader: Reader) -> None:
    asked = Filters(companies=("acme", "Acmee"), outlets=("Daly",), languages=("en", "xx"))
    assert list(unknown_names(reader, asked, parse_config(""))) == [
        ("company", "there is no 'Acmee' in the archive or watchlist; did you mean 'Acme'?"),
        ("outlet", "there is no 'Daly' in the archive or watchlist; did you mean 'Daily'?"),
        ("language", "there is no 'xx' in the archive or watchlist"),
    ]


def test_rows_come_in_batches_and_nothing_is_lost_between(
    folder: DataFolder, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = csv_of(folder, reader)
    monkeypatch.setattr("monitor.store.queries.export._CHUNK", 2)
    assert csv_of(folder, reader) == whole
    batches = list(report_of(folder, reader).rows())
    assert len(batches) == 3
    dates = [row[0] for batch in batches for row in batch if row[0]]
    assert all(a >= b for a, b in pairwise(dates))


# --- what always holds -------------------------------------------------------------------

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"]


@given(st.integers(-5_000_000_000, 5_000_000_000), st.sampled_from(ZONES))
def test_a_time_is_what_python_says_it_is(seconds: int, zone: str) -> None:
    tz = ZoneInfo(zone)
    at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(tz)
    clock = Clock(tz)
    for _ in range(2):  # read, and remembered
        day, time = clock.day_and_time(seconds)
        assert f"{day}T{time}" == at.isoformat()
    assert datetime.fromisoformat(in_utc(seconds)) == at


def test_no_time_is_blank() -> None:
    assert Clock(BERLIN).day_and_time(None) == ("", "")
    assert in_utc(None) == ""

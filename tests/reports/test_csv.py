"""The CSV files: their columns, and that everything written reads back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.columns import ARTICLE_COLUMNS, FEED_COLUMNS, STORY_COLUMNS, column_set
from monitor.filters import Filters
from monitor.models import Role
from monitor.reports.csv import csv_file, frame_csv, guard, unguard
from monitor.store.database import insert, writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.reader import Reader
from tests.archive import SEEN, Piece, build_archive
from tests.reporting import csv_of

BERLIN = ZoneInfo("Europe/Berlin")
HEADING = (
    "Date,Time,Document ID,URL,Input Name,Keywords,Source Type,Source Name,Source Domain,"
    "Source Tier,Author Name,Title,Opening Text,Hit Sentence,Language,Country,Company,Prominence,"
    "Sentiment,Topics,Story ID,Story Role,Copies In Story,Is Syndicated,Date Confidence,"
    "Document Tags,Tagged By"
)
PIECES = [
    Piece("Café Órbita opens", "Daily Ledger", datetime(2025, 3, 30, 0, 30, tzinfo=UTC),
          "It rained. “Then Órbita, with Acme, opened”, she said. Nobody cared.",
          {"Órbita": True, "Acme": False}, ("opens",), role=Role.ORIGINAL, authors=("A. Lee", "B")),
    Piece("=HYPERLINK(\"x\")", "Valley Post", None, "Órbita, it said,\r\nopened.",
          {"Órbita": True}, copy_of=0, role=Role.REPRINT, url=None),
    Piece("-5 degrees opens a cold week", "Nordwind", datetime(2025, 7, 1, 12, tzinfo=UTC), "Brr.",
          topics=("opens",), sample=True),
]  # fmt: skip


def read(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_heading_is_what_the_field_agrees_on(folder: DataFolder, reader: Reader):
    data = csv_of(folder, reader, "articles", Filters(), tz=BERLIN)
    assert data.split(b"\r\n", 1)[0].decode("utf-8-sig") == HEADING == ",".join(ARTICLE_COLUMNS)


def test_a_row_for_each_article_and_company(folder: DataFolder, reader: Reader):
    rows = read(csv_of(folder, reader, "articles", Filters(), tz=BERLIN))
    assert [(r["Document ID"], r["Company"]) for r in rows] == [
        ("1002", ""), ("1001", "Órbita"), ("1000", "Órbita"), ("1000", "Acme")]  # fmt: skip
    assert rows[2] == {
        "Date": "2025-03-30",
        "Time": "01:30:00+01:00",
        "Document ID": "1000",
        "URL": "https://dailyledger.example/1000",
        "Input Name": "Órbita",
        "Keywords": "Órbita",
        "Source Type": "Online news",
        "Source Name": "Daily Ledger",
        "Source Domain": "dailyledger.example",
        "Source Tier": "1",
        "Author Name": "A. Lee; B",
        "Title": "Café Órbita opens",
        "Opening Text": "It rained. “Then Órbita, with Acme, opened”, she said. Nobody cared.",
        "Hit Sentence": "Café Órbita opens",
        "Language": "en",
        "Country": "US",
        "Company": "Órbita",
        "Prominence": "subject, headline",
        "Sentiment": "",
        "Topics": "opens",
        "Story ID": "1000",
        "Story Role": "original",
        "Copies In Story": "2",
        "Is Syndicated": "yes",
        "Date Confidence": "high",
        "Document Tags": "",
        "Tagged By": "name",
    }
    acme = rows[3]
    assert acme["Hit Sentence"] == "“Then Órbita, with Acme, opened”, she said."
    assert acme["Prominence"] == "passing, body"


def test_what_is_unknown_is_blank_and_what_is_inferred_says_so(folder: DataFolder, reader: Reader):
    alone, copy, *_ = read(csv_of(folder, reader, "articles", Filters(), tz=BERLIN))
    assert (copy["Date"], copy["Date Confidence"]) == ("2025-03-30", "inferred")
    assert (copy["URL"], copy["Source Type"], copy["Topics"]) == ("", "", "")
    assert copy["Title"] == '\'=HYPERLINK("x")'
    assert alone["Title"] == "'-5 degrees opens a cold week"
    assert (alone["Input Name"], alone["Keywords"]) == ("opens", "opens")
    assert alone["Hit Sentence"] == "'-5 degrees opens a cold week"
    assert (alone["Prominence"], alone["Is Syndicated"], alone["Copies In Story"]) == (
        "",
        "no",
        "0",
    )
    assert (alone["Time"], alone["Document Tags"]) == ("14:00:00+02:00", "sample")


def test_the_articles_of_a_story_and_of_a_time_read_back(folder: DataFolder, reader: Reader):
    story = read(csv_of(folder, reader, "articles", Filters(story=1000), tz=BERLIN))
    assert [(r["Document ID"], r["Story Role"]) for r in story] == [
        ("1001", "reprint"), ("1000", "original"), ("1000", "original")]  # fmt: skip
    new = Filters(seen_since=SEEN + timedelta(minutes=1))
    rows = read(csv_of(folder, reader, "articles", new, tz=BERLIN))
    assert [r["Document ID"] for r in rows] == ["1002", "1001"]


def test_feeds_read_back(tmp_path: Path):
    watchlist = "".join(
        f'[[feed]]\nurl = "https://{name}.example/feed"\noutlet = "{outlet}"\n'
        for name, outlet in (("one", "=Órbita"), ("two", "Daily"))
    )
    folder = build_archive(tmp_path, [], watchlist=watchlist)
    with writing(folder) as connection:
        connection.execute(
            """
            UPDATE feed SET polled_at = $at, failures = 2, error = $error
            WHERE url = 'https://two.example/feed'
            """,
            {"at": SEEN, "error": "cannot parse feed 'x': expected XML, got text/html"},
        )
        polled = {"feed_id": 2, "polled_at": SEEN, "new_entries": 3, "latency": 0.254}
        insert(connection, "poll", [{**polled, "outcome": "new"}, {**polled, "outcome": "empty"}])
        publish(folder, connection)
    reader = Reader.open(folder)
    failing, waiting = read(csv_of(folder, reader, "feeds", tz=BERLIN, at=SEEN))
    reader.close()
    assert list(failing) == list(FEED_COLUMNS)
    assert failing["Outlet"] == "Daily"
    assert failing["State"] == "failing"
    assert failing["Last Poll"] == "2025-04-10T14:00:00+02:00"
    assert (failing["Last Success"], failing["Failures In A Row"]) == ("", "2")
    assert failing["What Happened"] == "The address answers with a web page, not a feed"
    assert (failing["Polls"], failing["Failed"], failing["Empty"]) == ("2", "0", "1")
    assert (failing["Median Seconds"], failing["Entries A Day"]) == ("0.25", "6.0")
    assert (failing["Usually A Day"], waiting["Median Seconds"], waiting["Polls"]) == ("", "", "0")
    assert (waiting["Outlet"], waiting["State"]) == ("'=Órbita", "not polled yet")
    assert unguard(waiting["Outlet"]) == "=Órbita"


def test_the_file_is_what_the_filter_shows(folder: DataFolder, reader: Reader):
    filters = Filters(companies=("Acme",))
    rows = read(csv_of(folder, reader, "articles", filters, tz=BERLIN))
    assert [(r["Document ID"], r["Company"]) for r in rows] == [("1000", "Acme")]
    subject = replace(filters, subject_only=True)
    assert read(csv_of(folder, reader, "articles", subject, tz=BERLIN)) == []
    day = Filters(since=date(2025, 7, 1), undated=False)
    assert len(read(csv_of(folder, reader, "articles", day, tz=BERLIN))) == 1
    query = Filters(query="cold OR week")
    [row] = read(csv_of(folder, reader, "articles", query, tz=BERLIN))
    assert row["Document ID"] == "1002"


def test_a_row_for_each_story(folder: DataFolder, reader: Reader):
    rows = read(csv_of(folder, reader, "stories", Filters(), tz=BERLIN))
    assert tuple(rows[0]) == tuple(STORY_COLUMNS)
    assert [r["Story ID"] for r in rows] == ["1002", "1000"]
    assert rows[1] == {
        "Story ID": "1000",
        "Title": "Café Órbita opens",
        "URL": "https://dailyledger.example/1000",
        "First Date": "2025-03-30",
        "First Time": "01:30:00+01:00",
        "Last Date": "2025-03-30",
        "Last Time": "01:30:00+01:00",
        "Articles": "2",
        "Copies": "2",
        "Outlets": "2",
        "Outlet Names": "Daily Ledger; Valley Post",
        "Companies": "Órbita; Acme",
        "Topics": "opens",
        "Roles": "original 1; reprint 1",
    }


# --- what always holds -------------------------------------------------------------------

any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
formula_like = st.builds(
    str.__add__, st.text("'\t\r\n =+-@＝; ", max_size=6), st.text("=+-@ab1", max_size=3)
)


@given(any_text | formula_like)
@example("=1+1")
@example("'=1+1")
@example(" \t-2")
@example("-5")
@example("x;=1+1")
@example("x; '-1;\r\n=2")
def test_the_guard_can_be_taken_off_and_lets_no_formula_through(text: str):
    guarded = guard(text)
    assert unguard(guarded) == text
    assert unguard(text).replace("'", "") == text.replace("'", "")
    # A spreadsheet whose list separator is a semicolon begins a cell behind each.
    for cell in re.split("[;\n\r]", guarded):
        assert cell.lstrip()[:1] not in ("=", "+", "-", "@", "＝")
    assert guarded[:1] not in ("\t", "\r")


@pytest.mark.parametrize(
    "text",
    ["plain", "a=b", "1-2", "don't", "'quoted'", "", "http://x/=1", "a; b", "a;'b'", "a\nb"],
)
def test_harmless_text_is_left_as_it_is(text: str):
    assert guard(text) == text == unguard(text)


def two_texts(rows: Sequence[Sequence[str | float | None]]) -> bytes:
    """A file with two columns of text."""
    columns = column_set("articles", "two", ["a = Title", "b = Author Name"])
    return b"".join(csv_file([[[*row] for row in rows]], columns))


def numbers_of(values: Sequence[float | None]) -> bytes:
    columns = column_set("articles", "one", ["n = Word Count"])
    return b"".join(csv_file([[[value] for value in values]], columns))


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(rows=st.lists(st.tuples(any_text | formula_like, any_text), min_size=1, max_size=5))
def test_all_text_reads_back_as_written(rows: list[tuple[str, str]], tmp_path: Path):
    data = two_texts(rows)
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    expected = [tuple(row) for row in rows]

    assert [tuple(unguard(v) for v in r.values()) for r in read(data)] == expected

    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert [tuple(map(unguard, row)) for row in frame.itertuples(index=False)] == expected

    back = duckdb.execute(
        """
        SELECT a, b FROM read_csv($path, header = true, delim = ',', quote = '"', escape = '"',
            columns = {'a': 'VARCHAR', 'b': 'VARCHAR'}, parallel = false, new_line = '\\r\\n')
        """,
        {"path": str(path)},
    ).fetchall()
    assert [tuple(unguard(value or "") for value in row) for row in back] == expected


@given(st.lists(st.tuples(any_text, any_text | st.none()), max_size=5))
def test_it_is_what_the_csv_module_writes(rows: list[tuple[str, str | None]]):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["a", "b"])
    writer.writerows([guard(a), b if b is None else guard(b)] for a, b in rows)
    assert two_texts(rows).decode("utf-8-sig") == buffer.getvalue()


@given(st.lists(st.integers() | st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_are_never_guarded(numbers: list[float]):
    rows = read(numbers_of(numbers))
    assert [float(row["n"]) for row in rows] == [float(n) for n in numbers]


def test_a_lone_blank_cell_is_a_row():
    assert numbers_of([-5, None, 2]).endswith(b'n\r\n-5\r\n""\r\n2\r\n')
    assert [row["n"] for row in read(numbers_of([-5, None, 2]))] == ["-5", "", "2"]


def test_no_reader_agrees_on_nul_so_it_is_dropped_and_hides_no_formula():
    assert two_texts([("x\0y", "\0=1+1")]).endswith(b"\r\nxy,'=1+1\r\n")


def test_half_a_character_is_a_question_mark():
    assert two_texts([("x\ud800y", "")]).endswith(b"\r\nx?y,\r\n")


def test_the_numbers_behind_a_chart_read_back_and_are_guarded():
    frame = pd.DataFrame({
        "=Name": ["=1+1", None], "Count": [-5, 3], "Share": [-0.25, float("nan")],
        "Latest": pd.to_datetime(["2025-04-01T10:00:00.5+02:00", None]),
        "Outlets": [{"A, B": 2, "C": 1}, {}], "Companies": [["Acme", "Órbita"], []],
        "First": [True, False],
    })  # fmt: skip
    one, other = read(frame_csv(frame))
    assert one == {
        "'=Name": "'=1+1", "Count": "-5", "Share": "-0.25", "Latest": "2025-04-01T10:00:00+02:00",
        "Outlets": "A, B 2; C 1", "Companies": "Acme; Órbita", "First": "yes",
    }  # fmt: skip
    assert [*other.values()] == ["", "3", "", "", "", "", "no"]

"""Coverage, Share of voice, Compare and Outlets, run as Streamlit runs them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from monitor.dashboard import outlet_rows, texts, texts_coverage, texts_filters, texts_outlets
from monitor.filters import Filters
from monitor.reports.csv import frame_csv
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.notes import notes
from monitor.store.queries.bylines import bylines
from monitor.store.queries.outlets import outlets
from monitor.store.reader import Reader
from tests.archive import Piece, build_archive
from tests.dashboard.conftest import DAY, HOSTILE, PIECES, WATCHLIST, Open
from tests.dashboard.test_pages import drawn, figures, said

PAGES = {"coverage": "Coverage", "voice": "Share of voice", "compare": "Compare",
         "outlets": "Outlets"}  # fmt: skip
# As the other pages' archive, signed, and with something in the month before.
SIGNED = [
    replace(piece, authors=authors)
    for piece, authors in zip(
        PIECES,
        [("Ann Lee", "Bo Ray"), ("Ann Lee",), ("Cy Day",), (), (HOSTILE,), ("=cmd()",)],
        strict=True,
    )
]
EARLIER = [
    Piece(f"Norvane in February {n}", "Northline", DAY - timedelta(days=29 + n), "Norvane.",
          {"Norvane": n > 0}, authors=("Cy Day",)) for n in range(3)
]  # fmt: skip
WHOLE = {"dates": ["2025-01-01", "2025-03-31"]}
MONTH = {"dates": ["2025-03-01", "2025-03-31"]}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Not to be written to."""
    root = tmp_path_factory.mktemp("signed")
    return build_archive(root, [*SIGNED, *EARLIER], watchlist=WATCHLIST)


def rows_of(app: AppTest, key: str) -> list[list[str]]:
    """A table's texts, those of chips among them."""

    def text(cell: dict[str, Any]) -> str:
        return str(cell.get("text") or " ".join(chip["text"] for chip in cell.get("chips", [])))

    return [[text(cell) for cell in row] for row in drawn(app, key)["rows"]]


def chart(app: AppTest, number: int = 0) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(app.get("vega_lite_chart")[number].proto.spec)
    return spec


def marks(spec: dict[str, Any]) -> list[str]:
    return [layer["mark"]["type"] for layer in spec["layer"]]


@pytest.mark.parametrize("page", PAGES)
def test_pages_draw_without_error(page: str, signed: DataFolder, open_page: Open) -> None:
    app = open_page(signed, page)
    assert not app.exception
    assert [title.value for title in app.title] == [PAGES[page]]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_an_empty_database_says_what_to_do(page: str, tmp_path: Path, open_page: Open) -> None:
    app = open_page(build_archive(tmp_path, [], watchlist=WATCHLIST), page)
    assert not app.exception
    assert texts.NO_ARTICLES in said(app)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_nothing_or_only_undated_or_untagged_articles(
    page: str, signed: DataFolder, tmp_path: Path, open_page: Open
) -> None:
    nothing = open_page(signed, page, dates=["1999-01-01", "1999-01-02"], undated="false")
    assert texts.NO_ROWS in said(nothing)
    folder = build_archive(
        tmp_path, [SIGNED[5], Piece("Rain", "Northline", None, "Wet.")], watchlist=WATCHLIST
    )
    assert not open_page(folder, page).exception
    folder = build_archive(
        tmp_path / "b", [Piece("Rain", at=DAY, text="Wet.")], watchlist=WATCHLIST
    )
    for params in ({}, {"by": "Topics"}, {"split": "By outlet"}, {"who": "Journalists"}):
        assert not open_page(folder, page, **params).exception


@pytest.mark.slow
@pytest.mark.parametrize(
    ("params", "title", "steps"),
    [
        ({}, "Mentions per day", 31),
        ({"step": "Week", "by": "Outlet tiers", "count": "Stories"}, "Stories per week", 6),
        ({"step": "Hour", "dates": ["2025-03-20", "2025-03-20"]}, "Mentions per hour", 24),
        ({"step": "Hour", "by": "Topics"}, "Mentions per day", 31),
        ({"dates": ["2024-01-01", "2025-03-31"]}, "Mentions per week", 66),
        ({"dates": ["2015-01-01", "2025-03-31"]}, "Mentions per month", 123),
    ],
)
def test_the_address_says_what_is_drawn(
    params: dict[str, Any], title: str, steps: int, signed: DataFolder, open_page: Open
) -> None:
    app = open_page(signed, "coverage", **{**MONTH, **params})
    assert not app.exception
    assert title in [heading.value for heading in app.subheader]
    app.button(key="coverage_0_numbers").click().run()
    assert len(drawn(app, "coverage_0_numbers_table")["rows"]) == steps
    too_long = texts_coverage.HOURS_TOO_LONG.format(days=14) in said(app)
    assert too_long == (params.get("step") == "Hour" and "dates" not in params)


@pytest.mark.slow
def test_the_numbers_behind_the_chart_add_up_to_the_figures(
    signed: DataFolder, open_page: Open
) -> None:
    app = open_page(signed, "coverage", undated="false", before="true", **MONTH)
    shown = figures(app)
    assert shown == figures(open_page(signed, "overview", undated="false", **MONTH))
    assert marks(chart(app)) == ["rect", "rect", "rule"]
    app.button(key="coverage_0_numbers").click().run()
    table = drawn(app, "coverage_0_numbers_table")
    assert [column["label"] for column in table["columns"]] == [
        "Day", "Norvane", "Tessaly", "Total", "Date uncertain", "Period before"
    ]  # fmt: skip
    sums = [sum(int(row[i]["text"]) for row in table["rows"]) for i in range(1, 6)]
    assert sums == [4, 1, int(shown["Mentions"]), 0, 3]
    assert rows_of(app, "ranking") == [["Norvane", "4", "3", "+33%"], ["Tessaly", "1", "0", "–"]]


@pytest.mark.slow
def test_where_nothing_was_before_that_is_said(signed: DataFolder, open_page: Open) -> None:
    app = open_page(signed, "coverage", before="true", **WHOLE)
    assert texts_coverage.BEFORE_MISSING in said(app)
    assert marks(chart(app)) == ["rect"]


@pytest.mark.slow
def test_the_switches_of_the_bar_narrow_and_can_be_cleared(
    signed: DataFolder, open_page: Open
) -> None:
    app = open_page(signed, "coverage", subject="true", firsts="true", undated="false", **MONTH)
    assert app.toggle(key="subject").value
    assert app.toggle(key="firsts").value
    # Neither the reprint nor Norvane in passing.
    assert figures(app) == {"Mentions": "3", "Stories": "2", "Articles": "3", "Outlets": "3"}
    app.button(key="clear").click().run()
    assert not app.toggle(key="subject").value
    assert not app.toggle(key="firsts").value
    only = open_page(signed, "coverage", tier="No tier", **MONTH)
    assert int(figures(only)["Articles"]) > 0


@pytest.mark.slow
def test_a_click_chooses_a_period(signed: DataFolder, open_page: Open) -> None:
    app = open_page(signed, "coverage")
    last = date(2025, 3, 21)
    expected = {
        "7 days": (date(2025, 3, 15), last), "30 days": (date(2025, 2, 20), last),
        "90 days": (date(2024, 12, 22), last), texts_filters.MONTH: (date(2025, 3, 1), last),
        texts_filters.EVERYTHING: (date(2025, 1, 19), last),
    }  # fmt: skip
    assert app.segmented_control(key="quick").options == list(expected)
    for label, days in expected.items():
        app.segmented_control(key="quick").set_value(label).run()
        assert app.date_input(key="dates").value == days
        assert app.segmented_control(key="quick").value == label


@pytest.mark.slow
def test_notes_are_on_the_axis_for_all_and_come_back_after_their_removal(
    tmp_path: Path, open_page: Open
) -> None:
    folder = build_archive(tmp_path, PIECES, watchlist=WATCHLIST)
    app = open_page(folder, "coverage")
    app.text_input(key="note_text").set_value("  ").run()
    app.button(key="keep_note").click().run()
    assert notes(Desk(folder)) == []
    app.date_input(key="note_day").set_value(date(2025, 3, 20)).run()
    app.text_input(key="note_text").set_value(HOSTILE[:60]).run()
    app.text_input(key="note_by").set_value("Ana").run()
    app.button(key="keep_note").click().run()
    assert not app.exception
    [note] = notes(Desk(folder))
    assert (note.day, note.by) == (date(2025, 3, 20), "Ana")
    assert marks(chart(app)) == ["rect", "rule", "text"]
    [line] = [text.value for text in app.text if "20 March" in text.value]
    assert line.startswith(f"Thursday 20 March 2025: {note.text} (Ana, ")
    other = open_page(folder)  # anybody's, on the Overview
    assert marks(chart(other)) == ["rect", "rule", "text"]
    app.button(key=f"remove_note_{note.id}").click().run()
    assert marks(chart(app)) == ["rect"]
    app.button(key="restore_note").click().run()
    assert marks(chart(app)) == ["rect", "rule", "text"]
    [again] = notes(Desk(folder))
    assert (again.text, again.by, again.at) == (note.text, "Ana", note.at)


@pytest.mark.slow
def test_shares_their_change_and_the_small_charts(signed: DataFolder, open_page: Open) -> None:
    app = open_page(signed, "voice", undated="false", split="By outlet", **MONTH)
    assert rows_of(app, "shares") == [
        ["Norvane", "80.0%", "−20.0 pts", "100.0%", "4"],
        ["Tessaly", "20.0%", "+20.0 pts", "0.0%", "1"],
    ]
    parts = [text.value for text in app.text]
    assert sorted(parts) == ["Evil <b>Outlet</b>", "Harbour Ledger", "Northline", "Valley Signal"]
    assert parts[0] == "Northline"  # with two mentions the largest
    assert len(app.get("vega_lite_chart")) == 1 + len(parts)
    assert "1 Feb 2025 – 28 Feb 2025" not in said(app)
    assert "29 Jan 2025 – 28 Feb 2025" in said(app)


@pytest.mark.slow
def test_subject_only_is_the_bars_switch(signed: DataFolder, open_page: Open) -> None:
    app = open_page(signed, "voice", **MONTH)
    control = app.segmented_control(key="counted")
    assert control.value == texts_coverage.COUNTED_HOW["all"]
    control.set_value(texts_coverage.COUNTED_HOW["subject"]).run()
    assert app.toggle(key="subject").value
    assert rows_of(app, "shares")[0][0::4] == ["Norvane", "4"]
    app = open_page(signed, "voice", subject="true", **MONTH)
    subject = texts_coverage.COUNTED_HOW["subject"]
    assert app.segmented_control(key="counted").value == subject


@pytest.mark.slow
def test_one_company_has_its_share_of_all(signed: DataFolder, open_page: Open) -> None:
    app = open_page(signed, "voice", company="Tessaly", undated="false", **MONTH)
    assert texts.AGAINST_ALL in said(app)
    assert [row[0] for row in rows_of(app, "shares")] == ["Norvane", "Tessaly"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("company", "note"),
    [([], texts_coverage.COMPARE_NONE), (["Tessaly"], texts_coverage.COMPARE_ONE),
     (["Tessaly", "Norvane"], None)],
)  # fmt: skip
def test_the_companies_chosen_stand_side_by_side(
    company: list[str], note: str | None, signed: DataFolder, open_page: Open
) -> None:
    app = open_page(signed, "compare", company=company, undated="false", **MONTH)
    assert not app.exception
    rows = rows_of(app, "profiles")
    order = ["Tessaly", "Norvane"] if company else ["Norvane", "Tessaly"]
    assert [row[0] for row in rows] == order
    assert {row[0]: row[1:] for row in rows}["Norvane"] == ["4", "2", "4", "75%", "72"]
    assert (note or "") in said(app)
    lines = chart(app)["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert lines == order
    assert [item["title"] for item in drawn(app, "top_Tessaly")["items"]] == [PIECES[2].title]


@pytest.mark.slow
def test_one_company_alone_cannot_be_compared(tmp_path: Path, open_page: Open) -> None:
    app = open_page(build_archive(tmp_path, PIECES[:1], watchlist=WATCHLIST), "compare")
    assert texts_coverage.COMPARE_TOO_FEW in said(app)
    assert not app.exception


@pytest.mark.slow
def test_who_writes_how_often_how_prominently_since_when(
    signed: DataFolder, open_page: Open
) -> None:
    app = open_page(signed, "outlets", undated="false", **MONTH)
    assert rows_of(app, "outlets") == [
        ["Northline", "No tier", "", "2", "1", "55", "50%", "19 Jan 2025", "21 Mar 2025"],
        ["Evil <b>Outlet</b>", "No tier", "", "1", "1", "90", "100%", "20 Mar 2025", "20 Mar 2025"],
        ["Harbour Ledger", "No tier", "", "1", "1", "90", "100%", "20 Mar 2025", "20 Mar 2025"],
        ["Valley Signal", "No tier", "", "1", "1", "90", "100%", "20 Mar 2025", "20 Mar 2025"],
    ]
    by_name = open_page(signed, "outlets", outlets_order="Name", outlet_text="LEDGER", **MONTH)
    assert [row[0] for row in rows_of(by_name, "outlets")] == ["Harbour Ledger"]
    none = open_page(signed, "outlets", outlet_text="zebra")
    assert texts_outlets.NO_MATCH in said(none)


@pytest.mark.slow
def test_an_outlet_by_itself(signed: DataFolder, open_page: Open) -> None:
    app = open_page(signed, "outlets", **MONTH)
    [to] = {row[0]["to"] for row in drawn(app, "outlets")["rows"] if row[0]["text"] == "Northline"}
    app = open_page(signed, "outlets", outlet_id=to.partition("=")[2], **MONTH)
    assert not app.exception
    head = drawn(app, "outlet_head")
    assert [part["text"] for part in head["title"]] == ["Northline"]
    assert "About watched companies since 19 Jan 2025" in head["meta"]
    assert figures(app) == {"Mentions": "3", "Stories": "2", "Articles": "2"}
    assert rows_of(app, "bylines") == [
        ["=cmd()", "1", "100%", "Norvane", PIECES[5].title],
        ["Cy Day", "1", "50%", "Norvane Tessaly", PIECES[2].title],
    ]
    assert len(rows_of(app, "articles")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("value", ["x", "9" * 30, "٣", "4711"])
def test_an_outlet_that_does_not_exist_is_said(
    value: str, signed: DataFolder, open_page: Open
) -> None:
    app = open_page(signed, "outlets", outlet_id=value)
    assert not app.exception
    assert texts_outlets.NO_SUCH_OUTLET in said(app)


@pytest.mark.slow
def test_journalists_with_their_outlets_and_one_by_herself(
    signed: DataFolder, open_page: Open
) -> None:
    app = open_page(signed, "outlets", who="Journalists", undated="false", **WHOLE)
    rows = {row[0]: row[1:] for row in rows_of(app, "bylines")}
    assert list(rows) == ["Cy Day", "Ann Lee", HOSTILE, "Bo Ray"]
    assert rows["Ann Lee"] == [
        "Harbour Ledger 1, Valley Signal 1", "2", "100%", "Norvane", PIECES[1].title
    ]  # fmt: skip
    app = open_page(signed, "outlets", byline="Ann Lee", undated="false", **WHOLE)
    assert not app.exception
    assert figures(app)["Articles"] == "2"
    assert [row[0] for row in rows_of(app, "outlets")] == ["Harbour Ledger", "Valley Signal"]
    assert [row[2] for row in rows_of(app, "articles")] == [PIECES[1].title, PIECES[0].title]
    assert texts.NO_ROWS in said(open_page(signed, "outlets", byline="Nobody", undated="false"))


def test_the_csv_of_the_lists_is_whole_and_guarded(signed: DataFolder) -> None:
    reader, tz = Reader.open(signed), ZoneInfo("Europe/Berlin")
    read = [
        list(csv.DictReader(io.StringIO(frame_csv(table).decode("utf-8-sig"))))
        for table in (
            outlet_rows.outlets_table(outlets(reader, Filters(), tz=tz)),
            outlet_rows.bylines_table(bylines(reader, Filters(), tz=tz)),
        )
    ]
    assert {row["Outlet"] for row in read[0]} == {p.outlet for p in PIECES}
    northline = next(row for row in read[0] if row["Outlet"] == "Northline")
    assert (northline["Articles"], northline["Mentions"], northline["Tier"]) == ("6", "7", "")
    assert northline["Since"].startswith("2025-01-19T10:00")
    names = [row["Journalist"] for row in read[1]]
    assert names == ["Cy Day", "Ann Lee", HOSTILE, "'=cmd()", "Bo Ray"]
    assert read[1][1]["Outlets"] == "Harbour Ledger 1; Valley Signal 1"
    reader.close()


@pytest.mark.slow
def test_values_in_the_url_that_mean_nothing_are_ignored(
    signed: DataFolder, open_page: Open
) -> None:
    nonsense: dict[str, str | list[str]] = {
        "by": "Weather", "step": "Century", "before": "perhaps", "split": "-1", "who": HOSTILE,
        "outlets_order": "up", "outlets_page": "-4", "subject": "maybe", "firsts": "2",
        "tier": ["Tier 99", HOSTILE], "outlet_text": HOSTILE,
    }  # fmt: skip
    for page in PAGES:
        app = open_page(signed, page, **nonsense)
        assert not app.exception, page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "params", "charts"),
    [
        ("overview", {}, ["over_time", "voice_chart"]),
        ("compare", {"company": ["Norvane", "Tessaly"]},
         ["lines", "grouped_topic", "grouped_outlet", "grouped_place"]),
        ("stories", {"story": "1000"}, ["pickup"]),
    ],
)  # fmt: skip
def test_every_chart_gives_its_numbers_and_its_picture(
    page: str, params: dict[str, Any], charts: list[str], archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, page, **params)
    for key in charts:
        assert drawn(app, f"{key}_image")["chart"] == key
        app.button(key=f"{key}_numbers").click().run()
        assert not app.exception
        assert drawn(app, f"{key}_numbers_table")["rows"]

"""The charts of coverage over time and of companies side by side, read as their specification."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.dashboard import charts_compare, charts_coverage, numbers, texts_coverage
from monitor.dashboard.charts_coverage import BRUSH, POINT, coverage_chart, selected, stacked
from monitor.store.notes import Note
from monitor.store.queries.coverage import Step

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2025, 3, 1, tzinfo=UTC)


def coverage(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["day", "company", "count", "unsure"])
    return frame.assign(day=pd.to_datetime(frame["day"]))


FRAME = coverage(
    ("2025-03-03", "A", 5, 2), ("2025-03-03", "B", 3, 0), ("2025-03-04", "A", 0, 0),
    ("2025-03-04", "B", 4, 4),
)  # fmt: skip


def drawn(frame: pd.DataFrame, **options: Any) -> dict[str, Any]:
    names = sorted(set(frame["company"]))
    spec: dict[str, Any] = coverage_chart(
        frame, named=names, colours={}, tz=BERLIN, count="mentions", **options
    ).to_dict()
    return spec


def layer_rows(spec: dict[str, Any], index: int) -> list[dict[str, Any]]:
    data = spec["layer"][index].get("data") or spec["data"]  # of one layer alone it is lifted
    rows: list[dict[str, Any]] = spec["datasets"][data["name"]]
    return rows


def test_what_has_an_uncertain_date_is_the_lighter_part_at_the_top_of_its_bar() -> None:
    spec = drawn(FRAME)
    first = [row for row in layer_rows(spec, 0) if row["step"] == "Mon 3 Mar 2025"]
    assert [(r["company"], r["sure"], r["low"], r["high"]) for r in first] == [
        ("A", "Date certain", 0, 3), ("B", "Date certain", 3, 6), ("A", "Date uncertain", 6, 8)
    ]  # fmt: skip
    opacity = spec["layer"][0]["encoding"]["opacity"]["scale"]
    assert opacity["domain"] == ["Date certain", "Date uncertain"]
    assert opacity["range"][0] == 1 > opacity["range"][1]


counts = st.integers(0, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(st.lists(st.lists(counts, min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=25)
def test_bars_stand_upon_each_other_and_lose_nothing(days: list[list[tuple[int, int]]]) -> None:
    frame = coverage(*(
        (f"2025-03-{day + 1:02}", name, count, unsure)
        for day, row in enumerate(days) for name, (count, unsure) in zip("ABC", row, strict=True)
    ))  # fmt: skip
    bars = stacked(frame, ["A", "B", "C"], by="company")
    assert bars["value"].sum() == frame["count"].sum()
    assert bars["value"][~bars["sure"]].sum() == frame["unsure"].sum()
    for _, bar in bars.groupby("day"):
        assert bar["low"].iloc[0] == 0
        assert bar["high"].tolist()[:-1] == bar["low"].tolist()[1:]
        assert bar["sure"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("step", "day", "name", "end"),
    [
        ("hour", "2025-03-30T23:00", "Sun 30 Mar 2025, 23:00", "2025-03-31T00:00:00Z"),
        ("day", "2025-03-30", "Sun 30 Mar 2025", "2025-03-31T00:00:00Z"),
        ("week", "2025-03-24", "week from Mon 24 Mar 2025", "2025-03-31T00:00:00Z"),
        ("month", "2025-02-01", "February 2025", "2025-03-01T00:00:00Z"),
    ],
)
def test_a_step_is_as_long_as_it_is_and_named(step: Step, day: str, name: str, end: str) -> None:
    frame = coverage((day, "A", 1, 0))
    before = frame[["day", "count"]]
    spec = drawn(frame, step=step, before=before)
    [behind] = layer_rows(spec, 0)
    assert (behind["end"], behind["step"]) == (end, name)
    [bar] = layer_rows(spec, 1)
    assert behind["start"] <= bar["start"] < bar["end"] <= end
    title = spec["layer"][1]["encoding"]["y"]["title"]
    assert title == f"Mentions per {step}"


def test_the_period_before_is_behind_the_bars_and_a_line_over_them() -> None:
    before = pd.DataFrame({"day": pd.to_datetime(["2025-03-03", "2025-03-04"]), "count": [9, 0]})
    spec = drawn(FRAME, before=before)
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rect", "rect", "rule"]
    assert [row["count"] for row in layer_rows(spec, 0)] == [9]
    assert [row["count"] for row in layer_rows(spec, 2)] == [9, 0]
    assert len(drawn(FRAME)["layer"]) == 1


def test_notes_of_the_period_stand_on_the_axis_as_plain_text() -> None:
    text = "<b>Launch</b> =1+1"
    notes = [
        Note(1, date(2025, 3, 4), text, "Ana", AT),
        Note(2, date(2025, 3, 5), "later", "B", AT),
        Note(3, date(2025, 3, 2), "before", "B", AT),
    ]
    spec = drawn(FRAME, notes=notes)
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rect", "rule", "text"]
    [row] = layer_rows(spec, 1)
    assert (row["start"], row["text"], row["by"]) == ("2025-03-04T00:00:00Z", text, "Ana")
    late = [Note(1, date(2025, 3, 30), "end", "Ana", AT)]
    month = coverage(*((f"2025-03-{day:02}", "A", 1, 0) for day in range(1, 32)))
    assert drawn(month, notes=late)["layer"][2]["mark"]["align"] == "right"


def test_only_a_chart_that_narrows_the_page_can_be_selected_in() -> None:
    names = {param["name"] for param in drawn(FRAME, selectable=True)["params"]}
    assert names == {BRUSH, POINT}
    assert "params" not in drawn(FRAME)


def ms(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000


def test_a_drag_gives_whole_days_and_a_click_a_series() -> None:
    def event(**selection: Any) -> dict[str, Any]:
        return {"selection": {BRUSH: {}, POINT: [], **selection}}

    assert selected(event(), by="company") == (None, None)
    span = [ms("2025-03-03T08:00"), ms("2025-03-05T00:00")]
    days = (date(2025, 3, 3), date(2025, 3, 4))
    assert selected(event(days={"start": span}), by="company") == (days, None)
    assert selected(event(days={"start": span[::-1]}), by="company") == (days, None)
    one = [ms("2025-03-03T08:00")] * 2
    assert selected(event(days={"start": one}), by="company")[0] == (date(2025, 3, 3),) * 2
    clicked = event(series=[{"company": "A"}])
    assert selected(clicked, by="company") == (None, "A")
    assert selected(clicked, by="topic") == (None, None)
    assert selected({}, by="topic") == (None, None)


def test_the_numbers_behind_the_chart_are_its_numbers() -> None:
    before = pd.DataFrame({"day": pd.to_datetime(["2025-03-03", "2025-03-04"]), "count": [9, 0]})
    frame = coverage(*FRAME.assign(day=FRAME["day"].astype(str)).itertuples(index=False),
                     ("2025-03-03", "Other", 7, 1), ("2025-03-04", "Other", 20, 0))  # fmt: skip
    table = numbers.over_time(frame, by="company", step="day", before=before)
    assert table.columns.tolist() == [
        "Day", "B", "A", "Other", "Total", "Date uncertain", "Period before"
    ]  # fmt: skip
    assert table.to_numpy().tolist() == [
        ["2025-03-03", 3, 5, 7, 15, 3, 9], ["2025-03-04", 4, 0, 20, 24, 4, 0]
    ]  # fmt: skip


def test_companies_have_a_line_each_on_one_axis() -> None:
    spec = charts_compare.lines_chart(
        FRAME, names=["B", "A"], colours={"A": "#111111"}, tz=BERLIN, count="stories", step="day"
    ).to_dict()
    [line] = spec["layer"]
    assert line["encoding"]["color"]["scale"]["domain"] == ["B", "A"]
    assert line["encoding"]["y"]["title"] == "Stories per day"
    rows = layer_rows(spec, 0)
    assert {(r["company"], r["start"], r["count"]) for r in rows} == {
        ("A", "2025-03-03T12:00:00Z", 5), ("A", "2025-03-04T12:00:00Z", 0),
        ("B", "2025-03-03T12:00:00Z", 3), ("B", "2025-03-04T12:00:00Z", 4),
    }  # fmt: skip
    words = charts_compare.lines_words(FRAME, count="mentions", step="day")
    assert words == "Mentions per day: A 5, most on 3 March 2025; B 7, most on 4 March 2025."


def test_groups_keep_their_order_and_their_companies() -> None:
    frame = pd.DataFrame({
        "topic": ["T", "T", "S", "S"], "company": ["A", "B", "A", "B"], "count": [3, 1, 2, 2],
        "share": [0.75, 0.2, 0.5, 0.4],
    })  # fmt: skip
    spec = charts_compare.grouped_chart(
        frame, by="topic", names=["A", "B"], colours={}, title="Part", count="mentions"
    ).to_dict()
    assert spec["encoding"]["y"]["sort"] == ["T", "S"]
    assert spec["encoding"]["yOffset"]["scale"]["domain"] == ["A", "B"]
    words = charts_compare.grouped_words(frame, by="topic", title="Topics")
    assert words == "Topics: T: A 75%, B 20%; S: A 50%, B 40%."
    assert charts_coverage.UNSURE < 1


@pytest.mark.parametrize(
    ("value", "points", "relative"),
    [(0.0214, "+2.1 pts", "+2%"), (-0.5, "−50.0 pts", "−50%"), (-0.0001, "0.0 pts", "0%"),
     (float("nan"), "–", "–")],
)  # fmt: skip
def test_a_change_is_said_with_its_sign(value: float, points: str, relative: str) -> None:
    assert texts_coverage.points(value) == points
    assert texts_coverage.relative(value) == relative

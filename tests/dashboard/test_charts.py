"""Charts, read as the specification that the browser gets."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import parse_config
from monitor.dashboard import charts, charts_coverage, feed_charts, gaps
from monitor.dashboard.colours import OTHER, OTHER_COLOUR, PALETTE, company_colours

BERLIN = ZoneInfo("Europe/Berlin")
COLOURS = {f"Company {i:02}": PALETTE[i] for i in range(12)}


def coverage(series: int, days: int = 3) -> pd.DataFrame:
    """Company 00 is the largest."""
    return pd.DataFrame(
        [
            {"day": day, "company": f"Company {i:02}", "count": series - i, "unsure": 0}
            for day in pd.date_range("2025-03-01", periods=days)
            for i in range(series)
        ]
    )


def voice(frame: pd.DataFrame) -> pd.DataFrame:
    """The share of voice that belongs to a coverage without undated articles."""
    sums = frame.groupby("company")["count"].sum().sort_values(ascending=False).reset_index()
    return sums.assign(share=sums["count"] / sums["count"].sum())


def coverage_chart(frame: pd.DataFrame, *, count: str = "mentions") -> dict[str, Any]:
    named = charts.largest(voice(frame), drawn=frame)
    chart = charts_coverage.coverage_chart(
        frame, named=named, colours=COLOURS, tz=BERLIN, count=count
    )
    return chart.to_dict()


def bars_of(spec: dict[str, Any]) -> dict[str, Any]:
    """The encoding of the layer with the bars."""
    [bars] = [layer for layer in spec["layer"] if "color" in layer["encoding"]]
    encoding: dict[str, Any] = bars["encoding"]
    return encoding


def rows_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    [rows] = spec["datasets"].values()
    return list(rows)


def test_coverage_has_titles_the_zone_and_tooltips() -> None:
    encoding = bars_of(coverage_chart(coverage(2), count="stories"))
    assert encoding["x"]["title"] == "Day (Europe/Berlin)"
    assert encoding["y"]["title"] == "Stories per day"
    assert [t["title"] for t in encoding["tooltip"]] == ["Day", "Company", "Stories", "Date"]


def test_a_company_keeps_its_colour_whatever_else_is_shown() -> None:
    for frame in (coverage(2), coverage(12)):
        scale = bars_of(coverage_chart(frame))["color"]["scale"]
        shown = dict(zip(scale["domain"], scale["range"], strict=True))
        assert shown["Company 01"] == COLOURS["Company 01"]


def test_more_than_eight_companies_end_in_other_and_nothing_is_lost() -> None:
    frame = coverage(12)
    spec = coverage_chart(frame)
    scale = bars_of(spec)["color"]["scale"]
    named = charts.largest(voice(frame), drawn=frame)
    assert charts.series_of(frame, named=named) == scale["domain"]
    assert scale["domain"] == [f"Company {i:02}" for i in range(8)] + [OTHER]
    assert scale["range"][-1] == OTHER_COLOUR
    assert sum(row["value"] for row in rows_of(spec)) == frame["count"].sum()


def test_a_day_is_the_teams_day_in_every_browser() -> None:
    """The team's clock is sent as UTC and drawn on a UTC scale: a browser cannot move it."""
    spec = coverage_chart(coverage(1))
    assert bars_of(spec)["x"]["scale"]["type"] == "utc"
    spans = {(row["start"], row["end"]) for row in rows_of(spec)}
    assert spans == {
        (f"2025-03-0{day}T02:24:00Z", f"2025-03-0{day}T21:36:00Z") for day in (1, 2, 3)
    }  # fmt: skip


def test_one_day_is_drawn() -> None:
    assert len(rows_of(coverage_chart(coverage(1, 1)))) == 1


def test_the_charts_of_time_and_of_voice_name_the_same_companies() -> None:
    """Also where undated articles, which only share of voice counts, turn the order round."""
    drawn = coverage(12)
    undated = pd.DataFrame({"company": ["Company 10"], "count": [50]})
    both = pd.concat([drawn, undated]).groupby("company")["count"].sum()
    counted = both.sort_values(ascending=False).reset_index()
    counted["share"] = counted["count"] / counted["count"].sum()
    named = charts.largest(counted, drawn=drawn)
    shares = charts.share_chart(counted, colours=COLOURS, count="mentions").to_dict()
    assert named[0] == "Company 10"
    assert charts.series_of(drawn, named=named) == [row["company"] for row in rows_of(shares)]
    alone = drawn[drawn["company"] == "Company 09"]
    assert charts.largest(counted, drawn=alone) == ["Company 09"]


def test_share_sums_the_rest_as_other() -> None:
    frame = pd.DataFrame({"company": list(COLOURS), "count": range(12, 0, -1)})
    frame["share"] = frame["count"] / frame["count"].sum()
    spec = charts.share_chart(frame, colours=COLOURS, count="mentions").to_dict()
    rows = rows_of(spec)
    assert [row["company"] for row in rows] == [f"Company {i:02}" for i in range(8)] + [OTHER]
    assert abs(sum(row["share"] for row in rows) - 1) < 1e-9
    assert rows[0]["label"] == "Company 00  15%"
    assert spec["encoding"]["y"]["sort"] == {"field": "place"}
    assert [row["place"] for row in rows] == list(range(len(rows)))
    assert spec["encoding"]["x"]["title"] == "Share of all mentions"
    assert spec["encoding"]["y"]["title"] == "Company"
    assert [t["title"] for t in spec["encoding"]["tooltip"]] == [
        "Company", "Mentions", "Share of voice"
    ]  # fmt: skip


def test_words_for_those_who_cannot_see_the_chart() -> None:
    words = charts.coverage_words(coverage(2), count="mentions")
    assert words.startswith("Bars of mentions per day from 1 March 2025 to 3 March 2025, 9 in all.")
    assert "Company 00 6, Company 01 3" in words
    assert charts.coverage_words(coverage(2).head(0), count="mentions") == "No mentions."
    frame = pd.DataFrame({"company": ["A", "B"], "count": [3, 1], "share": [0.75, 0.25]})
    assert charts.share_words(frame, count="stories") == (
        "Share of all stories by company: A 75%, B 25%."
    )


def test_colours_follow_the_watchlist() -> None:
    names = [f"Firm {i}" for i in range(30)]
    config = parse_config("\n".join(f'[[company]]\nname = "{name}"' for name in names))
    colours = company_colours(config, ["Zeta", "Firm 3"])
    assert len({colours[name] for name in names[:24]}) == 24
    assert colours == company_colours(config, ["Firm 3", "Zeta"])
    assert company_colours(config)["Firm 3"] == colours["Firm 3"]


def oklab(colour: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A colour in OKLab (Ottosson 2020), where distances are those seen."""
    part = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    cones = [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]]
    lab = [[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    return np.array(lab) @ np.cbrt(np.array(cones) @ linear)


def test_the_colours_of_the_most_covered_companies_are_far_apart() -> None:
    shown = [oklab(colour) for colour in (*PALETTE[:12], OTHER_COLOUR)]
    distances = [np.linalg.norm(a - b) for a, b in combinations(shown, 2)]
    assert min(distances) > 0.12
    every = [oklab(colour) for colour in PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in combinations(every, 2)) > 0.07


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.text(min_size=1, max_size=5), st.integers(0, 9)),
        max_size=40, unique_by=lambda row: row[:2],
    )
)  # fmt: skip
def test_top_series_never_loses_a_count(rows: list[tuple[int, str, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["day", "company", "count"]).assign(unsure=0)
    named = sorted(set(frame["company"]))[: charts.LARGEST]
    top = charts.top_series(frame, by="company", named=named)
    assert top["count"].sum() == frame["count"].sum()
    assert set(top["company"]) <= set(charts.series_of(frame, named=named))


def test_pickup_lists_outlets_as_they_came_in_the_teams_time() -> None:
    times = pd.to_datetime(["2025-04-01T22:30Z", "2025-04-01T20:00Z", "2025-04-02T07:00Z"])
    frame = pd.DataFrame(
        {"outlet": ["B", "A", "B"], "title": ["x", "y", "z"], "dated_at": times,
         "role": ["reprint", "original", None]}
    )  # fmt: skip
    roles = {"original": "Original", "reprint": "Reprint", "independent": "Own report"}
    spec = charts.pickup_chart(frame, roles=roles, tz=BERLIN).to_dict()
    assert spec["encoding"]["y"]["sort"] == ["A", "B"]
    assert spec["encoding"]["x"]["title"] == "Published (Europe/Berlin)"
    assert spec["encoding"]["color"]["scale"]["domain"] == ["Original", "Reprint"]
    assert [row["at"] for row in rows_of(spec)] == [
        "2025-04-01T22:00:00", "2025-04-02T00:30:00", "2025-04-02T09:00:00"
    ]  # fmt: skip
    words = charts.pickup_words(frame, tz=BERLIN)
    assert words.index("A Tue 1 Apr 2025, 22:00") < words.index("B Wed 2 Apr 2025, 00:30")


def gaps_found(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["outlet", "day", "reason", "outlets"])
    return frame.assign(day=pd.to_datetime(frame["day"]))


def test_days_without_feeds_are_bands_behind_the_bars_and_the_bars_stay() -> None:
    found = gaps_found(
        ("A", "2025-03-02", "failing", 4), ("B", "2025-03-02", "empty", 4),
        ("A", "2025-03-03", "not running", 4), ("B", "2025-03-03", "not running", 4),
    )  # fmt: skip
    frame = coverage(2)
    named = charts.largest(voice(frame), drawn=frame)

    def drawn(found: pd.DataFrame) -> dict[str, Any]:
        spec: dict[str, Any] = charts_coverage.coverage_chart(
            frame, named=named, colours=COLOURS, tz=BERLIN, count="mentions",
            down=gaps.by_day(found),
        ).to_dict()  # fmt: skip
        return spec

    spec = drawn(found)
    band, bars = spec["layer"]
    assert bars["encoding"] == bars_of(coverage_chart(frame))
    assert "y" not in band["encoding"]  # from top to bottom
    assert [t["title"] for t in band["encoding"]["tooltip"]] == ["Day", "Not heard", "Why"]
    rows = spec["datasets"][band["data"]["name"]]
    assert [(row["start"], row["end"], row["share"], row["who"]) for row in rows] == [
        ("2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 0.5, "A, B"),
        ("2025-03-03T00:00:00Z", "2025-03-04T00:00:00Z", 0.5, "No outlet"),
    ]
    assert rows[0]["why"] == ("the feeds could not be read, the feeds answered without entries")
    assert len(drawn(found[:0])["layer"]) == 1


def test_the_caption_says_which_feeds_were_down_and_when() -> None:
    days = [f"2025-03-{day:02}" for day in (1, 2, 3, 30, 31)] + ["2025-04-01", "2025-04-05"]
    found = gaps_found(
        *(("B", day, "failing", 3) for day in days), ("A", "2025-03-02", "empty", 3),
        *(("A", day, "not running", 3) for day in ("2025-03-08", "2025-03-09")),
    )  # fmt: skip
    assert gaps.caption(found) == (
        "Fewer articles on shaded days need not mean less news. Nothing was collected on 8–9 Mar. "
        "Feeds down: B 1–3 Mar, 30 Mar – 1 Apr, 5 Apr; A 2 Mar."
    )
    many = gaps_found(*((name, "2025-03-02", "failing", 9) for name in "ABCDE"))
    assert gaps.caption(many).endswith("Feeds down: A 2 Mar; B 2 Mar; C 2 Mar; and 2 more outlets.")
    assert gaps.caption(many[:0]) == ""


def feed_days() -> pd.DataFrame:
    return pd.DataFrame({
        "day": pd.date_range("2025-03-01", periods=4), "polls": [4, 4, 0, 4],
        "failed": [0, 1, 0, 4], "empty": [0, 2, 0, 0], "entries": [7, 0, 0, 0],
        "latency": [0.2, 0.4, None, None], "latency_p95": [0.5, 3.0, None, None],
    })  # fmt: skip


def test_a_feeds_polls_are_told_apart_and_add_up() -> None:
    spec = feed_charts.polls_chart(feed_days(), tz=BERLIN).to_dict()
    rows = rows_of(spec)
    assert sum(row["polls"] for row in rows) == 12
    assert {(row["how"], row["polls"]) for row in rows if row["day"].startswith("2025-03-02")} == {
        ("Answered", 1), ("Answered, but empty", 2), ("Failed", 1)
    }  # fmt: skip
    assert spec["encoding"]["x"]["title"] == "Day (Europe/Berlin)"
    assert feed_charts.polls_words(feed_days()) == (
        "Polls by day, 4 days: answered 5, answered, but empty 2, failed 5. "
        "Not well on 2 Mar, 4 Mar."
    )


def test_a_feeds_entries_stand_against_what_is_usual() -> None:
    bars, line = feed_charts.entries_chart(feed_days(), usual=4.5, tz=BERLIN).to_dict()["layer"]
    assert bars["mark"]["type"] == "bar"
    assert line["mark"]["type"] == "rule"
    assert "Usual is 4.5 a day." in feed_charts.entries_words(feed_days(), usual=4.5)
    [only] = feed_charts.entries_chart(feed_days(), usual=float("nan"), tz=BERLIN).to_dict()[
        "layer"
    ]
    assert only["mark"]["type"] == "bar"


def test_a_feeds_answer_times_leave_days_without_an_answer_out() -> None:
    rows = rows_of(feed_charts.seconds_chart(feed_days(), tz=BERLIN).to_dict())
    assert sorted(row["seconds"] for row in rows) == [0.2, 0.4, 0.5, 3.0]
    words = feed_charts.seconds_words(feed_days()).replace("\N{NO-BREAK SPACE}", " ")
    assert "half of them within 0.20 s to 0.40 s; 95% within 3.0 s" in words
    silent = feed_days().assign(latency=None, latency_p95=None)
    assert feed_charts.seconds_words(silent) == "Seconds that answers took: none came."


def test_a_chosen_company_is_never_among_the_others() -> None:
    frame = voice(coverage(12))
    chart = charts.share_chart(frame, colours=COLOURS, count="mentions", chosen=("Company 11",))
    [rows] = chart.to_dict()["datasets"].values()
    drawn = [row["company"] for row in rows]
    assert drawn == [*(f"Company {i:02}" for i in range(charts.LARGEST)), "Company 11", OTHER]
    assert sum(row["count"] for row in rows) == frame["count"].sum()
    assert "Company 11" in charts.share_words(frame, count="mentions", chosen=("Company 11",))
    assert "Company 11" not in charts.share_words(frame, count="mentions")

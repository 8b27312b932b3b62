"""Shares, changes and days without rows."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.metrics import (
    change,
    fill_days,
    filled,
    first_of_step,
    period_before,
    share,
    share_change,
)


def counts(*rows: tuple[str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["day", "company", "count"])
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[us]")
    return frame


def test_days_without_articles_are_zero_for_every_series():
    frame = fill_days(
        counts(("2025-03-01", "Acme", 2), ("2025-03-03", "Borealis", 1)), by="company"
    )
    assert [(str(d.date()), c, n) for d, c, n in frame.itertuples(index=False)] == [
        ("2025-03-01", "Acme", 2), ("2025-03-01", "Borealis", 0),
        ("2025-03-02", "Acme", 0), ("2025-03-02", "Borealis", 0),
        ("2025-03-03", "Acme", 0), ("2025-03-03", "Borealis", 1),
    ]  # fmt: skip


def test_a_given_period_is_filled_to_its_ends():
    frame = fill_days(
        counts(("2025-03-02", "Acme", 2)),
        by="company",
        since=date(2025, 3, 1),
        until=date(2025, 3, 4),
    )
    assert list(frame["count"]) == [0, 2, 0, 0]


@pytest.mark.parametrize(
    ("step", "days"),
    [("week", ["2025-02-24", "2025-03-03"]), ("month", ["2025-02-01", "2025-03-01"])],
)
def test_steps_are_named_by_their_first_day(step: str, days: list[str]):
    frame = fill_days(
        counts((days[0], "Acme", 2)),
        by="company",
        since=date(2025, 2, 26),
        until=date(2025, 3, 6),
        step=step,
    )
    assert [str(d.date()) for d in frame["day"]] == days
    assert list(frame["count"]) == [2, 0]


def test_nothing_stays_nothing():
    assert fill_days(counts(), by="company", since=date(2025, 3, 1)).empty
    assert fill_days(counts(), by="company").empty
    assert share(counts()).empty


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_step_begins_on_or_before_its_days(day: date):
    assert first_of_step(day, step="week").isoweekday() == 1
    assert 0 <= (day - first_of_step(day, step="week")).days < 7
    assert first_of_step(day, step="month").day == 1


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_shares_sum_to_one(numbers: list[int]):
    shares = share(pd.DataFrame({"count": numbers}))["share"]
    if sum(numbers):
        assert shares.sum() == pytest.approx(1)
    else:
        assert shares.isna().all()


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 400))
def test_the_period_before_is_as_long_and_ends_the_day_before(since: date, days: int):
    until = date.fromordinal(since.toordinal() + days)
    first, last = period_before(since, until)
    assert (last - first) == (until - since)
    assert last.toordinal() + 1 == since.toordinal()


def test_change_is_unknown_where_there_was_nothing_before():
    frame = change(
        counts(("2025-03-02", "Acme", 3), ("2025-03-02", "New", 2)),
        counts(("2025-02-02", "Acme", 2), ("2025-02-02", "Gone", 4)),
    ).set_index("company")
    assert frame.loc["Acme"].tolist() == [3, 2, 0.5]
    assert frame.loc["Gone"].tolist() == [0, 4, -1]
    assert frame.loc["New", "count"] == 2
    assert pd.isna(frame.loc["New", "change"])


def test_shares_within_parts_sum_to_one_in_each():
    frame = pd.DataFrame({"topic": ["T", "T", "S", "N"], "count": [3, 1, 5, 0]})
    assert share(frame, within="topic")["share"].tolist()[:3] == [0.75, 0.25, 1.0]
    assert pd.isna(share(frame, within="topic")["share"].iloc[3])


def voice(**companies: int) -> pd.DataFrame:
    return share(pd.DataFrame({"company": list(companies), "count": list(companies.values())}))


def test_a_share_changes_by_points_and_is_unknown_without_anything_before():
    both = share_change(voice(A=3, B=1), voice(B=1, C=1))
    assert both.to_numpy().tolist() == [
        ["A", 3, 0.75, 0.0, 0.75], ["B", 1, 0.25, 0.5, -0.25], ["C", 0, 0.0, 0.5, -0.5]
    ]  # fmt: skip
    assert share_change(voice(A=3), voice())[["before", "change"]].isna().all(axis=None)
    assert share_change(voice(), voice(A=3))["share"].isna().all()


def test_shares_change_within_each_part_as_they_would_alone():
    now = {"T": voice(A=3, B=1), "S": voice(A=1), "N": voice(B=2), "Z": voice(A=0)}
    before = {"T": voice(B=1, C=1), "N": voice(A=0), "Z": voice(A=4)}

    def put(parts):
        return pd.concat([rows.assign(topic=part) for part, rows in parts.items()])

    both = share_change(put(now), put(before), within="topic")
    assert list(both.columns) == ["topic", "company", "count", "share", "before", "change"]
    for part, rows in both.groupby("topic"):
        alone = share_change(now[part], before.get(part, voice()))
        found = rows.drop(columns="topic").reset_index(drop=True)
        pd.testing.assert_frame_equal(found, alone, check_dtype=False)


def test_every_hour_of_a_period_is_there():
    frame = fill_days(
        counts(("2025-03-01T05:00", "Acme", 2)), by="company", since=date(2025, 3, 1),
        until=date(2025, 3, 2), step="hour",
    )  # fmt: skip
    assert (len(frame), frame["count"].sum()) == (48, 2)
    assert frame["day"].iloc[-1] == pd.Timestamp("2025-03-02T23:00")


@pytest.mark.parametrize("step", ["day", "week"])
@pytest.mark.parametrize("by", ["company", None])
def test_filled_in_parts_it_is_the_same(step: str, by: str | None):
    some = counts(
        ("2025-03-03", "Acme", 2), ("2025-03-17", "borealis", 1), ("2025-04-28", "Acme", 3)
    )
    some = some if by else some.drop(columns="company")
    parts = list(filled(some, by=by, step=step, most=5))
    assert len(parts) > 1
    assert all(len(part) <= 5 for part in parts)
    whole = fill_days(some, by=by, step=step)
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)

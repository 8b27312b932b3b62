"""Days far beyond a company's own rhythm, and days that only look so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.spikes import Spike, seldom, spikes

WEEK = (4, 4, 4, 4, 3, 1, 1)  # Monday first
QUIET = np.array([WEEK * 20])  # 140 days
MANY = np.full_like(QUIET, 5)
TOTAL = np.full(QUIET.shape[1], 200)


def found(counts: np.ndarray, publishers: np.ndarray = MANY, total: np.ndarray = TOTAL) -> list:
    return [(s.series, s.day) for s in spikes(counts, publishers, total, weekday=0)]


def with_day(day: int, count: int) -> np.ndarray:
    counts = QUIET.copy()
    counts[0, day] = count
    return counts


def test_a_rhythm_is_no_spike() -> None:
    assert found(QUIET) == []


def test_a_burst_is_one_and_says_what_is_usual() -> None:
    [spike] = spikes(with_day(133, 30), MANY, TOTAL, weekday=0)  # a Monday
    assert (spike.series, spike.day, spike.count) == (0, 133, 30)
    assert spike.expected == pytest.approx(4, abs=0.5)
    assert spike.times == pytest.approx(7.5, abs=1)


def test_what_is_usual_on_a_monday_is_a_spike_on_a_sunday() -> None:
    sunday, monday = 132, 133
    assert found(with_day(sunday, 12)) == [(0, sunday)]
    assert found(with_day(monday, 12)) == []


def test_one_publisher_alone_makes_none() -> None:
    alone = MANY.copy()
    alone[0, 133] = 1
    assert found(with_day(133, 30), publishers=alone) == []


def test_where_everything_is_up_nothing_is_unusual() -> None:
    backlog = TOTAL.copy()
    backlog[133] = 1600
    assert found(with_day(133, 30), total=backlog) == []


def test_few_reports_are_none_however_rare_the_company_is() -> None:
    rare = np.zeros_like(QUIET)
    rare[0, 130] = 4
    assert found(rare) == []
    rare[0, 130] = 9
    assert found(rare) == [(0, 130)]


def test_an_earlier_spike_does_not_hide_the_next() -> None:
    counts = with_day(120, 60)
    counts[0, 133] = 40
    assert found(counts) == [(0, 120), (0, 133)]


def test_a_month_is_needed_to_know_what_is_usual() -> None:
    assert found(with_day(10, 50)) == []


def test_only_days_that_are_asked_for_come() -> None:
    counts = with_day(100, 60)
    assert spikes(counts, MANY, TOTAL, weekday=0, since=101) == []


def test_tables_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected series × days twice and a total a day"):
        spikes(QUIET, MANY[:, :5], TOTAL, weekday=0)


def test_the_chance_is_that_of_the_negative_binomial() -> None:
    size = 2
    hit = 2.0 / (size + 2.0)  # of mean 2; for a whole size the terms are plain fractions
    terms = [math.comb(n + 1, n) * (1 - hit) ** size * hit**n for n in range(8, 300)]
    assert seldom(8, 2.0, 1 / size) == pytest.approx(-math.log10(sum(terms)), abs=1e-4)


@given(st.integers(1, 60), st.floats(0.1, 20), st.floats(0.01, 1))
def test_more_is_more_seldom(count: int, mean: float, burst: float) -> None:
    assert seldom(count + 1, mean, burst) > seldom(count, mean, burst) > -0.01


def test_noise_raises_at_most_one_alarm_a_quarter() -> None:
    rng = np.random.default_rng(3)
    days = 365
    rate = rng.gamma(2.0, 2.0, size=(100, 1)) * np.tile(WEEK, 53)[:days] / 3
    counts = rng.negative_binomial(10, 10 / (10 + rate))
    alarms = spikes(counts, np.full_like(counts, 3), np.full(days, 10_000), weekday=0)
    assert len(alarms) <= 100 * days / 91 * 0.1
    assert all(isinstance(alarm, Spike) for alarm in alarms)

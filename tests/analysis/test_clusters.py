"""Groups end where texts are less alike across than within, and absorbing keeps the sums."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.clusters import APART, Unit, likeness, partition


def unit(*keys: int, day: float | None = None, terms: int = 40) -> Unit:
    weights = {key: 1 / math.sqrt(len(keys)) for key in keys}
    return Unit(weights, dict(weights), 1, terms, 0.0, day or 0.0, int(day is not None))


THEME = tuple(range(6))


def test_events_of_one_theme_stay_apart_where_each_has_words_of_its_own() -> None:
    one = [unit(*THEME, 10, 11, 12, 13, 14, 15, 100 + n) for n in range(4)]
    two = [unit(*THEME, 20, 21, 22, 23, 24, 25, 200 + n) for n in range(4)]
    assert likeness(one[0], two[0]) > 0.4
    assert partition([*one, *two]) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_as_much_alike_makes_one_event_where_nothing_is_more_so() -> None:
    assert partition([unit(*THEME, n, n + 1, n + 2) for n in range(10, 40, 10)]) == [[0, 1, 2]]


def test_time_and_bareness_count_against() -> None:
    near = likeness(unit(1, 2, day=100.0), unit(1, 2, day=100.5))
    assert 0 < likeness(unit(1, 2), unit(1, 2, day=100.0)) < near < likeness(unit(1, 2), unit(1, 2))
    assert likeness(unit(1, 2, day=100.0), unit(1, 2, day=100.0 + APART)) == 0
    assert likeness(unit(1, 2, terms=6), unit(1, 2, terms=6)) < near


@given(st.lists(st.sets(st.integers(0, 12), min_size=3), max_size=8))
def test_every_unit_is_in_one_group(sets: list[set[int]]) -> None:
    units = [unit(*keys) for keys in sets]
    groups = partition(units)
    assert sorted(n for members in groups for n in members) == list(range(len(units)))


def test_what_absorbs_another_stands_for_both() -> None:
    both = unit(1, 2, day=10.0)
    both.absorb(unit(2, 3, day=11.0))
    assert (both.texts, both.terms, both.day) == (2, 80, 10.5)
    assert both.within == pytest.approx(0.5 * (1 - 1 / APART))

"""Which texts tell of one event, given how alike they are and when they appeared.

Average-link agglomeration, the most alike first, with a bar that depends on
what is joined: two groups of texts join only if their members are nearly as
alike across as within. One fixed bar cannot do this. Reports of a small event
share a quarter of their weight; reports of two earthquakes, or of two verdicts
in one affair, share as much across as others do within, yet each event's own
reports share twice that. Seen together, the groups show where one ends.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# All constants chosen together on the development halves of ECB+ and SemEval-2022 task 8 and on
# the sample archive; see `python -m benchmarks.stories`. Neighbouring values do about as well.
RELATIVE = 0.68  # how alike across, as a share of how alike within, for one event
_PRIOR = 0.27  # likeness within a group of one, where there is none to measure …
_PRIOR_PAIRS = 2.0  # … counted as so many pairs beside those measured
# Likeness that two single texts of one event have at least; the average over many pairs is
# steadier than one pair, so less of it tells the same.
PAIR_BAR = 0.26
GROUP_BAR = 0.16
# Texts of few terms are alike by one name in common, which weighs in inverse proportion to their
# number: their likeness is divided by _FULL over it, up to the most that bare headlines need.
_FULL = 24
_SHORTEST = 2.3
# Days between reports (between the means of two groups) after which likeness counts for less,
# and from which on it counts for nothing: what follows an event days later is another.
FRESH = 1.0
APART = 4.0

Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Unit:
    """Texts that stay together: one text with its copies, or a settled part of a story.

    `total` is the sum of the texts' weights, `terms` their number of terms
    together, `within` the sum of likeness over the pairs among them, `days` the
    sum of their times in days since the epoch, over the `dated` that have one.
    """

    total: dict[int, float]
    texts: int
    terms: int
    within: float = 0.0
    days: float = 0.0
    dated: int = 0

    @property
    def day(self) -> float:
        """The mean time; nan where no text has one."""
        return self.days / self.dated if self.dated else math.nan

    def absorb(self, other: Unit) -> None:
        """Take the texts of `other` in."""
        across = likeness(self, other) * self.texts * other.texts
        for key, weight in other.total.items():
            self.total[key] = self.total.get(key, 0.0) + weight
        self.within += other.within + across
        self.texts += other.texts
        self.terms += other.terms
        self.days += other.days
        self.dated += other.dated


def dot(a: Mapping[int, float], b: Mapping[int, float]) -> float:
    """The dot product of two weightings."""
    if len(a) > len(b):
        a, b = b, a
    return sum(weight * b[key] for key, weight in a.items() if key in b)


def likeness(a: Unit, b: Unit) -> float:
    """How alike the texts of `a` and `b` are on average, 0..1: shared weight, length and time."""
    shortness = _FULL / math.sqrt(a.terms / a.texts * b.terms / b.texts)
    gap = abs(a.day - b.day)
    nearness = 1.0 if math.isnan(gap) else min(1.0, max(0.0, (APART - gap) / (APART - FRESH)))
    shared = dot(a.total, b.total) / (a.texts * b.texts)
    return shared * nearness / min(_SHORTEST, max(1.0, shortness))


def partition(units: Sequence[Unit]) -> list[list[int]]:
    """The indices of `units` in groups of one event each; groups and indices ascend.

    Quadratic in the number of units: callers hand over a neighbourhood.
    """
    if len(units) < 2:
        return [[n] for n in range(len(units))]
    state = _State(units)
    while state.join_best():
        pass
    return sorted(state.groups())


class _State:
    """The agglomeration under way: row and column k stand for the group that began as unit k."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._members = [[n] for n in range(len(units))]
        self._texts = np.array([u.texts for u in units], dtype=np.float64)
        self._terms = np.array([u.terms for u in units], dtype=np.float64)
        self._within = np.array([u.within for u in units])
        self._days = np.array([u.days for u in units])
        self._dated = np.array([u.dated for u in units], dtype=np.float64)
        self._shared = _products(units)
        self._alive = np.ones(len(units), dtype=np.bool_)
        self._open = np.array([self._allowed(k) for k in range(len(units))])

    def groups(self) -> list[list[int]]:
        return [sorted(self._members[k]) for k in np.flatnonzero(self._alive)]

    def join_best(self) -> bool:
        """Join the two most alike groups that may be one event; whether there were any."""
        one, two = divmod(int(self._open.argmax()), len(self._open))
        if self._open[one, two] <= 0.0:
            return False
        keep, gone = min(one, two), max(one, two)
        across = self._likeness(keep)[gone] * self._texts[keep] * self._texts[gone]
        self._within[keep] += self._within[gone] + across
        for sums in (self._texts, self._terms, self._days, self._dated):
            sums[keep] += sums[gone]
        self._shared[keep] += self._shared[gone]
        self._shared[:, keep] = self._shared[keep]
        self._members[keep] += self._members[gone]
        self._alive[gone] = False
        self._open[gone] = self._open[:, gone] = 0.0
        self._open[keep] = self._open[:, keep] = self._allowed(keep)
        return True

    def _allowed(self, k: int) -> Floats:
        """The likeness of group `k` to those that it may be one event with, 0 to the others."""
        alike = self._likeness(k)
        alike[(alike < self._bar(k)) | ~self._alive] = 0.0
        alike[k] = 0.0
        return alike

    def _likeness(self, k: int) -> Floats:
        """`likeness` of group `k` to every group."""
        per_text = self._terms / self._texts
        shortness = np.clip(_FULL / np.sqrt(per_text[k] * per_text), 1.0, _SHORTEST)
        with np.errstate(invalid="ignore"):
            day = self._days / self._dated
            nearness = np.clip((APART - np.abs(day - day[k])) / (APART - FRESH), 0.0, 1.0)
        nearness[np.isnan(nearness)] = 1.0
        shared = self._shared[k] / (self._texts[k] * self._texts)
        found: Floats = shared * nearness / shortness
        return found

    def _bar(self, k: int) -> Floats:
        """The likeness that each group must have to `k` to be one event with it."""
        pairs = self._texts * (self._texts - 1) / 2
        own = (self._within + _PRIOR * _PRIOR_PAIRS) / (pairs + _PRIOR_PAIRS)
        steadiness = np.sqrt(self._texts[k] * self._texts)
        floor = GROUP_BAR + (PAIR_BAR - GROUP_BAR) / steadiness
        bar: Floats = np.maximum(floor, RELATIVE * np.sqrt(own[k] * own))
        return bar


def _products(units: Sequence[Unit]) -> Floats:
    """The dot products of all totals with each other."""
    columns: dict[int, int] = {}
    rows, cols, values = [], [], []
    for row, unit in enumerate(units):
        for key, weight in unit.total.items():
            rows.append(row)
            cols.append(columns.setdefault(key, len(columns)))
            values.append(weight)
    table = np.zeros((len(units), len(columns)), dtype=np.float32)
    table[rows, cols] = values
    return (table @ table.T).astype(np.float64)

"""Which texts tell of one event, given how alike they are and when they appeared.

Average-link agglomeration, the most alike first, with a bar that depends on
what is joined: two groups of texts join only if their members are nearly as
alike across as within. One fixed bar cannot do this. Reports of a small event
share a quarter of their weight; reports of two earthquakes, or of two verdicts
in one affair, share as much across as others do within, yet each event's own
reports share twice that. Seen together, the groups show where one ends.

Likeness is measured in two ways (`terms.Profile`): in `what` they tell, texts of
one event are alike as such; in `which` event they tell of, more alike than
texts of another event of the kind.
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
_PRIOR = 0.29  # likeness within a group of one, where there is none to measure …
_PRIOR_PAIRS = 2.0  # … counted as so many pairs beside those measured
# Likeness in `what` they tell that two single texts of one event have at least; the average over
# many pairs is steadier than one pair, so less of it tells the same.
PAIR_BAR = 0.21
GROUP_BAR = 0.18
# Texts of few terms are alike by one name in common, which weighs in inverse proportion to their
# number: their likeness is divided by _FULL over it, up to the most that bare headlines need.
_FULL = 24
_SHORTEST = 2.3
# Days between reports (between the means of two groups) over which likeness fades to nothing: what
# follows an event days later is another. On the sample archive fading from the first hour told
# events of a theme apart (pair precision .82 to .98) at no loss of recall; 2 to 4 days alike.
APART = 2.5
# What an undated text's likeness to a dated one counts for: as if some hours lay between. Else the
# undated would be nearest to everything.
_UNDATED = 0.75

Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Unit:
    """Texts that stay together: one text with its copies, or a settled part of a story.

    `which` and `what` are the sums of the texts' weights, `terms` their number of
    terms together, `within` the sum of likeness in `which` over the pairs among them,
    `days` the sum of their times in days since the epoch, over the `dated` that have one.
    """

    which: dict[int, float]
    what: dict[int, float]
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
        across = dot(self.which, other.which) * _scale(self, other)
        for own, others in ((self.which, other.which), (self.what, other.what)):
            for key, weight in others.items():
                own[key] = own.get(key, 0.0) + weight
        self.within += other.within + across
        self.texts += other.texts
        self.terms += other.terms
        self.days += other.days
        self.dated += other.dated


@dataclass(frozen=True, slots=True)
class Ties:
    """Which units belong in one group (one number in `kin`, -1: with none), and which never do.

    `barred` is symmetric, and the same for all of one kin.
    """

    kin: npt.NDArray[np.int64]
    barred: npt.NDArray[np.bool_]

    @classmethod
    def none(cls, count: int) -> Ties:
        """Nobody is tied."""
        return cls(np.full(count, -1), np.zeros((count, count), dtype=np.bool_))

    def join(self, keep: int, gone: int) -> npt.NDArray[np.intp]:
        """Let the kin of `gone` be that of `keep`; returns all whose `barred` may have changed."""
        if self.kin[gone] >= 0:
            if self.kin[keep] >= 0:
                self.kin[self.kin == self.kin[gone]] = self.kin[keep]
            else:
                self.kin[keep] = self.kin[gone]
        related = np.flatnonzero(self.kin == self.kin[keep]) if self.kin[keep] >= 0 else [keep]
        rows = np.union1d(related, [keep, gone])
        barred: npt.NDArray[np.bool_] = np.logical_or.reduce(self.barred[rows])
        self.barred[rows] = barred
        self.barred[:, rows] = barred[:, None]
        return rows


def dot(a: Mapping[int, float], b: Mapping[int, float]) -> float:
    """The dot product of two weightings."""
    if len(a) > len(b):
        a, b = b, a
    return sum(weight * b[key] for key, weight in a.items() if key in b)


def likeness(a: Unit, b: Unit) -> float:
    """How alike `a` and `b` are on average in `what` they tell, 0..1, given length and time."""
    return dot(a.what, b.what) * _scale(a, b) / (a.texts * b.texts)


def _scale(a: Unit, b: Unit) -> float:
    """What shared weight counts for, by the length and the time of two units: 0..1."""
    shortness = _FULL / math.sqrt(a.terms / a.texts * b.terms / b.texts)
    gap = abs(a.day - b.day)
    if math.isnan(gap):
        nearness = _UNDATED if a.dated or b.dated else 1.0
    else:
        nearness = max(0.0, 1.0 - gap / APART)
    return nearness / min(_SHORTEST, max(1.0, shortness))


def partition(units: Sequence[Unit], ties: Ties | None = None) -> list[list[int]]:
    """The indices of `units` in groups of one event each; groups and indices ascend.

    Quadratic in the number of units: callers hand over a neighbourhood. `ties` are kept to,
    whatever likeness says.
    """
    if len(units) < 2:
        return [[n] for n in range(len(units))]
    state = _State(units, ties or Ties.none(len(units)))
    while state.join_best():
        pass
    return sorted(state.groups())


class _State:
    """The agglomeration under way: row and column k stand for the group that began as unit k."""

    def __init__(self, units: Sequence[Unit], ties: Ties) -> None:
        self._ties = ties
        self._tied = bool(ties.barred.any() or (ties.kin >= 0).any())
        self._members = [[n] for n in range(len(units))]
        self._texts = np.array([u.texts for u in units], dtype=np.float64)
        self._terms = np.array([u.terms for u in units], dtype=np.float64)
        self._within = np.array([u.within for u in units])
        self._days = np.array([u.days for u in units])
        self._dated = np.array([u.dated for u in units], dtype=np.float64)
        self._which = _products([u.which for u in units])
        self._what = _products([u.what for u in units])
        self._alive = np.ones(len(units), dtype=np.bool_)
        self._open = np.array([self._allowed(k) for k in range(len(units))])

    def groups(self) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for k in np.flatnonzero(self._alive):
            kin = int(self._ties.kin[k])
            found.setdefault(kin if kin >= 0 else -2 - int(k), []).extend(self._members[k])
        return [sorted(members) for members in found.values()]

    def join_best(self) -> bool:
        """Join the two most alike groups that may be one event; whether there were any."""
        one, two = divmod(int(self._open.argmax()), len(self._open))
        if self._open[one, two] <= 0.0:
            return False
        keep, gone = min(one, two), max(one, two)
        across = self._which[keep, gone] * self._scale(keep)[gone]
        self._within[keep] += self._within[gone] + across
        for sums in (self._texts, self._terms, self._days, self._dated):
            sums[keep] += sums[gone]
        for shared in (self._which, self._what):
            shared[keep] += shared[gone]
            shared[:, keep] = shared[keep]
        self._members[keep] += self._members[gone]
        self._alive[gone] = False
        for k in self._ties.join(keep, gone) if self._tied else (keep, gone):
            self._open[k] = self._open[:, k] = self._allowed(k) if self._alive[k] else 0.0
        return True

    def _allowed(self, k: int) -> Floats:
        """The likeness in `which` of group `k` to those it may be one event with, else 0."""
        scale = self._scale(k) / (self._texts[k] * self._texts)
        which, what = self._which[k] * scale, self._what[k] * scale
        pairs = self._texts * (self._texts - 1) / 2
        own = (self._within + _PRIOR * _PRIOR_PAIRS) / (pairs + _PRIOR_PAIRS)
        steadiness = np.sqrt(self._texts[k] * self._texts)
        floor = GROUP_BAR + (PAIR_BAR - GROUP_BAR) / steadiness
        one_event = (what >= floor) & (which >= RELATIVE * np.sqrt(own[k] * own)) & self._alive
        one_event &= ~self._ties.barred[k]
        one_event[k] = False
        found: Floats = np.where(one_event, which, 0.0)
        return found

    def _scale(self, k: int) -> Floats:
        """`_scale` of group `k` and every group."""
        per_text = self._terms / self._texts
        shortness = np.clip(_FULL / np.sqrt(per_text[k] * per_text), 1.0, _SHORTEST)
        with np.errstate(invalid="ignore"):
            day = self._days / self._dated
            nearness = np.maximum(0.0, 1.0 - np.abs(day - day[k]) / APART)
        either = (self._dated > 0) | (self._dated[k] > 0)
        nearness = np.where(np.isnan(nearness), np.where(either, _UNDATED, 1.0), nearness)
        scale: Floats = nearness / shortness
        return scale


def _products(weightings: Sequence[Mapping[int, float]]) -> Floats:
    """The dot products of all with each other."""
    columns: dict[int, int] = {}
    rows, cols, values = [], [], []
    for row, weights in enumerate(weightings):
        for key, weight in weights.items():
            rows.append(row)
            cols.append(columns.setdefault(key, len(columns)))
            values.append(weight)
    table = np.zeros((len(weightings), len(columns)), dtype=np.float32)
    table[rows, cols] = values
    return (table @ table.T).astype(np.float64)

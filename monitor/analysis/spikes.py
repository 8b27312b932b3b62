"""Days on which something was in the news far more than is usual for it.

What is usual is the company's own rhythm: its level in the last two weeks and in the last
quarter, whichever was higher, times what that day of the week makes of it. News comes in bursts,
so counts scatter more than chance alone would have it: how much more is read off the same
quarter. A day is a spike where the count is far beyond both, and where at least two publishers
made it: one outlet that writes forty items is that outlet's news.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RECENT, LONG = 14, 90  # days looked back on, as the trade does: the fortnight and the quarter
_ENOUGH = 28  # days of history; before, nobody knows what is usual
_FEWEST = 5  # reports, as World Monitor has it
_TIMES = 2.5  # what is usual; a day of twice the usual is a good day
_SELDOM = 4.5  # noughts: as chance has it on one day in thirty thousand
_PUBLISHERS = 2
_BURST = 0.05
_FEW = 2.0  # reports a day below which nobody can tell bursts from chance
_WEEKS = 4.0  # of pseudo-observations that pull a weekday's factor towards 1
# A spike that lasts is one: the days after it count only where they go beyond what it reached.
_TRIM = 2  # of the recent fortnight's highest days that do not say what is usual
_TRIM_LONG = 4  # … of the quarter's


@dataclass(frozen=True, slots=True)
class Spike:
    """Series `series` had `count` on day number `day`, where `expected` is usual.

    Chance makes as many on one day in 10 to the power of `score`.
    """

    series: int
    day: int
    count: int
    expected: float
    score: float

    @property
    def times(self) -> float:
        """How many times what is usual; at most the count itself."""
        return self.count / max(self.expected, 1.0)


def spikes(
    counts: npt.ArrayLike,
    publishers: npt.ArrayLike,
    total: npt.ArrayLike,
    *,
    weekday: int,
    since: int = 0,
) -> list[Spike]:
    """The spikes from day `since` on, the strongest first.

    `counts` and `publishers` are series × days: how many reports a day had (copies of one text
    counted once), and by how many publishers; `total` is how many reports of anything it had, by
    day: where everything else is up as well (new feeds, a backlog), nothing is unusual. `weekday`
    is that of the first day (Monday 0).
    """
    found, seen = np.asarray(counts, dtype=float), np.asarray(publishers)
    every = np.asarray(total, dtype=float)
    if found.ndim != 2 or found.shape != seen.shape or every.shape != found.shape[1:]:
        raise ValueError(
            "expected series × days twice and a total a day, "
            f"got {found.shape}, {seen.shape} and {every.shape}"
        )
    days = found.shape[1]
    alarms = []
    for day in range(max(since, _ENOUGH), days):
        today = found[:, day]
        worth = np.flatnonzero((today >= _FEWEST) & (seen[:, day] >= _PUBLISHERS))
        if not len(worth):
            continue
        before, ahead = slice(max(0, day - LONG), day), (weekday + day) % 7
        expected, burst = usual(found[worth, before], ahead=ahead)
        others, _ = usual(every[before] - found[worth, before], ahead=ahead)
        up = (every[day] - today[worth]) / np.maximum(others, _FEWEST)
        expected = expected * np.maximum(1.0, up)
        for n in np.flatnonzero(today[worth] >= _TIMES * expected):
            count, mean = int(today[worth[n]]), float(expected[n])
            score = seldom(count, mean, float(burst[n]))
            if score >= _SELDOM:
                alarms.append(Spike(int(worth[n]), day, count, mean, score))
    return sorted(alarms, key=lambda spike: (-spike.score, spike.series, spike.day))


def usual(before: Floats, *, ahead: int) -> tuple[Floats, Floats]:
    """What is usual on the day after `before` (series × days), and how bursty the series is.

    `ahead` is that day's weekday. The variance of a count is mean + burst · mean², the negative
    binomial's.
    """
    days = before.shape[1]
    weekdays = (ahead - days + np.arange(days)) % 7
    factors = _factors(before, weekdays)
    level = before / factors[:, weekdays]
    recent = _capped(level[:, -RECENT:], _TRIM)
    long = _capped(level, _TRIM_LONG)
    expected = np.maximum(recent.mean(axis=1), long.mean(axis=1)) * factors[:, ahead]
    mean = long.mean(axis=1)
    excess = ((long - mean[:, None]) ** 2).mean(axis=1) - mean
    burst = np.maximum(excess, 0) / np.maximum(mean, _FEW) ** 2
    # The lowered days took variance with them: a floor for what bursts are in news at all.
    return expected, np.maximum(burst, _BURST)


def seldom(count: int, mean: float, burst: float) -> float:
    """-log10 of the chance of `count` or more, by a negative binomial of `mean` and `burst`."""
    mean = max(mean, 0.05)
    size = 1.0 / burst
    fail, hit = math.log(size / (size + mean)), math.log(mean / (size + mean))
    log_p = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    log_p += size * fail + count * hit
    tail, term, n = 0.0, 1.0, count
    while term > 1e-6 and n < count + 10_000:
        tail += term
        term *= (n + size) / (n + 1) * math.exp(hit)
        n += 1
    return -(log_p + math.log(tail)) / math.log(10)


def _factors(before: Floats, weekdays: npt.NDArray[np.int64]) -> Floats:
    """What each weekday makes of a series' mean: series × 7, pulled towards all series' own."""
    every = _of_weekdays(before.sum(axis=0, keepdims=True), weekdays, 1.0)
    return _of_weekdays(before, weekdays, every)


def _of_weekdays(before: Floats, weekdays: npt.NDArray[np.int64], prior: Floats | float) -> Floats:
    mean = np.maximum(before.mean(axis=1, keepdims=True), 1e-9)
    calm = _capped(before, _TRIM_LONG)
    sums = np.stack([calm[:, weekdays == day].sum(axis=1) for day in range(7)], axis=1)
    times = np.bincount(weekdays, minlength=7)
    factors = (sums / mean + _WEEKS * prior) / (times + _WEEKS)
    found: Floats = np.maximum(factors, 0.1)
    return found


def _capped(values: Floats, most: int) -> Floats:
    """`values` with the `most` highest of each row lowered to the next one.

    Taking them out would leave a rarely named series with nothing that is usual.
    """
    at = max(0, values.shape[1] - most - 1)
    capped: Floats = np.minimum(values, np.sort(values, axis=1)[:, at, None])
    return capped

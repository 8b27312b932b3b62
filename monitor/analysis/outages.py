"""On which days outlets could not be heard, from how each of their feeds was heard. Pure.

Days are counted as numbers, so that years of thousands of feeds take milliseconds.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

_FAILING, _EMPTY, _IDLE = range(3)
_REASONS = pd.array(["failing", "empty", "not running"], dtype="str")
_BITS = 24  # for a day's number, in keys that are of an outlet or a feed and a day


def lost_days(
    feeds: pd.DataFrame,
    unheard: pd.DataFrame,
    silences: pd.DataFrame,
    idle: pd.DataFrame,
    *,
    today: date,
    least: float = 0.0,
) -> pd.DataFrame:
    """The days on which outlets could not be heard, but for those that were made up for.

    - `feeds`: feed_id, url, outlet_id, outlet (its name), sample, first_on and last_on (first and
      last asked), answered_on (last; before first_on where it never was), brought (ever anything
      new); those of an outlet side by side, the one asked first before the others
    - `unheard`: feed_id, day, failing; asked, and never answered
    - `silences`: feed_id, since, until, missed; days on end without an answer, and whether the
      answer after them held nothing that was known before
    - `idle`: day; nobody was asked

    Of feeds that are not among `feeds` nothing is taken. Returns outlet, day, reason, feeds and
    outlets, as `monitor.store.queries.gaps` says of them, by outlet (in the order of `feeds`) and
    day. Days on which fewer than `least` (0..1) of the outlets were not heard are left out.
    """
    followed = _Followed(feeds, today=(today - date(1970, 1, 1)).days)
    outlets, days, reasons = followed.silent(unheard, idle)
    lost = followed.lost(outlets, days, reasons, silences)
    outlets, days, reasons = outlets[lost], days[lost], reasons[lost]
    there = followed.outlets_on(days)
    nth = days - (days.min() if len(days) else 0)
    many = np.bincount(nth)[nth] / np.maximum(there, 1) >= least
    outlets, days = outlets[many], days[many]
    return pd.DataFrame({
        "outlet": followed.names.take(outlets),
        "day": days.astype("datetime64[D]").astype("datetime64[us]"),
        "reason": _REASONS.take(reasons[many]),
        "feeds": followed.urls_on(outlets, days),
        "outlets": there[many],
    })  # fmt: skip


class _Followed:
    """Feeds and their outlets as arrays; they are told by their places in these."""

    def __init__(self, feeds: pd.DataFrame, *, today: int) -> None:
        outlet_id = feeds["outlet_id"].to_numpy(np.int64)
        self._start = np.flatnonzero(np.diff(outlet_id, prepend=-1))
        self._size = np.diff(self._start, append=len(feeds))
        self._outlet = np.repeat(np.arange(len(self._start)), self._size)
        self.names = feeds["outlet"].array[self._start]
        self._place = pd.Index(feeds["feed_id"])
        self._url = feeds["url"].to_numpy(object)
        self._first_on, self._answered_on = _days(feeds["first_on"]), _days(feeds["answered_on"])
        sample, brought = feeds["sample"].to_numpy(bool), feeds["brought"].to_numpy(bool)
        # Of outlets: the sample's are not asked any more, and all others are until today.
        self._polled = ~np.logical_and.reduceat(sample, self._start)
        self._brought = np.logical_or.reduceat(brought, self._start)
        self._first = self._first_on[self._start]
        last_on = np.maximum.reduceat(_days(feeds["last_on"]), self._start)
        self._last = np.where(self._polled, today, last_on)

    def silent(self, unheard: pd.DataFrame, idle: pd.DataFrame) -> tuple[Numbers, Numbers, Numbers]:
        """Outlets, days and reasons where a feed was asked in vain, or nobody was asked.

        Each outlet and day once, in order.
        """
        feed = self._place.get_indexer(unheard["feed_id"])
        known = feed >= 0
        outlet, day = self._outlet[feed[known]], _days(unheard["day"])[known]
        reason = np.where(unheard["failing"].to_numpy(bool)[known], _FAILING, _EMPTY)
        # An outlet that never had an entry is empty, and nothing is missing.
        telling = (reason == _FAILING) | self._brought[outlet]
        asked = (_key(outlet, day) * len(_REASONS) + reason)[telling]
        nobody = _days(idle["day"])
        outlet, nth = np.nonzero(
            self._polled[:, None]
            & (self._first[:, None] <= nobody)
            & (nobody <= self._last[:, None])
        )
        found = np.concatenate([asked, _key(outlet, nobody[nth]) * len(_REASONS) + _IDLE])
        found.sort()
        keys, reasons = found // len(_REASONS), found % len(_REASONS)
        first = np.diff(keys, prepend=-1) != 0
        return keys[first] >> _BITS, keys[first] & ((1 << _BITS) - 1), reasons[first]

    def lost(
        self, outlets: Numbers, days: Numbers, reasons: Numbers, silences: pd.DataFrame
    ) -> Flags:
        """Of which of these days something is missing for good, or may be.

        Where no feed of the outlet answered on the day, and not every next answer holds
        something that was known before.
        """
        # A row a day and feed of its outlet.
        size = self._size[outlets]
        start = np.cumsum(size) - size
        day = np.repeat(days, size)
        feed = np.repeat(self._start[outlets] - start, size) + np.arange(len(day))
        started, answered = self._first_on[feed] <= day, day <= self._answered_on[feed]
        # The silence that began last before the day, if it reached so far.
        of = np.append(self._place.get_indexer(silences["feed_id"]), -1)
        since, until = (np.append(_days(silences[c]), 0) for c in ("since", "until"))
        began = _key(of, since)
        order = np.argsort(began, kind="stable")
        last = order[np.searchsorted(began[order], _key(feed, day), side="right") - 1]
        silent = (of[last] == feed) & (day <= until[last])
        missed = np.append(silences["missed"].to_numpy(bool), False)[last]
        lacking = started & (~answered | (silent & missed))
        heard = started & answered & ~silent & np.repeat(reasons != _IDLE, size)
        return np.logical_or.reduceat(lacking, start) & ~np.logical_or.reduceat(heard, start)

    def outlets_on(self, days: Numbers) -> Numbers:
        """How many outlets were followed on each of `days`."""
        began = np.searchsorted(np.sort(self._first), days, side="right")
        return began - np.searchsorted(np.sort(self._last), days, side="left")

    def urls_on(self, outlets: Numbers, days: Numbers) -> np.ndarray[Any, Any]:
        """The addresses of the feeds of each outlet that had been asked by the day, as lists."""
        asked = _key(self._outlet, self._first_on)
        last = np.searchsorted(asked, _key(outlets, days), side="right") - 1
        until = np.empty(len(asked), object)  # those of an outlet up to each feed
        for place in np.unique(last):
            until[place] = sorted(self._url[self._start[self._outlet[place]] : place + 1])
        return until[last]


def _days(column: pd.Series) -> Numbers:
    return column.to_numpy("datetime64[D]").astype(np.int64)


def _key(place: Numbers, day: Numbers) -> Numbers:
    return (place << _BITS) | day

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
    followed = _Followed(feeds, silences, today=_number(today))
    outlets, days, reasons = followed.lost(unheard, _days(idle["day"]))
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
    """Feeds, their silences and their outlets as arrays; they are told by their places in these."""

    def __init__(self, feeds: pd.DataFrame, silences: pd.DataFrame, *, today: int) -> None:
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
        of = self._place.get_indexer(silences["feed_id"])
        known = np.flatnonzero(of >= 0)
        known = known[np.argsort(_key(of[known], _days(silences["since"])[known]), kind="stable")]
        self._silent, self._missed = of[known], silences["missed"].to_numpy(bool)[known]
        self._since, self._until = (_days(silences[c])[known] for c in ("since", "until"))

    def lost(self, unheard: pd.DataFrame, idle: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Outlets, days and reasons, in order: where something is missing for good, or may be."""
        # From when to when each feed misses something: what is still silent has no end yet.
        feed = np.concatenate([self._silent[self._missed], np.arange(len(self._outlet))])
        since = np.concatenate([self._since[self._missed], self._answered_on + 1])
        until = np.concatenate([
            self._until[self._missed], np.full(len(self._outlet), (1 << _BITS) - 1)
        ])  # fmt: skip
        outlet = self._outlet[feed]
        asked, reasons = self._asked_in_vain(unheard)
        begin = np.searchsorted(asked, _key(outlet, since), side="left")
        end = np.searchsorted(asked, _key(outlet, until), side="right")
        within = np.zeros(len(asked) + 1, np.int64)
        np.add.at(within, begin, 1)
        np.add.at(within, end, -1)
        missing = np.cumsum(within)[:-1] > 0
        # Where nobody was asked, nothing but what is missing is of interest.
        idle = np.sort(idle)
        begin = np.searchsorted(idle, since, side="left")
        count = np.searchsorted(idle, until, side="right") - begin
        count[~self._polled[outlet]] = 0
        nth = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())
        nobody = _key(np.repeat(outlet, count), idle[nth])
        found = np.concatenate([
            asked[missing] * len(_REASONS) + reasons[missing], nobody * len(_REASONS) + _IDLE
        ])  # fmt: skip
        found.sort()
        keys, reasons = found // len(_REASONS), found % len(_REASONS)
        first = np.diff(keys, prepend=-1) != 0
        return keys[first] >> _BITS, keys[first] & ((1 << _BITS) - 1), reasons[first]

    def _asked_in_vain(self, unheard: pd.DataFrame) -> tuple[Numbers, Numbers]:
        """Keys of outlets and days, each once and in order, on which no feed answered, and why."""
        feed = self._place.get_indexer(unheard["feed_id"])
        known = feed >= 0
        outlet, day = self._outlet[feed[known]], _days(unheard["day"])[known]
        reason = np.where(unheard["failing"].to_numpy(bool)[known], _FAILING, _EMPTY)
        # An outlet that never had an entry is empty, and nothing is missing.
        telling = (reason == _FAILING) | self._brought[outlet]
        found = (_key(outlet, day) * len(_REASONS) + reason)[telling]
        found.sort()
        keys, reasons = found // len(_REASONS), found % len(_REASONS)
        first = np.diff(keys, prepend=-1) != 0
        keys, reasons = keys[first], reasons[first]
        heard = self._heard(keys >> _BITS, keys & ((1 << _BITS) - 1))
        return keys[~heard], reasons[~heard]

    def _heard(self, outlets: Numbers, days: Numbers) -> Flags:
        """Whether a feed of the outlet answered on the day, on which another was asked in vain."""
        found = np.zeros(len(outlets), bool)
        several = np.flatnonzero(self._size[outlets] > 1)
        if not len(several):
            return found
        # A row a day and feed of its outlet.
        size = self._size[outlets[several]]
        start = np.cumsum(size) - size
        day = np.repeat(days[several], size)
        feed = np.repeat(self._start[outlets[several]] - start, size) + np.arange(len(day))
        began = np.searchsorted(_key(self._silent, self._since), _key(feed, day), side="right") - 1
        silent = np.zeros(len(day), bool)
        known = began >= 0
        began = began[known]
        silent[known] = (self._silent[began] == feed[known]) & (day[known] <= self._until[began])
        answered = (self._first_on[feed] <= day) & (day <= self._answered_on[feed]) & ~silent
        found[several] = np.logical_or.reduceat(answered, start)
        return found

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


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _key(place: Numbers, day: Numbers) -> Numbers:
    return (place << _BITS) | day

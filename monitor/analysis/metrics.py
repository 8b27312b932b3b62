"""What is made of counts: shares, changes, days without rows. DataFrame in, DataFrame out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

OTHER = "Other"  # what the series that are not shown by themselves are summed up as
# A step is named by its first moment.
_FREQUENCY = {"hour": "h", "day": "D", "week": "W-MON", "month": "MS"}


def first_of_step(day: date, *, step: str = "day") -> date:
    """The first day of the step that `day` lies in: itself, its Monday, or the 1st."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def fill_days(
    counts: pd.DataFrame,
    *,
    by: str | None = None,
    since: date | None = None,
    until: date | None = None,
    step: str = "day",
) -> pd.DataFrame:
    """Add the days that nobody wrote on, so that a quiet day charts as zero.

    `counts` has the columns ``day`` (the first moment of its step, without a zone),
    `by` where given, and whole numbers. Every step from `since` to
    `until` (default: the first and last in `counts`) × every series in `counts`
    is present once in what comes back, ordered by day and series; days outside
    the period are left out. Nothing is invented for a frame without series.
    """
    parts = filled(counts, by=by, since=since, until=until, step=step)
    return next(parts, counts.iloc[:0].reset_index(drop=True))


def filled(
    counts: pd.DataFrame,
    *,
    by: str | None = None,
    since: date | None = None,
    until: date | None = None,
    step: str = "day",
    most: int | None = None,
) -> Iterator[pd.DataFrame]:
    """What `fill_days` gives, in one part, or in parts of about `most` rows."""
    keys = ["day", by] if by else ["day"]
    first = since or (counts["day"].min().date() if len(counts) else None)
    last = until or (counts["day"].max().date() if len(counts) else None)
    if first is None or last is None or first > last:
        return
    start, end = first_of_step(first, step=step), pd.Timestamp(last) + timedelta(days=1)
    days = pd.date_range(start, end, freq=_FREQUENCY[step], inclusive="left").as_unit("us")
    series = sorted(counts[by].unique(), key=str.casefold) if by else []
    found = counts.set_index(keys)
    size = len(days) if most is None else max(1, most // max(1, len(series)))
    for at in range(0, len(days), size):
        some = days[at : at + size]
        index = pd.MultiIndex.from_product([some, series], names=keys) if by else some
        part = found.reindex(index, fill_value=0).rename_axis(keys)
        yield part.astype("int64").reset_index()


def share(counts: pd.DataFrame, *, within: str | None = None) -> pd.DataFrame:
    """Add ``share``: each row's part of the whole of ``count``, 0..1, summing to 1.

    The whole is that of the rows with the same value of `within`, where that is given. Where
    the whole is nothing a share is not known, and NaN.
    """
    if within:
        each = counts.groupby(within)["count"].transform("sum")
        return counts.assign(share=counts["count"] / each.where(each > 0))
    total = counts["count"].sum()
    return counts.assign(share=counts["count"] / total if total else float("nan"))


def share_change(
    now: pd.DataFrame, before: pd.DataFrame, *, by: str = "company", within: str | None = None
) -> pd.DataFrame:
    """Each series' share now and in the period before: [`by`, count, share, before, change].

    Both frames are as `share` gives them, with the same `within`, which then is a column more.
    ``before`` is the share then, 0 for a series that is not in it, and ``change`` the difference,
    0.02 for two points more; both are NaN where there was nothing at all before. Largest now
    first, then by name.
    """
    keys = [within, by] if within else [by]
    known = before[[*keys, "share"]].rename(columns={"share": "before"})
    both = now.merge(known, on=keys, how="outer")
    both["count"] = both["count"].fillna(0).astype("int64")
    for column, counted in (("share", now), ("before", before)):
        some = counted["count"] > 0
        there = pd.Series(bool(some.any()), index=both.index)
        if within:
            there = both[within].isin(counted.loc[some, within])
        both[column] = both[column].fillna(0.0).where(there)
    both["change"] = both["share"] - both["before"]
    ordered = both.sort_values(["count", by], ascending=[False, True], ignore_index=True)
    return ordered[[*keys, "count", "share", "before", "change"]]


def period_before(since: date, until: date) -> tuple[date, date]:
    """The period of as many days that ends on the day before `since`."""
    return since - (until - since) - timedelta(days=1), since - timedelta(days=1)


def change(counts: pd.DataFrame, before: pd.DataFrame, *, by: str = "company") -> pd.DataFrame:
    """Each series now and in the period before.

    Both frames have `by` and ``count``. Returns [`by`, count, before, change]
    for the series of either; ``change`` is (count - before) / before, and NaN
    where there was nothing before: from nothing there is no percentage.
    """
    both = counts[[by, "count"]].merge(
        before[[by, "count"]].rename(columns={"count": "before"}), on=by, how="outer"
    )
    both[["count", "before"]] = both[["count", "before"]].fillna(0).astype("int64")
    both["change"] = (both["count"] - both["before"]) / both["before"].where(both["before"] > 0)
    return both

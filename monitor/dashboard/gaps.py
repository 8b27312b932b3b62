"""Days on which feeds were down, for the charts over time: what to shade, and what to say of it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from monitor.dashboard import texts_feeds

LEAST = 0.05  # of the outlets: what fewer miss does not show in a chart of all


def by_day(found: pd.DataFrame) -> pd.DataFrame:
    """The days to shade, of `queries.gaps`: [day, share, who, why].

    `share` is that of the outlets which could not be heard, `who` their names, `why` in words.
    """
    rows = []
    for day in found["day"].drop_duplicates().sort_values():
        part = found[found["day"] == day]
        nobody = part["reason"].eq("not running").all()
        reasons = [texts_feeds.GAP_REASONS[r] for r in texts_feeds.GAP_REASONS
                   if r in set(part["reason"])]  # fmt: skip
        rows.append({
            "day": pd.Timestamp(day),
            "share": _share(part),
            "who": texts_feeds.GAP_NOBODY if nobody else texts_feeds.some(list(part["outlet"])),
            "why": ", ".join(reasons),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=["day", "share", "who", "why"])


def caption(found: pd.DataFrame) -> str:
    """What the shaded days mean and which feeds were down; "" where none is shaded."""
    if found.empty:
        return ""
    stopped = found["reason"] == "not running"
    down = [
        (str(outlet), dates_of(part["day"])) for outlet, part in found[~stopped].groupby("outlet")
    ]
    longest = sorted(down, key=lambda item: -len(item[1]))
    return texts_feeds.gap_caption(dates_of(found["day"][stopped]), longest)


def dates_of(days: pd.Series) -> list[date]:
    """A column of days as plain dates."""
    return [pd.Timestamp(day).date() for day in days]


def _share(part: pd.DataFrame) -> float:
    return min(1.0, len(part) / max(1, int(part["outlets"].iloc[0])))

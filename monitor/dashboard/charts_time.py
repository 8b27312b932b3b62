"""The time axis that charts share, and what stands on it: days without feeds, the team's notes.

All times are the team's clock, written as if it were UTC and drawn on a UTC scale: so they stay
what they are whatever zone the browser is in, and a brush gives them back as they are. A step is
named by its first moment, a time without a zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from monitor.dashboard import texts_coverage, texts_feeds
from monitor.dashboard.charts import SHADE
from monitor.dashboard.colours import NEUTRAL
from monitor.store.notes import Note
from monitor.store.queries.coverage import Step

FOLLOWING = alt.X("start:T", scale=alt.Scale(type="utc"))  # of layers beside the one with the axis
_FEWEST_STEPS = 7  # or one bar fills the chart
_MOST_TICKS = 8
_NOTE_ROWS = 3  # notes near each other stand in so many rows
_NOTE_LATE = 0.85  # of the axis: from there on, words stand to the left of their line
_CLOCK = "%Y-%m-%dT%H:%M:%SZ"
# Hours, days and weeks are so long; a month ends where the next begins.
_LENGTH = {
    "hour": pd.Timedelta(hours=1), "day": pd.Timedelta(days=1), "week": pd.Timedelta(days=7),
    "month": pd.Timedelta(days=30),
}  # fmt: skip


def time_axis(steps: pd.Series, *, step: Step, tz: ZoneInfo) -> alt.X:
    """The axis over all of `steps`; the data's column is ``start``."""
    first, last = steps.min(), _end(steps.max(), step)
    spare = _LENGTH[step] * (max(0, _FEWEST_STEPS - len(steps)) / 2)
    several_years = first.year != last.year
    every = -(-len(steps) // _MOST_TICKS)
    middle = step in ("day", "month")  # the others are named by where they begin
    ticks = [
        day + (_end(day, step) - day) / 2 if middle else day for day in steps.iloc[::every]
    ]  # fmt: skip
    formats = {
        "hour": "%-d %b %H:%M", "day": "%-d %b %Y" if several_years else "%-d %b",
        "week": "%-d %b %Y" if several_years else "%-d %b",
        "month": "%b %Y" if several_years else "%b",
    }  # fmt: skip
    return alt.X(
        "start:T",
        title=f"{texts_coverage.STEPS[step]} ({tz.key})",
        scale=alt.Scale(type="utc", domainMin=_at(first - spare), domainMax=_at(last + spare)),
        axis=alt.Axis(format=formats[step], labelAngle=0, grid=False, labelOverlap=True,
                      values=[_written(tick) for tick in ticks]),
    )  # fmt: skip


def step_name(at: datetime | pd.Timestamp, step: Step) -> str:
    """What a step is called: ``Mon 3 Mar 2025, 14:00``, ``week from Mon 3 Mar 2025``."""
    day = f"{at:%a} {at.day} {at:%b %Y}"
    return {
        "hour": f"{day}, {at:%H:%M}",
        "day": day,
        "week": texts_coverage.WEEK_FROM.format(day=day),
        "month": f"{at:%B %Y}",
    }[step]


def spans(
    days: Iterable[pd.Timestamp], step: Step, *, inset: float = 0.0
) -> tuple[list[str], list[str]]:
    """Where each step begins and ends, `inset` of its length left free at both sides."""
    both = [(day, _end(day, step)) for day in days]
    return (
        [_written(start + (end - start) * inset) for start, end in both],
        [_written(end - (end - start) * inset) for start, end in both],
    )


def middles(days: pd.Series, *, step: Step) -> list[str]:
    """The middle of each step, where a line has its points."""
    return [_written(day + (_end(day, step) - day) / 2) for day in days]


def shading(down: pd.DataFrame | None) -> list[alt.Chart]:
    """A band behind each day of `down` (`gaps.by_day`), from its top to its bottom."""
    if down is None or down.empty:
        return []
    start, end = spans(down["day"], "day")
    data = down.assign(start=start, end=end, day=[step_name(day, "day") for day in down["day"]])
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_rect(color=SHADE, clip=True)
        .encode(
            x=FOLLOWING,
            x2="end",
            opacity=alt.Opacity(
                "share:Q", scale=alt.Scale(domain=[0, 1], range=[0.45, 1]), legend=None
            ),
            tooltip=[
                alt.Tooltip("day:N", title=texts_feeds.GAP_DAY),
                alt.Tooltip("who:N", title=texts_feeds.GAP_WHO),
                alt.Tooltip("why:N", title=texts_feeds.GAP_WHY),
            ],
        )
    )
    return [chart]


def note_marks(notes: Sequence[Note], steps: pd.Series, *, step: Step) -> list[alt.Chart]:
    """A dashed line at the beginning of each noted day on the axis, and its words above it."""
    first, end = steps.min(), _end(steps.max(), step)
    shown = [n for n in notes if first.date() <= n.day < end.date()]
    if not shown:
        return []
    data = pd.DataFrame([
        {"start": f"{n.day:%Y-%m-%d}T00:00:00Z", "text": n.text, "by": n.by,
         "day": step_name(pd.Timestamp(n.day), "day"), "above": -14 * (i % _NOTE_ROWS) - 3,
         "late": (pd.Timestamp(n.day) - first) / (end - first) > _NOTE_LATE}
        for i, n in enumerate(shown)
    ])  # fmt: skip
    tips = [
        alt.Tooltip("text:N", title=texts_coverage.NOTE),
        alt.Tooltip("day:N", title=texts_coverage.STEPS["day"]),
        alt.Tooltip("by:N", title=texts_coverage.NOTED_BY),
    ]
    style: dict[str, Any] = {
        "color": NEUTRAL,
        "baseline": "bottom",
        "fontWeight": "bold",
        "limit": 150,
    }
    early, late = data[~data["late"]], data[data["late"]]
    lines = alt.Chart(data).mark_rule(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1.5)
    words = [
        chart.encode(y=alt.Y("above:Q", scale=None), text="text:N")
        for part, chart in (
            (early, alt.Chart(early).mark_text(align="left", dx=3, **style)),
            (late, alt.Chart(late).mark_text(align="right", dx=-3, **style)),
        )
        if len(part)
    ]
    return [chart.encode(x=FOLLOWING, tooltip=tips) for chart in (lines, *words)]


def _end(start: pd.Timestamp, step: Step) -> pd.Timestamp:
    if step == "month":
        return start + pd.offsets.MonthBegin(1)
    return start + _LENGTH[step]


def _written(at: pd.Timestamp) -> str:
    return at.strftime(_CLOCK)


def _at(at: pd.Timestamp) -> alt.ExprRef:
    """A bound of the axis; as a plain number, Streamlit's Vega makes no time of it."""
    return alt.ExprRef(f"datetime('{_written(at)}')")

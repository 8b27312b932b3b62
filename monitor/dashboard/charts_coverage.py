"""How much was written when: bars by hour, day, week or month; a DataFrame in, a chart out.

All times are the team's clock, written as if it were UTC and drawn on a UTC scale: so they stay
what they are whatever zone the browser is in, and a brush gives them back as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from monitor.dashboard import texts_coverage, texts_feeds
from monitor.dashboard.charts import SHADE, colour_scale, series_of, top_series
from monitor.dashboard.colours import NEUTRAL, OTHER_COLOUR
from monitor.store.notes import Note
from monitor.store.queries.coverage import Step

BRUSH, POINT = "days", "series"  # what a selection of each is called
UNSURE = 0.45  # opacity of what has an uncertain date
UNSURE_CHIP = f"{OTHER_COLOUR}73"  # as light, in the legend
BEFORE = "#8A8F9640"  # the period before, behind the bars
BEFORE_LINE = "#5C6470"  # seen on both backgrounds, and on the grey of the rest
_HEIGHT = 300
_FEWEST_STEPS = 7  # or one bar fills the chart
_MOST_TICKS = 8
_CLOCK = "%Y-%m-%dT%H:%M:%SZ"
# Hours, days and weeks are so long; a month ends where the next begins.
_LENGTH = {
    "hour": pd.Timedelta(hours=1), "day": pd.Timedelta(days=1), "week": pd.Timedelta(days=7),
    "month": pd.Timedelta(days=30),
}  # fmt: skip
# Only with a mouse: a finger that moves over the chart scrolls the page.
_DRAG = "[mousedown, window:mouseup] > window:mousemove!"


def coverage_chart(
    frame: pd.DataFrame,
    *,
    named: Sequence[str],
    colours: Mapping[str, str],
    tz: ZoneInfo,
    count: str,
    by: str = "company",
    step: Step = "day",
    down: pd.DataFrame | None = None,
    before: pd.DataFrame | None = None,
    notes: Sequence[Note] = (),
    selectable: bool = False,
) -> alt.LayerChart:
    """How much was written in each step, by series, one upon the other.

    Frame: [day, `by`, count, unsure], as `queries.coverage`. `named` are the series that are
    drawn by themselves. What has an uncertain date is the lighter part at the top of a bar.
    What the colours mean stands under the chart (`series_of`): a legend inside would be cut off
    on a phone. `down` are days to be shaded, as `gaps.by_day` gives them; `before` [day, count]
    is the period before, put on the same steps, drawn behind and as a line; `notes` stand on the
    axis. `selectable`: a drag selects days (BRUSH), a click a series (POINT).
    """
    shown, series = top_series(frame, by=by, named=named), series_of(frame, by=by, named=named)
    steps = frame["day"].drop_duplicates().sort_values()
    axis = _axis(steps, step, tz)
    x = alt.X("start:T", scale=alt.Scale(type="utc"))  # of the layers that follow the bars
    layers: list[alt.Chart] = []
    if down is not None and len(down):
        layers.append(_shading(down, x))
    if before is not None:
        layers.append(_silhouette(before, step, x, count))
    bars = _bars(shown, series, axis, colours=colours, count=count, by=by, step=step)
    if selectable:
        bars = bars.add_params(
            alt.selection_interval(
                name=BRUSH, encodings=["x"], on=_DRAG, translate=False, zoom=False
            ),
            alt.selection_point(name=POINT, fields=[by], toggle=False),
        )
    layers.append(bars)
    if before is not None:
        layers.append(_line(before, step, x, count))
    on_axis = [n for n in notes if steps.min().date() <= n.day <= _last_day(steps, step)]
    if on_axis:
        layers += _marks(on_axis, x)
    return alt.LayerChart(layer=layers).properties(height=_HEIGHT)


def selected(event: Mapping[str, Any], *, by: str) -> tuple[tuple[date, date] | None, str | None]:
    """What was selected in a chart: the days a drag went over, the series that was clicked.

    `event` is the state that Streamlit has of the chart; days are whole, both included.
    """
    chosen = event.get("selection", {})
    clicked = next((item[by] for item in chosen.get(POINT) or [] if by in item), None)
    spans = [span for span in (chosen.get(BRUSH) or {}).values() if len(span) == 2]
    if not spans:
        return None, clicked
    start, end = sorted(pd.to_datetime(spans[0], unit="ms"))
    last = end - pd.Timedelta(milliseconds=1)
    return (start.date(), max(start, last).date()), clicked


def step_name(at: datetime | pd.Timestamp, step: Step) -> str:
    """What a step is called: ``Mon 3 Mar 2025, 14:00``, ``week from Mon 3 Mar 2025``."""
    day = f"{at:%a} {at.day} {at:%b %Y}"
    return {
        "hour": f"{day}, {at:%H:%M}",
        "day": day,
        "week": texts_coverage.WEEK_FROM.format(day=day),
        "month": f"{at:%B %Y}",
    }[step]


def _bars(
    shown: pd.DataFrame,
    series: Sequence[str],
    x: alt.X,
    *,
    colours: Mapping[str, str],
    count: str,
    by: str,
    step: Step,
) -> alt.Chart:
    data = _stacked(shown, series, by=by)
    start, end = _span(data["day"], step, inset=0.1 if len(shown["day"].unique()) < 120 else 0.0)
    data = data.assign(
        start=start, end=end, step=[step_name(day, step) for day in data["day"]],
        sure=data["sure"].map({True: texts_coverage.SURE, False: texts_coverage.UNSURE}),
    ).drop(columns="day")  # fmt: skip
    title = texts_coverage.per_step(count, step)
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_rect()
        .encode(
            x=x,
            x2="end",
            y=alt.Y("low:Q", title=title,
                    axis=alt.Axis(tickMinStep=1, format=",d", tickCount=5)),
            y2="high",
            color=colour_scale(list(series), colours, by=by),
            opacity=alt.Opacity(
                "sure:O", legend=None,
                scale=alt.Scale(domain=[texts_coverage.SURE, texts_coverage.UNSURE],
                                range=[1, UNSURE]),
            ),
            tooltip=[
                alt.Tooltip("step:N", title=texts_coverage.STEPS[step]),
                alt.Tooltip(f"{by}:N", title=by.capitalize()),
                alt.Tooltip("value:Q", title=count.capitalize(), format=",d"),
                alt.Tooltip("sure:N", title=texts_coverage.DATE),
            ],
        )
    )  # fmt: skip
    return chart


def _stacked(shown: pd.DataFrame, series: Sequence[str], *, by: str) -> pd.DataFrame:
    """[day, `by`, value, sure, low, high]: on each day what is sure, by series, then the rest."""
    order = {name: i for i, name in enumerate(series)}
    parts = pd.concat([
        shown.assign(value=shown["count"] - shown["unsure"], sure=True),
        shown.assign(value=shown["unsure"], sure=False),
    ])  # fmt: skip
    parts = parts[parts["value"] > 0].assign(order=lambda data: data[by].map(order))
    parts = parts.sort_values(["day", "sure", "order"], ascending=[True, False, True])
    high = parts.groupby("day")["value"].cumsum()
    parts = parts.assign(low=high - parts["value"], high=high)
    return parts[["day", by, "value", "sure", "low", "high"]].reset_index(drop=True)


def _silhouette(before: pd.DataFrame, step: Step, x: alt.X, count: str) -> alt.Chart:
    data = _before(before, step)
    chart: alt.Chart = (
        alt.Chart(data[data["count"] > 0])
        .mark_rect(color=BEFORE)
        .encode(x=x, x2="end", y="low:Q", y2="count", tooltip=_before_tips(count))
    )
    return chart


def _line(before: pd.DataFrame, step: Step, x: alt.X, count: str) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(_before(before, step))
        .mark_rule(color=BEFORE_LINE, strokeWidth=2)
        .encode(x=x, x2="end", y="count:Q", tooltip=_before_tips(count))
    )
    return chart


def _before(before: pd.DataFrame, step: Step) -> pd.DataFrame:
    start, end = _span(before["day"], step)
    return pd.DataFrame({
        "start": start, "end": end, "count": before["count"], "low": 0,
        "step": [step_name(day, step) for day in before["day"]],
    })  # fmt: skip


def _before_tips(count: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("step:N", title=texts_coverage.COMPARED_WITH),
        alt.Tooltip("count:Q", title=f"{count.capitalize()} in the period before", format=",d"),
    ]


def _shading(down: pd.DataFrame, x: alt.X) -> alt.Chart:
    """A band behind each day of `down`, from its top to its bottom."""
    start, end = _span(down["day"], "day")
    data = down.assign(
        start=start, end=end, day=[step_name(day, "day") for day in down["day"]]
    )  # fmt: skip
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_rect(color=SHADE, clip=True)
        .encode(
            x=x,
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
    return chart


def _marks(notes: Sequence[Note], x: alt.X) -> list[alt.Chart]:
    """A dashed line at the beginning of each noted day, and its words at the top."""
    data = pd.DataFrame([
        {"start": f"{n.day:%Y-%m-%d}T00:00:00Z", "text": n.text, "by": n.by,
         "day": step_name(pd.Timestamp(n.day), "day")}
        for n in notes
    ])  # fmt: skip
    tips = [
        alt.Tooltip("text:N", title=texts_coverage.NOTE),
        alt.Tooltip("day:N", title=texts_coverage.STEPS["day"]),
        alt.Tooltip("by:N", title=texts_coverage.NOTED_BY),
    ]
    base = alt.Chart(data).encode(x=x, tooltip=tips)
    return [
        base.mark_rule(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1.5),
        base.mark_text(
            color=NEUTRAL, align="left", baseline="top", dx=4, fontWeight="bold", limit=110
        ).encode(y=alt.value(2), text="text:N"),
    ]


def _axis(steps: pd.Series, step: Step, tz: ZoneInfo) -> alt.X:
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


def _span(days: pd.Series, step: Step, *, inset: float = 0.0) -> tuple[list[str], list[str]]:
    """Where each step begins and ends, `inset` of its length left free at both sides."""
    spans = [(day, _end(day, step)) for day in days]
    return (
        [_written(start + (end - start) * inset) for start, end in spans],
        [_written(end - (end - start) * inset) for start, end in spans],
    )


def _end(start: pd.Timestamp, step: Step) -> pd.Timestamp:
    if step == "month":
        return start + pd.offsets.MonthBegin(1)
    return start + _LENGTH[step]


def _last_day(steps: pd.Series, step: Step) -> date:
    last: date = (_end(steps.max(), step) - pd.Timedelta(seconds=1)).date()
    return last


def _written(at: pd.Timestamp) -> str:
    return at.strftime(_CLOCK)


def _at(at: pd.Timestamp) -> alt.ExprRef:
    """A bound of the axis; as a plain number, Streamlit's Vega makes no time of it."""
    return alt.ExprRef(f"datetime('{_written(at)}')")

"""How much was written when: bars by hour, day, week or month; a DataFrame in, a chart out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from monitor.dashboard import texts_coverage
from monitor.dashboard.charts import colour_scale, series_of, top_series
from monitor.dashboard.charts_time import (
    FOLLOWING,
    note_marks,
    shading,
    spans,
    step_name,
    time_axis,
)
from monitor.dashboard.colours import OTHER_COLOUR
from monitor.store.notes import Note
from monitor.store.queries.coverage import Step

BRUSH, POINT = "days", "series"  # what a selection of each is called
UNSURE = 0.45  # opacity of what has an uncertain date
UNSURE_CHIP = f"{OTHER_COLOUR}73"  # as light, in the legend
BEFORE = "#8A8F9640"  # the period before, behind the bars
BEFORE_LINE = "#5C6470"  # seen on both backgrounds, and on the grey of the rest
_HEIGHT = 300
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
    axis = time_axis(steps, step=step, tz=tz)
    layers: list[alt.Chart] = shading(down)
    if before is not None:
        layers.append(_silhouette(before, step, count))
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
        layers.append(_line(before, step, count))
    layers += note_marks(notes, steps, step=step)
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
    data = stacked(shown, series, by=by)
    start, end = spans(data["day"], step, inset=0.1 if len(shown["day"].unique()) < 120 else 0.0)
    data = data.assign(
        start=start, end=end, step=[step_name(day, step) for day in data["day"]],
        sure=data["sure"].map({True: texts_coverage.SURE, False: texts_coverage.UNSURE}),
    ).drop(columns="day")  # fmt: skip
    title = texts_coverage.per_step(count, step)
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_rect(ariaRoleDescription="bar")
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


def stacked(shown: pd.DataFrame, series: Sequence[str], *, by: str) -> pd.DataFrame:
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


def _silhouette(before: pd.DataFrame, step: Step, count: str) -> alt.Chart:
    data = _before(before, step)
    chart: alt.Chart = (
        alt.Chart(data[data["count"] > 0])
        .mark_rect(color=BEFORE)
        .encode(x=FOLLOWING, x2="end", y="low:Q", y2="count", tooltip=_before_tips(count))
    )
    return chart


def _line(before: pd.DataFrame, step: Step, count: str) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(_before(before, step))
        .mark_rule(color=BEFORE_LINE, strokeWidth=2)
        .encode(x=FOLLOWING, x2="end", y="count:Q", tooltip=_before_tips(count))
    )
    return chart


def _before(before: pd.DataFrame, step: Step) -> pd.DataFrame:
    start, end = spans(before["day"], step)
    return pd.DataFrame({
        "start": start, "end": end, "count": before["count"], "low": 0,
        "step": [step_name(day, step) for day in before["day"]],
    })  # fmt: skip


def _before_tips(count: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("step:N", title=texts_coverage.COMPARED_WITH),
        alt.Tooltip("count:Q", title=f"{count.capitalize()} in the period before", format=",d"),
    ]

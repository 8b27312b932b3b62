"""Companies side by side: lines over one axis, and bars in groups. DataFrames in, charts out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from monitor.dashboard import texts_coverage
from monitor.dashboard.charts import colour_scale
from monitor.dashboard.charts_time import (
    middles,
    note_marks,
    shading,
    step_name,
    time_axis,
)
from monitor.store.notes import Note
from monitor.store.queries.coverage import Step

_BAR, _BETWEEN = 11, 9  # pixels of a bar, and between two groups


def lines_chart(
    frame: pd.DataFrame,
    *,
    names: Sequence[str],
    colours: Mapping[str, str],
    tz: ZoneInfo,
    count: str,
    step: Step,
    down: pd.DataFrame | None = None,
    notes: Sequence[Note] = (),
) -> alt.LayerChart:
    """A line for each company, of how much was written in each step.

    Frame: [day, company, count]; `down` and `notes` as for the chart of coverage.
    """
    steps = frame["day"].drop_duplicates().sort_values()
    data = pd.DataFrame({
        "start": middles(frame["day"], step=step), "company": frame["company"],
        "count": frame["count"], "step": [step_name(day, step) for day in frame["day"]],
    })  # fmt: skip
    lines: alt.Chart = (
        alt.Chart(data)
        .mark_line(point=len(steps) <= 120, strokeWidth=2)
        .encode(
            x=time_axis(steps, step=step, tz=tz),
            y=alt.Y("count:Q", title=texts_coverage.per_step(count, step),
                    axis=alt.Axis(tickMinStep=1, format=",d", tickCount=5)),
            color=colour_scale(list(names), colours, by="company"),
            tooltip=[
                alt.Tooltip("step:N", title=texts_coverage.STEPS[step]),
                alt.Tooltip("company:N", title="Company"),
                alt.Tooltip("count:Q", title=count.capitalize(), format=",d"),
            ],
        )
    )  # fmt: skip
    layers = [*shading(down), lines, *note_marks(notes, steps, step=step)]
    return alt.LayerChart(layer=layers).properties(height=300)


def grouped_chart(
    frame: pd.DataFrame,
    *,
    by: str,
    names: Sequence[str],
    colours: Mapping[str, str],
    title: str,
    count: str,
) -> alt.Chart:
    """A group of bars for each of `by` in its order, one for each of `names`.

    Frame: [`by`, company, count, share]; shares are parts of the company's own.
    """
    groups = list(dict.fromkeys(frame[by]))
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(size=_BAR - 2, cornerRadiusEnd=2)
        .encode(
            x=alt.X("share:Q", title=title, axis=alt.Axis(format="%", tickCount=4)),
            y=alt.Y(f"{by}:N", sort=groups, title=None, scale=alt.Scale(paddingInner=0.25),
                    axis=alt.Axis(labelLimit=150, ticks=False, domain=False, labelPadding=8)),
            yOffset=alt.YOffset("company:N", sort=list(names),
                                scale=alt.Scale(domain=list(names))),
            color=colour_scale(list(names), colours, by="company"),
            tooltip=[
                alt.Tooltip(f"{by}:N", title=by.capitalize()),
                alt.Tooltip("company:N", title="Company"),
                alt.Tooltip("count:Q", title=count.capitalize(), format=",d"),
                alt.Tooltip("share:Q", title="Part of its own", format=".1%"),
            ],
        )
        .properties(height=len(groups) * (len(names) * _BAR + _BETWEEN) + 40)
    )  # fmt: skip
    return chart


def lines_words(frame: pd.DataFrame, *, count: str, step: str) -> str:
    """The lines in words."""
    said = []
    for company, rows in frame.groupby("company", sort=False):
        peak = pd.Timestamp(rows.sort_values("count")["day"].iloc[-1])
        when = f"{peak.day} {peak:%B %Y}"
        said.append(f"{company} {int(rows['count'].sum()):,}, most on {when}")
    return texts_coverage.chart_words(texts_coverage.per_step(count, step), said)


def grouped_words(frame: pd.DataFrame, *, by: str, title: str) -> str:
    """Bars in groups in words."""
    said = [
        f"{group}: " + ", ".join(
            f"{company} {share:.0%}"
            for company, share in zip(rows["company"], rows["share"], strict=True)
        )
        for group, rows in frame.groupby(by, sort=False)
    ]  # fmt: skip
    return texts_coverage.chart_words(title, said)

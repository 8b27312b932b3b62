"""Drawing a chart, made once for what it shows.

To make one takes Altair as long as the queries behind it; so a chart is kept by what it is made
of, and a rerun in which nothing changed makes none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, Literal, ParamSpec

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st
from altair.utils.schemapi import disable_debug_mode

from monitor.dashboard.data import work

P = ParamSpec("P")
Chart = alt.Chart | alt.LayerChart
Spec = dict[str, Any]  # of Vega-Lite; "datasets" holds their rows
# Tests check charts against the schema; here it would take longer than the queries behind them.
disable_debug_mode()


def chart_of(
    chart: Callable[Concatenate[pd.DataFrame, P], Chart],
    frame: pd.DataFrame,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Drawing:
    """`chart` of `frame`, ready to be shown; the other arguments are the chart's."""
    return Drawing(work(spec_of, chart, (frame, *args), kwargs))


class Drawing:
    """A chart that is ready to be shown."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec

    def show(
        self, words: str, *, key: str | None = None,
        on_select: Callable[[], None] | Literal["ignore"] = "ignore",
    ) -> None:  # fmt: skip
        """Show it, with `words` for those who cannot see it."""
        st.vega_lite_chart(spec=self._spec, alt=words, key=key, on_select=on_select)


def spec_of(chart: Callable[..., Chart], args: tuple[Any, ...], options: dict[str, Any]) -> Spec:
    """The specification of `chart` of what is given, its frames under the names that it uses."""
    rows: dict[str, pa.Table] = {}
    made = _named(chart(*args, **options), rows)
    spec: Spec = made.to_dict(validate=False)
    spec.pop("config", None)  # Altair's sizes; Streamlit's theme has its own
    return spec | {"datasets": rows}


def rows_of(frame: pd.DataFrame) -> pa.Table:
    """`frame` as Streamlit sends it: made once with the chart, and not in every rerun."""
    return pa.Table.from_pandas(frame, preserve_index=False)


def _named(chart: Chart, rows: dict[str, pa.Table]) -> Chart:
    """`chart` with names in place of its frames, which go to `rows`.

    Altair would write every row into the specification, and refuse more than 5,000.
    """
    found = chart.copy(deep=False)
    if isinstance(found.data, pd.DataFrame):
        name = f"rows{len(rows)}"
        rows[name] = rows_of(found.data)
        found.data = alt.NamedData(name=name)
    if isinstance(found, alt.LayerChart):
        found.layer = [_named(layer, rows) for layer in found.layer]  # type: ignore[arg-type]
    return found

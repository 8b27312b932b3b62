"""What stands beside a chart: the numbers behind it with their CSV, and the chart as a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from monitor.dashboard import texts, texts_coverage
from monitor.dashboard.colours import OTHER
from monitor.dashboard.components import image, table
from monitor.dashboard.download_texts import with_rows
from monitor.reports.csv import frame_csv
from monitor.store.queries.coverage import Step

_MOST = 400  # rows shown; the CSV has all


def heading(
    title: str, make: Callable[[], pd.DataFrame], *, chart: str, name: str, subtitle: str,
    legend: Sequence[Mapping[str, Any]] = (),
) -> None:  # fmt: skip
    """The title of a chart with its numbers and pictures; as `tools`."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"list_{chart}"):
        st.subheader(title, anchor=False, width="stretch")
        tools(title, make, chart=chart, name=name, subtitle=subtitle, legend=legend)


def tools(
    title: str, make: Callable[[], pd.DataFrame], *, chart: str, name: str, subtitle: str,
    legend: Sequence[Mapping[str, Any]] = (),
) -> None:  # fmt: skip
    """Buttons: the numbers that `make` gives, and the chart under the key `chart` as a picture.

    `name` is that of files, without what says their format. The picture has title, subtitle and
    `legend`, as the chips of `prose`.
    """
    button(make, title=title, name=name, key=f"{chart}_numbers")
    image(chart=chart, title=title, subtitle=subtitle, legend=legend, name=name,
          key=f"{chart}_image")  # fmt: skip


def button(make: Callable[[], pd.DataFrame], *, title: str, name: str, key: str) -> None:
    """A button that opens what `make` gives, whose first column says what a row is.

    `name` is that of the CSV. The numbers are put together on the click.
    """
    if st.button(
        texts_coverage.NUMBERS, icon=":material/table_chart:", type="tertiary", key=key,
        help=texts_coverage.NUMBERS_HELP,
    ):  # fmt: skip
        st.dialog(texts.verbatim(title), width="large")(_shown)(make(), name, key)


def _shown(frame: pd.DataFrame, name: str, key: str) -> None:
    csv_button(
        texts_coverage.NUMBERS_CSV, lambda: frame_csv(frame), rows=len(frame), name=name,
        key=f"{key}_csv", help_text=texts_coverage.NUMBERS_CSV_HELP,
    )  # fmt: skip
    first, *rest = [str(column) for column in frame.columns]
    columns = [{"label": first, "align": "nowrap"},
               *({"label": column, "align": "right nowrap"} for column in rest)]  # fmt: skip
    lines = [[_cell(value) for value in row] for row in frame.head(_MOST).itertuples(index=False)]
    table(columns, lines, label=texts_coverage.NUMBERS, key=f"{key}_table", stack=False)
    if len(frame) > _MOST:
        st.caption(texts_coverage.rows_shown(_MOST, len(frame)))


def csv_button(
    label: str, make: Callable[[], bytes], *, rows: int, name: str, key: str, help_text: str
) -> None:
    """A button for the CSV of a table with so many `rows`, called `name`; made on the click."""
    st.download_button(
        with_rows(label, rows), make, file_name=f"{name}.csv", mime="text/csv", on_click="ignore",
        icon=":material/download:", help=help_text, key=key,
    )  # fmt: skip


def over_time(
    frame: pd.DataFrame, *, by: str, step: Step, before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """`queries.coverage` as a table: a row a step, a column a series, the rest last.

    With the total, how much of it has an uncertain date, and `before` [day, count].
    """
    wide = frame.pivot(index="day", columns=by, values="count")
    largest = wide.sum().sort_values(ascending=False).index
    wide = wide[[*(name for name in largest if name != OTHER), *({OTHER} & set(wide.columns))]]
    wide.columns.name = None
    daily = frame.groupby("day")[["count", "unsure"]].sum()
    wide[texts_coverage.TOTAL] = daily["count"]
    wide[texts_coverage.UNSURE] = daily["unsure"]
    if before is not None:
        wide[texts_coverage.BEFORE_LEGEND] = before.set_index("day")["count"]
    wide.insert(0, texts_coverage.STEPS[step], [_written(day, step) for day in wide.index])
    return wide.reset_index(drop=True)


def _written(day: pd.Timestamp, step: Step) -> str:
    """A step as ISO 8601 has it: readable, and sorted by spreadsheets."""
    return f"{day:{'%Y-%m-%d %H:%M' if step == 'hour' else '%Y-%m-%d'}}"


def _cell(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        return {"text": value}
    if value is None or value != value:
        return {"text": ""}
    return {"text": f"{value:,.3f}" if isinstance(value, float) else f"{value:,}"}

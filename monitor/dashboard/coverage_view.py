"""The Coverage page's choices, what is compared, and how a chart narrows the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from monitor.analysis.metrics import change
from monitor.dashboard import charts, figures, texts_coverage
from monitor.dashboard.charts_coverage import selected
from monitor.dashboard.colours import OTHER, cycle
from monitor.dashboard.data import ask
from monitor.dashboard.filters import View, narrow
from monitor.dashboard.frame import colours as company_colours
from monitor.store.queries.coverage import By, Step, counts, coverage

HOUR_DAYS = 14  # the longest period that is drawn by hour
_RANKED = 12  # series in the table beside the stories
_DAY_DAYS, _WEEK_DAYS = 92, 730  # the longest that are drawn by day and by week, if not chosen


def choose() -> tuple[By, str, bool]:
    """What to split by, which step, and whether to compare; all in the address."""
    kinds = {label: by for by, label in texts_coverage.SERIES.items()}
    steps = [texts_coverage.AUTOMATIC, *texts_coverage.STEPS.values()]
    with st.container(horizontal=True, vertical_alignment="bottom", key="coverage_bar"):
        by = st.segmented_control(
            texts_coverage.BY, list(kinds), default=next(iter(kinds)), required=True, key="by",
            bind="query-params",
        )  # fmt: skip
        step = st.segmented_control(
            texts_coverage.STEP, steps, default=steps[0], required=True, key="step",
            bind="query-params",
        )  # fmt: skip
        compare = st.toggle(
            texts_coverage.BEFORE, key="before", bind="query-params",
            help=texts_coverage.BEFORE_HELP,
        )  # fmt: skip
    return kinds[by], step, compare  # type: ignore[return-value]


def step_of(chosen: str, days: int) -> Step:
    """The step that is drawn for a period of so many `days`; hours only where they fit."""
    for step, label in texts_coverage.STEPS.items():
        if chosen == label and not (step == "hour" and days > HOUR_DAYS):
            return step  # type: ignore[return-value]
    if chosen == texts_coverage.AUTOMATIC and days > _DAY_DAYS:
        return "week" if days <= _WEEK_DAYS else "month"
    return "day"


def step_in(view: View, chosen: str = texts_coverage.AUTOMATIC) -> Step:
    """`step_of` the period that is looked at."""
    period = period_of(view)
    return step_of(chosen, days_in(period) if period else 0)


def period_of(view: View) -> tuple[date, date] | None:
    """The first and the last day that is looked at; None where nothing has a date."""
    since = view.filters.since or view.choices.first_day
    until = view.filters.until or view.choices.last_day
    return (since, until) if since and until else None


def largest(view: View, by: By) -> list[str]:
    """The series that are drawn by themselves, the largest first."""
    ranked = ask(counts, view.filters, tz=view.tz, by=by, count=view.count)
    return list(ranked[by].head(charts.LARGEST))


def series_colours(view: View, by: By, named: Sequence[str]) -> dict[str, str]:
    """Colours of the series: those of companies, topics and tiers are the same on every page."""
    if by == "company":
        return company_colours(view)
    known = {"topic": view.choices.topics, "tier": view.choices.tiers}.get(by, sorted(named))
    return cycle(known)


def before(view: View, by: By, step: Step, named: Sequence[str]) -> pd.DataFrame | None:
    """[day, count]: the period before on the steps of this one; None where there is none."""
    earlier = figures.filters_before(view)
    if earlier is None:
        return None
    since, until = earlier.since, earlier.until
    later = (until - since).days + 1 if since and until else 0
    frame = ask(
        coverage, earlier, tz=view.tz, by=by, count=view.count, step=step, named=tuple(named),
        later=later,
    )  # fmt: skip
    if frame.empty:
        return None
    return frame.groupby("day")["count"].sum().reset_index()


def ranking(view: View, by: By) -> pd.DataFrame:
    """[`by`, count] of every series, largest first; with [before, change] where there is one."""
    now = ask(counts, view.filters, tz=view.tz, by=by, count=view.count)
    earlier = figures.filters_before(view)
    if earlier is None:
        return now
    both = change(now, ask(counts, earlier, tz=view.tz, by=by, count=view.count), by=by)
    return both.sort_values(["count", by], ascending=[False, True], ignore_index=True)


def chart_key() -> str:
    """The key of the chart: another one after each selection, which then is no more there."""
    return f"coverage_{st.session_state.get('selections', 0)}"


def narrowed(key: str, by: By) -> None:
    """Take what was selected in the chart `key` into the filter bar."""
    days, clicked = selected(st.session_state[key], by=by)
    if clicked and clicked != OTHER:
        narrow({by: [clicked]})
    elif days:
        narrow({}, dates=days)
    else:
        return
    st.session_state["selections"] = st.session_state.get("selections", 0) + 1


def ranking_table(
    frame: pd.DataFrame, by: By, count: str
) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Columns and rows of the largest of `ranking`."""
    columns = [
        {"label": texts_coverage.SERIES[by], "phone": "bare"},
        {"label": count.capitalize(), "align": "right nowrap"},
    ]
    shown = frame.head(_RANKED)
    rows = [[{"text": str(name)}, {"text": f"{now:,}"}]
            for name, now in zip(shown[by], shown["count"], strict=True)]  # fmt: skip
    if "before" in frame:
        columns += [{"label": texts_coverage.BEFORE_COLUMN, "align": "right nowrap"},
                    {"label": texts_coverage.CHANGE_COLUMN, "align": "right nowrap"}]  # fmt: skip
        for row, was, by_how_much in zip(rows, shown["before"], shown["change"], strict=True):
            row += [{"text": f"{was:,}"}, {"text": texts_coverage.relative(by_how_much)}]
    return columns, rows


def days_in(period: tuple[date, date]) -> int:
    """How many days a period has, both ends included."""
    return (period[1] - period[0]) // timedelta(days=1) + 1

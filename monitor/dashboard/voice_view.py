"""The Share of voice page: what is counted, the shares and how they moved, small multiples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import streamlit as st

from monitor.analysis.frames import each
from monitor.analysis.metrics import OTHER, share, share_change
from monitor.dashboard import charts, figures, texts_coverage
from monitor.dashboard.colours import colour_of
from monitor.dashboard.data import ahead, ask, work
from monitor.dashboard.drawing import rows_of
from monitor.dashboard.filters import View
from monitor.filters import Filters
from monitor.store.queries import share_of_voice
from monitor.store.queries.coverage import Count, counts
from monitor.store.queries.versus import Split, versus

NAMED = 6  # companies that stand by themselves in a small chart
_PARTS = 12  # small charts
_ROW = 24  # pixels of a company in one


def choose() -> Split:
    """What the small charts are split by, in the address; and whether only subjects count."""
    kinds = {label: by for by, label in texts_coverage.SHARES_BY.items()}
    how = {label: key for key, label in texts_coverage.COUNTED_HOW.items()}
    # The switch is the filter bar's, so that both say the same.
    subject = "subject" if st.session_state["subject"] else "all"
    st.session_state["counted"] = texts_coverage.COUNTED_HOW[subject]
    with st.container(horizontal=True, vertical_alignment="bottom", key="voice_bar"):
        st.segmented_control(
            texts_coverage.COUNTED, list(how), required=True, key="counted", on_change=_counted
        )
        by = st.segmented_control(
            texts_coverage.SPLIT, list(kinds), default=next(iter(kinds)), required=True,
            key="split", bind="query-params",
        )  # fmt: skip
    return kinds[by]  # type: ignore[return-value]


def _counted() -> None:
    subject = texts_coverage.COUNTED_HOW["subject"]
    st.session_state["subject"] = st.session_state["counted"] == subject


def against(view: View) -> View:
    """The view in which companies stand against each other: one alone stands against all."""
    if len(view.filters.companies) != 1:
        return view
    return replace(view, filters=replace(view.filters, companies=()))


def begin(view: View, by: Split) -> None:
    """Have what the page will ask found meanwhile."""
    ahead(counts, view.filters, tz=view.tz, by=by, count=view.count)
    earlier = figures.filters_before(view)
    if earlier:
        ahead(share_of_voice, earlier, tz=view.tz, count=view.count)


def shares(view: View) -> pd.DataFrame:
    """[company, count, share, before, change] of the whole, largest first; 0..1.

    ``before`` and ``change`` are NaN where there is no period before.
    """
    now = ask(share_of_voice, view.filters, tz=view.tz, count=view.count)
    earlier = figures.filters_before(view)
    before = (
        ask(share_of_voice, earlier, tz=view.tz, count=view.count) if earlier else now.iloc[:0]
    )  # fmt: skip
    return work(share_change, now, before)


def shares_by(view: View, by: Split) -> tuple[pd.DataFrame, int]:
    """[`by`, company, count, share, before, change] of the largest parts, and how many there are.

    Shares are of the part: they sum to 1 in each. Largest part first, then largest company.
    """
    parts = list(ask(counts, view.filters, tz=view.tz, by=by, count=view.count)[by])
    shown = tuple(parts[:_PARTS])
    earlier = figures.filters_before(view)
    if earlier:
        ahead(versus, earlier, tz=view.tz, by=by, count=view.count, parts=shown)

    def within(filters: Filters) -> pd.DataFrame:
        return ask(versus, filters, tz=view.tz, by=by, count=view.count, parts=shown)

    now = within(view.filters)
    return work(_moved, now, within(earlier) if earlier else now.iloc[:0], by), len(parts)


def _moved(now: pd.DataFrame, before: pd.DataFrame, by: Split) -> pd.DataFrame:
    """`shares_by` of the counts of `queries.versus` in both periods."""
    now, before = share(now, within=by), share(before, within=by)
    found = share_change(now, before[before[by].isin(now[by])], within=by)
    found["whole"] = found.groupby(by)["count"].transform("sum")
    found = found.sort_values(["whole", by], ascending=[False, True], kind="stable")
    return found.drop(columns="whole").reset_index(drop=True)


def small_charts(frame: pd.DataFrame, by: Split, view: View, colours: dict[str, str]) -> None:
    """A chart for each part: the same companies, in the same order, on the same axis."""
    parts = work(in_parts, frame, by)
    named = list(parts["company"].unique())
    # Made once, for all that differs is the data: twelve charts took as long as all queries.
    spec = work(
        charts.share_spec, named, colours=colours, count=view.count,
        most=float(parts["share"].max()), height=_ROW * len(named) + _ROW,
    )  # fmt: skip
    grid = st.grid(min_column_width=340, gap="medium", key="parts")
    for number, part in enumerate(work(_each_part, parts, by, count=view.count)):
        with grid.container(gap=None):
            st.text(part.name, width="content")
            st.caption(part.counted)
            st.vega_lite_chart(part.rows, spec, alt=part.words, key=f"part_{number}")


class _Part(NamedTuple):
    """A small chart: what stands above it, its rows, and what it says in words."""

    name: str
    counted: str
    rows: pa.Table
    words: str


def _each_part(parts: pd.DataFrame, by: Split, *, count: Count) -> list[_Part]:
    return [
        _Part(
            name=str(name),
            counted=texts_coverage.counted(int(rows["count"].sum()), count),
            rows=rows_of(charts.labelled(rows.drop(columns=by))),
            words=f"{name}. {charts.share_words(rows, count=count)}",
        )
        for name, rows in parts.groupby(by, sort=False)
    ]


def in_parts(frame: pd.DataFrame, by: Split) -> pd.DataFrame:
    """[`by`, company, count, share, moved]: in each part the same companies in the same order.

    Those with the most in all parts; the others are one, "Other", where a part has them.
    """
    sums = frame.groupby("company")["count"].sum().sort_values(ascending=False)
    named = list(sums.index[:NAMED])
    order = list(dict.fromkeys(frame[by]))
    kept = frame["company"].where(frame["company"].isin(named), OTHER)
    grouped = frame.assign(company=kept).groupby([by, "company"])[["count", "share", "change"]]
    found = grouped.sum(min_count=1)
    there = pd.MultiIndex.from_tuples(
        [(part, company) for part in order
         for company in (*named, OTHER) if company in named or (part, company) in found.index],
        names=[by, "company"],
    )  # fmt: skip
    shown = found.reindex(there)
    moved = [texts_coverage.points(float(value)) for value in shown.pop("change")]
    return shown.fillna(0).assign(moved=moved).reset_index()


def change_note(view: View) -> str:
    """What the change is measured against."""
    earlier = figures.filters_before(view)
    if earlier is None or earlier.since is None or earlier.until is None:
        return texts_coverage.BEFORE_MISSING
    return texts_coverage.against_before(earlier.since, earlier.until)


def share_rows(frame: pd.DataFrame, colours: dict[str, str]) -> list[list[dict[str, Any]]]:
    """One row a company of `shares`, for `SHARE_COLUMNS`."""
    return [
        [
            {"chips": [{"text": row.company, "color": colour_of(row.company, colours)}]},
            {"text": _percent(row.share)},
            {"text": texts_coverage.points(row.change)},
            {"text": _percent(row.before)},
            {"text": f"{row.counted:,}"},
        ]
        for row in each(frame.rename(columns={"count": "counted"}))
    ]


SHARE_COLUMNS: Sequence[dict[str, Any]] = (
    {"label": texts_coverage.VOICE_COLUMNS[0]},
    *({"label": label, "align": "right nowrap"} for label in texts_coverage.VOICE_COLUMNS[1:]),
)


def _percent(value: float) -> str:
    return "–" if value != value else f"{value:.1%}"

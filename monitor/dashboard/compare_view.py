"""The Compare page: which companies, and what of each of them stands side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from monitor.analysis.frames import each
from monitor.dashboard import (
    charts_compare,
    coverage_view,
    figures,
    gaps,
    numbers,
    rows,
    texts_coverage,
)
from monitor.dashboard.colours import colour_of
from monitor.dashboard.components import cards, prose
from monitor.dashboard.data import ahead, ask, desk, work
from monitor.dashboard.drawing import chart_of
from monitor.dashboard.filters import View
from monitor.store.notes import notes
from monitor.store.queries import coverage, share_of_voice
from monitor.store.queries.stories import largest_stories
from monitor.store.queries.versus import Split, profiles, versus

MOST = 5  # companies side by side
_LARGEST = 3  # that are compared where nobody chose
_GROUPS = 7  # topics, outlets
_STORIES = 4


def chosen(view: View) -> tuple[list[str], str]:
    """The companies to compare, and what to say of the choice; the largest where it is too few."""
    asked = list(view.filters.companies)
    if len(asked) >= 2:
        return asked[:MOST], texts_coverage.COMPARE_MOST.format(most=MOST) * (len(asked) > MOST)
    every = replace(view.filters, companies=())
    voice = ask(share_of_voice, every, tz=view.tz, count=view.count)
    others = [name for name in voice["company"] if name not in asked]
    note = texts_coverage.COMPARE_ONE if asked else texts_coverage.COMPARE_NONE
    return (asked + others)[:_LARGEST], note


def of(view: View, names: Sequence[str]) -> View:
    """The view with just these companies."""
    return replace(view, filters=replace(view.filters, companies=tuple(names)))


def begin(view: View) -> None:
    """Have what the page will ask found meanwhile."""
    ahead(profiles, view.filters, tz=view.tz)
    earlier = figures.filters_before(view)
    if earlier is not None:
        ahead(profiles, earlier, tz=view.tz)
    ahead(coverage, view.filters, tz=view.tz, count=view.count, step=coverage_view.step_in(view))
    for by in ("topic", "outlet"):
        ahead(versus, view.filters, tz=view.tz, by=by, count=view.count, most=_GROUPS)
    ahead(largest_stories, view.filters, tz=view.tz, limit=_STORIES)


PROFILE_COLUMNS: Sequence[dict[str, Any]] = (
    {"label": "Company"},
    *({"label": label, "align": "right nowrap"} for label, _ in texts_coverage.FIGURES.values()),
)


def profile_rows(
    now: pd.DataFrame, before: pd.DataFrame | None, names: Sequence[str], colours: dict[str, str]
) -> list[list[dict[str, Any]]]:
    """One row a company of `queries.versus.profiles`, for `PROFILE_COLUMNS`."""
    known, was = _by_company(now), {} if before is None else _by_company(before)
    return [
        [
            {"chips": [{"text": name, "color": colour_of(name, colours)}]},
            *(_counted(known.get(name, {}), was.get(name, {}), column)
              for column in ("mentions", "stories", "outlets")),
            {"text": _salience(known.get(name, {}))[0]},
            {"text": _salience(known.get(name, {}))[1]},
        ]
        for name in names
    ]  # fmt: skip


Profile = dict[str, Any]


def _by_company(frame: pd.DataFrame) -> dict[str, Profile]:
    return {str(row.company): row._asdict() for row in each(frame)}


def _counted(now: Profile, before: Profile, column: str) -> dict[str, str]:
    value, was = now.get(column, 0), before.get(column, 0)
    changed = texts_coverage.relative((value - was) / was) if was else ""
    return {"text": f"{int(value):,}", "sub": changed}


def _salience(known: Profile) -> tuple[str, str]:
    """The part of a company's mentions as a main subject, and its mean salience."""
    if not known.get("mentions"):
        return "–", "–"
    return f"{known['subject'] / known['mentions']:.0%}", f"{100 * known['salience']:.0f}"


def over_time(view: View, names: Sequence[str], colours: dict[str, str], *, today: date) -> None:
    """A line for each company, with its numbers and its picture."""
    step = coverage_view.step_in(view)
    frame = ask(coverage, view.filters, tz=view.tz, count=view.count, step=step)
    title = texts_coverage.per_step(view.count, step)
    if frame.empty:
        st.subheader(title, anchor=False)
        st.caption(texts_coverage.NO_SERIES)
        return
    legend = rows.chips(names, colours, most=len(names))
    numbers.heading(
        title, lambda: numbers.over_time(frame, by="company", step=step), chart="lines",
        name=f"compare_{step}", subtitle=figures.period(view), legend=legend,
    )  # fmt: skip
    drawn = figures.days_down(view, frame, today=today)
    chart = chart_of(
        charts_compare.lines_chart, frame, names=names, colours=colours, tz=view.tz,
        count=view.count, step=step, down=work(gaps.by_day, drawn), notes=notes(desk()),
    )  # fmt: skip
    words = work(charts_compare.lines_words, frame, count=view.count, step=step)
    chart.show(words, key="lines")
    prose(chips=legend, key="legend")
    said = figures.notices(frame, work(gaps.caption, drawn))
    if said:
        st.caption(said)


def groups(view: View, by: Split, names: Sequence[str], whole: pd.Series) -> pd.DataFrame:
    """[`by`, company, count, share] of the largest groups × `names`; parts of `whole`, by name."""
    found = ask(versus, view.filters, tz=view.tz, by=by, count=view.count, most=_GROUPS)
    return work(_filled, found, by, names, whole)


def _filled(found: pd.DataFrame, by: Split, names: Sequence[str], whole: pd.Series) -> pd.DataFrame:
    shown = found.groupby(by)["count"].sum().sort_values(ascending=False, kind="stable").index
    told = zip(found[by], found["company"], found["count"], strict=True)
    known = {(part, company): count for part, company, count in told}
    full = [(part, name, known.get((part, name), 0)) for part in shown for name in names]
    return _parts(pd.DataFrame(full, columns=[by, "company", "count"]), whole)


def prominence(known: pd.DataFrame, names: Sequence[str], whole: pd.Series) -> pd.DataFrame:
    """[place, company, count, share]: how often as a main subject, and where the name stands."""
    found = _by_company(known)
    frame = pd.DataFrame([
        {"place": label, "company": name, "count": int(found.get(name, {}).get(place, 0))}
        for place, label in texts_coverage.PLACES.items() for name in names
    ])  # fmt: skip
    return _parts(frame, whole)


def grouped(
    frame: pd.DataFrame, by: str, names: Sequence[str], colours: dict[str, str], *, title: str,
    count: str, period: str,
) -> None:  # fmt: skip
    """A chart of groups, with its numbers."""
    if frame.empty or not frame["count"].sum():
        st.subheader(title, anchor=False)
        st.caption(texts_coverage.NO_GROUPS)
        return
    numbers.heading(
        title, lambda: frame, chart=f"grouped_{by}", name=f"compare_{by}", subtitle=period,
        legend=rows.chips(names, colours, most=len(names)),
    )  # fmt: skip
    axis = texts_coverage.PART_OF.format(count=count)
    chart = chart_of(
        charts_compare.grouped_chart, frame, by=by, names=names, colours=colours, title=axis,
        count=count,
    )  # fmt: skip
    words = work(charts_compare.grouped_words, frame, by=by, title=title)
    chart.show(words, key=f"grouped_{by}")


def top_stories(view: View, names: Sequence[str], colours: dict[str, str]) -> None:
    """The largest stories of each company, side by side."""
    largest = ask(largest_stories, view.filters, tz=view.tz, limit=_STORIES)
    for column, name in zip(st.columns(len(names), gap="large"), names, strict=True):
        with column:
            prose(chips=rows.chips([name], colours), key=f"stories_of_{name}")
            top = largest[largest["company"] == name]
            cards(rows.story_cards(top, colours=colours, tz=view.tz), key=f"top_{name}")


def companies_before(view: View) -> pd.DataFrame | None:
    """The profiles of the period before; None where there is none."""
    earlier = figures.filters_before(view)
    return None if earlier is None else ask(profiles, earlier, tz=view.tz)


def _parts(frame: pd.DataFrame, whole: pd.Series) -> pd.DataFrame:
    of_all = frame["company"].map(whole).fillna(0)
    return frame.assign(share=(frame["count"] / of_all.where(of_all > 0)).fillna(0.0))

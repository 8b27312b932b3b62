"""The head of a page: its title, the period, downloads, key figures, what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Literal

import pandas as pd
import streamlit as st

from monitor.analysis.metrics import period_before
from monitor.dashboard import texts
from monitor.dashboard.data import ask, reader
from monitor.dashboard.filters import View
from monitor.reports.csv import articles_csv, stories_csv
from monitor.store.queries import Totals, articles, new_since, totals

NEW = 6  # articles shown as new


def heading(
    title: str,
    view: View,
    *,
    articles: int,
    kind: Literal["articles", "stories"] = "articles",
    found: list[int] | None = None,
) -> None:
    """The page's title and period, and the CSV of exactly what the filters show."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        with st.container(gap=None):
            st.title(title, anchor=False)
            st.caption(period(view))
        if articles:
            download(view, kind=kind, found=found)


def download(
    view: View, *, kind: Literal["articles", "stories"], found: list[int] | None = None
) -> None:
    """The button; the file is made when it is clicked."""

    def make() -> bytes:
        write = articles_csv if kind == "articles" else stories_csv
        return b"".join(write(reader(), view.filters, tz=view.tz, found=found))

    label = texts.DOWNLOAD_ARTICLES if kind == "articles" else texts.DOWNLOAD_STORIES
    st.download_button(
        label, make, file_name=f"{kind}{_named(view)}.csv", mime="text/csv", on_click="ignore",
        icon=":material/download:", help=texts.DOWNLOAD_HELP, key=f"download_{kind}",
    )  # fmt: skip


def period(view: View) -> str:
    """``3 Mar – 1 Apr 2025 · times in Europe/Berlin``."""
    zone = f"times in {view.tz.key}"
    since, until = view.filters.since, view.filters.until
    if not since or not until:
        return zone.capitalize()
    start = "" if since == until else f"{_short(since, year=since.year != until.year)} – "
    return f"{start}{_short(until, year=True)} · {zone}"


def key_figures(view: View, total: Totals) -> None:
    """How much there is, and how that compares with the period before."""
    before = _before(view)
    with st.container(horizontal=True, key="figures"):
        for name, help_text in texts.FIGURES.items():
            now = getattr(total, name)
            was = getattr(before, name) if before else 0
            st.metric(
                name.capitalize(),
                f"{now:,}",
                delta=f"{(now - was) / was:+.0%}" if was else None,
                delta_color="off",
                help=help_text + (f" The {texts.PERIOD_BEFORE}: {was:,}." if was else ""),
                width=150,
            )


def whats_new(view: View, *, now: datetime) -> tuple[pd.DataFrame, str]:
    """The articles first seen since yesterday, else those of the last day with any; and a note."""
    yesterday = datetime.combine(now.date() - timedelta(days=1), time.min, tzinfo=view.tz)
    everything = replace(view.filters, since=None, until=None)
    new = ask(new_since, everything, tz=view.tz, since=yesterday, limit=NEW + 1)
    if len(new):
        more = len(new) > NEW
        return new.head(NEW), f"The latest {NEW}" if more else texts.plural(len(new), "article")
    last = ask(articles, replace(view.filters, undated=False), tz=view.tz, limit=1)
    if last.empty or pd.isna(last["dated_at"].iloc[0]):
        return last.head(0), "Nothing new since yesterday."
    day = last["dated_at"].iloc[0].tz_convert(view.tz).date()
    that_day = replace(view.filters, since=day, until=day, undated=False)
    shown = ask(articles, that_day, tz=view.tz, limit=NEW)
    return shown, f"Nothing new since yesterday. The last day with coverage is {texts.day(day)}."


def _before(view: View) -> Totals | None:
    """The totals of the period before, None where it reaches back beyond the data."""
    since, until, first = view.filters.since, view.filters.until, view.choices.first_day
    if not since or not until or not first:
        return None
    start, end = period_before(since, until)
    if start < first:
        return None
    return ask(totals, replace(view.filters, since=start, until=end, undated=False), tz=view.tz)


def _short(day: date, *, year: bool) -> str:
    return f"{day.day} {day:%b %Y}" if year else f"{day.day} {day:%b}"


def _named(view: View) -> str:
    since, until = view.filters.since, view.filters.until
    return f"_{since}_{until}" if since and until else ""

"""The head of a page: its title, the period, downloads, key figures, what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from monitor.analysis.metrics import period_before
from monitor.dashboard import charts, gaps, rows, texts, texts_feeds
from monitor.dashboard.components import prose
from monitor.dashboard.data import ask
from monitor.dashboard.downloads import Download, button
from monitor.dashboard.filters import View
from monitor.filters import Filters
from monitor.store.queries import Totals, articles, totals
from monitor.store.queries import gaps as gaps_of

NEW = 6  # articles shown as new


@dataclass(frozen=True, slots=True)
class News:
    """What is new: the articles shown, a note, and the filters that give all of them."""

    articles: pd.DataFrame
    note: str
    filters: Filters


def heading(title: str, view: View, download: Download | None) -> None:
    """The page's title and period, and the CSV of exactly what the filters show."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        with st.container(gap=None):
            st.title(title, anchor=False)
            st.caption(period(view))
        if download:
            button(download, key="download")


def list_heading(title: str, download: Download, *, key: str) -> None:
    """The title of one list of several on a page, and its CSV."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"list_{key}"):
        st.subheader(title, anchor=False, width="stretch")
        button(download, key=f"download_{key}", type="tertiary")


def period(view: View) -> str:
    """``3 Mar – 1 Apr 2025 · times in Europe/Berlin``."""
    zone = f"times in {view.tz.key}"
    since, until = view.filters.since, view.filters.until
    if not since or not until:
        return zone[0].upper() + zone[1:]
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


def coverage_over_time(
    view: View,
    daily: pd.DataFrame,
    *,
    named: Sequence[str],
    colours: Mapping[str, str],
    today: date,
) -> None:
    """The chart of `queries.coverage` by company, its legend, and days without feeds shaded."""
    down = ask(gaps_of, view.filters, tz=view.tz, today=today)
    drawn = down[down["day"].between(daily["day"].min(), daily["day"].max())]
    chart = charts.coverage_chart(
        daily, named=named, colours=colours, tz=view.tz, count=view.count, down=gaps.by_day(drawn)
    )
    said = gaps.caption(drawn)
    st.altair_chart(
        chart, alt=" ".join(filter(None, (charts.coverage_words(daily, count=view.count), said)))
    )
    series = charts.series_of(daily, named=named)
    shaded = [{"text": texts_feeds.FEEDS_DOWN, "color": charts.SHADE}] if said else []
    prose(chips=[*rows.chips(series, colours, most=len(series)), *shaded], key="legend")
    if said:
        st.caption(texts.verbatim(said))


def whats_new(view: View, *, now: datetime) -> News:
    """The articles first seen since yesterday, else those of the last day with any."""
    yesterday = datetime.combine(now.date() - timedelta(days=1), time.min, tzinfo=view.tz)
    since = replace(view.filters, since=None, until=None, undated=True, seen_since=yesterday)
    new = ask(articles, since, tz=view.tz, limit=NEW + 1, order="new")
    if len(new):
        note = f"The latest {NEW}" if len(new) > NEW else texts.plural(len(new), "article")
        return News(new.head(NEW), note, since)
    last = ask(articles, replace(view.filters, undated=False), tz=view.tz, limit=1)
    if last.empty:
        return News(last, "Nothing new since yesterday.", since)
    day = last["dated_at"].iloc[0].tz_convert(view.tz).date()
    that_day = replace(view.filters, since=day, until=day, undated=False)
    shown = ask(articles, that_day, tz=view.tz, limit=NEW)
    note = f"Nothing new since yesterday. The last day with coverage is {texts.day(day)}."
    return News(shown, note, that_day)


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

"""The head of a page: its title, the period, downloads, key figures, what is new."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from monitor.analysis.metrics import period_before
from monitor.dashboard import charts, gaps, numbers, rows, texts, texts_coverage, texts_feeds
from monitor.dashboard.charts_coverage import BEFORE_LINE, UNSURE_CHIP, coverage_chart
from monitor.dashboard.components import prose
from monitor.dashboard.data import ahead, ask, desk, work
from monitor.dashboard.downloads import Download, button, menu
from monitor.dashboard.drawing import chart_of
from monitor.dashboard.filters import View
from monitor.filters import Filters
from monitor.store.notes import notes
from monitor.store.queries import Totals, articles, totals
from monitor.store.queries import gaps as gaps_of
from monitor.store.queries.coverage import By, Step

NEW = 6  # articles shown as new


@dataclass(frozen=True, slots=True)
class News:
    """What is new: the articles shown, a note, and the filters that give all of them."""

    articles: pd.DataFrame
    note: str
    filters: Filters


def heading(title: str, view: View, download: Download | None) -> None:
    """The page's title and period, and files of exactly what the filters show."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        with st.container(gap=None):
            st.title(title, anchor=False)
            st.caption(period(view))
        if download:
            button(download, key="download")
            menu(download, key="files")


def list_heading(title: str, download: Download, *, key: str) -> None:
    """The title of one list of several on a page, and its CSV."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"list_{key}"):
        st.subheader(title, anchor=False, width="stretch")
        button(download, key=f"download_{key}", look="tertiary")


def period(view: View) -> str:
    """``3 Mar – 1 Apr 2025 · times in Europe/Berlin``."""
    zone = f"times in {view.tz.key}"
    since, until = view.filters.since, view.filters.until
    if not since or not until:
        return zone[0].upper() + zone[1:]
    start = "" if since == until else f"{_short(since, year=since.year != until.year)} – "
    return f"{start}{_short(until, year=True)} · {zone}"


def key_figures_ahead(view: View) -> None:
    """Have what `key_figures` compares with found meanwhile."""
    earlier = filters_before(view)
    if earlier:
        ahead(totals, earlier, tz=view.tz)


def key_figures(view: View, total: Totals, *, without: Sequence[str] = ()) -> None:
    """How much there is, and how that compares with the period before."""
    earlier = filters_before(view)
    before = ask(totals, earlier, tz=view.tz) if earlier else None
    # So that nobody wonders why there are more stories than mentions.
    unnamed = texts.unnamed(total.rows - total.mentions)
    with st.container(horizontal=True, key="figures"):
        for name, help_text in texts.FIGURES.items():
            if name in without:
                continue
            now = getattr(total, name)
            was = getattr(before, name) if before else 0
            st.metric(
                name.capitalize(),
                f"{now:,}",
                delta=f"{(now - was) / was:+.0%}" if was else None,
                delta_color="off",
                help=help_text
                + (unnamed if name in ("mentions", "stories") else "")
                + (f" The {texts.PERIOD_BEFORE}: {was:,}." if was else ""),
                width=150,
            )


def coverage_over_time(
    view: View,
    frame: pd.DataFrame,
    *,
    named: Sequence[str],
    colours: Mapping[str, str],
    today: date,
    by: By = "company",
    step: Step = "day",
    before: pd.DataFrame | None = None,
    key: str | None = None,
    on_select: Callable[[], None] | None = None,
) -> list[rows.Item]:
    """The chart of `queries.coverage`, its legend, the team's notes, days without feeds shaded.

    Returns the legend, as chips.
    `before` is the period before on the same steps; with `on_select` days and series can be
    chosen in the chart, of which `key` then has the state.
    """
    drawn = days_down(view, frame, today=today)
    chart = chart_of(
        coverage_chart, frame, named=named, colours=colours, tz=view.tz, count=view.count, by=by,
        step=step, down=work(gaps.by_day, drawn), before=before, notes=notes(desk()),
        selectable=on_select is not None,
    )  # fmt: skip
    said = work(gaps.caption, drawn)
    words = charts.coverage_words(frame, count=view.count, by=by, step=step)
    chart.show(" ".join(filter(None, (words, said))), key=key, on_select=on_select or "ignore")
    series = charts.series_of(frame, named=named, by=by)
    legend = rows.chips(series, colours, most=len(series))
    if frame["unsure"].any():
        legend.append({"text": texts_coverage.UNSURE, "color": UNSURE_CHIP})
    if before is not None:
        legend.append({"text": texts_coverage.BEFORE_LEGEND, "color": BEFORE_LINE})
    if said:
        legend.append({"text": texts_feeds.FEEDS_DOWN, "color": charts.SHADE})
    prose(chips=legend, key="legend")
    if notice := notices(frame, said):
        st.caption(notice)
    return legend


def titled_coverage(
    view: View, frame: pd.DataFrame, *, title: str, named: Sequence[str],
    colours: Mapping[str, str], today: date, step: Step = "day",
) -> None:  # fmt: skip
    """`coverage_over_time` by company under its title, with its numbers and pictures."""
    head = st.container()
    legend = coverage_over_time(
        view, frame, named=named, colours=colours, today=today, step=step, key="over_time"
    )
    with head:
        numbers.heading(
            title, lambda: numbers.over_time(frame, by="company", step=step), chart="over_time",
            name=f"coverage_{step}", subtitle=period(view), legend=legend,
        )  # fmt: skip


def notices(frame: pd.DataFrame, down: str) -> str:
    """What to know of a chart of `queries.coverage`: feeds that were `down`, uncertain dates.

    `down` is as `gaps.caption` has it.
    """
    said = [texts.verbatim(down)]
    if unsure := int(frame["unsure"].sum()):
        share = texts_feeds.percent(unsure / int(frame["count"].sum()))
        said.append(texts_coverage.UNSURE_HELP.format(share=share))
    return " ".join(filter(None, said))


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


def days_down(view: View, frame: pd.DataFrame, *, today: date) -> pd.DataFrame:
    """The days of `frame`, of `queries.coverage`, on which feeds were down (`queries.gaps`)."""
    down = ask(gaps_of, _followed(view), today=today, least=gaps.LEAST)
    return down[down["day"].between(frame["day"].min(), frame["day"].max())]


def _followed(view: View) -> Filters:
    """What of the filters says which feeds were asked, and when: the same for every company."""
    f, known = view.filters, view.choices
    return Filters(
        outlets=f.outlets, languages=f.languages, sample=f.sample,
        since=max(filter(None, (f.since, known.first_day)), default=None),
        until=min(filter(None, (f.until, known.last_day)), default=None),
    )  # fmt: skip


def filters_before(view: View) -> Filters | None:
    """The filters of the period before, None where it reaches back beyond the data."""
    since, until, first = view.filters.since, view.filters.until, view.choices.first_day
    if not since or not until or not first:
        return None
    start, end = period_before(since, until)
    if start < first:
        return None
    return replace(view.filters, since=start, until=end, undated=False)


def _short(day: date, *, year: bool) -> str:
    return f"{day.day} {day:%b %Y}" if year else f"{day.day} {day:%b}"

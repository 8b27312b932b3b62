"""Coverage: how much was written when, split as one likes, against the period before."""

from datetime import datetime

import streamlit as st

from monitor.dashboard import (
    coverage_view,
    figures,
    frame,
    notes_view,
    numbers,
    rows,
    texts,
    texts_coverage,
)
from monitor.dashboard.components import cards, table
from monitor.dashboard.data import ahead, ask
from monitor.dashboard.downloads import articles_download, stories_download
from monitor.dashboard.filters import current_view
from monitor.store.queries import coverage, stories, totals

view = current_view()
f, tz, now = view.filters, view.tz, datetime.now(view.tz)
figures.key_figures_ahead(view)
ahead(stories, f, tz=tz, order="size", limit=6)
total = ask(totals, f, tz=tz)
figures.heading(texts_coverage.COVERAGE, view, articles_download(view) if total.articles else None)
if not total.articles:
    frame.nothing(view)
    st.stop()
figures.key_figures(view, total)
by, chosen, compare = coverage_view.choose()
period = coverage_view.period_of(view)
step = coverage_view.step_in(view, chosen)
named = coverage_view.largest(view, by)
shades = coverage_view.series_colours(view, by, named)
over_time = ask(coverage, f, tz=tz, by=by, count=view.count, step=step, named=tuple(named))
before = coverage_view.before(view, by, step, named) if compare else None

title = texts_coverage.per_step(view.count, step)
st.subheader(title, anchor=False)
if chosen == texts_coverage.STEPS["hour"] != texts_coverage.STEPS[step]:
    st.caption(texts_coverage.HOURS_TOO_LONG.format(days=coverage_view.HOUR_DAYS))
if compare and before is None:
    st.caption(texts_coverage.BEFORE_MISSING)
if over_time.empty or period is None:
    st.caption(texts_coverage.NO_SERIES if total.undated else texts_coverage.NO_BY[by])
else:
    key = coverage_view.chart_key()
    legend = figures.coverage_over_time(
        view, over_time, named=named, colours=shades, today=now.date(), by=by, step=step,
        before=before, key=key, on_select=lambda: coverage_view.narrowed(key, by),
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", key="under_chart"):
        st.caption(texts_coverage.SELECT_HELP, width="stretch")
        numbers.tools(
            title, lambda: numbers.over_time(over_time, by=by, step=step, before=before),
            chart=key, name=f"coverage_{by}_{step}", subtitle=figures.period(view), legend=legend,
        )  # fmt: skip
        notes_view.adding(period[1])
    notes_view.listed(*period, tz=tz)
if total.undated:
    st.caption(texts.undated_note(total.undated))

left, right = st.columns([5, 3], gap="large")
with left:
    figures.list_heading(texts_coverage.TOP_STORIES, stories_download(view), key="top_heading")
    top = ask(stories, f, tz=tz, order="size", limit=6)
    cards(rows.story_cards(top, colours=frame.colours(view), tz=tz), key="top")
with right:
    ranked = coverage_view.ranking(view, by)
    with st.container(horizontal=True, vertical_alignment="center", key="list_ranking"):
        st.subheader(texts_coverage.SERIES[by], anchor=False, width="stretch")
        numbers.button(
            lambda: ranked,
            title=texts_coverage.SERIES[by],
            name=f"coverage_by_{by}",
            key="ranking_numbers",
        )
    columns, lines = coverage_view.ranking_table(ranked, by, view.count)
    table(columns, lines, label=texts_coverage.SERIES[by], key="ranking", stack=False)

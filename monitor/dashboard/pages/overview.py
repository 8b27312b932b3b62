"""Overview: how much was written, by whom about whom, what is new, the largest stories."""

from dataclasses import replace
from datetime import datetime

import streamlit as st

from monitor.dashboard import charts, figures, frame, rows, texts
from monitor.dashboard.components import cards, prose
from monitor.dashboard.data import ask
from monitor.dashboard.filters import current_view
from monitor.store.queries import coverage, share_of_voice, stories, totals

view = current_view()
f, tz = view.filters, view.tz
total = ask(totals, f, tz=tz)
figures.heading(texts.OVERVIEW, view, articles=total.articles)
if not total.articles:
    frame.nothing(view)
    st.stop()
figures.key_figures(view, total)
shades = frame.colours(view)

left, right = st.columns([5, 3], gap="large")
with left:
    daily = ask(coverage, f, tz=tz, count=view.count)
    st.subheader(f"{view.count.capitalize()} per day", anchor=False)
    if daily.empty:
        st.caption(texts.NO_CHART)
    else:
        chart = charts.coverage_chart(daily, colours=shades, tz=tz, count=view.count)
        st.altair_chart(chart, alt=charts.coverage_words(daily, count=view.count))
        prose(chips=rows.chips(charts.series_of(daily), shades, most=9), key="legend")
    if total.undated:
        st.caption(texts.undated_note(total.undated))
with right:
    alone = len(f.companies) == 1
    voice = ask(share_of_voice, replace(f, companies=()) if alone else f, tz=tz, count=view.count)
    st.subheader("Share of voice", anchor=False)
    if voice.empty:
        st.caption(texts.NO_CHART)
    else:
        shares = charts.share_chart(voice, colours=shades, count=view.count)
        st.altair_chart(shares, alt=charts.share_words(voice, count=view.count))
    if alone:
        st.caption(texts.AGAINST_ALL)

left, right = st.columns(2, gap="large")
with left:
    st.subheader("Top stories", anchor=False)
    top = ask(stories, f, tz=tz, order="size", limit=6)
    cards(rows.story_cards(top, colours=shades, tz=tz), key="top")
with right:
    st.subheader("New since yesterday", anchor=False)
    new, note = figures.whats_new(view, now=datetime.now(tz))
    st.caption(note)
    cards(rows.article_cards(new, colours=shades, tz=tz), key="new")

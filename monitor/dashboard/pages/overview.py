"""Overview: how much was written, by whom about whom, what is new, the largest stories."""

from dataclasses import replace
from datetime import datetime

import streamlit as st

from monitor.dashboard import charts, figures, frame, numbers, rows, texts, texts_coverage
from monitor.dashboard.components import cards
from monitor.dashboard.data import ahead, ask
from monitor.dashboard.downloads import articles_download, new_download, stories_download
from monitor.dashboard.drawing import chart_of
from monitor.dashboard.filters import current_view
from monitor.store.queries import coverage, share_of_voice, stories, totals

view = current_view()
f, tz, now = view.filters, view.tz, datetime.now(view.tz)
alone = len(f.companies) == 1
against = replace(f, companies=()) if alone else f
figures.key_figures_ahead(view)
ahead(coverage, f, tz=tz, count=view.count)
ahead(share_of_voice, against, tz=tz, count=view.count)
ahead(stories, f, tz=tz, order="size", limit=6)
total = ask(totals, f, tz=tz)
figures.heading(texts.OVERVIEW, view, articles_download(view) if total.articles else None)
if not total.articles:
    frame.nothing(view)
    st.stop()
figures.key_figures(view, total)
shades = frame.colours(view)

daily = ask(coverage, f, tz=tz, count=view.count)
voice = ask(share_of_voice, against, tz=tz, count=view.count)

left, right = st.columns([5, 3], gap="large")
with left:
    title = texts_coverage.per_step(view.count, "day")
    if daily.empty:
        st.subheader(title, anchor=False)
        st.caption(texts.NO_CHART)
    else:
        named = charts.largest(voice, drawn=daily)
        figures.titled_coverage(
            view, daily, title=title, named=named, colours=shades, today=now.date()
        )
    if total.undated:
        st.caption(texts.undated_note(total.undated))
with right:
    if voice.empty:
        st.subheader(texts_coverage.VOICE, anchor=False)
        st.caption(texts.NO_CHART)
    else:
        numbers.heading(texts_coverage.VOICE, lambda: voice, chart="voice_chart",
                        name="share_of_voice", subtitle=figures.period(view))  # fmt: skip
        shares = chart_of(
            charts.share_chart, voice, colours=shades, count=view.count, chosen=f.companies
        )
        words = charts.share_words(voice, count=view.count, chosen=f.companies)
        shares.show(words, key="voice_chart")
    if alone:
        st.caption(texts.AGAINST_ALL)

left, right = st.columns(2, gap="large")
with left:
    figures.list_heading("Top stories", stories_download(view), key="top_heading")
    top = ask(stories, f, tz=tz, order="size", limit=6)
    cards(rows.story_cards(top, colours=shades, tz=tz), key="top")
with right:
    news = figures.whats_new(view, now=now)
    figures.list_heading("New since yesterday", new_download(news.filters), key="new_heading")
    st.caption(news.note)
    cards(rows.article_cards(news.articles, colours=shades, tz=tz), key="new")

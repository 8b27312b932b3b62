"""Today: what is new, what is unusual, which headlines were changed."""

from dataclasses import replace
from datetime import datetime

import streamlit as st

from monitor.dashboard import figures, frame, rows, texts, texts_today, today
from monitor.dashboard.components import cards
from monitor.dashboard.data import ask
from monitor.dashboard.downloads import new_download, stories_download
from monitor.dashboard.filters import current_view
from monitor.store.queries import articles, changed_headlines, stories, totals, unusual

view = current_view()
tz, now = view.tz, datetime.now(view.tz)
if not view.choices.outlets:
    st.title(texts_today.TODAY, anchor=False)
    frame.nothing(view)
    st.stop()
head = st.container()
back = today.reach(view, now)
new = replace(view, filters=back.filters)
shades = frame.colours(view)
total = ask(totals, new.filters, tz=tz)
with head:
    today.heading(back, new_download(new.filters) if total.articles else None)
changed = ask(changed_headlines, back.anytime, since=back.since, tz=tz)
alarms = ask(unusual, back.anytime, tz=tz, until=back.until, days=back.days)
today.key_figures(total, unusual=len(alarms), changed=len(changed))
today.missing_feeds()

left, right = st.columns(2, gap="large")
with left:
    st.subheader(texts_today.UNUSUAL, anchor=False, help=texts_today.UNUSUAL_HELP)
    if alarms:
        cards(today.unusual_cards(alarms, shades), key="unusual")
    else:
        st.caption(texts_today.UNUSUAL_NONE)
    figures.list_heading(texts_today.STORIES, stories_download(new), key="stories")
    top = ask(stories, new.filters, tz=tz, order="size", limit=6)
    cards(rows.story_cards(top, colours=shades, tz=tz), key="top")
with right:
    st.subheader(texts_today.CHANGED, anchor=False)
    if len(changed):
        cards(today.changed_cards(changed, shades, tz), key="changed")
    else:
        st.caption(texts_today.CHANGED_NONE)
    st.subheader(texts_today.ARTICLES, anchor=False)
    latest = ask(articles, new.filters, tz=tz, order="new", limit=8)
    if latest.empty:
        st.caption(texts.NO_ROWS)
    cards(rows.article_cards(latest, colours=shades, tz=tz), key="latest")

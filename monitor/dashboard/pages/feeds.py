"""Feeds: how each of them is, in plain words, and what the last passes did."""

from datetime import UTC, datetime

import streamlit as st

from monitor.dashboard import frame, rows, texts
from monitor.dashboard.components import table
from monitor.dashboard.data import ask, config, sample_removed
from monitor.store.queries import feeds, passes

tz, now = config().tz, datetime.now(UTC)
shown = ask(feeds, tz=tz, sample=not sample_removed())
done = ask(passes, tz=tz)
last = done[done["kind"] != "sample"]
with st.container(gap=None):
    st.title(texts.FEEDS, anchor=False)
    st.caption(texts.last_pass(last.iloc[0] if len(last) else None, tz, now))
if shown.empty:
    frame.empty(texts.NO_FEEDS, texts.NO_FEEDS_DO, icon=":material/rss_feed:")
    st.stop()
states = shown["state"].value_counts()
with st.container(horizontal=True, key="figures"):
    for state, (label, help_text) in texts.FEED_STATES.items():
        st.metric(label, f"{states.get(state, 0):,}", help=help_text, width=150)
table(rows.FEED_COLUMNS, rows.feed_rows(shown, tz=tz, now=now), label=texts.FEEDS, key="feeds")

"""Feeds: how each of them is, in plain words, and what the last passes did."""

from datetime import UTC, datetime

import streamlit as st

from monitor.dashboard import downloads, frame, rows, texts
from monitor.dashboard.components import table
from monitor.dashboard.data import ask, config, sample_removed
from monitor.store.queries import feeds, passes

tz, now = config().tz, datetime.now(UTC)
shown = ask(feeds, tz=tz, sample=not sample_removed())
done = ask(passes, tz=tz)
last = done[done["kind"] != "sample"]
with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
    with st.container(gap=None):
        st.title(texts.FEEDS, anchor=False)
        st.caption(texts.last_pass(last.iloc[0] if len(last) else None, tz, now))
    if len(shown):
        downloads.button(downloads.feeds_download(), key="download")
if shown.empty:
    frame.empty(texts.NO_FEEDS, texts.NO_FEEDS_DO, icon=":material/rss_feed:")
    st.stop()
offline = rows.offline(shown)
if offline:
    st.warning(f"**{texts.OFFLINE}.** {texts.OFFLINE_DO}", icon=":material/wifi_off:")
states = shown["state"].value_counts()
with st.container(horizontal=True, key="figures"):
    for state, (label, help_text) in texts.FEED_STATES.items():
        st.metric(label, f"{states.get(state, 0):,}", help=help_text, width=150)
lines = rows.feed_rows(shown, tz=tz, now=now, advise=not offline)
table(rows.FEED_COLUMNS, lines, label=texts.FEEDS, key="feeds")

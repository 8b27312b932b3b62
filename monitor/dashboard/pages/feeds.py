"""Feeds: how each of them is, worst first; opened with ``?feed=ID``, one feed day by day."""

from datetime import UTC, datetime

import streamlit as st

from monitor.dashboard import downloads, feed_rows, feed_view, frame, texts, texts_feeds
from monitor.dashboard.components import prose, table
from monitor.dashboard.data import ask, config, sample_removed
from monitor.store.queries import feed_days, feeds_and_health, passes

_PAGE = 50

tz, now = config().tz, datetime.now(UTC)
by = feed_view.answers_by(now)
known = ask(feeds_and_health, now=by, tz=tz, sample=not sample_removed())
feed_id = frame.opened("feed")
if feed_id is not None:
    feed_view.draw(known[known["feed_id"] == feed_id], now=now)
    st.stop()

done = ask(passes, tz=tz)
last = done[done["kind"] == "ingest"]
with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
    with st.container(gap=None):
        st.title(texts.FEEDS, anchor=False)
        st.caption(texts_feeds.last_pass(last.iloc[0] if len(last) else None, tz, now))
        prose(key="add", more={"to": "watchlist?new=feed", "text": texts.ADD["feed"]})
    if len(known):
        downloads.button(downloads.feeds_download(), key="download")
if known.empty:
    frame.empty(texts_feeds.NO_FEEDS, texts_feeds.NO_FEEDS_DO, icon=":material/rss_feed:")
    st.stop()
offline = feed_rows.offline(known)
if offline:
    st.warning(f"**{texts_feeds.OFFLINE}.** {texts_feeds.OFFLINE_DO}", icon=":material/wifi_off:")
elif feed_rows.stopped(known, now):
    st.warning(f"**{texts_feeds.STOPPED}.** {texts_feeds.STOPPED_DO}", icon=":material/pause:")
feed_view.figures_of(known)
state, words = feed_view.choose()
shown = feed_rows.chosen(feed_rows.worst_first(known), state=state, words=words)
st.caption(texts_feeds.shown_of(len(shown), len(known)))
if shown.empty:
    frame.empty(texts_feeds.NO_FEED_HERE, texts_feeds.NO_FEED_HERE_DO, icon=":material/search_off:")
    st.stop()
below = st.container()
offset = frame.page_offset(len(shown), _PAGE, key="feeds_page")
with below:
    page = shown.iloc[offset : offset + _PAGE]
    days = ask(feed_days, tuple(page["feed_id"]), now=by, tz=tz)
    lines = feed_rows.feed_rows(page, days, now=now, advise=not offline)
    table(feed_rows.COLUMNS, lines, label=texts.FEEDS, key="feeds")

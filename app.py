"""The dashboard: page config and navigation. `python -m monitor up` serves it."""

import streamlit as st

from monitor.dashboard import frame, saved_views, texts, texts_today

feeds = st.Page("monitor/dashboard/pages/feeds.py", title=texts.FEEDS, url_path="feeds")
watchlist = st.Page(
    "monitor/dashboard/pages/watchlist.py", title=texts.WATCHLIST, url_path="watchlist"
)
today = st.Page("monitor/dashboard/pages/today.py", title=texts_today.TODAY, default=True)
page = st.navigation(
    [
        today,
        st.Page("monitor/dashboard/pages/overview.py", title=texts.OVERVIEW, url_path="overview"),
        st.Page("monitor/dashboard/pages/stories.py", title=texts.STORIES, url_path="stories"),
        st.Page("monitor/dashboard/pages/articles.py", title=texts.ARTICLES, url_path="articles"),
        feeds,
        watchlist,
    ],
    position="top",
)
st.set_page_config(page_title=f"{page.title} · {texts.NAME}", page_icon=frame.MARK, layout="wide")
saved_views.go()
filtered = page not in (feeds, watchlist)
if frame.ready(page.url_path or "today", filtered=filtered, dated=page != today):
    page.run()

"""The dashboard: page config and navigation. `python -m monitor up` serves it."""

import streamlit as st

from monitor.dashboard import frame, texts, texts_coverage, texts_outlets

feeds = st.Page("monitor/dashboard/pages/feeds.py", title=texts.FEEDS, url_path="feeds")
watchlist = st.Page(
    "monitor/dashboard/pages/watchlist.py", title=texts.WATCHLIST, url_path="watchlist"
)
page = st.navigation(
    [
        st.Page("monitor/dashboard/pages/overview.py", title=texts.OVERVIEW, default=True),
        st.Page(
            "monitor/dashboard/pages/coverage.py",
            title=texts_coverage.COVERAGE,
            url_path="coverage",
        ),
        st.Page("monitor/dashboard/pages/voice.py", title=texts_coverage.VOICE, url_path="voice"),
        st.Page(
            "monitor/dashboard/pages/compare.py", title=texts_coverage.COMPARE, url_path="compare"
        ),
        st.Page("monitor/dashboard/pages/stories.py", title=texts.STORIES, url_path="stories"),
        st.Page("monitor/dashboard/pages/articles.py", title=texts.ARTICLES, url_path="articles"),
        st.Page(
            "monitor/dashboard/pages/outlets.py", title=texts_outlets.OUTLETS, url_path="outlets"
        ),
        feeds,
        watchlist,
    ],
    position="top",
)
st.set_page_config(page_title=f"{page.title} · {texts.NAME}", page_icon=frame.MARK, layout="wide")
if frame.ready(page.title, filtered=page not in (feeds, watchlist)):
    page.run()

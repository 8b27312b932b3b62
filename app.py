"""The dashboard: page config and navigation. `python -m monitor up` serves it."""

import streamlit as st

from monitor.dashboard import (
    frame,
    texts,
    texts_alerts,
    texts_reports,
    texts_today,
)
from monitor.dashboard.texts_coverage import COMPARE, COVERAGE, VOICE

TITLES = {
    "today": texts_today.TODAY, "overview": texts.OVERVIEW, "coverage": COVERAGE, "voice": VOICE,
    "compare": COMPARE, "stories": texts.STORIES, "articles": texts.ARTICLES,
    "outlets": texts.OUTLETS, "feeds": texts.FEEDS, "watchlist": texts.WATCHLIST,
    "reports": texts_reports.REPORTS, "alerts": texts_alerts.ALERTS,
}  # fmt: skip
FIRST = "today"

pages = {
    name: st.Page(
        f"monitor/dashboard/pages/{name}.py", title=title,
        url_path=None if name == FIRST else name, default=name == FIRST,
    )
    for name, title in TITLES.items()
}  # fmt: skip
page = st.navigation(list(pages.values()), position="top")
st.set_page_config(page_title=f"{page.title} · {texts.NAME}", page_icon=frame.MARK, layout="wide")
name = next(name for name, found in pages.items() if found == page)
filtered = name not in ("feeds", "watchlist", "alerts")
if frame.ready(name, filtered=filtered, dated=name not in (FIRST, "reports")):
    page.run()

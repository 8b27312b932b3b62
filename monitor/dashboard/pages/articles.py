"""Articles: search and list; opened with ``?article=ID``, its text and why it is tagged."""

from dataclasses import replace

import streamlit as st

from monitor.dashboard import article_view, figures, frame, rows, texts
from monitor.dashboard.components import table
from monitor.dashboard.data import ask
from monitor.dashboard.filters import View, filter_bar
from monitor.store.queries import articles, count_articles

_PAGE = 100

article_id = frame.opened("article")
if article_id is not None:
    article_view.draw(article_id)
    st.stop()

bar = filter_bar()
head = st.container()
query = st.text_input(
    "Search", key="q", bind="query-params", type="search", icon=":material/search:", max_chars=1000,
    placeholder=texts.SEARCH_EXAMPLE, help=texts.SEARCH_HELP, label_visibility="collapsed",
)  # fmt: skip
found = frame.searched(query or "")
searching = found is not None
view = View(
    replace(bar.filters, query=query or "" if searching else ""), bar.count, bar.tz, bar.choices
)
total = ask(count_articles, view.filters, tz=view.tz, found=found)
with head:
    figures.heading(texts.ARTICLES, view, articles=total, found=found)
if not total:
    if searching:
        frame.empty(texts.NO_HITS, texts.NO_HITS_DO, icon=":material/search_off:")
    else:
        frame.nothing(view)
    st.stop()
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(texts.plural(total, "article"), width="stretch")
    order = st.segmented_control(
        "Order", list(texts.ARTICLE_ORDERS), default="Newest", required=True, key="order",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
below = st.container()
offset = frame.page_offset(total, _PAGE, key="page")
with below:
    shown = ask(
        articles, view.filters, tz=view.tz, found=found, limit=_PAGE, offset=offset,
        order=texts.ARTICLE_ORDERS[order],
    )  # fmt: skip
    lines = rows.article_rows(shown, colours=frame.colours(view), tz=view.tz)
    frame.follow(table(rows.ARTICLE_COLUMNS, lines, label=texts.ARTICLES, key="articles"))

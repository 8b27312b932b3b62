"""Articles: search and list; opened with ``?article=ID``, its text and why it is tagged."""

from dataclasses import replace

import streamlit as st

from monitor.dashboard import article_view, figures, frame, rows, texts
from monitor.dashboard.components import table
from monitor.dashboard.data import MOST_FOUND, ask, find
from monitor.dashboard.downloads import articles_download
from monitor.dashboard.filters import current_view
from monitor.errors import QueryError
from monitor.store.queries import articles, count_articles

_PAGE = 100

article_id = frame.opened("article")
if article_id is not None:
    article_view.draw(article_id)
    st.stop()

bar = current_view()
head = st.container()
query = st.text_input(
    "Search", key="q", bind="query-params", type="search", icon=":material/search:", max_chars=1000,
    placeholder=texts.SEARCH_EXAMPLE, help=texts.SEARCH_HELP, label_visibility="collapsed",
)  # fmt: skip
view, found = bar, None
if query and query.strip():
    try:
        found = find(query)
    except QueryError as error:
        with head:
            figures.heading(texts.ARTICLES, bar, None)
        frame.explain(error)
        st.stop()
    frame.slips(query, bar)
    view = replace(bar, filters=replace(bar.filters, query=query))
cut = found is not None and len(found) >= MOST_FOUND
total = ask(count_articles, view.filters, tz=view.tz, found=found)
with head:
    file = articles_download(view) if total else None
    figures.heading(texts.ARTICLES, view, file)
if not total:
    if found is not None:
        todo = texts.SEARCH_CUT if cut else texts.NO_HITS_DO
        frame.empty(texts.NO_HITS, todo, icon=":material/search_off:")
    else:
        frame.nothing(view)
    st.stop()
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(texts.plural(total, "article"), width="stretch")
    order = st.segmented_control(
        "Order", list(texts.ARTICLE_ORDERS), default="Newest", required=True, key="articles_order",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
if cut:
    st.caption(texts.SEARCH_CUT)
below = st.container()
offset = frame.page_offset(total, _PAGE, key="articles_page")
with below:
    shown = ask(
        articles, view.filters, tz=view.tz, found=found, limit=_PAGE, offset=offset,
        order=texts.ARTICLE_ORDERS[order],
    )  # fmt: skip
    lines = rows.article_rows(shown, colours=frame.colours(view), tz=view.tz)
    table(rows.ARTICLE_COLUMNS, lines, label=texts.ARTICLES, key="articles")

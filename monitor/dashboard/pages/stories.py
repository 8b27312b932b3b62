"""Stories: the list; opened with ``?story=ID``, all its articles and two copies side by side."""

import streamlit as st

from monitor.dashboard import figures, frame, rows, story_view, texts
from monitor.dashboard.components import cards
from monitor.dashboard.data import ask
from monitor.dashboard.downloads import stories_download
from monitor.dashboard.filters import current_view
from monitor.store.queries import stories, totals

_PAGE = 20

story_id = frame.opened("story")
if story_id is not None:
    story_view.draw(story_id)
    st.stop()

view = current_view()
total = ask(totals, view.filters, tz=view.tz).stories
figures.heading(texts.STORIES, view, stories_download(view) if total else None)
if not total:
    frame.nothing(view)
    st.stop()
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(texts.plural(total, "story", "stories"), width="stretch")
    order = st.segmented_control(
        "Order", texts.STORY_ORDERS, default=texts.STORY_ORDERS[0], required=True,
        key="stories_order", bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
below = st.container()
offset = frame.page_offset(total, _PAGE, key="stories_page")
with below:
    shown = ask(
        stories, view.filters, tz=view.tz, limit=_PAGE, offset=offset,
        order="size" if order == texts.STORY_ORDERS[1] else "recent",
    )  # fmt: skip
    items = rows.story_cards(shown, colours=frame.colours(view), tz=view.tz)
    cards(items, key="stories", columns=2)

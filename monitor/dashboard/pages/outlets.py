"""Outlets: who writes about the companies; opened with ``?outlet_id=ID`` or ``?byline=NAME``."""

import streamlit as st

from monitor.dashboard import frame, outlet_view, texts_outlets
from monitor.dashboard.data import ask
from monitor.dashboard.filters import current_view
from monitor.store.queries import count_articles

view = current_view()
outlet_id = frame.opened("outlet_id")
byline = st.query_params.get("byline")
if outlet_id is not None:
    outlet_view.draw_outlet(view, outlet_id)
    st.stop()
if byline:
    outlet_view.draw_byline(view, byline)
    st.stop()

head = st.container()
if not ask(count_articles, view.filters, tz=view.tz):
    with head:
        outlet_view.heading(view)
    frame.nothing(view)
    st.stop()
who, words = outlet_view.choose()
with head:
    outlet_view.heading(view, who, words)
if who == texts_outlets.OUTLETS:
    outlet_view.list_outlets(view, words)
else:
    outlet_view.list_bylines(view, words)

"""Watchlist: what is watched; change an entry, and see first what that does to history."""

import streamlit as st

from monitor.dashboard import frame, texts, texts_watchlist, watchlist_form, watchlist_rows
from monitor.dashboard.components import prose, table
from monitor.dashboard.data import ask, config
from monitor.store.queries.watched import tag_counts

editing, new = st.query_params.get("edit"), st.query_params.get("new")
if editing or new in texts.SECTIONS:
    watchlist_form.draw(new or st.query_params.get("kind", "company"), editing)
    st.stop()

if saved := st.session_state.get(watchlist_form.JUST_SAVED):
    with st.container(key="saved"):
        prose(key="saved_entry", more=texts_watchlist.coverage_of(*saved, saved=True))
frame.retagging()
with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
    st.title(texts.WATCHLIST, anchor=False)
said = list(texts.SECTIONS.values())
with st.container(horizontal=True, vertical_alignment="center", key="watchlist_bar"):
    shown = st.segmented_control(
        texts.WATCHLIST, said, required=True, key="section", bind="query-params",
        # Saving an entry chooses its section, and Streamlit warns of a default beside that.
        default=None if "section" in st.session_state else said[0], label_visibility="collapsed",
    )  # fmt: skip
    section = next(key for key, label in texts.SECTIONS.items() if label == shown)
    prose(key="add", more={"to": f"watchlist?new={section}", "text": texts.ADD[section]})
columns, lines = watchlist_rows.of(section, config(), ask(tag_counts))
if lines:
    table(columns, lines, label=texts.SECTIONS[section], key=f"watchlist_{section}")
else:
    frame.empty(texts.NONE_WATCHED, texts.NONE_WATCHED_DO, icon=":material/playlist_add:")

"""Watchlist: what is watched; change it, and see first what that does."""

import streamlit as st

from monitor.dashboard import texts

st.title(texts.WATCHLIST, anchor=False)

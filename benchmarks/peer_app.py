"""The overview as dashboards are often written: every row in pandas, grouped in the script.

Run by `benchmarks.dashboard` as Streamlit runs it; MONITOR_DATA names the data folder.
"""

import os
from datetime import date, timedelta
from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st

from monitor.store.folder import DataFolder
from monitor.store.reader import Reader


@st.cache_data(show_spinner=False)
def load() -> pd.DataFrame:
    """One row an article × company."""
    reader = Reader.open(DataFolder(Path(os.environ["MONITOR_DATA"])))
    rows = reader.frame(
        """
        SELECT a.article_id, a.title, a.story_id, a.dated_at, o.name AS outlet, c.name AS company
        FROM article a JOIN outlet o USING (outlet_id)
        LEFT JOIN mention m USING (article_id) LEFT JOIN company c USING (company_id)
        """
    )
    rows["day"] = (
        rows["dated_at"].dt.tz_convert("Europe/Berlin").dt.tz_localize(None).dt.normalize()
    )
    return rows


rows = load()
companies = st.multiselect("Companies", sorted(rows["company"].dropna().unique()), key="company")
last = date(2025, 12, 31)
since, until = st.date_input("Dates", (last - timedelta(days=29), last), key="dates")
part = rows[(rows["day"] >= pd.Timestamp(since)) & (rows["day"] <= pd.Timestamp(until))]
own = part[part["company"].isin(companies)] if companies else part
st.metric("Articles", own["article_id"].nunique())
st.metric("Stories", own["story_id"].nunique())
st.metric("Outlets", own["outlet"].nunique())
daily = own.groupby(["day", "company"]).size().reset_index(name="count")
st.altair_chart(alt.Chart(daily).mark_bar().encode(x="day:T", y="count:Q", color="company:N"))
voice = part.groupby("company").size().nlargest(10).reset_index(name="count")
st.altair_chart(alt.Chart(voice).mark_bar().encode(x="count:Q", y="company:N"))
top = own.groupby("story_id").size().nlargest(6)
st.dataframe(own[own["story_id"].isin(top.index)].drop_duplicates("story_id")[["title", "outlet"]])
st.dataframe(own.sort_values("dated_at", ascending=False).head(6)[["title", "outlet"]])

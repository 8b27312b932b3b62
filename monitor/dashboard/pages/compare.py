"""Compare: companies side by side, over time, by topic and outlet, how prominently, in stories."""

from datetime import datetime

import streamlit as st

from monitor.dashboard import compare_view, figures, frame, texts_coverage
from monitor.dashboard.components import table
from monitor.dashboard.data import ask, work
from monitor.dashboard.downloads import articles_download
from monitor.dashboard.filters import current_view
from monitor.store.queries import totals
from monitor.store.queries.versus import profiles

bar = current_view()
names, note = compare_view.chosen(bar)
view = compare_view.of(bar, names)
compare_view.begin(view)
total = ask(totals, view.filters, tz=bar.tz)
figures.heading(texts_coverage.COMPARE, view, articles_download(view) if total.articles else None)
if not total.articles:
    frame.nothing(bar)
    st.stop()
if len(names) < 2:
    frame.empty(texts_coverage.COMPARE_TOO_FEW, texts_coverage.COMPARE_TOO_FEW_DO,
                icon=":material/compare_arrows:")  # fmt: skip
    st.stop()
if note:
    st.caption(note)
shades = frame.colours(view)
known = ask(profiles, view.filters, tz=view.tz)
before = compare_view.companies_before(view)
lines = work(compare_view.profile_rows, known, before, names, shades)
table(
    compare_view.PROFILE_COLUMNS, lines, label=texts_coverage.COMPARE, key="profiles", stack=False
)
compare_view.over_time(view, names, shades, today=datetime.now(view.tz).date())

period = figures.period(view)
whole = known.set_index("company")[view.count]
left, middle, right = st.columns(3, gap="large")
with left:
    found = compare_view.groups(view, "topic", names, whole)
    compare_view.grouped(
        found,
        "topic",
        names,
        shades,
        title=texts_coverage.TOPICS,
        count=view.count,
        period=period,
    )
with middle:
    found = compare_view.groups(view, "outlet", names, whole)
    compare_view.grouped(
        found,
        "outlet",
        names,
        shades,
        title=texts_coverage.OUTLETS,
        count=view.count,
        period=period,
    )
with right:
    mentions = known.set_index("company")["mentions"]
    found = work(compare_view.prominence, known, names, mentions)
    compare_view.grouped(
        found,
        "place",
        names,
        shades,
        title=texts_coverage.PROMINENCE,
        count="mentions",
        period=period,
    )
    st.caption(texts_coverage.PROMINENCE_HELP)
st.subheader(texts_coverage.TOP_STORIES, anchor=False)
compare_view.top_stories(view, names, shades)

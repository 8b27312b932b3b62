"""Share of voice: companies against each other, overall and in each topic, outlet or tier."""

import streamlit as st

from monitor.dashboard import charts, figures, frame, numbers, texts, texts_coverage, voice_view
from monitor.dashboard.components import table
from monitor.dashboard.data import ask
from monitor.dashboard.downloads import articles_download
from monitor.dashboard.drawing import chart_of
from monitor.dashboard.filters import current_view
from monitor.store.queries import totals

_HEIGHT = 420  # as the table beside it

view = current_view()
total = ask(totals, view.filters, tz=view.tz)
file = articles_download(view) if total.articles else None
figures.heading(texts_coverage.VOICE, view, file)
if not total.articles:
    frame.nothing(view)
    st.stop()
by = voice_view.choose()
every = voice_view.against(view)
voice_view.begin(every, by)
shades = frame.colours(view)
shares = voice_view.shares(every)
if not shares["count"].sum():
    st.caption(texts_coverage.NO_BY["company"])
    st.stop()

left, right = st.columns([5, 4], gap="large")
with left:
    st.subheader(texts_coverage.OVERALL, anchor=False)
    drawn = shares[shares["count"] > 0]
    chart = chart_of(charts.share_chart, drawn, colours=shades, count=view.count, height=_HEIGHT)
    chart.show(charts.share_words(drawn, count=view.count), key="voice_chart")
    st.caption(texts_coverage.VOICE_HELP.format(count=view.count))
    if every is not view:
        st.caption(texts.AGAINST_ALL)
with right:
    with st.container(horizontal=True, vertical_alignment="center", key="list_shares"):
        st.subheader(texts.COMPANIES, anchor=False, width="stretch")
        numbers.tools(texts_coverage.VOICE, lambda: shares, chart="voice_chart",
                      name="share_of_voice", subtitle=figures.period(view))  # fmt: skip
    lines = voice_view.share_rows(shares.head(charts.LARGEST + 4), shades)
    table(voice_view.SHARE_COLUMNS, lines, label=texts_coverage.VOICE, key="shares", stack=False)
    st.caption(voice_view.change_note(every))

title = texts_coverage.SHARES_BY[by]
parts, count = voice_view.shares_by(every, by)
with st.container(horizontal=True, vertical_alignment="center", key="list_parts"):
    st.subheader(title, anchor=False, width="stretch")
    numbers.button(lambda: parts, title=title, name=f"share_of_voice_by_{by}", key="parts_numbers")
if parts.empty:
    st.caption(texts_coverage.NO_BY[by])
else:
    voice_view.small_charts(parts, by, view, shades)
    if count > parts[by].nunique():
        st.caption(texts_coverage.PARTS_NOTE.format(shown=parts[by].nunique(), all=f"{count:,}"))

"""Reports: a digest of the last day or days as it will arrive, and its files."""

import streamlit as st

from monitor.dashboard import digest_view, frame, texts_reports
from monitor.dashboard.filters import current_view
from monitor.errors import QueryError

view = current_view()
if not view.choices.outlets:
    st.title(texts_reports.REPORTS, anchor=False)
    frame.nothing(view)
    st.stop()
head = st.container()
try:
    chosen = digest_view.choose(view)
    sheet = digest_view.made(chosen)
except QueryError as error:
    frame.explain(error)
    st.stop()
except ValueError as error:
    frame.empty(texts_reports.BAD_VIEW, str(error), icon=":material/rule:")
    st.stop()
with head:
    digest_view.heading(sheet, chosen.span.now.date())
digest_view.preview(sheet, chosen)

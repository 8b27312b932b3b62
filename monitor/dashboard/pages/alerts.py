"""Alerts: what is sent by itself, what it would have said, and what became of it."""

from datetime import UTC, datetime

import streamlit as st

from monitor.dashboard import alert_rows, alerts_view, texts_alerts
from monitor.dashboard.components import table
from monitor.dashboard.data import config

settings, now = config(), datetime.now(UTC)
end = alerts_view.until(now)
if asked := st.query_params.get("alert"):
    alerts_view.one(asked, end)
    st.stop()

with (
    st.container(horizontal=True, vertical_alignment="bottom", key="heading"),
    st.container(gap=None),
):
    st.title(texts_alerts.ALERTS, anchor=False)
    st.caption(texts_alerts.ABOUT)
if not (settings.alert or settings.digest or settings.channel):
    alerts_view.nothing()
    st.stop()
if settings.alert:
    told = {alert.name: alerts_view.told(alert, end) for alert in settings.alert}
    rows = alert_rows.alert_rows(settings, told)
    table(alert_rows.COLUMNS, rows, label=texts_alerts.ALERTS, key="alerts")
    st.caption(texts_alerts.looked_back(end, settings.tz))
if settings.digest:
    st.subheader(texts_alerts.DIGESTS, anchor=False)
    digests = alert_rows.digest_rows(settings, now)
    table(alert_rows.DIGEST_COLUMNS, digests, label=texts_alerts.DIGESTS, key="digests")
if settings.channel:
    st.subheader(texts_alerts.CHANNELS, anchor=False)
    alerts_view.channels(settings)
alerts_view.outbox()

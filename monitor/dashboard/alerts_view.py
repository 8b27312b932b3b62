"""What the Alerts page is made of: what alerts would have said, channels, and the outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from monitor.config import Config
from monitor.config.sending import Alert, Channel
from monitor.dashboard import alert_rows, frame, texts, texts_alerts
from monitor.dashboard.colours import company_colours
from monitor.dashboard.components import cards, prose, table
from monitor.dashboard.data import ask, config, data_folder, desk, sample_removed
from monitor.dashboard.roles import editor, may_edit
from monitor.errors import MonitorError
from monitor.reports.alert_messages import says_when
from monitor.reports.alerts import Event
from monitor.reports.posting import trial_letter
from monitor.reports.telling import look_back, standing
from monitor.store.letters import Posted
from monitor.store.outbox import Outbox
from monitor.store.queries import choices
from monitor.store.reader import Reader
from monitor.store.views import KIND as VIEW

_SHOWN = 30  # messages of the outbox, and alerts that would have been told
_LATE = timedelta(minutes=2)  # after which something that is due should have been tried


def until(now: datetime) -> datetime:
    """The end of the days looked back on; the same for ten minutes, so that answers are cached."""
    rounded = datetime.fromtimestamp(-(-now.timestamp() // 600) * 600, UTC)
    return ask(_standing, config().version, now=rounded)


def _standing(reader: Reader, version: str, *, now: datetime) -> datetime:
    """Of the watchlist of this `version`, whose zone days are in."""
    return standing(reader, config(), now=now, days=texts_alerts.DAYS)


def told(alert: Alert, end: datetime) -> alert_rows.Told:
    """What `alert` would have said up to `end`, or why that cannot be told."""
    seen = desk().newest(VIEW)
    try:
        return ask(
            _told, alert.name, config().version, seen, until=end,
            sample=not sample_removed(),
        )  # fmt: skip
    except MonitorError as error:
        return str(error)


def _told(
    reader: Reader, name: str, version: str, views: int, *, until: datetime, sample: bool
) -> list[tuple[Event, ...]]:
    """The answer changes with the watchlist's `version` and the newest of the saved `views`."""
    settings = config()
    alert = next(alert for alert in settings.alert if alert.name == name)
    return look_back(
        alert, reader, settings, folder=data_folder(), desk=desk(), now=until, sample=sample,
        since=until - timedelta(days=texts_alerts.DAYS),
    )  # fmt: skip


def nothing() -> None:
    """What to write where there is nothing yet."""
    frame.empty(texts_alerts.NONE, texts_alerts.NONE_DO, icon=":material/notifications:")
    company = next((c.name for c in config().company), None)
    st.code(texts_alerts.example(company), language=None)
    st.caption(texts_alerts.MORE)


def one(name: str, end: datetime) -> None:
    """The page of one alert: what it is, and what it would have said."""
    settings = config()
    back = {"to": "alerts", "text": texts_alerts.ALL_ALERTS}
    alert = next((alert for alert in settings.alert if alert.name == name), None)
    if alert is None:
        prose(key="alert_head", back=back)
        frame.empty(texts_alerts.NO_SUCH, texts_alerts.NO_SUCH_DO, icon=":material/link_off:")
        return
    about = [texts_alerts.on(alert), ", ".join(alert.to), texts_alerts.limits(alert)]
    prose(key="alert_head", back=back, title=[{"text": alert.name}], meta=about,
          kicker=f"When {says_when(alert)}")  # fmt: skip
    found = told(alert, end)
    if isinstance(found, str):
        st.warning(texts.verbatim(found), icon=":material/rule:")
        return
    st.caption(texts_alerts.looked_back(end, settings.tz))
    if not found:
        st.caption(texts_alerts.NOTHING_TOLD)
        return
    colours = company_colours(settings, ask(choices, tz=settings.tz).companies)
    shown = alert_rows.told_cards(found[:_SHOWN], colours, settings.tz)
    cards(shown, key="told", columns=2)


def channels(settings: Config) -> None:
    """Each channel, and a button that sends a test through it."""
    lines = alert_rows.channel_rows(settings)
    table(alert_rows.CHANNEL_COLUMNS, lines, label=texts_alerts.CHANNELS, key="channels")
    if not may_edit():
        return
    with st.container(horizontal=True, vertical_alignment="center", key="tests"):
        st.markdown(texts_alerts.TEST, width="content")
        for n, channel in enumerate(settings.channel):
            st.button(
                texts.verbatim(channel.name), key=f"test_{n}", icon=":material/send:",
                on_click=_test, args=(channel,),
            )  # fmt: skip


def _test(channel: Channel) -> None:
    editor()
    now = datetime.now(UTC)
    _box().put([trial_letter(channel, config(), now=now)], now=now)
    st.toast(texts_alerts.TEST_SENT)


@st.fragment(run_every="3s")
def outbox() -> None:
    """What was sent and what waits; looks again by itself."""
    now, tz = datetime.now(UTC), config().tz
    posted = _box().newest(limit=_SHOWN)
    states = [alert_rows.state_of(row, now) for row in posted]
    with st.container(horizontal=True, vertical_alignment="bottom", key="outbox_head"):
        st.subheader(texts_alerts.OUTBOX, anchor=False, width="stretch")
        if "failed" in states and may_edit():
            st.button(
                texts_alerts.RETRY, help=texts_alerts.RETRY_HELP, key="retry", on_click=_hurry,
                icon=":material/refresh:",
            )  # fmt: skip
    if not posted:
        st.caption(texts_alerts.OUTBOX_NONE)
        return
    if any(_late(row, state, now) for row, state in zip(posted, states, strict=True)):
        st.warning(texts_alerts.STANDS_STILL, icon=":material/pause:")
    lines = alert_rows.outbox_rows(posted, now=now, tz=tz)
    table(alert_rows.OUTBOX_COLUMNS, lines, label=texts_alerts.OUTBOX, key="outbox")
    for row in posted:
        if row.state in ("given up", "unsure") and may_edit():
            _again(row)


def _late(row: Posted, state: str, now: datetime) -> bool:
    return state in ("waiting", "failed") and row.next_at < now - _LATE


def _again(row: Posted) -> None:
    with st.container(
        horizontal=True, wrap=False, vertical_alignment="center", key=f"undone_{row.id}"
    ):
        st.text(row.letter.message.subject, width="stretch")
        st.button(
            texts_alerts.AGAIN, key=f"again_{row.id}", type="tertiary", on_click=_send_again,
            args=(row.id,),
        )  # fmt: skip


def _box() -> Outbox:
    return _outbox_of(str(data_folder().root))


@st.cache_resource(max_entries=2, show_spinner=False)
def _outbox_of(root: str) -> Outbox:
    return Outbox(desk())


def _hurry() -> None:
    editor()
    _box().hurry(now=datetime.now(UTC))
    st.toast(texts_alerts.RETRIED)


def _send_again(row_id: int) -> None:
    editor()
    _box().again(row_id, now=datetime.now(UTC))

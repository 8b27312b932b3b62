"""Alerts, digests and what was sent as table rows and cards. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from monitor.analysis.hours import following
from monitor.config import Config
from monitor.dashboard import rows, texts, texts_alerts
from monitor.reports.alert_messages import says_when, sentence
from monitor.reports.alerts import Event
from monitor.reports.delivery import unset
from monitor.reports.plain import plain
from monitor.store.letters import Posted

Item = dict[str, Any]
_OUTBOX = texts_alerts.OUTBOX_COLUMNS
COLUMNS: Sequence[Item] = (
    {"label": texts_alerts.COLUMNS["alert"], "width": "24%", "phone": "bare"},
    {"label": texts_alerts.COLUMNS["when"]},
    {"label": texts_alerts.COLUMNS["to"], "width": "20%"},
    {"label": texts_alerts.COLUMNS["told"], "width": "20%"},
)
DIGEST_COLUMNS: Sequence[Item] = (
    {"label": texts_alerts.DIGEST_COLUMNS["digest"], "width": "24%", "phone": "bare"},
    {"label": texts_alerts.DIGEST_COLUMNS["every"]},
    {"label": texts_alerts.DIGEST_COLUMNS["to"], "width": "20%"},
    {"label": texts_alerts.DIGEST_COLUMNS["next"], "width": "20%"},
)
CHANNEL_COLUMNS: Sequence[Item] = (
    {"label": texts_alerts.CHANNEL_COLUMNS["channel"], "width": "24%", "phone": "bare"},
    {"label": texts_alerts.CHANNEL_COLUMNS["kind"], "width": "20%", "phone": "inline"},
    {"label": texts_alerts.CHANNEL_COLUMNS["where"], "phone": "bare"},
)
OUTBOX_COLUMNS: Sequence[Item] = (
    {"label": _OUTBOX["at"], "width": "11rem", "phone": "inline"},
    {"label": _OUTBOX["state"], "width": "8rem", "phone": "inline"},
    {"label": _OUTBOX["channel"], "width": "9rem", "phone": "inline"},
    {"label": _OUTBOX["message"], "phone": "bare"},
    {"label": _OUTBOX["tries"], "width": "4rem", "align": "right"},
    {"label": _OUTBOX["note"], "width": "26%", "phone": "bare"},
)
Told = Sequence[Sequence[Event]] | str  # the events of each message, or why there are none


def alert_rows(config: Config, told: Mapping[str, Told]) -> list[list[Item]]:
    """One row an alert, with what it `told` by its name."""
    return [
        [
            {"text": alert.name, "to": f"alerts?alert={quote(alert.name, safe='')}",
             "sub": texts_alerts.on(alert)},
            {"text": says_when(alert)},
            {"text": ", ".join(alert.to), "sub": texts_alerts.limits(alert)},
            _told(told[alert.name]),
        ]
        for alert in config.alert
    ]  # fmt: skip


def _told(told: Told) -> Item:
    if isinstance(told, str):
        return {"badge": {"text": texts_alerts.PROBLEM, "tone": "bad", "title": told}, "sub": told}
    latest = told[0][-1].title if told else ""
    return {"text": texts_alerts.told(len(told)), "sub": latest}


def digest_rows(config: Config, now: datetime) -> list[list[Item]]:
    """One row a digest."""
    return [
        [
            {"text": digest.name, "sub": texts_alerts.on(digest)},
            {"text": digest.every.text.capitalize()},
            {"text": ", ".join(digest.to)},
            {"text": texts.moment(following(digest.every, now, config.tz).at, config.tz)},
        ]
        for digest in config.digest
    ]


def channel_rows(config: Config) -> list[list[Item]]:
    """One row a channel: where it leads, without what is secret of it, and what it lacks."""
    lines = []
    for channel in config.channel:
        host = urlsplit(channel.url).hostname or "" if channel.url else ""
        missing = unset(channel, config)
        where: Item = {"text": texts_alerts.where(channel, host)}
        if missing:
            where["sub"] = texts_alerts.unset(missing)
        kind = {"text": texts_alerts.KINDS[channel.kind]}
        lines.append([{"text": channel.name}, kind, where])
    return lines


def told_cards(
    told: Sequence[Sequence[Event]], colours: Mapping[str, str], tz: ZoneInfo
) -> list[Item]:
    """One card a message that would have been sent."""
    cards = []
    for events in told:
        last = events[-1]
        companies = dict.fromkeys(name for event in events for name in event.companies)
        reasons = dict.fromkeys(event.reason for event in events)
        cards.append(
            {
                "title": last.title,
                "to": rows.to_story(last.story) if last.story is not None else "feeds",
                "kicker": texts.moment(last.at, tz),
                "text": " ".join(map(sentence, reasons)),
                "chips": rows.chips(list(companies), colours, most=4),
            }
        )
    return cards


def state_of(row: Posted, now: datetime) -> str:
    """What a message is called: one that waits may have failed, or be held."""
    if row.state != "waiting":
        return row.state
    if row.held_until and row.held_until > now:
        return "held"
    return "failed" if row.attempts else "waiting"


def outbox_rows(posted: Sequence[Posted], *, now: datetime, tz: ZoneInfo) -> list[list[Item]]:
    """One row a message."""
    return [
        [
            {"text": texts.moment(row.sent_at or row.created_at, tz)},
            _state(row, now, tz),
            {"text": row.letter.channel},
            {"text": plain(row.letter.message.subject)},
            {"text": str(row.attempts)},
            {"text": plain(row.error)},
        ]
        for row in posted
    ]


def _state(row: Posted, now: datetime, tz: ZoneInfo) -> Item:
    state = state_of(row, now)
    name, tone, meaning = texts_alerts.STATES[state]
    sub = ""
    if state == "held" and row.held_until:
        sub = texts_alerts.held_until(row.held_until, tz)
    elif state == "failed":
        sub = texts_alerts.tried_at(row.next_at, tz)
    return {"badge": {"text": name, "tone": tone, "title": meaning}, "sub": sub}

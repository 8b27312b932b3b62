"""Sending what is in the outbox: in order, within quiet hours and caps, and again where it failed.

What was cut off while it was being sent may have arrived. Where a message carries an identity by
which its receiver can tell (mail, signed webhooks), it is sent again under the same one. Where it
does not (Slack, Teams), it is not, for nobody there could tell the double from news; a short notice
says instead which message may be missing.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable, Collection
from datetime import datetime, time, timedelta

from monitor.analysis.hours import moment, quiet_until
from monitor.config import Config
from monitor.config.sending import Alert, Channel
from monitor.errors import DeliveryError
from monitor.log import event
from monitor.reports.alert_messages import folded, notice, trial
from monitor.store.letters import Letter, Posted
from monitor.store.outbox import Outbox

Send = Callable[[Posted, Channel, Config, datetime], str]
Clock = Callable[[], datetime]
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)  # between tries; doubled each time
LONGEST_ASKED = timedelta(hours=6)  # of a Retry-After
GIVE_UP = timedelta(hours=48)  # after a message came into the outbox
_MORNING = time(7)  # when what was over a day's cap is told
_jitter = random.Random()  # noqa: S311 -- spreads tries, keeps no secret


def work_off(
    outbox: Outbox, channel: Channel, config: Config, *, send: Send, clock: Clock,
    stop: threading.Event | None = None,
) -> int:  # fmt: skip
    """Send what is due through `channel`, oldest first; returns how many were sent.

    It ends where nothing is due, or at the first that failed: what comes after it waits, so that
    all arrive in order. A failing channel is never an error here.
    """
    count = 0
    while not (stop and stop.is_set()):
        now = clock()
        row = outbox.due(channel.name, now=now)
        if row is None:
            break
        if held := held_back(outbox, row, config, now=now):
            why, until = held
            outbox.hold(row, why, until=until)
            continue
        row = _with_others(outbox, row, config, now=now)
        if not outbox.claim(row, now=now):
            continue
        try:
            note = send(row, channel, config, now)
        except Exception as error:  # a bug in sending costs this message's try, not the job
            known = isinstance(error, DeliveryError)
            problem = error if isinstance(error, DeliveryError) else DeliveryError(repr(error))
            event("delivery failed", level=30 if known else 40, channel=channel.name,
                  message=row.id, attempt=row.attempts + 1, error=problem)  # fmt: skip
            if _failed(outbox, row, problem, now=clock()):
                break
            continue
        outbox.sent(row, now=clock(), note=note)
        event("delivered", channel=channel.name, message=row.id, kind=row.letter.kind)
        count += 1
    return count


def held_back(
    outbox: Outbox, row: Posted, config: Config, *, now: datetime
) -> tuple[str, datetime] | None:
    """Why an alert is not sent now, and until when; None where it may go."""
    alert = _alert(config, row)
    if alert is None:
        return None
    tz = config.tz
    if alert.quiet and (until := quiet_until(alert.quiet, now, tz)):
        return f"quiet hours {alert.quiet.text}", until
    today = now.astimezone(tz).date()
    since = moment(today, time(), tz)
    if outbox.count(row.letter.channel, alert.name, since=since) < alert.most_a_day:
        return None
    morning = moment(today + timedelta(days=1), _MORNING, tz)
    until = (quiet_until(alert.quiet, morning, tz) if alert.quiet else None) or morning
    return f"{alert.most_a_day} a day", until


def recover(outbox: Outbox, config: Config, *, now: datetime, busy: Collection[str] = ()) -> None:
    """Deal with what was being sent when the program was killed; only while holding the outbox.

    What goes through the channels `busy` is being sent here and now.
    """
    channels = {channel.name: channel for channel in config.channel}
    for row in outbox.cut_off():
        if row.letter.channel in busy:
            continue
        channel = channels.get(row.letter.channel)
        event("delivery was cut off", level=30, channel=row.letter.channel, message=row.id)
        if channel is None or channel.tells_doubles:
            said = "cut off while it was being sent; sent again under the same id"
            outbox.failed(row, said, next_at=now)
            continue
        if row.letter.kind not in ("notice", "test"):
            letter = Letter(
                f"notice|{row.letter.key}", channel.name, "notice", row.letter.source,
                notice(row, config.team.dashboard),
            )  # fmt: skip
            outbox.put([letter], now=now)
        outbox.unsure(row, "cut off while it was being sent: it may have arrived")


def trial_letter(channel: Channel, config: Config, *, now: datetime) -> Letter:
    """A test of `channel`, each time another."""
    key = f"test|{channel.name}|{now.isoformat()}|{secrets.token_hex(4)}"
    said = trial(channel.name, _alerts_page(config))
    return Letter(key, channel.name, "test", channel.name, said)


def drop_unknown(outbox: Outbox, config: Config, *, now: datetime) -> None:
    """Give up what waits for channels that the watchlist does not have any more."""
    for name in outbox.channels() - {channel.name for channel in config.channel}:
        while row := outbox.due(name, now=now + GIVE_UP):
            outbox.give_up(row, f"there is no channel {name!r} in the watchlist")


def _failed(outbox: Outbox, row: Posted, error: DeliveryError, *, now: datetime) -> bool:
    """Note a failure; True where it is tried again."""
    wait = min(FIRST * 2 ** min(row.attempts, 20), LONGEST) * _jitter.uniform(0.75, 1.25)
    if error.retry_after is not None:
        asked = min(timedelta(seconds=error.retry_after), LONGEST_ASKED)
        wait = max(wait, asked)
    too_old = now + wait - row.created_at > GIVE_UP
    if error.hopeless or too_old or row.letter.kind == "test":
        outbox.give_up(row, str(error))
        return False
    outbox.failed(row, str(error), next_at=now + wait)
    return True


def _with_others(outbox: Outbox, row: Posted, config: Config, *, now: datetime) -> Posted:
    """`row` with all that was held back with it, as one message."""
    if row.held_until is None:
        return row
    rows = outbox.released(row.letter.channel, row.letter.source, now=now)
    if len(rows) < 2:
        return row
    return outbox.fold(rows, folded(rows, why=rows[0].error, link=_alerts_page(config)))


def _alerts_page(config: Config) -> str:
    return f"{config.team.dashboard.rstrip('/')}/alerts"


def _alert(config: Config, row: Posted) -> Alert | None:
    if row.letter.kind not in ("alert", "update"):
        return None
    return next((alert for alert in config.alert if alert.name == row.letter.source), None)

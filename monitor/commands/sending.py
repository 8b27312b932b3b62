"""What is sent to people: `alerts` and `outbox`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import typer

from monitor.commands.courier import send
from monitor.commands.options import (
    DATA,
    WATCHLIST,
    Data,
    UsageError,
    Watchlist,
    answer,
    answer_json,
    config_of,
    folder_of,
    say,
)  # fmt: skip
from monitor.config import Config
from monitor.config.sending import Alert, Channel
from monitor.errors import MonitorError
from monitor.reports.courier import utc_now
from monitor.reports.delivery import unset
from monitor.reports.plain import plain
from monitor.reports.posting import recover, trial_letter, work_off
from monitor.reports.telling import look_back, standing
from monitor.store.desk import Desk
from monitor.store.letters import Posted
from monitor.store.outbox import Outbox, holding
from monitor.store.reader import Reader

_PATIENCE = 60.0  # seconds that another process gets to send a test
T = TypeVar("T", Alert, Channel)
alerts = typer.Typer(
    help="What alerts say, and whether their channels work.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip


@alerts.command("list")
def list_(data: Data = DATA, watchlist: Watchlist = WATCHLIST) -> None:
    """The alerts, digests and channels of the watchlist."""
    config = config_of(watchlist)
    for alert in config.alert:
        answer(f"alert {alert.name}: {', '.join(alert.when)}  → {', '.join(alert.to)}")
    for digest in config.digest:
        answer(f"digest {digest.name}: {digest.every.text}  → {', '.join(digest.to)}")
    for channel in config.channel:
        missing = unset(channel, config)
        note = f"  (not set here: {', '.join(missing)})" if missing else ""
        answer(f"channel {channel.name}: {channel.kind}{note}")
    if not (config.alert or config.digest or config.channel):
        say("the watchlist has no [[alert]], [[digest]] or [[channel]]; docs/alerts.md says how")


@alerts.command("try")
def try_(
    name: Annotated[str, typer.Argument(help="An alert of the watchlist.")],
    days: Annotated[int, typer.Option(help="How far to look back.", min=1, max=365)] = 14,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Say what an alert would have said in the last days; nothing is sent."""
    config, folder = config_of(watchlist), folder_of(data)
    alert = _named("alert", name, config.alert)
    reader = Reader.open(folder)
    until = standing(reader, config, now=utc_now(), days=days)
    told = look_back(alert, reader, config, folder=folder, desk=Desk(folder),
                     since=until - timedelta(days=days), now=until)  # fmt: skip
    for events in told:
        last = events[-1]
        answer(f"{last.at.astimezone(config.tz):%Y-%m-%d %H:%M}  {last.title}")
        for reason in dict.fromkeys(event.reason for event in events):
            answer(f"    {reason}")
    end = until.astimezone(config.tz)
    say(f"{len(told)} alerts in the {days} days to {end:%Y-%m-%d %H:%M}")


@alerts.command("test")
def send_test(
    channel: Annotated[str, typer.Argument(help="A channel of the watchlist.")],
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Send a test message through a channel, and say what became of it."""
    config, folder = config_of(watchlist), folder_of(data)
    found = _named("channel", channel, config.channel)
    outbox = Outbox(Desk(folder))
    letter = trial_letter(found, config, now=utc_now())
    outbox.put([letter], now=utc_now())
    with holding(folder) as ours:
        if ours:
            recover(outbox, config, now=utc_now())
            work_off(outbox, found, config, send=send, clock=utc_now)
    deadline = time.monotonic() + _PATIENCE
    while (row := outbox.find(letter.key)) and row.state in ("waiting", "sending"):
        if time.monotonic() > deadline:
            raise MonitorError("the job that sends has not come to the test yet; see `outbox`")
        time.sleep(0.2)
    if row is None or row.state != "sent":
        raise MonitorError(f"the test was not sent: {row.error if row else 'it is gone'}")
    say(f"sent{f' ({row.error})' if row.error else ''}")


def outbox(
    retry: Annotated[bool, typer.Option("--retry", help="Try what failed now.")] = False,
    again: Annotated[
        int | None, typer.Option(help="Send this message again, by its number.")
    ] = None,
    limit: Annotated[int, typer.Option(help="At most this many.", min=1)] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """What was sent, and what waits: the newest first, unsent ones before all."""
    config, box = config_of(watchlist), Outbox(Desk(folder_of(data)))
    if retry:
        say(f"{box.hurry(now=utc_now())} messages are tried now")
    if again is not None and not box.again(again, now=utc_now()):
        raise UsageError(f"--again: message {again} was not given up and is not unsure")
    for row in box.newest(limit=limit):
        if as_json:
            answer_json(_facts(row))
        else:
            answer(_line(row, config))


def _named(kind: str, name: str, known: Sequence[T]) -> T:
    found = next((item for item in known if item.name.casefold() == name.casefold()), None)
    if found is None:
        names = ", ".join(repr(item.name) for item in known) or "none"
        raise UsageError(f"there is no {kind} {name!r} in the watchlist; there are {names}")
    return found


def _facts(row: Posted) -> dict[str, object]:
    return {
        "message": row.id, "channel": row.letter.channel, "kind": row.letter.kind,
        "from": row.letter.source, "subject": row.letter.message.subject, "state": row.state,
        "attempts": row.attempts, "error": row.error, "created_at": row.created_at,
        "next_at": row.next_at, "held_until": row.held_until, "sent_at": row.sent_at,
    }  # fmt: skip


def _line(row: Posted, config: Config) -> str:
    def at(moment: datetime) -> str:
        return f"{moment.astimezone(config.tz):%Y-%m-%d %H:%M}"

    state: str = row.state
    if row.state == "waiting" and row.held_until:
        state = f"held until {at(row.held_until)}"
    note = f"  ({plain(row.error)})" if row.error else ""
    subject = plain(row.letter.message.subject)
    when = at(row.sent_at or row.created_at)
    return f"{row.id:6}  {when}  {state:8}  {row.letter.channel}: {subject}{note}"

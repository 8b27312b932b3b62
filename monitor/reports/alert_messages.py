"""Events in words: the message that an alert is, its updates, and several that were held back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.config.sending import Alert, Condition
from monitor.models import Message
from monitor.reports.alerts import Event
from monitor.reports.plain import plain
from monitor.store.letters import Letter, Posted
from monitor.store.told import Told

_CONDITIONS: dict[Condition, str] = {
    "spike": "a company is far more in the news than usual",
    "first-tier-1": "a first tier-1 outlet carries a story",
    "headline-changed": "a headline is changed",
    "story-outlets": "a story is at {outlets} outlets",
    "feed-dead": "a feed falls silent or works again",
}
_MOST = 20  # told one by one in a message


@dataclass(frozen=True, slots=True)
class Telling:
    """Message `number` about one thing: the alert (1), or an update of it."""

    thread: str
    number: int
    events: tuple[Event, ...]
    message: Message


def says_when(alert: Alert, conditions: Sequence[Condition] | None = None) -> str:
    """Which of its `conditions`, all without any, are met, as the sentence goes on."""
    said = dict.fromkeys(alert.when if conditions is None else conditions)
    return ", or when ".join(_CONDITIONS[c].format(outlets=alert.outlets) for c in said)


def tellings(alert: Alert, happened: Sequence[Event], numbers: dict[str, int]) -> Iterator[Telling]:
    """The messages that tell `happened`: one a thread, in the order of its first event.

    `numbers` are how many messages there were of a thread before.
    """
    threads: dict[str, list[Event]] = {}
    for event in happened:
        threads.setdefault(event.thread, []).append(event)
    for thread, events in threads.items():
        number = numbers.get(thread, 0) + 1
        yield Telling(thread, number, tuple(events), _message(alert, events, number))


def letters(alert: Alert, telling: Telling, channels: Sequence[str]) -> Iterator[Letter]:
    """`telling` for each of `channels`."""
    for channel in channels:
        key = f"alert|{alert.name}|{telling.thread}|{{}}|{channel}"
        yield Letter(
            key.format(telling.number), channel, "alert" if telling.number == 1 else "update",
            alert.name, telling.message, thread=key.format(1),
        )  # fmt: skip


def told(telling: Telling) -> list[Told]:
    """What `telling` leaves to remember."""
    return [Told(event.key, telling.thread, telling.number) for event in telling.events]


def folded(rows: Sequence[Posted], *, why: str, link: str) -> Message:
    """One message of several that were held back."""
    source = plain(rows[0].letter.source)
    parts = [f"{len(rows)} messages of this alert were held back ({why}):"]
    for row in rows[:_MOST]:
        message = row.letter.message
        first = message.text.partition("\n\n")[2].partition("\n\n")[0] or message.text
        parts.append("\n".join((message.subject, first, message.link)).strip())
    if len(rows) > _MOST:
        parts.append(f"… and {len(rows) - _MOST:,} more.")
    return Message(f"{source}: {len(rows)} while it was held back", "\n\n".join(parts), link=link)


def trial(channel: str, link: str) -> Message:
    """What "Send a test" sends."""
    return Message(
        "Media Monitor: a test",
        f"This is a test of the channel “{channel}”. It works: alerts and digests for it "
        "arrive here.",
        link=link,
    )


def notice(row: Posted, link: str) -> Message:
    """What is said of a message that may not have arrived, in its place."""
    return Message(
        "Media Monitor: one message may be missing",
        "The program was stopped while it was sending this message. If you do not see it above, "
        f"it was lost:\n\n{row.letter.message.subject}",
        link=row.letter.message.link or link,
    )


def _message(alert: Alert, events: Sequence[Event], number: int) -> Message:
    latest = events[-1]
    name = plain(alert.name)
    title = latest.title
    update = number - 1
    subject = f"{name}, update {update}: {title}" if update else f"{name}: {title}"
    reasons = list(dict.fromkeys(sentence(event.reason) for event in events))
    more = len(reasons) - _MOST
    if more > 0:
        reasons = [*reasons[:_MOST], f"… and {more:,} more."]
    companies = dict.fromkeys(company for event in events for company in event.companies)
    parts = [title, "\n".join(reasons)]
    if companies:
        parts.append(f"Named in it: {', '.join(map(plain, companies))}.")
    same = "day" if latest.condition == "feed-dead" else "story"
    about = f"Update {update} of an alert about the same {same}." if update else ""
    kinds = says_when(alert, [event.condition for event in events])
    parts.append(f"{about} The alert “{name}” says when {kinds}.".strip())
    return Message(subject, "\n\n".join(parts), link=latest.link)


def sentence(clause: str) -> str:
    """`clause` with a capital and a full stop."""
    first = clause[:1].upper() + clause[1:]
    return first if first.endswith((".", "!", "?", "…")) else f"{first}."

"""Which digests are due: each at its local hour, once, and after a pause only the latest missed.

Each tells of all days since the last one that the digest before it told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.analysis.hours import Slot, latest, previous
from monitor.config import Config
from monitor.config.sending import Channel, Digest
from monitor.models import Message
from monitor.reports.digest_span import MOST, Span, between
from monitor.store.letters import Letter
from monitor.store.outbox import Outbox
from monitor.store.told import AlertMemory


@dataclass(frozen=True, slots=True)
class Due:
    """A digest to be made for `slot`, of the days of `span`."""

    digest: Digest
    slot: Slot
    span: Span


def due_digests(
    config: Config, outbox: Outbox, memory: AlertMemory, *, now: datetime
) -> Iterator[Due]:
    """The digests whose latest time has come and that are not in the outbox for it.

    A digest that is new, or was given another time, begins with the first time after that.
    """
    for digest in config.digest:
        started = memory.started("digest", digest.name, digest.every.text, now=now)
        slot = latest(digest.every, now, config.tz)
        if slot.at >= started and not _made(digest, slot, outbox):
            before = previous(digest.every, slot, config.tz)
            # The days of those that were missed are in no digest yet.
            while (
                before.at >= started and (slot.day - before.day).days < MOST
                and not _made(digest, before, outbox)
            ):  # fmt: skip
                before = previous(digest.every, before, config.tz)
            yield Due(digest, slot, between(before, slot))


def digest_letters(due: Due, message: Message, config: Config) -> Iterator[Letter]:
    """`message` for each channel that the digest goes to."""
    for channel in channels_of(due.digest.to, config):
        key = _key(due.digest, due.slot, channel.name)
        yield Letter(key, channel.name, "digest", due.digest.name, message)


def channels_of(names: tuple[str, ...], config: Config) -> list[Channel]:
    """The channels of these names, which the watchlist has in any case; each once."""
    wanted = {name.casefold() for name in names}
    return [channel for channel in config.channel if channel.name.casefold() in wanted]


def _made(digest: Digest, slot: Slot, outbox: Outbox) -> bool:
    return any(outbox.find(_key(digest, slot, channel)) for channel in digest.to)


def _key(digest: Digest, slot: Slot, channel: str) -> str:
    return f"digest|{digest.name}|{slot.name}|{channel.casefold()}"

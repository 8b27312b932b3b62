"""A message on its way: for which channel it is, and what became of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.models import Message

Kind = Literal["alert", "update", "digest", "test", "notice"]
State = Literal["waiting", "sending", "sent", "given up", "unsure", "folded"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message for one channel.

    `key` names the event it is of; `thread` what an update is an update of ("" where there can
    be none), in the words of an earlier letter's `thread`.
    """

    key: str
    channel: str
    kind: Kind
    source: str
    message: Message
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter in the outbox; times are in UTC."""

    id: int
    letter: Letter
    state: State
    attempts: int
    error: str
    created_at: datetime
    next_at: datetime
    held_until: datetime | None
    tried_at: datetime | None
    sent_at: datetime | None
    instance: str = ""  # tells this desk's messages from another's of the same names

    @property
    def identity(self) -> str:
        """The id under which a receiver can tell that it has this message already."""
        return digest_of(f"{self.instance}|{self.letter.key}")

    @property
    def answers(self) -> str | None:
        """The identity of the message that this one is an update of; None where it is none."""
        if self.letter.thread in ("", self.letter.key):
            return None
        return digest_of(f"{self.instance}|{self.letter.thread}")


def digest_of(key: str) -> str:
    """A key as what may stand in a header or an address."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]

"""The outbox: what is to be sent to people, and what became of it.

One row a message and channel, on the desk. A row's key says which event it is of, so that the same
event put in twice is one message. Its states:

    waiting ──claim──► sending ──► sent
       ▲                  │ └────► waiting (failed: tried again later) or given up
       │                  └──────► unsure: the program was killed while it was being sent
       └── again ── given up, unsure

A message is marked as being sent, on disk, before its first byte leaves. What is found so marked by
whoever holds the outbox next was cut off there.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.models import Message
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.letters import Letter, Posted

KEPT = timedelta(days=100)  # of what was dealt with
_metadata = sa.MetaData()
_row = sa.Table(
    "outbox",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("channel", sa.String, nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),  # the alert or digest it comes from
    sa.Column("thread", sa.String, nullable=False),  # what an update is an update of
    sa.Column("message", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.String, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("next_at", sa.DateTime, nullable=False),  # of the next try
    sa.Column("held_until", sa.DateTime),  # by quiet hours or the day's cap
    sa.Column("tried_at", sa.DateTime),  # the last try
    sa.Column("sent_at", sa.DateTime),  # its receiver said that it has it
)
_instance = sa.Table(
    "outbox_instance",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
_UNDONE = ("waiting", "sending")


class Outbox:
    """The outbox of a desk; safe to use from several threads and processes."""

    def __init__(self, desk: Desk) -> None:
        self.engine = desk.engine
        _metadata.create_all(self.engine)
        self._instance = self._known_as()

    def put(self, letters: Iterable[Letter], *, now: datetime) -> int:
        """Keep `letters`, all or none; returns how many had not been there."""
        with self.engine.begin() as connection:
            return put(connection, letters, now=now)

    def due(self, channel: str, *, now: datetime) -> Posted | None:
        """What is to be sent next through `channel`, None where nothing is.

        The oldest first; one that failed and waits for its next try holds the ones behind it, one
        that is held by quiet hours does not. A test waits for nobody.
        """
        rows = self._rows(_row.c.channel == channel, _row.c.state == "waiting", oldest=True)
        for row in rows:
            if row.letter.kind == "test" and row.next_at <= now:
                return row
        for row in rows:
            if row.letter.kind == "test" or (row.held_until and row.held_until > now):
                continue
            return row if row.next_at <= now else None
        return None

    def released(self, channel: str, source: str, *, now: datetime) -> list[Posted]:
        """What was held of one source and is not any more, oldest first."""
        return self._rows(
            _row.c.channel == channel, _row.c.source == source, _row.c.state == "waiting",
            _row.c.held_until <= naive(now), oldest=True,
        )  # fmt: skip

    def claim(self, row: Posted, *, now: datetime) -> bool:
        """Mark a row as being sent, on disk; False where somebody else has."""
        changed = self._change(
            _row.c.id == row.id, _row.c.state == "waiting",
            state="sending", attempts=_row.c.attempts + 1, tried_at=naive(now),
        )  # fmt: skip
        return changed == 1

    def sent(self, row: Posted, *, now: datetime, note: str = "") -> None:
        """Its receiver has it."""
        self._change(_row.c.id == row.id, state="sent", sent_at=naive(now), error=note)

    def failed(self, row: Posted, error: str, *, next_at: datetime) -> None:
        """Its receiver does not have it; it is tried again."""
        self._change(_row.c.id == row.id, state="waiting", error=error, next_at=naive(next_at))

    def give_up(self, row: Posted, error: str) -> None:
        """It is not tried again."""
        self._change(_row.c.id == row.id, state="given up", error=error)

    def unsure(self, row: Posted, error: str) -> None:
        """Nobody knows whether its receiver has it, and it is not tried again."""
        self._change(_row.c.id == row.id, state="unsure", error=error)

    def hold(self, row: Posted, why: str, *, until: datetime) -> None:
        """Keep it back."""
        self._change(
            _row.c.id == row.id, _row.c.state == "waiting", held_until=naive(until), error=why
        )

    def fold(self, rows: Sequence[Posted], message: Message) -> Posted:
        """Make one message of `rows`: the first says `message`, the others are not sent."""
        first, others = rows[0], [row.id for row in rows[1:]]
        with self.engine.begin() as connection:
            connection.execute(
                _row.update().where(_row.c.id == first.id).values(message=_as_json(message))
            )
            connection.execute(
                _row.update().where(_row.c.id.in_(others))
                .values(state="folded", error=f"told in message {first.id}")
            )  # fmt: skip
        return replace(first, letter=replace(first.letter, message=message))

    def hurry(self, *, now: datetime) -> int:
        """Try what failed now, and not only when its time comes; returns how many that are."""
        return self._change(_row.c.state == "waiting", _row.c.attempts > 0, next_at=naive(now))

    def again(self, row_id: int, *, now: datetime) -> int:
        """Send what was given up, or what nobody knows of whether it was sent; 1 where it is so."""
        return self._change(
            _row.c.id == row_id, _row.c.state.in_(("given up", "unsure")),
            state="waiting", next_at=naive(now), created_at=naive(now),
        )  # fmt: skip

    def cut_off(self) -> list[Posted]:
        """What was being sent when the program ended; only for whoever holds the outbox."""
        return self._rows(_row.c.state == "sending", oldest=True)

    def count(self, channel: str, source: str, *, since: datetime) -> int:
        """How many alerts and updates of `source` have gone to `channel` since then."""
        question = sa.select(sa.func.count()).where(
            _row.c.channel == channel, _row.c.source == source,
            _row.c.kind.in_(("alert", "update")), _row.c.tried_at >= naive(since),
            _row.c.state.in_(("sent", "sending", "unsure")),
        )  # fmt: skip
        with self.engine.connect() as connection:
            return int(connection.execute(question).scalar() or 0)

    def channels(self) -> set[str]:
        """The channels that something waits for."""
        question = sa.select(_row.c.channel).where(_row.c.state == "waiting").distinct()
        with self.engine.connect() as connection:
            return {name for (name,) in connection.execute(question)}

    def find(self, key: str) -> Posted | None:
        """The letter of this key."""
        return next(iter(self._rows(_row.c.key == key)), None)

    def newest(self, *, limit: int = 50) -> list[Posted]:
        """What came in last, the newest first, but what is not dealt with before all."""
        undone = self._rows(_row.c.state.in_(_UNDONE), limit=limit)
        done = self._rows(_row.c.state.not_in(_UNDONE), limit=limit)
        return (undone + done)[:limit]

    def forget(self, *, now: datetime) -> int:
        """Drop what was dealt with long ago; returns how many."""
        gone = _row.delete().where(
            _row.c.created_at < naive(now - KEPT), _row.c.state.not_in(_UNDONE)
        )
        with self.engine.begin() as connection:
            return connection.execute(gone).rowcount

    def _known_as(self) -> str:
        first = sa.select(_instance.c.value).order_by(_instance.c.id).limit(1)
        with self.engine.connect() as connection:
            known = connection.execute(first).scalar()
        if known is None:
            with self.engine.begin() as connection:
                connection.execute(_instance.insert().values(value=secrets.token_hex(8)))
                known = connection.execute(first).scalar()
        return str(known)

    def _change(self, *where: Any, **values: Any) -> int:
        with self.engine.begin() as connection:
            return connection.execute(_row.update().where(*where).values(**values)).rowcount

    def _rows(self, *where: Any, oldest: bool = False, limit: int | None = None) -> list[Posted]:
        order = _row.c.id if oldest else _row.c.id.desc()
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(_row).where(*where).order_by(order).limit(limit))
            return [_posted(row, self._instance) for row in found]


def put(connection: sa.Connection, letters: Iterable[Letter], *, now: datetime) -> int:
    """As `Outbox.put`, within a transaction of the caller's."""
    added = 0
    for letter in letters:
        values = {
            "key": letter.key, "channel": letter.channel, "kind": letter.kind,
            "source": letter.source, "thread": letter.thread, "message": _as_json(letter.message),
            "state": "waiting", "attempts": 0, "error": "", "created_at": naive(now),
            "next_at": naive(now),
        }  # fmt: skip
        known = sa.select(_row.c.id).where(_row.c.key == letter.key)
        new = sa.select(*(sa.literal(v, _row.c[k].type) for k, v in values.items()))
        added += connection.execute(
            _row.insert().from_select(list(values), new.where(~known.exists()))
        ).rowcount
    return added


@contextlib.contextmanager
def holding(folder: DataFolder) -> Iterator[bool]:
    """Whether nobody else sends from this folder's outbox; held until the end of the block."""
    folder.create()
    with folder.sending.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True  # closing the file releases the lock, also at kill -9


def _as_json(message: Message) -> dict[str, Any]:
    files = [[name, base64.b64encode(data).decode()] for name, data in message.attachments]
    return {
        "subject": message.subject, "text": message.text, "html": message.html,
        "link": message.link, "attachments": files,
    }  # fmt: skip


def _posted(row: Any, instance: str) -> Posted:
    said = row.message
    files = tuple((name, base64.b64decode(data)) for name, data in said["attachments"])
    message = Message(said["subject"], said["text"], said["html"], said["link"], files)
    letter = Letter(row.key, row.channel, row.kind, row.source, message, row.thread)
    return Posted(
        row.id, letter, row.state, row.attempts, row.error, aware(row.created_at),
        aware(row.next_at), _maybe(row.held_until), _maybe(row.tried_at), _maybe(row.sent_at),
        instance,
    )  # fmt: skip


def naive(moment: datetime) -> datetime:
    """As SQLite keeps it: in UTC, without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def aware(moment: datetime) -> datetime:
    """As it comes out of SQLite, with its zone again."""
    return moment.replace(tzinfo=UTC)


def _maybe(moment: datetime | None) -> datetime | None:
    return aware(moment) if moment else None

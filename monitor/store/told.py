"""What alerts have told already, and since when each alert and digest is there.

Kept on the desk, in the same transaction as the messages that tell it: an event that was told has
its message in the outbox, and one that was not has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from monitor.store.desk import Desk
from monitor.store.letters import Letter
from monitor.store.outbox import KEPT, aware, naive, put

_metadata = sa.MetaData()
_told = sa.Table(
    "alert_told",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("alert", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=False),  # of the event
    sa.Column("thread", sa.String, nullable=False),  # the story that it is news of
    sa.Column("number", sa.Integer, nullable=False),  # 1: the alert; 2: its first update
    sa.Column("told_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("alert", "key"),
)
_started = sa.Table(
    "sending_started",
    _metadata,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("definition", sa.String, nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event that message `number` of `thread` told."""

    key: str
    thread: str
    number: int


class AlertMemory:
    """What the alerts of a desk have told."""

    def __init__(self, desk: Desk) -> None:
        self._engine = desk.engine
        _metadata.create_all(self._engine)

    def started(
        self, kind: Literal["alert", "digest"], name: str, definition: str, *, now: datetime
    ) -> datetime:
        """Since when there is `name` with this `definition`; `now` where that is new.

        What happened before is not told, so that a new alert does not begin with a flood.
        """
        at = naive(now)
        this = (_started.c.kind == kind, _started.c.name == name)
        with self._engine.begin() as connection:
            known = connection.execute(sa.select(_started).where(*this)).first()
            if known and known.definition == definition:
                return aware(known.started_at)
            values = {"definition": definition, "started_at": at}
            if known:
                connection.execute(_started.update().where(*this).values(**values))
            else:
                connection.execute(_started.insert().values(kind=kind, name=name, **values))
        return now.astimezone(UTC)

    def known(self, alert: str, keys: Sequence[str]) -> set[str]:
        """Those of `keys` that were told."""
        question = sa.select(_told.c.key).where(_told.c.alert == alert, _told.c.key.in_(keys))
        with self._engine.connect() as connection:
            return {key for (key,) in connection.execute(question)}

    def told(self, alert: str, kinds: Sequence[str]) -> list[Told]:
        """What was told of these `kinds`, the first parts of keys; the oldest first."""
        question = (
            sa.select(_told)
            .where(
                _told.c.alert == alert,
                sa.or_(*(_told.c.key.startswith(f"{kind}|", autoescape=True) for kind in kinds)),
            )
            .order_by(_told.c.id)
        )
        with self._engine.connect() as connection:
            return [Told(r.key, r.thread, r.number) for r in connection.execute(question)]

    def numbers(self, alert: str, threads: Iterable[str]) -> dict[str, int]:
        """Thread → how many messages there were of it; those without any are left out."""
        question = (
            sa.select(_told.c.thread, sa.func.max(_told.c.number))
            .where(_told.c.alert == alert, _told.c.thread.in_(list(threads)))
            .group_by(_told.c.thread)
        )
        with self._engine.connect() as connection:
            return {thread: int(number) for thread, number in connection.execute(question)}

    def tell(
        self, alert: str, told: Sequence[Told], letters: Iterable[Letter], *, now: datetime
    ) -> bool:
        """Put `letters` into the outbox and note what they tell, both or neither.

        False, and neither, where somebody else has told one of these events meanwhile.
        """
        at = naive(now)
        rows = [
            {"alert": alert, "key": t.key, "thread": t.thread, "number": t.number, "told_at": at}
            for t in told
        ]
        try:
            with self._engine.begin() as connection:
                connection.execute(_told.insert(), rows)
                put(connection, letters, now=now)
        except sa.exc.IntegrityError:
            return False
        return True

    def forget(self, *, now: datetime) -> None:
        """Drop what was told so long ago that it cannot come up again."""
        before = naive(now - KEPT - timedelta(days=1))
        with self._engine.begin() as connection:
            connection.execute(_told.delete().where(_told.c.told_at < before))

"""The desk: what people decided, append-only, small and precious.

SQLite through SQLAlchemy Core, so that PostgreSQL is a URL away. Decisions are
written by the dashboard and the command line and read by ingest, never written by
a machine's judgement. What is sent to people lies beside them (`monitor.store.outbox`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.store.folder import DataFolder, stamp_of

_metadata = sa.MetaData()
_decision = sa.Table(
    "decision",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False, index=True),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("decided_by", sa.String, nullable=False),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing a person decided."""

    id: int
    kind: str
    payload: dict[str, Any]
    by: str
    at: datetime


class Desk:
    """The desk of one data folder."""

    def __init__(self, folder: DataFolder) -> None:
        folder.create()
        self._files = (folder.desk, folder.desk.with_name(folder.desk.name + "-wal"))
        self._newest: dict[tuple[str, ...], tuple[object, int]] = {}
        self._engine = sa.create_engine(f"sqlite:///{folder.desk}", connect_args={"timeout": 30})
        sa.event.listen(self._engine, "connect", _durable)
        try:
            _metadata.create_all(self._engine)
        except sa.exc.DBAPIError as error:
            raise StoreError(f"cannot open the desk {str(folder.desk)!r}: {error.orig}") from error

    @property
    def engine(self) -> sa.Engine:
        """The desk's database, for what is kept beside the decisions."""
        return self._engine

    def decide(self, kind: str, payload: dict[str, Any], *, by: str) -> int:
        """Keep a decision; returns its id once it is on disk."""
        with self._engine.begin() as connection:
            result = connection.execute(
                _decision.insert().values(
                    kind=kind, payload=payload, decided_by=by, decided_at=datetime.now(UTC)
                )
            )
            key = result.inserted_primary_key
            if key is None:
                raise StoreError("the desk did not keep a decision")
            return int(key[0])

    def decisions(self, kind: str, *, after: int = 0, through: int | None = None) -> list[Decision]:
        """The decisions of `kind` with an id above `after`, up to `through`, oldest first."""
        question = sa.select(_decision).where(_decision.c.kind == kind, _decision.c.id > after)
        if through is not None:
            question = question.where(_decision.c.id <= through)
        with self._engine.connect() as connection:
            rows = connection.execute(question.order_by(_decision.c.id)).all()
        return [
            Decision(r.id, r.kind, r.payload, r.decided_by, r.decided_at.replace(tzinfo=UTC))
            for r in rows
        ]

    def undo(self, kind: str, decision_id: int, *, by: str) -> int:
        """Take a decision back, by another; what held before it holds again."""
        return self.decide(kind, {"undo": decision_id}, by=by)

    def standing(self, kind: str, *, through: int | None = None) -> list[Decision]:
        """The decisions of `kind` that were not taken back, oldest first.

        With `through`, those that stood when it was the newest decision.
        """
        made = self.decisions(kind, through=through)
        undone = {int(d.payload["undo"]) for d in made if "undo" in d.payload}
        return [d for d in made if "undo" not in d.payload and d.id not in undone]

    def newest(self, *kinds: str) -> int:
        """The id of the newest decision of these kinds, 0 where there is none.

        Asked for each part of a page; the database is asked only where its files have changed.
        """
        files = tuple(stamp_of(file) for file in self._files)
        before, known = self._newest.get(kinds, (None, 0))
        if before == files:
            return known
        question = sa.select(sa.func.max(_decision.c.id)).where(_decision.c.kind.in_(kinds))
        with self._engine.connect() as connection:
            found = int(connection.execute(question).scalar() or 0)
        self._newest[kinds] = files, found
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def standing_in(folder: DataFolder, kind: str, *, through: int | None = None) -> list[Decision]:
    """As `Desk.standing`, of the desk of `folder`; nothing where it has none."""
    if not folder.desk.exists():
        return []
    desk = Desk(folder)
    try:
        return desk.standing(kind, through=through)
    finally:
        desk.close()


def _durable(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")

"""Reading a published generation: it never changes, so it can stay open and be shared."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import duckdb
import pandas as pd

from monitor.errors import NoDatabaseError, OldArchiveError, StoreError
from monitor.store.folder import DataFolder, current_generation, generation_path
from monitor.store.schema import is_earlier

T = TypeVar("T")
# One thread, for Python makes the rows meanwhile; what does not fit goes to the disk. A process
# that exports a million articles peaks at 290 MB, of which 174 are the program and its libraries.
_SPARING = {
    "threads": 1, "allocator_bulk_deallocation_flush_threshold": "1MB",
    "temp_directory": str(Path(tempfile.gettempdir()) / "media-monitor"),
}  # fmt: skip
_ROOM, _ROOM_OVER = 35, 32  # MB for it: of a generation, and for each overlay's tables and joins
_overlays = itertools.count()  # no two databases of one connection may have one name
_ATTEMPTS = 5  # the pointer may move on, and its file go, between reading and opening


class Layers(NamedTuple):
    """The databases of an overlay."""

    over: str  # the one in memory
    base: str  # the one it stands on
    below: str  # all it stands on, as a search path


class Reader:
    """One generation, open read-only; safe to share between threads."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, generation: str, *, over: str | None = None,
        room: int | None = None,
    ) -> None:  # fmt: skip
        self._connection = connection
        self._room = room  # MB of memory, None for what DuckDB takes
        self._overlaid = False  # room for an overlay is made
        self._over = over  # the database whose views are read before the generation's tables
        self.generation = generation
        self._known: dict[str, Any] = {}

    def once(self, question: Callable[[Reader], T]) -> T:
        """What `question` answers about this generation, which never changes: asked once."""
        name = f"{question.__module__}.{question.__qualname__}"
        if name not in self._known:
            self._known[name] = question(self)
        found: T = self._known[name]
        return found

    def overlaid(
        self, name: str, make: Callable[[duckdb.DuckDBPyConnection, Layers], None]
    ) -> Reader:
        """This reader seen through tables and views of a small database in memory.

        `make` is given a connection that reads and writes them, and makes them; they stand in for
        those of the same names below.
        """
        [(base,)] = self.rows("SELECT current_database()")
        below = self._over or base
        over = f"over_{name}_{next(_overlays)}"
        connection = self._connection.cursor()
        self.make_room()
        connection.execute(f"ATTACH ':memory:' AS {over} (READ_WRITE)")
        connection.execute("SET search_path = $path", {"path": f"{over},{below}"})
        connection.execute("SET TimeZone = 'UTC'")
        make(connection, Layers(over, base, below))
        return Reader(
            connection, f"{self.generation}+{name}", over=f"{over},{below}", room=self._room
        )

    def make_room(self) -> None:
        """Let a sparing reader take the memory that making and reading an overlay needs."""
        if self._room is not None and not self._overlaid:
            self._room += _ROOM_OVER
            _limit(self._connection, self._room)
        self._overlaid = True

    @classmethod
    def open(cls, folder: DataFolder, *, sparing: bool = False) -> Reader:
        """The newest generation in `folder`; raises NoDatabaseError where there is none.

        Raises OldArchiveError where an earlier version published it.

        `sparing` keeps memory small, for a process that goes through the whole archive once.
        """
        failure: Exception | None = None
        for _ in range(_ATTEMPTS):
            name = current_generation(folder)
            if name is None:
                raise NoDatabaseError(f"nothing has been published in {str(folder.root)!r} yet")
            try:
                return cls.open_generation(folder, name, sparing=sparing)
            except OldArchiveError:
                raise
            except StoreError as error:
                failure = error
        raise StoreError(f"cannot open the published generation {name!r}: {failure}")

    @classmethod
    def open_generation(cls, folder: DataFolder, name: str, *, sparing: bool = False) -> Reader:
        """The generation `name`; raises StoreError where it is gone or cannot be opened."""
        path = generation_path(folder, name)
        try:
            connection = duckdb.connect(str(path), read_only=True)
            room = _ROOM if sparing else None
            _limit(connection, room)
            for setting, value in _SPARING.items() if sparing else ():
                connection.execute(f"SET GLOBAL {setting} = $value", {"value": value})
            earlier = is_earlier(connection)
        except duckdb.Error as error:
            raise StoreError(str(error)) from error
        if earlier:
            connection.close()
            raise OldArchiveError(
                f"the archive in {str(folder.root)!r} is by an earlier version of the program; "
                "`python -m monitor ingest --once` brings it up"
            )
        return cls(connection, name, room=room)

    def frame(self, sql: str, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """The answer as a DataFrame; times in UTC."""
        return self._cursor().execute(sql, params or {}).df()

    def rows(self, sql: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The answer as tuples."""
        return self._cursor().execute(sql, params or {}).fetchall()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self._connection.cursor()
        cursor.execute("SET TimeZone = 'UTC'")  # a cursor does not inherit its connection's
        if self._over:
            cursor.execute("SET search_path = $over", {"over": self._over})
        return cursor

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _limit(connection: duckdb.DuckDBPyConnection, room: int | None) -> None:
    if room is not None:
        connection.execute("SET GLOBAL memory_limit = $room", {"room": f"{room}MB"})

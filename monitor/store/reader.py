"""Reading a published generation: it never changes, so it can stay open and be shared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import duckdb
import pandas as pd

from monitor.errors import NoDatabaseError, StoreError
from monitor.store.folder import DataFolder, current_generation, generation_path

T = TypeVar("T")
_ATTEMPTS = 5  # the pointer may move on, and its file go, between reading and opening


class Reader:
    """One generation, open read-only; safe to share between threads."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, generation: str, *, over: str | None = None
    ) -> None:
        self._connection = connection
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
        self, name: str, make: Callable[[duckdb.DuckDBPyConnection, str, str], None]
    ) -> Reader:
        """This generation seen through tables and views of a small database in memory.

        `make` is given a connection and the names of the generation's own database and of the
        one in memory, and makes them there; they stand in for the generation's of the same names.
        """
        [(base,)] = self.rows("SELECT current_database()")
        over = f"over_{name}"
        connection = self._connection.cursor()
        connection.execute(f"ATTACH OR REPLACE ':memory:' AS {over} (READ_WRITE)")
        connection.execute(f"USE {over}")
        connection.execute("SET TimeZone = 'UTC'")
        make(connection, base, over)
        return Reader(connection, f"{self.generation}+{name}", over=f"{over},{base}")

    @classmethod
    def open(cls, folder: DataFolder) -> Reader:
        """The newest generation in `folder`; raises NoDatabaseError where there is none."""
        failure: Exception | None = None
        for _ in range(_ATTEMPTS):
            name = current_generation(folder)
            if name is None:
                raise NoDatabaseError(f"nothing has been published in {str(folder.root)!r} yet")
            try:
                connection = duckdb.connect(str(generation_path(folder, name)), read_only=True)
            except duckdb.Error as error:
                failure = error
                continue
            return cls(connection, name)
        raise StoreError(f"cannot open the published generation {name!r}: {failure}")

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

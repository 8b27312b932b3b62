"""Reading a published generation: it never changes, so it can stay open and be shared."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd

from monitor.errors import NoDatabaseError, StoreError
from monitor.store.folder import DataFolder
from monitor.store.publish import current_generation, generation_path

_ATTEMPTS = 5  # the pointer may move on, and its file go, between reading and opening


class Reader:
    """One generation, open read-only; safe to share between threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, generation: str) -> None:
        self._connection = connection
        self.generation = generation

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
        return cursor

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

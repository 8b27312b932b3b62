"""Opening the live database: one writer at a time, held by a lock that names its owner."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

import duckdb

from monitor.errors import StoreError, WriterBusyError
from monitor.log import event
from monitor.store.folder import DataFolder, current_generation, generation_path
from monitor.store.schema import migrate

Connection = duckdb.DuckDBPyConnection
Rows = Callable[[str, dict[str, Any]], list[tuple[Any, ...]]]  # a question: a writer's or Reader's
WAIT = 60.0  # seconds for another writer
_DISK = frozenset({errno.ENOSPC, errno.EFBIG, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EIO})

# v1.5.0 is the oldest format that keeps zstd text: 4,958 → 903 MB at a million articles.
# What is freed goes back to the system: ingest held 55 MB more after 4,000 pages.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.5.0",
    "allocator_flush_threshold": "1MB",
    "allocator_bulk_deallocation_flush_threshold": "1MB",
}


@contextlib.contextmanager
def writing(folder: DataFolder, *, wait: float = WAIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """The live database, open for writing and migrated; closed on leaving.

    Waits up to `wait` seconds for another writer, then raises WriterBusyError
    naming it. Raises StoreError where the file cannot be opened.
    """
    folder.create()
    with _locked(folder, wait):
        _restore(folder)
        try:
            connection = duckdb.connect(str(folder.live), config=_SETTINGS)
        except duckdb.Error as error:
            raise StoreError(f"cannot open the database {str(folder.live)!r}: {error}") from error
        try:
            connection.execute("SET TimeZone = 'UTC'")
            migrate(connection)
            yield connection
        except Exception as error:
            trouble = _disk_trouble(error)
            if trouble is None:
                raise
            raise StoreError(
                f"cannot write to the data folder {str(folder.root)!r}: {trouble}; what was "
                "committed before is safe, and the next pass goes on from there"
            ) from error
        finally:
            with contextlib.suppress(duckdb.Error):  # it failed above, and that is said
                connection.close()


def _restore(folder: DataFolder) -> None:
    """Where the live file is lost, go on from the newest generation: each is a whole database."""
    name = None if folder.live.exists() else current_generation(folder)
    if name is None or not (published := generation_path(folder, name)).exists():
        return
    folder.live.with_name(folder.live.name + ".wal").unlink(missing_ok=True)
    partial = folder.live.with_suffix(".partial")
    shutil.copyfile(published, partial)  # nobody has this database open: the lock is ours
    partial.rename(folder.live)
    event("live database restored", level=40, generation=name)


def _disk_trouble(error: BaseException) -> str | None:
    """What `error` says of a disk that is full or cannot be written; None for other errors."""
    if isinstance(error, BaseExceptionGroup):
        return next((said for e in error.exceptions if (said := _disk_trouble(e))), None)
    if isinstance(error, duckdb.IOException | duckdb.FatalException):
        return str(error).splitlines()[0]
    if isinstance(error, sqlite3.OperationalError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _DISK:
        return error.strerror
    return str(error) if isinstance(error, StoreError) else None


@contextlib.contextmanager
def _locked(folder: DataFolder, wait: float) -> Iterator[None]:
    try:
        handle = folder.lock.open("a+")
    except OSError as error:
        raise StoreError(
            f"cannot write to the data folder {str(folder.root)!r}: {error.strerror}"
        ) from error
    with handle:
        _acquire(handle, folder, wait)
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield  # closing the file releases the lock, also at kill -9


def _acquire(handle: IO[str], folder: DataFolder, wait: float) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            handle.seek(0)
            owner = handle.read().strip() or "unknown"
            raise WriterBusyError(
                f"the data folder {str(folder.root)!r} is being written by process {owner}; "
                f"waited {wait:.0f} s for it"
            ) from None
        return


def asking(connection: Connection) -> Rows:
    """How the writer asks its database, as `Reader.rows` asks a generation."""
    return lambda sql, params: connection.execute(sql, params).fetchall()


@contextlib.contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Everything inside is committed together, or not at all."""
    connection.begin()
    try:
        yield
    except BaseException:
        with contextlib.suppress(duckdb.Error):  # a database that failed has nothing to undo
            connection.rollback()
        raise
    connection.commit()


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Add `rows` to `table`; columns that a row leaves out are NULL.

    The rows travel as one JSON parameter: lists, times and NULLs keep the
    column's own type, and a batch costs one statement instead of one a row.
    """
    batch = [dict(row) for row in rows]
    if not batch:
        return
    columns, values = _as_json(connection, table, batch)
    connection.execute(
        f"INSERT INTO {_name(table)} ({', '.join(columns)}) "
        "SELECT unnest(from_json($rows, $types), recursive := true)",
        values,
    )


def update(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    key: str,
) -> None:
    """Set the columns that `rows` give, in the rows of `table` with their `key`: one statement."""
    batch = [dict(row) for row in rows]
    if not batch:
        return
    columns, values = _as_json(connection, table, batch)
    settings = ", ".join(f"{name} = new.{name}" for name in columns if name != key)
    connection.execute(
        f"UPDATE {_name(table)} SET {settings} "  # noqa: S608 -- our own names
        "FROM (SELECT unnest(from_json($rows, $types), recursive := true)) AS new "
        f"WHERE {_name(table)}.{_name(key)} = new.{key}",
        values,
    )


def _as_json(
    connection: duckdb.DuckDBPyConnection, table: str, batch: list[dict[str, Any]]
) -> tuple[list[str], dict[str, str]]:
    """The columns of `table` that `batch` gives, and the parameters that carry its rows."""
    types = {
        name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {_name(table)}").fetchall()
    }
    columns = [name for name in types if any(name in row for row in batch)]
    unknown = {name for row in batch for name in row} - set(types)
    if unknown:
        raise StoreError(f"table {table!r} has no column {', '.join(sorted(unknown))}")
    return columns, {
        "rows": json.dumps([{c: row.get(c) for c in columns} for row in batch], default=str),
        "types": json.dumps([{c: types[c] for c in columns}]),
    }


def _name(table: str) -> str:
    if not table.isidentifier():
        raise ValueError(f"not a table name: {table!r}")
    return table

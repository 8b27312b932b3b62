"""Publishing: after a pass, readers get a copy of the database that never changes again.

Readers that share the writer's file were refused 97 % of the time; readers of a
copy never are. The copy is made by a separate process: opening and closing the
database file here would drop DuckDB's own lock on it, and a second process
could then write.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import duckdb

from monitor.errors import StoreError
from monitor.store import hearing, rhythm
from monitor.store.database import transaction
from monitor.store.folder import DataFolder, current_generation, generation_path
from monitor.store.schema import UNDATED, is_earlier

# Long queries and downloads may still read an older generation that they have opened
# by name but not yet by file; an open file outlives its deletion anyway.
_KEEP = 3


def publish(folder: DataFolder, connection: duckdb.DuckDBPyConnection) -> str:
    """Make everything committed visible to readers; returns the new generation's name."""
    hearing.catch_up(connection)
    rhythm.catch_up(connection)
    with transaction(connection):
        connection.execute(UNDATED)
    connection.execute("CHECKPOINT")
    number = max((_number(path) for path in folder.published.glob("g*.duckdb")), default=0)
    name = f"g{max(number, _number(folder.published / (current_generation(folder) or ''))) + 1:06d}"
    target = folder.published / f"{name}.duckdb"
    partial = target.with_suffix(".partial")
    copied = subprocess.run(  # noqa: S603 -- no shell, our own paths
        ["cp", "--", str(folder.live), str(partial)],  # noqa: S607 -- the system's cp
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if copied.returncode:
        partial.unlink(missing_ok=True)
        raise StoreError(f"cannot publish to {str(folder.published)!r}: {copied.stderr.strip()}")
    _sync(partial)
    partial.rename(target)
    _point(folder, name)
    _delete_old(folder)
    return name


def is_outdated(folder: DataFolder) -> bool:
    """Whether an earlier version published last: readers may ask for what it did not have."""
    name = current_generation(folder)
    if name is None:
        return False
    try:
        with duckdb.connect(str(generation_path(folder, name)), read_only=True) as generation:
            return is_earlier(generation)
    except duckdb.Error:  # whoever reads it says so
        return False


def _point(folder: DataFolder, name: str) -> None:
    pointer = folder.current.with_suffix(".partial")
    pointer.write_text(name + "\n")
    _sync(pointer)
    pointer.replace(folder.current)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _delete_old(folder: DataFolder) -> None:
    generations = sorted(folder.published.glob("g*.duckdb"), key=_number)
    for path in generations[:-_KEEP]:
        path.unlink(missing_ok=True)
    for path in folder.published.glob("g*.partial"):
        path.unlink(missing_ok=True)


def _number(path: Path) -> int:
    digits = path.stem.removeprefix("g")
    return int(digits) if digits.isdigit() else 0

"""Full-text search: SQLite FTS5 beside the database.

Contentless, one row a revision, rowid = revision_id. A changed article gets a
new revision and so a new row; the old row still finds the old wording, which a
reader of an older generation needs and a newer one drops by joining on
`article.revision_id`. So the index only ever grows at its end, and after a
crash it is continued from its highest rowid. It may be deleted at any time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import duckdb

from monitor.analysis.query import Query
from monitor.analysis.query_fts5 import to_fts5
from monitor.errors import StoreError
from monitor.log import event
from monitor.store.folder import DataFolder

_TABLE = """
CREATE VIRTUAL TABLE IF NOT EXISTS revision USING fts5(
    title, text, content='', tokenize='unicode61 remove_diacritics 2'
)
"""
_BATCH = 2_000
_NAMES = 50  # in one question
_FORM = 1  # of the index; one of another form is made again. 1: a description stands in for a text


def index_new(folder: DataFolder, connection: duckdb.DuckDBPyConnection) -> int:
    """Index every committed revision above the index's highest; returns how many."""
    _drop_damaged(folder)
    added = 0
    with _open(folder) as index:
        while True:
            row = index.execute("SELECT coalesce(max(rowid), 0) FROM revision").fetchone()
            batch = connection.execute(
                """
                SELECT r.revision_id, r.title, coalesce(nullif(b.text, ''), a.description, '')
                FROM revision r JOIN body b USING (revision_id)
                LEFT JOIN article a ON a.revision_id = r.revision_id
                WHERE r.revision_id > $last ORDER BY r.revision_id LIMIT $size
                """,
                {"last": row[0], "size": _BATCH},
            ).fetchall()
            if not batch:
                return added
            with index:
                index.executemany(
                    "INSERT INTO revision (rowid, title, text) VALUES (?, ?, ?)", batch
                )
            added += len(batch)


def search_revisions(folder: DataFolder, query: Query, *, limit: int = 100_000) -> list[int]:
    """The revision ids that match `query`, newest first, at most `limit`."""
    if not folder.search.exists():
        return []
    with _open(folder) as index:
        try:
            rows = index.execute(
                "SELECT rowid FROM revision WHERE revision MATCH ? ORDER BY rowid DESC LIMIT ?",
                (to_fts5(query), limit),
            ).fetchall()
        except sqlite3.OperationalError as error:
            raise StoreError(f"the search index could not answer: {error}") from error
    return [row[0] for row in rows]


def search_names(folder: DataFolder, names: Sequence[str]) -> list[int]:
    """The revisions in which one of `names` stands, word by word; in any case."""
    found: set[int] = set()
    if not folder.search.exists():
        return []
    with _open(folder) as index:
        for at in range(0, len(names), _NAMES):
            # In double quotes everything is words to FTS5, and nothing syntax.
            phrases = ['"' + name.replace('"', " ").replace("\0", " ") + '"'
                       for name in names[at : at + _NAMES]]  # fmt: skip
            rows = index.execute(
                "SELECT rowid FROM revision WHERE revision MATCH ?", (" OR ".join(phrases),)
            )
            found.update(row[0] for row in rows)
    return sorted(found, reverse=True)


def _drop_damaged(folder: DataFolder) -> None:
    """Delete an index that is damaged or of an older form: it is derived, and made again."""
    try:
        with _open(folder) as index:
            last = index.execute("SELECT max(rowid) FROM revision").fetchone()[0]
            form = index.execute("PRAGMA user_version").fetchone()[0]
            if last is None:
                index.execute(f"PRAGMA user_version = {_FORM}")
            elif form != _FORM:
                event("search index is of an older form", index=folder.search,
                      doing="making it again")  # fmt: skip
                index.executescript(f"DROP TABLE revision; {_TABLE}; PRAGMA user_version = {_FORM}")
    except StoreError as error:
        if not isinstance(error.__cause__, sqlite3.DatabaseError) or isinstance(
            error.__cause__, sqlite3.OperationalError
        ):
            raise
        event("search index damaged", level=40, index=folder.search, doing="making it again")
        for suffix in ("", "-wal", "-shm"):
            folder.search.with_name(folder.search.name + suffix).unlink(missing_ok=True)


class _open:  # noqa: N801 -- reads as the context manager it is
    """The index, closed on leaving (sqlite3's own context manager only commits)."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder

    def __enter__(self) -> sqlite3.Connection:
        try:
            self._connection = sqlite3.connect(self._folder.search, timeout=30)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(_TABLE)
        except sqlite3.Error as error:
            raise StoreError(
                f"cannot open the search index {str(self._folder.search)!r}: {error}"
            ) from error
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()

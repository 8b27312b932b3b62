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

from monitor.analysis.document import Document
from monitor.analysis.query import Fact, Query
from monitor.analysis.query_fts5 import to_fts5
from monitor.analysis.query_history import only_words, search_history
from monitor.analysis.query_match import Matcher
from monitor.errors import StoreError
from monitor.log import event
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader

_TABLE = """
CREATE VIRTUAL TABLE IF NOT EXISTS revision USING fts5(
    title, text, content='', tokenize='unicode61 remove_diacritics 2'
)
"""
_BATCH = 2_000
_AT_ONCE = 50  # in one question
_FORM = 1  # of the index; one of another form is made again. 1: a description stands in for a text
EVERY = 2**62  # a limit that is none
Within = tuple[int, int]  # the first and the last revision id that are looked at
ALL: Within = (0, EVERY)
# What a fact's names are called, and the articles that have one of them.
_NAMES = {
    "outlet": "SELECT outlet_id, name FROM outlet",
    "lang": "SELECT DISTINCT language, language FROM article",
    "company": "SELECT company_id, name FROM company",
    "topic": "SELECT topic_id, name FROM topic",
}
_WITH_FACT = {
    "outlet": "SELECT revision_id FROM article WHERE outlet_id IN (SELECT unnest($ids::INTEGER[]))",
    "lang": "SELECT revision_id FROM article WHERE language IN (SELECT unnest($ids::VARCHAR[]))",
    "company": """
        SELECT revision_id FROM article WHERE article_id IN (
            SELECT article_id FROM mention WHERE company_id IN (SELECT unnest($ids::INTEGER[])))
    """,
    "topic": """
        SELECT revision_id FROM article WHERE article_id IN (
            SELECT article_id FROM topic_tag WHERE topic_id IN (SELECT unnest($ids::INTEGER[])))
    """,
}


def index_new(folder: DataFolder, connection: duckdb.DuckDBPyConnection) -> int:
    """Index every committed revision above the index's highest; returns how many."""
    _drop_damaged(folder)
    added = 0
    with _open(folder) as index:
        [last] = index.execute("SELECT coalesce(max(rowid), 0) FROM revision").fetchone()
        new = [
            row[0]
            for row in connection.execute(
                "SELECT revision_id FROM revision WHERE revision_id > $last ORDER BY revision_id",
                {"last": last},
            ).fetchall()
        ]
        for at in range(0, len(new), _BATCH):
            # Between two ids, so that of a long history only this part of the texts is read.
            first, until = new[at], new[min(at + _BATCH, len(new)) - 1]
            batch = connection.execute(
                """
                SELECT r.revision_id, r.title, coalesce(nullif(b.text, ''), a.description, '')
                FROM (SELECT * FROM revision WHERE revision_id BETWEEN $first AND $until) r
                JOIN (SELECT * FROM body WHERE revision_id BETWEEN $first AND $until) b
                    USING (revision_id)
                LEFT JOIN (SELECT * FROM article WHERE revision_id BETWEEN $first AND $until) a
                    ON a.revision_id = r.revision_id
                ORDER BY r.revision_id
                """,
                {"first": first, "until": until},
            ).fetchall()
            with index:
                index.executemany(
                    "INSERT INTO revision (rowid, title, text) VALUES (?, ?, ?)", batch
                )
            added += len(batch)
    return added


def search_revisions(
    folder: DataFolder, query: Query, reader: Reader | None = None, *, limit: int = 100_000,
    within: Within = ALL,
) -> list[int]:  # fmt: skip
    """The revision ids `within` that match `query`, newest first, at most `limit`.

    Facts of an article and the case of its words are asked of `reader`'s generation, whose articles
    are then searched in their newest wording. Raises StoreError where a query needs it and there is
    none.
    """
    if not folder.search.exists():
        return []
    with _open(folder) as index:
        if only_words(query):
            return _match(index, to_fts5(query), limit, within)
        if reader is None:
            raise StoreError("this query needs the archive, and nothing has been published yet")
        found = search_history(query, _History(index, reader))
    first, last = within
    return sorted((i for i in found if first <= i <= last), reverse=True)[:limit]


def _match(index: sqlite3.Connection, match: str, limit: int, within: Within = ALL) -> list[int]:
    try:
        rows = index.execute(
            """
            SELECT rowid FROM revision WHERE revision MATCH ? AND rowid BETWEEN ? AND ?
            ORDER BY rowid DESC LIMIT ?
            """,
            (match, *within, limit),
        ).fetchall()
    except sqlite3.OperationalError as error:
        raise StoreError(f"the search index could not answer: {error}") from error
    return [row[0] for row in rows]


def search_names(
    folder: DataFolder, names: Sequence[str], *, within: Within = ALL, limit: int = EVERY
) -> list[int]:
    """The revisions `within` in which one of `names` stands, word by word; in any case.

    Where there are more than `limit`, more than `limit` of them.
    """
    found: set[int] = set()
    if not folder.search.exists():
        return []
    with _open(folder) as index:
        for at in range(0, len(names), _AT_ONCE):
            # In double quotes everything is words to FTS5, and nothing syntax.
            phrases = ['"' + name.replace('"', " ").replace("\0", " ") + '"'
                       for name in names[at : at + _AT_ONCE]]  # fmt: skip
            rows = index.execute(
                """
                SELECT rowid FROM revision WHERE revision MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?
                """,
                (" OR ".join(phrases), *within, min(limit, EVERY - 1) + 1),
            )
            found.update(row[0] for row in rows)
            if len(found) > limit:
                break
    return sorted(found, reverse=True)


class _History:
    """The index and a generation, each asked for what it knows; articles by newest revision."""

    def __init__(self, index: sqlite3.Connection, reader: Reader) -> None:
        self._index = index
        self._reader = reader

    def words(self, match: str) -> frozenset[int]:
        """The revisions whose words match."""
        return frozenset(_match(self._index, match, EVERY))

    def facts(self, fact: Fact) -> frozenset[int]:
        """The newest revisions of the articles that have the fact."""
        rows = self._reader.rows(_NAMES[fact.field])
        ids = [key for key, name in rows if name and fact.holds(name)]
        if not ids:
            return frozenset()
        return frozenset(row[0] for row in self._reader.rows(_WITH_FACT[fact.field], {"ids": ids}))

    def written(self, candidates: frozenset[int], query: Query) -> frozenset[int]:
        """Those of `candidates` that match, read in the generation."""
        matcher = Matcher(query)
        found: set[int] = set()
        ordered = sorted(candidates)
        for at in range(0, len(ordered), _BATCH):
            rows = self._reader.rows(
                """
                SELECT r.revision_id, r.title, coalesce(nullif(b.text, ''), a.description, '')
                FROM revision r JOIN body b USING (revision_id)
                LEFT JOIN article a ON a.revision_id = r.revision_id
                WHERE r.revision_id IN (SELECT unnest($ids::BIGINT[]))
                """,
                {"ids": ordered[at : at + _BATCH]},
            )
            found.update(
                revision
                for revision, title, text in rows
                if matcher.match(Document(title=title or "", text=text or "")) is not None
            )
        return frozenset(found)


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

"""The diary of passes, settings, and the archive's own totals."""

from __future__ import annotations

from datetime import datetime

import duckdb

from monitor.store.database import insert, transaction

# Settings: a digest of the rules that history was tagged by, and the rules.
TAGGED_WITH, TAGGED_BY = "tagged_with", "tagged_by"
_RULES = "rules "  # and their digest: every rules that history was ever tagged by


def start(connection: duckdb.DuckDBPyConnection, *, pass_id: int, kind: str, at: datetime) -> None:
    """Note that a pass has begun; one without an end was interrupted."""
    insert(connection, "pass", [{"pass_id": pass_id, "kind": kind, "started_at": at}])


def finish(
    connection: duckdb.DuckDBPyConnection, *, pass_id: int, at: datetime, feeds: int = 0,
    failing: int = 0, entries: int = 0, articles: int = 0, revisions: int = 0,
) -> None:  # fmt: skip
    """Note how a pass ended."""
    connection.execute(
        """
        UPDATE pass SET finished_at = $at, feeds = $feeds, failing = $failing, entries = $entries,
            articles = $articles, revisions = $revisions
        WHERE pass_id = $pass_id
        """,
        {"pass_id": pass_id, "at": at, "feeds": feeds, "failing": failing, "entries": entries,
         "articles": articles, "revisions": revisions},
    )  # fmt: skip


def setting(connection: duckdb.DuckDBPyConnection, key: str) -> str | None:
    """The value under `key`."""
    row = connection.execute("SELECT value FROM setting WHERE key = $key", {"key": key}).fetchone()
    return row[0] if row else None


def set_setting(connection: duckdb.DuckDBPyConnection, key: str, value: str) -> None:
    """Keep `value` under `key`."""
    connection.execute(
        """
        MERGE INTO setting USING (SELECT $key AS key, $value AS value) AS new USING (key)
        WHEN MATCHED THEN UPDATE SET value = new.value
        WHEN NOT MATCHED THEN INSERT (key, value) VALUES (new.key, new.value)
        """,
        {"key": key, "value": value},
    )


def tagging_settings(rules: str, version: str) -> dict[str, str]:
    """What to keep once history is tagged by `rules`; a report can ask for them again later."""
    return {TAGGED_BY: rules, TAGGED_WITH: version, rules_key(version): rules}


def rules_key(version: str) -> str:
    """The setting that keeps the rules whose digest is `version`."""
    return f"{_RULES}{version}"


def is_empty(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether no article was ever kept."""
    row = connection.execute("SELECT count(*) FROM article").fetchone()
    return not (row and row[0])


def remove_sample(connection: duckdb.DuckDBPyConnection) -> int:
    """Take the sample archive out, all of it at once; returns how many articles went."""
    with transaction(connection):
        row = connection.execute("SELECT count(*) FROM article WHERE sample").fetchone()
        for table in ("body", "revision", "mention", "topic_tag", "group_key", "correction"):
            connection.execute(
                f"DELETE FROM {table} "  # noqa: S608 -- names of our own tables
                "WHERE article_id IN (SELECT article_id FROM article WHERE sample)"
            )
        for table in ("entry", "poll", "hearing", "unheard", "silence", "rhythm"):
            connection.execute(
                f"DELETE FROM {table} WHERE feed_id IN (SELECT feed_id FROM feed WHERE sample)"  # noqa: S608
            )
        for table in ("article", "feed"):
            connection.execute(f"DELETE FROM {table} WHERE sample")  # noqa: S608
        connection.execute(
            """
            UPDATE outlet SET sample = false WHERE outlet_id IN (SELECT outlet_id FROM article)
                OR outlet_id IN (SELECT outlet_id FROM feed)
            """
        )
        connection.execute("DELETE FROM outlet WHERE sample")
        # An outlet's number may be given out again.
        connection.execute(
            "DELETE FROM line_seen WHERE outlet_id NOT IN (SELECT outlet_id FROM outlet)"
        )
        connection.execute("DELETE FROM pass WHERE kind = 'sample'")
        _rename_groups(connection)
    return int(row[0]) if row else 0


def _rename_groups(connection: duckdb.DuckDBPyConnection) -> None:
    """Call stories and copy groups whose first article is gone by the first one that is left."""
    connection.execute(
        """
        UPDATE article SET story_id = new.story_id, copy_group_id = new.copy_group_id,
            source_id = new.source_id
        FROM (
            SELECT article_id, min(article_id) OVER (PARTITION BY story_id) AS story_id,
                min(article_id) OVER (PARTITION BY copy_group_id) AS copy_group_id,
                CASE WHEN source_id IN (SELECT article_id FROM article) THEN source_id END
                    AS source_id
            FROM article
        ) AS new
        WHERE new.article_id = article.article_id
            AND article.story_id NOT IN (SELECT article_id FROM article)
        """
    )
    connection.execute(
        """
        UPDATE mention SET story_id = a.story_id FROM article a
        WHERE a.article_id = mention.article_id AND mention.story_id <> a.story_id
        """
    )

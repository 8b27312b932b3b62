"""Which articles are looked at again, and when. Callers hold the transaction where they write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from monitor.store.database import update


@dataclass(frozen=True, slots=True)
class Due:
    """An article whose page is to be looked at again, as it is known now."""

    article_id: int
    url_key: str
    url: str
    outlet: str
    title: str
    description: str
    authors: tuple[str, ...]
    published_at: datetime | None
    date_confidence: str
    first_seen_at: datetime


def unscheduled(
    connection: duckdb.DuckDBPyConnection, article_ids: Sequence[int]
) -> list[tuple[int, datetime, bool]]:
    """Id, time first seen and whether it has a text, of those never scheduled.

    Left out are articles without an address of their own.
    """
    return connection.execute(
        """
        SELECT article_id, first_seen_at, text_status = 'full' FROM article
        WHERE article_id IN (SELECT unnest($ids)) AND next_check IS NULL AND checked_at IS NULL
            AND url IS NOT NULL AND NOT contains(url_key, '#')
        """,
        {"ids": list(article_ids)},
    ).fetchall()


def schedule(
    connection: duckdb.DuckDBPyConnection,
    due: Mapping[int, datetime | None],
    *,
    checked_at: datetime | None = None,
) -> None:
    """Set when articles are looked at next (None: never again), and when they last were."""
    update(
        connection,
        "article",
        [
            {"article_id": article_id, "next_check": moment}
            | ({"checked_at": checked_at} if checked_at else {})
            for article_id, moment in due.items()
        ],
        key="article_id",
    )


def due(connection: duckdb.DuckDBPyConnection, *, now: datetime, limit: int) -> list[Due]:
    """The articles whose time has come, the longest overdue first, at most `limit`."""
    rows = connection.execute(
        """
        SELECT a.article_id, a.url_key, a.url, o.name, a.title, a.description, a.authors,
            a.published_at, coalesce(a.date_confidence, 'none'), a.first_seen_at
        FROM article a JOIN outlet o USING (outlet_id)
        WHERE a.next_check <= $now ORDER BY a.next_check, a.article_id LIMIT $limit
        """,
        {"now": now, "limit": limit},
    ).fetchall()
    return [
        Due(article_id=row[0], url_key=row[1], url=row[2], outlet=row[3], title=row[4],
            description=row[5] or "", authors=tuple(row[6] or ()), published_at=row[7],
            date_confidence=row[8], first_seen_at=row[9])
        for row in rows
    ]  # fmt: skip

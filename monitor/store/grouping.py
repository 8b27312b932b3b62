"""What grouping needs of the store: lookup keys, and where articles were placed.

Callers hold the transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from monitor.analysis.group_keys import Keys
from monitor.models import DateConfidence, GroupItem, Placement, Role
from monitor.store.articles import evidence_json, parse_evidence
from monitor.store.database import Rows, insert, update
from monitor.store.days import zone_of

_BAND, _TERM = 0, 1


def replace_keys(
    connection: duckdb.DuckDBPyConnection,
    keys: Mapping[int, Keys],
    dated: Mapping[int, datetime | None],
) -> None:
    """Keep the lookup keys of articles, in place of those they had."""
    connection.execute(
        "DELETE FROM group_key WHERE article_id IN (SELECT unnest($ids))", {"ids": list(keys)}
    )
    rows = [
        {"article_id": i, "keys": values, "kind": kind, "dated_at": dated.get(i)}
        for i, both in keys.items()
        for kind, values in ((_BAND, both.bands), (_TERM, both.terms))
        if values
    ]
    if rows:
        # Lists that are taken apart there: twenty times as fast as a row for each key.
        connection.execute(
            """
            INSERT INTO group_key (key, kind, article_id, dated_at)
            SELECT unnest(r.keys), r.kind, r.article_id, r.dated_at
            FROM (SELECT unnest(from_json($rows, $types)) AS r)
            """,
            {"rows": json.dumps(rows, default=str),
             "types": '[{"article_id":"BIGINT","keys":"BIGINT[]","kind":"TINYINT",'
                      '"dated_at":"TIMESTAMPTZ"}]'},
        )  # fmt: skip


def members(
    rows: Rows, stories: Iterable[int], *, about: Iterable[str] | None = None
) -> dict[int, tuple[str, Placement]]:
    """article_id → url_key and place of the articles of `stories`, in order of their ids.

    With `about`, only those with such a url_key and what shares a copy group with them.
    """
    found = rows(
        """
        WITH member AS (
            SELECT article_id, url_key, story_id, copy_group_id, role, source_id, role_evidence
            FROM article WHERE story_id IN (SELECT unnest($stories::BIGINT[]))
        )
        SELECT * FROM member WHERE $keys IS NULL OR copy_group_id IN (
            SELECT copy_group_id FROM member WHERE url_key IN (SELECT unnest($keys::VARCHAR[])))
        ORDER BY article_id
        """,
        {"stories": list(stories), "keys": None if about is None else list(about)},
    )
    return {row[0]: (row[1], placement(row[0], *row[2:])) for row in found}


def placement(
    article_id: int, story: int, copy_group: int, role: str, source: int | None, evidence: str
) -> Placement:
    """A place as the database keeps it."""
    return Placement(article_id, story, copy_group, Role(role), source, parse_evidence(evidence))


def group_items(
    connection: duckdb.DuckDBPyConnection, article_ids: Sequence[int]
) -> list[GroupItem]:
    """The given articles as grouping reads them, in id order."""
    rows = connection.execute(
        """
        SELECT a.article_id, a.title, b.text, a.published_at, a.date_confidence, o.name, a.url,
            a.credit
        FROM article a JOIN body b USING (revision_id) JOIN outlet o USING (outlet_id)
        WHERE a.article_id IN (SELECT unnest($ids)) ORDER BY a.article_id
        """,
        {"ids": list(article_ids)},
    ).fetchall()
    return [
        GroupItem(id=row[0], title=row[1], text=row[2], published_at=row[3],
                  date_confidence=DateConfidence(row[4]), outlet=row[5], url=row[6], credit=row[7])
        for row in rows
    ]  # fmt: skip


def place(connection: duckdb.DuckDBPyConnection, placements: Iterable[Placement]) -> list[int]:
    """Keep where articles were placed; returns the ids of those that changed.

    A story that was part of another and is one again is found under its own id.
    """
    wanted = {int(p.id): p for p in placements}
    connection.execute(
        "DELETE FROM story_redirect WHERE story_id IN (SELECT unnest($stories))",
        {"stories": list({p.story for p in wanted.values()})},
    )
    present = {
        row[0]: row[1:]
        for row in connection.execute(
            """
            SELECT article_id, story_id, copy_group_id, role, source_id, role_evidence FROM article
            WHERE article_id IN (SELECT unnest($ids))
            """,
            {"ids": list(wanted)},
        ).fetchall()
    }
    changed: list[dict[str, Any]] = []
    for article_id, p in wanted.items():
        evidence = evidence_json(p.evidence)
        if present.get(article_id) != (p.story, p.copy_group, str(p.role), p.source, evidence):
            changed.append(
                {"article_id": article_id, "story_id": p.story, "copy_group_id": p.copy_group,
                 "role": str(p.role), "source_id": p.source, "role_evidence": evidence}
            )  # fmt: skip
    update(connection, "article", changed, key="article_id")
    return [row["article_id"] for row in changed]


def merge_stories(
    connection: duckdb.DuckDBPyConnection, merged: Mapping[int, int], *, at: datetime
) -> list[int]:
    """Let whole stories join others: {story: the story it became}; returns the articles moved.

    Old links go on working through `story_redirect`.
    """
    if not merged:
        return []
    ids = {"old": list(merged), "new": list(merged.values())}
    moved = connection.execute(
        """
        UPDATE article SET story_id = m.new
        FROM (SELECT unnest($old::BIGINT[]) AS old, unnest($new::BIGINT[]) AS new) m
        WHERE article.story_id = m.old RETURNING article_id
        """,
        ids,
    ).fetchall()
    connection.execute(
        """
        UPDATE story_redirect SET merged_into = m.new
        FROM (SELECT unnest($old::BIGINT[]) AS old, unnest($new::BIGINT[]) AS new) m
        WHERE story_redirect.merged_into = m.old
        """,
        ids,
    )
    insert(
        connection,
        "story_redirect",
        [{"story_id": old, "merged_into": new, "merged_at": at} for old, new in merged.items()],
    )
    return [i for (i,) in moved]


def infer_dates(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[int]) -> list[int]:
    """Date undated copies by the earliest dated article of their copy group.

    The date goes to `inferred_at` and never to `published_at`; returns the articles changed.
    """
    rows = connection.execute(
        """
        WITH touched AS (
            SELECT DISTINCT copy_group_id FROM article WHERE article_id IN (SELECT unnest($ids))
        ),
        first AS (
            SELECT copy_group_id, min(published_at) AS earliest
            FROM article JOIN touched USING (copy_group_id) GROUP BY copy_group_id
        )
        UPDATE article SET inferred_at = f.earliest,
            dated_at = CASE WHEN epoch_us(f.earliest) % 86_400_000_000 = 0
                THEN timezone($tz, timezone('UTC', f.earliest)) ELSE f.earliest END
        FROM first f
        WHERE f.copy_group_id = article.copy_group_id AND article.published_at IS NULL
            AND (article.inferred_at IS DISTINCT FROM f.earliest
                OR article.dated_at IS NULL AND f.earliest IS NOT NULL)
        RETURNING article_id
        """,
        {"ids": list(article_ids), "tz": zone_of(connection).key},
    ).fetchall()
    return [row[0] for row in rows]

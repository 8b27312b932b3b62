"""What grouping needs of the store: lookup keys, candidates, and where articles were placed.

Callers hold the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from monitor.analysis.group_keys import SHARED_TERMS, WINDOW, Keys
from monitor.analysis.story_decisions import Held
from monitor.models import DateConfidence, GroupItem, Placement, Role
from monitor.store.articles import evidence_json, parse_evidence
from monitor.store.database import Rows, asking, insert, update

_BAND, _TERM = 0, 1
_PER_ARTICLE = 40  # candidates looked at for each new article, best first
_PER_STORY = 60  # articles of a candidate's story: as many as grouping still tells apart


@dataclass(frozen=True)
class Near:
    """What grouping is seeded with: the arguments of `Grouper`, with the articles' ids."""

    placed: list[tuple[GroupItem, Placement]]
    unread: list[Placement] = field(default_factory=list)
    held: Held[int] = field(default_factory=Held)


def replace_keys(
    connection: duckdb.DuckDBPyConnection,
    keys: Mapping[int, Keys],
    dated: Mapping[int, datetime | None],
) -> None:
    """Keep the lookup keys of articles, in place of those they had."""
    connection.execute(
        "DELETE FROM group_key WHERE article_id IN (SELECT unnest($ids))", {"ids": list(keys)}
    )
    insert(connection, "group_key", _key_rows(keys, dated))


def candidates(
    connection: duckdb.DuckDBPyConnection,
    keys: Mapping[int, Keys],
    dated: Mapping[int, datetime | None],
    held: Held[str],
) -> Near:
    """The placed articles that may belong with the articles in `keys`, and what people decided.

    Those that share a band at any time, and those that share two terms within
    the window of a story (or that have no date), and those that people `held` together with them;
    with each, the rest of its copy group, and the founder and the latest of its story, which may
    turn out to be two. The articles of `keys` are there already, but not placed.
    """
    own = _held_among(connection, held, list(keys)) if held.classes else {}
    wanted = held.mates(own.values()) if own else set[str]()
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE wanted (
            article_id BIGINT, key BIGINT, kind TINYINT, dated_at TIMESTAMPTZ)
        """
    )
    insert(connection, "wanted", _key_rows(keys, dated))
    rows = connection.execute(
        """
        WITH shared AS (
            SELECT w.article_id AS item, g.article_id, count(*) FILTER (WHERE w.kind = 0) AS bands,
                count(*) FILTER (WHERE w.kind = 1) AS terms
            FROM wanted w JOIN group_key g ON g.key = w.key AND g.kind = w.kind
                AND g.article_id NOT IN (SELECT unnest($own))
            WHERE w.kind = 0 OR w.dated_at IS NULL OR g.dated_at IS NULL
                OR abs(epoch(w.dated_at) - epoch(g.dated_at)) <= $window
            GROUP BY w.article_id, g.article_id
            HAVING count(*) FILTER (WHERE w.kind = 0) > 0
                OR count(*) FILTER (WHERE w.kind = 1) >= $shared_terms
            QUALIFY row_number() OVER (
                PARTITION BY w.article_id ORDER BY bands DESC, terms DESC, g.article_id
            ) <= $per_article
        ),
        near AS (
            SELECT article_id FROM shared
            UNION
            SELECT article_id FROM article WHERE url_key IN (SELECT unnest($wanted::VARCHAR[]))
        ),
        story AS (
            SELECT article_id, copy_group_id FROM article
            WHERE story_id IN (SELECT a.story_id FROM article a JOIN near USING (article_id))
            QUALIFY article_id = story_id OR row_number() OVER (
                PARTITION BY story_id ORDER BY article_id DESC) <= $per_story
        ),
        family AS (
            SELECT article_id FROM story
            UNION
            SELECT c.article_id FROM article c
            WHERE c.copy_group_id IN (SELECT copy_group_id FROM story)
                OR c.copy_group_id IN (
                    SELECT a.copy_group_id FROM article a JOIN near USING (article_id))
        )
        SELECT a.article_id, a.title, b.text, a.published_at, a.date_confidence, o.name, a.url,
            a.credit, a.story_id, a.copy_group_id, a.role, a.source_id, a.role_evidence
        FROM article a JOIN family USING (article_id) JOIN body b USING (revision_id)
            JOIN outlet o USING (outlet_id)
        WHERE a.story_id IS NOT NULL
        ORDER BY a.article_id
        """,
        {"own": list(keys), "window": WINDOW.total_seconds(), "shared_terms": SHARED_TERMS,
         "per_article": _PER_ARTICLE, "per_story": _PER_STORY, "wanted": sorted(wanted)},
    ).fetchall()  # fmt: skip
    placed = [
        (
            GroupItem(id=row[0], title=row[1], text=row[2], published_at=row[3],
                      date_confidence=DateConfidence(row[4]), outlet=row[5], url=row[6],
                      credit=row[7]),
            _placement(row[0], *row[8:]),
        )
        for row in rows
    ]  # fmt: skip
    if not held.classes:
        return Near(placed)
    stories = {int(p.story) for _, p in placed}
    decided = members(asking(connection), stories, about=held.classes)
    read = {item.id for item, _ in placed}
    classes = {i: held.classes[key] for i, key in own.items()}
    classes |= {i: held.classes[key] for i, (key, _) in decided.items() if key in held.classes}
    unread = [p for i, (_, p) in decided.items() if i not in read]
    return Near(placed, unread, Held(classes, held.apart))


def _held_among(
    connection: duckdb.DuckDBPyConnection, held: Held[str], article_ids: Sequence[int]
) -> dict[int, str]:
    """The url_key of those of `article_ids` that people decided about."""
    rows = connection.execute(
        "SELECT article_id, url_key FROM article WHERE article_id IN (SELECT unnest($ids))",
        {"ids": article_ids},
    ).fetchall()
    return {i: key for i, key in rows if key in held.classes}


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
    return {row[0]: (row[1], _placement(row[0], *row[2:])) for row in found}


def _placement(
    article_id: int, story: int, copy_group: int, role: str, source: int | None, evidence: str
) -> Placement:
    return Placement(article_id, story, copy_group, Role(role), source, parse_evidence(evidence))


def kept_keys(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]) -> dict[int, Keys]:
    """The lookup keys of articles, of those that have any."""
    rows = connection.execute(
        """
        SELECT article_id, list(key) FILTER (WHERE kind = 0), list(key) FILTER (WHERE kind = 1)
        FROM group_key WHERE article_id IN (SELECT unnest($ids)) GROUP BY article_id
        """,
        {"ids": list(article_ids)},
    ).fetchall()
    return {row[0]: Keys(tuple(row[1] or ()), tuple(row[2] or ())) for row in rows}


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
    moved: list[int] = []
    for old, new in merged.items():
        moved += [
            row[0]
            for row in connection.execute(
                "UPDATE article SET story_id = $new WHERE story_id = $old RETURNING article_id",
                {"old": old, "new": new},
            ).fetchall()
        ]
        connection.execute(
            "UPDATE story_redirect SET merged_into = $new WHERE merged_into = $old",
            {"old": old, "new": new},
        )
        insert(
            connection, "story_redirect", [{"story_id": old, "merged_into": new, "merged_at": at}]
        )
    return moved


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
        UPDATE article SET inferred_at = f.earliest, dated_at = f.earliest FROM first f
        WHERE f.copy_group_id = article.copy_group_id AND article.published_at IS NULL
            AND article.inferred_at IS DISTINCT FROM f.earliest
        RETURNING article_id
        """,
        {"ids": list(article_ids)},
    ).fetchall()
    return [row[0] for row in rows]


def _key_rows(
    keys: Mapping[int, Keys], dated: Mapping[int, datetime | None]
) -> list[dict[str, object]]:
    return [
        {"article_id": article_id, "key": key, "kind": kind, "dated_at": dated.get(article_id)}
        for article_id, both in keys.items()
        for kind, values in ((_BAND, both.bands), (_TERM, both.terms))
        for key in values
    ]

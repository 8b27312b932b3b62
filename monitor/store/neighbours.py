"""Which articles of the archive may belong with new ones: what grouping is seeded with.

Callers hold the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from monitor.analysis.group_keys import POSTINGS, SHARED_TERMS, WINDOW
from monitor.analysis.story_decisions import Held
from monitor.models import DateConfidence, GroupItem, Placement
from monitor.store.database import asking
from monitor.store.grouping import members, placement

_PER_ARTICLE = 40  # candidates looked at for each new article, best first
_PER_KEY = POSTINGS  # articles that one key leads to, the latest: what more hold tells nothing
_PER_STORY = 60  # articles of a candidate's story: as many as grouping still tells apart


@dataclass(frozen=True)
class Near:
    """What grouping is seeded with: the arguments of `Grouper`, with the articles' ids."""

    placed: list[tuple[GroupItem, Placement]]
    copied: dict[int, list[int]] = field(default_factory=dict)
    unread: list[Placement] = field(default_factory=list)
    held: Held[int] = field(default_factory=Held)


def candidates(
    connection: duckdb.DuckDBPyConnection,
    article_ids: Sequence[int],
    held: Held[str],
) -> Near:
    """The placed articles that may belong with new ones, and what people decided of them.

    Those that share a band at any time, and those that share two terms within
    the window of a story (or where a date is missing), and those that people `held` together with
    them; with each, the rest of its copy group, and the founder and the latest of its story, which
    may turn out to be two. The articles `article_ids` are there already, with their keys, but are
    not placed.
    """
    own = _held_among(connection, held, article_ids) if held.classes else {}
    wanted = held.mates(own.values()) if own else set[str]()
    copied = _look_up(connection, article_ids)
    rows = connection.execute(
        """
        WITH near AS (
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
        {"per_story": _PER_STORY, "wanted": sorted(wanted)},
    ).fetchall()
    placed = [
        (
            GroupItem(id=row[0], title=row[1], text=row[2], published_at=row[3],
                      date_confidence=DateConfidence(row[4]), outlet=row[5], url=row[6],
                      credit=row[7]),
            placement(row[0], *row[8:]),
        )
        for row in rows
    ]  # fmt: skip
    if not held.classes:
        return Near(placed, copied)
    stories = {int(p.story) for _, p in placed}
    decided = members(asking(connection), stories, about=held.classes)
    read = {item.id for item, _ in placed}
    classes = {i: held.classes[key] for i, key in own.items()}
    classes |= {i: held.classes[key] for i, (key, _) in decided.items() if key in held.classes}
    unread = [p for i, (_, p) in decided.items() if i not in read]
    return Near(placed, copied, unread, Held(classes, held.apart))


def _look_up(connection: duckdb.DuckDBPyConnection, own: Sequence[int]) -> dict[int, list[int]]:
    """Put what shares enough keys with the articles `own` into the table `shared`.

    Returns those that share bands, each with these. What a range of time tells is asked for by
    itself: of a million articles nearly all are then never read. Nothing is materialized that is
    asked for more than once, for that would be all keys there are, copied for each batch.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE wanted AS SELECT * FROM group_key
        WHERE article_id IN (SELECT unnest($own::BIGINT[]))
        """,
        {"own": own},
    )
    [(first, last)] = connection.execute(
        "SELECT min(dated_at), max(dated_at) FROM wanted"
    ).fetchall()
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE shared AS
        WITH other AS NOT MATERIALIZED (
            SELECT key, kind, article_id, dated_at FROM group_key
            WHERE article_id NOT IN (SELECT unnest($own::BIGINT[]))
        ),
        term AS NOT MATERIALIZED (SELECT * FROM wanted WHERE kind = 1),
        hit AS (
            SELECT w.article_id AS item, g.article_id, w.key, w.kind
            FROM wanted w JOIN other g USING (key) WHERE w.kind = 0 AND g.kind = 0
            UNION ALL
            SELECT w.article_id, g.article_id, w.key, w.kind
            FROM term w JOIN other g USING (key)
            WHERE g.kind = 1 AND g.dated_at BETWEEN $since AND $until
                AND abs(epoch(w.dated_at) - epoch(g.dated_at)) <= $window
            UNION ALL
            SELECT w.article_id, g.article_id, w.key, w.kind
            FROM term w JOIN other g USING (key)
            WHERE g.kind = 1 AND g.dated_at IS NULL
            UNION ALL
            SELECT w.article_id, g.article_id, w.key, w.kind
            FROM term w JOIN other g USING (key)
            WHERE g.kind = 1 AND w.dated_at IS NULL AND g.dated_at IS NOT NULL
        ),
        latest AS (
            SELECT item, article_id, key, kind FROM hit
            QUALIFY row_number() OVER (
                PARTITION BY item, kind, key ORDER BY article_id DESC) <= $per_key
        )
        SELECT article_id, list_distinct(flatten(list(keys))) AS bands FROM (
            SELECT item, article_id, count(*) FILTER (WHERE kind = 0) AS bands,
                count(*) FILTER (WHERE kind = 1) AS terms,
                coalesce(list(key) FILTER (WHERE kind = 0), []) AS keys
            FROM latest GROUP BY item, article_id
            HAVING bands > 0 OR terms >= $shared_terms
            QUALIFY row_number() OVER (
                PARTITION BY item ORDER BY bands DESC, terms DESC, article_id) <= $per_article
        ) GROUP BY article_id
        """,
        {"own": own, "since": first and first - WINDOW, "until": last and last + WINDOW,
         "window": WINDOW.total_seconds(),
         "per_key": _PER_KEY, "shared_terms": SHARED_TERMS, "per_article": _PER_ARTICLE},
    )  # fmt: skip
    return dict(
        connection.execute("SELECT article_id, bands FROM shared WHERE len(bands) > 0").fetchall()
    )


def _held_among(
    connection: duckdb.DuckDBPyConnection, held: Held[str], article_ids: Sequence[int]
) -> dict[int, str]:
    """The url_key of those of `article_ids` that people decided about."""
    rows = connection.execute(
        "SELECT article_id, url_key FROM article WHERE article_id IN (SELECT unnest($ids))",
        {"ids": article_ids},
    ).fetchall()
    return {i: key for i, key in rows if key in held.classes}

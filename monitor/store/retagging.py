"""Retagging in two steps: new tags are set aside batch by batch, then take their place at once.

What is set aside is committed, so work that is cut short goes on where it was; nobody reads it
before all is there, so nobody ever sees half. Others may write between the batches: what they bring
is tagged by the same rules, and of what they reword nothing is kept aside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from monitor.models import Evidence, Mention, Place, Tags, TopicTag
from monitor.store import passes
from monitor.store.articles import copy_down, set_tags
from monitor.store.database import Connection, insert, transaction

_PURPOSE = "retagging"
_BATCH = 2_000


def begin(connection: Connection, purpose: str) -> int:
    """Begin to set tags aside for `purpose`, or go on; returns the last article that is done.

    What was set aside for another purpose goes.
    """
    if passes.setting(connection, _PURPOSE) != purpose:
        with transaction(connection):
            connection.execute("DELETE FROM retagged")
            passes.set_setting(connection, _PURPOSE, purpose)
    row = connection.execute("SELECT coalesce(max(article_id), 0) FROM retagged").fetchone()
    return int(row[0]) if row else 0


def count(connection: Connection) -> int:
    """How many articles are set aside."""
    row = connection.execute("SELECT count(*) FROM retagged").fetchone()
    return int(row[0]) if row else 0


def set_aside(connection: Connection, tags: Mapping[int, Tags]) -> None:
    """Keep new tags for later, committed."""
    with transaction(connection):
        rows = [{"article_id": i, "tags": json.dumps(asdict(t))} for i, t in tags.items()]
        insert(connection, "retagged", rows)


def leave_out(connection: Connection, article_ids: Sequence[int]) -> None:
    """Keep nothing aside of articles that have just been tagged by a new wording."""
    if article_ids:
        connection.execute(
            "DELETE FROM retagged WHERE article_id IN (SELECT unnest($ids::BIGINT[]))",
            {"ids": list(article_ids)},
        )


def take_over(connection: Connection) -> None:
    """Put what was set aside in place of the tags there; the caller has a transaction."""
    for tags in _aside(connection):
        set_tags(connection, tags)
        copy_down(connection, list(tags))
    connection.execute("DELETE FROM retagged")
    passes.set_setting(connection, _PURPOSE, "")


def _aside(connection: Connection) -> Iterator[dict[int, Tags]]:
    """What is set aside, of the articles that are still there."""
    last = 0
    while True:
        rows = connection.execute(
            """
            SELECT article_id, tags FROM retagged SEMI JOIN article USING (article_id)
            WHERE article_id > $last
            ORDER BY article_id LIMIT $size
            """,
            {"last": last, "size": _BATCH},
        ).fetchall()
        if not rows:
            return
        yield {i: _tags(json.loads(text)) for i, text in rows}
        last = rows[-1][0]


def _tags(data: dict[str, Any]) -> Tags:
    def evidence(items: list[dict[str, Any]]) -> tuple[Evidence, ...]:
        return tuple(Evidence(**e) for e in items)

    return Tags(
        mentions=tuple(
            Mention(**{**m, "place": Place(m["place"]), "evidence": evidence(m["evidence"])})
            for m in data["mentions"]
        ),
        topics=tuple(TopicTag(t["topic"], evidence(t["evidence"])) for t in data["topics"]),
    )

"""When articles and stories last changed, for those who only want what is new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from monitor.store.reader import Reader

_CHANGED = {
    "article": """
        SELECT article_id, coalesce(updated_at, first_seen_at) FROM article
        WHERE article_id IN (SELECT unnest($ids::BIGINT[])) AND article_id BETWEEN $low AND $high
    """,
    "story": """
        SELECT story_id, max(first_seen_at) FROM article
        WHERE story_id IN (SELECT unnest($ids::BIGINT[])) AND story_id BETWEEN $low AND $high
        GROUP BY story_id
    """,
}


def changed_at(
    reader: Reader, kind: Literal["article", "story"], ids: Sequence[int]
) -> dict[int, datetime]:
    """id → when an article came, or came in another wording; when a story's last article came."""
    bounds = {"low": min(ids, default=0), "high": max(ids, default=0)}
    return dict(reader.rows(_CHANGED[kind], {"ids": list(ids), **bounds}))

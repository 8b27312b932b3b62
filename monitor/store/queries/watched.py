"""What the watchlist's entries have brought in, and by which rules history was tagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.store.passes import TAGGED_WITH

if TYPE_CHECKING:
    from monitor.store.reader import Reader


def tag_counts(reader: Reader) -> dict[tuple[str, str], int]:
    """("company", name), ("topic", name) and ("outlet", name) → their articles."""
    rows = reader.rows(
        """
        SELECT 'company', c.name, count(*) FROM mention m JOIN company c USING (company_id)
        GROUP BY c.name
        UNION ALL
        SELECT 'topic', t.name, count(*) FROM topic_tag g JOIN topic t USING (topic_id)
        GROUP BY t.name
        UNION ALL
        SELECT 'outlet', o.name, count(*) FROM article a JOIN outlet o USING (outlet_id)
        GROUP BY o.name
        """
    )
    return {(kind, name): count for kind, name, count in rows}


def tagged_with(reader: Reader) -> str | None:
    """The digest of the rules that this generation was tagged by; None where it has none yet."""
    rows = reader.rows("SELECT value FROM setting WHERE key = $key", {"key": TAGGED_WITH})
    return rows[0][0] if rows else None

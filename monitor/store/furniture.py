"""The lines that recur at the edges of an outlet's texts, as far as they were seen.

Callers hold the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import duckdb

from monitor.store.database import insert

OFTEN = 4  # different articles of an outlet in which a line makes it the outlet's own
_KEPT = timedelta(days=60)  # that a line which did not become furniture is remembered

Line = tuple[int, int]  # outlet_id, digest of the line


def remember(
    connection: duckdb.DuckDBPyConnection, seen: Iterable[tuple[Line, int]], *, at: datetime
) -> None:
    """Note that lines stood in articles, each article told by its context: (line, context)."""
    rows = [
        {"outlet_id": outlet_id, "line": line, "context": context, "seen_at": at}
        for (outlet_id, line), context in seen
    ]
    insert(connection, "line_seen", rows)


def furniture(connection: duckdb.DuckDBPyConnection, lines: Iterable[Line]) -> frozenset[Line]:
    """Those of `lines` that stood in `OFTEN` different articles of their outlet."""
    wanted = list(set(lines))
    if not wanted:
        return frozenset()
    rows = connection.execute(
        """
        WITH wanted AS (SELECT unnest($outlets::INTEGER[]) AS outlet_id,
                               unnest($lines::BIGINT[]) AS line)
        SELECT outlet_id, line FROM line_seen JOIN wanted USING (outlet_id, line)
        GROUP BY outlet_id, line HAVING count(DISTINCT context) >= $often
        """,
        {"outlets": [o for o, _ in wanted], "lines": [n for _, n in wanted], "often": OFTEN},
    ).fetchall()
    return frozenset((outlet_id, line) for outlet_id, line in rows)


def forget(connection: duckdb.DuckDBPyConnection, *, now: datetime) -> None:
    """Drop what was seen long ago and never became furniture: most lines stand in one article."""
    connection.execute(
        """
        DELETE FROM line_seen WHERE seen_at < $before AND (outlet_id, line) NOT IN (
            SELECT (outlet_id, line) FROM line_seen GROUP BY outlet_id, line
            HAVING count(DISTINCT context) >= $often)
        """,
        {"before": now - _KEPT, "often": OFTEN},
    )

"""The lines that recur in an outlet's texts, as far as they were seen.

Callers hold the transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import duckdb

from monitor.store.database import insert

OFTEN = 4  # different articles of an outlet in which a line makes it the outlet's own
_KEPT = timedelta(days=60)  # that a line which did not become furniture is remembered

Line = tuple[int, int]  # outlet_id, digest of the line


def learn(
    connection: duckdb.DuckDBPyConnection, seen: Iterable[tuple[Line, int]], *, at: datetime
) -> frozenset[Line]:
    """Note lines and the article (its context) that each stood in; which of them are furniture.

    A line that is known to be furniture needs no more examples.
    """
    wanted: dict[Line, set[int]] = defaultdict(set)
    for line, context in seen:
        wanted[line].add(context)
    if not wanted:
        return frozenset()
    there: dict[Line, set[int]] = defaultdict(set)
    for outlet_id, line, context in connection.execute(
        """
        WITH wanted AS (SELECT unnest($outlets::INTEGER[]) AS outlet_id,
                               unnest($lines::BIGINT[]) AS line)
        SELECT outlet_id, line, context FROM line_seen JOIN wanted USING (outlet_id, line)
        """,
        {"outlets": [outlet for outlet, _ in wanted], "lines": [line for _, line in wanted]},
    ).fetchall():
        there[outlet_id, line].add(context)
    rows = [
        {"outlet_id": line[0], "line": line[1], "context": context, "seen_at": at}
        for line, contexts in wanted.items() if len(there[line]) < OFTEN
        for context in contexts - there[line]
    ]  # fmt: skip
    insert(connection, "line_seen", rows)
    return frozenset(n for n, contexts in wanted.items() if len(there[n] | contexts) >= OFTEN)


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

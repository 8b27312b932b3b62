"""What feeds brought, and how often: worked out when they bring something, and kept.

The row of a feed that brought something is dropped with it (`forget`), and made again before a
generation is published. Its entries are dated as their articles were by then.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.store.database import Connection

_USUAL = 20  # newest entries whose distance is a feed's usual one


def forget(connection: Connection, feed_ids: Iterable[int]) -> None:
    """These feeds bring something: what they brought is counted again."""
    connection.execute(
        "DELETE FROM rhythm WHERE feed_id IN (SELECT unnest($feeds::INTEGER[]))",
        {"feeds": sorted(set(feed_ids))},
    )


def catch_up(connection: Connection) -> None:
    """Count what feeds brought for which that is not known."""
    [(missing,)] = connection.execute(
        "SELECT count(*) FROM feed ANTI JOIN rhythm USING (feed_id)"
    ).fetchall()
    if not missing:
        return
    connection.execute(
        """
        INSERT INTO rhythm
        WITH missing AS (SELECT feed_id FROM feed ANTI JOIN rhythm USING (feed_id)),
        brought AS (
            SELECT e.feed_id,
                count(DISTINCT e.article_id) FILTER (e.outcome = 'article') AS articles,
                max(least(coalesce(a.dated_at, e.seen_at), e.seen_at), $usual::BIGINT) AS newest
            FROM entry e JOIN missing USING (feed_id) LEFT JOIN article a USING (article_id)
            GROUP BY e.feed_id
        )
        SELECT feed_id, coalesce(articles, 0), newest[1], CASE WHEN len(newest) > 2 THEN
            (epoch(newest[1]) - epoch(newest[-1])) / (len(newest) - 1) END
        FROM missing LEFT JOIN brought USING (feed_id) ORDER BY feed_id
        """,
        {"usual": _USUAL},
    )

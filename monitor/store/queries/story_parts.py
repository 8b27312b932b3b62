"""What a story's page asks of its articles: companies, headlines as they changed, where parts went.

Beside `stories.story`, which gives the articles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.store.queries.scope import in_zone

if TYPE_CHECKING:
    from monitor.store.reader import Reader


def story_companies(reader: Reader, article_ids: Iterable[int]) -> pd.DataFrame:
    """Who is named in which of `article_ids`, one row each: [article_id, company, salience (0..1),
    subject, place]."""
    return reader.frame(
        """
        SELECT m.article_id, c.name AS company, m.salience, m.subject, m.place
        FROM mention m JOIN company c USING (company_id)
        WHERE m.article_id IN (SELECT unnest($ids::BIGINT[]))
        ORDER BY m.article_id, m.salience DESC, c.name
        """,
        {"ids": list(article_ids)},
    )


def headlines(reader: Reader, article_ids: Iterable[int], *, tz: ZoneInfo) -> pd.DataFrame:
    """Every headline that `article_ids` had at their outlets: [article_id, seen_at, title].

    Oldest first; a headline that did not change is there once. Where a page was merely read
    again, by a program that reads better, the newest reading stands for what was there.
    """
    frame = reader.frame(
        """
        WITH known AS (
            SELECT r.article_id, r.revision_id, r.seen_at, r.title, r.made_by,
                lead(r.made_by) OVER w AS then_by
            FROM revision r WHERE r.article_id IN (SELECT unnest($ids::BIGINT[]))
            WINDOW w AS (PARTITION BY r.article_id ORDER BY r.seen_at, r.revision_id)
        ),
        told AS (
            SELECT *, lag(title) OVER (PARTITION BY article_id ORDER BY seen_at, revision_id)
                AS before
            FROM known WHERE then_by IS NULL
        )
        SELECT article_id, seen_at, title FROM told
        WHERE before IS NULL OR title IS DISTINCT FROM before
        ORDER BY seen_at, revision_id
        """,
        {"ids": list(article_ids)},
    )
    return in_zone(frame, tz)


def stories_of(reader: Reader, url_keys: Iterable[str]) -> list[int]:
    """The stories that hold the articles under `url_keys`, those with most of them first."""
    rows = reader.rows(
        """
        SELECT story_id FROM article WHERE url_key IN (SELECT unnest($keys::VARCHAR[]))
        GROUP BY story_id ORDER BY count(*) DESC, story_id
        """,
        {"keys": list(url_keys)},
    )
    return [story_id for (story_id,) in rows]

"""What reading archived pages again needs to know of the articles that are there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from monitor.models import DateConfidence, TextStatus

REEXTRACTION = "reextraction"  # revision.made_by


@dataclass(frozen=True, slots=True)
class Present:
    """An article as it is shown now. `heard_at`: when its publisher's newest wording was seen."""

    article_id: int
    url_key: str
    url: str | None
    outlet: str
    title: str
    text: str
    description: str
    authors: tuple[str, ...]
    published_at: datetime | None
    date_confidence: DateConfidence
    credit: str | None
    text_status: TextStatus
    heard_at: datetime
    sample: bool


def captured(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Where the archive has the page of an article without its text → the article's url_key."""
    rows = connection.execute(
        """
        SELECT capture, url_key FROM article JOIN revision USING (revision_id)
        WHERE capture IS NOT NULL AND text_status <> 'full'
        """
    ).fetchall()
    return dict(rows)


def dated_before(
    connection: duckdb.DuckDBPyConnection, outlet: str, bound: datetime | None, *, note: str
) -> list[str]:
    """The url_keys of the articles of an outlet that are dated before `bound`, or have `note`."""
    rows = connection.execute(
        """
        SELECT url_key FROM article JOIN outlet o USING (outlet_id)
        WHERE lower(o.name) = $outlet
            AND (published_at < $bound OR contains(coalesce(sources, ''), $note))
        ORDER BY article_id
        """,
        {"outlet": outlet, "bound": bound, "note": note},
    ).fetchall()
    return [key for (key,) in rows]


def sources_of(
    connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]
) -> dict[int, dict[str, str]]:
    """Article → where its facts come from, as in Draft."""
    rows = connection.execute(
        """
        SELECT article_id, coalesce(sources, '{}') FROM article
        WHERE article_id IN (SELECT unnest($ids::BIGINT[]))
        """,
        {"ids": list(article_ids)},
    ).fetchall()
    return {article_id: json.loads(sources) for article_id, sources in rows}


def present(connection: duckdb.DuckDBPyConnection, url_keys: Iterable[str]) -> dict[str, Present]:
    """url_key → the article under that key, or that an entry with that key led to."""
    rows = connection.execute(
        """
        WITH wanted AS (SELECT DISTINCT unnest($keys::VARCHAR[]) AS wanted_key),
        hit AS (
            SELECT wanted_key, article_id, 0 AS way FROM wanted JOIN article
                ON url_key = wanted_key
            UNION
            SELECT wanted_key, e.article_id, 1 FROM wanted JOIN entry e ON e.url_key = wanted_key
            WHERE e.article_id IS NOT NULL
        ),
        heard AS (
            SELECT article_id, max(seen_at) FILTER (WHERE made_by IS NULL) AS at
            FROM revision WHERE article_id IN (SELECT article_id FROM hit) GROUP BY article_id
        )
        SELECT h.wanted_key, a.article_id, a.url_key, a.url, o.name, a.title,
            coalesce(b.text, ''), coalesce(a.description, ''), coalesce(a.authors, []),
            a.published_at, coalesce(a.date_confidence, 'none'), a.credit, a.text_status,
            heard.at, coalesce(a.sample, false)
        FROM hit h JOIN article a USING (article_id) JOIN outlet o USING (outlet_id)
        JOIN heard USING (article_id) LEFT JOIN body b USING (revision_id)
        ORDER BY h.way DESC, a.article_id DESC
        """,
        {"keys": list(url_keys)},
    ).fetchall()
    # The last one under a key stays: its own article before one that an entry led to.
    return {
        key: Present(
            article_id, url_key, url, outlet, title, text, description, tuple(authors), published,
            DateConfidence(confidence), credit, TextStatus(status), heard_at, sample,
        )
        for key, article_id, url_key, url, outlet, title, text, description, authors, published,
            confidence, credit, status, heard_at, sample in rows
    }  # fmt: skip

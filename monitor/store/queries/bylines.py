"""Journalists by their bylines, sorted and cut into pages by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.filters import Filters
from monitor.store.queries.scope import as_list, in_order, in_zone, make_scope, mentioned

if TYPE_CHECKING:
    from monitor.store.reader import Reader

BylineOrder = Literal["articles", "latest", "name"]

_ORDER = {
    "articles": "articles DESC",
    "latest": "last_at DESC NULLS LAST",
    "name": "lower(name)",
}
# One author stands there once; most articles have one, and are not looked through for that.
_SIGNED = """
    SELECT a.article_id, a.outlet_id, a.dated_at,
        unnest(CASE WHEN len(a.authors) > 1 THEN list_distinct(a.authors) ELSE a.authors END)
            AS name
    FROM {articles} a WHERE {scope}
"""


def bylines(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    order: BylineOrder = "articles",
    words: str = "",
    limit: int = 50,
    offset: int = 0,
) -> pd.DataFrame:
    """Who signed the articles in the filter, one row for each name as it is written.

    Columns: name, articles, first_at, last_at, outlets ({name: articles}, most first), companies
    (those asked for that they write about, most often first), mentions (of these),
    subject_share (0..1, of the mentions), latest_id and latest_title (of the newest article).
    Several authors of one article each have it. `words` stand in the name.
    """
    scope = make_scope(reader, filters, tz=tz)
    sql = """
        WITH signed AS MATERIALIZED ({signed}),
        page AS MATERIALIZED (
            SELECT name, count(*) AS articles, min(dated_at) AS first_at, max(dated_at) AS last_at
            FROM signed WHERE trim(name) <> '' AND contains(lower(name), $words)
            GROUP BY name ORDER BY {order}, lower(name), name LIMIT $limit OFFSET $offset),
        mine AS MATERIALIZED (SELECT s.* FROM signed s SEMI JOIN page USING (name)),
        places AS (
            SELECT name, list(struct_pack(i := outlet_id, n := n) ORDER BY n DESC, outlet_id)
                AS outlets
            FROM (SELECT name, outlet_id, count(*) AS n FROM mine GROUP BY name, outlet_id)
            GROUP BY name),
        about AS (
            SELECT name, list(company_id ORDER BY n DESC, company_id) AS company_ids,
                sum(n) AS mentions, sum(main) / sum(n) AS subject_share
            FROM (
                SELECT name, m.company_id, count(*) AS n, count(*) FILTER (WHERE m.subject) AS main
                FROM mine JOIN mention m USING (article_id)
                WHERE ($only IS NULL OR list_contains($only::INTEGER[], m.company_id))
                    AND (m.subject OR NOT $subject_only)
                GROUP BY name, m.company_id)
            GROUP BY name),
        newest AS (
            SELECT name, arg_max(
                article_id, row(coalesce(dated_at, '-infinity'::TIMESTAMPTZ), article_id)
            ) AS latest_id
            FROM mine GROUP BY name)
        SELECT name, articles, first_at, last_at, outlets,
            coalesce(company_ids, []::INTEGER[]) AS company_ids,
            coalesce(mentions, 0)::BIGINT AS mentions, subject_share, latest_id,
            (SELECT coalesce(title, '') FROM article WHERE article_id = latest_id) AS latest_title
        FROM page LEFT JOIN places USING (name) LEFT JOIN about USING (name)
        LEFT JOIN newest USING (name)
        ORDER BY {order}, lower(name), name
    """
    sql = sql.replace("{signed}", _SIGNED).replace("{order}", _ORDER[order])
    frame = scope.frame(
        reader, sql, words=words.casefold().strip(), limit=limit, offset=offset,
        **mentioned(scope),
    )  # fmt: skip
    frame = in_zone(frame, tz)
    known = scope.names.outlets
    at = [{known[o["i"]]: o["n"] for o in as_list(i) if o["i"] in known} for i in frame["outlets"]]
    frame["outlets"] = pd.Series(at, dtype=object)
    frame.insert(
        5, "companies", [in_order(i, scope.names.companies) for i in frame.pop("company_ids")]
    )
    return frame


def count_bylines(reader: Reader, filters: Filters, *, tz: ZoneInfo, words: str = "") -> int:
    """How many rows `bylines` has without a limit."""
    scope = make_scope(reader, filters, tz=tz)
    sql = """
        SELECT count(DISTINCT name) FROM ({signed})
        WHERE trim(name) <> '' AND contains(lower(name), $words)
    """.replace("{signed}", _SIGNED)
    [(count,)] = scope.rows(reader, sql, words=words.casefold().strip())
    return int(count)

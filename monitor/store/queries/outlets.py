"""Who writes about the companies: outlets, sorted and cut into pages by the database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.filters import Filters
from monitor.store.queries.scope import in_zone, make_scope, mentioned

if TYPE_CHECKING:
    from monitor.store.reader import Reader

OutletOrder = Literal["mentions", "salience", "subject", "latest", "since", "name"]

_FEWEST = 3  # mentions before the means of an outlet say something; those with fewer come after
_OUTLETS = {
    "mentions": "mentions DESC, articles DESC",
    "salience": f"mentions >= {_FEWEST} DESC, salience DESC NULLS LAST",
    "subject": f"mentions >= {_FEWEST} DESC, subject_share DESC NULLS LAST",
    "latest": "last_at DESC NULLS LAST",
    "since": "first_at DESC NULLS LAST",
    "name": "lower(name)",
}
# Where an outlet (o) has the words; every one has none.
_NAMED = "contains(lower(o.name), $words) OR contains(lower(coalesce(o.domain, '')), $words)"


@dataclass(frozen=True, slots=True)
class OutletDetail:
    """What is known of one outlet itself."""

    outlet_id: int
    name: str
    domain: str | None
    country: str | None
    language: str | None
    tier: int | None
    first_at: datetime | None  # the first dated article about a company, whatever the filter
    feeds: int  # watched ones


def outlets(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    order: OutletOrder = "mentions",
    words: str = "",
    limit: int = 50,
    offset: int = 0,
) -> pd.DataFrame:
    """The outlets with articles in the filter, one row each.

    Columns: outlet_id, name, domain, tier, country, articles, stories, mentions (of the
    companies asked for), salience (0..1, the mean of their mentions), subject_share (0..1, of
    their mentions), last_at, first_at (since when it writes about them, whatever the period).
    `words` stand in the name or the domain. By salience and subject share, outlets with fewer
    than three mentions come after the others.
    """
    scope = make_scope(reader, filters, tz=tz)
    ever = make_scope(reader, _whenever(filters), tz=tz)
    sql = """
        WITH part AS (
            SELECT a.article_id, a.outlet_id, a.story_id, a.dated_at
            FROM {articles} a WHERE {scope}),
        written AS (
            SELECT outlet_id, count(*) AS articles, count(DISTINCT story_id) AS stories,
                max(dated_at) AS last_at
            FROM part GROUP BY outlet_id),
        told AS (
            SELECT p.outlet_id, count(*) AS mentions, avg(m.salience) AS salience,
                avg(CASE WHEN m.subject THEN 1.0 ELSE 0.0 END) AS subject_share
            FROM part p JOIN mention m USING (article_id)
            WHERE ($only IS NULL OR list_contains($only::INTEGER[], m.company_id))
                AND (m.subject OR NOT $subject_only)
            GROUP BY p.outlet_id),
        begun AS (
            SELECT a.outlet_id, min(a.dated_at) AS first_at
            FROM article a WHERE {ever} AND len(a.company_ids) > 0 GROUP BY a.outlet_id)
        SELECT o.outlet_id, o.name, o.domain, o.tier, o.country, w.articles, w.stories,
            coalesce(t.mentions, 0) AS mentions, t.salience, t.subject_share, w.last_at, b.first_at
        FROM written w JOIN outlet o USING (outlet_id) LEFT JOIN told t USING (outlet_id)
        LEFT JOIN begun b USING (outlet_id)
        WHERE {named} ORDER BY {order}, lower(name), outlet_id LIMIT $limit OFFSET $offset
    """
    sql = sql.replace("{order}", _OUTLETS[order]).replace("{ever}", ever.where)
    frame = scope.frame(
        reader, sql.replace("{named}", _NAMED), limit=limit, offset=offset,
        words=words.casefold().strip(), **mentioned(scope),
    )  # fmt: skip
    return in_zone(frame, tz)


def count_outlets(reader: Reader, filters: Filters, *, tz: ZoneInfo, words: str = "") -> int:
    """How many rows `outlets` has without a limit."""
    scope = make_scope(reader, filters, tz=tz)
    sql = """
        SELECT count(*) FROM outlet o
        WHERE outlet_id IN (SELECT a.outlet_id FROM {articles} a WHERE {scope}) AND ({named})
    """
    [(count,)] = scope.rows(reader, sql.replace("{named}", _NAMED), words=words.casefold().strip())
    return int(count)


def outlet(
    reader: Reader, outlet_id: int, *, tz: ZoneInfo, sample: bool = True
) -> OutletDetail | None:
    """What is known of one outlet; None where there is none with this id."""
    rows = reader.rows(
        """
        SELECT o.outlet_id, o.name, o.domain, o.country, o.language, o.tier,
            (SELECT min(a.dated_at) FROM article a
             WHERE a.outlet_id = $id AND len(a.company_ids) > 0
                AND ($sample OR NOT coalesce(a.sample, false))),
            (SELECT count(*) FROM feed f WHERE f.outlet_id = $id AND f.watched)
        FROM outlet o WHERE o.outlet_id = $id AND ($sample OR NOT coalesce(o.sample, false))
        """,
        {"id": outlet_id, "sample": sample},
    )
    if not rows:
        return None
    [(key, name, domain, country, language, tier, first_at, feeds)] = rows
    since = first_at.astimezone(tz) if first_at else None
    return OutletDetail(key, name, domain, country, language, tier, since, feeds)


def _whenever(filters: Filters) -> Filters:
    return replace(filters, since=None, until=None, undated=True)

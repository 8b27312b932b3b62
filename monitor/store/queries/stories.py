"""Stories: the list, and one story with all its articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.filters import Filters
from monitor.store.articles import parse_evidence
from monitor.store.days import DAY_ONLY, LATEST
from monitor.store.queries.scope import (
    Names,
    Scope,
    as_list,
    commonest_first,
    in_order,
    in_zone,
    make_scope,
    mentioned,
    named,
)  # fmt: skip

if TYPE_CHECKING:
    from monitor.store.reader import Reader

Order = Literal["recent", "size"]

_ORDER = {
    "recent": "max(a.dated_at) DESC NULLS LAST, a.story_id DESC",
    "size": "count(*) DESC, max(a.dated_at) DESC NULLS LAST, a.story_id DESC",
}
_CHUNK = 1_000  # stories in memory at a time
_ALL = -1  # stands for every company
_UTC = ZoneInfo("UTC")


def stories(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    order: Order = "recent",
    limit: int | None = 50,
    offset: int = 0,
    found: Sequence[int] | None = None,
) -> pd.DataFrame:
    """The stories that have an article in the filter, one row each.

    Columns: story_id, title and url (the original's, else the earliest
    article's), first_at, last_at, first_day_only and last_day_only (these are the beginnings of
    days, of which no time is known), articles, copies (articles that share their
    text with another, the original among them), outlets, outlet_names (in order
    of appearance), companies (those in most of its articles first), topics, roles
    ({role: articles}). Figures, names and title are of the articles in the
    filter. `order`: "recent" by the latest article with undated stories last,
    "size" by number of articles.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    ids = _ids(reader, scope, order=order, limit=limit, offset=offset)
    return _rows(reader, scope, [(_ALL, i) for i in ids], tz=tz).drop(columns="company")


def largest_stories(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    limit: int,
    found: Sequence[int] | None = None,
) -> pd.DataFrame:
    """The `limit` largest stories of each company, each with its part in them.

    Columns: company, and those of `stories`, of which the figures, names and title are of the
    story's articles about this company. By company, then by number of articles.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    sql = """
        SELECT a.company, a.story_id FROM (
            SELECT a.story_id, a.dated_at, {company} AS company FROM {articles} a
            WHERE {scope} AND a.story_id IS NOT NULL) a
        WHERE $only IS NULL OR list_contains($only::INTEGER[], a.company)
        GROUP BY a.company, a.story_id
        QUALIFY row_number() OVER (PARTITION BY a.company ORDER BY {order}) <= $limit
        ORDER BY a.company, {order}
    """.replace("{company}", _each_company(scope)).replace("{order}", _ORDER["size"])
    told = scope.rows(reader, sql, limit=limit, only=mentioned(scope)["only"])
    frame = _rows(reader, scope, told, tz=tz, company=_each_company(scope))
    frame["company"] = frame["company"].map(scope.names.companies).astype("str")
    return frame


def stories_among(
    reader: Reader, filters: Filters, ids: Sequence[int], *, tz: ZoneInfo,
    found: Sequence[int] | None = None,
) -> list[int]:  # fmt: skip
    """Those of the stories `ids` that have an article in the filter."""
    scope = make_scope(reader, filters, tz=tz, found=found)
    sql = """
        SELECT DISTINCT a.story_id FROM {articles} a
        WHERE {scope} AND a.story_id IN (SELECT unnest($ids::BIGINT[]))
    """
    return [story_id for (story_id,) in scope.rows(reader, sql, ids=list(ids))]


def count_stories(
    reader: Reader, filters: Filters, *, tz: ZoneInfo, found: Sequence[int] | None = None
) -> int:
    """How many rows `stories` has without a limit."""
    scope = make_scope(reader, filters, tz=tz, found=found)
    sql = "SELECT count(DISTINCT a.story_id) FROM {articles} a WHERE {scope}"
    [(count,)] = scope.rows(reader, sql)
    return int(count)


def story_chunks(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    order: Order = "recent",
    found: Sequence[int] | None = None,
) -> Iterator[pd.DataFrame]:
    """All rows of `stories`, a thousand at a time."""
    scope = make_scope(reader, filters, tz=tz, found=found)
    ids = _ids(reader, scope, order=order, limit=None, offset=0)
    for at in range(0, len(ids), _CHUNK):
        told = [(_ALL, i) for i in ids[at : at + _CHUNK]]
        yield _rows(reader, scope, told, tz=tz).drop(columns="company")


def _ids(
    reader: Reader, scope: Scope, *, order: Order, limit: int | None, offset: int
) -> list[int]:
    sql = """
        SELECT a.story_id FROM {articles} a WHERE {scope} AND a.story_id IS NOT NULL
        GROUP BY a.story_id ORDER BY {order} LIMIT $limit OFFSET $offset
    """.replace("{order}", _ORDER[order])
    frame = scope.frame(reader, sql, limit=2**62 if limit is None else limit, offset=offset)
    ids: list[int] = frame["story_id"].tolist()
    return ids


def _each_company(scope: Scope) -> str:
    """As SQL: the companies of an article, a row each."""
    return f"unnest(a.{'subject_ids' if scope.subject_only else 'company_ids'})"


def _rows(
    reader: Reader, scope: Scope, told: Sequence[tuple[int, int]], *, tz: ZoneInfo,
    company: str = str(_ALL),
) -> pd.DataFrame:  # fmt: skip
    """A row for each company and story of `told`, in its order.

    `company` says in SQL which companies an article counts for.
    """
    # Two steps: only the articles that count are read in full.
    ids = sorted({story for _, story in told})
    which = """
        SELECT a.article_id FROM {articles} a
        WHERE a.story_id IN (SELECT unnest($ids::BIGINT[])) AND {scope}
            AND a.story_id BETWEEN $lowest AND $highest
    """
    inside = [i for (i,) in scope.rows(reader, which, ids=ids, **_bounds(ids))]
    # Originals sort first, then the earliest: arg_min takes the title of the first.
    sql = (
        """
        SELECT company, story_id, arg_min(title, place) AS title, arg_min(url, place) AS url,
               min(dated_at) AS first_at, max(dated_at) AS last_at,
               coalesce(arg_min(day_only, dated_at), false) AS first_day_only,
               coalesce(arg_max(day_only, dated_at), false) AS last_day_only, count(*) AS articles,
               count(*) FILTER (WHERE role <> 'independent') AS copies,
               count(DISTINCT outlet_id) AS outlets,
               list(outlet_id ORDER BY latest NULLS LAST, published_at NULLS LAST, article_id)
                   AS outlet_ids,
               flatten(list(company_ids ORDER BY place)) AS company_ids,
               list_distinct(flatten(list(topic_ids))) AS topic_ids,
               list(role ORDER BY dated_at NULLS LAST, article_id) AS roles
        FROM (
            SELECT {company} AS company, article_id, story_id, title, url, dated_at,
                published_at, role, outlet_id, company_ids, topic_ids,
                {day_only} AS day_only, {latest} AS latest,
                row(role IS DISTINCT FROM 'original',
                    coalesce(latest, 'infinity'::TIMESTAMPTZ), article_id) AS place
            FROM article a
            WHERE article_id IN (SELECT unnest($inside::BIGINT[]))
                AND article_id BETWEEN $lowest AND $highest)
        GROUP BY company, story_id
    """.replace("{company}", company)
        .replace("{day_only}", DAY_ONLY)
        .replace("{latest}", LATEST)
    )
    frame = in_zone(reader.frame(sql, {"inside": inside, **_bounds(inside)}), tz)
    frame = frame.set_index(["company", "story_id"]).loc[list(told)].reset_index()
    frame["outlet_names"] = [
        list(dict.fromkeys(scope.names.outlets[i] for i in outlets if i in scope.names.outlets))
        for outlets in frame.pop("outlet_ids")
    ]
    frame["companies"] = [
        commonest_first(ids, scope.names.companies) for ids in frame.pop("company_ids")
    ]
    frame["topics"] = [named(i, scope.names.topics) for i in frame.pop("topic_ids")]
    frame["roles"] = frame["roles"].map(_tally)
    return frame


def _tally(roles: Iterable[str | None]) -> dict[str, int]:
    tally: dict[str, int] = {}
    for role in roles:
        if role:
            tally[role] = tally.get(role, 0) + 1
    return tally


def current_story(reader: Reader, story_id: int) -> int:
    """The story that `story_id` has become by merging, itself where it has not.

    A story that was taken back leads to where the article is that it was called by.
    """
    seen = {story_id}
    while True:
        rows = reader.rows(
            "SELECT merged_into FROM story_redirect WHERE story_id = $id ORDER BY merged_at DESC",
            {"id": story_id},
        )
        if not rows or rows[0][0] in seen:
            break
        story_id = rows[0][0]
        seen.add(story_id)
    rows = reader.rows(
        """
        SELECT story_id FROM article WHERE story_id = $id OR article_id = $id
        ORDER BY story_id <> $id LIMIT 1
        """,
        {"id": story_id},
    )
    return int(rows[0][0]) if rows and rows[0][0] is not None else story_id


def story(
    reader: Reader, story_id: int, *, tz: ZoneInfo = _UTC, sample: bool = True
) -> pd.DataFrame:
    """Every article of a story, earliest first and undated ones last; none if there is no such.

    Of two of one time, the one that was dated by itself comes before the one dated by its copy;
    one of which only the day is known comes after all of that day.

    Columns: article_id, url_key, title, outlet, domain, tier, country, dated_at, day_only,
    inferred, date_confidence, first_seen_at, role, source_id, credit, url, authors, words,
    text_status, language, copy_group_id, role_evidence (tuple of Evidence),
    companies, topics, story_id, revisions. An id that was merged away leads to
    what it became. `sample=False` leaves sample articles out.
    """
    frame = reader.frame(
        """
        SELECT a.article_id, a.url_key, a.title, o.name AS outlet, o.domain, o.tier, o.country,
               a.dated_at, coalesce({day_only}, false) AS day_only,
               a.published_at IS NULL AND a.dated_at IS NOT NULL AS inferred, a.date_confidence,
               a.first_seen_at, a.role, a.source_id, a.credit, a.url, a.authors, a.words,
               a.text_status, a.language, a.copy_group_id,
               coalesce(a.role_evidence, '[]') AS role_evidence, a.story_id,
               a.revisions, a.company_ids, a.topic_ids
        FROM article a LEFT JOIN outlet o USING (outlet_id)
        WHERE a.story_id = $story_id AND ($sample OR NOT coalesce(a.sample, false))
        ORDER BY {latest} NULLS LAST, a.published_at NULLS LAST, a.article_id
        """.replace("{day_only}", DAY_ONLY).replace("{latest}", LATEST),
        {"story_id": current_story(reader, story_id), "sample": sample},
    )
    frame = in_zone(frame, tz)
    names = Names.read(reader)
    frame["authors"] = [as_list(authors) for authors in frame["authors"]]
    frame["companies"] = [in_order(i, names.companies) for i in frame.pop("company_ids")]
    frame["topics"] = [named(i, names.topics) for i in frame.pop("topic_ids")]
    frame["role_evidence"] = frame["role_evidence"].map(parse_evidence)
    return frame


def _bounds(ids: list[int]) -> dict[str, int]:
    """Ids go with time, as the rows do: between two of them most of the table is passed over."""
    return {"lowest": min(ids, default=0), "highest": max(ids, default=0)}

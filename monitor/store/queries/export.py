"""What the rows of the articles report are made of: read a few thousand articles at a time.

Everything that does not need Python is put together in SQL, so that a million rows take a small
multiple of the database's own COPY. Each question is limited to the span of the ids it is about:
the tables are ordered by time, and whole row groups are then skipped.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from monitor.filters import Filters
from monitor.store.days import DAY_ONLY
from monitor.store.queries.articles import article_ids_in
from monitor.store.queries.scope import Names, Scope, make_scope, named

if TYPE_CHECKING:
    from monitor.store.reader import Reader

_CHUNK = 2_500  # articles in memory at a time
_AROUND = 600  # characters read on each side of a match; a longer sentence is cut
# Between the words and the rules of a row: no text keeps NUL, so it can stand in none of them.
SEPARATOR = "\0"
_EVIDENCE = (
    '[{"field": "VARCHAR", "start": "BIGINT", "end": "BIGINT", "text": "VARCHAR",'
    ' "rule": "VARCHAR"}]'
)


class ExportRow(NamedTuple):
    """An article and one of its companies, or none; text is hostile, None is unknown.

    `words` and `rules` are what matched and by which rules, in order and with repeats, separated
    by `SEPARATOR`: of the company, else of the article's topics. `match_field` says where the first
    match stands ("title" or "text"); in the text, `passage` is what stands around it, and the
    match goes from `match_start` to `match_end` in the passage.
    """

    article_id: int
    url: str | None
    dated_at: int | None  # seconds since 1970
    day_only: bool  # it is the beginning of the day, of which no time is known
    first_seen_at: int | None
    inferred: bool
    date_confidence: str | None
    outlet: str | None
    domain: str | None
    tier: int | None
    country: str | None
    authors: str
    title: str
    opening: str | None
    language: str | None
    word_count: int | None
    topic_ids: str  # separated by commas
    story_id: int | None
    role: str | None
    copies: int | None  # articles of the story that share their text
    syndicated: bool | None  # its text stands at several outlets
    sample: bool
    company: str | None
    prominence: str | None  # "subject, headline"
    words: str | None
    rules: str | None
    match_field: str | None
    match_start: int | None
    match_end: int | None
    passage: str | None


def export_rows(
    reader: Reader, filters: Filters, *, tz: ZoneInfo, found: Sequence[int] | None = None
) -> Iterator[list[ExportRow]]:
    """The articles of a filter with each of their companies, some thousand at a time.

    Latest first and undated ones last; an article's companies, of those that the filter asks for,
    the most salient first. An article without any has one row.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    ids = article_ids_in(reader, scope)
    for at in range(0, len(ids), _CHUNK):
        yield _chunk(reader, scope, ids[at : at + _CHUNK].tolist())


def topic_words(reader: Reader) -> Callable[[str], str]:
    """What gives the names for `ExportRow.topic_ids`, in alphabetical order."""
    names = Names.read(reader).topics

    @functools.lru_cache(maxsize=2_000)
    def words(topic_ids: str) -> str:
        return "; ".join(named([int(i) for i in topic_ids.split(",") if i], names))

    return words


def _only(scope: Scope) -> list[int] | None:
    return None if scope.company_ids is None else list(scope.company_ids)


def _chunk(reader: Reader, scope: Scope, ids: list[int]) -> list[ExportRow]:
    """Three narrow questions, put together here: one that has it all takes three times the room."""
    where = {"ids": ids, "low": min(ids), "high": max(ids)}
    articles = reader.rows(_ARTICLES, where)
    tags = reader.rows(
        _TAGS,
        {**where, "only": _only(scope), "subject_only": scope.subject_only, "evidence": _EVIDENCE,
         "separator": SEPARATOR},
    )  # fmt: skip
    passages = _passages(
        reader, where, {(ids[t[0]], t[6]) for t in tags if t[5] == "text"}
    )  # fmt: skip
    rows = []
    for place, company, prominence, words, rules, field, start, end in tags:
        begins, passage = (
            passages.get((ids[place], start), (0, None)) if field == "text" else (0, None)
        )
        if start is not None:
            start, end = start - begins, end - begins
        tag = (company, prominence, words, rules, field, start, end, passage)
        rows.append(ExportRow._make((*articles[place], *tag)))
    return rows


def _passages(
    reader: Reader, where: dict[str, Any], wanted: set[tuple[int, int]]
) -> dict[tuple[int, int], tuple[int, str]]:
    """(article, start of a match) → where the passage around it begins, and the passage."""
    places = sorted(wanted)
    rows = reader.rows(
        """
        WITH wanted AS MATERIALIZED (
            SELECT unnest($articles::BIGINT[]) AS article_id, unnest($starts::BIGINT[]) AS start)
        SELECT w.article_id, w.start, greatest(w.start - $around, 0) AS begins,
            substr(coalesce(nullif(b.text, ''), a.description, ''), begins + 1, $width)
        FROM wanted w JOIN article a USING (article_id) LEFT JOIN body b
            ON b.revision_id = a.revision_id AND b.article_id BETWEEN $low AND $high
        WHERE a.article_id BETWEEN $low AND $high
        """,
        {
            "low": where["low"], "high": where["high"], "around": _AROUND, "width": 2 * _AROUND,
            "articles": [i for i, _ in places], "starts": [start for _, start in places],
        },
    )  # fmt: skip
    # The text is what tagging read: the description stands in for one that is missing.
    return {(i, start): (begins, passage) for i, start, begins, passage in rows}


_ARTICLES = """
WITH wanted AS MATERIALIZED (
    SELECT unnest($ids::BIGINT[]) AS article_id, unnest(range(len($ids))) AS place),
chosen AS MATERIALIZED (
    SELECT w.place, a.article_id, a.url, a.outlet_id, a.title, a.authors, a.published_at,
        a.date_confidence, a.dated_at, {day_only} AS day_only, a.first_seen_at,
        a.language, a.words, a.opening,
        a.topic_ids, a.story_id, a.copy_group_id, a.role, a.sample
    FROM article a JOIN wanted w USING (article_id)
    WHERE a.article_id BETWEEN $low AND $high),
story AS (
    SELECT story_id, count(*) FILTER (WHERE role <> 'independent') AS copies
    FROM article WHERE story_id IN (SELECT story_id FROM chosen) GROUP BY story_id),
shared AS (
    SELECT copy_group_id, count(DISTINCT outlet_id) > 1 AS syndicated
    FROM article WHERE copy_group_id IN (SELECT copy_group_id FROM chosen)
    GROUP BY copy_group_id)
SELECT c.article_id, c.url, floor(epoch(c.dated_at))::BIGINT, coalesce(c.day_only, false),
    floor(epoch(c.first_seen_at))::BIGINT,
    c.published_at IS NULL AND c.dated_at IS NOT NULL, c.date_confidence,
    o.name, o.domain, o.tier, o.country, array_to_string(c.authors, '; '), coalesce(c.title, ''),
    c.opening, c.language, c.words, array_to_string(c.topic_ids, ','),
    c.story_id, c.role, s.copies, g.syndicated, coalesce(c.sample, false)
FROM chosen c LEFT JOIN outlet o USING (outlet_id) LEFT JOIN story s USING (story_id)
    LEFT JOIN shared g USING (copy_group_id)
ORDER BY c.place
""".replace("{day_only}", DAY_ONLY)
_TAGS = """
WITH wanted AS MATERIALIZED (
    SELECT unnest($ids::BIGINT[]) AS article_id, unnest(range(len($ids))) AS place),
named AS MATERIALIZED (
    SELECT m.article_id, c.name AS company, m.salience,
        concat_ws(', ', CASE WHEN m.subject THEN 'subject' ELSE 'passing' END,
            nullif(m.place, '')) AS prominence,
        m.evidence
    FROM mention m JOIN company c USING (company_id)
    WHERE m.article_id BETWEEN $low AND $high
        AND m.article_id IN (SELECT article_id FROM wanted)
        AND ($only IS NULL OR list_contains($only::INTEGER[], m.company_id))
        AND (NOT $subject_only OR m.subject)),
about AS (
    SELECT g.article_id, flatten(list(from_json(g.evidence, $evidence) ORDER BY t.name)) AS pieces
    FROM topic_tag g JOIN topic t USING (topic_id)
    WHERE g.article_id BETWEEN $low AND $high
        AND g.article_id IN (SELECT article_id FROM wanted)
        AND g.article_id NOT IN (SELECT article_id FROM named)
    GROUP BY g.article_id),
every AS (
    SELECT w.place, n.company, n.salience, n.prominence,
        list_filter(coalesce(from_json(n.evidence, $evidence), b.pieces),
            lambda e: e.field <> 'salience') AS pieces
    FROM wanted w LEFT JOIN named n USING (article_id) LEFT JOIN about b USING (article_id)),
matched AS (
    SELECT *, list_filter(pieces,
        lambda e: e.field IN ('title', 'text') AND e."end" > e.start)[1] AS first
    FROM every)
SELECT place, company, prominence,
    array_to_string(list_transform(list_filter(pieces,
        lambda e: NOT starts_with(e.rule, 'context: ') AND NOT starts_with(e.rule, 'about: ')),
        lambda e: e.text), $separator),
    array_to_string(list_transform(pieces, lambda e: e.rule), $separator),
    (first).field, (first).start, (first)."end"
FROM matched ORDER BY place, salience DESC, company
"""

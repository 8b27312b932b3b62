"""A filter as SQL: which articles to ask, with conditions and their parameters.

Names become ids first and midnights become instants, so that every condition is
on a raw column: integer keys and ranges of `dated_at`. Companies and topics are
looked up in their own narrow tables: at a million articles that took 33 ms where
`list_has_any` on the article took 116.

A period and what has no date are two questions: asked as one, with OR, all dates are read (45 ms
at a million articles, of three months), where a period alone leaves most row groups out (5 ms).
What has no date stands by itself in the table ``undated``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.filters import Filters, period_bounds

if TYPE_CHECKING:
    from monitor.store.reader import Reader

# Of the articles in a period, and of those without a date.
_TAGGED = {
    "companies": (
        """a.article_id IN (SELECT t.article_id FROM mention t
           WHERE t.company_id IN (SELECT unnest($companies::INTEGER[])){more})""",
        "list_has_any(a.company_ids, $companies::INTEGER[])",
    ),
    "subjects": (
        """a.article_id IN (SELECT t.article_id FROM mention t
           WHERE t.company_id IN (SELECT unnest($companies::INTEGER[])) AND t.subject{more})""",
        "list_has_any(a.subject_ids, $companies::INTEGER[])",
    ),
    "topics": (
        """a.article_id IN (SELECT t.article_id FROM topic_tag t
           WHERE t.topic_id IN (SELECT unnest($topics::INTEGER[])){more})""",
        "list_has_any(a.topic_ids, $topics::INTEGER[])",
    ),
}
# What is not a copy; an article that was not grouped yet is none.
_FIRSTS = "coalesce(a.role, 'independent') IN ('original', 'independent')"
NO_TIER = 0
_PERIOD = {
    (True, True): "{t}.dated_at >= $start AND {t}.dated_at < $end",
    (True, False): "{t}.dated_at >= $start",
    (False, True): "{t}.dated_at < $end",
}


@dataclass(frozen=True)
class Names:
    """The names behind ids."""

    companies: dict[int, str]
    topics: dict[int, str]
    outlets: dict[int, str]
    tiers: dict[int, str]

    @classmethod
    def read(cls, reader: Reader) -> Names:
        """All of them: the tables are small, and read once a generation."""
        return reader.once(cls._read)

    @classmethod
    def _read(cls, reader: Reader) -> Names:
        return cls(
            companies=dict(reader.rows("SELECT company_id, name FROM company")),
            topics=dict(reader.rows("SELECT topic_id, name FROM topic")),
            outlets=dict(reader.rows("SELECT outlet_id, name FROM outlet")),
            tiers={tier: f"Tier {tier}" if tier else "No tier" for tier in range(10)},
        )


@dataclass(frozen=True)
class Scope:
    """Which articles (alias ``a``) count, and which of their companies.

    They are those of the table or subquery `articles` for which `where` holds.
    """

    articles: str
    where: str
    params: dict[str, Any]
    names: Names
    company_ids: tuple[int, ...] | None  # None: every company
    topic_ids: tuple[int, ...] | None
    subject_only: bool

    def frame(self, reader: Reader, sql: str, **params: Any) -> pd.DataFrame:
        """Run `sql`, whose ``{articles}`` and ``{scope}`` stand for articles and conditions."""
        return reader.frame(self._filled(sql), {**self.params, **params})

    def rows(self, reader: Reader, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """As `frame`, as tuples."""
        return reader.rows(self._filled(sql), {**self.params, **params})

    def _filled(self, sql: str) -> str:
        if "{articles} a" not in sql or "{scope}" not in sql:
            raise ValueError(
                "one of two parts of the filter would not count: {articles} a, {scope}"
            )
        return sql.replace("{articles}", self.articles).replace("{scope}", self.where)


def make_scope(
    reader: Reader, filters: Filters, *, tz: ZoneInfo, found: Sequence[int] | None = None
) -> Scope:
    """The scope of `filters`.

    `found` are the revisions that `filters.query` matches, from the search
    index; an article counts if its newest wording is among them. Raises
    ValueError where a query is set and `found` is not given, because the answer
    would silently be that to another question.
    """
    if filters.query and found is None:
        raise ValueError("filters.query is set: expected the revisions that search found")
    names = Names.read(reader)
    where: list[str] = []
    tagged: list[str] = []
    params: dict[str, Any] = {}
    company_ids: tuple[int, ...] | None = None
    if filters.companies:
        company_ids = ids_of(names.companies, filters.companies)
        tagged.append("subjects" if filters.subject_only else "companies")
        params["companies"] = list(company_ids)
    elif filters.subject_only:
        where.append("len(a.subject_ids) > 0")
    topic_ids: tuple[int, ...] | None = None
    if filters.topics:
        topic_ids = ids_of(names.topics, filters.topics)
        tagged.append("topics")
        params["topics"] = list(topic_ids)
    if filters.outlets or filters.tiers:
        where.append("a.outlet_id IN (SELECT unnest($outlets::INTEGER[]))")
        params["outlets"] = _outlets(reader, filters, names)
    if filters.authors:
        where.append("list_has_any(a.authors, $authors::VARCHAR[])")
        params["authors"] = list(filters.authors)
    if filters.firsts_only:
        where.append(_FIRSTS)
    if filters.languages:
        where.append("a.language IN (SELECT unnest($languages::VARCHAR[]))")
        params["languages"] = [language.lower() for language in filters.languages]
    start, end = period_bounds(filters.since, filters.until, tz=tz)
    params |= {k: v for k, v in (("start", start), ("end", end)) if v}
    articles, conditions = _dated(
        _PERIOD.get((bool(start), bool(end)), ""), tagged, undated=filters.undated
    )
    where += conditions
    if filters.story is not None:
        where.append("a.story_id = $story")
        params["story"] = filters.story
    if filters.seen_since:
        where.append("a.first_seen_at >= $seen_since")
        params["seen_since"] = filters.seen_since
    if filters.seen_until:
        where.append("a.first_seen_at < $seen_until")
        params["seen_until"] = filters.seen_until
    if not filters.sample:
        where.append("NOT coalesce(a.sample, false)")
    if filters.query and found is not None:
        where.append("a.revision_id IN (SELECT unnest($found::BIGINT[]))")
        params["found"] = list(found)
    return Scope(
        articles=articles,
        where=" AND ".join(where) or "true",
        params=params,
        names=names,
        company_ids=company_ids,
        topic_ids=topic_ids,
        subject_only=filters.subject_only,
    )


def _dated(period: str, tagged: Sequence[str], *, undated: bool) -> tuple[str, list[str]]:
    """Which articles to ask, and conditions on them, for a `period` and for what is `tagged`."""
    more = f" AND {period.format(t='t')}" if period else ""
    dated = [period.format(t="a")] if period else []
    dated += [_TAGGED[kind][0].format(more=more) for kind in tagged]
    if not period:
        return "article", dated if undated else ["a.dated_at IS NOT NULL", *dated]
    if not undated:
        return "article", dated
    others = " AND ".join(_TAGGED[kind][1] for kind in tagged) or "true"
    both = """(SELECT * FROM article a WHERE {dated}
               UNION ALL BY NAME SELECT * FROM undated a WHERE {others})"""
    return both.format(dated=" AND ".join(dated), others=others), []


def mentioned(scope: Scope) -> dict[str, Any]:
    """The parameters ``only`` and ``subject_only``, that leave the mentions asked for."""
    only = None if scope.company_ids is None else list(scope.company_ids)
    return {"only": only, "subject_only": scope.subject_only}


def _outlets(reader: Reader, filters: Filters, names: Names) -> list[int]:
    """The outlets that are asked for by name, by tier, or by both."""
    ids = set(ids_of(names.outlets, filters.outlets) if filters.outlets else names.outlets)
    if filters.tiers:
        rows = reader.rows(
            """
            SELECT outlet_id FROM outlet
            WHERE list_contains($tiers::INTEGER[], coalesce(tier, $none)::INTEGER)
            """,
            {"tiers": list(ids_of(names.tiers, filters.tiers)), "none": NO_TIER},
        )
        ids &= {i for (i,) in rows}
    return sorted(ids)


def ids_of(names: dict[int, str], wanted: Iterable[str]) -> tuple[int, ...]:
    """The ids of the names in `wanted`, which are compared without case."""
    folded = {name.casefold() for name in wanted}
    return tuple(i for i, name in names.items() if name.casefold() in folded)


def named(ids: Any, names: dict[int, str]) -> list[str]:
    """The names of `ids` in alphabetical order; [] for NULL."""
    return sorted(in_order(ids, names), key=str.casefold)


def in_order(ids: Any, names: dict[int, str]) -> list[str]:
    """The names of `ids` in their order, each once; [] for NULL."""
    return list(dict.fromkeys(names[i] for i in as_list(ids) if i in names))


def commonest_first(ids: Any, names: dict[int, str]) -> list[str]:
    """The names of `ids`, the most frequent first, then in their order; [] for NULL."""
    return [name for name, _ in Counter(names[i] for i in as_list(ids) if i in names).most_common()]


def as_list(value: Any) -> list[Any]:
    """A list column's value as a list; [] for NULL."""
    return list(value) if _is_list(value) else []


def _is_list(value: Any) -> bool:
    return value is not None and not isinstance(value, float)


def in_zone(frame: pd.DataFrame, tz: ZoneInfo) -> pd.DataFrame:
    """`frame` with its times in `tz` and its whole numbers nullable instead of floating."""
    for column in frame.columns:
        if isinstance(frame[column].dtype, pd.DatetimeTZDtype):
            frame[column] = frame[column].dt.tz_convert(tz)
        elif column in _WHOLE:
            frame[column] = frame[column].astype("Int64")
    return frame


# pandas makes a column of whole numbers floating as soon as one is NULL.
_WHOLE = frozenset({"tier", "source_id", "words", "entries", "failures", "http_status"})

"""Articles: the list, one article with why it was tagged as it was, and texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.filters import Filters
from monitor.models import Evidence
from monitor.store.articles import parse_evidence
from monitor.store.days import DAY_ONLY
from monitor.store.queries.scope import Scope, as_list, in_order, in_zone, make_scope, named

if TYPE_CHECKING:
    from monitor.store.reader import Reader

Order = Literal["recent", "oldest", "new"]

_ORDER = {
    "recent": "dated_at DESC NULLS LAST, article_id DESC",
    "oldest": "dated_at ASC NULLS LAST, article_id ASC",
    "new": "first_seen_at DESC, article_id DESC",
}
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class MentionDetail:
    """A company in an article, and why it is thought to be meant."""

    company: str
    salience: float  # 0..1
    subject: bool
    place: str  # headline, lead or body
    score: float  # 0..1
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class TopicDetail:
    """A topic of an article, and what matched."""

    topic: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class RevisionDetail:
    """One wording of an article."""

    revision_id: int
    seen_at: datetime
    title: str
    reread: bool = False  # not the publisher's: the same page, read by a better extractor


@dataclass(frozen=True, slots=True)
class ArticleDetail:
    """Everything about one article; times in the zone asked for. Text is hostile."""

    article_id: int
    url_key: str
    url: str | None
    title: str
    text: str
    description: str
    authors: tuple[str, ...]
    outlet: str
    tier: int | None
    country: str | None
    language: str | None
    published_at: datetime | None
    date_confidence: str
    inferred_at: datetime | None
    dated_at: datetime | None
    day_only: bool  # dated_at is the beginning of the day: no time of day is known
    first_seen_at: datetime
    updated_at: datetime | None
    credit: str | None
    text_status: str
    words: int | None
    story_id: int | None
    copy_group_id: int | None
    role: str | None
    source_id: int | None
    role_evidence: tuple[Evidence, ...]
    sample: bool
    page_type: str  # article, live blog, list, several articles; "" where it was not noted
    sources: Mapping[str, str]  # title, authors, date, outlet, language → what of the page said so
    mentions: tuple[MentionDetail, ...]  # most salient first
    topics: tuple[TopicDetail, ...]
    revisions: tuple[RevisionDetail, ...]  # oldest first; the last one is what is shown


def articles(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    limit: int | None = 100,
    offset: int = 0,
    order: Order = "recent",
    found: Sequence[int] | None = None,
) -> pd.DataFrame:
    """The articles of a filter.

    Columns: article_id, dated_at, day_only (it is the beginning of the day, of which no time is
    known), inferred (the date is another copy's), date_confidence, first_seen_at, outlet, tier,
    language, title, opening, url, authors, companies (the most salient first), topics, story_id,
    role, text_status, words, sample. `order`: "recent" and "oldest" by date with undated ones last,
    "new" by when they were first seen.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    return _list(reader, scope, tz=tz, limit=limit, offset=offset, order=order)


def count_articles(
    reader: Reader, filters: Filters, *, tz: ZoneInfo, found: Sequence[int] | None = None
) -> int:
    """How many rows `articles` has without a limit."""
    scope = make_scope(reader, filters, tz=tz, found=found)
    [(count,)] = scope.rows(reader, "SELECT count(*) FROM {articles} a WHERE {scope}")
    return int(count)


def article_ids_in(
    reader: Reader, scope: Scope, *, order: Order = "recent", limit: int | None = None,
    offset: int = 0,
) -> npt.NDArray[np.int64]:  # fmt: skip
    """The ids of the articles of a scope, in order."""
    sql = """
        SELECT article_id FROM {articles} a WHERE {scope}
        ORDER BY {order} LIMIT $limit OFFSET $offset
    """.replace("{order}", _ORDER[order])
    frame = scope.frame(reader, sql, limit=2**62 if limit is None else limit, offset=offset)
    ids: npt.NDArray[np.int64] = frame["article_id"].to_numpy()
    return ids


def _list(
    reader: Reader, scope: Scope, *, tz: ZoneInfo, limit: int | None, offset: int, order: Order
) -> pd.DataFrame:
    # Two steps: only the rows that are shown are read in full.
    ids = article_ids_in(reader, scope, order=order, limit=limit, offset=offset).tolist()
    sql = """
        SELECT a.article_id, a.dated_at, coalesce({day_only}, false) AS day_only,
               a.published_at IS NULL AND a.dated_at IS NOT NULL AS inferred,
               a.date_confidence, a.first_seen_at, o.name AS outlet, o.tier, a.language, a.title,
               a.opening, a.url, a.authors, a.company_ids, a.topic_ids, a.story_id, a.role,
               a.text_status, a.words, coalesce(a.sample, false) AS sample
        FROM article a LEFT JOIN outlet o USING (outlet_id)
        WHERE a.article_id IN (SELECT unnest($ids::BIGINT[]))
            AND a.article_id BETWEEN $lowest AND $highest
        ORDER BY {order}
    """.replace("{order}", _ORDER[order]).replace("{day_only}", DAY_ONLY)
    # Ids go with time, as the rows do: between two of them most of the table is passed over.
    bounds = {"lowest": min(ids, default=0), "highest": max(ids, default=0)}
    frame = in_zone(reader.frame(sql, {"ids": ids, **bounds}), tz)
    frame["authors"] = [as_list(authors) for authors in frame["authors"]]
    frame["companies"] = [in_order(i, scope.names.companies) for i in frame.pop("company_ids")]
    frame["topics"] = [named(i, scope.names.topics) for i in frame.pop("topic_ids")]
    return frame


def article(reader: Reader, article_id: int, *, tz: ZoneInfo = _UTC) -> ArticleDetail | None:
    """Everything about one article; None where there is none with this id."""
    rows = reader.rows(
        """
        SELECT struct_pack(
            article_id := a.article_id, url_key := a.url_key, url := a.url, title := a.title,
            text := coalesce(b.text, ''), description := coalesce(a.description, ''),
            authors := coalesce(a.authors, []), outlet := coalesce(o.name, ''), tier := o.tier,
            country := o.country, language := a.language, published_at := a.published_at,
            date_confidence := coalesce(a.date_confidence, 'none'), inferred_at := a.inferred_at,
            dated_at := a.dated_at, day_only := coalesce({day_only}, false),
            first_seen_at := a.first_seen_at, updated_at := a.updated_at,
            credit := a.credit, text_status := a.text_status, words := a.words,
            story_id := a.story_id, copy_group_id := a.copy_group_id, role := a.role,
            source_id := a.source_id, role_evidence := a.role_evidence,
            sample := coalesce(a.sample, false), page_type := coalesce(a.page_type, ''),
            sources := coalesce(a.sources, '{}'))
        FROM article a LEFT JOIN outlet o USING (outlet_id)
        LEFT JOIN (SELECT revision_id, text FROM body WHERE article_id = $id) b USING (revision_id)
        WHERE a.article_id = $id
        """.replace("{day_only}", DAY_ONLY),
        {"id": article_id},
    )
    if not rows:
        return None
    fields: dict[str, Any] = rows[0][0]
    for name, value in fields.items():
        if isinstance(value, datetime):
            fields[name] = value.astimezone(tz)
    fields["authors"] = tuple(fields["authors"])
    fields["sources"] = json.loads(fields["sources"])
    fields["role_evidence"] = parse_evidence(fields["role_evidence"])
    return ArticleDetail(
        **fields,
        mentions=_mentions(reader, article_id),
        topics=_topics(reader, article_id),
        revisions=_revisions(reader, article_id, tz),
    )


def _mentions(reader: Reader, article_id: int) -> tuple[MentionDetail, ...]:
    rows = reader.rows(
        """
        SELECT c.name, m.salience, m.subject, m.place, m.score, m.evidence
        FROM mention m JOIN company c USING (company_id)
        WHERE m.article_id = $id ORDER BY m.salience DESC, c.name
        """,
        {"id": article_id},
    )
    return tuple(
        MentionDetail(company, salience, subject, place, score, parse_evidence(evidence))
        for company, salience, subject, place, score, evidence in rows
    )


def _topics(reader: Reader, article_id: int) -> tuple[TopicDetail, ...]:
    rows = reader.rows(
        """
        SELECT t.name, g.evidence FROM topic_tag g JOIN topic t USING (topic_id)
        WHERE g.article_id = $id ORDER BY t.name
        """,
        {"id": article_id},
    )
    return tuple(TopicDetail(name, parse_evidence(evidence)) for name, evidence in rows)


def _revisions(reader: Reader, article_id: int, tz: ZoneInfo) -> tuple[RevisionDetail, ...]:
    rows = reader.rows(
        """
        SELECT revision_id, seen_at, title, made_by IS NOT NULL FROM revision
        WHERE article_id = $id
        ORDER BY seen_at, revision_id
        """,
        {"id": article_id},
    )
    return tuple(RevisionDetail(i, seen.astimezone(tz), *rest) for i, seen, *rest in rows)


def texts(reader: Reader, article_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """article_id → (title, text) in the newest wording; articles that are not there are left out.

    The text is "" where there is none.
    """
    return _texts(
        reader,
        """
        WITH wanted AS (
            SELECT article_id, revision_id, title FROM article
            WHERE article_id IN (SELECT unnest($ids::BIGINT[]))
        )
        SELECT w.article_id, w.title, b.text FROM wanted w LEFT JOIN body b USING (revision_id)
        """,
        article_ids,
    )


def revision_texts(reader: Reader, revision_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """revision_id → (title, text), as `texts`."""
    return _texts(
        reader,
        """
        WITH wanted AS (
            SELECT revision_id, title FROM revision
            WHERE revision_id IN (SELECT unnest($ids::BIGINT[]))
        )
        SELECT w.revision_id, w.title, b.text FROM wanted w LEFT JOIN body b USING (revision_id)
        """,
        revision_ids,
    )


def _texts(reader: Reader, sql: str, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows: list[tuple[Any, ...]] = reader.rows(sql, {"ids": list(ids)})
    return {i: (title or "", text or "") for i, title, text in rows}

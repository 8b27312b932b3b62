"""What a row of the articles CSV is made of, read in chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.filters import Filters
from monitor.models import Evidence
from monitor.store.articles import parse_evidence
from monitor.store.queries.articles import article_ids_in
from monitor.store.queries.scope import Scope, make_scope, named

if TYPE_CHECKING:
    from monitor.store.reader import Reader

_CHUNK = 4000  # articles in memory at a time
_AROUND = 600  # characters read on each side of a match; a longer sentence is cut


@dataclass(frozen=True, slots=True)
class ExportMention:
    """A company in an exported article."""

    company: str
    subject: bool
    place: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ExportArticle:
    """An article with everything that its CSV rows say."""

    article_id: int
    url: str | None
    title: str
    authors: list[str]
    dated_at: datetime | None
    inferred: bool
    date_confidence: str | None
    language: str | None
    opening: str | None
    story_id: int | None
    role: str | None
    sample: bool
    outlet: str | None
    domain: str | None
    country: str | None
    tier: int | None
    copies: int | None  # articles of the story that share their text
    syndicated: bool | None  # its text stands at several outlets
    topics: list[str]
    topic_evidence: tuple[Evidence, ...]
    mentions: list[ExportMention]  # those asked for, most salient first
    around: dict[int, tuple[str, int]]  # start of a match in the text → (passage, its offset)


def export_articles(
    reader: Reader, filters: Filters, *, tz: ZoneInfo, found: Sequence[int] | None = None
) -> Iterator[ExportArticle]:
    """The articles of a filter, latest first and undated ones last."""
    scope = make_scope(reader, filters, tz=tz, found=found)
    ids = article_ids_in(reader, scope)
    for at in range(0, len(ids), _CHUNK):
        yield from _chunk(reader, scope, ids[at : at + _CHUNK])


def _chunk(reader: Reader, scope: Scope, ids: list[int]) -> Iterator[ExportArticle]:
    rows = reader.rows(
        """
        WITH wanted AS (
            SELECT * FROM article WHERE article_id IN (SELECT unnest($ids::BIGINT[]))),
        story AS (
            SELECT story_id, count(*) FILTER (WHERE role <> 'independent') AS copies
            FROM article WHERE story_id IN (SELECT story_id FROM wanted) GROUP BY story_id),
        shared AS (
            SELECT copy_group_id, count(DISTINCT outlet_id) > 1 AS syndicated
            FROM article WHERE copy_group_id IN (SELECT copy_group_id FROM wanted)
            GROUP BY copy_group_id)
        SELECT a.article_id, struct_pack(
            article_id := a.article_id, url := a.url, title := coalesce(a.title, ''),
            authors := coalesce(a.authors, []), dated_at := a.dated_at,
            inferred := a.published_at IS NULL AND a.dated_at IS NOT NULL,
            date_confidence := a.date_confidence, language := a.language, opening := a.opening,
            story_id := a.story_id, role := a.role, sample := coalesce(a.sample, false),
            outlet := o.name, domain := o.domain, country := o.country, tier := o.tier,
            copies := s.copies, syndicated := g.syndicated), a.topic_ids
        FROM wanted a LEFT JOIN outlet o USING (outlet_id) LEFT JOIN story s USING (story_id)
        LEFT JOIN shared g USING (copy_group_id)
        """,
        {"ids": ids},
    )
    by_id = {article_id: (fields, topic_ids) for article_id, fields, topic_ids in rows}
    mentions = _mentions(reader, scope, ids)
    untagged = [i for i in ids if i not in mentions]
    topic_evidence = _topic_evidence(reader, untagged)
    around = _around(reader, mentions, topic_evidence)
    for i in ids:
        fields, topic_ids = by_id[i]
        yield ExportArticle(
            **fields,
            topics=named(topic_ids, scope.names.topics),
            topic_evidence=topic_evidence.get(i, ()),
            mentions=mentions.get(i, []),
            around=around.get(i, {}),
        )


def _mentions(reader: Reader, scope: Scope, ids: list[int]) -> dict[int, list[ExportMention]]:
    rows = reader.rows(
        """
        SELECT m.article_id, c.name, coalesce(m.subject, false), m.place, m.evidence
        FROM mention m JOIN company c USING (company_id)
        WHERE m.article_id IN (SELECT unnest($ids::BIGINT[]))
          AND ($only IS NULL OR list_contains($only::INTEGER[], m.company_id))
          AND (NOT $subject_only OR m.subject)
        ORDER BY m.article_id, m.salience DESC, c.name
        """,
        {
            "ids": ids,
            "only": None if scope.company_ids is None else list(scope.company_ids),
            "subject_only": scope.subject_only,
        },
    )
    mentions: dict[int, list[ExportMention]] = {}
    for i, company, subject, place, evidence in rows:
        mentions.setdefault(i, []).append(
            ExportMention(company, subject, place or "", parse_evidence(evidence))
        )
    return mentions


def _topic_evidence(reader: Reader, ids: list[int]) -> dict[int, tuple[Evidence, ...]]:
    rows = reader.rows(
        """
        SELECT g.article_id, g.evidence FROM topic_tag g JOIN topic t USING (topic_id)
        WHERE g.article_id IN (SELECT unnest($ids::BIGINT[])) ORDER BY g.article_id, t.name
        """,
        {"ids": ids},
    )
    evidence: dict[int, tuple[Evidence, ...]] = {}
    for i, text in rows:
        evidence[i] = evidence.get(i, ()) + parse_evidence(text)
    return evidence


def first_match(evidence: Sequence[Evidence]) -> Evidence | None:
    """The first piece of evidence that stands somewhere in the title or the text."""
    return next((e for e in evidence if e.field in ("title", "text") and e.end > e.start), None)


def _around(
    reader: Reader,
    mentions: dict[int, list[ExportMention]],
    topic_evidence: dict[int, tuple[Evidence, ...]],
) -> dict[int, dict[int, tuple[str, int]]]:
    """The passages around the first matches, of the articles where that is in the text."""
    wanted: set[tuple[int, int]] = set()
    every = [(i, m.evidence) for i, group in mentions.items() for m in group]
    for i, evidence in [*every, *topic_evidence.items()]:
        match = first_match(evidence)
        if match and match.field == "text":
            wanted.add((i, match.start))
    places = sorted(wanted)
    # The text is what tagging read: the description stands in for one that is missing.
    rows: list[tuple[Any, ...]] = reader.rows(
        """
        WITH wanted AS (
            SELECT unnest($ids::BIGINT[]) AS article_id, unnest($starts::BIGINT[]) AS start)
        SELECT w.article_id, w.start, greatest(w.start - $around, 0) AS offset_at,
               substr(coalesce(nullif(b.text, ''), a.description, ''), offset_at + 1, $width)
        FROM wanted w JOIN article a USING (article_id) LEFT JOIN body b USING (revision_id)
        """,
        {
            "ids": [i for i, _ in places],
            "starts": [start for _, start in places],
            "around": _AROUND,
            "width": 2 * _AROUND,
        },
    )
    around: dict[int, dict[int, tuple[str, int]]] = {}
    for i, start, offset, passage in rows:
        around.setdefault(i, {})[start] = (passage, offset)
    return around

"""Companies against each other: by topic, outlet or tier, and how each of them is written about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.filters import Filters
from monitor.store.queries.coverage import Count
from monitor.store.queries.scope import Names, ids_of, make_scope, mentioned

if TYPE_CHECKING:
    from monitor.store.reader import Reader

Split = Literal["topic", "outlet", "tier"]

_COUNT = {"mentions": "count(*)", "stories": "count(DISTINCT story_id)"}
_PART = {
    "topic": "unnest(topic_ids)",
    "outlet": "outlet_id",
    "tier": "coalesce((SELECT o.tier FROM outlet o WHERE o.outlet_id = told.outlet_id), 0)",
}


def versus(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    by: Split,
    count: Count = "mentions",
    parts: Sequence[str] | None = None,
    most: int | None = None,
) -> pd.DataFrame:
    """How much was written about each company in each part: [`by`, company, count].

    Parts are the topics, outlets or tiers of the filter, or only those in `parts`, or of them the
    `most` in which these companies have most; companies those of the filter. Largest first, then
    by name. Articles without a date count too.
    """
    scope = make_scope(reader, filters, tz=tz)
    names = _names(scope.names, by)
    wanted = scope.topic_ids if by == "topic" and parts is None else None
    if parts is not None:
        wanted = ids_of(names, parts)
    sql = """
        WITH told AS (
            SELECT {company} AS company, a.topic_ids, a.outlet_id, a.story_id
            FROM {articles} a WHERE {scope}),
        split AS (
            SELECT company, {part} AS part, story_id FROM told
            WHERE $only IS NULL OR list_contains($only::INTEGER[], company)),
        counted AS (
            SELECT part, company, {count} AS count FROM split
            WHERE $wanted IS NULL OR list_contains($wanted::INTEGER[], part)
            GROUP BY part, company),
        whole AS (SELECT *, sum(count) OVER (PARTITION BY part) AS whole FROM counted)
        SELECT part, company, count FROM whole
        QUALIFY $most IS NULL OR dense_rank() OVER (ORDER BY whole DESC, part) <= $most
    """
    subject = "unnest(a.subject_ids)" if scope.subject_only else "unnest(a.company_ids)"
    sql = sql.replace("{company}", subject).replace("{part}", _PART[by])
    frame = scope.frame(
        reader, sql.replace("{count}", _COUNT[count]),
        only=None if scope.company_ids is None else list(scope.company_ids),
        wanted=None if wanted is None else list(wanted), most=most,
    )  # fmt: skip
    frame["part"] = frame["part"].map(names).astype("str")
    frame["company"] = frame["company"].map(scope.names.companies).astype("str")
    frame = frame.rename(columns={"part": by})
    return frame.sort_values(
        ["count", by, "company"], ascending=[False, True, True], ignore_index=True
    )


def profiles(reader: Reader, filters: Filters, *, tz: ZoneInfo) -> pd.DataFrame:
    """How each company of the filter is written about, one row each, by name.

    Columns: company, mentions, stories, outlets, subject (mentions as a main subject),
    headline, lead, body (mentions by their most prominent place; they sum to mentions),
    salience (0..1, the mean). Articles without a date count too.
    """
    scope = make_scope(reader, filters, tz=tz)
    frame = scope.frame(
        reader,
        """
        SELECT m.company_id, count(*) AS mentions, count(DISTINCT a.story_id) AS stories,
            count(DISTINCT a.outlet_id) AS outlets, count(*) FILTER (WHERE m.subject) AS subject,
            count(*) FILTER (WHERE m.place = 'headline') AS headline,
            count(*) FILTER (WHERE m.place = 'lead') AS lead,
            count(*) FILTER (WHERE m.place IS DISTINCT FROM 'headline'
                             AND m.place IS DISTINCT FROM 'lead') AS body,
            avg(m.salience) AS salience
        FROM {articles} a JOIN mention m USING (article_id)
        WHERE {scope} AND ($only IS NULL OR list_contains($only::INTEGER[], m.company_id))
            AND (m.subject OR NOT $subject_only)
        GROUP BY m.company_id
        """,
        **mentioned(scope),
    )
    frame.insert(0, "company", frame.pop("company_id").map(scope.names.companies).astype("str"))
    return frame.sort_values("company", ignore_index=True)


def _names(names: Names, by: Split) -> dict[int, str]:
    return {"topic": names.topics, "outlet": names.outlets, "tier": names.tiers}[by]

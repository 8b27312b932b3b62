"""How much was written: totals, coverage over time, share of voice, and what can be chosen.

Two counts: "mentions" counts an article once in every series it belongs to (so by
company: each article × company), "stories" counts a story once however many
articles tell it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.analysis.metrics import fill_days, share
from monitor.filters import Filters
from monitor.store.queries.scope import Scope, make_scope

if TYPE_CHECKING:
    from monitor.store.reader import Reader

Count = Literal["mentions", "stories"]
By = Literal["company", "topic", "outlet"]
Step = Literal["day", "week", "month"]

_COUNT = {"mentions": "count(*)", "stories": "count(DISTINCT story_id)"}
_DAY = {
    "day": "CAST(moment AT TIME ZONE $tz AS DATE)",
    "week": "date_trunc('week', moment AT TIME ZONE $tz)",
    "month": "date_trunc('month', moment AT TIME ZONE $tz)",
}
_IDS = {False: "a.company_ids", True: "a.subject_ids"}
# An article's series: one row for each.
_SERIES = {
    "company": "unnest(a.company_ids)",
    "subject": "unnest(a.subject_ids)",
    "topic": "unnest(a.topic_ids)",
    "outlet": "a.outlet_id",
    None: "0",
}
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter bar offers; names in alphabetical order."""

    companies: tuple[str, ...]
    topics: tuple[str, ...]
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    first_day: date | None  # of the dated articles, in the team's zone
    last_day: date | None
    undated: int  # articles without any date
    sample: bool  # whether sample articles are among them


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of one filter. `undated` of the `articles` have no date."""

    articles: int
    stories: int
    mentions: int  # articles × the companies asked for
    outlets: int
    undated: int


def choices(reader: Reader, *, tz: ZoneInfo = _UTC) -> Choices:
    """What can be chosen: what is watched, and the outlets and languages that have articles."""

    def column(sql: str) -> tuple[str, ...]:
        return tuple(sorted((str(name) for (name,) in reader.rows(sql)), key=str.casefold))

    [(first, last, undated, sample)] = reader.rows(
        """
        SELECT min(dated_at) AT TIME ZONE $tz, max(dated_at) AT TIME ZONE $tz,
               count(*) FILTER (WHERE dated_at IS NULL), coalesce(bool_or(sample), false)
        FROM article
        """,
        {"tz": tz.key},
    )
    return Choices(
        companies=column("SELECT name FROM company WHERE watched"),
        topics=column("SELECT name FROM topic WHERE watched"),
        outlets=column(
            "SELECT name FROM outlet WHERE outlet_id IN (SELECT DISTINCT outlet_id FROM article)"
        ),
        languages=column("SELECT DISTINCT language FROM article WHERE language IS NOT NULL"),
        first_day=first.date() if first else None,
        last_day=last.date() if last else None,
        undated=undated,
        sample=sample,
    )


def totals(
    reader: Reader, filters: Filters, *, tz: ZoneInfo, found: Sequence[int] | None = None
) -> Totals:
    """How much there is in all."""
    scope = make_scope(reader, filters, tz=tz, found=found)
    sql = """
        SELECT count(*), count(DISTINCT a.story_id),
               coalesce(sum(len(CASE WHEN $only IS NULL THEN {ids}
                                     ELSE list_intersect({ids}, $only::INTEGER[]) END)), 0),
               count(DISTINCT a.outlet_id), count(*) FILTER (WHERE a.dated_at IS NULL)
        FROM article a WHERE {scope}
    """.replace("{ids}", _IDS[scope.subject_only])
    [row] = scope.rows(reader, sql, only=_only(scope, "company"))
    return Totals(*map(int, row))


def coverage(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    by: By | None = "company",
    count: Count = "mentions",
    step: Step = "day",
    found: Sequence[int] | None = None,
) -> pd.DataFrame:
    """How much was written when: [day, `by`, count], every day × series, ordered.

    ``day`` is the first day of a step in the team's zone, as a time without
    zone. Days without articles are zero, from `filters.since` to `.until` where
    those are set, else from the first to the last day with articles. Articles
    without a date are in no day. A story counts once in each step and series
    that it has an article in.
    """
    scope = make_scope(reader, replace(filters, undated=False), tz=tz, found=found)
    # Every zone's offset is a multiple of a quarter of an hour, so the day is looked up
    # once a quarter and not once an article: 3 to 4 times quicker at a million.
    sql = """
        WITH part AS (
            SELECT epoch_us(a.dated_at) // 900_000_000 AS slot, {series} AS series, a.story_id
            FROM article a WHERE {scope} AND a.dated_at IS NOT NULL),
        slots AS (
            SELECT slot, {day} AS day
            FROM (SELECT DISTINCT slot, make_timestamptz(slot * 900_000_000) AS moment FROM part))
        SELECT day, series, {count} AS count FROM part JOIN slots USING (slot)
        WHERE $only IS NULL OR list_contains($only::INTEGER[], series)
        GROUP BY day, series
    """
    sql = _with(sql, scope, by=by, count=count).replace("{day}", _DAY[step])
    frame = scope.frame(reader, sql, tz=tz.key, only=_only(scope, by))
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[us]")
    if by:
        frame = _name_series(frame, scope, by)
    return fill_days(frame, by=by, since=filters.since, until=filters.until, step=step)


def share_of_voice(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    count: Count = "mentions",
    found: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Each company's part of the coverage: [company, count, share], largest first.

    Shares sum to 1. Articles without a date count too.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    return share(_counts(reader, scope, by="company", count=count))


def _counts(reader: Reader, scope: Scope, *, by: By, count: Count) -> pd.DataFrame:
    """[`by`, count] over the whole scope, largest first."""
    sql = """
        SELECT series, {count} AS count FROM (
            SELECT {series} AS series, a.story_id FROM article a WHERE {scope})
        WHERE $only IS NULL OR list_contains($only::INTEGER[], series)
        GROUP BY series
    """
    frame = scope.frame(reader, _with(sql, scope, by=by, count=count), only=_only(scope, by))
    frame = _name_series(frame, scope, by)
    return frame.sort_values(["count", by], ascending=[False, True], ignore_index=True)


def _with(sql: str, scope: Scope, *, by: By | None, count: Count) -> str:
    series = "subject" if by == "company" and scope.subject_only else by
    return sql.replace("{count}", _COUNT[count]).replace("{series}", _SERIES[series])


def _only(scope: Scope, by: By | None) -> list[int] | None:
    """The series asked for by name; None where every one is."""
    ids = {"company": scope.company_ids, "topic": scope.topic_ids}.get(by or "")
    return None if ids is None else list(ids)


def _name_series(frame: pd.DataFrame, scope: Scope, by: By) -> pd.DataFrame:
    names = {
        "company": scope.names.companies,
        "topic": scope.names.topics,
        "outlet": scope.names.outlets,
    }[by]
    frame["series"] = frame["series"].map(names).astype("str")
    return frame.rename(columns={"series": by})

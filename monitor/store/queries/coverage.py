"""How much was written: totals, coverage over time, share of voice, and what can be chosen.

Two counts: "mentions" counts an article once in every series it belongs to (so by
company: each article × company), "stories" counts a story once however many
articles tell it. A date is uncertain where nobody stated it: guessed, or another copy's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.analysis.metrics import OTHER, fill_days, share
from monitor.filters import Filters
from monitor.store.queries.scope import Scope, ids_of, make_scope

if TYPE_CHECKING:
    from monitor.store.reader import Reader

Count = Literal["mentions", "stories"]
By = Literal["company", "topic", "outlet", "tier"]
Step = Literal["hour", "day", "week", "month"]

_COUNT = {"mentions": "count(*)", "stories": "count(DISTINCT story_id)"}
# What is counted in each step and series: a story's date is sure where one of its articles' is.
_TOLD = {
    "mentions": "SELECT day, series, sure FROM shown",
    "stories": """SELECT day, series, bool_or(sure) AS sure FROM shown
                  WHERE story_id IS NOT NULL GROUP BY day, series, story_id""",
}
_IDS = {False: "a.company_ids", True: "a.subject_ids"}
# An article's series: one row for each.
_SERIES = {
    "company": "unnest(a.company_ids)",
    "subject": "unnest(a.subject_ids)",
    "topic": "unnest(a.topic_ids)",
    "outlet": "a.outlet_id",
    "tier": "coalesce((SELECT o.tier FROM outlet o WHERE o.outlet_id = a.outlet_id), 0)",
    None: "0",
}
_REST = -1  # the series that are not named
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
    tiers: tuple[str, ...] = ()  # of the outlets that have articles


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of one filter. `undated` of the `articles` have no date."""

    articles: int
    stories: int
    mentions: int  # articles × the companies asked for
    outlets: int
    undated: int
    rows: int  # of the articles as a file: one for each mention, one where there is none


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
        tiers=column(
            """
            SELECT DISTINCT CASE WHEN tier > 0 THEN 'Tier ' || tier ELSE 'No tier' END
            FROM outlet WHERE outlet_id IN (SELECT DISTINCT outlet_id FROM article)
            """
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
    # `list_intersect` takes as long as all the rest.
    sql = """
        SELECT count(*), count(DISTINCT story_id), coalesce(sum(mentions), 0),
               count(DISTINCT outlet_id), count(*) FILTER (WHERE dated_at IS NULL),
               coalesce(sum(greatest(1, mentions)), 0)
        FROM (SELECT a.story_id, a.outlet_id, a.dated_at,
                     coalesce(len(CASE WHEN $only IS NULL THEN {ids} ELSE list_filter(
                         {ids}, lambda i: list_contains($only::INTEGER[], i)) END), 0) AS mentions
              FROM {articles} a WHERE {scope})
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
    named: Sequence[str] | None = None,
    later: int = 0,
    found: Sequence[int] | None = None,
    fill: bool = True,
) -> pd.DataFrame:
    """How much was written when: [day, `by`, count, unsure], every day × series, ordered.

    ``day`` is the first moment of a step in the team's zone, as a time without
    zone. Days without articles are zero, from `filters.since` to `.until` where
    those are set, else from the first to the last day with articles. Articles
    without a date are in no day. A story counts once in each step and series
    that it has an article in. ``unsure`` are those of ``count`` whose date is uncertain, of
    hours also those of which only the day is known: they stand in its first.

    With `named`, only these series stand by themselves and the rest is "Other". `later` puts
    everything so many days later, and the period with it: what was before falls into the
    same steps as what it is compared with. An hour that a change of clocks repeats is one.
    Without `fill` there are no zeros, and no order.
    """
    scope = make_scope(reader, replace(filters, undated=False), tz=tz, found=found)
    # Every zone's offset is a multiple of a quarter of an hour, so the day is looked up
    # once a quarter and not once an article: 3 to 4 times quicker at a million.
    sql = """
        WITH part AS (
            SELECT epoch_us(a.dated_at) // 900_000_000 AS slot, {series} AS series, a.story_id,
                list_contains($sure::VARCHAR[], coalesce(a.date_confidence, '')) AS sure
            FROM {articles} a WHERE {scope} AND a.dated_at IS NOT NULL),
        slots AS (
            SELECT slot, date_trunc($step, moment AT TIME ZONE $tz + to_days($later)) AS day
            FROM (SELECT DISTINCT slot, make_timestamptz(slot * 900_000_000) AS moment FROM part)),
        shown AS (
            SELECT day, story_id, sure,
                CASE WHEN $named IS NULL THEN series ELSE coalesce(n.id, $rest) END AS series
            FROM part JOIN slots USING (slot)
            LEFT JOIN (SELECT unnest($named::INTEGER[]) AS id) n ON n.id = series
            WHERE $only IS NULL OR list_contains($only::INTEGER[], series))
        SELECT day, series, count(*) AS count, count(*) FILTER (WHERE NOT sure) AS unsure
        FROM ({told}) GROUP BY day, series
    """
    sql = _with(sql, scope, by=by, count=count).replace("{told}", _TOLD[count])
    sure = ["high", "medium", *(["day"] if step != "hour" else [])]
    frame = scope.frame(
        reader, sql, tz=tz.key, only=_only(scope, by), step=step, sure=sure, later=later,
        rest=_REST,
        named=None if by is None or named is None else ids_of(_names(scope, by), named),
    )  # fmt: skip
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[us]")
    frame = _name_series(frame, scope, by) if by else frame.drop(columns="series")
    if not fill:
        return frame
    since, until = (
        day + timedelta(days=later) if day else None for day in (filters.since, filters.until)
    )
    return fill_days(frame, by=by, since=since, until=until, step=step)


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
    return share(counts(reader, filters, tz=tz, count=count, found=found))


def counts(
    reader: Reader,
    filters: Filters,
    *,
    tz: ZoneInfo,
    by: By = "company",
    count: Count = "mentions",
    found: Sequence[int] | None = None,
) -> pd.DataFrame:
    """How much was written in all: [`by`, count], largest first, then by name.

    Articles without a date count too.
    """
    scope = make_scope(reader, filters, tz=tz, found=found)
    sql = """
        SELECT series, {count} AS count FROM (
            SELECT {series} AS series, a.story_id FROM {articles} a WHERE {scope})
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


def _names(scope: Scope, by: By) -> dict[int, str]:
    return {
        "company": scope.names.companies,
        "topic": scope.names.topics,
        "outlet": scope.names.outlets,
        "tier": scope.names.tiers,
    }[by]


def _name_series(frame: pd.DataFrame, scope: Scope, by: By) -> pd.DataFrame:
    names = {**_names(scope, by), _REST: OTHER}
    frame["series"] = frame["series"].map(names).astype("str")
    return frame.rename(columns={"series": by})

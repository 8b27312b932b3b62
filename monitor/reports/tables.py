"""What a report's rows are: articles × companies, stories, coverage, share of voice, feeds.

A row is a list of cells in the order of `monitor.columns.every_column`: text, numbers, and "" or
None for what is unknown. Dates and times are text as `monitor.reports.moments` writes them, so that
every format starts from the same values. Text is hostile; each format guards it in its own way.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.analysis.metrics import filled
from monitor.analysis.sentences import sentence_at
from monitor.columns import Report
from monitor.filters import Filters
from monitor.reports.moments import Clock, in_utc, seconds_of
from monitor.store.queries.coverage import By, Count, Step, coverage, share_of_voice
from monitor.store.queries.export import SEPARATOR, ExportRow, export_rows, topic_words
from monitor.store.queries.health import feeds_and_health
from monitor.store.queries.stories import story_chunks
from monitor.urls import host_of

if TYPE_CHECKING:
    from monitor.store.reader import Reader

Cell = str | int | float | None
Row = list[Cell]
T = TypeVar("T")

_COUNTS: tuple[Count, Count] = ("mentions", "stories")
_FEED = ("outlet", "url", "state", "polled_at", "succeeded_at", "newest_at", "entries", "articles",
         "failures", "error", "what_to_do", "polls", "failed", "empty", "latency", "latency_p95",
         "week", "usual", "unusual", "next_due_at")  # fmt: skip
_MEASURED = ["latency", "latency_p95", "week", "usual"]  # shown with two decimals
_AT_A_TIME = 10_000  # rows of coverage
_HOUR = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the coverage a table is of, and how a chart's numbers are cut."""

    filters: Filters
    tz: ZoneInfo
    now: datetime  # with a zone; how feeds do is judged by it
    found: Sequence[int] | None = None  # what filters.query matches
    by: By = "company"
    step: Step = "day"
    more: bool = False  # whether an article's rows have the columns beyond the standard ones


def article_rows(reader: Reader, scope: Scope) -> Iterator[list[Row]]:
    """A row for each article × company, as `export_rows`, some thousand at a time."""
    topics = topic_words(reader)
    clock = Clock(scope.tz)
    distinct = functools.lru_cache(maxsize=5_000)(_distinct)

    def cells(row: ExportRow) -> Row:
        about = topics(row.topic_ids)
        company, url = row.company, row.url
        known: Row = [
            *_when(clock, row.dated_at, day_only=row.day_only), row.article_id, url,
            company or about or scope.filters.query,
            distinct(row.words) if row.words else "",
            "Online news" if url else None,
            row.outlet, row.domain or host_of(url or ""), row.tier,
            row.authors, row.title, row.opening, _hit_sentence(row),
            row.language, row.country, company, row.prominence,
            None,  # sentiment is not determined yet
            about, row.story_id, row.role, row.copies,
            None if row.syndicated is None else "yes" if row.syndicated else "no",
            "inferred" if row.inferred else row.date_confidence,
            "sample" if row.sample else None,
            distinct(row.rules) if row.rules else "",
        ]  # fmt: skip
        if scope.more:
            published = None if row.day_only else row.dated_at
            known += [in_utc(published), in_utc(row.first_seen_at), row.word_count]
        return known

    for batch in _ahead(export_rows(reader, scope.filters, tz=scope.tz, found=scope.found)):
        yield [cells(row) for row in batch]


def _ahead(batches: Iterator[T]) -> Iterator[T]:
    """`batches`, the next one already on its way while one is used."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


def _when(clock: Clock, seconds: int | None, *, day_only: bool) -> tuple[str, str]:
    """Day and time; the time is blank where it is not known."""
    day, time = clock.day_and_time(seconds)
    return day, "" if day_only else time


def _hit_sentence(row: ExportRow) -> str:
    if row.match_field == "title":
        return row.title
    if row.passage is None or row.match_start is None or row.match_end is None:
        return ""
    return sentence_at(row.passage, row.match_start, row.match_end)


def _distinct(joined: str) -> str:
    return "; ".join(value for value in dict.fromkeys(joined.split(SEPARATOR)) if value)


def story_rows(reader: Reader, scope: Scope) -> Iterator[list[Row]]:
    """A row for each story, latest first."""
    clock = Clock(scope.tz)
    for chunk in story_chunks(reader, scope.filters, tz=scope.tz, found=scope.found):
        yield [
            [
                row["story_id"], row["title"], _known(row["url"]),
                *_when(clock, seconds_of(_known(row["first_at"])), day_only=row["first_day_only"]),
                *_when(clock, seconds_of(_known(row["last_at"])), day_only=row["last_day_only"]),
                row["articles"], row["copies"], row["outlets"], "; ".join(row["outlet_names"]),
                "; ".join(row["companies"]), "; ".join(row["topics"]),
                "; ".join(f"{role} {count}" for role, count in row["roles"].items()),
            ]
            for row in chunk.to_dict("records")
        ]  # fmt: skip


def coverage_rows(reader: Reader, scope: Scope) -> Iterator[list[Row]]:
    """A row for each day (or week, month) × series: what a chart of it shows, in both counts."""
    mentions, stories = (
        coverage(reader, scope.filters, tz=scope.tz, by=scope.by, count=count, step=scope.step,
                 found=scope.found, fill=False).drop(columns="unsure")
        for count in _COUNTS
    )  # fmt: skip
    both = mentions.merge(
        stories, how="left", on=["day", scope.by], suffixes=("", "_stories")
    ).fillna({"count_stories": 0})
    f, shown = scope.filters, _HOUR if scope.step == "hour" else "%Y-%m-%d"
    for part in filled(
        both, by=scope.by, since=f.since, until=f.until, step=scope.step, most=_AT_A_TIME
    ):
        part["day"] = part["day"].dt.strftime(shown)
        yield frame_rows(part, ("day", scope.by, "count", "count_stories"))


def voice_rows(reader: Reader, scope: Scope) -> Iterator[list[Row]]:
    """A row for each company with its part of the coverage, the largest first."""
    mentions, stories = (
        share_of_voice(reader, scope.filters, tz=scope.tz, count=count, found=scope.found)
        for count in _COUNTS
    )
    both = mentions.merge(stories, on="company", suffixes=("", "_stories"))
    yield frame_rows(both, ("company", "count", "share", "count_stories", "share_stories"))


def feed_rows(reader: Reader, scope: Scope) -> Iterator[list[Row]]:
    """A row for each watched feed and how it is, those in trouble first."""
    frame = feeds_and_health(reader, now=scope.now, tz=scope.tz, sample=scope.filters.sample)
    frame[_MEASURED] = frame[_MEASURED].astype(float).round(2)
    yield frame_rows(frame, _FEED)


def frame_rows(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> list[Row]:
    """Some columns of `frame`, or all, as rows: lists are joined by ``"; "``, NA is None."""
    cells = ([_plain(value) for value in frame[name]] for name in columns or frame.columns)
    return [[*row] for row in zip(*cells, strict=True)]


def _plain(value: Any) -> Cell:
    if isinstance(value, Mapping):
        value = [f"{key} {number}" for key, number in value.items()]
    if isinstance(value, list | tuple):
        return "; ".join(str(_plain(item)) for item in value)
    known = _known(value)
    if isinstance(known, bool):
        return "yes" if known else "no"
    return known.isoformat(timespec="seconds") if isinstance(known, datetime) else known


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


ROWS: Mapping[Report, Callable[[Reader, Scope], Iterator[list[Row]]]] = {
    "articles": article_rows, "stories": story_rows, "coverage": coverage_rows,
    "share-of-voice": voice_rows, "feeds": feed_rows,
}  # fmt: skip

"""CSV files of articles, stories and lists; docs/reports.md says what each column means.

One way of writing for the dashboard and the command line, so that the same
filters give the same bytes: UTF-8 with a byte order mark (Excel reads accents
wrongly without it), CRLF and quotes as in RFC 4180. Text that a spreadsheet
would run as a formula gets an apostrophe in front; numbers and dates are left as
they are, because a guard on them corrupts negative figures.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from monitor.analysis.sentences import sentence_at
from monitor.filters import Filters
from monitor.models import Evidence
from monitor.store.queries.export import (
    ExportArticle,
    ExportMention,
    export_articles,
    first_match,
)
from monitor.store.queries.health import feeds_and_health
from monitor.store.queries.stories import story_chunks
from monitor.urls import host_of

if TYPE_CHECKING:
    from monitor.store.reader import Reader

BOM = b"\xef\xbb\xbf"
_BATCH = 1_000  # rows in a chunk of bytes

# Column → whether it holds text, which is guarded.
ARTICLE_COLUMNS = {
    "Date": False, "Time": False, "Document ID": False, "URL": True, "Input Name": True,
    "Keywords": True, "Source Type": True, "Source Name": True, "Source Domain": True,
    "Source Tier": False, "Author Name": True, "Title": True, "Opening Text": True,
    "Hit Sentence": True, "Language": True, "Country": True, "Company": True,
    "Prominence": True, "Sentiment": False, "Topics": True, "Story ID": False,
    "Story Role": True, "Copies In Story": False, "Is Syndicated": False,
    "Date Confidence": True, "Document Tags": True, "Tagged By": True,
}  # fmt: skip
STORY_COLUMNS = {
    "Story ID": False, "Title": True, "URL": True, "First Date": False, "First Time": False,
    "Last Date": False, "Last Time": False, "Articles": False, "Copies": False, "Outlets": False,
    "Outlet Names": True, "Companies": True, "Topics": True, "Roles": True,
}  # fmt: skip
# The same names for the columns of `queries.feeds_and_health`.
FEED_COLUMNS = {
    "Outlet": "outlet", "Feed URL": "url", "State": "state", "Last Poll": "polled_at",
    "Last Success": "succeeded_at", "Newest Entry": "newest_at", "Entries": "entries",
    "Articles": "articles", "Failures In A Row": "failures", "What Happened": "error",
    "What To Do": "what_to_do", "Polls": "polls", "Failed": "failed", "Empty": "empty",
    "Median Seconds": "latency", "95% Seconds": "latency_p95", "Entries A Day": "week",
    "Usually A Day": "usual", "Unusual": "unusual", "Next Poll": "next_due_at",
}  # fmt: skip

# Rules that are not names of the company, but words beside one that speak for it.
_BESIDE = ("context: ", "about: ")

# What spreadsheets take for the start of a formula, also behind white space, and in
# the full-width forms that East Asian versions accept; after OWASP, "CSV Injection".
# Apostrophes in front count too, or guarded text could not be told from text that
# begins with one.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r＝＋－＠]")


def guard(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet would run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """What `guard` was given: ``unguard(guard(text)) == text`` for every text."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


def articles_csv(
    reader: Reader, filters: Filters, *, tz: ZoneInfo, found: Sequence[int] | None = None
) -> Iterator[bytes]:
    """The articles of a filter, in parts: a row for each article × company.

    Companies are those the filter asks for; an article without any has one row
    with a blank Company. Latest first, undated last. Memory does not grow with
    the number of articles, but for their ids.
    """
    rows = (
        row
        for article in export_articles(reader, filters, tz=tz, found=found)
        for row in _article_rows(article, filters, tz)
    )
    return _file(rows, ARTICLE_COLUMNS)


def stories_csv(
    reader: Reader, filters: Filters, *, tz: ZoneInfo, found: Sequence[int] | None = None
) -> Iterator[bytes]:
    """The stories of a filter, in parts: a row for each, latest first."""
    rows = (
        [
            row["story_id"], row["title"], row["url"],
            *_date_time(row["first_at"]), *_date_time(row["last_at"]),
            row["articles"], row["copies"], row["outlets"], row["outlet_names"],
            row["companies"], row["topics"], row["roles"],
        ]
        for chunk in story_chunks(reader, filters, tz=tz, found=found)
        for row in chunk.to_dict("records")
    )  # fmt: skip
    return _file(rows, STORY_COLUMNS)


def feeds_csv(reader: Reader, *, now: datetime, tz: ZoneInfo, sample: bool = True) -> bytes:
    """Every watched feed and how it is, those in trouble first; as `queries.feeds_and_health`."""
    frame = feeds_and_health(reader, now=now, tz=tz, sample=sample)
    measured = ["latency", "latency_p95", "week", "usual"]
    frame[measured] = frame[measured].astype(float).round(2)
    names = {name: column for column, name in FEED_COLUMNS.items()}
    return frame_csv(frame[list(names)].rename(columns=names))


def _file(rows: Iterable[Sequence[Any]], columns: Mapping[str, bool]) -> Iterator[bytes]:
    yield BOM + encode_rows([list(columns)], text=[True] * len(columns))
    text = list(columns.values())
    batch: list[Sequence[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield encode_rows(batch, text=text)
            batch = []
    if batch:
        yield encode_rows(batch, text=text)


def _article_rows(article: ExportArticle, filters: Filters, tz: ZoneInfo) -> Iterator[list[Any]]:
    when = _date_time(article.dated_at.astimezone(tz) if article.dated_at else None)
    without_company = article.topics or filters.query
    mentions: list[ExportMention | None] = [*article.mentions] or [None]
    for mention in mentions:
        everything = mention.evidence if mention else article.topic_evidence
        evidence = [e for e in everything if e.field != "salience"]  # its parts are no words
        prominence = mention and ["subject" if mention.subject else "passing", mention.place]
        yield [
            *when,
            article.article_id,
            article.url,
            mention.company if mention else without_company,
            _distinct(e.text for e in evidence if not e.rule.startswith(_BESIDE)),
            "Online news" if article.url else None,
            article.outlet,
            article.domain or host_of(article.url or ""),
            article.tier,
            article.authors,
            article.title,
            article.opening,
            _hit_sentence(article, evidence),
            article.language,
            article.country,
            mention.company if mention else None,
            ", ".join(filter(None, prominence or ())),
            None,  # sentiment is not determined yet
            article.topics,
            article.story_id,
            article.role,
            article.copies,
            article.syndicated,
            "inferred" if article.inferred else article.date_confidence,
            "sample" if article.sample else None,
            _distinct(e.rule for e in evidence),
        ]


def _hit_sentence(article: ExportArticle, evidence: Sequence[Evidence]) -> str:
    match = first_match(evidence)
    if match is None:
        return ""
    if match.field == "title":
        return article.title
    passage, offset = article.around.get(match.start, ("", 0))
    return sentence_at(passage, match.start - offset, match.end - offset)


def _distinct(values: Iterable[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]


def _date_time(at: datetime | None) -> tuple[str, str]:
    """Date and time of day with its offset from UTC; blank where there is none."""
    if at is None or pd.isna(at):
        return "", ""
    day, _, time = at.isoformat(timespec="seconds").partition("T")
    return day, time


def encode_rows(rows: Iterable[Sequence[Any]], *, text: Sequence[bool]) -> bytes:
    """Rows as CSV without a byte order mark; `text` says which columns are guarded.

    None and NaN are blank, lists are joined by ``"; "``, mappings become
    ``"key value; …"``, booleans yes and no, times ISO 8601 with their offset. NUL
    characters are dropped, for no reader of CSV agrees on them.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        cells = [_cell(value) for value in row]
        writer.writerow(
            [guard(c) if is_text else c for c, is_text in zip(cells, text, strict=True)]
        )
    return buffer.getvalue().encode("utf-8", errors="replace")


def frame_csv(frame: pd.DataFrame, *, text_columns: Collection[str] | None = None) -> bytes:
    """A whole CSV file of `frame`, headings included, its index left out.

    `text_columns` are those to guard; by default all that hold neither numbers,
    times nor booleans.
    """
    if text_columns is None:
        text_columns = [
            str(name)
            for name, dtype in frame.dtypes.items()
            if not (pd.api.types.is_numeric_dtype(dtype) or _is_time(dtype))
        ]
    heading = encode_rows([list(frame.columns)], text=[True] * len(frame.columns))
    columns = [frame[name].astype(object) for name in frame.columns]
    rows = zip(*columns, strict=True)
    text = [name in text_columns for name in frame.columns]
    return BOM + heading + encode_rows(rows, text=text)


def _is_time(dtype: Any) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(dtype))


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("\0", "")
    if value is None:
        return ""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_cell(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(_cell(item) for item in value)
    if value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        midnight = value.tzinfo is None and value == value.replace(hour=0, minute=0, second=0)
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    return str(value).replace("\0", "")

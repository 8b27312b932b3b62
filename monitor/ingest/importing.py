"""`import`: pages and records from files, kept like anything that was fetched.

`.html` and `.txt` are pages; `.jsonl` and `.csv` hold one article a line with
any of title, text, description, url, outlet, published_at, authors, language,
credit, or a `path` to a page; `.warc` and `.warc.gz` hold pages as they were fetched. Lists of
addresses and sitemaps: `monitor.ingest.web_import`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from errno import ENOENT
from os import strerror
from pathlib import Path
from typing import Any

from monitor.config import Config
from monitor.errors import MonitorError, ParseError
from monitor.ingest import decide
from monitor.ingest.extract.dates import is_midnight
from monitor.ingest.prepare import PageTask, Prepared
from monitor.ingest.warc import read_warc
from monitor.ingest.workers import Outcome, Workers
from monitor.jsonl import json_object
from monitor.models import DateConfidence, Draft, Extracted, TextStatus
from monitor.urls import is_web_url

PAGES = {".html": "html", ".htm": "html", ".txt": "text"}
RECORDS = (".jsonl", ".csv")
WARCS = (".warc", ".warc.gz")
# Control characters, and those that turn the direction of the text around them (UAX #9).
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_LANGUAGE = re.compile(r"([a-z]{2,3})(-.*)?", re.DOTALL)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)  # what the world's time zones and a fast clock can explain
_MAX_FIELD = 10_000_000  # characters in one CSV field: a long article, not an attack


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be imported, and why."""

    where: str
    reason: str


def read_file(
    path: Path, *, config: Config, now: datetime, url: str | None = None, outlet: str | None = None
) -> Iterator[Draft | PageTask | Failure]:
    """The articles and pages in the file at `path`, one by one; a Failure for what is neither.

    `url` and `outlet` apply where a line does not give its own.
    """
    suffix = path.suffix.lower()
    try:
        if suffix in PAGES:
            yield _page(path, now=now, url=url, outlet=outlet)
        elif path.name.lower().endswith(WARCS):
            for number, page in enumerate(read_warc(path), start=1):
                if is_web_url(page.url) and "html" in (page.content_type or "html").lower():
                    yield PageTask(
                        page.body, now, url=page.url, kind="html", outlet=outlet,
                        where=f"{path}:{number} {page.url}", content_type=page.content_type,
                    )  # fmt: skip
        elif suffix in RECORDS:
            for number, row in _rows(path):
                where = f"{path}:{number}"
                try:
                    if isinstance(row, Failure):
                        yield row
                    else:
                        yield _record(row, path, config=config, now=now, url=url, outlet=outlet)
                except (
                    MonitorError,
                    ValueError,
                    OSError,
                    ArithmeticError,
                    RecursionError,
                ) as error:
                    yield Failure(where, str(error))
        elif not path.exists():
            raise FileNotFoundError(ENOENT, strerror(ENOENT))
        else:
            expected = ", ".join((*PAGES, *RECORDS, *WARCS))
            raise ParseError(f"expected a file ending in {expected}, got {path.name!r}")
    except OSError as error:
        yield Failure(str(path), f"cannot be read: {error.strerror}")
    except (MonitorError, UnicodeDecodeError, csv.Error) as error:
        yield Failure(str(path), str(error))


def prepared(
    items: Iterable[Draft | PageTask | Failure], workers: Workers
) -> Iterator[list[Draft | Prepared] | Failure]:
    """What each of `items` gives, in order, pages read by `workers`."""
    read: Iterator[tuple[PageTask, Outcome] | Draft | Failure] = workers.stream(items)
    for item in read:
        if isinstance(item, Failure):
            yield item
        elif not isinstance(item, tuple):
            yield [item]
        elif isinstance(item[1], MonitorError):
            yield Failure(item[0].where, str(item[1]))
        else:
            yield [*item[1]]


def _page(path: Path, *, now: datetime, url: str | None, outlet: str | None) -> PageTask:
    if url is not None and not is_web_url(url):
        raise ParseError(f"expected an http(s) URL, got {url!r}")
    return PageTask(
        body=path.read_bytes(), now=now, url=url, kind=PAGES.get(path.suffix.lower()),
        outlet=outlet, where=str(path),
    )  # fmt: skip


def _record(
    row: Mapping[str, Any], source: Path, *, config: Config, now: datetime, url: str | None,
    outlet: str | None,
) -> Draft | PageTask:  # fmt: skip
    url, outlet = _string(row, "url") or url, _string(row, "outlet") or outlet
    page = _string(row, "path")
    if page:
        return _page(source.parent / page, now=now, url=url, outlet=outlet)
    title = _string(row, "title")
    if not title:
        raise ParseError("expected a title or a path, got neither")
    if url is not None and not is_web_url(url):
        raise ParseError(f"expected an http(s) URL, got {url!r}")
    published, confidence = published_time(row.get("published_at"), now=now)
    text = _string(row, "text") or ""
    return decide.draft(
        Extracted(
            title=" ".join(title.split()),
            text=text,
            authors=_names(row.get("authors")),
            published_at=published,
            date_confidence=confidence,
            url=url,
            language=_language(row),
            credit=_string(row, "credit"),
            description=_string(row, "description") or "",
        ),
        config=config, now=now, page_url=url, outlet=outlet,
        text_status=TextStatus.FULL if text else TextStatus.HEADLINE,
    )  # fmt: skip


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | Failure]]:
    if path.suffix.lower() == ".csv":
        csv.field_size_limit(_MAX_FIELD)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            # Spreadsheets of countries with a decimal comma separate by semicolons.
            heading = lines.readline()
            lines.seek(0)
            separator = max(",;\t", key=heading.count)
            reader = csv.DictReader(lines, delimiter=separator)
            for row in reader:
                yield reader.line_num, {str(k).strip().lower(): v for k, v in row.items()}
        return
    # As bytes, so that a line that is not UTF-8 is one bad line, not a bad file.
    with path.open("rb") as raw:
        for number, line in enumerate(raw, start=1):
            if line.strip():
                yield number, _json_row(line, f"{path}:{number}")


def _json_row(line: bytes, where: str) -> Mapping[str, Any] | Failure:
    try:
        return json_object(line)
    except ParseError as error:
        return Failure(where, str(error))


def _string(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ParseError(f"{key} must be text, got {type(value).__name__}")
    return _clean(value or "") or None


def _clean(text: str) -> str:
    # The text may come from anywhere: no control characters, no halves of surrogate pairs.
    return _CONTROL.sub("", text).encode("utf-8", "ignore").decode().strip()


def _language(row: Mapping[str, Any]) -> str | None:
    """The language of a tag such as ``en-GB``; None for what is no language tag."""
    tag = _LANGUAGE.fullmatch((_string(row, "language") or "").lower())
    return tag[1] if tag else None


def _names(value: Any) -> tuple[str, ...]:
    names = value.split(";") if isinstance(value, str) else [] if value is None else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ParseError("authors must be text or a list of texts")
    cleaned = (" ".join(_clean(name).split()) for name in names)
    return tuple(name for name in cleaned if name)


def published_time(value: Any, *, now: datetime) -> tuple[datetime | None, DateConfidence]:
    """`value`, an ISO time or day, in UTC (which it is taken for where it names no zone).

    With how sure it is: None where it is empty; ParseError where it is no time, or none at which
    an article can have been published: before 1900 or more than two days after `now`.
    """
    if value in (None, ""):
        return None, DateConfidence.NONE
    shown = repr(value)[:60]
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise ParseError(
            f"published_at must be an ISO time such as 2025-04-01T19:54:00Z, got {shown}"
        ) from None
    confidence = DateConfidence.DAY if is_midnight(moment) else DateConfidence.MEDIUM
    latest = now + _AHEAD
    try:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        possible = _EARLIEST <= moment <= latest
    except OverflowError:  # so close to the ends of the calendar that UTC lies beyond them
        possible = False
    if not possible:
        raise ParseError(
            f"published_at must lie between {_EARLIEST:%Y-%m-%d} and {latest:%Y-%m-%d}, got {shown}"
        )
    return moment, confidence

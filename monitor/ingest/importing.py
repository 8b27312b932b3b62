"""`import`: pages and records from files, kept like anything that was fetched.

`.html` and `.txt` are pages; `.jsonl` and `.csv` hold one article a line with
any of title, text, description, url, outlet, published_at, authors, language,
credit, or a `path` to a page; `.warc` and `.warc.gz` hold pages as they were fetched.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.config import Config
from monitor.errors import MonitorError, ParseError
from monitor.ingest import decide
from monitor.ingest.prepare import PageTask, Prepared
from monitor.ingest.warc import read_warc
from monitor.ingest.workers import Outcome, Workers
from monitor.models import DateConfidence, Draft, Extracted, TextStatus
from monitor.urls import is_web_url

PAGES = {".html": "html", ".htm": "html", ".txt": "text"}
RECORDS = (".jsonl", ".csv")
WARCS = (".warc", ".warc.gz")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
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
                        where=f"{path}:{number} {page.url}",
                    )  # fmt: skip
        elif suffix in RECORDS:
            for number, row in _rows(path):
                where = f"{path}:{number}"
                try:
                    if isinstance(row, Failure):
                        yield row
                    else:
                        yield _record(row, path, config=config, now=now, url=url, outlet=outlet)
                except (MonitorError, ValueError, OSError) as error:
                    yield Failure(where, str(error))
        else:
            expected = ", ".join((*PAGES, *RECORDS, *WARCS))
            raise ParseError(f"expected a file ending in {expected}, got {path.name!r}")
    except OSError as error:
        yield Failure(str(path), f"cannot be read: {error.strerror}")
    except (MonitorError, UnicodeDecodeError, csv.Error) as error:
        yield Failure(str(path), str(error))


def prepared(
    items: Iterable[Draft | PageTask | Failure], workers: Workers
) -> Iterator[Draft | Prepared | Failure]:
    """`items` with their pages read by `workers`, in order."""
    read: Iterator[tuple[PageTask, Outcome] | Draft | Failure] = workers.stream(items)
    for item in read:
        if not isinstance(item, tuple):
            yield item
        elif isinstance(item[1], MonitorError):
            yield Failure(item[0].where, str(item[1]))
        else:
            yield from item[1]


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
    published = _time(row.get("published_at"))
    text = _string(row, "text") or ""
    return decide.draft(
        Extracted(
            title=" ".join(title.split()),
            text=text,
            authors=_names(row.get("authors")),
            published_at=published,
            date_confidence=DateConfidence.MEDIUM if published else DateConfidence.NONE,
            url=url,
            language=_string(row, "language"),
            credit=_string(row, "credit"),
            description=_string(row, "description") or "",
        ),
        config=config, now=now, page_url=url, outlet=outlet,
        text_status=TextStatus.FULL if text else TextStatus.HEADLINE,
    )  # fmt: skip


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | Failure]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        if path.suffix.lower() == ".csv":
            csv.field_size_limit(_MAX_FIELD)
            reader = csv.DictReader(lines)
            for row in reader:
                yield reader.line_num, {str(k).strip().lower(): v for k, v in row.items()}
            return
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, _json_row(line, f"{path}:{number}")


def _json_row(line: str, where: str) -> Mapping[str, Any] | Failure:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return Failure(where, f"not valid JSON: {error.msg}")
    return row if isinstance(row, dict) else Failure(where, "expected a JSON object")


def _string(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ParseError(f"{key} must be text, got {type(value).__name__}")
    # The text may come from anywhere: no control characters, no halves of surrogate pairs.
    clean = _CONTROL.sub("", value or "").strip()
    return clean.encode("utf-8", "ignore").decode() or None


def _names(value: Any) -> tuple[str, ...]:
    names = value.split(";") if isinstance(value, str) else value or ()
    return tuple(" ".join(str(name).split()) for name in names if str(name).strip())


def _time(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise ParseError(
            f"published_at must be an ISO time such as 2025-04-01T19:54:00Z, got {value!r}"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""From the bytes of a page to the articles on it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import trafilatura

from monitor.errors import ParseError
from monitor.ingest.extract.html import articles_of
from monitor.ingest.extract.lines import read_lines
from monitor.ingest.extract.page import decode, looks_like_html, parse
from monitor.ingest.extract.plain import articles_in, page_outlet
from monitor.ingest.extract.several import extracted_from
from monitor.models import Extracted

__all__ = ["EXTRACTOR", "extract_page"]


def _version() -> str:
    """A digest of the code that reads pages: another one may read the same page otherwise."""
    here = Path(__file__).resolve().parent
    files = [*sorted(here.glob("*.py")), here.parent / "charsets.py", here.parent / "decide.py"]
    code = b"\0".join(path.read_bytes() for path in files)
    return hashlib.sha256(code + trafilatura.__version__.encode()).hexdigest()[:12]


EXTRACTOR = _version()


def extract_page(
    data: bytes,
    *,
    url: str | None = None,
    kind: Literal["html", "text"] | str | None = None,
    now: datetime | None = None,
    charset: str | None = None,
    founded: datetime | None = None,
) -> list[Extracted]:
    """The articles on a page, in page order.

    `kind` is "html" or "text" (a page saved as plain text); None looks at the bytes. `url`
    is where the page was found, `charset` the one that its server claimed. Dates after `now`
    (default: the present) are refused, and those before its outlet was `founded`.
    Raises ParseError where the bytes are no page or the page holds no article.
    """
    moment = now or datetime.now(UTC)
    source = decode(data, charset=charset)
    if kind is None:
        kind = "html" if looks_like_html(source) else "text"
    if kind == "html":
        return articles_of(parse(source, url=url), now=moment, founded=founded)
    if kind == "text":
        return _from_text(source, url=url, now=moment, founded=founded)
    raise ParseError(f"cannot read page: expected kind 'html' or 'text', got {kind!r}")


def _from_text(
    source: str, *, url: str | None, now: datetime, founded: datetime | None
) -> list[Extracted]:
    lines = read_lines(source)
    outlet = page_outlet(lines)
    return extracted_from(articles_in(lines), outlet=outlet, url=url, now=now, founded=founded)

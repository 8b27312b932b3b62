"""The article of an HTML page: trafilatura's text, and facts reconciled from all the page says."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import datetime
from html import unescape
from itertools import islice
from typing import Any

import trafilatura
from lxml.etree import strip_elements
from trafilatura.settings import MANUALLY_CLEANED, Document

from monitor.errors import ParseError
from monitor.ingest.extract import dates, sources
from monitor.ingest.extract.credit import AGENCY_NAMES, agency_byline, split_credit, stated_credit
from monitor.ingest.extract.facts import (
    addresses,
    article_node,
    author_values,
    changed_date,
    is_aside,
    mastheads,
    name_of,
    outlet_of,
    standfirsts,
    stated_dates,
    words_of,
)
from monitor.ingest.extract.furniture import strip_furniture, trim_tail
from monitor.ingest.extract.header import header_of, without_header
from monitor.ingest.extract.language import declared_language, language_of
from monitor.ingest.extract.lines import Line, lines_of, with_subheads
from monitor.ingest.extract.names import authors_of
from monitor.ingest.extract.page import Page
from monitor.ingest.extract.several import blocks_in, extracted_from
from monitor.ingest.extract.title import headline
from monitor.ingest.extract.words import key, one_line
from monitor.models import Extracted

# What these libraries discard is an answer here, not news for the log.
for _name in ("trafilatura", "htmldate", "charset_normalizer"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_DECLARED_BODY = 400  # characters from which a declared body is the text and not a summary of it
# Characters from which on trafilatura's own text is taken as it is: comparing it with those of
# jusText and readability takes as long again, and is right more often only where it found little.
_ENOUGH = 600
# What trafilatura deletes from every tree first of all, but for what it looks into before: some
# pages stand in a form as a whole.
_DELETED = tuple(t for t in MANUALLY_CLEANED if t not in ("form", "fieldset", "figure"))
_MARKUP = re.compile(r"</?(?:a|p|div|span|img|br|blockquote|iframe|script)\b[^>]*>", re.I)


def articles_of(page: Page, *, now: datetime, founded: datetime | None = None) -> list[Extracted]:
    """The articles of `page`, in page order: several where it holds several in full.

    Raises ParseError where there is none.
    """
    lines = lines_of(page.tree)
    blocks = blocks_in(page, lines)
    if not blocks:
        return [article_of(page, lines, now=now, founded=founded)]
    return extracted_from(
        blocks,
        outlet=outlet_of(page, {})[0],
        url=page.url,
        language=declared_language(page.tree.get("lang") or ""),
        now=now,
        founded=founded,
    )


def article_of(
    page: Page, lines: Sequence[Line], *, now: datetime, founded: datetime | None = None
) -> Extracted:
    """The one article of `page`, whose visible text is `lines`.

    Raises ParseError where it has no headline.
    """
    node = article_node(page)
    outlet, outlets = outlet_of(page, node)
    address, elsewhere = addresses(page, node)
    declared = [name_of(node.get("headline")), *(page.first(name) for name in sources.TITLES[1:])]
    headings = _headings(page)
    document_title = next((words_of(t) for t in page.tree.iter("title")), "")
    title = headline(
        declared=declared, headings=headings, document_title=document_title, outlets=outlets
    )
    if not title:
        raise ParseError("cannot read page: expected an article with a headline, got none")
    header = header_of(lines, title=title, standfirsts=standfirsts(page))
    names = author_values(page, node, header.lines)
    # An agency is where a text comes from, not who wrote it: it is kept as the credit.
    barred = [*outlets, *AGENCY_NAMES]
    read = [authors_of(v, outlets=barred, strict=s) for v, s in names]
    authors, signed = next(((a, n) for n, a in zip(sources.AUTHORS, read, strict=True) if a),
                           ((), ""))  # fmt: skip
    stated_on = list(stated_dates(page, node, header.lines))
    declared_in = declared_language(page.tree.get("lang") or page.first("og:locale"))
    paragraphs = with_subheads(_paragraphs(page, node), lines)
    paragraphs = without_header(paragraphs, header)
    body = strip_furniture(paragraphs, title=title, authors=authors)
    body, credit = split_credit(body, outlet=outlet, url=address)
    text = "\n\n".join(trim_tail(body, authors=authors, outlets=outlets))
    if credit is None:
        byline = agency_byline((n for v, _ in names for n in v), outlet=outlet, url=address)
        stated = stated_credit((n.text for n in lines), outlet=outlet, url=address)
        credit = stated or byline or (f"canonical link to {elsewhere}" if elsewhere else None)
    guessed = [dates.read_url(address) if address else None, changed_date(page, node)]
    published, confidence = dates.reconcile(stated_on, guessed=guessed, now=now, founded=founded)
    return Extracted(
        title=title,
        text=text,
        authors=authors,
        published_at=published,
        date_confidence=confidence,
        outlet=outlet,
        url=address,
        language=declared_in or language_of(f"{title}\n{text}"),
        credit=credit,
        description=page.first("og:description", "description", "twitter:description")
        or header.standfirst,
        sources=sources.known(
            title=sources.title_sources(
                title, declared=declared, headings=headings, document_title=document_title,
                outlets=outlets,
            ),
            authors=signed,
            date=sources.date_sources(published, stated=stated_on, guessed=guessed),
            refused=sources.refused_dates(stated_on, now=now, founded=founded),
            outlet="page" if outlet else "",
            language="page" if declared_in else sources.TEXT,
        ),
    )  # fmt: skip


def _headings(page: Page) -> list[str]:
    """The texts of the h1 elements; of the first h2 where none but the masthead is one."""
    outlets = mastheads(page)
    first = [words_of(h) for h in page.tree.iter("h1") if not is_aside(h)]
    first = [h for h in first if h and h not in outlets]
    return first or [words_of(h) for h in islice(page.tree.iter("h2"), 1)]


def _paragraphs(page: Page, node: dict[str, Any]) -> list[str]:
    """The text by trafilatura, or as JSON-LD declares it where the two have nothing in common.

    The last that is read of `page`: its tree is spent.
    """
    strip_elements(page.tree, *_DELETED, with_tail=False)  # before it copies the tree four times
    text = _extracted(page, fast=True)
    if len(text) < _ENOUGH:
        text = _extracted(page, fast=False) or text
    declared = node.get("articleBody")
    if isinstance(declared, str) and len(declared) >= _DECLARED_BODY:
        declared = re.sub(r"<[^>]*>", "\n", unescape(declared))
        if not _overlap(declared, text):
            text = declared
    lines = (one_line(line.removeprefix("- ")) for line in text.split("\n"))
    return [line for line in lines if line and not _MARKUP.search(line)]


def _extracted(page: Page, *, fast: bool) -> str:
    """trafilatura's text; `fast` without the other extractors it compares its own with."""
    try:
        document = trafilatura.bare_extraction(
            page.tree, url=page.url, favor_precision=True, include_comments=False, fast=fast
        )
    # Hostile markup makes its parsers raise whatever they like; that costs this page only.
    except Exception as error:
        raise ParseError(f"cannot read page: expected an article, got {error!r}") from error
    return document.text or "" if isinstance(document, Document) else ""


def _overlap(declared: str, text: str) -> bool:
    """Whether any of some passages spread over `declared` stands in `text`."""
    # As they are written first: most do overlap, and to fold both takes ten times as long.
    return _shared(declared.split(), text) or _shared(key(declared).split(), f" {key(text)} ")


def _shared(words: Sequence[str], within: str) -> bool:
    step = max(1, len(words) // 8)
    return any(f" {' '.join(words[i : i + 5])} " in within for i in range(0, len(words) - 5, step))

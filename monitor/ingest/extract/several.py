"""Pages that hold several full articles: aggregators, section pages that print whole posts.

A page is split only where its form says so beyond doubt: `article` elements with their own
headings and full texts, or headlines that repeat one header ("Published on", a byline) and
one closing marker. Teasers, comments, live blogs and sections of one article stay together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import islice, takewhile

from lxml.html import HtmlElement

from monitor.ingest.extract import sources
from monitor.ingest.extract.credit import split_credit
from monitor.ingest.extract.dates import Stated, read_url, reconcile
from monitor.ingest.extract.furniture import trim_tail
from monitor.ingest.extract.language import language_of
from monitor.ingest.extract.lines import HEADINGS, Line, lines_of
from monitor.ingest.extract.page import Page
from monitor.ingest.extract.plain import (
    FULL_TEXT,
    Block,
    block_of,
    closing_marker,
    headers_in,
    repeated,
)
from monitor.ingest.extract.words import is_prose, key
from monitor.models import Extracted
from monitor.urls import absolute_url, canonical_url, is_web_url, site_of

_LIVE = re.compile(r"live-?blog|liveblogposting", re.I)
_MAX_ARTICLES = 50
_PARAGRAPHS = 2  # of prose at least, in a full article


def blocks_in(page: Page, lines: Sequence[Line]) -> list[Block]:
    """The articles of a page that holds several, in page order; [] where it is not such a page.

    `lines` is the visible text of the page.
    """
    headings = islice(page.tree.iter(*HEADINGS), 2)
    if len(list(headings)) < 2 or _is_live(page):
        return []
    elements = [e for e in page.tree.iter("article") if _is_outermost(e)]
    if len(elements) >= 2:
        blocks = _article_elements(elements)
        if blocks:
            return blocks[:_MAX_ARTICLES]
    headers = [i for i in headers_in(lines) if lines[i].heading]
    return repeated(lines, headers)[:_MAX_ARTICLES] if len(headers) >= 2 else []


def _is_live(page: Page) -> bool:
    if any("LiveBlogPosting" in str(node.get("@type")) for node in page.linked):
        return True
    body = page.tree.find("body")
    return body is not None and bool(_LIVE.search(f"{body.get('class')} {page.url}"))


def _is_outermost(element: HtmlElement) -> bool:
    return next(element.iterancestors("article"), None) is None


def _article_elements(elements: Sequence[HtmlElement]) -> list[Block]:
    """Blocks of `article` elements that share parent and class, if two or more are full."""
    groups: dict[tuple[HtmlElement, str], list[HtmlElement]] = {}
    for element in elements:
        kind = " ".join(c for c in (element.get("class") or "").split() if not re.search(r"\d", c))
        groups.setdefault((element.getparent(), kind.split(" ")[0]), []).append(element)
    members = max(groups.values(), key=len)
    if len(members) < 2:
        return []
    bodies = []
    for element in members:
        bodies.append(lines_of(element))
    leads = [list(takewhile(lambda line: not is_prose(line.text), lines)) for lines in bodies]
    labels = Counter(said for lead in leads for said in {key(n.text) for n in lead if n.heading})
    for number, lead in enumerate(leads):
        own = [i for i, n in enumerate(lead) if n.heading and labels[key(n.text)] == 1]
        # The headline is the highest heading; one that stands in several names their section.
        start = min(own, key=lambda i: (lead[i].heading, i), default=None)
        if start is None or start > 5:
            return []
        bodies[number] = bodies[number][start:]
    closing = closing_marker([lines[1:] for lines in bodies])
    blocks = []
    for lines in bodies:
        texts = [line.text for line in lines]
        closed = closing is not None and closing in texts
        rest = lines[1 : texts.index(closing)] if closing is not None and closed else lines[1:]
        first = next((i for i, line in enumerate(rest) if is_prose(line.text)), len(rest))
        block = block_of(lines[0], rest[:first], rest[first:])
        if block.paragraphs or closed:
            blocks.append(block)
    full = [b for b in blocks if _is_full(b)]
    # Every member must be an article: full posts among teasers are a front page.
    if len(full) < 2 or len(full) * 2 < len(members):
        return []
    return [b for b in blocks if _is_full(b) or not b.paragraphs]


def _is_full(block: Block) -> bool:
    prose = [p for p in block.paragraphs if is_prose(p)]
    return len(prose) >= _PARAGRAPHS and sum(map(len, prose)) >= FULL_TEXT


def extracted_from(
    blocks: Sequence[Block],
    *,
    outlet: str | None,
    url: str | None,
    language: str | None = None,
    now: datetime,
    founded: datetime | None = None,
) -> list[Extracted]:
    """`blocks` of one page at `url` as articles.

    One address says nothing about each of several articles: these have the URL that their
    headline links to at the same site, or none.
    """
    page_url = canonical_url(url) if url and is_web_url(url) else None
    articles = []
    for block in blocks:
        address = page_url if len(blocks) == 1 else _own_url(block.link, page_url)
        body, credit = split_credit(block.paragraphs, outlet=outlet, url=address)
        text = "\n\n".join(trim_tail(body, authors=block.authors))
        guessed = [read_url(address)] if address else []
        published, confidence = reconcile(block.dates, guessed=guessed, now=now, founded=founded)
        articles.append(
            Extracted(
                title=block.title,
                text=text,
                authors=block.authors,
                published_at=published,
                date_confidence=confidence,
                outlet=outlet,
                url=address,
                language=language or language_of(f"{block.title}\n{text}"),
                credit=credit,
                sources=sources.known(
                    title="heading",
                    authors=sources.HEADER if block.authors else "",
                    date=_date_source(block, published, guessed),
                    outlet="page" if outlet else "",
                    language="page" if language else sources.TEXT,
                ),
            )
        )
    return articles


def _date_source(block: Block, published: datetime | None, guessed: Sequence[Stated | None]) -> str:
    if any(s.when == published for s in block.dates if s):
        return sources.HEADER
    return sources.URL if published and guessed else ""


def _own_url(link: str | None, page_url: str | None) -> str | None:
    if not link or not page_url:
        return None
    try:
        target = canonical_url(absolute_url(link, page_url))
    except ValueError:
        return None
    return target if site_of(target) == site_of(page_url) and target != page_url else None

"""The article of an HTML page: trafilatura's text, and facts reconciled from all the page says."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import unescape
from itertools import takewhile
from typing import Any

import trafilatura
from lxml.html import HtmlElement  # type: ignore[import-untyped]
from trafilatura.settings import Document

from monitor.errors import ParseError
from monitor.ingest.extract import dates
from monitor.ingest.extract.credit import AGENCY_NAMES, agency_byline, split_credit
from monitor.ingest.extract.dates import Stated
from monitor.ingest.extract.furniture import strip_furniture, trim_tail
from monitor.ingest.extract.language import declared_language, language_of
from monitor.ingest.extract.names import authors_of, copyright_owner
from monitor.ingest.extract.page import Page
from monitor.ingest.extract.plain import Line, header_authors, header_date
from monitor.ingest.extract.several import blocks_in, extracted_from, lines_of
from monitor.ingest.extract.title import headline
from monitor.ingest.extract.words import key, one_line
from monitor.models import Extracted
from monitor.urls import absolute_url, canonical_url, is_web_url, site_of

# What these libraries discard is an answer here, not news for the log.
for _name in ("trafilatura", "htmldate", "charset_normalizer"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_ARTICLE_TYPES = {
    "article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle",
    "reviewnewsarticle", "backgroundnewsarticle", "blogposting", "techarticle", "scholarlyarticle",
    "liveblogposting", "report", "socialmediaposting", "advertisercontentarticle", "review",
    "satiricalarticle", "askpublicnewsarticle", "medicalscholarlyarticle", "posting",
}  # fmt: skip
_ASIDE = ("related", "sidebar", "recommend", "trending", "popular", "teaser", "comment", "footer",
          "newsletter", "promo", "latest", "more-", "carousel", "widget", "nav", "menu", "card",
          "recirc", "updated", "modified")  # fmt: skip
_HEADER_LINES = 12  # looked at below the headline for byline and date
_DECLARED_BODY = 400  # characters from which a declared body is the text and not a summary of it
_MARKUP = re.compile(r"</?(?:a|p|div|span|img|br|blockquote|iframe|script)\b[^>]*>", re.I)
_DATE_CLASSES = ("date", "time", "publish", "posted", "dateline", "byline", "meta")
_BYLINE_CLASSES = ("byline", "author", "writer", "credit-name", "contributor")


def articles_of(page: Page, *, now: datetime) -> list[Extracted]:
    """The articles of `page`, in page order: several where it holds several in full.

    Raises ParseError where there is none.
    """
    lines = lines_of(page.tree)
    blocks = blocks_in(page, lines)
    if not blocks:
        return [article_of(page, lines, now=now)]
    return extracted_from(
        blocks,
        outlet=outlet_of(page, {})[0],
        url=page.url,
        language=declared_language(page.tree.get("lang") or ""),
        now=now,
    )


def article_of(page: Page, lines: Sequence[Line], *, now: datetime) -> Extracted:
    """The one article of `page`, whose visible text is `lines`.

    Raises ParseError where it has no headline.
    """
    node = article_node(page)
    outlet, outlets = outlet_of(page, node)
    address, elsewhere = _addresses(page, node)
    title = headline(
        declared=[_text(node.get("headline")), *page.meta.get("og:title", [])[:1],
                  *page.meta.get("twitter:title", [])[:1], *page.meta.get("dc.title", [])[:1]],
        headings=[_words(h) for h in page.tree.iter("h1") if not _aside(h)],
        document_title=next((_words(t) for t in page.tree.iter("title")), ""),
        outlets=outlets,
    )  # fmt: skip
    if not title:
        raise ParseError("cannot read page: expected an article with a headline, got none")
    header = _header(lines, title)
    names = _author_values(page, node, header)
    # An agency is where a text comes from, not who wrote it: it is kept as the credit.
    barred = [*outlets, *AGENCY_NAMES]
    authors = next(filter(None, (authors_of(v, outlets=barred, strict=s) for v, s in names)), ())
    paragraphs = _paragraphs(page, node)
    body = strip_furniture(paragraphs, title=title, authors=authors)
    body, credit = split_credit(body, outlet=outlet, url=address)
    text = "\n\n".join(trim_tail(body, authors=authors))
    if credit is None:
        byline = agency_byline((n for v, _ in names for n in v), outlet=outlet, url=address)
        credit = byline or (f"canonical link to {elsewhere}" if elsewhere else None)
    guessed = [dates.read_url(address)] if address else []
    published, confidence = dates.reconcile(
        stated_dates(page, node, header), guessed=guessed, now=now
    )
    return Extracted(
        title=title,
        text=text,
        authors=authors,
        published_at=published,
        date_confidence=confidence,
        outlet=outlet,
        url=address,
        language=declared_language(page.tree.get("lang") or page.first("og:locale"))
        or language_of(f"{title}\n{text}"),
        credit=credit,
        description=page.first("og:description", "description", "twitter:description"),
    )


def _header(lines: Sequence[Line], title: str) -> Sequence[Line]:
    """The short lines between the headline and the first paragraph."""
    said = key(title)
    starts = [i for i, line in enumerate(lines) if line.heading and key(line.text) == said]
    if not starts:
        return ()
    below = lines[starts[-1] + 1 : starts[-1] + 1 + _HEADER_LINES]
    return list(takewhile(lambda line: len(line.text) <= 150, below))


def _paragraphs(page: Page, node: dict[str, Any]) -> list[str]:
    """The text by trafilatura, or as JSON-LD declares it where the two have nothing in common."""
    try:
        document = trafilatura.bare_extraction(
            page.tree, url=page.url, favor_precision=True, include_comments=False
        )
    # Hostile markup makes its parsers raise whatever they like; that costs this page only.
    except Exception as error:
        raise ParseError(f"cannot read page: expected an article, got {error!r}") from error
    text = document.text or "" if isinstance(document, Document) else ""
    declared = node.get("articleBody")
    if isinstance(declared, str) and len(declared) >= _DECLARED_BODY:
        declared = re.sub(r"<[^>]*>", "\n", unescape(declared))
        if not _overlap(declared, text):
            text = declared
    lines = (one_line(line.removeprefix("- ")) for line in text.split("\n"))
    return [line for line in lines if line and not _MARKUP.search(line)]


def _overlap(declared: str, text: str) -> bool:
    """Whether any of some passages spread over `declared` stands in `text`."""
    words, within = key(declared).split(), f" {key(text)} "
    step = max(1, len(words) // 8)
    return any(f" {' '.join(words[i : i + 5])} " in within for i in range(0, len(words) - 5, step))


def article_node(page: Page) -> dict[str, Any]:
    """The JSON-LD object that describes this page's article; {} where none does."""
    nodes = [n for n in page.linked if _types(n) & _ARTICLE_TYPES]
    if page.url and len(nodes) > 1:
        here = page.url.split("?")[0].rstrip("/")
        for node in nodes:
            if here in (
                _text(node.get("url")).rstrip("/"),
                _text(node.get("mainEntityOfPage")).rstrip("/"),
            ):
                return node
    return next((n for n in nodes if n.get("headline") or n.get("datePublished")), {})


def outlet_of(page: Page, node: dict[str, Any]) -> tuple[str | None, list[str]]:
    """The outlet's name, and all names it goes by here (for taking them off titles)."""
    named = [
        *page.meta.get("og:site_name", [])[:1],
        _text(node.get("publisher")),
        *(_text(n) for n in page.linked if _types(n) & {"website", "newsmediaorganization"}),
        page.first("application-name", "cre", "publisher", "dc.publisher"),
    ]
    named = [one_line(n) for n in named if n and len(n) <= 80 and not n.startswith("http")]
    if not named:
        footer = [_words(e) for e in page.tree.iter("footer")]
        owner = copyright_owner(line for line in footer if len(line) < 3000)
        named = [owner] if owner else []
    host = site_of(page.url).split(".")[0] if page.url else ""
    handle = page.first("twitter:site").lstrip("@")
    return (named[0] if named else None), [n for n in (*named, host, handle) if n]


def _addresses(page: Page, node: dict[str, Any]) -> tuple[str | None, str | None]:
    """The page's canonical URL, and the URL at another site that it declares a copy of."""
    links = [e.get("href") or "" for e in page.tree.iter("link")
             if "canonical" in (e.get("rel") or "").lower().split()]  # fmt: skip
    own = canonical_url(page.url) if page.url and is_web_url(page.url) else None
    for link in [*links[:1], page.first("og:url")]:
        try:
            target = canonical_url(absolute_url(link, page.url or ""))
        except ValueError:
            continue
        if own is None or site_of(target) == site_of(own):
            # A canonical link to the front page is a mistake of the template.
            if own is None or target.split("/", 3)[3] or not own.split("/", 3)[3]:
                return target, None
        elif link in links:
            return own, target
    return own, None


def _author_values(
    page: Page, node: dict[str, Any], header: Sequence[Line]
) -> list[tuple[list[str], bool]]:
    """Where authors may be named, the most trusted first; True where only persons count."""
    return [
        (_texts(node.get("author")), False),
        ([v for name in ("author", "article:author", "byl", "parsely-author", "sailthru.author",
                         "dc.creator", "dcterms.creator", "cxenseparse:author")
          for v in page.meta.get(name, [])], False),
        ([_words(e) for e in page.tree.xpath("//*[@rel='author' or @itemprop='author']")[:8]
          if not _aside(e)], True),
        (list(_bylines(page.tree)), True),
        (list(header_authors(header)), True),
    ]  # fmt: skip


def _bylines(tree: HtmlElement) -> Iterator[str]:
    found = 0
    for element in tree.iter("a", "span", "div", "p", "address", "li", "h5", "h6", "em", "strong"):
        marks = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if not any(name in marks for name in _BYLINE_CLASSES) or _aside(element):
            continue
        words = _words(element)
        if 4 <= len(words) <= 120:
            yield words
            found += 1
            if found == 4:
                return


def stated_dates(
    page: Page, node: dict[str, Any], header: Sequence[Line]
) -> Iterator[Stated | None]:
    """What the publisher states, by source: JSON-LD, meta, time elements, a dateline."""
    yield dates.read_stamp(_text(node.get("datePublished")) or _text(node.get("dateCreated")))
    stamp = page.first(
        "article:published_time", "og:published_time", "datepublished", "og:article:published_time",
        "article:published", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate",
        "publish-date", "publication_date", "dc.date.issued", "dcterms.created", "dc.date",
        "dcterms.date", "date", "cxenseparse:recs:publishtime", "article.published", "pub_date",
    )  # fmt: skip
    yield dates.read_stamp(stamp)
    # These three show one statement, which must not agree with itself.
    yield _time_element(page.tree) or header_date(header) or _visible_date(page.tree)


def _time_element(tree: HtmlElement) -> Stated | None:
    for element in tree.iter("time"):
        if _aside(element):
            continue
        stated = dates.read_stamp(element.get("datetime") or "") or dates.read_dateline(
            _words(element)
        )
        if stated:
            return stated
    for element in tree.xpath("//*[@itemprop='datePublished']")[:3]:
        stated = dates.read_stamp(element.get("datetime") or element.get("content") or "")
        stated = stated or dates.read_dateline(_words(element))
        if stated:
            return stated
    return None


def _visible_date(tree: HtmlElement) -> Stated | None:
    """The first dateline in an element whose class says that it holds one."""
    for element in tree.iter("span", "div", "p", "li", "dd", "small", "em"):
        marks = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if not any(name in marks for name in _DATE_CLASSES):
            continue
        words = _words(element)
        if 6 <= len(words) <= 150 and not _aside(element):
            stated = dates.read_dateline(words)
            if stated:
                return stated
    return None


def _aside(element: HtmlElement) -> bool:
    """Whether an element stands in a list, menu or footer rather than in the article."""
    for step, node in enumerate((element, *element.iterancestors())):
        if node.tag in ("aside", "nav", "footer"):
            return True
        if node.tag in ("article", "main", "body") or step > 8:
            return False
        marks = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
        if any(name in marks for name in _ASIDE):
            return True
    return False


def _words(element: HtmlElement) -> str:
    return one_line(" ".join(element.itertext()))


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type")
    return {str(k).lower() for k in (kinds if isinstance(kinds, list) else [kinds])}


def _texts(value: Any) -> list[str]:
    """The names in a JSON-LD value: a string, an object with a name, or a list of these."""
    values = value if isinstance(value, list) else [value]
    return [text for text in (_text(v) for v in values[:20]) if text]


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = next(
            (value[k] for k in ("name", "@id", "@value") if isinstance(value.get(k), str)), ""
        )
    return one_line(unescape(value)) if isinstance(value, str) else ""

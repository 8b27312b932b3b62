"""Sitemaps: what an outlet lists for search engines, often fuller than its feed.

https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from lxml import etree

_NEWS = "{*}news/{*}"
_GZIP = b"\x1f\x8b"
_MAX_SITEMAP = 52_428_800  # bytes unpacked; the protocol's own limit


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One address of a news sitemap, as written."""

    loc: str
    title: str
    date: str
    publication: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists: pages (those that are news with title and date), other sitemaps."""

    pages: tuple[NewsItem, ...]
    sitemaps: tuple[str, ...] = ()


def read_sitemap(data: bytes) -> Sitemap | None:
    """The sitemap, or index of sitemaps, in `data`, plain or as gzip; None where it is neither."""
    if data.startswith(_GZIP):
        try:
            data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _MAX_SITEMAP)
        except zlib.error:
            return None
    root = _root(data)
    if root is None or etree.QName(root).localname not in ("urlset", "sitemapindex"):
        return None
    nested = [loc for element in root.iterfind("{*}sitemap") if (loc := _text(element, "{*}loc"))]
    pages = [_item(url) for url in root.iterfind("{*}url")]
    return Sitemap(tuple(page for page in pages if page.loc), tuple(nested))


def read_news_sitemap(text: str) -> list[NewsItem]:
    """The news of a sitemap's <urlset>, newest first; addresses that are not news are left out.

    `text` has no prolog. Of a damaged one what can be read; [] where that is nothing.
    """
    root = _root(text.encode())
    if root is None:
        return []
    items = [_item(url) for url in root.iterfind("{*}url") if url.find("{*}news") is not None]
    # Unlike feeds, these have no order. ISO dates sort as text, near enough across zones.
    return sorted(items, key=lambda item: item.date, reverse=True)


def _root(data: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _item(url: etree._Element) -> NewsItem:
    return NewsItem(
        loc=_text(url, "{*}loc"),
        title=_text(url, f"{_NEWS}title"),
        date=_text(url, f"{_NEWS}publication_date") or _text(url, "{*}lastmod"),
        publication=_text(url, f"{_NEWS}publication/{{*}}name"),
        language=_text(url, f"{_NEWS}publication/{{*}}language"),
    )


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()

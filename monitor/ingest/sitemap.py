"""News sitemaps: what an outlet lists for search engines, often fuller than its feed.

https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

_NEWS = "{*}news/{*}"


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One address of a news sitemap, as written."""

    loc: str
    title: str
    date: str
    publication: str = ""
    language: str = ""


def read_news_sitemap(text: str) -> list[NewsItem]:
    """The news of a sitemap's <urlset>, newest first; addresses that are not news are left out.

    `text` has no prolog. Of a damaged one what can be read; [] where that is nothing.
    """
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        return []
    if root is None:
        return []
    items = [
        NewsItem(
            loc=_text(url, "{*}loc"),
            title=_text(url, f"{_NEWS}title"),
            date=_text(url, f"{_NEWS}publication_date") or _text(url, "{*}lastmod"),
            publication=_text(url, f"{_NEWS}publication/{{*}}name"),
            language=_text(url, f"{_NEWS}publication/{{*}}language"),
        )
        for url in root.iterfind("{*}url")
        if url.find("{*}news") is not None
    ]
    # Unlike feeds, these have no order. ISO dates sort as text, near enough across zones.
    return sorted(items, key=lambda item: item.date, reverse=True)


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()

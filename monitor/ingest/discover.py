"""From a site's address to its feeds: what its page links, its robots.txt names, or is usual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from monitor.errors import FetchError, ParseError
from monitor.ingest.fetch import Fetcher
from monitor.ingest.parse import parse_feed
from monitor.ingest.schedule import entries_per_week
from monitor.models import Response
from monitor.urls import canonical_url, is_web_url, site_of

_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf")
_TELLING = ("rss", "feed", "atom", ".xml")  # in a link of the page itself
_USUAL = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
_MOST = 20  # candidates that are asked for


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was read. `weekly` is its entries a week, None where it dates nothing."""

    url: str
    title: str
    entries: int
    weekly: float | None
    newest_at: datetime | None


async def discover(fetcher: Fetcher, url: str, *, now: datetime) -> list[FoundFeed]:
    """The feeds of the site or page at `url`, or the one feed that it is, as they were found.

    Raises FetchError where `url` itself cannot be had.
    """
    answer = await fetcher.fetch(url, feed=True)
    own = _read(answer, now=now)
    if own is not None:
        return [own]
    linked = list(feed_links(answer.body, answer.final_url))
    found = await _first(fetcher, [*linked, *await _sitemaps(fetcher, answer.final_url)], now=now)
    if not found:
        found = await _first(fetcher, [urljoin(answer.final_url, p) for p in _USUAL], now=now)
    return found


def feed_links(page: bytes, url: str) -> Iterator[str]:
    """The addresses in the HTML `page` from `url` that look like feeds: those it declares first."""
    try:
        root = html.fromstring(page, parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return
    for link in root.iter("link"):
        kind = (link.get("type") or "").lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind.startswith(_TYPES):
            yield from _absolute(link.get("href"), url)
    for link in root.iter("a"):
        href = link.get("href") or ""
        if any(word in href.lower() for word in _TELLING):
            for there in _absolute(href, url):
                if site_of(there) == site_of(url):
                    yield there


async def _first(fetcher: Fetcher, candidates: list[str], *, now: datetime) -> list[FoundFeed]:
    """Those of the first twenty that are feeds; one feed under two addresses once."""
    found: dict[str, FoundFeed] = {}
    for candidate in list(dict.fromkeys(candidates))[:_MOST]:
        try:
            answer = await fetcher.fetch(candidate, feed=True)
        except FetchError:
            continue
        feed = _read(answer, now=now)
        if feed is not None:
            found.setdefault(canonical_url(feed.url), feed)
    return list(found.values())


async def _sitemaps(fetcher: Fetcher, url: str) -> list[str]:
    """The news sitemaps that the site's robots.txt names."""
    try:
        answer = await fetcher.fetch(urljoin(url, "/robots.txt"), feed=True)
    except FetchError:
        return []
    lines = (line.partition(":") for line in answer.body.decode("utf-8", "replace").splitlines())
    named = (rest.strip() for key, _, rest in lines if key.strip().lower() == "sitemap")
    return [there for name in named for there in _absolute(name, url)
            if "news" in urlsplit(there).path.lower()]  # fmt: skip


def _read(answer: Response, *, now: datetime) -> FoundFeed | None:
    url = answer.permanent_url or answer.url
    try:
        feed = parse_feed(
            answer.body, url=answer.final_url, content_type=answer.content_type, now=now
        )
    except ParseError:
        return None
    dates = [entry.published_at for entry in feed.entries if entry.published_at]
    weekly = entries_per_week(dates, now=now)
    return FoundFeed(url, feed.title, len(feed.entries), weekly, max(dates, default=None))


def _absolute(href: str | None, base: str) -> Iterator[str]:
    if not href:
        return
    try:
        there = urljoin(base, href.strip())
    except ValueError:
        return
    if is_web_url(there):
        yield there

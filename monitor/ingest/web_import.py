"""`import` from the web: lists of addresses and sitemaps, each page fetched politely and once.

What is in the archive already costs no request, so an import that was interrupted goes on
where it ended when it is given again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from monitor.errors import FetchError, ParseError
from monitor.ingest.archive import Archive, Counts
from monitor.ingest.feed_text import plain, read_date
from monitor.ingest.fetch import Fetcher
from monitor.ingest.importing import Failure
from monitor.ingest.prepare import PageTask, Prepared
from monitor.ingest.sitemap import NewsItem, Sitemap, read_sitemap
from monitor.ingest.turns import Turns
from monitor.ingest.warc import Captured
from monitor.models import Entry, TextStatus
from monitor.store.articles import known_articles
from monitor.urls import host_of, is_web_url, url_key

SITEMAPS = (".xml", ".xml.gz")
AT_ONCE = 64  # addresses taken up together
_A_HOST = 4  # of these; the fetcher spaces them
_MOST_SITEMAPS = 1000  # of one index
_HEAD = 65_536  # bytes of a text file in which it is told whether it is a list of addresses


@dataclass(frozen=True, slots=True)
class Address:
    """A page to be imported, and what the list says of it."""

    url: str
    entry: Entry | None = None


@dataclass(slots=True)
class Imported:
    """What became of some addresses."""

    counts: Counts = field(default_factory=Counts)
    failures: list[Failure] = field(default_factory=list)


def is_list(path: Path) -> bool:
    """Whether the text file at `path` holds addresses, one a line, and nothing else.

    Empty lines and comments (``#``) do not count.
    """
    if path.suffix.lower() != ".txt":
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD)
    whole = head if len(head) < _HEAD else head.rpartition(b"\n")[0]
    lines = _lines(whole.decode("utf-8-sig", "replace"))
    return bool(lines) and all(is_web_url(line) for line in lines)


def read_list(path: Path) -> list[Address | Failure]:
    """The addresses in a text file, one a line; a Failure for a line that is none."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return [
        Address(line) if is_web_url(line) else Failure(str(path), f"no web address: {line[:200]!r}")
        for line in _lines(text)
    ]


async def addresses(fetcher: Fetcher, source: str | Path) -> AsyncIterator[Address | Failure]:
    """The pages of a sitemap at an address or in a file, those of an index one after another.

    An address that is no sitemap is a page itself.
    """
    if isinstance(source, Path):
        found = read_sitemap(source.read_bytes())
        if found is None:
            yield Failure(str(source), "expected a sitemap (<urlset> or <sitemapindex>)")
            return
    else:
        try:
            answer = await fetcher.fetch(source, feed=True)
        except FetchError as problem:
            yield Failure(source, str(problem))
            return
        found = read_sitemap(answer.body)
        if found is None:
            yield Address(source)
            return
    async for item in _all(fetcher, found):
        yield item


async def _all(fetcher: Fetcher, first: Sitemap) -> AsyncIterator[Address | Failure]:
    waiting, met = deque(first.sitemaps), set(first.sitemaps)
    for page in first.pages:
        yield _address(page)
    for _ in range(_MOST_SITEMAPS):
        if not waiting:
            return
        url = waiting.popleft()
        try:
            answer = await fetcher.fetch(url, feed=True)
        except FetchError as problem:
            yield Failure(url, str(problem))
            continue
        nested = read_sitemap(answer.body)
        if nested is None:
            yield Failure(url, "expected a sitemap (<urlset> or <sitemapindex>)")
            continue
        for page in nested.pages:
            yield _address(page)
        fresh = [other for other in nested.sitemaps if other not in met]
        met.update(fresh)
        waiting += fresh
    if waiting:
        yield Failure(waiting[0], f"not read: there are more than {_MOST_SITEMAPS} sitemaps")


def _address(page: NewsItem) -> Address | Failure:
    if not is_web_url(page.loc):
        return Failure(page.loc[:200], "no web address")
    title = plain(page.title)
    if not title:
        return Address(page.loc)  # the time it was changed is not when it was published
    published, day_only = read_date(page.date)
    entry = Entry(
        feed_url="", guid=page.loc, url=page.loc, title=title, published_at=published,
        day_only=day_only,
    )  # fmt: skip
    return Address(page.loc, entry)


async def import_pages(
    archive: Archive, fetcher: Fetcher, wanted: Sequence[Address], *,
    clock: Callable[[], datetime], outlet: str | None = None,
    on_page: Callable[[], None] = lambda: None,
) -> Imported:  # fmt: skip
    """Fetch and keep the pages of `wanted` that are not in the archive with their text."""
    result, turns = Imported(), Turns(per_host=_A_HOST, limit=AT_ONCE)
    keys = {one: url_key(one.url) for one in wanted}
    known = known_articles(archive.connection, keys.values())
    full = {key for key, there in known.items() if there.text_status is TextStatus.FULL}

    async def one(address: Address) -> list[Prepared] | Failure:
        async with turns.take(host_of(address.url)):
            read = await _read(archive, fetcher, address, now=clock(), outlet=outlet)
        on_page()
        return read

    fresh = []
    for address in {keys[one]: one for one in wanted}.values():
        if keys[address] in full:
            result.counts.unchanged += 1
            on_page()
        else:
            fresh.append(address)
    reads = await asyncio.gather(*(one(address) for address in fresh))
    result.failures = [read for read in reads if isinstance(read, Failure)]
    items = [item for read in reads if not isinstance(read, Failure) for item in read]
    result.counts += archive.keep(items, now=clock()).counts
    return result


async def _read(
    archive: Archive, fetcher: Fetcher, address: Address, *, now: datetime, outlet: str | None
) -> list[Prepared] | Failure:
    try:
        page = await fetcher.fetch(address.url)
        place = archive.recorder.record(Captured(page.final_url, page.body, now, page.content_type))
        task = PageTask(
            page.body, now, url=page.final_url, entry=address.entry, outlet=outlet,
            where=address.url, content_type=page.content_type, capture=place,
        )  # fmt: skip
        return await archive.workers.page(task)
    except (FetchError, ParseError) as problem:
        return Failure(address.url, str(problem))


def _lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]

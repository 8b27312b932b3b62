"""One pass: poll every feed, read what is new behind it, keep it, record how each feed did.

A feed's validators (ETag, body hash) are recorded only after its entries were
dealt with, so a pass that is killed half-way asks again and loses nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from monitor.errors import FetchError, MonitorError, ParseError
from monitor.ingest import decide
from monitor.ingest.archive import Archive, Counts
from monitor.ingest.fetch import Fetcher
from monitor.ingest.parse import parse_feed
from monitor.ingest.prepare import PageTask, Prepared
from monitor.ingest.recheck import recheck, schedule_new
from monitor.ingest.recognise import NotAnArticleError
from monitor.ingest.warc import Captured
from monitor.log import event
from monitor.models import Draft, Entry, ParsedFeed, Response
from monitor.store import passes, watched
from monitor.store.articles import known_articles
from monitor.store.database import transaction
from monitor.store.publish import publish
from monitor.urls import url_key

_FEEDS_AT_ONCE = 16
_PAGES_AT_ONCE = 25  # of one feed, in memory at a time; the fetcher spaces them by host
_PUBLISH_EVERY = 60.0  # seconds, within a long pass

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class PassResult:
    """What a pass came to; `outcomes` counts entries by what became of them and why."""

    pass_id: int
    feeds: int = 0
    failing: int = 0
    entries: int = 0
    counts: Counts = field(default_factory=Counts)
    outcomes: Counter[str] = field(default_factory=Counter)
    generation: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """An entry followed to its page: the drafts it gave, or why there is no text of its own."""

    entry: Entry
    drafts: tuple[Draft | Prepared, ...]
    reason: str | None = None


class Pass:
    """One polling of the watched feeds into `archive`."""

    def __init__(
        self, archive: Archive, fetcher: Fetcher, *, clock: Clock = utc_now, sample: bool = False,
        on_feed: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._archive, self._fetcher, self._clock, self._sample = archive, fetcher, clock, sample
        self._on_feed = on_feed
        self._database = asyncio.Lock()
        self._published = time.monotonic()

    async def run(self) -> PassResult:
        """Poll all feeds and publish; a feed that fails is recorded and the pass goes on."""
        connection, started = self._archive.connection, self._clock()
        result = PassResult(pass_id=self._archive.ids.next(started))
        kind = "sample" if self._sample else "ingest"
        passes.start(connection, pass_id=result.pass_id, kind=kind, at=started)
        feeds = watched.watched_feeds(connection, sample=self._sample)
        result.feeds = len(feeds)
        slots = asyncio.Semaphore(_FEEDS_AT_ONCE)

        async def one(feed: watched.FeedState) -> None:
            async with slots:
                await self._feed(feed, result)
            self._on_feed(feed.url)

        async with asyncio.TaskGroup() as group:
            for feed in feeds:
                group.create_task(one(feed))
        if not self._sample:
            result.counts += await recheck(self._archive, self._fetcher, clock=self._clock)
        passes.finish(
            connection, pass_id=result.pass_id, at=self._clock(), feeds=result.feeds,
            failing=result.failing, entries=result.entries, articles=result.counts.articles,
            revisions=result.counts.revisions,
        )  # fmt: skip
        result.generation = publish(self._archive.folder, connection)
        return result

    async def _feed(self, feed: watched.FeedState, result: PassResult) -> None:
        """Poll one feed to its end; whatever goes wrong with it is its own trouble."""
        began, before = time.monotonic(), result.counts.articles
        response: Response | None = None
        parsed: ParsedFeed | None = None
        error: str | None = None
        try:
            response = await self._fetcher.fetch(
                feed.url, etag=feed.etag, last_modified=feed.last_modified
            )
            if response.status != 304 and _hash(response.body) != feed.body_hash:
                parsed = await asyncio.to_thread(
                    parse_feed, response.body, url=feed.url, content_type=response.content_type,
                    now=self._clock(),
                )  # fmt: skip
                await self._entries(feed, parsed, result)
        except MonitorError as problem:
            error = str(problem)
        except Exception as problem:  # a bug in reading one feed must not stop the others
            error = f"internal error: {type(problem).__name__}: {problem}"
            event("feed crashed", level=40, feed=feed.url, error=error)
        if error:
            result.failing += 1
        outcome = "failed" if error else "new" if parsed else "unchanged"
        entries = len(parsed.entries) if parsed else None
        seconds = time.monotonic() - began
        async with self._database:
            with transaction(self._archive.connection):
                watched.record_poll(
                    self._archive.connection, feed, pass_id=result.pass_id, at=self._clock(),
                    outcome=outcome, seconds=seconds, entries=entries, error=error,
                    http_status=response.status if response else None,
                    new_articles=result.counts.articles - before,
                    found=_validators(response, parsed) if outcome == "new" else None,
                )  # fmt: skip
        event("feed polled", feed=feed.url, outcome=outcome, entries=entries, seconds=seconds,
              error=error)  # fmt: skip

    async def _entries(
        self, feed: watched.FeedState, parsed: ParsedFeed, result: PassResult
    ) -> None:
        result.entries += len(parsed.entries) + len(parsed.skipped)
        result.outcomes.update(f"skipped: {reason}" for reason in parsed.skipped)
        async with self._database:
            done = watched.known_entries(self._archive.connection, feed.feed_id)
        fresh: dict[str, Entry] = {}
        for entry in parsed.entries:
            if entry.guid in fresh:
                result.outcomes["duplicate: the feed lists it twice"] += 1
            elif done.get(entry.guid) == decide.entry_digest(entry):
                result.outcomes["unchanged: read in an earlier pass"] += 1
            else:
                fresh[entry.guid] = entry
        waiting = list(fresh.values())
        for start in range(0, len(waiting), _PAGES_AT_ONCE):
            chunk = waiting[start : start + _PAGES_AT_ONCE]
            known = await self._known(e for e in chunk if e.guid not in done)
            reads = await asyncio.gather(*(self._read(feed, e, known=known) for e in chunk))
            async with self._database:
                await asyncio.to_thread(self._keep, feed, reads, result)

    async def _known(self, entries: Iterable[Entry]) -> set[str]:
        """The url_keys among those of `entries` under which an article is here already."""
        keys = [url_key(entry.url) for entry in entries if entry.url]
        async with self._database:
            return set(known_articles(self._archive.connection, keys)) if keys else set()

    async def _read(self, feed: watched.FeedState, entry: Entry, *, known: set[str]) -> _Read:
        """Follow an entry to its page, or fall back on what the feed itself carries."""
        reason: str | None = None
        if entry.url is None:
            reason = "the feed gives no address for it"
        elif url_key(entry.url) in known:
            return _Read(entry, (), "already here through another feed")
        else:
            try:
                page = await self._fetcher.fetch(entry.url)
                return _Read(entry, await self._articles(feed, entry, page))
            except (FetchError, ParseError) as problem:
                reason = _cause(problem)
                event("page failed", level=10, url=entry.url, error=problem)
        found, status = decide.from_feed(entry, await self._feed_text(entry))
        item = decide.draft(
            found, config=self._archive.config, now=self._clock(), page_url=entry.url, entry=entry,
            outlet=feed.outlet, text_status=status, sample=self._sample,
        )  # fmt: skip
        return _Read(entry, (item,), reason)

    async def _articles(
        self, feed: watched.FeedState, entry: Entry, page: Response
    ) -> tuple[Prepared, ...]:
        now = self._clock()
        if not self._sample:  # the sample archive is kept already
            self._archive.recorder.record(
                Captured(page.final_url, page.body, now, page.content_type)
            )
        task = PageTask(
            body=page.body, now=now, url=page.final_url, entry=entry,
            outlet=feed.outlet, sample=self._sample,
        )  # fmt: skip
        return tuple(await self._archive.workers.page(task))

    async def _feed_text(self, entry: Entry) -> str:
        """The text of the feed's own content: "" where it has none that reads as an article."""
        if not entry.content_html:
            return ""
        head = f"<h1>{html.escape(entry.title)}</h1>"
        page = f"<html><body><article>{head}{entry.content_html}</article></body></html>"
        task = PageTask(body=page.encode(), now=self._clock(), url=entry.url, kind="html")
        try:
            found = await self._archive.workers.page(task)
        except ParseError:
            return ""
        return "\n\n".join(item.draft.text for item in found if item.draft.text)

    def _keep(self, feed: watched.FeedState, reads: Sequence[_Read], result: PassResult) -> None:
        """Commit a chunk of entries: their articles first, then what became of each entry."""
        now, connection = self._clock(), self._archive.connection
        kept = self._archive.keep([d for read in reads for d in read.drafts], now=now)
        result.counts += kept.counts
        ids = iter(kept.article_ids)
        rows = []
        for read in reads:
            own = [next(ids) for _ in read.drafts]
            outcome = "article" if own else "duplicate"
            result.outcomes[f"{outcome}: {read.reason}" if read.reason else outcome] += 1
            rows.append(
                {"feed_id": feed.feed_id, "guid": read.entry.guid,
                 "url_key": url_key(read.entry.url) if read.entry.url else None,
                 "digest": decide.entry_digest(read.entry), "seen_at": now, "outcome": outcome,
                 "reason": read.reason, "article_id": own[0] if own else None}
            )  # fmt: skip
        if not self._sample:
            schedule_new(self._archive, kept.article_ids, now=now)
        with transaction(connection):
            watched.record_entries(connection, rows)
        if time.monotonic() - self._published > _PUBLISH_EVERY:
            publish(self._archive.folder, connection)
            self._published = time.monotonic()


def _validators(response: Response | None, parsed: ParsedFeed | None) -> dict[str, str | None]:
    """What the next poll of the feed asks by, now that its entries are kept."""
    if response is None or parsed is None:
        raise ValueError("a feed with news has an answer and entries")
    return {"title": parsed.title or None, "etag": response.etag,
            "last_modified": response.last_modified, "body_hash": _hash(response.body)}  # fmt: skip


def _cause(problem: MonitorError) -> str:
    if isinstance(problem, NotAnArticleError):
        return str(problem)
    if isinstance(problem, FetchError):
        why = f"HTTP {problem.status}" if problem.status else problem.kind
        return f"its page could not be had: {why}"
    return "its page could not be had: no article found on it"


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:24]

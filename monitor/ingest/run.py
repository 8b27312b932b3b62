"""One pass: poll every feed, read what is new behind it, keep it, record how each feed did.

A feed's validators (ETag, body hash) are recorded only after its entries were
dealt with, so a pass that is killed half-way asks again and loses nothing.
"""

from __future__ import annotations

import asyncio
import html
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from monitor.errors import FetchError, MonitorError, ParseError
from monitor.ingest import decide, failures, schedule
from monitor.ingest.archive import Archive, Counts
from monitor.ingest.fetch import Fetcher
from monitor.ingest.keeping import Keeper, Read
from monitor.ingest.polls import New, Poll, PollLog, digest
from monitor.ingest.prepare import FeedTask, PageTask, Prepared
from monitor.ingest.recheck import recheck
from monitor.ingest.recognise import NotAnArticleError
from monitor.ingest.turns import Room, Turns
from monitor.ingest.warc import Captured
from monitor.log import event
from monitor.models import Entry, ParsedFeed, Response
from monitor.store import passes, watched
from monitor.store.articles import known_articles
from monitor.store.publish import publish
from monitor.urls import host_of, url_key

_FEEDS_AT_ONCE = 64  # polled
_FEEDS_A_HOST = 4  # of these; the fetcher lets two ask at once
_PAGES_AT_ONCE = 100  # of one feed, in memory at a time; the fetcher spaces them by host
_PAGES_READ = 200  # of all feeds, being fetched and read
_PAGES_HELD = 400  # the same, with those that are next, or are being kept

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class PassResult:
    """What a pass came to; `outcomes` counts entries by what became of them and why."""

    pass_id: int
    feeds: int = 0
    waiting: int = 0  # watched feeds that were not due
    failing: int = 0
    entries: int = 0
    counts: Counts = field(default_factory=Counts)
    outcomes: Counter[str] = field(default_factory=Counter)
    next_due_at: datetime | None = None  # when the next feed is to be polled
    generation: str = ""


class Pass:
    """One polling of the watched feeds into `archive`.

    All are asked but those whose server asked to be left alone; with `due_only`
    those whose time has come. `longest` is the most seconds that a feed's own
    rhythm may let it wait.
    """

    def __init__(
        self, archive: Archive, fetcher: Fetcher, *, clock: Clock = utc_now, sample: bool = False,
        on_feed: Callable[[str], None] = lambda _: None, due_only: bool = False,
        longest: float | None = None,
    ) -> None:  # fmt: skip
        self._archive, self._fetcher, self._clock, self._sample = archive, fetcher, clock, sample
        self._on_feed, self._due_only, self._longest = on_feed, due_only, longest
        self._database = asyncio.Lock()
        self._reading, self._held = Room(_PAGES_READ), Room(_PAGES_HELD)
        self._keeper = Keeper(archive, self._database, clock=clock, sample=sample)

    async def run(self) -> PassResult:
        """Poll the feeds and publish; a feed that fails is recorded and the pass goes on."""
        connection, started = self._archive.connection, self._clock()
        result = PassResult(pass_id=self._archive.ids.next(started))
        kind = "sample" if self._sample else "ingest"
        passes.start(connection, pass_id=result.pass_id, kind=kind, at=started)
        feeds = watched.watched_feeds(connection, sample=self._sample)
        # What is recorded happened when it happened; nobody has to be spared.
        chosen = feeds if self._sample else schedule.due(feeds, started, early=not self._due_only)
        result.feeds, result.waiting = len(chosen), len(feeds) - len(chosen)
        log = PollLog(connection, pass_id=result.pass_id, longest=self._longest)
        # The host's turn comes first, so that the feeds of a big one keep no others waiting.
        turns = Turns(per_host=_FEEDS_A_HOST, limit=_FEEDS_AT_ONCE)

        async def one(feed: watched.FeedState) -> None:
            async with turns.take(host_of(feed.moved_to or feed.url)):
                poll = await self._feed(feed, result)
            if log.add(poll):
                async with self._database:
                    log.flush()
            self._on_feed(feed.url)

        async with asyncio.TaskGroup() as group:
            for feed in chosen:
                group.create_task(one(feed))
        log.flush()
        result.counts += self._keeper.counts
        result.outcomes += self._keeper.outcomes
        if not self._sample:
            result.counts += await recheck(self._archive, self._fetcher, clock=self._clock)
        after = [log.states.get(feed.feed_id, feed) for feed in feeds]
        result.next_due_at = schedule.next_due(after, self._clock())
        passes.finish(
            connection, pass_id=result.pass_id, at=self._clock(), feeds=result.feeds,
            failing=result.failing, entries=result.entries, articles=result.counts.articles,
            revisions=result.counts.revisions,
        )  # fmt: skip
        result.generation = publish(self._archive.folder, connection)
        return result

    async def _feed(self, feed: watched.FeedState, result: PassResult) -> Poll:
        """Poll one feed to its end; whatever goes wrong with it is its own trouble."""
        began, new = time.monotonic(), New()
        response: Response | None = None
        parsed: ParsedFeed | None = None
        error: Exception | None = None
        known = not schedule.ask_for_all(feed, self._clock())
        try:
            response = await self._fetcher.fetch(
                feed.moved_to or feed.url, etag=feed.etag if known else None,
                last_modified=feed.last_modified if known else None, feed=True,
            )  # fmt: skip
            if response.status != 304 and digest(response.body) != feed.body_hash:
                parsed = await self._archive.workers.feed(
                    FeedTask(response.body, self._clock(), response.final_url,
                             response.content_type)
                )  # fmt: skip
                new = await self._entries(feed, parsed, result)
        except MonitorError as problem:
            error = problem
        except Exception as problem:  # a bug in reading one feed must not stop the others
            error = MonitorError(f"internal error: {type(problem).__name__}: {problem}")
            event("feed crashed", level=40, feed=feed.url, error=error)
        result.failing += error is not None
        poll = Poll(
            feed, self._clock(), time.monotonic() - began, response=response, parsed=parsed,
            error=error, new=new,
        )  # fmt: skip
        # A feed that goes on as before is not worth a line in front of a person.
        telling = not self._sample and (poll.outcome == "new" or (error and not feed.error))
        event("feed polled", level=logging.INFO if telling else logging.DEBUG, feed=feed.url,
              outcome=poll.outcome, seconds=poll.seconds, error=error,
              entries=len(parsed.entries) if parsed else None)  # fmt: skip
        return poll

    async def _entries(
        self, feed: watched.FeedState, parsed: ParsedFeed, result: PassResult
    ) -> New:
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
        waiting, articles = list(fresh.values()), 0
        for start in range(0, len(waiting), _PAGES_AT_ONCE):
            chunk = waiting[start : start + _PAGES_AT_ONCE]
            # What is there is asked before it is a feed's turn: pages are read while others' are
            # kept, which no question of the database can pass.
            async with self._held.take(len(chunk)):
                known = await self._known(e for e in chunk if e.guid not in done)
                async with self._reading.take(len(chunk)):
                    reads = await asyncio.gather(
                        *(self._read(feed, e, known=known, again=e.guid in done) for e in chunk)
                    )
                articles += await self._keeper.keep(feed, reads)
        return New(entries=sum(guid not in done for guid in fresh), articles=articles)

    async def _known(self, entries: Iterable[Entry]) -> set[str]:
        """The url_keys among those of `entries` under which an article is here already."""
        keys = [url_key(entry.url) for entry in entries if entry.url]
        async with self._database:
            return set(known_articles(self._archive.connection, keys)) if keys else set()

    async def _leads_elsewhere(self, entry: Entry, page: Response) -> bool:
        """Whether a redirect led to an article that another entry brought: not ours to date."""
        final = url_key(page.final_url)
        if entry.url is None or final == url_key(entry.url):
            return False
        async with self._database:
            return final in known_articles(self._archive.connection, [final])

    async def _read(
        self, feed: watched.FeedState, entry: Entry, *, known: set[str], again: bool
    ) -> Read:
        """Follow an entry to its page, or fall back on what the feed itself carries."""
        reason, wait, place = None, 0.0, ""
        if entry.url is None:
            reason = "the feed gives no address for it"
        elif url_key(entry.url) in known:
            return Read(entry, (), "already here through another feed")
        else:
            try:
                page = await self._fetcher.fetch(entry.url)
                if not again and await self._leads_elsewhere(entry, page):
                    return Read(entry, (), "leads to an article that is here already")
                place = self._record(page)
                return Read(entry, await self._articles(feed, entry, page, place))
            except (FetchError, ParseError) as problem:
                reason, wait = _cause(problem), getattr(problem, "retry_after", None) or 0.0
                event("page failed", level=10, url=entry.url, error=problem)
        found, status = decide.from_feed(entry, await self._feed_text(entry))
        item = decide.draft(
            found, config=self._archive.config, now=self._clock(), page_url=entry.url, entry=entry,
            outlet=feed.outlet, text_status=status, sample=self._sample,
        )  # fmt: skip
        return Read(entry, (replace(item, capture=place),), reason, wait)

    def _record(self, page: Response) -> str:
        if self._sample:  # the sample archive is kept already
            return ""
        captured = Captured(page.final_url, page.body, self._clock(), page.content_type)
        return self._archive.recorder.record(captured)

    async def _articles(
        self, feed: watched.FeedState, entry: Entry, page: Response, place: str
    ) -> tuple[Prepared, ...]:
        task = PageTask(
            body=page.body, now=self._clock(), url=page.final_url, entry=entry,
            outlet=feed.outlet, sample=self._sample, content_type=page.content_type,
            capture=place,
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


def _cause(problem: MonitorError) -> str:
    if isinstance(problem, NotAnArticleError) or getattr(problem, "kind", "") == "challenge":
        return str(problem)
    if isinstance(problem, FetchError):
        return f"its page could not be had: {failures.cause(problem)}"
    return "its page could not be had: no article found on it"

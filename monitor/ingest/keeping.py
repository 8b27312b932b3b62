"""Entries of many feeds, kept together: their articles first, then what became of each entry.

Half of what keeping costs is the same for one entry and for a hundred, and most feeds have a few.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.ingest import decide
from monitor.ingest.archive import Archive, Counts
from monitor.ingest.prepare import Prepared
from monitor.ingest.recheck import schedule_new
from monitor.log import event
from monitor.models import Draft, Entry
from monitor.store import watched
from monitor.store.database import transaction
from monitor.store.publish import publish
from monitor.urls import url_key

_AT_ONCE = 100  # entries, if no feed alone has more
_PUBLISH_EVERY = 60.0  # seconds, within a long pass


@dataclass(frozen=True, slots=True)
class Read:
    """An entry followed to its page: the drafts it gave, or why there is no text of its own."""

    entry: Entry
    drafts: tuple[Draft | Prepared, ...]
    reason: str | None = None
    wait: float = 0.0  # seconds for which the page's server asked to be left alone


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Entries of one feed that wait to be kept; `new` gets how many of their articles are new."""

    feed: watched.FeedState
    reads: Sequence[Read]
    new: asyncio.Future[int]


class Keeper:
    """Keeps what the feeds of one pass have brought; `database` is its turn to write.

    `counts` are of all that it kept, `outcomes` of entries, by what became of them and why.
    """

    def __init__(
        self, archive: Archive, database: asyncio.Lock, *, clock: Callable[[], datetime],
        sample: bool,
    ) -> None:  # fmt: skip
        self._archive, self._database = archive, database
        self._clock, self._sample = clock, sample
        self._ready: deque[_Chunk] = deque()
        self._published = time.monotonic()
        self.counts = Counts()
        self.outcomes: Counter[str] = Counter()

    async def keep(self, feed: watched.FeedState, reads: Sequence[Read]) -> int:
        """Have `reads` kept, with those of other feeds that wait; how many articles are new.

        Whose turn it is keeps what is ready of all.
        """
        own = _Chunk(feed, reads, asyncio.get_running_loop().create_future())
        self._ready.append(own)
        async with self._database:
            if not own.new.done():
                await self._keep_together(self._next())
        return await own.new

    def _next(self) -> list[_Chunk]:
        """The chunks that waited longest, as many as are kept at once."""
        chunks = [self._ready.popleft()]
        size = len(chunks[0].reads)
        while self._ready and size + len(self._ready[0].reads) <= _AT_ONCE:
            chunks.append(self._ready.popleft())
            size += len(chunks[-1].reads)
        return chunks

    async def _keep_together(self, chunks: Sequence[_Chunk]) -> None:
        """Keep `chunks`; one by one where that fails, so that one feed's trouble is its own."""
        try:
            counts = await asyncio.to_thread(self._commit, chunks)
        except Exception as problem:
            if len(chunks) == 1:
                chunks[0].new.set_exception(problem)
                return
            event("kept one by one", level=30, feeds=len(chunks), error=problem)
            for chunk in chunks:
                await self._keep_together([chunk])
            return
        for chunk, count in zip(chunks, counts, strict=True):
            chunk.new.set_result(count)

    def _commit(self, chunks: Sequence[_Chunk]) -> list[int]:
        """Commit articles, then entries; returns how many articles of each chunk are new."""
        now, connection = self._clock(), self._archive.connection
        drafts = [d for chunk in chunks for read in chunk.reads for d in read.drafts]
        kept = self._archive.keep(drafts, now=now)
        self.counts += kept.counts
        ids = iter(kept.article_ids)
        rows, waits, counts = [], dict[int, float](), []
        for chunk in chunks:
            new = set[int]()
            for read in chunk.reads:
                own = [next(ids) for _ in read.drafts]
                new |= kept.new.intersection(own)
                kept.new.difference_update(own)  # of the feed that had it first
                waits |= dict.fromkeys(own, read.wait)
                outcome = "article" if own else "duplicate"
                self.outcomes[f"{outcome}: {read.reason}" if read.reason else outcome] += 1
                rows.append(
                    {"feed_id": chunk.feed.feed_id, "guid": read.entry.guid,
                     "url_key": url_key(read.entry.url) if read.entry.url else None,
                     "digest": decide.entry_digest(read.entry), "seen_at": now,
                     "outcome": outcome, "reason": read.reason,
                     "article_id": own[0] if own else None}
                )  # fmt: skip
            counts.append(len(new))
        if not self._sample:
            schedule_new(self._archive, kept.article_ids, now=now, waits=waits)
        with transaction(connection):
            watched.record_entries(connection, rows)
        if time.monotonic() - self._published > _PUBLISH_EVERY:
            self._archive.apply_desk(now=now)
            publish(self._archive.folder, connection)
            self._published = time.monotonic()
        return counts

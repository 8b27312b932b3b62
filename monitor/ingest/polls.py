"""What polls came to: judged one by one, kept many at a time.

A poll that was not kept yet when the program was killed is simply made again:
a feed's validators are kept with it, and only after its entries were.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.errors import FetchError
from monitor.ingest import schedule
from monitor.models import ParsedFeed, Response
from monitor.store.database import Connection, transaction
from monitor.store.watched import FeedState, record_polls

_BATCH = 1000  # polls kept in one transaction
_WAIT = 2.0  # seconds that a poll may wait to be kept


@dataclass(frozen=True, slots=True)
class New:
    """What one poll brought: entries that its feed had not listed before, and articles."""

    entries: int = 0
    articles: int = 0


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of `feed`, ended `at`. `error` is what went wrong, `seconds` with its pages."""

    feed: FeedState
    at: datetime
    seconds: float
    response: Response | None = None
    parsed: ParsedFeed | None = None  # None where the document was known already
    error: Exception | None = None
    new: New = New()

    @property
    def outcome(self) -> str:
        """failed, unchanged, empty (an answer without a single entry or byte) or new.

        What was empty and is unchanged is empty still.
        """
        if self.error is not None:
            nothing = self.response is not None and not self.response.body.strip()
            return "empty" if nothing else "failed"
        if self.parsed is None:
            return "empty" if self.feed.entries == 0 else "unchanged"
        return "new" if self.parsed.entries else "empty"

    def state(self, *, longest: float | None = None) -> FeedState:
        """The feed as this poll leaves it; `longest` is as in `schedule.after`."""
        parsed, response = self.parsed, self.response
        read = response is not None and response.status != 304
        failure = schedule.failure_kind(self.error) if self.error else None
        polled = schedule.Polled(
            at=self.at,
            failure=failure,
            news=parsed is not None and failure is None,
            weekly=_weekly(parsed, self.at),
            ttl=parsed.ttl_seconds if parsed else None,
            fresh=response.fresh_seconds if response else 0.0,
            retry_after=getattr(self.error, "retry_after", None),
        )
        feed = replace(schedule.after(self.feed, polled, longest=longest), polled_at=self.at)
        if self.error is not None or response is None:
            # What a permanent redirect once led to may be gone: the watchlist's own address again.
            return replace(feed, error=str(self.error), moved_to=None)
        feed = replace(
            feed, error=None, succeeded_at=self.at,
            moved_to=response.permanent_url or feed.moved_to,
        )  # fmt: skip
        if read:
            feed = replace(
                feed, read_at=self.at, etag=response.etag, last_modified=response.last_modified,
                body_hash=digest(response.body),
            )  # fmt: skip
        if parsed is not None:
            feed = replace(feed, title=parsed.title or None, entries=len(parsed.entries))
        return feed

    def row(self, pass_id: int, state: FeedState) -> Mapping[str, Any]:
        """The poll's row, without the feed's id."""
        status = self.response.status if self.response else None
        if isinstance(self.error, FetchError):
            status = self.error.status
        return {
            "pass_id": pass_id, "polled_at": self.at, "outcome": self.outcome,
            "http_status": status, "entries": len(self.parsed.entries) if self.parsed else None,
            "new_entries": self.new.entries, "new_articles": self.new.articles,
            "seconds": self.seconds, "error": state.error,
            "latency": self.response.seconds if self.response else None,
            "bytes": len(self.response.body) if self.response else None,
            "failure_kind": state.failure_kind,
        }  # fmt: skip


class PollLog:
    """Keeps polls in batches; whoever adds the last one calls `flush`.

    `states` are the feeds as the polls that were kept left them, by id.
    """

    def __init__(
        self, connection: Connection, *, pass_id: int, longest: float | None = None
    ) -> None:
        self._connection, self._pass_id, self._longest = connection, pass_id, longest
        self.states: dict[int, FeedState] = {}
        self._waiting: list[Poll] = []
        self._since = time.monotonic()

    def add(self, poll: Poll) -> bool:
        """Take `poll` along; True where it is time to `flush`."""
        self._waiting.append(poll)
        return len(self._waiting) >= _BATCH or time.monotonic() - self._since > _WAIT

    def flush(self) -> None:
        """Keep what is waiting."""
        self._since = time.monotonic()
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        states = [poll.state(longest=self._longest) for poll in waiting]
        self.states |= {state.feed_id: state for state in states}
        with transaction(self._connection):
            record_polls(
                self._connection,
                [(state, poll.row(self._pass_id, state))
                 for poll, state in zip(waiting, states, strict=True)],
            )  # fmt: skip


def digest(body: bytes) -> str:
    """The same for the same bytes: feeds lie in conditional requests."""
    return hashlib.sha256(body).hexdigest()[:24]


def _weekly(parsed: ParsedFeed | None, now: datetime) -> float | None:
    if parsed is None:
        return None
    dates = (entry.published_at for entry in parsed.entries if entry.published_at)
    return schedule.entries_per_week(dates, now=now)

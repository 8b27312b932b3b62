"""When each feed is asked again: pure, `now` is an argument.

A feed is asked by its own rhythm, never sooner than it or its server wishes,
later after each failure, and never given up: at the slowest once a day.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.errors import FetchError
from monitor.models import DueWhy
from monitor.net.headers import LONGEST
from monitor.store.watched import FeedState
from monitor.urls import host_of

SHORTEST = 5 * 60.0  # seconds between polls; with LONGEST, Miniflux's bounds
UNKNOWN_RHYTHM = 3600.0  # of a feed that dates nothing
REFUSED, TEMPORARY, SOFT, HARD = "refused", "temporary", "soft", "hard"

_WEEK = 7 * 86400.0
_FACTOR = 2.0  # polls an entry: on average news is a quarter of its usual distance old
_SILENCE = 8.0  # a feed silent for a day is asked every three hours, for a week once a day
_ENOUGH = 3  # entries from which on a rhythm can be told from less than a week
_WEIGHTS = {HARD: 1.0, SOFT: 0.5, TEMPORARY: 0.25, REFUSED: 0.25}  # Media Cloud's
_PASSING = frozenset({"dns", "protocol", "robots", "challenge"})  # kinds of trouble that are soft
_STEP = 3600.0  # seconds that a failure of weight 1 adds; linear, as Media Cloud's
_REFUSED_SPREAD = 3600.0  # a 429 that names no time: up to an hour more, as Media Cloud does
_JITTER = 0.1  # of the delay, so that feeds first met together drift apart
_HOST_REFUSALS = 3  # in a row, over all feeds of a host, until the whole host is left alone
_HOST_HOLD = timedelta(hours=1)  # at most; one address asking for a day must not stall the others
_UNCONDITIONAL = timedelta(days=1)  # a server that says "unchanged" for ever is asked for it all


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll came to, as far as the schedule cares.

    `failure` is one of REFUSED, TEMPORARY, SOFT, HARD, or None. `weekly` and
    `ttl` are what a newly read document tells (None: as before). `fresh` and
    `retry_after` are seconds from the headers.
    """

    at: datetime
    failure: str | None = None
    news: bool = False
    weekly: float | None = None
    ttl: int | None = None
    fresh: float = 0.0
    retry_after: float | None = None


def after(feed: FeedState, poll: Polled, *, longest: float | None = None) -> FeedState:
    """`feed` with its schedule as `poll` leaves it.

    `longest` is the most seconds that the feed's rhythm may ask for; what the
    feed, its server or a failure asks for comes before it.
    """
    weekly = feed.weekly if poll.weekly is None else poll.weekly
    ttl = poll.ttl if poll.news else feed.ttl_s
    news_at = poll.at if poll.news or feed.news_at is None else feed.news_at
    silence = (poll.at - news_at).total_seconds()
    wanted, why = _wanted(weekly, silence=silence)
    if longest is not None and longest < wanted:
        wanted, why = longest, DueWhy.LONGEST
    floor = min(max(ttl or 0.0, poll.fresh), LONGEST)
    if floor > wanted:
        why = DueWhy.FEED if (ttl or 0.0) >= poll.fresh else DueWhy.SERVER
    weight, failures, delay = 0.0, 0, max(wanted, floor)
    if poll.failure:
        failures, why = feed.failures + 1, DueWhy.FAILURE
        weight = feed.failure_weight + _WEIGHTS[poll.failure]
        delay = max(wanted, min(ttl or 0.0, LONGEST)) + weight * _STEP
        if poll.failure == REFUSED and poll.retry_after is None:
            delay += _REFUSED_SPREAD * fraction(feed.feed_id, poll.at)
    delay = _jittered(delay, floor, fraction(feed.feed_id, poll.at))
    due, retry_at = poll.at + timedelta(seconds=delay), None
    if poll.failure and poll.retry_after is not None:
        retry_at = poll.at + timedelta(seconds=min(poll.retry_after, LONGEST))
        due = max(due, retry_at)
    elif poll.failure == REFUSED:
        retry_at = due
    if retry_at == due:
        why = DueWhy.REFUSED
    return replace(
        feed, weekly=weekly, ttl_s=ttl, news_at=news_at, interval_s=round(delay),
        next_due_at=due, retry_at=retry_at, failures=failures, failure_kind=poll.failure,
        failure_weight=weight, due_why=str(why),
    )  # fmt: skip


def rhythm(weekly: float | None, *, silence: float = 0.0) -> float:
    """Seconds between polls of a feed with `weekly` entries a week, `silence` seconds after news.

    7 days ÷ (weekly entries × factor), as Miniflux; between 5 minutes and 24 hours.
    """
    return _wanted(weekly, silence=silence)[0]


def _wanted(weekly: float | None, *, silence: float) -> tuple[float, DueWhy]:
    """As `rhythm`, and what decided it."""
    own = UNKNOWN_RHYTHM if weekly is None else _WEEK / max(weekly * _FACTOR, 1e-9)
    why = DueWhy.UNKNOWN if weekly is None else DueWhy.RHYTHM
    if silence / _SILENCE > min(own, LONGEST):
        own, why = silence / _SILENCE, DueWhy.SILENCE
    if own < SHORTEST:
        own, why = SHORTEST, DueWhy.BUSY
    return min(own, LONGEST), why


def entries_per_week(dates: Iterable[datetime], *, now: datetime) -> float | None:
    """How many entries a week a feed brings, by the dates of those it lists; None without dates.

    A list that reaches back less than a week is extrapolated.
    """
    ages = [age for date in dates if (age := (now - date).total_seconds()) >= 0]
    if not ages:
        return None
    within = sum(age <= _WEEK for age in ages)
    if within < len(ages) or within < _ENOUGH:
        return float(within)
    return within * _WEEK / max(*ages, 3600.0)


def failure_kind(error: Exception) -> str:
    """How lasting the failure `error` looks: REFUSED, TEMPORARY, SOFT or HARD.

    Refused: we are asked to come later, by 429, or by 503 with a time. 404, the
    server's own faults and damaged answers are soft: such feeds revive. So are bot
    challenges, and 403, which many servers say where they mean 429.
    """
    if not isinstance(error, FetchError):
        return HARD  # what came is not a feed
    status = error.status
    if status == 429 or (status == 503 and error.retry_after) or error.kind == "held":
        return REFUSED
    if status in (408, 425) or error.kind in ("timeout", "connect"):
        return TEMPORARY
    if status in (403, 404) or (status or 0) >= 500 or error.kind in _PASSING:
        return SOFT
    return HARD


def due(feeds: Sequence[FeedState], now: datetime, *, early: bool = False) -> list[FeedState]:
    """The feeds to poll at `now`, host by host in turn, so that no big host comes before others.

    With `early`, also those whose own time has not come; never those whose
    server asked to be left alone.
    """
    held = held_hosts(feeds, now)
    chosen = [
        feed for feed in feeds
        if (early or feed.next_due_at is None or feed.next_due_at <= now)
        and (feed.retry_at is None or feed.retry_at <= now)
        and held.get(_host(feed), now) <= now
    ]  # fmt: skip
    chosen.sort(key=lambda f: f.next_due_at.timestamp() if f.next_due_at else 0.0)
    queues: dict[str, deque[FeedState]] = defaultdict(deque)
    for feed in chosen:
        queues[_host(feed)].append(feed)
    turns: list[FeedState] = []
    while queues:
        for host in list(queues):
            turns.append(queues[host].popleft())
            if not queues[host]:
                del queues[host]
    return turns


def next_due(feeds: Sequence[FeedState], now: datetime) -> datetime | None:
    """When the next of `feeds` is due; `now` where one is already, None where there are none."""
    held = held_hosts(feeds, now)
    times = [max(now, *(t for t in (f.next_due_at, f.retry_at, held.get(_host(f))) if t), now)
             for f in feeds]  # fmt: skip
    return min(times, default=None)


def held_hosts(feeds: Iterable[FeedState], now: datetime) -> dict[str, datetime]:
    """The hosts that refused us (429, 503) three times in a row over all their feeds → until when.

    A refusal is for the address that was asked; a host is left alone only when
    it repeats itself, and for an hour at most.
    """
    refusals: dict[str, list[FeedState]] = defaultdict(list)
    for feed in feeds:
        if feed.failure_kind == REFUSED and feed.polled_at and feed.retry_at:
            refusals[_host(feed)].append(feed)
    held = {}
    for host, refused in refusals.items():
        if sum(feed.failures for feed in refused) >= _HOST_REFUSALS:
            until = max(min(f.retry_at, f.polled_at + _HOST_HOLD)
                        for f in refused if f.retry_at and f.polled_at)  # fmt: skip
            if until > now:
                held[host] = until
    return held


def ask_for_all(feed: FeedState, now: datetime) -> bool:
    """Whether to ask without validators: some servers answer "unchanged" whatever happens."""
    return feed.read_at is None or now - feed.read_at >= _UNCONDITIONAL


def fraction(feed_id: int, at: datetime) -> float:
    """A number in [0, 1) that looks random, and is the same for the same feed and second."""
    digest = hashlib.blake2b(f"{feed_id}:{int(at.timestamp())}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def _jittered(delay: float, floor: float, part: float) -> float:
    spread = delay * _JITTER * part
    if delay + spread <= LONGEST:
        return delay + spread
    return max(floor, LONGEST * (1 - _JITTER * part))


def _host(feed: FeedState) -> str:
    return host_of(feed.moved_to or feed.url)

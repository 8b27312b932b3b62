"""What was learned of hosts and is minded for a while: their rules, refusals and silences.

It holds nothing but values, so that one Manners can serve pass after pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from protego import Protego

RULES_KEPT = 24 * 3600.0  # seconds; RFC 9309, 2.4
UNREACHABLE_KEPT = 600.0  # rules that could not be had are asked for again after this
UNREACHABLE_LONG = 30 * 86400.0  # RFC 9309, 2.3.1.4: then they count as not there
DEAD_FOR = 600.0  # seconds that a host is not tried again; Media Cloud's story-indexer
LONGEST_HOLD = 24 * 3600.0  # of a Retry-After; Media Cloud's cap
LONGEST_DELAY = 30.0  # of a Crawl-delay; more would be minutes a page
_FAILURES = 2  # in a row: one lost packet is no dead host
_REFUSALS = 3  # in a row: a single one is about its own address
_PRODUCT = "MediaMonitor"
_MOST = 20_000  # hosts remembered

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Rules:
    """The robots.txt of an origin. `rules` None: everything is allowed; `reachable` False: nothing.

    `since` is when it was first found unreachable.
    """

    until: float
    rules: Protego | None = None
    reachable: bool = True
    since: float = 0.0

    @classmethod
    def parse(cls, body: bytes, *, now: float) -> Self:
        """The rules of a robots.txt that came."""
        return cls(until=now + RULES_KEPT, rules=Protego.parse(body.decode("utf-8", "replace")))

    def allows(self, url: str) -> bool:
        """Whether the product may ask for `url`."""
        if not self.reachable:
            return False
        return self.rules is None or self.rules.can_fetch(url, _PRODUCT)

    @property
    def delay(self) -> float:
        """The seconds between requests that the rules ask for, 30 at most."""
        delay = self.rules.crawl_delay(_PRODUCT) if self.rules else None
        return min(delay or 0.0, LONGEST_DELAY)


@dataclass(slots=True)
class _Host:
    failures: int = 0
    refusals: int = 0
    dead_until: float = 0.0
    held_until: float = 0.0


class Manners:
    """Remembers hosts; `clock` gives seconds that only grow."""

    def __init__(self, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._rules: dict[str, Rules] = {}

    def dead(self, host: str) -> bool:
        """Whether `host` could not be reached just now, twice in a row."""
        known = self._hosts.get(host)
        return known is not None and known.dead_until > self._clock()

    def held(self, host: str) -> float:
        """For how many seconds `host` is to be left alone, because it refused us repeatedly."""
        known = self._hosts.get(host)
        return max(0.0, known.held_until - self._clock()) if known else 0.0

    def reached(self, host: str) -> None:
        """`host` gave an answer that is no refusal."""
        self._hosts.pop(host, None)

    def failed(self, host: str) -> None:
        """`host` could not be reached."""
        known = self._known(host)
        known.failures += 1
        if known.failures >= _FAILURES:
            known.dead_until = self._clock() + DEAD_FOR

    def refused(self, host: str, *, retry_after: float | None) -> None:
        """`host` said 429, or 503 with a time."""
        known = self._known(host)
        known.refusals += 1
        known.failures = 0
        if known.refusals >= _REFUSALS:
            wait = DEAD_FOR if retry_after is None else min(retry_after, LONGEST_HOLD)
            known.held_until = max(known.held_until, self._clock() + wait)

    def rules(self, origin: str) -> Rules | None:
        """The rules of `origin` (``https://host:port``), None where they have to be asked for."""
        known = self._rules.get(origin)
        return known if known and known.until > self._clock() else None

    def learned(self, origin: str, body: bytes | None) -> Rules:
        """The robots.txt of `origin`: its bytes, or None where there is none."""
        now = self._clock()
        rules = Rules.parse(body, now=now) if body is not None else Rules(until=now + RULES_KEPT)
        return self._keep(origin, rules)

    def unreachable(self, origin: str) -> Rules:
        """The robots.txt of `origin` cannot be had: the last one counts on.

        Without a last one nothing is allowed, for thirty days; then there is taken to be none.
        """
        now = self._clock()
        last = self._rules.get(origin)
        until = now + UNREACHABLE_KEPT
        if last is not None and last.reachable:
            return self._keep(origin, Rules(until=until, rules=last.rules))
        since = last.since if last is not None else now
        if now - since > UNREACHABLE_LONG:
            return self._keep(origin, Rules(until=until))
        return self._keep(origin, Rules(until=until, reachable=False, since=since))

    def _known(self, host: str) -> _Host:
        if len(self._hosts) >= _MOST:
            self._hosts.pop(next(iter(self._hosts)))
        return self._hosts.setdefault(host, _Host())

    def _keep(self, origin: str, rules: Rules) -> Rules:
        if len(self._rules) >= _MOST:
            self._rules.pop(next(iter(self._rules)))
        self._rules[origin] = rules
        return rules

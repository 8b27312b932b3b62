"""Whose turn it is: what runs at once, and how far apart requests to one host start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Lets at most `per_host` run per host name, and `limit` in all.

    The host's turn comes first: who waits for a busy host holds up nobody else.
    """

    def __init__(self, *, per_host: int, limit: int) -> None:
        self._per_host = per_host
        self._all = asyncio.Semaphore(limit)
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._users: dict[str, int] = {}
        self._free_at: dict[str, float] = {}

    @asynccontextmanager
    async def take(self, host: str, *, spacing: float = 0.0) -> AsyncIterator[None]:
        """Wait for a turn at `host`, at least `spacing` seconds after the last, and keep it."""
        host = host.rstrip(".")
        semaphore = self._hosts.setdefault(host, asyncio.Semaphore(self._per_host))
        self._users[host] = self._users.get(host, 0) + 1
        try:
            async with semaphore:
                if spacing:
                    await self._space(host, spacing)
                async with self._all:
                    yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._hosts[host]

    async def _space(self, host: str, spacing: float) -> None:
        now = time.monotonic()
        start = max(now, self._free_at.get(host, now))
        self._free_at[host] = start + spacing
        if start > now:
            await asyncio.sleep(start - now)


class Room:
    """Lets at most `size` things be under way, of which each user takes some at once."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._next = asyncio.Lock()
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def take(self, count: int) -> AsyncIterator[None]:
        """Wait for room for `count` things, at most `size`, and keep it; first come, first served.

        Who asks for little does not pass who asks for much, or that one would wait for ever.
        """
        async with self._next, self._changed:
            await self._changed.wait_for(lambda: self._free >= count)
            self._free -= count
        try:
            yield
        finally:
            self._free += count
            async with self._changed:
                self._changed.notify_all()

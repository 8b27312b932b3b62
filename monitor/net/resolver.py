"""Name resolution that refuses private addresses, at the moment of connecting."""

from __future__ import annotations

import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.net.addresses import AllowedHosts, is_public


class NotPublicError(Exception):
    """A name leads to `address`, which is not public; the fetcher turns it into its own error."""

    def __init__(self, host: str, address: str) -> None:
        self.address = address
        super().__init__(f"{host} leads to {address}")


class PublicResolver(AbstractResolver):
    """Resolves names for the connector, and refuses those that lead to a private address.

    The connector connects to exactly the addresses returned here, so a name
    that changes its answer after a check gains nothing.
    """

    def __init__(self, inner: AbstractResolver, allowed: AllowedHosts) -> None:
        self._inner = inner
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of `host`, all public; raises NotPublicError where one is not."""
        results = await self._inner.resolve(host, port, family)
        if (host, port) not in self._allowed:
            for result in results:
                if not is_public(result["host"]):
                    raise NotPublicError(host, result["host"])
        return results

    async def close(self) -> None:
        """Close what was wrapped."""
        await self._inner.close()

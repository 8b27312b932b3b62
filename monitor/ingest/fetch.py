"""The only place that opens a connection to the outside.

Every hop of every request is checked: its scheme, its address at the moment of
connecting, its size after decompression and the time it takes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Protocol, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from monitor.errors import FetchError, ForbiddenAddressError
from monitor.ingest import failures
from monitor.ingest.answers import Hop, outcome, plain_error, read_body, response_of
from monitor.ingest.decompress import ACCEPT_ENCODING
from monitor.ingest.failures import too_slow
from monitor.ingest.manners import Manners, Rules
from monitor.ingest.targets import origin_of, parse_target, redirect_target
from monitor.ingest.turns import Turns
from monitor.models import Response
from monitor.net.addresses import AllowedHosts, check_literal, forbidden
from monitor.net.headers import user_agent
from monitor.net.resolver import NotPublicError, PublicResolver

MAX_BYTES = 15 * 1024 * 1024  # the largest of real feeds fit; Miniflux's cap too
MAX_REDIRECTS = 5
SPACING = 1.0  # seconds between the starts of two requests to a host
_ROBOTS_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB have to be read
_PERMANENT = frozenset({301, 308})
_HEADER_BYTES = 32 * 1024  # publishers' security headers outgrow aiohttp's 8 KiB
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/html;q=0.9, */*;q=0.8"
)


class Fetcher(Protocol):
    """Where bytes come from: the network, the sample archive, a replayed archive."""

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int = MAX_BYTES,
        feed: bool = False,
    ) -> Response:
        """The answer to `url`, a page or a `feed`; raises FetchError where there is none."""
        ...


class HttpFetcher:
    """Fetches http and https URLs; an async context manager.

    `allow_hosts` names hosts (``host`` or ``host:port``) that may have a
    private address. `contact` is a URL or mail address for the User-Agent.
    `timeout` is in seconds for a whole answer with its redirects, without the
    wait for one's turn. At most `per_host` requests run at once per host name,
    and `limit` in all, their starts `spacing` seconds apart unless `allow_hosts`
    names the host. `robots` is whether pages (not feeds, which are there to be
    read by programs) are asked for only as robots.txt allows. `manners` is what
    earlier fetchers learned of hosts. `resolver` replaces the system's name
    resolution.

    Redirects are followed, at most five, but never from https to http: the
    page would be read over a line that anyone can change.
    """

    def __init__(
        self,
        *,
        allow_hosts: Iterable[str] = (),
        contact: str = "",
        timeout: float = 20.0,
        connect_timeout: float = 10.0,
        per_host: int = 2,
        limit: int = 32,
        spacing: float = SPACING,
        robots: bool = True,
        manners: Manners | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._allowed = AllowedHosts(allow_hosts)
        self._user_agent = user_agent(contact)
        self._timeout = timeout
        self._connect_timeout = connect_timeout
        self._turns = Turns(per_host=per_host, limit=limit)
        self._spacing, self._robots = spacing, robots
        self._manners = manners if manners is not None else Manners()
        self._asking: dict[str, asyncio.Task[Rules]] = {}
        self._inner_resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        resolver = self._inner_resolver or aiohttp.ThreadedResolver()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PublicResolver(resolver, self._allowed),
                limit=0,  # _Turns counts requests, with their bodies, per host name
            ),
            headers={
                "User-Agent": self._user_agent,
                "Accept": _ACCEPT,
                "Accept-Encoding": ACCEPT_ENCODING,
            },
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,  # a proxy would resolve names where nothing checks them
            max_line_size=_HEADER_BYTES,
            max_field_size=_HEADER_BYTES,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int = MAX_BYTES,
        feed: bool = False,
    ) -> Response:
        """The answer to `url`: status 200 with a body, or 304 without.

        `etag` and `last_modified` are those of the last answer, and make the
        request conditional. `max_bytes` caps the body after decompression.
        Raises FetchError (ForbiddenAddressError for addresses that are not public).
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        return await self._chain(
            url, headers=headers, max_bytes=max_bytes, rules=self._robots and not feed
        )

    async def _chain(
        self, url: str, *, headers: dict[str, str], max_bytes: int, rules: bool, cut: bool = False
    ) -> Response:
        """Follow `url` to its answer; with `rules` only as far as robots.txt allows."""
        target = parse_target(url, asked=url)
        seen = {target}
        permanent: URL | None = None
        only_permanent = True
        spent = 0.0
        while True:
            delay = await self._allowed_by_robots(target, asked=url) if rules else 0.0
            hop = await self._hop(
                target, asked=url, headers=headers, left=self._timeout - spent,
                max_bytes=max_bytes, cut=cut, delay=delay,
            )  # fmt: skip
            spent += hop.seconds
            if hop.location is None:
                return response_of(hop, url, target, permanent, spent)
            following = redirect_target(target, hop.location, asked=url)
            if following in seen:
                raise FetchError(
                    "the address leads back to itself (redirect loop)", url=url, kind="redirect"
                )
            if len(seen) > MAX_REDIRECTS:
                raise FetchError(
                    f"the address is redirected more than {MAX_REDIRECTS} times",
                    url=url,
                    kind="redirect",
                )
            only_permanent = only_permanent and hop.status in _PERMANENT
            if only_permanent:
                permanent = following
            seen.add(following)
            target = following

    async def _allowed_by_robots(self, target: URL, *, asked: str) -> float:
        """The seconds between requests that the site asks for; raises where it wants no robots."""
        origin = origin_of(target)
        rules = self._manners.rules(origin)
        if rules is None:
            task = self._asking.get(origin)
            if task is None:
                task = self._asking[origin] = asyncio.create_task(self._ask_rules(origin))
                task.add_done_callback(lambda _: self._asking.pop(origin, None))
            try:
                rules = await asyncio.shield(task)
            except ForbiddenAddressError as error:
                raise ForbiddenAddressError(str(error), url=asked) from error
            except FetchError as error:
                raise FetchError(str(error), url=asked, kind=error.kind) from error
        if not rules.reachable:
            raise failures.no_rules(asked)
        if not rules.allows(str(target)):
            raise failures.disallowed(asked)
        return rules.delay

    async def _ask_rules(self, origin: str) -> Rules:
        """RFC 9309, 2.3.1: none where the server says so, unreachable where it cannot say."""
        try:
            found = await self._chain(
                f"{origin}/robots.txt", headers={}, max_bytes=_ROBOTS_BYTES, rules=False, cut=True
            )
        except FetchError as error:
            if error.kind in ("dns", "connect", "forbidden", "held"):
                raise  # the page will fare no better, and for this reason
            if error.kind == "redirect" or ((error.status or 500) < 500 and error.status != 429):
                return self._manners.learned(origin, None)
            return self._manners.unreachable(origin)
        return self._manners.learned(origin, found.body)

    async def _hop(
        self, target: URL, *, asked: str, headers: dict[str, str], left: float, max_bytes: int,
        cut: bool, delay: float,
    ) -> Hop:  # fmt: skip
        """One request, without following where it leads."""
        if self._session is None:
            raise RuntimeError("HttpFetcher is used outside of its 'async with' block")
        host, port = target.raw_host or "", target.port or 0
        check_literal(host, port, self._allowed, asked=asked)
        if left <= 0:
            raise too_slow(asked, self._timeout)
        spacing = max(delay, 0.0 if (host, port) in self._allowed else self._spacing)
        netloc = f"{host}:{port}"
        self._mind(netloc, asked=asked)
        async with self._turns.take(host, spacing=spacing):
            self._mind(netloc, asked=asked)  # what the ones before met
            try:
                hop = await self._request(
                    target, asked=asked, headers=headers, left=left, max_bytes=max_bytes, cut=cut
                )
            except FetchError as error:
                self._remember(netloc, error)
                raise
            except NotPublicError as error:
                raise forbidden(host, error.address, asked) from error
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                plain = plain_error(error, asked=asked, host=host, timeout=self._timeout)
                if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
                    self._manners.failed(netloc)
                raise plain from error
            self._manners.reached(netloc)
            return hop

    def _mind(self, netloc: str, *, asked: str) -> None:
        """Leave a host alone that is dead, or that refused us repeatedly."""
        if self._manners.dead(netloc):
            raise failures.dead(netloc, asked)
        if wait := self._manners.held(netloc):
            raise failures.held(netloc, wait, asked)

    def _remember(self, netloc: str, error: FetchError) -> None:
        if error.status == 429 or (error.status == 503 and error.retry_after is not None):
            self._manners.refused(netloc, retry_after=error.retry_after)
        elif error.status is not None:
            self._manners.reached(netloc)

    async def _request(
        self, target: URL, *, asked: str, headers: dict[str, str], left: float, max_bytes: int,
        cut: bool,
    ) -> Hop:  # fmt: skip
        if self._session is None:
            raise RuntimeError("HttpFetcher is used outside of its 'async with' block")
        start = time.monotonic()
        async with self._session.get(
            target,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=left, sock_connect=min(left, self._connect_timeout)
            ),
        ) as answer:
            location = outcome(answer, asked=asked, conditional=bool(headers))
            body = b""
            if location is None and answer.status != 304:
                body = await read_body(answer, asked=asked, max_bytes=max_bytes, cut=cut)
            return Hop(
                status=answer.status,
                location=location,
                headers=answer.headers,
                charset=answer.charset,
                body=body,
                seconds=time.monotonic() - start,
            )

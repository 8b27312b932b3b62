"""What a server answered: where it redirects, its body within bounds, its errors in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from monitor.errors import FetchError
from monitor.ingest.decompress import decompressor
from monitor.ingest.failures import challenge, reason, size_text, too_slow
from monitor.models import Response
from monitor.net.headers import fresh_for, retry_after

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer of a chain of redirects."""

    status: int
    location: str | None
    headers: CIMultiDictProxy[str]
    charset: str | None
    body: bytes
    seconds: float


def outcome(answer: aiohttp.ClientResponse, *, asked: str, conditional: bool) -> str | None:
    """Where the answer redirects to; None where it is to be read. Raises for all others."""
    status = answer.status
    wait = retry_after(answer.headers.get("Retry-After"), now=datetime.now(UTC))
    # Cloudflare's word for that this is its challenge, whatever the status says.
    if "challenge" in answer.headers.get("cf-mitigated", "").lower():
        raise challenge(asked, status, wait)
    if status in _REDIRECTS:
        location = answer.headers.get("Location", "")
        if not location.strip():
            raise FetchError(
                f"the server redirects without saying where ({status})",
                url=asked,
                kind="redirect",
                status=status,
            )
        return location
    if status in (200, 203) or (status == 304 and conditional):
        return None
    raise FetchError(reason(status), url=asked, kind="http", status=status, retry_after=wait)


async def read_body(
    answer: aiohttp.ClientResponse, *, asked: str, max_bytes: int, cut: bool = False
) -> bytes:
    """The body, unpacked; with `cut`, of one that is too large the beginning.

    The cap is also on what came packed: empty streams could be endless.
    """
    try:
        unpack = decompressor(answer.headers.get("Content-Encoding", ""))
        body = bytearray()
        packed = 0
        async for chunk in answer.content.iter_any():
            packed += len(chunk)
            for piece in unpack.feed(chunk):
                body += piece
                if len(body) > max_bytes:
                    break
            if max(len(body), packed) > max_bytes:
                if cut:
                    return bytes(body[:max_bytes])
                raise FetchError(
                    f"the answer is larger than {size_text(max_bytes)}", url=asked, kind="too_large"
                )
    except ValueError as error:
        raise FetchError(
            f"the server's answer is damaged: {error}", url=asked, kind="protocol"
        ) from error
    if packed and not unpack.finished:
        raise FetchError("the server's answer breaks off", url=asked, kind="protocol")
    return bytes(body)


def response_of(
    hop: Hop, asked: str, final: URL, permanent: URL | None, seconds: float
) -> Response:
    """The Response that the last answer of a chain makes."""
    return Response(
        url=asked,
        final_url=str(final),
        status=304 if hop.status == 304 else 200,
        body=hop.body,
        content_type=hop.headers.get("Content-Type", ""),
        charset=hop.charset,
        etag=hop.headers.get("ETag"),
        last_modified=hop.headers.get("Last-Modified"),
        seconds=seconds,
        permanent_url=str(permanent) if permanent is not None else None,
        fresh_seconds=fresh_for(hop.headers, now=datetime.now(UTC)),
    )


def plain_error(error: Exception, *, asked: str, host: str, timeout: float) -> FetchError:
    """The FetchError that says in plain words what aiohttp's `error` means."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            message, kind = "the server cannot be reached: it does not answer", "timeout"
        case TimeoutError():
            return too_slow(asked, timeout)
        case aiohttp.ClientConnectorDNSError():
            message, kind = f"the host name {host!r} is not known", "dns"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            message, kind = "the server's certificate or encryption is not valid", "connect"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientConnectionResetError():
            message, kind = "the server closed the connection without an answer", "connect"
        case aiohttp.ClientConnectorError():
            message, kind = "the server cannot be reached", "connect"
        case aiohttp.ClientPayloadError():
            message, kind = "the server's answer breaks off or is damaged", "protocol"
        case aiohttp.InvalidURL():
            message, kind = "not a valid address", "protocol"
        case aiohttp.ClientResponseError():
            message, kind = "the server's answer is not valid HTTP", "protocol"
        case OSError():
            message, kind = "the connection broke", "connect"
        case _:
            message, kind = "the server's answer is not valid HTTP", "protocol"
    return FetchError(message, url=asked, kind=kind)

"""Messages by HTTP POST.

Hosts are checked as those of feeds are: a webhook may lead to a private address only where the
settings allow its host. Redirects are not followed: a message goes where it was meant to, or not.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

import aiohttp
from yarl import URL

from monitor.errors import DeliveryError, ForbiddenAddressError
from monitor.net.addresses import AllowedHosts, check_literal, forbidden
from monitor.net.headers import retry_after, user_agent
from monitor.net.resolver import NotPublicError, PublicResolver
from monitor.reports.plain import plain

_READ = 2_000  # bytes of an answer, which says why where it is no
_SAID = 160  # characters of it that are kept
_MESSAGE_AT_FAULT = frozenset({400, 413, 415, 422})


def signed(body: bytes, identity: str, *, secret: str, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks 1.0, and an Idempotency-Key that says the same id.

    Signed is ``id.timestamp.body`` by HMAC-SHA256. A `secret` that begins with ``whsec_`` is
    base64 from there on.
    """
    timestamp = str(int(now.timestamp()))
    content = f"{identity}.{timestamp}.".encode() + body
    mark = base64.b64encode(hmac.new(_key(secret), content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": identity, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{mark}",
        "Idempotency-Key": identity,
    }  # fmt: skip


def post(
    url: str, body: bytes, *, headers: Mapping[str, str], timeout: float, contact: str,
    allow_hosts: Iterable[str], now: datetime,
) -> str:  # fmt: skip
    """Send JSON; returns what the receiver said unless that is nothing or "ok".

    Raises DeliveryError for everything but a status of 200 to 299.
    """
    allowed = AllowedHosts(allow_hosts)
    target = _target(url, allowed)
    try:
        status, answer_headers, said = asyncio.run(
            _post(target, body, {**headers, "User-Agent": user_agent(contact)}, timeout, allowed)
        )
    except NotPublicError as error:
        raise _forbidden(forbidden(target.raw_host or "", error.address, url)) from error
    except TimeoutError as error:
        raise DeliveryError(f"no answer within {timeout:g} seconds") from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise DeliveryError("the receiver's certificate is not valid") from error
    except aiohttp.ClientConnectorDNSError as error:
        raise DeliveryError(f"the host name {target.raw_host!r} is not known") from error
    except aiohttp.ClientConnectorError as error:
        raise DeliveryError("the receiver cannot be reached") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise DeliveryError("the connection broke before there was an answer") from error
    if 200 <= status < 300:
        return "" if said.lower() in ("", "ok", "1") else said
    because = f": {said}" if said else ""
    if 300 <= status < 400:
        raise DeliveryError(
            f"the address leads elsewhere ({status}); put the address that it leads to in its place"
        )
    raise DeliveryError(
        f"the receiver answered {status}{because}", hopeless=status in _MESSAGE_AT_FAULT,
        retry_after=retry_after(answer_headers.get("Retry-After"), now=now),
    )  # fmt: skip


async def _post(
    target: URL, body: bytes, headers: Mapping[str, str], timeout: float, allowed: AllowedHosts
) -> tuple[int, Mapping[str, str], str]:
    connector = aiohttp.TCPConnector(resolver=PublicResolver(aiohttp.ThreadedResolver(), allowed))
    patience = aiohttp.ClientTimeout(total=timeout)
    async with (
        aiohttp.ClientSession(connector=connector, timeout=patience) as session,
        session.post(
            target, data=body, allow_redirects=False,
            headers={"Content-Type": "application/json; charset=utf-8", **headers},
        ) as answer,
    ):  # fmt: skip
        said = await answer.content.read(_READ)
        return answer.status, answer.headers, _words(said)


def _target(url: str, allowed: AllowedHosts) -> URL:
    try:
        target = URL(url.strip())
        host, port = target.raw_host or "", target.port or 0
    except ValueError as error:
        raise DeliveryError("its address is not valid") from error
    if target.scheme not in ("http", "https") or not host:
        raise DeliveryError("its address is not one of http or https")
    if target.scheme == "http" and (host, port) not in allowed:
        raise DeliveryError(
            "its address begins with http, where anyone on the way can read what is sent: use "
            "https, or add the host to [fetch] allow_hosts"
        )
    try:
        check_literal(host, port, allowed, asked=url)
    except ForbiddenAddressError as error:
        raise _forbidden(error) from error
    return target


def _forbidden(error: ForbiddenAddressError) -> DeliveryError:
    return DeliveryError(str(error))


def _words(answer: bytes) -> str:
    text = plain(answer.decode("utf-8", "replace"))
    return text if len(text) <= _SAID else text[: _SAID - 1] + "…"


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise DeliveryError('its secret begins with "whsec_" and is not base64 behind') from error

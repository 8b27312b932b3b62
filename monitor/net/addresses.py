"""Which network addresses may be asked: public ones, and hosts that the settings allow.

Pure: names are resolved elsewhere, and their addresses judged here.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from functools import lru_cache

from monitor.errors import ForbiddenAddressError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IPv6 addresses that carry an IPv4 one in their last 32 bits.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_IPV4_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291, 2.5.5.1
# RFC 8215: NAT64 inside one's own network, of whatever length the network chose.
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_TEREDO = ipaddress.IPv6Network("2001::/32")


def is_public(address: str) -> bool:
    """Whether `address` (an IP address as text) is one of the public internet.

    An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, NAT64)
    is as public as what it carries. False for what is no address.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _LOCAL_NAT64 or ip in _TEREDO or ip.is_site_local:
            return False
        inner = _carried(ip)
        if inner is not None:
            return _is_global(inner)
    return _is_global(ip)


@lru_cache(maxsize=10_000)
def literal_address(host: str) -> Address | None:
    """The address that `host` is a notation of, or None where it is a name.

    Reads what the system's resolver would: ``2130706433``, ``0x7f.1`` and
    ``0177.0.0.1`` are all 127.0.0.1.
    """
    host = host.strip("[]").rstrip(".")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        return None


@lru_cache(maxsize=10_000)
def is_plain_literal(host: str) -> bool:
    """Whether `host` is an address in its usual notation: ``127.0.0.1``, ``::1``."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class AllowedHosts:
    """Hosts that may have an address that is not public.

    An entry is ``host`` (any port) or ``host:port``; a host is a name or an
    address (``[::1]:8080``, ``::1``). Raises ValueError for another form.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._entries = frozenset(_entry(text) for text in entries)

    def __contains__(self, target: tuple[str, int]) -> bool:
        host, port = target
        host = _host(host)
        return (host, None) in self._entries or (host, port) in self._entries


def check_literal(host: str, port: int, allowed: AllowedHosts, *, asked: str) -> None:
    """Refuse addresses written as numbers: no resolver is asked about these.

    Raises ForbiddenAddressError naming `asked` for one that is not public and not `allowed`.
    """
    address = literal_address(host)
    if address is None:
        return
    if not is_plain_literal(host):
        raise ForbiddenAddressError(
            f"{host!r} is an unusual way to write the address {address}", url=asked
        )
    if not is_public(str(address)) and (host, port) not in allowed:
        raise forbidden(host, str(address), asked)


def forbidden(host: str, address: str, asked: str) -> ForbiddenAddressError:
    """`host` leads to `address`, which is not public."""
    means = f"{host!r} leads to {address}" if host != address else repr(host)
    return ForbiddenAddressError(
        f"{means}, which is not a public address; add the host to [fetch] allow_hosts to allow it",
        url=asked,
    )


def _carried(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip in _NAT64 or ip in _IPV4_COMPATIBLE:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def _is_global(ip: Address) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _host(host: str) -> str:
    host = host.strip().strip("[]").rstrip(".").lower()
    ip = literal_address(host) if is_plain_literal(host) else None
    return str(ip) if ip is not None else host


def _entry(text: str) -> tuple[str, int | None]:
    text = text.strip()
    if is_plain_literal(text.strip("[]")):
        return _host(text), None
    host, colon, port = text.rpartition(":")
    if not colon:
        host, port = text, ""
    if not host or (colon and not port.isdecimal()) or set(host) & set("/@ "):
        raise ValueError(f"expected a host or host:port, got {text!r}")
    return _host(host), int(port) if port else None

"""Why a URL could not be had, in words that a communications person can act on."""

from __future__ import annotations

from monitor.errors import FetchError, ForbiddenAddressError

_REASONS = {
    400: "the server did not understand the request",
    401: "the server asks for a login",
    402: "the server asks for payment",
    403: "the server refuses us this page",
    404: "the server says this page does not exist",
    405: "the server refuses to have this page read",
    406: "the server refuses to have this page read",
    408: "the server gave up waiting",
    410: "the server says this page is gone for good",
    429: "the server asks us to come less often",
    451: "the server may not show this page for legal reasons",
    500: "the server has a fault",
    502: "the server's own backend does not answer",
    503: "the server is overloaded or under repair",
    504: "the server's own backend does not answer",
}


def reason(status: int) -> str:
    """What the HTTP `status` means, with its number."""
    known = _REASONS.get(status)
    if known is None:
        if 200 <= status < 300:
            known = "the server answered, but sent no page"
        elif status >= 500:
            known = "the server has a fault"
        else:
            known = "the server refuses the request"
    return f"{known} ({status})"


def size_text(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1024 / 1024:.0f} MB" if count >= 1024 * 1024 else f"{count:,} bytes"


def forbidden(host: str, address: str, asked: str) -> ForbiddenAddressError:
    """`host` leads to `address`, which is not public."""
    means = f"{host!r} leads to {address}" if host != address else repr(host)
    return ForbiddenAddressError(
        f"{means}, which is not a public address; add the host to [fetch] allow_hosts to allow it",
        url=asked,
    )


def too_slow(asked: str, timeout: float) -> FetchError:
    """The answer was not there after `timeout` seconds."""
    return FetchError(
        f"the server did not finish its answer within {timeout:g} seconds",
        url=asked,
        kind="timeout",
    )

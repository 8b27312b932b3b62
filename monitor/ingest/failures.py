"""Why a URL could not be had, in words that a communications person can act on."""

from __future__ import annotations

from monitor.errors import FetchError

CHALLENGE = "the site asks whether a robot is reading (bot challenge)"
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


def too_slow(asked: str, timeout: float) -> FetchError:
    """The answer was not there after `timeout` seconds."""
    return FetchError(
        f"the server did not finish its answer within {timeout:g} seconds",
        url=asked,
        kind="timeout",
    )


def challenge(asked: str, status: int, retry_after: float | None) -> FetchError:
    """What came is not what was asked for, but a question whether a robot is asking."""
    return FetchError(CHALLENGE, url=asked, kind="challenge", status=status,
                      retry_after=retry_after)  # fmt: skip


def disallowed(asked: str) -> FetchError:
    """The site's robots.txt excludes this address."""
    return FetchError(
        "the site's rules for robots (robots.txt) do not allow this page", url=asked, kind="robots"
    )


def no_rules(asked: str) -> FetchError:
    """The site's robots.txt cannot be had; RFC 9309, 2.3.1.4: nothing is allowed then."""
    return FetchError(
        "the site's rules for robots (robots.txt) cannot be read, so its pages are left alone "
        "for now",
        url=asked,
        kind="robots",
    )


def dead(host: str, asked: str) -> FetchError:
    """The host did not answer a moment ago."""
    return FetchError(
        f"the server {host!r} could not be reached a few minutes ago, and was not tried again",
        url=asked,
        kind="connect",
    )


def held(host: str, seconds: float, asked: str) -> FetchError:
    """The host refused several requests; it is left alone for `seconds`."""
    return FetchError(
        f"the server {host!r} asked us repeatedly to come less often; it is left alone for "
        f"{max(1, round(seconds / 60))} minutes",
        url=asked,
        kind="held",
        retry_after=seconds,
    )


_CAUSES = {
    "dns": "its server is not known",
    "connect": "its server cannot be reached",
    "timeout": "its server takes too long",
    "too_large": "it is too large",
    "redirect": "its redirects lead nowhere",
    "forbidden": "it leads to an address that is not public",
    "protocol": "its server's answer is damaged",
    "robots": "robots.txt does not allow it",
    "held": "its server asked us to come less often",
}


def cause(problem: FetchError) -> str:
    """Why an address could not be had, in a few words without the address."""
    return f"HTTP {problem.status}" if problem.status else _CAUSES.get(problem.kind, problem.kind)

"""What may be asked for: http(s) addresses, and where a redirect may lead."""

from __future__ import annotations

from yarl import URL

from monitor.errors import FetchError


def parse_target(url: str, *, asked: str) -> URL:
    """`url` as a request is sent to it; raises FetchError naming `asked` where it cannot be."""
    try:
        target = URL(url.strip()).with_fragment(None)
        port = target.port
    except (ValueError, TypeError) as error:
        raise FetchError(f"not a valid address: {error}", url=asked, kind="protocol") from error
    if target.scheme not in ("http", "https") or not target.raw_host or not port:
        raise FetchError(
            f"only http and https addresses can be read, got {url[:200]!r}",
            url=asked,
            kind="protocol",
        )
    return target


def origin_of(target: URL) -> str:
    """``scheme://host:port`` of `target`: what one robots.txt speaks for."""
    return str(target.origin())


def redirect_target(here: URL, location: str, *, asked: str) -> URL:
    """Where a redirect at `here` leads; raises FetchError where it may not be followed."""
    try:
        there = here.join(URL(location.strip()))
    except (ValueError, TypeError) as error:
        raise FetchError(
            f"the server redirects to something that is no address: {location[:200]!r}",
            url=asked,
            kind="redirect",
        ) from error
    if there.scheme not in ("http", "https"):
        raise FetchError(
            f"the server redirects to {there.scheme or 'nothing'!r}, which is not http or https",
            url=asked,
            kind="redirect",
        )
    if here.scheme == "https" and there.scheme == "http":
        raise FetchError(
            "the server redirects from a secure (https) to an insecure (http) address",
            url=asked,
            kind="redirect",
        )
    return parse_target(str(there), asked=asked)

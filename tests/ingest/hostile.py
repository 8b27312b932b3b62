"""What servers do wrong, as a table: how each answers, and what is recorded of it.

Every row is met twice in one pass: as a feed, and as the page behind an entry
of a feed that is well.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import brotli

from monitor.config import Config, parse_config
from monitor.ingest import decompress
from monitor.ingest.archive import Archive
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.run import Pass, PassResult
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from tests.ingest.test_recognise import CONSENT, LONG, NOT_FREE
from tests.ingest.test_recognise import page as wall
from tests.ingest.test_run import feed
from tests.server import LocalServer, Reply, Request, Trap

NOW = datetime(2025, 4, 3, 12, tzinfo=UTC)
REDIRECTS = (301, 302, 303, 307, 308)
BOMB = bytes(40 * 1024 * 1024)
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi"))
    + "]><rss><channel><title>&i;</title><item><title>&i;</title></item></channel></rss>"
)
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 1),
    "br": lambda data: brotli.compress(data, quality=1),
    "zstd": decompress.zstd.compress,
}
_DAMAGED = "its page could not be had: its server's answer is damaged"
_SLOW = "its page could not be had: its server takes too long"
_UNREACHED = "its page could not be had: its server cannot be reached"
_LARGE = "its page could not be had: it is too large"
_LOST = "its page could not be had: its redirects lead nowhere"
PRIVATE = "its page could not be had: it leads to an address that is not public"
_NONE = "its page could not be had: no article found on it"


@dataclass(frozen=True)
class Case:
    """What a server does; of a feed that it is, the error in part and its kind; of a page why."""

    reply: Reply | Callable[[Request], Reply]
    error: str
    kind: str
    reason: str
    outcome: str = "failed"


@dataclass(frozen=True)
class Row:
    """What a pass left of a feed."""

    outcome: str
    error: str
    kind: str | None
    status: int | None
    entries: int | None


def good_feed(server: LocalServer) -> bytes:
    return feed(("1", "A wheel", server.url("/mill"))).encode()


def statuses() -> Iterator[tuple[str, Case]]:
    for status, error, kind in (
        (402, "asks for payment (402)", "hard"), (403, "refuses us this page (403)", "soft"),
        (404, "does not exist (404)", "soft"), (410, "gone for good (410)", "hard"),
        (429, "less often (429)", "refused"), (500, "has a fault (500)", "soft"),
        (503, "overloaded or under repair (503)", "soft"), (304, "(304)", "hard"),
    ):  # fmt: skip
        reason = f"its page could not be had: HTTP {status}"
        yield f"/status-{status}", Case(Reply(status=status), error, kind, reason)


def bodies(good: bytes) -> Iterator[tuple[str, Case]]:
    """What comes is not what was announced, not in time, or no end of it."""
    breaks = "breaks off"
    for name, reply, error, kind, reason in (
        ("nothing", Reply(b""), "an empty answer", "hard", _NONE),
        ("half", Reply(good, cut=40), breaks, "soft", _DAMAGED),
        ("short", Reply(good, length=len(good) + 50), breaks, "soft", _DAMAGED),
        ("long", Reply(raw=_head(b"Content-Length: 9") + good), "not valid HTTP", "soft", _DAMAGED),
        ("reset", Reply(good, cut=20, reset=True), breaks, "soft", _DAMAGED),
        ("reset-at-once", Reply(raw=b"", reset=True), "the connection broke", "temporary",
         _UNREACHED),
        ("silent", Reply(raw=b""), "without an answer", "temporary", _UNREACHED),
        ("not-http", Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "not valid HTTP", "soft", _DAMAGED),
        ("large", Reply(b"<rss>" + b" " * (16 * 1024 * 1024)), "larger than 15 MB", "hard", _LARGE),
        ("endless", Reply(b"<rss>" + b" " * 65_536, endless=True), "larger than 15 MB", "hard",
         _LARGE),
        ("slow-start", Reply(good, delay=9), "within 3 seconds", "temporary", _SLOW),
        ("drip", Reply(good, drip=(1, 0.2)), "within 3 seconds", "temporary", _SLOW),
        ("head-drip", Reply(raw=_head(b"X: y") + good, drip=(1, 0.2)), "within 3 seconds",
         "temporary", _SLOW),
        ("head", Reply(good, headers={"X-Big": "x" * 100_000}), "not valid HTTP", "soft", _DAMAGED),
        ("length", Reply(raw=_head(b"Content-Length: ten") + good), "not valid HTTP", "soft",
         _DAMAGED),
        ("lengths", Reply(raw=_head(b"Content-Length: 5", b"Content-Length: 9") + good),
         "not valid HTTP", "soft", _DAMAGED),
        ("chunks", Reply(raw=_head(b"Transfer-Encoding: chunked") + b"zz\r\n" + good),
         "not valid HTTP", "soft", _DAMAGED),
    ):  # fmt: skip
        outcome = "empty" if name == "nothing" else "failed"
        yield f"/{name}", Case(reply, error, kind, reason, outcome)


def codings(good: bytes) -> Iterator[tuple[str, Case]]:
    for coding, compress in CODINGS.items():
        for name, data, error, kind, reason in (
            ("bomb", compress(BOMB), "larger than 15 MB", "hard", _LARGE),
            ("cut", compress(good)[:-5], "breaks off", "soft", _DAMAGED),
            ("not", good, "damaged", "soft", _DAMAGED),
        ):
            yield f"/{coding}-{name}", Case(packed(data, coding), error, kind, reason)
    error = "unknown content coding"
    yield "/secret-coding", Case(packed(good, "sdch"), error, "soft", _DAMAGED)


def redirects(server: LocalServer, trap: Trap) -> Iterator[tuple[str, Case]]:
    for status in REDIRECTS:
        loop = Reply(status=status, headers={"Location": f"/loop-{status}"})
        yield f"/loop-{status}", Case(loop, "redirect loop", "hard", _LOST)
        yield f"/chain-{status}", Case(_chain(status), "more than 5 times", "hard", _LOST)
        there = Reply(status=status, headers={"Location": trap.url("127.0.0.2")})
        yield f"/private-{status}", Case(there, "not a public address", "hard", PRIVATE)
        if status in (301, 302):
            error = "without saying where"
            reason = f"its page could not be had: HTTP {status}"
            yield f"/nowhere-{status}", Case(Reply(status=status), error, "hard", reason)
    for name, there in {"file": "file:///etc/passwd", "ftp": "ftp://127.0.0.2/"}.items():
        case = Case(_to(there), "not http or https", "hard", _LOST)
        yield f"/scheme-{name}", case
    for name, (there, error) in forbidden(trap).items():
        yield f"/odd-{name}", Case(_to(there), error, "hard", PRIVATE)


def forbidden(trap: Trap) -> dict[str, tuple[str, str]]:
    """Ways to write addresses that nobody may ask, and part of what is said of each."""
    unusual, private = "an unusual way to write the address", "not a public address"
    found = {
        "decimal": ("2130706434", unusual), "hex": ("0x7f.2", unusual),
        "octal": ("0177.0.0.2", unusual), "short": ("127.2", unusual), "zero": ("0", unusual),
        "dot": ("127.0.0.2.", unusual), "plain": ("127.0.0.2", private),
        "user": ("news.example:80@127.0.0.2", private), "wide": ("１２７.0.0.2", private),
        "mapped": ("[::ffff:127.0.0.2]", private), "six": ("[::1]", private),
        "nat64": ("[64:ff9b::127.0.0.2]", private), "name": ("inside.example", private),
        "mixed": ("mixed.example", private), "local": ("localhost", private),
    }  # fmt: skip
    urls = {name: (trap.url(host, f"/{name}"), error) for name, (host, error) in found.items()}
    return {**urls, "tls": (trap.url("127.0.0.2", "/tls", scheme="https"), private)}


NAMES = {
    "consent.example": [["127.0.0.1"]],
    "inside.example": [["127.0.0.2"]], "localhost": [["127.0.0.1"]],
    "mixed.example": [["93.184.216.34", "10.0.0.1"]],
}  # fmt: skip


def walls(server: LocalServer) -> Iterator[tuple[str, Case]]:
    """Pages that are no article although the server says 200."""
    html, one = "expected XML, got text/html", LONG[:1]
    challenge = "the site asks whether a robot is reading (bot challenge)"
    # A whole page, yet Cloudflare says what it is. (No 429: a third one would hold the host.)
    for status in (200, 403, 503):
        reply = Reply(wall("A second wheel", *LONG), status, headers={"CF-Mitigated": "challenge"})
        yield f"/challenge-{status}", Case(reply, challenge, "soft", challenge)
    consent = "a consent wall stands before it"
    missing = "the page does not exist, though the server says it does (soft 404)"
    gate = server.url("/collectConsent", host="consent.example")
    server.add("/collectConsent", wall("Mill News", *CONSENT))
    server.add("/", wall("Mill News", *LONG))
    for name, reply, error, reason in (
        ("text", Reply(b"hello"), "got text/html", _NONE),
        ("html", Reply(b"<html><body>hello</body></html>"), html, _NONE),
        ("json", Reply(b'{"a": 1}', content_type="application/json"), "other JSON", _NONE),
        ("pdf", Reply(b"%PDF-1.7 " + bytes(range(256)), content_type="application/pdf"),
         "got application/pdf", _NONE),
        ("consent", Reply(wall("Before you continue to Mill News", *CONSENT)), html, consent),
        ("gate", _to(gate), consent, consent),
        ("challenge", Reply(wall("Just a moment...", "Checking the connection.")), challenge,
         challenge),
        ("paywall", Reply(wall("A second wheel", *one, head=NOT_FREE % "false")), html,
         "only subscribers can read it (paywall)"),
        ("soft-404", Reply(wall("Page not found", "Try the search.")), html, missing),
        ("home", _to("/"), html, "its address leads to the front page (soft 404)"),
        ("script", Reply(wall("News", body="<noscript>Enable JavaScript.</noscript>")), html,
         "its page is empty without JavaScript"),
    ):  # fmt: skip
        yield f"/wall-{name}", Case(reply, error, "hard", reason)


def packed(body: bytes, coding: str) -> Reply:
    return Reply(body, headers={"Content-Encoding": coding})


def run(
    root: Path, urls: list[str], server: LocalServer, *, now: datetime = NOW, **options: Any
) -> tuple[PassResult, dict[str, Row]]:
    """A pass over `urls`; → its result, and what it recorded of each."""
    settings: dict[str, Any] = {
        "allow_hosts": [server.netloc], "timeout": 3.0, "per_host": 8, "robots": False, **options
    }  # fmt: skip

    async def poll(archive: Archive) -> PassResult:
        async with HttpFetcher(**settings) as fetcher:
            return await Pass(archive, fetcher, clock=lambda: now).run()

    with open_archive(DataFolder(root), config(urls)) as archive:
        result = asyncio.run(poll(archive))
    rows = query(
        root,
        """
        SELECT url, outcome, coalesce(p.error, ''), p.failure_kind, http_status, p.entries
        FROM poll p JOIN feed f USING (feed_id) WHERE pass_id = (SELECT max(pass_id) FROM poll)
        """,
    )
    return result, {str(url): Row(*rest) for url, *rest in rows}


def config(urls: list[str]) -> Config:
    return parse_config("".join(f'[[feed]]\nurl = "{url}"\noutlet = "Mill News"\n' for url in urls))


def query(root: Path, sql: str) -> list[tuple[Any, ...]]:
    reader = Reader.open(DataFolder(root))
    try:
        return reader.rows(sql)
    finally:
        reader.close()


def _head(*lines: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", *lines, b"", b""))


def _to(there: str) -> Reply:
    return Reply(status=302, headers={"Location": there})


def _chain(status: int) -> Callable[[Request], Reply]:
    """Leads on and on, to a new address each time."""
    numbers = count()
    return lambda _: Reply(status=status, headers={"Location": f"?{next(numbers)}"})

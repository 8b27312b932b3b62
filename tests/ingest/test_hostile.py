"""A whole pass against servers that do everything wrong at once.

Each feed's recorded outcome is asserted, the good feed among them is read as
if it were alone, and a server that must not be asked is listening and is not.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import brotli
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.config import Config, parse_config
from monitor.ingest import decompress
from monitor.ingest.archive import Archive
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.run import Pass, PassResult
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from tests.ingest.test_run import PARAGRAPHS, feed, page
from tests.server import LocalServer, Reply

NOW = datetime(2025, 4, 3, 12, tzinfo=UTC)
BOMB = b"\0" * (40 * 1024 * 1024)
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi"))
    + "]><rss><channel><title>&i;</title><item><title>&i;</title></item></channel></rss>"
)


@dataclass(frozen=True)
class Row:
    """What a pass left of a feed."""

    outcome: str
    error: str
    kind: str | None
    status: int | None
    entries: int | None


class Names(AbstractResolver):
    """Answers names from a table; each question takes the next answer, the last for ever."""

    def __init__(self, answers: dict[str, list[list[str]]]) -> None:
        self._answers = answers

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        rounds = self._answers.get(host)
        if rounds is None:
            raise OSError("no such name")
        answer = rounds.pop(0) if len(rounds) > 1 else rounds[0]
        if not answer:
            raise OSError("no answer")
        return [
            ResolveResult(hostname=host, host=a, port=port, family=family, proto=0, flags=0)
            for a in answer
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def forbidden() -> Iterator[LocalServer]:
    """A server that nobody may ask: its address is not in allow_hosts."""
    with LocalServer(host="127.0.0.2") as local:
        local.routes["/"] = Reply(b"a secret")
        yield local
        assert local.requests == []


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

    folder = DataFolder(root)
    with open_archive(folder, config(urls)) as archive:
        result = asyncio.run(poll(archive))
    reader = Reader.open(folder)
    rows = reader.rows(
        """
        SELECT url, outcome, coalesce(p.error, ''), p.failure_kind, http_status, p.entries
        FROM poll p JOIN feed f USING (feed_id) WHERE pass_id = (SELECT max(pass_id) FROM poll)
        """
    )
    reader.close()
    return result, {str(url): Row(*rest) for url, *rest in rows}


def config(urls: list[str]) -> Config:
    return parse_config("".join(f'[[feed]]\nurl = "{url}"\noutlet = "Mill News"\n' for url in urls))


def query(root: Path, sql: str) -> list[tuple[Any, ...]]:
    reader = Reader.open(DataFolder(root))
    try:
        return reader.rows(sql)
    finally:
        reader.close()


def hostile(server: LocalServer, forbidden: LocalServer) -> dict[str, tuple[str, str, str]]:
    """Sets up one feed of each kind; → path: (outcome, part of the error, kind of failure)."""
    good = feed(("1", "A wheel", server.url("/mill"))).encode()
    secret = forbidden.url("/")
    replies: dict[str, tuple[Reply, str, str]] = {
        "/gone": (Reply(status=410), "gone for good (410)", "hard"),
        "/missing": (Reply(status=404), "does not exist (404)", "soft"),
        "/refused": (Reply(status=403), "refuses us this page (403)", "soft"),
        "/broken": (Reply(status=500), "has a fault (500)", "soft"),
        "/html": (Reply(b"<html><body>hello</body></html>"), "expected XML, got text/html", "hard"),
        "/json": (Reply(b'{"a": 1}', content_type="application/rss+xml"), "other JSON", "hard"),
        "/nothing": (Reply(b""), "an empty answer", "hard"),
        "/half": (Reply(good, cut=40), "breaks off", "soft"),
        "/short": (Reply(good, length=len(good) + 50), "breaks off", "soft"),
        "/reset": (Reply(good, cut=20, reset=True), "breaks off", "soft"),
        "/not-http": (Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "not valid HTTP", "soft"),
        "/silent": (Reply(raw=b""), "without an answer", "temporary"),
        "/slow-start": (Reply(good, delay=9), "within 3 seconds", "temporary"),
        "/drip": (Reply(good, drip=(1, 0.2)), "within 3 seconds", "temporary"),
        "/headers": (Reply(good, headers={"X-Big": "x" * 100_000}), "not valid HTTP", "soft"),
        "/large": (Reply(b"<rss>" + b" " * (16 * 1024 * 1024)), "larger than 15 MB", "hard"),
        "/gzip-bomb": (_packed(gzip.compress(BOMB), "gzip"), "larger than 15 MB", "hard"),
        "/br-bomb": (_packed(brotli.compress(BOMB, quality=1), "br"), "larger than 15 MB", "hard"),
        "/gzip-cut": (_packed(gzip.compress(good)[:-20], "gzip"), "breaks off", "soft"),
        "/br-cut": (_packed(brotli.compress(good)[:-5], "br"), "breaks off", "soft"),
        "/gzip-not": (_packed(good, "gzip"), "damaged", "soft"),
        "/unknown": (_packed(good, "sdch"), "unknown content coding", "soft"),
        "/wrong-304": (Reply(status=304), "(304)", "hard"),
        "/no-location": (Reply(status=301), "without saying where", "hard"),
    }  # fmt: skip
    expected = {}
    for path, (reply, error, kind) in replies.items():
        server.routes[path] = reply
        expected[path] = ("empty" if path == "/nothing" else "failed", error, kind)
    for status in (301, 302, 303, 307, 308):
        server.redirect(f"/loop-{status}", f"/loop-{status}-back", status=status)
        server.redirect(f"/loop-{status}-back", f"/loop-{status}", status=status)
        expected[f"/loop-{status}"] = ("failed", "redirect loop", "hard")
        server.redirect(f"/to-secret-{status}", secret, status=status)
        expected[f"/to-secret-{status}"] = ("failed", "not a public address", "hard")
    for n in range(8):
        server.redirect(f"/chain-{n}", f"/chain-{n + 1}")
    expected["/chain-0"] = ("failed", "more than 5 times", "hard")
    port = forbidden.port
    for name, there in {
        "decimal": f"http://2130706434:{port}/", "hex": f"http://0x7f.2:{port}/",
        "octal": f"http://0177.0.0.2:{port}/", "short": f"http://127.2:{port}/",
        "mapped": f"http://[::ffff:127.0.0.2]:{port}/", "zero": f"http://0:{port}/",
        "user": f"http://{server.netloc}@127.0.0.2:{port}/", "dot": f"http://127.0.0.2.:{port}/",
        "wide": f"http://１２７.0.0.2:{port}/", "name": f"http://inside.example:{port}/",
        "mixed": f"http://mixed.example:{port}/",
    }.items():  # fmt: skip
        server.redirect(f"/odd-{name}", there)
        odd = name in ("decimal", "hex", "octal", "short", "zero", "dot")
        error = "an unusual way to write the address" if odd else "not a public address"
        expected[f"/odd-{name}"] = ("failed", error, "hard")
    for name, there in {"file": "file:///etc/passwd", "ftp": "ftp://127.0.0.2/"}.items():
        server.redirect(f"/scheme-{name}", there)
        expected[f"/scheme-{name}"] = ("failed", "not http or https", "hard")
    return expected


def _packed(body: bytes, coding: str) -> Reply:
    return Reply(body, headers={"Content-Encoding": coding})


def test_every_outcome_is_recorded_and_nothing_else_suffers(
    server: LocalServer, forbidden: LocalServer, tmp_path: Path
) -> None:
    expected = hostile(server, forbidden)
    server.add("/mill", page("A second wheel for the mill"))
    good = server.add("/good", feed(("1", "A wheel", server.url("/mill"))))
    names = {"inside.example": [["127.0.0.2"]], "mixed.example": [["93.184.216.34", "10.0.0.1"]]}
    urls = [*(server.url(path) for path in expected), good]
    result, rows = run(tmp_path, urls, server, resolver=Names(names))
    assert (result.feeds, len(rows)) == (len(urls), len(urls))
    assert rows.pop(good) == Row("new", "", None, 200, 1)
    assert query(tmp_path, "SELECT title FROM article") == [("A second wheel for the mill",)]
    for path, (outcome, error, kind) in expected.items():
        row = rows[server.url(path)]
        assert row.outcome == outcome, path
        assert error in row.error, (path, row)
        assert row.kind == kind, (path, row)
    assert result.failing == len(expected)
    # All are slowed, and none is given up.
    [(least, most)] = query(
        tmp_path, "SELECT min(next_due_at), max(next_due_at) FROM feed WHERE failures > 0"
    )
    assert NOW + timedelta(hours=1) < least <= most <= NOW + timedelta(hours=24)


def test_zstd_whole_truncated_and_as_a_bomb(server: LocalServer, tmp_path: Path) -> None:
    compress = decompress.zstd.compress
    server.add("/mill", page("A second wheel for the mill"))
    good = feed(("1", "A wheel", server.url("/mill"))).encode()
    server.routes["/good"] = _packed(compress(good[:100]) + compress(good[100:]), "zstd")
    server.routes["/cut"] = _packed(compress(good)[:-5], "zstd")
    server.routes["/bomb"] = _packed(compress(BOMB), "zstd")
    server.routes["/not"] = _packed(good, "zstd")
    urls = [server.url(path) for path in ("/good", "/cut", "/bomb", "/not")]
    _, rows = run(tmp_path, urls, server)
    assert [rows[url].outcome for url in urls] == ["new", "failed", "failed", "failed"]
    errors = [rows[url].error for url in urls[1:]]
    for error, part in zip(errors, ("breaks off", "larger than 15 MB", "damaged"), strict=True):
        assert part in error
    assert "zstd" in server.requests[0].headers["accept-encoding"]


def test_a_name_that_changes_its_answer_is_refused_when_it_does(
    server: LocalServer, forbidden: LocalServer, tmp_path: Path
) -> None:
    """No answer at first, a private one then: each pass judges what it connects to."""
    url = forbidden.url("/", host="changing.example")
    names = Names({"changing.example": [[], ["127.0.0.2"]]})
    _, rows = run(tmp_path, [url], server, resolver=names)
    assert (rows[url].kind, rows[url].error) == (
        "soft",
        "the host name 'changing.example' is not known",
    )
    _, rows = run(tmp_path, [url], server, resolver=names, now=NOW + timedelta(days=1))
    assert "not a public address" in rows[url].error


def test_an_entity_bomb_is_a_feed_with_an_odd_title(server: LocalServer, tmp_path: Path) -> None:
    url = server.add("/bomb", ENTITIES)
    _, rows = run(tmp_path, [url], server)
    assert (rows[url].outcome, rows[url].entries) == ("new", 1)
    [(title,)] = query(tmp_path, "SELECT title FROM article")
    assert len(title) < 50


def test_an_empty_200_is_told_from_news(server: LocalServer, tmp_path: Path) -> None:
    url = server.add("/empty", "<rss><channel><title>Quiet</title></channel></rss>")
    _, rows = run(tmp_path, [url], server)
    assert rows[url] == Row("empty", "", None, 200, 0)
    # The same nothing again is no news, but it is no "all is well, nothing changed" either.
    _, rows = run(tmp_path, [url], server, now=NOW + timedelta(days=1))
    assert rows[url] == Row("empty", "", None, 200, None)


@pytest.mark.slow
def test_a_feed_of_25_000_entries_is_read_to_its_cap(server: LocalServer, tmp_path: Path) -> None:
    items = "".join(
        f"<item><title>Note {n} of the mill</title><guid>{n}</guid></item>" for n in range(25_000)
    )
    url = server.add("/many", f"<rss><channel><title>M</title>{items}</channel></rss>")
    result, rows = run(tmp_path, [url], server, timeout=10)
    assert rows[url].entries == 2000
    assert result.entries == 25_000
    assert result.outcomes["skipped: beyond the first 2,000 items"] == 23_000


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept_even_by_a_pass_that_asks_everybody(
    server: LocalServer, tmp_path: Path, status: int, form: str
) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=7200)
    wait = "7200" if form == "seconds" else format_datetime(moment, usegmt=True)
    busy = server.add("/busy", status=status, headers={"Retry-After": wait})
    good = server.add("/good", feed())
    _, rows = run(tmp_path, [busy, good], server)
    assert (rows[busy].kind, rows[busy].status, rows[good].outcome) == ("refused", status, "empty")
    [(retry_at, due_at)] = query(
        tmp_path, "SELECT retry_at, next_due_at FROM feed WHERE retry_at IS NOT NULL"
    )
    assert abs((retry_at - NOW).total_seconds() - 7200) < 5
    assert due_at >= retry_at
    result, rows = run(tmp_path, [busy, good], server, now=NOW + timedelta(hours=1))
    assert (set(rows), result.feeds, result.waiting) == ({good}, 1, 1)
    _, rows = run(tmp_path, [busy, good], server, now=NOW + timedelta(hours=3))
    assert set(rows) == {busy, good}


def test_a_server_that_always_says_unchanged_is_found_out(
    server: LocalServer, tmp_path: Path
) -> None:
    server.add("/mill", page("A second wheel for the mill"))
    server.add("/weir", page("A new weir", *reversed(PARAGRAPHS)))
    url = server.add("/feed", feed(("1", "A wheel", server.url("/mill"))), etag='"same"')
    run(tmp_path, [url], server)
    both = feed(("1", "A wheel", server.url("/mill")), ("2", "A weir", server.url("/weir")))
    server.add("/feed", both, etag='"same"')
    _, rows = run(tmp_path, [url], server, now=NOW + timedelta(hours=2))
    assert rows[url] == Row("unchanged", "", None, 304, None)
    _, rows = run(tmp_path, [url], server, now=NOW + timedelta(hours=26))
    assert rows[url] == Row("new", "", None, 200, 2)


def test_a_permanent_redirect_is_remembered_and_given_up_when_it_fails(
    server: LocalServer, tmp_path: Path
) -> None:
    server.add("/mill", page("A second wheel for the mill"))
    server.add("/new", feed(("1", "A wheel", "/mill")), etag='"1"')
    url = server.redirect("/old", "/new", status=301)
    run(tmp_path, [url], server)
    assert query(tmp_path, "SELECT moved_to FROM feed") == [(server.url("/new"),)]
    _, rows = run(tmp_path, [url], server, now=NOW + timedelta(hours=2))
    assert rows[url].outcome == "unchanged"
    assert (server.count("/old"), server.count("/new")) == (1, 2)
    server.add("/new", status=404)
    _, rows = run(tmp_path, [url], server, now=NOW + timedelta(hours=4))
    assert rows[url].outcome == "failed"
    server.add("/old", feed(("1", "A wheel", "/mill")))
    _, rows = run(tmp_path, [url], server, now=NOW + timedelta(hours=6))
    assert (rows[url].outcome, rows[url].error) == ("unchanged", "")
    assert server.count("/old") == 2


def test_a_temporary_redirect_is_not_remembered(server: LocalServer, tmp_path: Path) -> None:
    server.add("/new", feed())
    url = server.redirect("/old", "/new", status=302)
    run(tmp_path, [url], server)
    assert query(tmp_path, "SELECT moved_to FROM feed") == [(None,)]


def test_only_what_is_due_is_asked(server: LocalServer, tmp_path: Path) -> None:
    fresh = server.add("/fresh", feed(), headers={"Cache-Control": "max-age=7200"})
    ttl = feed().replace("<channel>", "<channel><ttl>180</ttl>")
    url = server.add("/ttl", ttl)

    async def poll(archive: Archive, now: datetime) -> PassResult:
        async with HttpFetcher(allow_hosts=[server.netloc]) as fetcher:
            return await Pass(archive, fetcher, clock=lambda: now, due_only=True, longest=60).run()

    asked = []
    for minutes in (0, 60, 135, 200):
        with open_archive(DataFolder(tmp_path), config([fresh, url])) as archive:
            result = asyncio.run(poll(archive, NOW + timedelta(minutes=minutes)))
        asked.append(result.feeds)
        assert result.next_due_at is not None
        assert result.next_due_at > NOW + timedelta(minutes=minutes)
    assert asked == [2, 0, 1, 1]

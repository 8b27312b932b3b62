"""A whole pass against servers that do everything wrong at once.

Of each feed and of each page the recorded outcome is asserted, what is well among them
is read as if it were alone, and where nobody may come nobody comes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise, product
from pathlib import Path

import pytest

from monitor.ingest import web_import
from monitor.ingest.archive import Archive
from monitor.ingest.discover import FoundFeed, discover
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.importing import Failure
from monitor.ingest.run import Pass, PassResult
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder
from monitor.urls import host_of
from tests.ingest import hostile
from tests.ingest.hostile import CODINGS, ENTITIES, NOW, Row, config, packed, query, run
from tests.ingest.test_run import PARAGRAPHS, feed, page
from tests.server import LocalServer, Names, Reply, Trap

# How much later than its rhythm of an hour a feed is asked again after a failure of each kind.
LATER = {"hard": 1.0, "soft": 0.5, "temporary": 0.25}


@pytest.fixture
def trap() -> Iterator[Trap]:
    """A port that nobody may connect to: its addresses are not in allow_hosts."""
    with Trap() as trap:
        yield trap


@pytest.mark.slow
def test_every_outcome_is_recorded_and_nothing_else_suffers(
    server: LocalServer, trap: Trap, tmp_path: Path
) -> None:
    good = hostile.good_feed(server)
    cases = dict(
        [*hostile.statuses(), *hostile.bodies(good), *hostile.codings(good),
         *hostile.redirects(server, trap), *hostile.walls(server)]
    )  # fmt: skip
    server.routes |= {path: case.reply for path, case in cases.items()}
    direct = hostile.forbidden(trap)
    # What is well: a page behind a chain of redirects of all kinds, and a server of its own.
    for here, there in pairwise([*hostile.REDIRECTS, "mill"]):
        server.redirect(f"/{here}", f"/{there}", status=int(here))
    server.add("/mill", page("A second wheel for the mill"))
    links = [(server.url(path), f"Entry {path}", server.url(path)) for path in cases]
    links += [(url, f"Entry {name}", url) for name, (url, _) in direct.items()]
    server.add("/links", feed(("good", "A wheel", server.url("/301")), *links))
    with LocalServer(host="127.0.0.3") as other:
        other.add("/weir", page("A new weir", *reversed(PARAGRAPHS)))
        other.add("/feed", feed(("1", "A weir", other.url("/weir"))))
        well = {server.url("/links"): len(links) + 1, other.url("/feed"): 1}
        urls = [*well, *map(server.url, cases), *(url for url, _ in direct.values())]
        result, rows = run(
            tmp_path, urls, server, resolver=Names(hostile.NAMES),
            allow_hosts=[server.netloc, other.netloc, f"consent.example:{server.port}"],
        )  # fmt: skip
        assert other.requests[-1].at < server.requests[-1].at  # it waited for none of it
    assert trap.came() == []
    assert (result.feeds, len(rows)) == (len(urls), len(urls))
    for url, entries in well.items():
        assert rows.pop(url) == Row("new", "", None, 200, entries)
    expected = {
        server.url(path): (case.outcome, case.error, case.kind) for path, case in cases.items()
    }
    expected |= {url: ("failed", error, "hard") for url, error in direct.values()}
    due = dict(query(tmp_path, "SELECT url, next_due_at FROM feed"))
    for url, (outcome, error, kind) in expected.items():
        row = rows[url]
        assert (row.outcome, row.kind) == (outcome, kind), (url, row)
        assert error in row.error, (url, row)
        if kind != "refused":
            hours = (due[url] - NOW) / timedelta(hours=1) / (1 + LATER[kind])
            assert 1 <= hours <= 1.1, (url, due[url])
    assert result.failing == len(expected)
    full = query(tmp_path, "SELECT title, text FROM article JOIN body USING (revision_id) "
                 "WHERE text_status = 'full' ORDER BY title")  # fmt: skip
    assert full == [
        ("A new weir", "\n\n".join(reversed(PARAGRAPHS))),
        ("A second wheel for the mill", "\n\n".join(PARAGRAPHS)),
    ]
    # An entry whose page is not to be had keeps what its feed says, and is soon tried again.
    kept = query(tmp_path, """
        SELECT title, outcome, reason, text_status, description, next_check
        FROM entry JOIN article USING (article_id) WHERE text_status <> 'full'
        """)  # fmt: skip
    reasons = {path: case.reason for path, case in cases.items()}
    reasons |= dict.fromkeys(direct, hostile.PRIVATE)
    assert {title: rest for title, *rest in kept} == {
        f"Entry {name}": ["article", reason, "headline", "A short summary of it.",
                          NOW + timedelta(minutes=10)]
        for name, reason in reasons.items()
    }  # fmt: skip
    assert len(kept) == len(reasons)


@pytest.mark.slow
def test_feeds_that_are_odd_are_read_and_nothing_is_fetched_for_them(
    server: LocalServer, trap: Trap, tmp_path: Path
) -> None:
    """Codings in several members, declared entities of all kinds, no entries."""
    odd = Row("new", "", None, 200, 1)
    outside = ENTITIES.replace('"lol"', f'SYSTEM "{trap.url("127.0.0.2")}"')
    expected = {
        server.add("/bomb", ENTITIES): odd,
        server.add("/outside", outside): odd,
        server.add("/empty", "<rss><channel><title>Quiet</title></channel></rss>"):
            Row("empty", "", None, 200, 0),
    }  # fmt: skip
    for coding, compress in CODINGS.items():
        items = feed(("1", f"A wheel by {coding}", "")).encode()
        parts = [items] if coding == "br" else [items[:99], items[99:]]
        server.routes[f"/{coding}"] = packed(b"".join(map(compress, parts)), coding)
        expected[server.url(f"/{coding}")] = odd
    _, rows = run(tmp_path, [*expected], server)
    assert rows == expected
    accepted = server.requests[0].headers["accept-encoding"].split(", ")
    assert set(CODINGS) < set(accepted)
    titles = [title for (title,) in query(tmp_path, "SELECT title FROM article")]
    assert {f"A wheel by {coding}" for coding in CODINGS} < set(titles)
    assert max(map(len, titles)) < 50


LATIN, CYRILLIC = "Grüße aus der Mühle – „schön“", "Мельница на реке получит второе колесо"
POLISH, CHINESE = "Zażółć gęślą jaźń w młynie", "河上的磨坊得到第二個輪子"


CHARSETS = (  # the words, how they are encoded, what the document says, what the header says
    (LATIN, "utf-8", "iso-8859-1", "windows-1252"),
    (LATIN, "utf-8", "utf-7", "utf-7"),
    (LATIN, "utf-8", "x-nonsense", ""),
    (LATIN, "utf-16", "", "utf-8"),
    (LATIN, "cp1252", "", ""),
    (LATIN, "cp1252", "utf-8", "utf-8"),
    (LATIN, "cp1252", "", "iso-8859-1"),
    (CYRILLIC, "cp1251", "windows-1251", "utf-8"),
    (POLISH, "iso-8859-2", "", "iso-8859-2"),
    (CHINESE, "big5", "", "big5"),
)


@pytest.mark.slow
def test_wrong_and_missing_charsets_make_no_mojibake(server: LocalServer, tmp_path: Path) -> None:
    urls, expected = [], []
    for n, (words, codec, declared, header) in enumerate(CHARSETS):
        text = [f"{words}: {part} {n}" for part in PARAGRAPHS]
        html = page(f"{words} {n}", *text).replace('<meta charset="utf-8">', "")
        xml = feed((str(n), "A wheel", server.url(f"/mill/{n}")))
        xml = xml.replace("A short summary of it.", words)
        if declared:
            html = html.replace("<title>", f'<meta charset="{declared}"><title>')
            xml = xml.replace('"1.0"', f'"1.0" encoding="{declared}"', 1)
        label = f"; charset={header}" if header else ""
        server.add(f"/mill/{n}", html.encode(codec), content_type=f"text/html{label}")
        urls.append(server.add(f"/{n}", xml.encode(codec), content_type=f"text/xml{label}"))
        expected.append((f"{words} {n}", words, "\n\n".join(text)))
    run(tmp_path, urls, server)
    assert expected == query(
        tmp_path,
        "SELECT title, description, text FROM article JOIN body USING (revision_id) ORDER BY url",
    )


@pytest.mark.slow
def test_a_feed_of_25_000_entries_is_read_to_its_cap(server: LocalServer, tmp_path: Path) -> None:
    items = "".join(
        f"<item><title>Note {n} of the mill</title><guid>{n}</guid></item>" for n in range(25_000)
    )
    url = server.add("/many", f"<rss><channel><title>M</title>{items}</channel></rss>")
    server.add("/mill", page("A second wheel for the mill"))
    well = server.add("/feed", hostile.good_feed(server))
    result, rows = run(tmp_path, [url, well], server, timeout=10)
    assert rows == {
        url: Row("new", "", None, 200, 2000), well: Row("new", "", None, 200, 1)
    }  # fmt: skip
    assert result.entries == 25_001
    assert result.outcomes["skipped: beyond the first 2,000 items"] == 23_000
    kept = query(tmp_path, "SELECT text_status, count(*) FROM article GROUP BY ALL ORDER BY ALL")
    assert kept == [("full", 1), ("headline", 2000)]


@pytest.mark.slow
def test_retry_after_is_kept_even_by_a_pass_that_asks_everybody(
    server: LocalServer, tmp_path: Path
) -> None:
    """Both forms, by 429 and by 503; for a page behind an entry likewise."""
    moment = datetime.now(UTC) + timedelta(hours=2)
    forms = ("7200", format_datetime(moment, usegmt=True))
    good = server.add("/good", feed())
    with contextlib.ExitStack() as stack:
        busy, status_of = [], {}
        for n, (status, wait) in enumerate(product((429, 503), forms), start=1):
            host = stack.enter_context(LocalServer(host=f"127.0.1.{n}"))
            busy.append(host.add("/busy", status=status, headers={"Retry-After": wait}))
            status_of[busy[-1]] = status
        links = server.add("/links", feed(*((url, "A wheel", url) for url in busy)))
        allowed = {"allow_hosts": ["127.0.0.1", *(host_of(url) for url in busy)]}
        urls = [*busy, good, links]
        _, rows = run(tmp_path, urls, server, **allowed)
        for url in busy:
            assert (rows[url].kind, rows[url].status) == ("refused", status_of[url])
        assert (rows[good].outcome, rows[links].entries) == ("empty", 4)
        held = query(tmp_path, "SELECT retry_at, next_due_at FROM feed WHERE retry_at IS NOT NULL")
        assert len(held) == 4
        for retry_at, due_at in held:
            assert abs((retry_at - NOW).total_seconds() - 7200) < 5
            assert due_at >= retry_at
        pages = query(tmp_path, "SELECT guid, reason, next_check FROM entry JOIN article "
                      "USING (article_id)")  # fmt: skip
        for url, reason, next_check in pages:
            assert reason == f"its page could not be had: HTTP {status_of[url]}"
            assert abs((next_check - NOW).total_seconds() - 7200) < 5
        result, rows = run(tmp_path, urls, server, now=NOW + timedelta(hours=1), **allowed)
        assert (set(rows), result.feeds, result.waiting) == ({good, links}, 2, 4)
        _, rows = run(tmp_path, urls, server, now=NOW + timedelta(hours=3), **allowed)
        assert set(rows) == set(urls)


@pytest.mark.slow
def test_rules_for_robots_lead_nobody_astray(
    server: LocalServer, trap: Trap, tmp_path: Path
) -> None:
    """Without rules that can be read a site's pages are left alone, and no others."""
    rules = {
        "its page could not be had: it leads to an address that is not public":
            Reply(status=302, headers={"Location": trap.url("127.0.0.2")}),
        "its page could not be had: robots.txt does not allow it": Reply(drip=(1, 9), body=b"Us"),
        None: packed(CODINGS["gzip"](hostile.BOMB), "gzip"),  # its beginning forbids nothing
    }  # fmt: skip
    with contextlib.ExitStack() as stack:
        links, allowed = {}, [server.netloc]
        for n, (reason, reply) in enumerate(rules.items(), start=1):
            host = stack.enter_context(LocalServer(host=f"127.0.2.{n}"))
            host.routes["/robots.txt"] = reply
            links[host.add("/mill", page(f"Wheel {n} for the mill"))] = reason
            allowed.append(host.netloc)
        url = server.add("/feed", feed(*((link, "A wheel", link) for link in links)))
        run(tmp_path, [url], server, robots=True, allow_hosts=allowed, timeout=1.0)
    assert dict(query(tmp_path, "SELECT guid, reason FROM entry")) == links


def test_what_sitemaps_and_pages_name_is_no_way_in(server: LocalServer, trap: Trap) -> None:
    inside = trap.url("127.0.0.2", "/feed.xml")
    index = server.add(
        "/index.xml", f"<sitemapindex><sitemap><loc>{inside}</loc></sitemap></sitemapindex>"
    )
    server.add("/", f'<link rel="alternate" type="application/rss+xml" href="{inside}">')
    server.add("/robots.txt", f"Sitemap: {trap.url('127.0.0.2', '/news.xml')}")

    async def look() -> tuple[list[object], list[FoundFeed]]:
        async with HttpFetcher(allow_hosts=[server.netloc]) as fetcher:
            named = [item async for item in web_import.addresses(fetcher, index)]
            return [*named], await discover(fetcher, server.url("/"), now=NOW)

    [failure], feeds = asyncio.run(look())
    assert isinstance(failure, Failure)
    assert "not a public address" in failure.reason
    assert feeds == []


def test_a_name_that_changes_its_answer_is_refused_when_it_does(
    server: LocalServer, trap: Trap, tmp_path: Path
) -> None:
    """No answer at first, a private one then: each pass judges what it connects to."""
    url = trap.url("changing.example")
    names = Names({"changing.example": [[], ["127.0.0.2"]]})
    _, rows = run(tmp_path, [url], server, resolver=names)
    assert (rows[url].kind, rows[url].error) == (
        "soft",
        "the host name 'changing.example' is not known",
    )
    _, rows = run(tmp_path, [url], server, resolver=names, now=NOW + timedelta(days=1))
    assert "not a public address" in rows[url].error


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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

"""The network: what is fetched, what is refused, and in which words a failure is told."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from monitor.errors import FetchError, ForbiddenAddressError
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.targets import redirect_target
from monitor.models import Response
from monitor.net.addresses import AllowedHosts, is_public, literal_address
from monitor.net.headers import user_agent
from monitor.net.resolver import PublicResolver
from tests.server import LocalServer, Names, Reply


def fetch(server: LocalServer, url: str, *, options: Any = None, **request: Any) -> Response:
    """One request of a fetcher that may speak to `server`, unless `options` say otherwise."""
    settings = {"allow_hosts": (server.netloc,), "timeout": 2.0, "robots": False} | (options or {})

    async def go() -> Response:
        async with HttpFetcher(**settings) as fetcher:
            return await fetcher.fetch(url, **request)

    return asyncio.run(go())


def failure(server: LocalServer, url: str, *, options: Any = None, **request: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(server, url, options=options, **request)
    assert caught.value.url == url
    return caught.value


def test_a_page_comes_back_with_what_its_headers_say(server: LocalServer) -> None:
    url = server.add(
        "/page", "Grüße".encode("latin-1"), content_type="text/html; charset=ISO-8859-1",
        etag='"v1"', last_modified="Tue, 01 Apr 2025 19:54:00 GMT",
    )  # fmt: skip
    answer = fetch(server, url)
    assert answer.body.decode(answer.charset or "") == "Grüße"
    assert (answer.status, answer.url, answer.final_url) == (200, url, url)
    assert answer.content_type == "text/html; charset=ISO-8859-1"
    assert answer.etag == '"v1"'
    assert answer.last_modified == "Tue, 01 Apr 2025 19:54:00 GMT"
    assert answer.permanent_url is None
    assert answer.seconds > 0


def test_without_a_charset_none_is_made_up(server: LocalServer) -> None:
    assert fetch(server, server.add("/x", b"x", content_type="text/xml")).charset is None


def test_the_user_agent_names_product_and_contact(server: LocalServer) -> None:
    fetch(server, server.add("/", b"x"), options={"contact": "press@desk.example\r\n"})
    assert server.requests[0].headers["user-agent"] == user_agent("press@desk.example")
    assert user_agent("press@desk.example").endswith("(+press@desk.example)")
    assert user_agent().startswith("MediaMonitor/")


def test_an_unchanged_page_costs_no_body(server: LocalServer) -> None:
    by_tag = server.add("/tag", b"long", etag='"v1"')
    by_date = server.add("/date", b"long", last_modified="Tue, 01 Apr 2025 19:54:00 GMT")
    answer = fetch(server, by_tag, etag='"v1"')
    assert (answer.status, answer.body, answer.etag) == (304, b"", '"v1"')
    assert fetch(server, by_date, last_modified="Tue, 01 Apr 2025 19:54:00 GMT").status == 304
    assert fetch(server, by_tag, etag='"v0"').body == b"long"


def test_304_to_a_question_nobody_asked_is_an_error(server: LocalServer) -> None:
    error = failure(server, server.add("/x", status=304))
    assert (error.kind, error.status) == ("http", 304)


def test_cookies_are_not_kept(server: LocalServer) -> None:
    url = server.add("/", b"x", headers={"Set-Cookie": "who=you; Path=/"})

    async def twice() -> None:
        async with HttpFetcher(allow_hosts=[server.netloc], robots=False) as fetcher:
            await fetcher.fetch(url)
            await fetcher.fetch(url)

    asyncio.run(twice())
    assert ["cookie" in request.headers for request in server.requests] == [False, False]


def test_the_environments_proxy_is_not_used(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert fetch(server, server.add("/", b"direct")).body == b"direct"


@pytest.mark.parametrize(
    ("coding", "compress"),
    [
        ("gzip", gzip.compress),
        ("gzip", lambda text: gzip.compress(text[:9]) + gzip.compress(text[9:]) + bytes(8)),
        ("deflate", zlib.compress),
        ("deflate", lambda text: zlib.compress(text)[2:-4]),  # without zlib's header, as some do
        ("br", brotli.compress),
    ],
)
def test_compressed_answers_are_read(
    server: LocalServer, coding: str, compress: Callable[[bytes], bytes]
) -> None:
    url = server.add("/", compress(b"text " * 500), headers={"Content-Encoding": coding})
    assert fetch(server, url).body == b"text " * 500
    assert coding in server.requests[0].headers["accept-encoding"]


def test_an_empty_body_is_an_answer(server: LocalServer) -> None:
    assert fetch(server, server.add("/", b"", headers={"Content-Encoding": "gzip"})).body == b""


@pytest.mark.parametrize(
    ("coding", "compress"),
    [("gzip", gzip.compress), ("br", lambda text: brotli.compress(text, quality=1))],
)
def test_bombs_are_cut_without_being_unpacked(
    server: LocalServer, coding: str, compress: Callable[[bytes], bytes]
) -> None:
    bomb = compress(bytes(64 * 1024 * 1024))
    url = server.add("/bomb", bomb, headers={"Content-Encoding": coding})
    tracemalloc.start()
    error = failure(server, url, max_bytes=1024 * 1024)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.kind == "too_large"
    assert "1 MB" in str(error)
    assert peak < 16 * 1024 * 1024


def test_large_answers_are_cut(server: LocalServer) -> None:
    url = server.add("/large", b"x" * 1001)
    assert failure(server, url, max_bytes=1000).kind == "too_large"
    assert len(fetch(server, url, max_bytes=1001).body) == 1001


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(b"x" * 100, cut=40), "protocol"),  # fewer bytes than stated
        (Reply(b"x" * 100, length=500), "protocol"),
        (Reply(b"x" * 100, length=500, reset=True), "protocol"),
        (Reply(gzip.compress(b"x" * 9000)[:30], headers={"Content-Encoding": "gzip"}), "protocol"),
        (Reply(brotli.compress(b"x" * 9000)[:-3], headers={"Content-Encoding": "br"}), "protocol"),
        (
            Reply(zlib.compress(b"x" * 9000)[:-9], headers={"Content-Encoding": "deflate"}),
            "protocol",
        ),
        (Reply(gzip.compress(b"") * 200, headers={"Content-Encoding": "gzip"}), "protocol"),
        (Reply(b"x", headers={"Content-Encoding": "secret"}), "protocol"),
        (Reply(b"no gzip", headers={"Content-Encoding": "gzip"}), "protocol"),
        (Reply(raw=b""), "connect"),  # closed without a word
        (Reply(raw=b"SSH-2.0-hello\r\n"), "protocol"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 99_999 + b"\r\n\r\n"), "protocol"),
    ],
)
def test_a_broken_answer_is_an_error_not_half_a_page(
    server: LocalServer, reply: Reply, kind: str
) -> None:
    server.routes["/broken"] = reply
    assert failure(server, server.url("/broken")).kind == kind


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"late", delay=5),
        Reply(b"x" * 1000, drip=(1, 0.05)),
        Reply(b"x" * 1000, drip=(1, 0.05), headers={"Content-Encoding": "gzip"}),
    ],
)
def test_slow_senders_are_cut_after_the_timeout(server: LocalServer, reply: Reply) -> None:
    server.routes["/slow"] = reply
    start = time.monotonic()
    error = failure(server, server.url("/slow"), options={"timeout": 0.3})
    assert error.kind in ("timeout", "protocol")
    assert time.monotonic() - start < 1.5


@pytest.mark.slow
def test_the_timeout_is_for_the_whole_chain(server: LocalServer) -> None:
    for i in range(4):
        server.routes[f"/{i}"] = Reply(status=302, headers={"Location": f"/{i + 1}"}, delay=0.2)
    server.add("/4", b"end")
    assert failure(server, server.url("/0"), options={"timeout": 0.5}).kind == "timeout"


@pytest.mark.slow
def test_waiting_for_ones_turn_is_not_the_servers_fault(server: LocalServer) -> None:
    url = server.add("/", b"x", delay=0.2)

    async def many() -> list[Response]:
        async with HttpFetcher(allow_hosts=[server.netloc], timeout=0.6, per_host=1) as fetcher:
            return await asyncio.gather(*(fetcher.fetch(url) for _ in range(5)))

    assert len(asyncio.run(many())) == 5


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "login"),
        (403, "refuses"),
        (404, "does not exist"),
        (410, "gone for good"),
        (418, "refuses"),
        (429, "less often"),
        (500, "fault"),
        (503, "overloaded"),
        (599, "fault"),
        (202, "no page"),
        (204, "no page"),
    ],
)
def test_http_errors_are_told_in_plain_words(server: LocalServer, status: int, words: str) -> None:
    error = failure(server, server.add("/x", b"", status=status))
    assert (error.kind, error.status) == ("http", status)
    assert words in str(error)
    assert f"({status})" in str(error)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: LocalServer, status: int) -> None:
    url = server.redirect("/old", "new?a=1#part", status=status)
    server.add("/new", b"here")
    answer = fetch(server, url)
    assert (answer.url, answer.final_url) == (url, server.url("/new?a=1"))
    assert answer.body == b"here"
    permanent = server.url("/new?a=1") if status in (301, 308) else None
    assert answer.permanent_url == permanent


def test_only_the_permanent_start_of_a_chain_is_permanent(server: LocalServer) -> None:
    url = server.redirect("/a", "/b", status=301)
    server.redirect("/b", "/c", status=308)
    server.redirect("/c", "/d", status=302)
    server.redirect("/d", "/e", status=301)
    server.add("/e", b"here")
    answer = fetch(server, url)
    assert answer.final_url == server.url("/e")
    assert answer.permanent_url == server.url("/c")


def test_conditions_are_kept_over_redirects(server: LocalServer) -> None:
    url = server.redirect("/a", "/b")
    server.add("/b", b"here", etag='"v1"')
    assert fetch(server, url, etag='"v1"').status == 304


def test_loops_and_endless_chains_end(server: LocalServer) -> None:
    loop = server.redirect("/a", "/b")
    server.redirect("/b", "/a")
    server.routes["/n"] = lambda request: Reply(
        status=302, headers={"Location": f"/n?{len(server.requests)}"}
    )
    error = failure(server, loop)
    assert error.kind == "redirect"
    assert "loop" in str(error)
    assert len(server.requests) == 2
    error = failure(server, server.url("/n"))
    assert error.kind == "redirect"
    assert "more than 5 times" in str(error)
    assert len(server.requests) == 2 + 6


def test_five_redirects_are_not_too_many(server: LocalServer) -> None:
    for i in range(5):
        server.redirect(f"/{i}", f"/{i + 1}")
    server.add("/5", b"end")
    assert fetch(server, server.url("/0")).body == b"end"


@pytest.mark.parametrize(
    "to", ["", "file:///etc/hosts", "ftp://example.org/", "http://", "http://["]
)
def test_redirects_to_nowhere_are_refused(server: LocalServer, to: str) -> None:
    error = failure(server, server.redirect("/a", to))
    assert error.kind in ("redirect", "protocol")


def test_a_secure_address_is_not_left_for_an_insecure_one() -> None:
    here = URL("https://news.example/a")
    assert redirect_target(here, "/b", asked="x") == URL("https://news.example/b")
    assert redirect_target(here, "//other.example/b", asked="x").scheme == "https"
    with pytest.raises(FetchError, match="insecure") as caught:
        redirect_target(here, "http://news.example/a", asked="x")
    assert caught.value.kind == "redirect"


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x", "file:///etc/passwd", "example.org", "", "http://", "http://h:0/",
            "http://h:99999/", "http://[::1", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(server: LocalServer, url: str) -> None:
    assert failure(server, url).kind == "protocol"


LOOPBACK_IN_MANY_COATS = [
    "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001",
    "127.1", "127.0.1", "127.0.0.1.", "0", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]",
    "１２７.0.0.1", "127。0。0。1", "0x7f。1", "user:pass@127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK_IN_MANY_COATS)
def test_loopback_is_refused_however_it_is_written(server: LocalServer, host: str) -> None:
    server.add("/secret", b"secret")
    nobody = {"allow_hosts": ()}
    assert failure(server, server.url("/secret", host=host), options=nobody).kind == "forbidden"
    server.redirect("/out", server.url("/secret", host=host))
    options = {
        "allow_hosts": (f"good.test:{server.port}",),
        "resolver": Names({"good.test": [["127.0.0.1"]], "localhost": [["127.0.0.1"]]}),
    }
    error = failure(server, server.url("/out", host="good.test"), options=options)
    assert isinstance(error, ForbiddenAddressError)
    assert [request.path for request in server.requests] == ["/out"]


def test_a_name_that_leads_to_a_private_address_is_refused(server: LocalServer) -> None:
    server.add("/secret", b"secret")
    answers = {
        "inside.test": [["127.0.0.1"]],
        "half.test": [["93.184.215.14", "127.0.0.1"]],
        "mapped.test": [["::ffff:127.0.0.1"]],
    }
    names = Names(answers)
    for name in answers:
        url = server.url("/secret", host=name)
        error = failure(server, url, options={"allow_hosts": (), "resolver": names})
        assert error.kind == "forbidden"
        assert "allow_hosts" in str(error)
    assert server.requests == []


def test_a_name_that_changes_its_answer_gains_nothing(server: LocalServer) -> None:
    """The addresses that were checked are those that are connected to: there is one lookup."""
    server.add("/secret", b"secret")
    names = Names({"rebind.test": [["93.184.215.14"], ["127.0.0.1"]]})
    guarded = PublicResolver(names, AllowedHosts())

    async def ask() -> list[str]:
        return [r["host"] for r in await guarded.resolve("rebind.test", server.port)]

    assert asyncio.run(ask()) == ["93.184.215.14"]
    url = server.url("/secret", host="rebind.test")
    error = failure(server, url, options={"allow_hosts": (), "resolver": names})
    assert error.kind == "forbidden"
    assert names.asked == ["rebind.test"] * 2
    assert server.requests == []


def test_allow_hosts_allows_that_host_and_port_only(server: LocalServer) -> None:
    server.add("/x", b"x")
    names = Names({"a.test": [["127.0.0.1"]], "b.test": [["127.0.0.1"]]})
    a, b = (server.url("/x", host=name) for name in ("a.test", "b.test"))
    for allowed in ("a.test", "A.test.", f"a.test:{server.port}"):
        options = {"allow_hosts": (allowed,), "resolver": names}
        assert fetch(server, a, options=options).body == b"x"
        assert failure(server, b, options=options).kind == "forbidden"
    options = {"allow_hosts": ("a.test:1",), "resolver": names}
    assert failure(server, a, options=options).kind == "forbidden"


def test_allow_hosts_must_be_hosts() -> None:
    for entry in ("http://a.test/", "a.test:port", ":80", ""):
        with pytest.raises(ValueError, match="host"):
            AllowedHosts([entry])
    assert ("::1", 80) in AllowedHosts(["[::1]:80"])
    assert ("::1", 81) not in AllowedHosts(["[::1]:80"])
    assert ("::1", 81) in AllowedHosts(["0:0:0:0:0:0:0:1"])


def test_unknown_names_and_closed_ports_are_told_apart(server: LocalServer) -> None:
    options = {"resolver": Names({})}
    assert failure(server, "http://nowhere.test/", options=options).kind == "dns"
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    options = {"allow_hosts": ("127.0.0.1",)}
    assert failure(server, f"http://127.0.0.1:{port}/", options=options).kind == "connect"


def test_at_most_two_requests_at_a_time_per_host(server: LocalServer) -> None:
    """Feeds, pages and redirects count together, and one busy host holds up no other."""
    paths = [f"/{i}" for i in range(12)]
    for path in paths:
        server.add(path, b"x" * 50, delay=0.02, drip=(25, 0.01))
    server.redirect("/12", "/11")
    with LocalServer(host="127.0.0.2") as other:
        other.add("/", b"x")

        async def all_of_them() -> list[str]:
            order: list[str] = []

            async def one(fetcher: HttpFetcher, url: str) -> None:
                await fetcher.fetch(url)
                order.append(url)

            hosts = ("127.0.0.1", "127.0.0.2")
            async with HttpFetcher(allow_hosts=hosts, limit=4, robots=False) as fetcher:
                urls = [server.url(path) for path in [*paths, "/12"]] + [other.url("/")]
                await asyncio.gather(*(one(fetcher, url) for url in urls))
            return order

        order = asyncio.run(all_of_them())
    assert len(order) == 14
    assert order[0] == other.url("/")
    assert server.most_at_once == 2


def test_no_more_than_the_limit_in_all() -> None:
    hosts = [f"127.0.1.{i}" for i in range(1, 6)]
    now = most = 0

    async def main() -> None:
        async with HttpFetcher(allow_hosts=hosts, limit=3, robots=False) as fetcher:
            turns = [fetcher.fetch(s.url("/")) for s in servers]
            await asyncio.gather(*turns)

    def count(change: int) -> None:
        nonlocal now, most
        now += change
        most = max(most, now)

    servers = [LocalServer(host=host) for host in hosts]
    try:
        for local in servers:
            local.__enter__()
            local.add("/", b"x", delay=0.1)
        asyncio.run(main())
    finally:
        for local in servers:
            local.__exit__(None, None, None)
    starts = sorted(local.requests[0].at for local in servers)
    assert starts[3] - starts[0] > 0.08


PRIVATE = [
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3",
    "127.255.255.254", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::", "2001:db8::1", "2002:a00:1::", "2001::1",
    "64:ff9b::a00:1", "64:ff9b:1::808:808", "::ffff:10.0.0.1", "fe80::1%eth0", "not an address",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::6810:84e5", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_as_public_as_what_carries_it(ip: Any) -> None:
    number = int(ip)
    public = is_public(str(ip))
    assert is_public(f"::ffff:{ip}") == public
    assert is_public(f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}") == public
    assert is_public(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1") == public
    assert literal_address(str(number)) == literal_address(hex(number)) == ip

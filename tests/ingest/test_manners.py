"""Politeness: robots.txt, spacing, hosts that are dead or refuse us."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from typing import Any

import pytest

from monitor.errors import FetchError
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.manners import DEAD_FOR, UNREACHABLE_KEPT, UNREACHABLE_LONG, Manners
from monitor.ingest.turns import Room, Turns
from tests.server import LocalServer, Reply

ORIGIN = "https://news.example:443"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def outcomes(
    server: LocalServer, *paths: str, manners: Manners | None = None, **options: Any
) -> list[str]:
    """What each path came to, one after the other: its body, or the error's message."""

    async def go() -> list[str]:
        found = []
        async with HttpFetcher(
            allow_hosts=["127.0.0.1"], timeout=2, manners=manners, **options
        ) as fetcher:
            for path in paths:
                try:
                    feed = path.startswith("/feed")
                    answer = await fetcher.fetch(server.url(path), feed=feed)
                    found.append(answer.body.decode())
                except FetchError as error:
                    found.append(f"{error.kind}: {error}")
        return found

    return asyncio.run(go())


def test_pages_are_asked_for_as_robots_txt_allows(server: LocalServer) -> None:
    server.add(
        "/robots.txt",
        "User-agent: *\nDisallow: /\n\nUser-agent: MediaMonitor\nDisallow: /private/\n",
        content_type="text/plain",
    )
    server.add("/a", "A")
    server.add("/private/b", "B")
    server.redirect("/c", "/private/b")
    server.add("/feed", "F")
    server.add("/feed/private/x", "X")
    refused = "robots: the site's rules for robots (robots.txt) do not allow this page"
    assert outcomes(server, "/a", "/private/b", "/c", "/feed") == ["A", refused, refused, "F"]
    assert server.count("/private/b") == 0
    assert server.count("/robots.txt") == 1


def test_a_feed_needs_no_robots_txt(server: LocalServer) -> None:
    server.add("/feed", "F")
    assert outcomes(server, "/feed") == ["F"]
    assert server.count("/robots.txt") == 0


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_robots_txt_that_is_not_there_forbids_nothing(server: LocalServer, status: int) -> None:
    server.add("/robots.txt", status=status)
    server.add("/a", "A")
    assert outcomes(server, "/a", "/a") == ["A", "A"]
    assert server.count("/robots.txt") == 1


@pytest.mark.parametrize(
    "reply",
    [Reply(status=500), Reply(status=503), Reply(status=429), Reply(raw=b"nonsense\r\n\r\n")],
)
def test_a_robots_txt_that_cannot_be_had_forbids_all(server: LocalServer, reply: Reply) -> None:
    server.routes["/robots.txt"] = reply
    server.add("/a", "A")
    [first, second] = outcomes(server, "/a", "/a")
    assert first == second
    assert first.startswith("robots: the site's rules for robots (robots.txt) cannot be read")
    assert (server.count("/a"), server.count("/robots.txt")) == (0, 1)


def test_of_an_endless_robots_txt_the_beginning_counts(server: LocalServer) -> None:
    rules = "User-agent: *\nDisallow: /b\n" + "# no end\n" * 100_000
    server.add("/robots.txt", rules)
    server.add("/a", "A")
    server.add("/b", "B")
    [first, second] = outcomes(server, "/a", "/b")
    assert first == "A"
    assert "do not allow" in second


def test_rules_are_shared_by_requests_at_the_same_time(server: LocalServer) -> None:
    server.routes["/robots.txt"] = Reply(b"User-agent: *\nAllow: /", delay=0.1)
    for n in range(20):
        server.add(f"/{n}", "x")

    async def go() -> None:
        async with HttpFetcher(allow_hosts=["127.0.0.1"]) as fetcher:
            await asyncio.gather(*(fetcher.fetch(server.url(f"/{n}")) for n in range(20)))

    asyncio.run(go())
    assert server.count("/robots.txt") == 1


def test_known_rules_outlast_an_unreachable_server() -> None:
    clock = Clock()
    manners = Manners(clock=clock)
    assert not manners.learned(ORIGIN, b"User-agent: *\nDisallow: /x").allows(f"{ORIGIN}/x")
    clock.now += 25 * 3600
    assert manners.rules(ORIGIN) is None
    kept = manners.unreachable(ORIGIN)
    assert (kept.allows(f"{ORIGIN}/x"), kept.allows(f"{ORIGIN}/y")) == (False, True)


def test_rules_unreachable_for_a_month_count_as_none() -> None:
    clock = Clock()
    manners = Manners(clock=clock)
    assert not manners.unreachable(ORIGIN).allows(f"{ORIGIN}/y")
    clock.now += UNREACHABLE_KEPT + 1
    assert not manners.unreachable(ORIGIN).allows(f"{ORIGIN}/y")
    clock.now += UNREACHABLE_LONG
    assert manners.unreachable(ORIGIN).allows(f"{ORIGIN}/y")


def test_a_host_that_cannot_be_reached_is_left_for_ten_minutes(server: LocalServer) -> None:
    clock = Clock()
    manners = Manners(clock=clock)
    with LocalServer() as gone:
        port = gone.port
    gone.port = port
    asked = ["/feed1", "/feed2", "/feed3"]
    results = outcomes(gone, *asked, manners=manners)
    assert results[:2] == ["connect: the server cannot be reached"] * 2
    assert "could not be reached a few minutes ago" in results[2]
    server.add("/feed", "F")
    assert outcomes(server, "/feed", manners=manners) == ["F"]  # another port is another server
    clock.now += DEAD_FOR + 1
    assert outcomes(gone, "/feed", manners=manners) == ["connect: the server cannot be reached"]


def test_a_single_refusal_is_about_its_own_address(server: LocalServer) -> None:
    server.add("/feed1", status=429, headers={"Retry-After": "3600"})
    server.add("/feed2", "F")
    results = outcomes(server, "/feed1", "/feed1", "/feed2", "/feed1", "/feed1", "/feed2")
    assert [r[:4] for r in results] == ["http", "http", "F", "http", "http", "F"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_refuses_again_and_again_is_left_alone(
    server: LocalServer, status: int
) -> None:
    clock = Clock()
    manners = Manners(clock=clock)
    server.add("/feed1", status=status, headers={"Retry-After": "600"})
    server.add("/feed2", "F")
    results = outcomes(server, *["/feed1"] * 3, "/feed2", manners=manners)
    assert "left alone for 10 minutes" in results[3]
    assert server.count("/feed2") == 0
    clock.now += 601
    assert outcomes(server, "/feed2", manners=manners) == ["F"]


def test_503_without_a_time_is_a_fault_and_not_a_refusal(server: LocalServer) -> None:
    server.add("/feed1", status=503)
    server.add("/feed2", "F")
    assert outcomes(server, *["/feed1"] * 4, "/feed2")[-1] == "F"


def spaced(turns: Turns, hosts: list[str], spacing: float) -> dict[str, list[float]]:
    starts: dict[str, list[float]] = {}

    async def one(host: str) -> None:
        async with turns.take(host, spacing=spacing):
            starts.setdefault(host, []).append(time.monotonic())

    async def go() -> None:
        await asyncio.gather(*(one(host) for host in hosts))

    asyncio.run(go())
    return starts


def test_starts_at_a_host_are_spaced_and_others_do_not_wait() -> None:
    starts = spaced(Turns(per_host=2, limit=10), ["a", "a", "a", "b"], 0.1)
    first = min(starts["a"])
    gaps = [round(at - first, 2) for at in sorted(starts["a"])]
    assert gaps == pytest.approx([0, 0.1, 0.2], abs=0.06)
    assert starts["b"][0] - first < 0.05


def test_a_crawl_delay_is_kept_even_by_hosts_of_ones_own(server: LocalServer) -> None:
    server.add("/robots.txt", "User-agent: *\nCrawl-delay: 0.2\n")
    server.add("/a", "A")
    outcomes(server, "/a", "/a", "/a")
    at = [request.at for request in server.requests if request.path == "/a"]
    assert min(b - a for a, b in pairwise(at)) > 0.15


def test_old_hosts_are_forgotten() -> None:
    manners = Manners(clock=Clock())
    for n in range(21_000):
        manners.failed(f"h{n}.example:443")
    assert len(manners._hosts) <= 20_000


def test_room_is_given_in_order_and_never_more_than_there_is() -> None:
    async def main() -> list[str]:
        room, done, held, most = Room(10), list[str](), 0, 0

        async def user(name: str, count: int, seconds: float) -> None:
            nonlocal held, most
            async with room.take(count):
                done.append(name)
                held += count
                most = max(most, held)
                await asyncio.sleep(seconds)
                held -= count

        await asyncio.gather(
            user("first", 6, 0.05), user("large", 10, 0.01), user("small", 1, 0.01),
            user("last", 9, 0.01),
        )  # fmt: skip
        assert most == 10
        return done

    assert asyncio.run(main()) == ["first", "large", "small", "last"]


def test_room_is_given_back_where_its_user_fails() -> None:
    async def main() -> None:
        room = Room(2)
        with pytest.raises(ValueError, match="no"):
            async with room.take(2):
                raise ValueError("no")
        waiting = asyncio.create_task(room.take(2).__aenter__())
        await asyncio.wait_for(waiting, 1)

    asyncio.run(main())

"""How quickly a pass polls feeds that have not changed, beside the bare requests and `reader`.

    python -m benchmarks.poll [--feeds 1000] [--hosts 50] [--reader PYTHON] [--rounds 3]
        [--changed 1000] [--corpora DIR]

A server of its own on 127.0.1.x answers conditional requests with 304. In one run, by turns:
bare aiohttp asking the same; `run_pass`, with opening, scheduling, recording, committing and
publishing; and, where PYTHON is an interpreter that has the `reader` library, its
`update_feeds(workers=10)` (it needs `reader` and `sgmllib3k`). Prints the medians and
their ratios, by the clock and by CPU time (which a busy machine distorts less).

Then as many copies of the captured feeds, whose documents are another at each request though
their entries are known: entries a second of a whole pass, and of bare feedparser on all cores.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import itertools
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import feedparser
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from benchmarks.extraction import corpora_folder
from monitor.config import Config, parse_config
from monitor.ingest.archive import Archive
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.run import Pass, PassResult
from monitor.ingest.service import open_archive, run_pass
from monitor.store.folder import DataFolder

_SERVER = """
import asyncio, sys

HEAD = b"HTTP/1.1 304 Not Modified\\r\\nETag: \\"1\\"\\r\\n\\r\\n"

class Feed(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.data = transport, b""
    def data_received(self, data):
        self.data += data
        while b"\\r\\n\\r\\n" in self.data:
            head, self.data = self.data.split(b"\\r\\n\\r\\n", 1)
            if b"if-none-match" in head.lower():
                self.transport.write(HEAD)
                continue
            path = head.split(b" ", 2)[1]
            body = (b"<rss version='2.0'><channel><title>Feed " + path + b"</title>"
                    b"</channel></rss>")
            self.transport.write(b"HTTP/1.1 200 OK\\r\\nETag: \\"1\\"\\r\\n"
                                 b"Content-Type: text/xml\\r\\n"
                                 b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body)

async def main():
    loop = asyncio.get_running_loop()
    port = 0
    for n in range(1, int(sys.argv[1]) + 1):
        server = await loop.create_server(Feed, f"127.0.1.{n}", port)
        port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
_READER = """
import sys, time
from reader import make_reader

reader = make_reader(sys.argv[1])
urls = sys.stdin.read().split()
known = {feed.url for feed in reader.get_feeds()}
for url in urls:
    if url not in known:
        reader.add_feed(url)
start, used = time.perf_counter(), time.process_time()
reader.update_feeds(workers=10, scheduled=False)
print(time.perf_counter() - start, time.process_time() - used)
"""


@contextlib.contextmanager
def serving(hosts: int) -> Iterator[int]:
    """A server on `hosts` loopback addresses in a process of its own; gives the port."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(hosts)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def watchlist(urls: list[str]) -> Config:
    """A watchlist of nothing but feeds."""
    return parse_config("".join(f'[[feed]]\nurl = "{u}"\noutlet = "{u[7:16]}"\n' for u in urls))


async def bare(urls: list[str]) -> None:
    """The same conditional requests, 50 at a time and two a host, and nothing else."""
    connector = aiohttp.TCPConnector(limit=50, limit_per_host=2)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def one(url: str) -> None:
            async with session.get(url, headers={"If-None-Match": '"1"'}) as answer:
                assert answer.status == 304
                await answer.read()

        await asyncio.gather(*(one(url) for url in urls))


def by_reader(python: str, database: Path, urls: list[str]) -> tuple[float, float]:
    """Seconds that `reader` takes for its own update of the same feeds: of the clock, of CPUs."""
    done = subprocess.run(
        [python, "-c", _READER, str(database)], input="\n".join(urls), text=True,
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    seconds, used = done.stdout.split()[-2:]
    return float(seconds), float(used)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--changed", type=int, default=1000, help="changed feeds; 0: none")
    parser.add_argument("--corpora", type=Path, default=corpora_folder())
    parser.add_argument("--reader", help="a Python that has the reader library")
    options = parser.parse_args()
    os.environ["MONITOR_ALLOW_HOSTS"] = ",".join(
        f"127.0.1.{n}" for n in range(1, options.hosts + 1)
    )
    times: dict[str, list[float]] = {"bare": [], "pass": [], "reader": []}
    cpu: dict[str, list[float]] = {"bare": [], "pass": [], "reader": []}
    with serving(options.hosts) as port, tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        urls = [f"http://127.0.1.{n % options.hosts + 1}:{port}/{n}" for n in range(options.feeds)]
        config = watchlist(urls)
        first = run_pass(DataFolder(root), config)
        assert (first.feeds, first.failing) == (len(urls), 0)
        if options.reader:
            by_reader(options.reader, root / "reader.sqlite", urls)
        for _ in range(options.rounds):
            start, used = time.perf_counter(), time.process_time()
            asyncio.run(bare(urls))
            times["bare"].append(time.perf_counter() - start)
            cpu["bare"].append(time.process_time() - used)
            start, used = time.perf_counter(), time.process_time()
            result = run_pass(DataFolder(root), config)
            times["pass"].append(time.perf_counter() - start)
            cpu["pass"].append(time.process_time() - used)
            assert (result.feeds, result.failing, result.entries) == (len(urls), 0, 0)
            if options.reader:
                taken, used = by_reader(options.reader, root / "reader.sqlite", urls)
                times["reader"].append(taken)
                cpu["reader"].append(used)
    print(f"{options.feeds} unchanged feeds on {options.hosts} hosts, {options.rounds} rounds")
    clock, own = median(times), median(cpu)
    for name in clock:
        print(f"{name:8} {clock[name]:6.2f} s, {own[name]:6.2f} s of CPU")
    print(f"pass : bare    {clock['pass'] / clock['bare']:.1f}, "
          f"by CPU {own['pass'] / own['bare']:.1f}")  # fmt: skip
    if "reader" in clock:
        print(f"reader : pass  {clock['reader'] / clock['pass']:.1f}, "
              f"by CPU {own['reader'] / own['pass']:.1f}")  # fmt: skip
    sys.stdout.flush()
    if options.corpora.is_dir() and options.changed:
        changed(options.corpora, options.changed, options.hosts, options.rounds)


def feed_server(documents: list[bytes], hosts: int, ready: Any) -> None:
    """Serve `documents`, each another at every request, in a process of its own."""

    async def main() -> None:
        asked = itertools.count()

        async def feed(request: web.Request) -> web.Response:
            body = documents[int(request.match_info["number"]) % len(documents)]
            mark = b"\n<!-- %d -->" % next(asked)
            return web.Response(body=body + mark, content_type="text/xml")

        app = web.Application()
        app.add_routes([web.get(r"/{number:\d+}", feed)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        port = 0
        for n in range(1, hosts + 1):
            site = web.TCPSite(runner, f"127.0.1.{n}", port)
            await site.start()
            port = runner.addresses[0][1]
        ready.send(port)
        await asyncio.Event().wait()

    asyncio.run(main())


class NoNames(AbstractResolver):
    """Knows no name, so that nothing but the feeds, asked for by number, is reached."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """No address."""
        raise OSError(f"no such name: {host}")

    async def close(self) -> None:
        """Nothing to close."""


def one_pass(folder: Path, config: Config, allowed: list[str]) -> tuple[int, float]:
    """Entries and seconds of a pass, with opening and publishing."""

    async def poll(archive: Archive) -> PassResult:
        async with HttpFetcher(allow_hosts=allowed, resolver=NoNames()) as fetcher:
            return await Pass(archive, fetcher).run()

    start = time.perf_counter()
    with open_archive(DataFolder(folder), config) as archive:
        result = asyncio.run(poll(archive))
    return result.entries, time.perf_counter() - start


def parsed(document: bytes) -> int:
    """How many entries feedparser finds."""
    return len(feedparser.parse(io.BytesIO(document)).entries)


def changed(corpora: Path, feeds: int, hosts: int, rounds: int) -> None:
    """Measure and print what polling changed feeds takes."""
    with tarfile.open(corpora / "feeds" / "real-feeds.tar.xz") as archive:
        files = [archive.extractfile(member) for member in archive]
        documents = [file.read() for file in files if file]
    mine, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")
    server = context.Process(target=feed_server, args=(documents, hosts, theirs), daemon=True)
    server.start()
    port = mine.recv()
    allowed = [f"127.0.1.{n}" for n in range(1, hosts + 1)]
    config = watchlist([f"http://{allowed[n % hosts]}:{port}/{n}" for n in range(feeds)])
    rates: dict[str, list[float]] = {"pass": [], "bare": []}
    copies = [documents[n % len(documents)] for n in range(feeds)]
    with tempfile.TemporaryDirectory() as folder, context.Pool() as pool:
        one_pass(Path(folder), config, allowed)
        for _ in range(rounds):
            entries, seconds = one_pass(Path(folder), config, allowed)
            rates["pass"].append(entries / seconds)
            start = time.perf_counter()
            entries = sum(pool.imap_unordered(parsed, copies, chunksize=8))
            rates["bare"].append(entries / (time.perf_counter() - start))
    server.kill()
    found = median(rates)
    print(f"{feeds} changed feeds: {found['pass']:.0f} entries a second in a pass, "
          f"{found['bare']:.0f} by feedparser on all cores; "
          f"pass : bare {found['pass'] / found['bare']:.2f}")  # fmt: skip


def median(values: dict[str, list[float]]) -> dict[str, float]:
    """The median of each list that is not empty."""
    return {name: statistics.median(found) for name, found in values.items() if found}


if __name__ == "__main__":
    main()

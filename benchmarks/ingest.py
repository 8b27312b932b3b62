"""Articles a second of the whole pipeline, against a bare loop of trafilatura, in one run.

    python -m benchmarks.ingest [--pages 5000] [--corpora DIR]

The corpora's pages are served over loopback, each under several addresses until there are
`--pages` of them, behind feeds of a hundred entries. A pass fetches, extracts, tags,
groups, keeps, indexes and publishes them. The same bytes (each page once) then go through
trafilatura in a loop on one core, with and without its metadata. Peak memory is that of
the pass with all its worker processes. The copies of a page differ in one sentence a
paragraph, so that the pipeline cannot pass by what it knows already.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import trafilatura
from aiohttp import web

from benchmarks.extraction import SETS, corpora_folder, pages
from monitor.config import Config, parse_config
from monitor.ingest.archive import Archive
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.run import Pass, PassResult
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder

_A_FEED = 100  # entries
_HOSTS = 50  # addresses of the loopback network that the pages are spread over


def serve(bodies: list[bytes], count: int, ready: object) -> None:
    """Serve `count` pages made of `bodies` and their feeds, in a process of its own."""

    async def page(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        return web.Response(body=bodies[number % len(bodies)], content_type="text/html")

    async def feed(request: web.Request) -> web.Response:
        start = int(request.match_info["number"]) * _A_FEED
        port = request.url.port
        items = "".join(
            f"<item><title>Page {n}</title><guid>{n}</guid>"
            f"<link>http://127.0.0.{1 + n % _HOSTS}:{port}/page/{n}</link></item>"
            for n in range(start, min(start + _A_FEED, count))
        )
        xml = f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'
        return web.Response(text=xml, content_type="application/rss+xml")

    async def main() -> None:
        app = web.Application()
        app.add_routes([web.get("/page/{number}", page), web.get("/feed/{number}", feed)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "0.0.0.0", 0)
        await site.start()
        ready.send(site._server.sockets[0].getsockname()[1])  # type: ignore[attr-defined, union-attr]
        await asyncio.Event().wait()

    asyncio.run(main())


def family_memory(root: int) -> int:
    """Bytes of memory of process `root` and all below it, shared pages counted once."""
    total = 0
    for process in _family(root):
        try:
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
        except OSError:
            continue
    return total


def _family(root: int) -> Iterator[int]:
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


@dataclass
class Use:
    """What the pass used: the most memory at a time, and CPU seconds by process."""

    peak: int = 0
    cpu: dict[int, float] = field(default_factory=dict)


def watch(server: int, use: Use, stop: threading.Event) -> None:
    """Keep account of this process and those below it, without the server, until `stop`."""
    tick = os.sysconf("SC_CLK_TCK")
    before = time.process_time()
    while not stop.wait(1.0):
        use.peak = max(use.peak, family_memory(os.getpid()) - family_memory(server))
        for process in set(_family(os.getpid())) - {server}:
            with contextlib.suppress(OSError):
                stat = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
                use.cpu[process] = (int(stat[11]) + int(stat[12])) / tick
        use.cpu[os.getpid()] = time.process_time() - before


def run(folder: Path, config: Config) -> PassResult:
    """One pass."""

    async def poll(archive: Archive) -> PassResult:
        hosts = [f"127.0.0.{n + 1}" for n in range(_HOSTS)]
        async with HttpFetcher(allow_hosts=hosts) as fetcher:
            return await Pass(archive, fetcher).run()

    with open_archive(DataFolder(folder), config) as archive:
        return asyncio.run(poll(archive))


def main() -> None:
    """Print articles a second of both, the ratio, and the peak of memory."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpora", type=Path, default=corpora_folder())
    parser.add_argument("--pages", type=int, default=386)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    bodies = [data for name in SETS for _, data in pages(options.corpora, name)]
    mine, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")
    server = context.Process(target=serve, args=(bodies, options.pages, theirs), daemon=True)
    server.start()
    port = mine.recv()
    watchlist = Path(__file__).resolve().parents[1] / "data" / "watchlist.toml"
    own = watchlist.read_text(encoding="utf-8")
    own = own[: own.index("[[feed]]")] if "[[feed]]" in own else own
    feeds = "".join(
        f'[[feed]]\nurl = "http://127.0.0.1:{port}/feed/{n}"\noutlet = "Benchmark"\n'
        for n in range(-(-options.pages // _A_FEED))
    )
    config = parse_config(own + feeds)
    use, stop = Use(), threading.Event()
    threading.Thread(target=watch, args=(server.pid, use, stop), daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        result = run(Path(folder), config)
        seconds = time.perf_counter() - started
    stop.set()
    server.kill()
    cpu = sum(use.cpu.values())
    own = use.cpu[os.getpid()]
    print(f"pipeline: {cpu:.1f} CPU s, {own:.1f} of them in the main process")
    print(f"{'way':34} {'pages':>6} {'seconds':>8} {'pages/s':>8}")
    rate = options.pages / seconds
    print(f"{'the whole pipeline':34} {options.pages:6} {seconds:8.1f} {rate:8.1f}")
    for label, metadata in (("trafilatura, one core", False), ("the same, with metadata", True)):
        started, used = time.perf_counter(), time.process_time()
        for body in bodies:
            trafilatura.bare_extraction(body, with_metadata=metadata)
        bare = len(bodies) / (time.perf_counter() - started)
        used = (time.process_time() - used) / len(bodies) * options.pages
        print(f"{label:34} {len(bodies):6} {len(bodies) / bare:8.1f} {bare:8.1f}", end="")
        print(f"   pipeline / this: {rate / bare:.2f}   its CPU / the pipeline's: {used / cpu:.2f}")
    print(f"articles {result.counts.articles}, outcomes {dict(result.outcomes)}")
    print(f"peak memory {use.peak / 2**20:.0f} MB (to stay under 700)")


if __name__ == "__main__":
    main()

"""Articles a second of the whole pipeline, against a bare loop of trafilatura, in one run.

    python -m benchmarks.ingest [--pages 5000] [--corpora DIR] [--peers PYTHON]

The corpora's pages are served over loopback, each under several addresses until there are
`--pages` of them, behind feeds of a hundred entries. A pass fetches, extracts, tags,
groups, keeps, indexes and publishes them. The same bytes (each page once) then go through
trafilatura in a loop on one core, with and without its metadata. Peak memory is that of
the pass with all its worker processes. Where PYTHON is an interpreter that has news-please and
newspaper4k, these read the same bytes too, on one core, without fetching images or lists of
suffixes; their pages for each CPU second are compared with the pipeline's.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import multiprocessing
import os
import pickle
import subprocess
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


_PEERS = """
import logging, pickle, sys, time

logging.disable(logging.CRITICAL)
bodies = pickle.load(sys.stdin.buffer)
texts = [body.decode("utf-8", "replace") for body in bodies]
import tldextract
tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
import newspaper

def newspaper4k(text):
    article = newspaper.Article("https://x.example/a", fetch_images=False)
    article.download(input_html=text)
    article.parse()

from newsplease import NewsPlease

def newsplease(text):
    NewsPlease.from_html(text, url="https://x.example/a", fetch_images=False)

for name, read in (("newspaper4k", newspaper4k), ("news-please", newsplease)):
    failed, used, started = 0, time.process_time(), time.perf_counter()
    for text in texts:
        try:
            read(text)
        except Exception:
            failed += 1
    print(name, failed, time.process_time() - used, time.perf_counter() - started, flush=True)
"""


def peers(python: str, bodies: list[bytes]) -> Iterator[tuple[str, int, float, float]]:
    """Name, pages that failed, and CPU and clock seconds of each peer for all `bodies`."""
    done = subprocess.run(
        [python, "-c", _PEERS], input=pickle.dumps(bodies), stdout=subprocess.PIPE, check=True
    )
    for line in done.stdout.decode().splitlines():
        name, failed, used, seconds = line.split()
        yield name, int(failed), float(used), float(seconds)


def all_pages(corpora: Path) -> list[bytes]:
    """The pages of both sets."""
    return [data for name in SETS for _, data in pages(corpora, name)]


def serve(corpora: Path, count: int, ready: object) -> None:
    """Serve `count` pages, each of the corpora's several times, in a process of its own."""
    bodies = all_pages(corpora)  # here, so that they are not counted as the pipeline's memory

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


def memory(processes: set[int]) -> int:
    """Bytes of memory of `processes`, shared pages counted once."""
    total = 0
    for process in processes:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def resident(processes: set[int]) -> int:
    """Pages of memory of `processes`, shared ones counted in each: told at no cost."""
    total = 0
    for process in processes:
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return total


def family(root: int) -> Iterator[int]:
    """Process `root` and all below it."""
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))


def cpu_seconds(process: int) -> float:
    """What a process has used of the cores' time."""
    stat = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Use:
    """What the pass used: the most memory at a time, and CPU seconds by process."""

    peak: int = 0
    cpu: dict[int, float] = field(default_factory=dict)


def watch(server: int, use: Use, stop: threading.Event) -> None:
    """Keep account of this process and those below it, without the server, until `stop`."""
    before, highest, rounds = time.process_time(), 0, 0
    while not stop.wait(1.0):
        rounds += 1
        processes = set(family(os.getpid())) - {server}
        # To count shared pages once, every page is walked, which would take a twentieth of both
        # cores if it were done each second: so where more is held than before, and now and then.
        held = resident(processes)
        if held > highest or rounds % 10 == 0:
            highest = max(highest, held)
            use.peak = max(use.peak, memory(processes))
        for process in processes:
            with contextlib.suppress(OSError):
                use.cpu[process] = cpu_seconds(process)
        # What watching costs is not the pipeline's.
        use.cpu[os.getpid()] = time.process_time() - time.thread_time() - before


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
    parser.add_argument("--peers", help="a Python that has news-please and newspaper4k")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    mine, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")
    server = context.Process(
        target=serve, args=(options.corpora, options.pages, theirs), daemon=True
    )
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
    serving = cpu_seconds(server.pid)
    server.kill()
    cpu = sum(use.cpu.values())
    own = use.cpu[os.getpid()]
    print(f"pipeline: {cpu:.1f} CPU s, {own:.1f} of them in the main process;"
          f" beside it the server of the pages: {serving:.1f}")  # fmt: skip
    print(f"{'way':34} {'pages':>6} {'seconds':>8} {'pages/s':>8}")
    rate = options.pages / seconds
    bodies = all_pages(options.corpora)
    print(f"{'the whole pipeline':34} {options.pages:6} {seconds:8.1f} {rate:8.1f}")
    for label, metadata in (("trafilatura, one core", False), ("the same, with metadata", True)):
        started, used = time.perf_counter(), time.process_time()
        for body in bodies:
            trafilatura.bare_extraction(body, with_metadata=metadata)
        bare = len(bodies) / (time.perf_counter() - started)
        used = (time.process_time() - used) / len(bodies) * options.pages
        print(f"{label:34} {len(bodies):6} {len(bodies) / bare:8.1f} {bare:8.1f}", end="")
        print(f"   pipeline / this: {rate / bare:.2f}   its CPU / the pipeline's: {used / cpu:.2f}")
    for name, failed, used, seconds in peers(options.peers, bodies) if options.peers else ():
        own_rate, rate_a_core = options.pages / cpu, len(bodies) / used
        print(f"{name:34} {len(bodies):6} {seconds:8.1f} {len(bodies) / seconds:8.1f}", end="")
        print(f"   per core, pipeline / this: {own_rate / rate_a_core:.2f}   ({failed} failed)")
    print(f"articles {result.counts.articles}, outcomes {dict(result.outcomes)}")
    print(f"peak memory {use.peak / 2**20:.0f} MB (to stay under 700)")


if __name__ == "__main__":
    main()

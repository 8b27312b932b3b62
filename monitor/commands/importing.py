"""`import` and `reextract`: filling the archive, and reading it again.

Both take turns at the database with an ingest job beside them (`monitor.commands.turns`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.options import (
    DATA,
    WATCHLIST,
    Data,
    Watchlist,
    folder_of,
    progress,
    say,
)  # fmt: skip
from monitor.commands.turns import Turns, for_a_while
from monitor.errors import MonitorError
from monitor.ingest import reextract as again
from monitor.ingest import web_import
from monitor.ingest.archive import Archive, Counts
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.importing import PAGES, RECORDS, WARCS, Failure, prepared, read_file
from monitor.ingest.manners import Manners
from monitor.ingest.prepare import PageTask, Prepared
from monitor.ingest.run import utc_now
from monitor.ingest.service import allowed_hosts
from monitor.models import Draft
from monitor.store import passes
from monitor.store.folder import current_generation
from monitor.store.publish import publish
from monitor.urls import is_web_url

_BATCH = 500  # articles of files committed together
_LONG = 10.0  # seconds after which the rate is of interest
_PLACE = "import_place"  # setting: where an import of files that was interrupted goes on


def import_(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Files: .html .txt .jsonl .csv .warc .warc.gz; a folder means all in it. A .txt "
            "file of addresses, a sitemap (.xml, .xml.gz) and an http(s) address of a sitemap or "
            "a page: the pages are fetched."
        ),
    ],
    url: Annotated[str | None, typer.Option(help="The page's address.")] = None,
    outlet: Annotated[str | None, typer.Option(help="The outlet it stood in.")] = None,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Add pages and records to the archive; the same again changes nothing.

    Interrupted, it goes on where it was when it is given again. Exit status 3:
    some of it could not be read, the rest was kept.
    """
    folder = folder_of(data)
    turns = Turns(folder, watchlist)
    files, web = _sorted(paths)
    failures: list[Failure] = []
    started, counts = time.monotonic(), Counts()
    if files:
        counts += _import_files(turns, files, failures, url=url, outlet=outlet)
    if web:
        counts += _import_web(turns, web, failures, outlet=outlet)
    if counts.articles or counts.revisions or current_generation(folder) is None:
        with turns.archive() as archive:
            publish(folder, archive.connection)
    for failure in failures:
        say(f"not imported: {failure.where}: {failure.reason}")
    seconds = time.monotonic() - started
    if seconds > _LONG:
        done = counts.articles + counts.revisions + counts.unchanged + len(failures)
        say(f"{done:,} in {seconds:,.0f} seconds: {done / seconds:.1f} a second")
    say(
        f"{counts.articles} new articles, {counts.revisions} revisions, {counts.unchanged} already "
        f"here, {len(failures)} not imported"
    )
    if failures:
        raise typer.Exit(3 if counts.articles or counts.revisions or counts.unchanged else 1)


def reextract(data: Data = DATA, watchlist: Watchlist = WATCHLIST) -> None:
    """Read the archived pages again: what comes out better becomes a marked revision.

    For after an update that reads pages better. Nothing is lost: earlier wordings stay, and
    the same again changes nothing. Interrupted, it goes on where it was.
    """
    folder = folder_of(data)
    turns = Turns(folder, watchlist)
    if current_generation(folder) is None:
        raise MonitorError(f"there is no archive in {str(folder.root)!r} yet")
    result, started = again.Reread(), time.monotonic()
    with turns.archive() as archive:
        pass_id = _start(archive, "reextract")
        work = again.plan(archive)
    for problem in work.problems:
        say(f"not read: {problem}")
    pages = again.captures(folder, work)
    with progress(work.left, "Reading again") as step:
        seen, finished = 0, False
        while not finished:
            with turns.archive() as archive:
                go_on = for_a_while()
                finished = again.reread(archive, pages, result, clock=utc_now, go_on=go_on)
                if finished:
                    _finish(archive, pass_id, Counts(revisions=result.better), result.pages)
                    publish(folder, archive.connection)
            step(result.pages - seen)
            seen = result.pages
    rate = result.pages / max(time.monotonic() - started, 1e-3)
    say(
        f"{result.pages} pages read again ({rate:.1f} a second): {result.better} articles came out "
        f"better, {result.same} the same, {result.worse} worse (left as they are), {result.newer} "
        f"changed since, {result.unknown} of no article here, {result.unreadable} without an "
        "article"
    )
    if work.problems:
        raise typer.Exit(3)


def _sorted(paths: list[str]) -> tuple[list[Path], list[str | Path]]:
    """The files to be read, and the lists, sitemaps and addresses whose pages are fetched."""
    files: list[Path] = []
    web: list[str | Path] = []
    for given in paths:
        path = Path(given)
        if is_web_url(given):
            web.append(given)
        elif path.is_dir():
            files += sorted(
                p for p in path.rglob("*") if p.name.lower().endswith((*PAGES, *RECORDS, *WARCS))
            )
        elif path.is_file() and (
            path.name.lower().endswith(web_import.SITEMAPS) or web_import.is_list(path)
        ):
            web.append(path)
        else:
            files.append(path)
    return files, web


def _import_files(
    turns: Turns, files: list[Path], failures: list[Failure], *, url: str | None,
    outlet: str | None,
) -> Counts:  # fmt: skip
    """Import files; what of them was committed before an interruption is passed over."""
    counts, batch = Counts(), list[Draft | Prepared]()
    job, finished, number, pass_id = _job(files, url, outlet), False, 0, None

    def begin(archive: Archive) -> int:
        """How many items an interrupted run of the same import has dealt with."""
        said = json.loads(passes.setting(archive.connection, _PLACE) or "null")
        done = said["items"] if said and said["job"] == job else 0
        if done:
            say(f"going on after {done:,} pages and records of an import that was interrupted")
        return int(done)

    def keep(archive: Archive) -> None:
        nonlocal counts
        counts += archive.keep(batch, now=utc_now()).counts
        batch.clear()
        place = json.dumps({"job": job, "items": number})
        passes.set_setting(archive.connection, _PLACE, place)

    with progress(len(files), "Importing") as done:

        def items() -> Iterator[Draft | PageTask | Failure]:
            for path in files:
                yield from read_file(
                    path, config=turns.config, now=utc_now(), url=url, outlet=outlet
                )
                done(1)

        def portion() -> Iterator[Draft | PageTask | Failure]:
            nonlocal finished
            go_on = for_a_while()
            for item in waiting:
                yield item
                if not go_on():
                    return
            finished = True

        waiting = items()
        while not finished:
            with turns.archive() as archive:
                if pass_id is None:
                    pass_id, number = _start(archive, "import"), begin(archive)
                    waiting = islice(waiting, number, None)
                # Pages come back in order, each with its articles, so that they can be counted.
                for found in prepared(portion(), archive.workers):
                    number += 1
                    if isinstance(found, Failure):
                        failures.append(found)
                    else:
                        batch += found
                    if len(batch) >= _BATCH:
                        keep(archive)
                keep(archive)
                if finished:
                    passes.set_setting(archive.connection, _PLACE, "null")
                    _finish(archive, pass_id, counts, len(failures))
    return counts


def _import_web(
    turns: Turns, sources: list[str | Path], failures: list[Failure], *, outlet: str | None
) -> Counts:
    """Fetch and import the pages that lists, sitemaps and addresses name."""
    counts, manners = Counts(), Manners()

    def fetcher() -> HttpFetcher:
        fetch = turns.config.fetch
        return HttpFetcher(
            allow_hosts=(*fetch.allow_hosts, *allowed_hosts()), contact=fetch.contact,
            spacing=fetch.spacing, manners=manners,
        )  # fmt: skip

    async def name() -> list[web_import.Address | Failure]:
        async with fetcher() as asking:
            return [item for source in sources for item in await _named(asking, source)]

    named = asyncio.run(name())
    failures += [item for item in named if isinstance(item, Failure)]
    wanted, at = [item for item in named if not isinstance(item, Failure)], 0

    async def pages(archive: Archive, go_on: Callable[[], bool]) -> Counts:
        nonlocal at
        new = Counts()
        async with fetcher() as asking:
            while at < len(wanted) and go_on():
                found = await web_import.import_pages(
                    archive, asking, wanted[at : at + web_import.AT_ONCE], clock=utc_now,
                    outlet=outlet, on_page=lambda: step(1),
                )  # fmt: skip
                new += found.counts
                failures.extend(found.failures)
                at += web_import.AT_ONCE
        return new

    with progress(len(wanted), "Fetching") as step:
        while at < len(wanted):
            with turns.archive() as archive:
                pass_id, first = _start(archive, "import"), at
                new = asyncio.run(pages(archive, for_a_while()))
                counts += new
                _finish(archive, pass_id, new, min(at, len(wanted)) - first)
    return counts


async def _named(fetcher: HttpFetcher, source: str | Path) -> list[web_import.Address | Failure]:
    if isinstance(source, Path) and source.suffix.lower() == ".txt":
        return web_import.read_list(source)
    return [item async for item in web_import.addresses(fetcher, source)]


def _job(files: list[Path], url: str | None, outlet: str | None) -> str:
    """What makes an import the same one: its files as they are, and its options."""
    parts = [f"{url}\n{outlet}"]
    for path in files:
        stamp = path.stat() if path.exists() else None
        parts.append(f"{path.resolve()}\n{stamp and (stamp.st_size, stamp.st_mtime_ns)}")
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _start(archive: Archive, kind: str) -> int:
    started = utc_now()
    pass_id = archive.ids.next(started)
    passes.start(archive.connection, pass_id=pass_id, kind=kind, at=started)
    return pass_id


def _finish(archive: Archive, pass_id: int, counts: Counts, entries: int) -> None:
    passes.finish(archive.connection, pass_id=pass_id, at=utc_now(), articles=counts.articles,
                  revisions=counts.revisions, entries=entries)  # fmt: skip

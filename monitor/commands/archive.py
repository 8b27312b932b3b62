"""Filling the archive: `import` and `sample`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.options import (
    DATA,
    SAMPLE,
    WATCHLIST,
    Data,
    Watchlist,
    config_of,
    folder_of,
    progress,
    say,
)  # fmt: skip
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.ingest.archive import Archive, Counts
from monitor.ingest.importing import PAGES, RECORDS, WARCS, Failure, prepared, read_file
from monitor.ingest.prepare import PageTask, Prepared
from monitor.ingest.run import utc_now
from monitor.ingest.sample import load_sample
from monitor.ingest.service import REMOVE_SAMPLE, apply_desk, open_archive
from monitor.models import Draft
from monitor.store import passes
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.publish import current_generation, publish

_BATCH = 500  # articles committed together
_SAMPLE_OFFERED = "sample_offered"

sample = typer.Typer(
    help="The sample archive: invented outlets, public facts.", no_args_is_help=True
)


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Files: .html .txt .jsonl .csv .warc .warc.gz; a folder means all in it."
        ),
    ],
    url: Annotated[str | None, typer.Option(help="The page's address.")] = None,
    outlet: Annotated[str | None, typer.Option(help="The outlet it stood in.")] = None,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Add pages and records to the archive; the same again changes nothing.

    Exit status 3: some of it could not be read, the rest was kept; 1: none of it could be read.
    """
    folder, config = folder_of(data), config_of(watchlist)
    files = list(_files(paths))
    failures: list[Failure] = []
    with open_archive(folder, config) as archive:
        started = utc_now()
        pass_id = archive.ids.next(started)
        passes.start(archive.connection, pass_id=pass_id, kind="import", at=started)
        with progress(len(files), "Importing") as done:
            counts = _import(archive, files, failures, url=url, outlet=outlet, done=done)
        passes.finish(archive.connection, pass_id=pass_id, at=utc_now(), articles=counts.articles,
                      revisions=counts.revisions, entries=len(failures) + sum(
                          (counts.articles, counts.revisions, counts.unchanged)))  # fmt: skip
        if counts.articles or counts.revisions or current_generation(folder) is None:
            publish(folder, archive.connection)
    for failure in failures:
        say(f"not imported: {failure.where}: {failure.reason}")
    say(
        f"{counts.articles} new articles, {counts.revisions} revisions, {counts.unchanged} already "
        f"here, {len(failures)} not imported"
    )
    if failures:
        raise typer.Exit(3 if counts.articles or counts.revisions or counts.unchanged else 1)


def _import(
    archive: Archive, files: list[Path], failures: list[Failure], *, url: str | None,
    outlet: str | None, done: Callable[[], None],
) -> Counts:  # fmt: skip
    counts, batch = Counts(), list[Draft | Prepared]()

    def keep() -> None:
        nonlocal counts
        counts += archive.keep(batch, now=utc_now()).counts
        batch.clear()

    def items() -> Iterator[Draft | PageTask | Failure]:
        for path in files:
            yield from read_file(path, config=archive.config, now=utc_now(), url=url, outlet=outlet)
            done()

    for item in prepared(items(), archive.workers):
        if isinstance(item, Failure):
            failures.append(item)
        else:
            batch.append(item)
        if len(batch) >= _BATCH:
            keep()
    keep()
    return counts


def _files(paths: list[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(
                p for p in path.rglob("*") if p.name.lower().endswith((*PAGES, *RECORDS, *WARCS))
            )
        else:
            files.append(path)
    return files


def ensure_sample(folder: DataFolder, config: Config) -> None:
    """Load the sample archive into an empty data folder, once: removed, it stays removed."""
    if current_generation(folder) is not None:
        return
    with open_archive(folder, config) as archive:
        offered = passes.setting(archive.connection, _SAMPLE_OFFERED)
        if offered is None and passes.is_empty(archive.connection) and SAMPLE.is_dir():
            _load(archive)
        elif current_generation(folder) is None:
            publish(folder, archive.connection)


@sample.command("load")
def load(data: Data = DATA, watchlist: Watchlist = WATCHLIST) -> None:
    """Load the sample archive, through the real pipeline."""
    with open_archive(folder_of(data), config_of(watchlist)) as archive:
        _load(archive)


@sample.command("remove")
def remove(data: Data = DATA, watchlist: Watchlist = WATCHLIST) -> None:
    """Take the sample archive out again; everything else stays."""
    folder, config = folder_of(data), config_of(watchlist)
    if current_generation(folder) is None:
        raise MonitorError(f"there is no archive in {str(folder.root)!r} yet")
    desk = Desk(folder)
    desk.decide(REMOVE_SAMPLE, {}, by="command line")
    desk.close()
    apply_desk(folder, config)
    say("The sample archive is gone. `python -m monitor sample load` brings it back.")


def _load(archive: Archive) -> None:
    say("Loading the sample archive …")
    results = load_sample(archive, SAMPLE)
    passes.set_setting(archive.connection, _SAMPLE_OFFERED, "yes")
    articles = sum(r.counts.articles for r in results)
    revisions = sum(r.counts.revisions for r in results)
    say(f"Sample archive: {articles} articles, {revisions} revisions.")

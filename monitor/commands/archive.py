"""The sample archive: `sample load` and `sample remove`."""

from __future__ import annotations

import typer

from monitor.commands.options import (
    DATA,
    SAMPLE,
    WATCHLIST,
    Data,
    Watchlist,
    config_of,
    folder_of,
    say,
)  # fmt: skip
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.ingest.archive import Archive
from monitor.ingest.sample import load_sample
from monitor.ingest.service import REMOVE_SAMPLE, apply_desk, open_archive
from monitor.store import passes
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder, current_generation
from monitor.store.publish import is_outdated, publish

_SAMPLE_OFFERED = "sample_offered"

sample = typer.Typer(
    help="The sample archive: invented outlets, public facts.", no_args_is_help=True
)


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


def bring_up(folder: DataFolder, config: Config) -> None:
    """Bring the archive of an earlier version up and publish it, before anybody reads it."""
    if is_outdated(folder):
        with open_archive(folder, config) as archive:
            if is_outdated(folder):
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

"""`retag`: history tagged again by the present watchlist."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.commands.archive import bring_up
from monitor.commands.options import (
    DATA,
    WATCHLIST,
    Data,
    Watchlist,
    config_of,
    folder_of,
    progress,
    say,
)  # fmt: skip
from monitor.commands.turns import Turns, for_a_while
from monitor.errors import MonitorError
from monitor.filters import Filters
from monitor.ingest.service import retag_all, retag_changed
from monitor.store import queries
from monitor.store.folder import current_generation
from monitor.store.reader import Reader


def retag(
    everything: Annotated[
        bool,
        typer.Option("--all", help="Every article, not only what a changed watchlist can touch."),
    ] = False,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Tag history again; cut short, it goes on. Readers see all of it or nothing.

    With --all it takes turns at the archive with an ingest job beside it.
    """
    folder, config = folder_of(data), config_of(watchlist)
    if current_generation(folder) is None:
        raise MonitorError(f"there is no archive in {str(folder.root)!r} yet")
    if not everything:
        say(f"{retag_changed(folder, config)} articles tagged again.")
        return
    bring_up(folder, config)
    reader = Reader.open(folder)
    total = queries.count_articles(reader, Filters(), tz=config.tz)
    reader.close()
    turns, count = Turns(folder, watchlist), None
    with progress(total, "Retagging") as done:
        while count is None:
            with turns.archive() as archive:
                count = retag_all(archive, on_batch=done, go_on=for_a_while())
    say(f"{count} articles tagged again.")

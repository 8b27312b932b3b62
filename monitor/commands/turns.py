"""Turns at the database, for work that is long while an ingest job runs beside it.

It is held for less than the minute for which others wait, and waited for for an hour.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from monitor.commands.options import config_of
from monitor.errors import ConfigError
from monitor.ingest.archive import Archive
from monitor.ingest.service import open_archive
from monitor.store.database import WAIT
from monitor.store.folder import DataFolder

_HOLD = 45.0  # seconds that the database is held at a time; others wait a minute for it
_PATIENCE = 3600.0  # seconds to wait for it again: a pass over many feeds is long
_PAUSE = 0.5  # seconds in which who waits for it gets it


class Turns:
    """The database for a while, again and again, by the watchlist as it is each time.

    An old watchlist would undo what a job beside us made of a new one; one that became invalid
    meanwhile is not taken up.
    """

    def __init__(self, folder: DataFolder, watchlist: Path) -> None:
        self.folder, self._watchlist = folder, watchlist
        self.config = config_of(watchlist)
        self._wait = WAIT  # at first: who gives the command learns soon that it has to wait
        self._pause = 0.0

    @contextlib.contextmanager
    def archive(self) -> Iterator[Archive]:
        """The archive, from when nobody else writes; who waits for it gets it before us."""
        time.sleep(self._pause)
        with contextlib.suppress(ConfigError):
            self.config = config_of(self._watchlist)
        with open_archive(self.folder, self.config, wait=self._wait) as archive:
            began, self._wait = time.monotonic(), _PATIENCE
            yield archive
        self._pause = min(_PAUSE, time.monotonic() - began)


def for_a_while() -> Callable[[], bool]:
    """Says whether a turn that begins now may go on."""
    until = time.monotonic() + _HOLD
    return lambda: time.monotonic() < until

"""The ingest job: a pass when feeds are due, and an eye on the desk and the watchlist.

What is to be done about what it published (alerts, digests) is handed in, and runs beside.

The write lock is held only while something is being written, so that an
`import` beside a running job waits seconds and not until it is stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from monitor.analysis.watchlist_change import (
    change,
    from_rules,
    tagging_rules,
    tagging_version,
)
from monitor.config import Config, load_config
from monitor.errors import MonitorError
from monitor.ingest.archive import Archive
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.manners import Manners
from monitor.ingest.memory import share_arenas
from monitor.ingest.redate import redate
from monitor.ingest.run import Pass, PassResult, utc_now
from monitor.ingest.warc import Recorder
from monitor.ingest.workers import Workers
from monitor.log import event
from monitor.store import furniture, hearing, passes, placing, search
from monitor.store.candidates import touched
from monitor.store.database import WAIT, asking, writing
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder, stamp_of
from monitor.store.publish import publish
from monitor.store.state import DECISIVE
from monitor.store.watched import sync_watchlist

REMOVE_SAMPLE = "remove_sample"
_PAUSE = 15.0  # seconds between passes, at least
_LONGEST_PAUSE = 900.0  # there may be other work than feeds
_AFTER_TROUBLE = 60.0  # seconds
_LOOK = 2.0  # seconds between looks at the desk and the watchlist
_FAREWELL = 6.0  # seconds that what runs beside gets to end
_DESK_SEEN = "desk_seen"
# What of the desk is carried out here.
_DECISIONS = (REMOVE_SAMPLE, *DECISIVE)


@contextlib.contextmanager
def open_archive(folder: DataFolder, config: Config, *, wait: float = WAIT) -> Iterator[Archive]:
    """The archive, ready to be written: lists synced, search caught up, history retagged.

    What a crash or a changed watchlist left undone is made up for here, and an archive of an
    earlier version is brought up and published. Another writer is waited for as `writing` says.
    """
    share_arenas()
    with (
        writing(folder, wait=wait) as connection,
        Workers(config) as workers,
        Recorder(folder.archive) as recorder,
    ):
        sync_watchlist(connection, config)
        archive = Archive(folder, connection, config, workers, recorder)
        furniture.forget(connection, now=utc_now())
        search.index_new(folder, connection)
        archive.retagged = _retag(archive)
        moved = placing.catch_up(connection) + redate(archive, now=utc_now())
        if moved or archive.retagged is not None or hearing.is_behind(connection):
            publish(folder, connection)
        if not gc.get_freeze_count():
            gc.freeze()  # what is loaded by now stays: a fifth of a pass went into looking at it
        yield archive


def _retag(archive: Archive) -> int | None:
    """Tag what a changed watchlist can touch again; how many articles, None where none has to.

    The rules that history was tagged by are kept, so that only what differs is looked at. A
    database that does not have them yet is tagged as a whole.
    """
    connection, rules = archive.connection, tagging_rules(archive.config)
    before = passes.setting(connection, passes.TAGGED_BY)
    if before == rules:
        return None
    settings = passes.tagging_settings(rules, tagging_version(archive.config))
    if before and (version := passes.setting(connection, passes.TAGGED_WITH)):
        settings[passes.rules_key(version)] = before  # an older program did not keep them
    if passes.is_empty(connection):
        for key, value in settings.items():
            passes.set_setting(connection, key, value)
        return None
    known = from_rules(before) if before else None
    ids = None
    if known is not None:
        ids = touched(archive.folder, asking(connection), change(known, archive.config))
    count = archive.retag(ids, purpose=f"changed to {rules}", settings=settings)
    event("retagged", articles=count, reason="the watchlist changed")
    return count


def retag_changed(folder: DataFolder, config: Config) -> int:
    """Tag what the watchlist's changes can touch, publish, and say how many articles that was."""
    with open_archive(folder, config) as archive:  # opening it is what does it
        return archive.retagged or 0


def retag_all(
    archive: Archive, *, on_batch: Callable[[int], None] = lambda _: None,
    go_on: Callable[[], bool] = lambda: True,
) -> int | None:  # fmt: skip
    """Tag the whole archive again and publish it; goes on where it was cut short.

    Returns how many articles that were, None where `go_on` said no before the end.
    """
    rules, version = tagging_rules(archive.config), tagging_version(archive.config)
    count = archive.retag(
        None, purpose=f"all by {version}", settings=passes.tagging_settings(rules, version),
        on_batch=on_batch, go_on=go_on,
    )  # fmt: skip
    if count is not None:
        publish(archive.folder, archive.connection)
    return count


def run_pass(
    folder: DataFolder,
    config: Config,
    *,
    on_feed: Callable[[str], None] = lambda _: None,
    due_only: bool = False,
    longest: float | None = None,
    manners: Manners | None = None,
) -> PassResult:
    """One pass over the watchlist's feeds, with what the desk decided applied first.

    `due_only` and `longest` are as for `Pass`; `manners` is what earlier passes
    learned of hosts.
    """
    with open_archive(folder, config) as archive:
        _apply_desk(archive)
        return asyncio.run(
            _poll(archive, on_feed, due_only=due_only, longest=longest, manners=manners)
        )


def apply_desk(folder: DataFolder, config: Config) -> bool:
    """Carry out what people decided since last time and publish; False where there was nothing."""
    with open_archive(folder, config) as archive:
        applied = _apply_desk(archive)
        if applied:
            publish(folder, archive.connection)
        return applied


def serve(
    folder: DataFolder, watchlist: Path, *, longest: float | None = None, stop: threading.Event,
    beside: Callable[[threading.Event], None] | None = None,
) -> None:  # fmt: skip
    """Poll each feed when it is due until `stop` is set; trouble is logged, not fatal.

    `longest` is the most seconds that a feed's own rhythm may let it wait. `beside` runs until
    `stop` in a thread of its own, which no pass waits for.
    """
    desk, manners = Desk(folder), Manners()
    other = threading.Thread(target=beside, args=(stop,), name="beside", daemon=True)
    if beside:
        other.start()
    last_decision = _newest(desk)
    due = time.time()
    seen = stamp_of(watchlist)
    while not stop.is_set():
        newest, stamp = _newest(desk), stamp_of(watchlist)
        changed = stamp != seen
        try:
            if changed or time.time() >= due:
                seen = stamp
                result = run_pass(folder, load_config(watchlist), due_only=True, longest=longest,
                                  manners=manners)  # fmt: skip
                event("pass finished", feeds=result.feeds, waiting=result.waiting,
                      failing=result.failing, articles=result.counts.articles,
                      revisions=result.counts.revisions, generation=result.generation)  # fmt: skip
                due = _next(result.next_due_at, time.time())
            elif newest != last_decision:
                apply_desk(folder, load_config(watchlist))
            last_decision = newest
        except Exception as error:  # a bug must not make a loop of restarts that polls everyone
            known = isinstance(error, MonitorError)
            event("pass failed", level=40, error=error if known else repr(error))
            due = time.time() + _AFTER_TROUBLE
        stop.wait(_LOOK)
    if beside:
        other.join(_FAREWELL)
    desk.close()


def _next(due: datetime | None, now: float) -> float:
    """When the next pass begins: with what falls due together, and at least every 15 minutes."""
    wanted = due.timestamp() if due else float("inf")
    return min(max(wanted, now + _PAUSE), now + _LONGEST_PAUSE)


async def _poll(
    archive: Archive, on_feed: Callable[[str], None], *, due_only: bool, longest: float | None,
    manners: Manners | None,
) -> PassResult:  # fmt: skip
    fetch = archive.config.fetch
    allowed = (*fetch.allow_hosts, *allowed_hosts())
    async with HttpFetcher(
        allow_hosts=allowed, contact=fetch.contact, spacing=fetch.spacing, manners=manners
    ) as fetcher:
        return await Pass(
            archive, fetcher, clock=utc_now, on_feed=on_feed, due_only=due_only, longest=longest
        ).run()


def allowed_hosts() -> tuple[str, ...]:
    """The hosts that ``MONITOR_ALLOW_HOSTS`` lets have a private address."""
    given = os.environ.get("MONITOR_ALLOW_HOSTS", "")
    return tuple(host.strip() for host in given.split(",") if host.strip())


def _apply_desk(archive: Archive) -> bool:
    connection = archive.connection
    changed = archive.apply_desk(now=utc_now())
    if changed:
        event("decisions applied", articles=changed)
    seen = int(passes.setting(connection, _DESK_SEEN) or 0)
    desk = Desk(archive.folder)
    decisions = desk.decisions(REMOVE_SAMPLE, after=seen)
    desk.close()
    if not decisions:
        return changed > 0
    event("sample archive removed", articles=passes.remove_sample(connection))
    passes.set_setting(connection, _DESK_SEEN, str(decisions[-1].id))
    return True


def _newest(desk: Desk) -> int:
    return desk.newest(*_DECISIONS)

"""One alert and one generation: what is new goes into the outbox, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.analysis.hours import moment
from monitor.config import Config
from monitor.config.sending import Alert
from monitor.log import event
from monitor.reports.alert_messages import letters, tellings, told
from monitor.reports.alerts import FEEDS, Event, definition, events, filters_of, recovered
from monitor.reports.export import found_by
from monitor.reports.schedule import channels_of
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.queries.coverage import choices
from monitor.store.queries.pickups import merged_into
from monitor.store.told import AlertMemory

if TYPE_CHECKING:
    from monitor.store.reader import Reader

REACH = timedelta(days=3)  # how far back a job that stood still looks for what it has not told


def tell(
    alert: Alert, reader: Reader, config: Config, *, folder: DataFolder, desk: Desk,
    memory: AlertMemory, now: datetime,
) -> int:  # fmt: skip
    """Put into the outbox what `alert` has not told yet; returns how many messages that are.

    Raises MonitorError where its view is not there or its query does not parse.
    """
    filters = replace(filters_of(alert, desk, now=now), sample=False)
    started = memory.started("alert", alert.name, definition(alert, filters), now=now)
    happened = events(
        alert, filters, reader, config, since=max(started, now - REACH), now=now,
        found=found_by(folder, reader, filters.query),
    )  # fmt: skip
    if "feed-dead" in alert.when:
        happened += recovered(memory.told(alert.name, FEEDS), reader, config, now=now)
    stories = {e.story for e in happened if e.story is not None}
    new = list(_new(alert, happened, merged_into(reader, sorted(stories)), memory))
    numbers = memory.numbers(alert.name, {e.thread for e in new})
    channels = [channel.name for channel in channels_of(alert.to, config)]
    count = 0
    for telling in tellings(alert, new, numbers):
        posted = letters(alert, telling, channels)
        if memory.tell(alert.name, told(telling), posted, now=now):
            event("alert", alert=alert.name, thread=telling.thread, number=telling.number)
            count += 1
    return count


def look_back(
    alert: Alert, reader: Reader, config: Config, *, folder: DataFolder, desk: Desk,
    since: datetime, now: datetime, sample: bool = True,
) -> list[tuple[Event, ...]]:  # fmt: skip
    """What `alert` would have told since `since`: the events of each message, the latest first.

    Articles count from when they were published, and those of the sample archive with `sample`.
    Raises as `tell` does.
    """
    filters = replace(filters_of(alert, desk, now=now), sample=sample)
    happened = events(
        alert, filters, reader, config, since=since, now=now, came="published",
        found=found_by(folder, reader, filters.query),
    )  # fmt: skip
    return [telling.events for telling in tellings(alert, happened, {})][::-1]


def standing(reader: Reader, config: Config, *, now: datetime, days: int) -> datetime:
    """Up to when to look back: `now`, or the end of the last day of an archive that stands still.

    It does where nothing in it is of the last `days`.
    """
    last = choices(reader, tz=config.tz).last_day
    if last is None:
        return now
    ends = moment(last + timedelta(days=1), time(), config.tz)
    return ends if now - ends > timedelta(days=days) else now


def _new(
    alert: Alert, happened: Sequence[Event], swallowed: Mapping[int, Sequence[int]],
    memory: AlertMemory,
) -> Iterator[Event]:  # fmt: skip
    """What was not told; news of a story that one told of was merged into goes on with that one."""

    def before(item: Event) -> Sequence[int]:
        return () if item.story is None else swallowed.get(item.story, ())

    names = {e.key: [e.key, *(_as_of(e, story).key for story in before(e))] for e in happened}
    known = memory.known(alert.name, [name for keys in names.values() for name in keys])
    threads = memory.numbers(
        alert.name, [f"story:{s}" for story in swallowed for s in (story, *swallowed[story])]
    )
    for item in happened:
        if known.intersection(names[item.key]):
            continue
        going_on = [f"story:{s}" for s in before(item) if f"story:{s}" in threads]
        yield replace(item, thread=going_on[0]) if going_on and item.thread not in threads else item


def _as_of(event: Event, story: int) -> Event:
    """`event` as it was called before its story was merged."""
    return replace(event, key=event.key.replace(f"story:{event.story}", f"story:{story}"))

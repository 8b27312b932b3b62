"""The courier: after each generation what the alerts have to say, digests at their hours, delivery.

It runs beside the ingest job's passes in a thread of its own, and whatever fails in it is logged
and tried again; a pass never waits for it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from monitor.config import Config
from monitor.config.sending import Channel, Digest
from monitor.errors import MonitorError, NoDatabaseError
from monitor.filters import Filters
from monitor.log import event
from monitor.models import Message
from monitor.reports.alerts import filters_of
from monitor.reports.digest_span import Span
from monitor.reports.posting import Clock, Send, drop_unknown, recover, work_off
from monitor.reports.schedule import digest_letters, due_digests
from monitor.reports.telling import tell
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder, current_generation
from monitor.store.outbox import Outbox, holding
from monitor.store.reader import Reader
from monitor.store.told import AlertMemory

# Makes a digest: its section, its filters, and the days and the time that it is of.
MakeDigest = Callable[[Reader, Config, Digest, Filters, Span], Message]
_LOOK = 2.0  # seconds between looks at the outbox
_AGAIN = timedelta(minutes=10)  # feeds go silent without a new generation; also after a failure
_PATIENCE = 5.0  # seconds that what is being sent gets when the job ends


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


class Courier:
    """Watches a data folder's generations and its outbox.

    `load` gives the watchlist as it is now; `send` hands a message over. `clock` can be another.
    """

    def __init__(
        self, folder: DataFolder, load: Callable[[], Config], *, send: Send,
        make_digest: MakeDigest | None = None, clock: Clock = utc_now,
    ) -> None:  # fmt: skip
        self._folder, self._load, self._send = folder, load, send
        self._make_digest, self._clock = make_digest, clock
        self._desk = Desk(folder)
        self.outbox, self.memory = Outbox(self._desk), AlertMemory(self._desk)
        self._config: Config | None = None
        self._looked: tuple[str | None, str] | None = None
        self._look_again = self._digest_again = datetime.min.replace(tzinfo=UTC)
        self._forgot: datetime | None = None
        self._sending: dict[str, threading.Thread] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; where somebody else sends from this folder, wait for them."""
        while not stop.is_set():
            with holding(self._folder) as ours:
                while ours and not stop.is_set():
                    with _logged("courier failed"):  # the job goes on without
                        self.plan()
                        self._hand_out(stop)
                    stop.wait(_LOOK)
                for thread in self._sending.values():
                    thread.join(_PATIENCE)
            stop.wait(_LOOK)
        self._desk.close()

    def once(self) -> int:
        """Look once and send what is due; returns how many were sent.

        Nothing is sent where somebody else sends from this folder: it sends these too.
        """
        self.plan()
        with holding(self._folder) as ours:
            if not ours:
                return 0
            return self.deliver()

    def plan(self) -> None:
        """Put into the outbox what alerts and digests have to say."""
        config, now = self._current(), self._clock()
        if config is None:
            return
        looked = (current_generation(self._folder), config.version)
        if looked != self._looked or now >= self._look_again:
            self._looked, self._look_again = looked, now + _AGAIN
            with _logged("alerts failed"):
                self._alerts(config, now)
        if now >= self._digest_again:
            with _logged("digests failed") as went:
                self._digests(config, now)
            if not went:
                self._digest_again = now + _AGAIN
        if self._forgot is None or now - self._forgot > timedelta(days=1):
            self._forgot = now
            self.outbox.forget(now=now)
            self.memory.forget(now=now)

    def deliver(self) -> int:
        """Send what is due, one channel after the other; returns how many were sent.

        Only while holding the outbox.
        """
        config = self._current()
        if config is None:
            return 0
        recover(self.outbox, config, now=self._clock())
        drop_unknown(self.outbox, config, now=self._clock())
        return sum(
            work_off(self.outbox, channel, config, send=self._send, clock=self._clock)
            for channel in config.channel
        )

    def _hand_out(self, stop: threading.Event) -> None:
        """Send through each channel in a thread of its own: a slow one holds up no other."""
        config, now = self._current(), self._clock()
        if config is None:
            return
        busy = {name for name, thread in self._sending.items() if thread.is_alive()}
        # What is marked as being sent, and nobody here sends, was cut off.
        recover(self.outbox, config, now=now, busy=busy)
        waiting = self.outbox.channels()
        if not waiting:
            return
        drop_unknown(self.outbox, config, now=now)
        for channel in config.channel:
            if channel.name not in waiting or channel.name in busy:
                continue
            if self.outbox.due(channel.name, now=now) is None:
                continue
            thread = threading.Thread(
                target=self._work_off, args=(channel, config, stop), name=f"to {channel.name}",
                daemon=True,
            )  # fmt: skip
            self._sending[channel.name] = thread
            thread.start()

    def _work_off(self, channel: Channel, config: Config, stop: threading.Event) -> None:
        with _logged("delivery failed", channel=channel.name):
            work_off(self.outbox, channel, config, send=self._send, clock=self._clock, stop=stop)

    def _current(self) -> Config | None:
        """The watchlist; while it has a mistake, as it was before."""
        try:
            self._config = self._load()
        except MonitorError as error:
            if self._config is None:
                event("alerts wait", level=40, error=error)
        return self._config

    def _alerts(self, config: Config, now: datetime) -> None:
        if not config.alert:
            return
        try:
            reader = Reader.open(self._folder)
        except NoDatabaseError:
            return
        try:
            for alert in config.alert:
                with _logged("alert failed", alert=alert.name):
                    tell(alert, reader, config, folder=self._folder, desk=self._desk,
                         memory=self.memory, now=now)  # fmt: skip
        finally:
            reader.close()

    def _digests(self, config: Config, now: datetime) -> None:
        if self._make_digest is None or not config.digest:
            return
        due = list(due_digests(config, self.outbox, self.memory, now=now))
        if not due:
            return
        reader = Reader.open(self._folder)
        try:
            for item in due:
                with _logged("digest failed", digest=item.digest.name) as went:
                    filters = filters_of(item.digest, self._desk, now=now)
                    made = self._make_digest(reader, config, item.digest, filters, item.span)
                    self.outbox.put(digest_letters(item, made, config), now=now)
                    event("digest", digest=item.digest.name, slot=item.slot.name)
                if not went:
                    self._digest_again = now + _AGAIN
        finally:
            reader.close()


@contextlib.contextmanager
def _logged(what: str, **fields: str) -> Iterator[list[bool]]:
    """Log an error that is raised in the block, and go on; what it gives is true where none is."""
    went: list[bool] = []
    try:
        yield went
    except Exception as error:  # one that cannot be told leaves the others
        known = isinstance(error, MonitorError)
        event(what, level=40, **fields, error=error if known else repr(error))
    else:
        went.append(True)

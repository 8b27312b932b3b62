"""The courier as the ingest job has it: with the watchlist's file, the network and the digests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from monitor.config import Config, load_config
from monitor.config.sending import Channel, Digest
from monitor.filters import Filters
from monitor.ingest.service import allowed_hosts
from monitor.models import Message
from monitor.reports.courier import Courier, MakeDigest
from monitor.reports.delivery import deliver
from monitor.reports.digest import digest_message, digest_sheet
from monitor.reports.digest_span import Span
from monitor.reports.export import found_by
from monitor.store.folder import DataFolder, stamp_of
from monitor.store.letters import Posted
from monitor.store.reader import Reader


def courier_of(folder: DataFolder, watchlist: Path) -> Courier:
    """The courier of a folder, that follows the watchlist's file."""
    return Courier(folder, _follow(watchlist), send=send, make_digest=_digests(folder))


def _follow(watchlist: Path) -> Callable[[], Config]:
    """The watchlist, read again when its file changes."""
    seen: tuple[int, int] | None = None
    config: Config | None = None

    def load() -> Config:
        nonlocal seen, config
        stamp = stamp_of(watchlist)
        if config is None or stamp != seen:
            config, seen = load_config(watchlist), stamp
        return config

    return load


def send(row: Posted, channel: Channel, config: Config, now: datetime) -> str:
    """Hand a message over, by the hosts that this process allows."""
    return deliver(row, channel, config, now=now, allow_hosts=allowed_hosts())


def _digests(folder: DataFolder) -> MakeDigest:
    def make(
        reader: Reader, config: Config, digest: Digest, filters: Filters, span: Span
    ) -> Message:
        sheet = digest_sheet(
            reader, config, name=digest.name, filters=filters, span=span,
            base=config.team.dashboard, asked=f"the schedule “{digest.every.text}”",
            found=found_by(folder, reader, filters.query),
        )  # fmt: skip
        return digest_message(sheet, span.now.astimezone(config.tz).date(), pdf=digest.pdf)

    return make

"""Dates decided again where the watchlist says otherwise since when an outlet is there.

A date before its outlet was founded is refused; with another `founded`, or none, it can be right
after all, or one that was kept can be wrong. The page that an article was taken from is in the
archive, and says again what it said. Where no page is, what is left is the day that was noted as
refused, or the date that was kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from monitor.config import Config
from monitor.ingest.archive import Archive
from monitor.ingest.decide import FEED
from monitor.ingest.extract.dates import BEFORE_FOUNDING, first_possible, precedes
from monitor.ingest.extract.sources import refused
from monitor.ingest.improve import improved
from monitor.ingest.prepare import Prepared
from monitor.ingest.renew import read_again
from monitor.models import DateConfidence
from monitor.store import passes
from monitor.store.articles import known_articles
from monitor.store.placing import NewDate, set_dates
from monitor.store.rereading import Present, dated_before, present, sources_of

_FOUNDED = "founded"  # setting: what the dates here are decided by, JSON of outlet → founding
_BATCH = 100  # articles read and committed together
_NOTED = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}) \(([^)]*)\): {re.escape(BEFORE_FOUNDING)}")


def redate(archive: Archive, *, now: datetime) -> int:
    """Decide dates by the present watchlist; how many articles were looked at.

    Cut short, it begins again. An archive of an earlier version is looked at once.
    """
    wanted = _founded(archive.config)
    before = json.loads(passes.setting(archive.connection, _FOUNDED) or "{}")
    if wanted == before:
        return 0
    seen = 0
    for outlet in sorted(wanted.keys() | before.keys()):
        if wanted.get(outlet) != before.get(outlet):
            seen += _outlet(archive, outlet, now)
    passes.set_setting(archive.connection, _FOUNDED, json.dumps(wanted))
    return seen


def _founded(config: Config) -> dict[str, str]:
    return {o.name.lower(): f"{o.founded_at:%Y-%m-%d}" for o in config.outlet if o.founded_at}


def _outlet(archive: Archive, name: str, now: datetime) -> int:
    founded = next((o.founded_at for o in archive.config.outlet if o.name.lower() == name), None)
    keys = dated_before(
        archive.connection, name, first_possible(founded) if founded else None,
        note=BEFORE_FOUNDING,
    )  # fmt: skip
    for start in range(0, len(keys), _BATCH):
        _batch(archive, keys[start : start + _BATCH], founded, now)
    return len(keys)


def _batch(archive: Archive, keys: Sequence[str], founded: datetime | None, now: datetime) -> None:
    there = present(archive.connection, keys)
    captures = {key: one.capture for key, one in known_articles(archive.connection, keys).items()}
    again = read_again(archive.folder, archive.workers, there, captures, now=now)
    pairs: dict[int, tuple[Present, Prepared]] = {}
    for key, item in again.items():
        draft = improved(there[key], item.draft)
        if draft is not None:
            pairs[there[key].article_id] = (there[key], replace(item, draft=draft))
    archive.reread(list(pairs.values()), now=now)
    # What no page tells.
    left = [one for one in present(archive.connection, keys).values()
            if one.published_at is None or precedes(one.published_at, founded)]  # fmt: skip
    noted = sources_of(archive.connection, [one.article_id for one in left])
    dates = {}
    for one in left:
        date = _date(one, dict(noted[one.article_id]), founded)
        if date is not None:
            dates[one.article_id] = date
    set_dates(archive.connection, dates)


def _date(one: Present, sources: dict[str, str], founded: datetime | None) -> NewDate | None:
    """The date that an article without a page gets; None where it stays as it is."""
    said = sources.get("refused", "")
    if one.published_at is not None:
        note = refused(f"{one.published_at:%Y-%m-%d}", sources.pop("date", FEED), BEFORE_FOUNDING)
        sources["refused"] = "; ".join(filter(None, (said, note)))
        return NewDate(None, DateConfidence.NONE, sources)
    for match in _NOTED.finditer(said):
        # Only its day was noted.
        day = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
        if not precedes(day, founded):
            rest = [note for note in said.split("; ") if note != match[0]]
            sources |= {"date": match[2], "refused": "; ".join(rest)}
            return NewDate(day, DateConfidence.DAY, {k: v for k, v in sources.items() if v})
    return None

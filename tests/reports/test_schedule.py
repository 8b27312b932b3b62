"""Which days scheduled digests tell of: every day in one, whatever days they come on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.config import Config, parse_config
from monitor.models import Message
from monitor.reports.digest_span import MOST, Span
from monitor.reports.schedule import digest_letters, due_digests
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.outbox import Outbox
from monitor.store.told import AlertMemory


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def watchlist(every: str, *, to: str = '"team"') -> Config:
    return parse_config(f"""
        [team]
        timezone = "Europe/Berlin"
        [[channel]]
        name = "team"
        kind = "slack"
        url = "https://hooks.example/team"
        [[channel]]
        name = "press"
        kind = "slack"
        url = "https://hooks.example/press"
        [[digest]]
        name = "Morning"
        every = "{every}"
        to = [{to}]
    """)


class Job:
    """Looks whether the digest is due, and puts it into the outbox."""

    def __init__(self, root: Path, config: Config) -> None:
        desk = Desk(DataFolder(root))
        self.outbox, self.memory, self.config = Outbox(desk), AlertMemory(desk), config

    def look(self, now: datetime) -> Span | None:
        found = None
        for due in due_digests(self.config, self.outbox, self.memory, now=now):
            found = due.span
            self.outbox.put(digest_letters(due, Message("x", "x"), self.config), now=now)
        return found

    def run(self, begins: datetime, *, days: int) -> list[Span]:
        looks = (self.look(begins + timedelta(hours=n)) for n in range(24 * days))
        return [span for span in looks if span]


@pytest.mark.parametrize(
    ("every", "lengths"),
    [
        ("weekdays 07:30", {0: 3, 1: 1, 2: 1, 3: 1, 4: 1}),
        ("daily 02:30", dict.fromkeys(range(7), 1)),
        ("monday, thursday 08:00", {0: 4, 3: 3}),
        ("monday 08:00", {0: 7}),
    ],
)
@pytest.mark.parametrize(
    "begins", ["2025-03-19T12:00+01:00", "2025-10-15T12:00+02:00", "2025-12-24T12:00+01:00"]
)  # over both changes of the clocks, and the turn of the year
def test_every_day_is_in_one_digest(
    tmp_path: Path, every: str, lengths: dict[int, int], begins: str
) -> None:
    spans = Job(tmp_path, watchlist(every)).run(at(begins), days=22)
    told = [s.since + timedelta(days=n) for s in spans for n in range(s.days)]
    assert told == [told[0] + timedelta(days=n) for n in range(len(told))]
    assert {(s.until + timedelta(days=1)).weekday(): s.days for s in spans} == lengths
    for before, span in pairwise(spans):
        assert span.before == before.now


def test_days_of_missed_digests_are_in_the_next_up_to_a_week(tmp_path: Path) -> None:
    job = Job(tmp_path, watchlist("weekdays 07:30"))
    assert job.look(at("2025-03-24T07:00+01:00")) is None  # a Monday; it begins then
    first = job.look(at("2025-03-24T07:31+01:00"))
    assert first
    assert (first.since, first.until) == (date(2025, 3, 21), date(2025, 3, 23))
    late = job.look(at("2025-03-28T18:00+01:00"))  # three were missed
    assert late
    assert (late.since, late.until) == (date(2025, 3, 24), date(2025, 3, 27))
    assert (late.now, late.before) == (at("2025-03-28T07:30+01:00"), first.now)
    later = job.look(at("2025-04-30T07:30+02:00"))
    assert later
    assert (later.days, later.until) == (MOST, date(2025, 4, 29))


def test_another_channel_makes_no_day_come_twice(tmp_path: Path) -> None:
    job = Job(tmp_path, watchlist("daily 07:30"))
    assert len(job.run(at("2025-03-24T00:00+01:00"), days=3)) == 3
    job.config = watchlist("daily 07:30", to='"press", "team"')
    assert [span.days for span in job.run(at("2025-03-27T00:00+01:00"), days=2)] == [1, 1]

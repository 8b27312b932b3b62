"""Sending from the outbox: in order, again where it failed, within quiet hours and caps."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import Config, parse_config
from monitor.config.sending import Channel
from monitor.errors import DeliveryError
from monitor.models import Message
from monitor.reports.delivery import deliver
from monitor.reports.posting import GIVE_UP, drop_unknown, recover, trial_letter, work_off
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.letters import Letter, Posted
from monitor.store.outbox import Outbox
from tests.reports.conftest import NOW
from tests.server import LocalServer, Reply, Request

HOUR = timedelta(hours=1)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def watchlist(url: str, *, allow: str = "", alert: str = "") -> Config:
    return parse_config(
        f'''
        [team]
        timezone = "Europe/Berlin"
        [fetch]
        allow_hosts = {json.dumps([allow] if allow else [])}
        [[channel]]
        name = "team"
        kind = "slack"
        url = "{url}"
        timeout = 2
        [[alert]]
        name = "Norvane"
        when = ["spike"]
        to = ["team"]
        {alert}
        '''
    )


def letter(
    n: int, *, channel: str = "team", kind: str = "alert", source: str = "Norvane"
) -> Letter:
    message = Message(f"Story {n}", f"Story {n}\n\nA reason {n}.\n\nMore.", link=f"http://d/{n}")
    return Letter(f"{channel} {n}", channel, kind, source, message)  # type: ignore[arg-type]


class Team:
    """An outbox, a receiver that notes what it was sent, and a clock."""

    def __init__(self, folder: DataFolder, server: LocalServer, alert: str = "") -> None:
        self.server, self.clock = server, Clock()
        self.outbox = Outbox(Desk(folder))
        self.config = watchlist(server.url("/hook"), allow=server.netloc, alert=alert)
        self.answers: list[Reply] = []
        self.taken: list[str] = []
        server.routes["/hook"] = self._answer

    def _answer(self, request: Request) -> Reply:
        reply = self.answers.pop(0) if self.answers else Reply(b"ok")
        if reply.status == 200 and not reply.delay:
            self.taken.append(json.loads(request.body)["blocks"][0]["text"]["text"])
        return reply

    def put(self, *numbers: int, **more: str) -> None:
        self.outbox.put([letter(n, **more) for n in numbers], now=self.clock())

    def work(self) -> int:
        return work_off(
            self.outbox, self.config.channel[0], self.config, send=send, clock=self.clock
        )

    def states(self) -> list[str]:
        return [row.state for row in sorted(self.outbox.newest(), key=lambda row: row.id)]


def send(row: Posted, channel: Channel, config: Config, now: datetime) -> str:
    return deliver(row, channel, config, now=now)


MakeTeam = Callable[..., Team]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[MakeTeam]:
    with LocalServer() as server:
        yield lambda alert="": Team(DataFolder(tmp_path), server, alert)


def test_what_is_put_in_twice_is_sent_once_and_in_order(team: MakeTeam) -> None:
    box = team()
    box.put(1, 2)
    box.put(2, 3, 1)
    assert box.work() == 3
    assert box.taken == ["Story 1", "Story 2", "Story 3"]
    assert box.work() == 0
    assert box.states() == ["sent"] * 3
    [newest, *_] = box.outbox.newest()
    assert (newest.sent_at, newest.attempts) == (NOW, 1)


def test_one_that_fails_holds_the_ones_behind_it(team: MakeTeam) -> None:
    box = team()
    box.answers = [Reply(b"ok"), Reply(b"down", 503), Reply(b"down", 503)]
    box.put(1, 2, 3)
    assert box.work() == 1
    assert box.taken == ["Story 1"]
    assert box.work() == 0  # not before its time
    assert len(box.server.requests) == 2
    box.clock.now += timedelta(seconds=60)
    assert box.work() == 0
    waits = box.outbox.due("team", now=box.clock() + HOUR)
    assert waits is not None
    assert (waits.attempts, waits.error) == (2, "the receiver answered 503: down")
    # Each wait is about twice the one before.
    assert 45 <= (waits.next_at - box.clock()).total_seconds() <= 75
    box.clock.now = waits.next_at
    assert box.work() == 2
    assert box.taken == ["Story 1", "Story 2", "Story 3"]


@pytest.mark.slow
def test_a_receiver_that_stalls_is_tried_again(team: MakeTeam) -> None:
    box = team()
    box.answers = [Reply(b"ok", delay=5)]
    box.put(1)
    assert box.work() == 0
    box.clock.now += timedelta(minutes=1)
    assert box.work() == 1
    assert box.taken == ["Story 1"]


@pytest.mark.parametrize(("asked", "waits"), [("600", 600), ("999999", 6 * 3600)])
def test_a_receiver_is_left_alone_as_long_as_it_asks(
    team: MakeTeam, asked: str, waits: float
) -> None:
    box = team()
    box.answers = [Reply(b"", 429, headers={"Retry-After": asked})]
    box.put(1)
    assert box.work() == 0
    box.clock.now += timedelta(seconds=waits - 1)
    assert box.work() == 0
    assert len(box.server.requests) == 1
    box.clock.now += timedelta(seconds=1)
    assert box.work() == 1


def test_a_message_at_fault_is_given_up_and_holds_nobody(team: MakeTeam) -> None:
    box = team()
    box.answers = [Reply(b"invalid_payload", 400)]
    box.put(1, 2)
    assert box.work() == 1
    assert box.taken == ["Story 2"]
    assert box.states() == ["given up", "sent"]
    [given_up] = [row for row in box.outbox.newest() if row.state == "given up"]
    assert box.outbox.again(given_up.id, now=box.clock()) == 1
    assert box.work() == 1
    assert box.taken == ["Story 2", "Story 1"]


def test_after_two_days_it_is_given_up(team: MakeTeam) -> None:
    box = team()
    box.answers = [Reply(b"", 500)] * 500
    box.put(1)
    began, tries = box.clock(), 0
    while "waiting" in box.states():
        row = box.outbox.due("team", now=box.clock() + 2 * HOUR)
        assert row is not None
        assert row.next_at - box.clock() <= 1.25 * HOUR
        box.clock.now = max(row.next_at, box.clock())
        box.work()
        tries += 1
    assert box.states() == ["given up"]
    assert GIVE_UP - 2 * HOUR <= box.clock() - began <= GIVE_UP
    assert 45 <= tries <= 75


def test_failed_ones_can_be_hurried(team: MakeTeam) -> None:
    box = team()
    box.answers = [Reply(b"", 500)]
    box.put(1)
    box.work()
    assert box.outbox.hurry(now=box.clock()) == 1
    assert box.work() == 1


def test_a_test_waits_for_nobody_and_is_tried_once(team: MakeTeam) -> None:
    box = team()
    box.answers = [Reply(b"", 500), Reply(b"no", 500), Reply(b"ok")]
    box.put(1)
    box.work()
    for _ in range(2):
        box.outbox.put([trial_letter(box.config.channel[0], box.config, now=box.clock())],
                       now=box.clock())  # fmt: skip
        box.work()
    assert box.states() == ["waiting", "given up", "sent"]
    assert box.taken == ["Media Monitor: a test"]


def test_quiet_hours_hold_alerts_and_tell_them_as_one(team: MakeTeam) -> None:
    box = team('quiet = "22:00-07:00"')
    box.clock.now = datetime.fromisoformat("2025-03-29T23:00+01:00")
    box.put(1, 2, 3)
    box.put(4, kind="digest", source="Morning")
    assert box.work() == 1  # a digest is sent at the hour that was asked for
    assert box.taken == ["Story 4"]
    box.clock.now = datetime.fromisoformat("2025-03-30T06:59+02:00")  # the clocks went forward
    assert box.work() == 0
    box.clock.now = datetime.fromisoformat("2025-03-30T07:00+02:00")
    box.put(5)
    assert box.work() == 2
    assert box.taken == ["Story 4", "Norvane: 3 while it was held back", "Story 5"]
    assert box.states() == ["sent", "folded", "folded", "sent", "sent"]
    said = json.loads(box.server.requests[-2].body)["blocks"]
    assert "quiet hours 22:00–07:00" in said[1]["text"]["text"]
    assert said[2]["text"]["text"] == "Story 1\nA reason 1.\nhttp://d/1"


def test_one_alone_that_was_held_is_told_as_it_is(team: MakeTeam) -> None:
    box = team('quiet = "22:00-07:00"')
    box.clock.now = datetime.fromisoformat("2025-03-29T23:00+01:00")
    box.put(1)
    box.work()
    box.clock.now += 9 * HOUR
    assert box.work() == 1
    assert box.taken == ["Story 1"]


def test_a_try_again_minds_quiet_hours_too(team: MakeTeam) -> None:
    box = team('quiet = "22:00-07:00"')
    box.clock.now = datetime.fromisoformat("2025-03-20T21:59:50+01:00")
    box.answers = [Reply(b"", 500)]
    box.put(1)
    box.work()
    box.clock.now += HOUR
    assert box.work() == 0
    assert len(box.server.requests) == 1
    box.clock.now += 9 * HOUR
    assert box.work() == 1


def test_a_cap_counts_days_of_the_team(team: MakeTeam) -> None:
    box = team("most_a_day = 2")
    box.clock.now = datetime.fromisoformat("2025-03-20T00:30+01:00")  # the 19th in UTC
    box.put(1, 2, 3, 4)
    assert box.work() == 2
    box.clock.now = datetime.fromisoformat("2025-03-20T23:59+01:00")
    box.put(5)
    assert box.work() == 0
    box.clock.now = datetime.fromisoformat("2025-03-21T07:00+01:00")
    assert box.work() == 1
    box.put(6, 7)
    assert box.work() == 1
    assert box.taken == ["Story 1", "Story 2", "Norvane: 3 while it was held back", "Story 6"]


@pytest.mark.slow
@settings(max_examples=12)
@given(steps=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 400)), max_size=12),
       cap=st.integers(1, 4))  # fmt: skip
def test_no_day_has_more_than_its_cap_and_nothing_is_lost(
    steps: list[tuple[int, int]], cap: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever comes when; the receiver here is a list, for it is asked thousands of times."""
    taken: list[tuple[datetime, Posted]] = []
    outbox = Outbox(Desk(DataFolder(tmp_path_factory.mktemp("cap"))))
    config = watchlist("https://h.example/", alert=f'most_a_day = {cap}\nquiet = "22:00-06:00"')
    clock, number = Clock(), 0
    take: Callable[..., str] = lambda row, *_: taken.append((clock(), row)) or ""  # noqa: E731
    for count, minutes in [*steps, *[(0, 5 * 60)] * 12]:
        outbox.put([letter(number + n) for n in range(count)], now=clock())
        number += count
        work_off(outbox, config.channel[0], config, send=take, clock=clock)
        clock.now += timedelta(minutes=minutes)
    work_off(outbox, config.channel[0], config, send=take, clock=clock)
    local = [at.astimezone(config.tz) for at, _ in taken]
    assert all(sum(a.date() == b.date() for a in local) <= cap for b in local)
    assert all(6 <= at.hour < 22 for at in local)
    told = "\n".join(row.letter.message.subject + row.letter.message.text for _, row in taken)
    assert all(f"Story {n}" in told for n in range(min(number, 15)))
    assert not any(row.state == "waiting" for row in outbox.newest(limit=1000))


def test_what_was_cut_off_at_slack_is_not_doubled_but_said(team: MakeTeam) -> None:
    box = team()
    box.put(1, 2)
    row = box.outbox.due("team", now=box.clock())
    assert row is not None
    assert box.outbox.claim(row, now=box.clock())
    assert not box.outbox.claim(row, now=box.clock())  # nobody else can have it
    for _ in range(2):
        recover(box.outbox, box.config, now=box.clock())
    box.work()
    assert box.taken == ["Story 2", "Media Monitor: one message may be missing"]
    assert box.states() == ["unsure", "sent", "sent"]


def test_channels_that_are_gone_are_given_up(team: MakeTeam) -> None:
    box = team()
    box.put(1, 2, channel="old")
    drop_unknown(box.outbox, box.config, now=box.clock())
    assert box.states() == ["given up", "given up"]
    assert box.outbox.newest()[0].error == "there is no channel 'old' in the watchlist"


def test_a_fault_in_sending_is_a_failed_try(team: MakeTeam) -> None:
    box = team()
    box.put(1)

    def broken(*_: object) -> str:
        raise ZeroDivisionError("oops")

    work_off(box.outbox, box.config.channel[0], box.config, send=broken, clock=box.clock)
    row = box.outbox.find("team 1")
    assert row is not None
    assert (row.state, row.attempts) == ("waiting", 1)
    assert "oops" in row.error


def test_another_desk_has_other_identities(tmp_path: Path) -> None:
    """Else a receiver would take one installation's digest for another's, and drop it."""
    found = []
    for name in ("ours", "theirs"):
        for _ in range(2):  # opened again, it is the same
            box = Outbox(Desk(DataFolder(tmp_path / name)))
            box.put([letter(1)], now=NOW)
            row = box.find("team 1")
            assert row is not None
            found.append(row.identity)
    assert found[0] == found[1] != found[2] == found[3]


def test_two_at_once_send_everything_once(team: MakeTeam) -> None:
    box = team()
    box.put(*range(20))
    threads = [threading.Thread(target=box.work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(box.taken) == sorted(f"Story {n}" for n in range(20))


def test_what_was_dealt_with_is_dropped_in_time(team: MakeTeam) -> None:
    box = team()
    box.put(1)
    box.work()
    box.put(2)
    assert box.outbox.forget(now=box.clock() + timedelta(days=99)) == 0
    assert box.outbox.forget(now=box.clock() + timedelta(days=101)) == 1
    assert box.states() == ["waiting"]


def test_an_error_of_delivery_says_whether_to_try_again() -> None:
    assert DeliveryError("x", hopeless=True).hopeless
    assert DeliveryError("x", retry_after=3).retry_after == 3

"""The courier: digests at their hours over a change of the clocks; alerts, delivery, and stops."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from pathlib import Path

import pytest

from monitor.config import Config, parse_config
from monitor.config.sending import Channel, Digest
from monitor.errors import ConfigError
from monitor.filters import Filters
from monitor.models import Message
from monitor.reports.courier import Courier
from monitor.reports.delivery import deliver
from monitor.reports.digest_span import Span
from monitor.store.folder import DataFolder
from monitor.store.letters import Posted
from monitor.store.outbox import holding
from monitor.store.reader import Reader
from tests.archive import SEEN, Piece, build_archive
from tests.reports.test_posting import Clock
from tests.server import LocalServer, Reply, Request

pytestmark = pytest.mark.slow  # a database is made and published for each
PIECES = [
    Piece("Norvane shuts plant", "Harbour Ledger", SEEN - timedelta(hours=1), "It shuts.",
          {"Norvane": True})
]  # fmt: skip


def watchlist(server: LocalServer, sections: str = "", *, zone: str = "Europe/Berlin") -> Config:
    return parse_config(
        f'''
        [team]
        timezone = "{zone}"
        [fetch]
        allow_hosts = ["{server.netloc}"]
        [[company]]
        name = "Norvane"
        [[outlet]]
        name = "Harbour Ledger"
        domain = "harbourledger.example"
        tier = 1
        [[channel]]
        name = "team"
        kind = "slack"
        url = "{server.url("/team")}"
        timeout = 30
        [[channel]]
        name = "press"
        kind = "slack"
        url = "{server.url("/press")}"
        {sections}
        '''
    )


DIGESTS = """
[[digest]]
name = "Morning"
every = "weekdays 07:30"
to = ["team", "press"]
[[digest]]
name = "Night"
every = "daily 02:30"
to = ["team"]
[[digest]]
name = "Week"
every = "monday 08:00"
to = ["press"]
companies = ["Norvane"]
"""
ALERT = '[[alert]]\nname = "Watch"\nwhen = ["first-tier-1"]\nto = ["team", "press"]\n'


def send(row: Posted, channel: Channel, config: Config, now: datetime) -> str:
    return deliver(row, channel, config, now=now)


def brief(reader: Reader, config: Config, digest: Digest, filters: Filters, span: Span) -> Message:
    """A digest that says when it is of."""
    local = span.now.astimezone(config.tz)
    return Message(f"{digest.name} {local:%Y-%m-%d %H:%M%z} {','.join(filters.companies)}", "x")


def subjects(server: LocalServer, path: str) -> list[str]:
    return [
        json.loads(request.body)["blocks"][0]["text"]["text"].strip()
        for request in server.requests if request.path == path
    ]  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("begins", "changes", "night"),
    [
        # Forward on 30 March, when 02:30 is not; back on 26 October, when it comes twice.
        ("2025-03-23T12:00+01:00", "2025-03-30", "2025-03-30 03:30+0200"),
        ("2025-10-19T12:00+02:00", "2025-10-26", "2025-10-26 02:30+0200"),
    ],
)
def test_a_fortnight_over_a_change_of_the_clocks(
    tmp_path: Path, begins: str, changes: str, night: str
) -> None:
    folder = build_archive(tmp_path, PIECES)
    with LocalServer() as server:
        for path in ("/team", "/press"):
            server.add(path, "ok")
        config, clock = watchlist(server, DIGESTS), Clock(at(begins))
        courier = Courier(folder, lambda: config, send=send, make_digest=brief, clock=clock)
        sent: list[datetime] = []
        while clock.now < at(begins) + timedelta(days=14):
            sent += [clock.now] * courier.once()
            clock.now += timedelta(minutes=10)
        team, press = subjects(server, "/team"), subjects(server, "/press")
    days = [(at(begins) + timedelta(days=n)).date() for n in range(1, 15)]
    mornings = [f"Morning {d}" for d in days if d.weekday() < 5]
    assert [s[:18] for s in team if s.startswith("Morning")] == mornings
    assert len(mornings) == 10
    assert all(" 07:30" in s for s in team if s.startswith("Morning"))
    nights = [s for s in team if s.startswith("Night")]
    assert [s[6:16] for s in nights] == [str(d) for d in days]
    assert f"Night {night}" in nights
    assert all(" 02:30" in s for s in nights if changes not in s)
    assert [s for s in press if s.startswith("Week")] == [
        f"Week {datetime.combine(d, hour(8), config.tz):%Y-%m-%d %H:%M%z} Norvane"
        for d in days if d.weekday() == 0
    ]  # fmt: skip
    assert len(sent) == len(team) + len(press) == 10 * 2 + 14 + 2
    # Each within ten minutes of its hour.
    assert {f"{moment.astimezone(config.tz):%H:%M}" for moment in sent} <= {
        "02:30", "03:30", "07:30", "08:00"
    }  # fmt: skip


def test_missed_digests_are_made_up_once(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, PIECES)
    with LocalServer() as server:
        for path in ("/team", "/press"):
            server.add(path, "ok")
        config, clock = watchlist(server, DIGESTS), Clock(at("2025-03-24T12:00+01:00"))
        Courier(folder, lambda: config, send=send, make_digest=brief, clock=clock).once()
        assert server.requests == []  # what was due before it was there is not
        clock.now = at("2025-03-29T12:00+01:00")  # five days later, the job runs again
        for _ in range(3):
            Courier(folder, lambda: config, send=send, make_digest=brief, clock=clock).once()
        assert subjects(server, "/team") == [
            "Morning 2025-03-28 07:30+0100", "Night 2025-03-29 02:30+0100"
        ]  # fmt: skip
        assert subjects(server, "/press") == ["Morning 2025-03-28 07:30+0100"]


def test_a_digest_that_fails_is_made_later_and_holds_up_no_other(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, PIECES)
    tries: list[datetime] = []
    with LocalServer() as server:
        for path in ("/team", "/press"):
            server.add(path, "ok")
        config, clock = watchlist(server, DIGESTS), Clock(at("2025-03-24T01:00+01:00"))

        def sometimes(*asked: object) -> Message:
            if asked[2].name == "Morning":  # type: ignore[attr-defined]
                tries.append(clock.now)
                if len(tries) < 3:
                    raise RuntimeError("not yet")
            return brief(*asked)  # type: ignore[arg-type]

        courier = Courier(folder, lambda: config, send=send, make_digest=sometimes, clock=clock)
        courier.once()
        while clock.now < at("2025-03-24T09:00+01:00"):
            clock.now += timedelta(minutes=1)
            courier.once()
        assert subjects(server, "/team") == [
            "Night 2025-03-24 02:30+0100", "Morning 2025-03-24 07:30+0100"
        ]  # fmt: skip
        assert [t - tries[0] for t in tries] == [timedelta(minutes=m) for m in (0, 10, 20)]


def test_alerts_are_told_after_a_generation_and_only_then(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, PIECES)
    with LocalServer() as server:
        for path in ("/team", "/press"):
            server.add(path, "ok")
        config, clock = watchlist(server, ALERT), Clock(SEEN - timedelta(minutes=1))
        courier = Courier(folder, lambda: config, send=send, clock=clock)
        assert courier.once() == 2
        again = Courier(folder, lambda: config, send=send, clock=clock)
        assert again.once() == 0
        assert subjects(server, "/team") == ["Watch: Norvane shuts plant"]
        assert subjects(server, "/press") == ["Watch: Norvane shuts plant"]


def test_without_an_archive_or_with_a_mistake_nothing_happens(tmp_path: Path) -> None:
    with LocalServer() as server:
        config = watchlist(server, ALERT + DIGESTS)

        def wrong() -> Config:
            raise ConfigError("watchlist.toml:1: x is not a known key")

        assert Courier(DataFolder(tmp_path), wrong, send=send, make_digest=brief).once() == 0
        clock = Clock(at("2025-03-24T01:00+01:00"))
        courier = Courier(DataFolder(tmp_path), lambda: config, send=send, make_digest=brief,
                          clock=clock)  # fmt: skip
        assert courier.once() == 0
        clock.now = at("2025-03-24T12:00+01:00")
        assert courier.once() == 0
        assert server.requests == []


def test_an_alert_that_cannot_be_told_leaves_the_others(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, PIECES)
    with LocalServer() as server:
        for path in ("/team", "/press"):
            server.add(path, "ok")
        lost = '[[alert]]\nname = "Lost"\nview = "gone"\nwhen = ["spike"]\nto = ["team"]\n'
        config, clock = watchlist(server, lost + ALERT), Clock(SEEN - timedelta(minutes=1))
        assert Courier(folder, lambda: config, send=send, clock=clock).once() == 2


def test_only_one_sends_from_a_folder(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, PIECES)
    with LocalServer() as server, holding(folder) as ours:
        assert ours
        config, clock = watchlist(server, ALERT), Clock(SEEN - timedelta(minutes=1))
        assert Courier(folder, lambda: config, send=send, clock=clock).once() == 0
        assert server.requests == []


def test_a_slow_channel_holds_up_no_other_and_the_job_ends(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, PIECES)
    came = threading.Event()

    def press(_: Request) -> Reply:
        came.set()
        return Reply(b"ok")

    with LocalServer() as server:
        server.routes["/team"] = Reply(b"ok", delay=60)
        server.routes["/press"] = press
        config, stop = watchlist(server, ALERT), threading.Event()
        clock = Clock(SEEN - timedelta(minutes=1))
        courier = Courier(folder, lambda: config, send=send, clock=clock)
        job = threading.Thread(target=courier.run, args=(stop,))
        job.start()
        assert came.wait(10)
        began = time.monotonic()
        stop.set()
        job.join(20)
        assert not job.is_alive()
        assert time.monotonic() - began < 15


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_sender_that_dies_is_noticed_and_one_that_lives_is_left(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, PIECES)
    tries: list[str] = []

    def dies_once(row: Posted, channel: Channel, config: Config, now: datetime) -> str:
        tries.append(channel.name)
        if channel.name == "team" and tries.count("team") == 1:
            raise SystemExit  # the thread ends as if it was killed
        return deliver(row, channel, config, now=now)

    with LocalServer() as server:
        server.add("/team", "ok")
        server.routes["/press"] = Reply(b"ok", delay=6)  # for several looks
        config, stop = watchlist(server, ALERT), threading.Event()
        clock = Clock(SEEN - timedelta(minutes=1))
        courier = Courier(folder, lambda: config, send=dies_once, clock=clock)
        job = threading.Thread(target=courier.run, args=(stop,))
        job.start()
        end = time.monotonic() + 30
        while time.monotonic() < end:
            states = [row.state for row in courier.outbox.newest()]
            if len(states) == 3 and not {"waiting", "sending"} & set(states):
                break
            time.sleep(0.2)
        found = sorted((r.letter.channel, r.letter.kind, r.state) for r in courier.outbox.newest())
        stop.set()
        job.join(20)
    assert found == [
        ("press", "alert", "sent"), ("team", "alert", "unsure"), ("team", "notice", "sent")
    ]  # fmt: skip
    assert subjects(server, "/press") == ["Watch: Norvane shuts plant"]
    assert subjects(server, "/team") == ["Media Monitor: one message may be missing"]


def test_an_error_in_the_loop_is_not_its_end(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, PIECES)
    calls: list[int] = []
    stop = threading.Event()
    with LocalServer() as server:
        config = watchlist(server)

        def load() -> Config:
            calls.append(1)
            if len(calls) == 1:
                raise ZeroDivisionError
            stop.set()
            return config

        Courier(folder, load, send=send).run(stop)
    assert len(calls) > 1

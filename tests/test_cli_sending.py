"""`alerts` and `outbox`: what they say, and that a test goes out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.commands.courier import courier_of
from monitor.config import parse_config
from monitor.store.folder import DataFolder
from tests.archive import SEEN, Piece, build_archive
from tests.server import LocalServer, Reply
from tests.test_cli import Run, lines

SECTIONS = """
[[company]]
name = "Norvane"
[[outlet]]
name = "Harbour Ledger"
domain = "harbourledger.example"
tier = 1
[[channel]]
name = "team"
kind = "slack"
url = "{url}"
[[channel]]
name = "ours"
kind = "webhook"
url_env = "NOT_SET_HERE"
secret_env = "NOR_THIS"
[[alert]]
name = "Watch"
when = ["first-tier-1"]
to = ["team"]
[[digest]]
name = "Morning"
every = "daily 07:30"
to = ["ours"]
"""
pytestmark = pytest.mark.slow


@pytest.fixture
def monitor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    return Run(tmp_path, monkeypatch, capfd)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    with LocalServer() as found:
        found.add("/hook", "ok")
        monkeypatch.setenv("MONITOR_ALLOW_HOSTS", found.netloc)
        yield found


def write(monitor: Run, server: LocalServer) -> None:
    monitor.watchlist.write_text(SECTIONS.format(url=server.url("/hook")))


def test_alerts_are_listed_and_tried(monitor: Run, server: LocalServer) -> None:
    write(monitor, server)
    piece = Piece("Norvane shuts plant", "Harbour Ledger", SEEN, "It shuts.", {"Norvane": True})
    build_archive(monitor.data, [piece], watchlist=parse_config(monitor.watchlist.read_text()))
    done = monitor("alerts", "list")
    assert done.stdout.splitlines() == [
        "alert Watch: first-tier-1  → team", "digest Morning: daily 07:30  → ours",
        "channel team: slack", "channel ours: webhook  (not set here: NOT_SET_HERE, NOR_THIS)",
    ]  # fmt: skip
    done = monitor("alerts", "try", "WATCH")
    assert done.stdout.splitlines() == [
        "2025-04-10 12:00  Norvane shuts plant",
        "    Harbour Ledger is the first tier-1 outlet that carries it",
    ]
    assert "1 alerts in the 14 days to 2025-04-11 00:00" in done.stderr
    assert server.requests == []
    done = monitor("alerts", "try", "Wach")
    assert (done.returncode, "there is no alert 'Wach'" in done.stderr) == (2, True)


def test_a_test_is_sent_and_listed(monitor: Run, server: LocalServer) -> None:
    write(monitor, server)
    done = monitor("alerts", "test", "team")
    assert (done.returncode, done.stderr) == (0, "sent\n")
    [said] = lines(monitor("outbox", "--json").stdout)
    assert (said["state"], said["channel"], said["kind"]) == ("sent", "team", "test")
    done = monitor("alerts", "test", "ours")
    assert done.returncode == 1
    assert "the environment variable NOT_SET_HERE is not set" in done.stderr
    done = monitor("outbox")
    assert "given up" in done.stdout
    server.routes["/hook"] = Reply(b"no such hook", 404)
    done = monitor("alerts", "test", "team")
    assert "the receiver answered 404: no such hook" in done.stderr


def test_a_test_goes_through_the_job_where_that_sends(
    monitor: Run,
    server: LocalServer,
) -> None:
    write(monitor, server)
    stop = threading.Event()
    courier = courier_of(DataFolder(monitor.data), monitor.watchlist)
    job = threading.Thread(target=courier.run, args=(stop,))
    job.start()
    try:
        assert monitor("alerts", "test", "team").returncode == 0
    finally:
        stop.set()
        job.join(20)
    assert server.count("/hook") == 1


def test_what_was_given_up_is_sent_again(monitor: Run, server: LocalServer) -> None:
    write(monitor, server)
    server.routes["/hook"] = Reply(b"", 500)
    assert monitor("alerts", "test", "team").returncode == 1
    server.add("/hook", "ok")
    done = monitor("outbox", "--again", "7")
    assert (done.returncode, "message 7 was not given up" in done.stderr) == (2, True)
    assert monitor("outbox", "--again", "1").returncode == 0
    assert courier_of(DataFolder(monitor.data), monitor.watchlist).once() == 1
    assert [line["state"] for line in lines(monitor("outbox", "--json").stdout)] == ["sent"]

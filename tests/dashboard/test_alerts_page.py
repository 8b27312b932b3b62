"""The Alerts page: what is configured, what it would have said, tests, and the outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.dashboard import texts_alerts as words
from monitor.dashboard.alert_rows import state_of
from monitor.models import Message
from monitor.reports.courier import Courier
from monitor.reports.delivery import deliver
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.letters import Letter
from monitor.store.outbox import Outbox
from tests.archive import build_archive
from tests.dashboard.conftest import HOSTILE, PIECES, WATCHLIST, Open
from tests.dashboard.test_pages import drawn, said
from tests.server import LocalServer


def sections(url: str, netloc: str) -> str:
    return f"""
[fetch]
allow_hosts = ["{netloc}"]
[[channel]]
name = "team *1*"
kind = "slack"
url = "{url}"
[[channel]]
name = "ours"
kind = "webhook"
url_env = "NOT_SET_HERE"
secret_env = "NOR_THIS"
[[alert]]
name = "Norvane & co"
when = ["story-outlets"]
outlets = 2
companies = ["Norvane"]
to = ["team *1*"]
quiet = "22:00-07:00"
[[alert]]
name = "Lost"
when = ["spike"]
view = "gone"
to = ["ours"]
[[digest]]
name = "Morning"
every = "weekdays 07:30"
to = ["ours"]
"""


@pytest.fixture
def own(tmp_path: Path) -> DataFolder:
    return build_archive(tmp_path / "own", PIECES, watchlist=WATCHLIST)


def texts_of(table: list[list[dict[str, str]]]) -> list[list[str]]:
    return [[cell.get("text", "") for cell in row] for row in table]


def test_without_any_it_says_what_to_write(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "alerts")
    assert not app.exception
    assert words.NONE in said(app)
    # What stands there can be used as it is.
    path = own.root / "example.toml"
    path.write_text(f"{WATCHLIST}\n{app.code[0].value}")
    [alert] = load_config(path).alert
    assert (alert.name, alert.companies, alert.outlets) == ("News of today", ("Norvane",), 10)


def test_it_shows_what_is_configured_and_would_have_been_said(
    own: DataFolder, open_page: Open, watchlist: Path
) -> None:
    watchlist.write_text(WATCHLIST + sections("https://hooks.example/secret", "x"))
    app = open_page(own, "alerts")
    assert not app.exception
    rows = drawn(app, "alerts")["rows"]
    assert texts_of(rows) == [
        ["Norvane & co", "a story is at 2 outlets", "team *1*", "1 alert"],
        ["Lost", "a company is far more in the news than usual", "ours", ""],
    ]
    assert rows[0][0]["to"] == "alerts?alert=Norvane%20%26%20co"
    assert rows[0][2]["sub"] == "quiet 22:00–07:00, at most 20 a day"
    assert "there is no saved view 'gone'" in rows[1][3]["sub"]
    assert texts_of(drawn(app, "digests")["rows"])[0][:3] == ["Morning", "Weekdays 07:30", "ours"]
    channels = drawn(app, "channels")["rows"]
    assert [row[2]["text"] for row in channels] == [
        "hooks.example", "the address in NOT_SET_HERE"
    ]  # fmt: skip
    assert channels[1][2]["sub"] == "NOT_SET_HERE, NOR_THIS are not set where the dashboard runs"
    assert "secret" not in str(drawn(app, "channels"))
    assert words.OUTBOX_NONE in said(app)


def test_one_alert_opens_with_what_it_would_have_said(
    own: DataFolder, open_page: Open, watchlist: Path
) -> None:
    watchlist.write_text(WATCHLIST + sections("https://hooks.example/x", "x"))
    app = open_page(own, "alerts", alert="Norvane & co")
    assert not app.exception
    [card] = drawn(app, "told")["items"]
    assert card["title"] == "Norvane to close Aldmoor plant"
    assert card["text"] == "3 outlets carry it; you asked for 2."
    assert card["to"] == "stories?story=1000"
    app = open_page(own, "alerts", alert="Lost")
    assert "there is no saved view" in app.warning[0].value
    app = open_page(own, "alerts", alert="nobody's")
    assert words.NO_SUCH in said(app)


@pytest.mark.slow
def test_a_test_goes_through_the_outbox_to_its_channel(
    own: DataFolder, open_page: Open, watchlist: Path
) -> None:
    with LocalServer() as server:
        server.add("/hook", "ok")
        watchlist.write_text(WATCHLIST + sections(server.url("/hook"), server.netloc))
        app = open_page(own, "alerts")
        app.button(key="test_0").click().run()
        assert not app.exception
        assert [toast.value for toast in app.toast] == [words.TEST_SENT]
        [row] = drawn(app, "outbox")["rows"]
        assert row[1]["badge"]["text"] == "Waiting"
        courier = Courier(
            own, lambda: load_config(watchlist),
            send=lambda row, to, config, now: deliver(row, to, config, now=now),
        )  # fmt: skip
        assert courier.once() == 1
        assert b"a test" in server.requests[0].body
    app = open_page(own, "alerts")
    [row] = drawn(app, "outbox")["rows"]
    assert (row[1]["badge"]["text"], row[2]["text"]) == ("Sent", "team *1*")


def test_the_outbox_says_what_failed_and_tries_again(
    own: DataFolder, open_page: Open, watchlist: Path
) -> None:
    watchlist.write_text(WATCHLIST + sections("https://hooks.example/x", "x"))
    box, now = Outbox(Desk(own)), datetime.now(UTC)
    letters = [Letter(f"k{n}", "team *1*", "alert", "A", Message(HOSTILE, "x")) for n in range(3)]
    box.put(letters, now=now)
    failed, gone, held = sorted(box.newest(), key=lambda row: row.id)
    for row in (failed, gone):
        assert box.claim(row, now=now)
    box.failed(failed, "the receiver answered 503", next_at=now + timedelta(hours=1))
    box.give_up(gone, "the receiver answered 400")
    box.hold(held, "quiet hours 22:00–07:00", until=now + timedelta(hours=6))
    app = open_page(own, "alerts")
    assert not app.exception
    rows = drawn(app, "outbox")["rows"]
    assert [row[1]["badge"]["text"] for row in rows] == ["Held", "Failing", "Given up"]
    assert [row[5]["text"] for row in rows] == [
        "quiet hours 22:00–07:00", "the receiver answered 503", "the receiver answered 400"
    ]  # fmt: skip
    assert not app.warning
    app.button(key="retry").click().run()
    app.button(key=f"again_{gone.id}").click().run()
    assert not app.exception
    states = {row.id: (row.state, row.next_at) for row in box.newest()}
    assert states[failed.id][0] == states[gone.id][0] == "waiting"
    assert max(at for _, at in states.values()) < now + timedelta(minutes=5)


def test_an_outbox_that_stands_still_is_said(
    own: DataFolder, open_page: Open, watchlist: Path
) -> None:
    watchlist.write_text(WATCHLIST + sections("https://hooks.example/x", "x"))
    box, long_ago = Outbox(Desk(own)), datetime.now(UTC) - timedelta(minutes=10)
    box.put([Letter("k", "ours", "alert", "A", Message("S", "x"))], now=long_ago)
    app = open_page(own, "alerts")
    assert [w.value for w in app.warning] == [words.STANDS_STILL]
    [row] = box.newest()
    assert state_of(row, long_ago) == "waiting"

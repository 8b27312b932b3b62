"""kill -9 between sending and recording: nothing is lost, and nobody is told twice as of new.

A process of its own sends, and its receiver kills it the moment that it has a message, before it
answers: the message is there, and nobody has recorded that it is.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from email.message import EmailMessage
from pathlib import Path

import pytest

from monitor.models import Message
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.letters import Letter
from monitor.store.outbox import Outbox
from tests.mailbox import PASSWORD, USER, Certificate, Mailbox
from tests.reports.conftest import NOW
from tests.server import LocalServer, Reply, Request

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("MONITOR_KILLS", "6"))
COUNT = 5
SENDER = """
import sys, time
from pathlib import Path
from monitor.commands.courier import courier_of
from monitor.store.folder import DataFolder
courier = courier_of(DataFolder(Path(sys.argv[1])), Path(sys.argv[2]))
for _ in range(200):
    courier.once()
    if not courier.outbox.channels() and not courier.outbox.cut_off():
        break
    time.sleep(0.05)
"""


class Sending:
    """An outbox of a few letters for one channel, and processes that send them."""

    def __init__(self, root: Path, channel: str, *, trusts: Certificate | None = None) -> None:
        self.folder, self.lists = DataFolder(root / "data"), root / "watchlist.toml"
        self.lists.write_text(channel)
        self.outbox = Outbox(Desk(self.folder))
        self.outbox.put(
            [Letter(f"alert {n}", "team", "alert", "Watch", Message(f"Story {n}", f"Text {n}"))
             for n in range(COUNT)], now=NOW,
        )  # fmt: skip
        with self.outbox.engine.begin() as connection:  # so that nothing is too old to be tried
            connection.exec_driver_sql("UPDATE outbox SET created_at = datetime('now')")
        self.environment = {**os.environ, "HOOK_SECRET": "s", "SMTP_PASSWORD": PASSWORD}
        self.environment |= {"SSL_CERT_FILE": str(trusts.path)} if trusts else {}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SENDER, str(self.folder.root), str(self.lists)],
            cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return self.process

    def kill(self) -> None:
        """For a receiver that has the message, and has not said so."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def until_done(self) -> int:
        """Start again until everything is dealt with; returns how many processes that took."""
        for count in range(1, 60):
            if self.start().wait(60) == 0:
                return count
        raise AssertionError("it never came to an end")

    def states(self) -> list[str]:
        return [row.state for row in sorted(self.outbox.newest(), key=lambda row: row.id)]


def hook(server: LocalServer, kind: str) -> str:
    secret = 'secret_env = "HOOK_SECRET"\n' if kind == "webhook" else ""
    return (
        f'[fetch]\nallow_hosts = ["{server.netloc}"]\n'
        f'[[channel]]\nname = "team"\nkind = "{kind}"\nurl = "{server.url("/hook")}"\n{secret}'
    )


def unlike_before(names: list[str]) -> list[str]:
    """`names` as a receiver has them that drops what it has already."""
    return list(dict.fromkeys(names))


def test_a_signed_webhook_comes_again_under_its_key(tmp_path: Path) -> None:
    came: list[tuple[str, str]] = []
    with LocalServer() as server:
        sending = Sending(tmp_path, hook(server, "webhook"))

        def receive(request: Request) -> Reply:
            said = json.loads(request.body)
            came.append((request.headers["idempotency-key"], said["subject"]))
            if len(came) in (2, 5):
                sending.kill()
            return Reply(b"ok")

        server.routes["/hook"] = receive
        assert sending.until_done() == 3
    assert sending.states() == ["sent"] * COUNT
    assert len(came) == COUNT + 2  # twice it was killed, and twice it could not know
    assert len(set(came)) == COUNT  # but the receiver can
    assert unlike_before([subject for _, subject in came]) == [f"Story {n}" for n in range(COUNT)]


def test_a_mail_comes_again_under_its_message_id(
    tmp_path: Path, own_certificate: Certificate
) -> None:
    came: list[EmailMessage] = []

    def receive(mail: EmailMessage) -> None:
        came.append(mail)
        if len(came) == 3:
            sending.kill()

    with Mailbox(own_certificate, on_data=receive) as mailbox:
        sending = Sending(
            tmp_path,
            f'[mail]\nhost = "localhost"\nport = {mailbox.port}\nuser = "{USER}"\n'
            'password_env = "SMTP_PASSWORD"\nfrom = "m@press.example"\n'
            '[[channel]]\nname = "team"\nkind = "mail"\nto = ["ann@team.example"]\n',
            trusts=own_certificate,
        )
        assert sending.until_done() == 2
    assert sending.states() == ["sent"] * COUNT
    assert len(came) == COUNT + 1
    assert len({mail["Message-ID"] for mail in came}) == COUNT
    assert unlike_before([m["Subject"] for m in came]) == [f"Story {n}" for n in range(COUNT)]


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_where_nobody_can_tell_doubles_none_is_sent(tmp_path: Path, kind: str) -> None:
    came: list[str] = []
    with LocalServer() as server:
        sending = Sending(tmp_path, hook(server, kind))

        def receive(request: Request) -> Reply:
            said = json.loads(request.body)
            came.append(
                said["blocks"][0]["text"]["text"] if kind == "slack"
                else said["attachments"][0]["content"]["body"][0]["inlines"][0]["text"]
            )  # fmt: skip
            if len(came) == 3:
                sending.kill()
            return Reply(b"ok")

        server.routes["/hook"] = receive
        assert sending.until_done() == 2
    assert came == [
        *(f"Story {n}" for n in range(COUNT)),
        "Media Monitor: one message may be missing",
    ]
    assert sending.states() == ["sent", "sent", "unsure", "sent", "sent", "sent"]


def test_killed_at_any_moment_each_arrives_and_in_order(tmp_path: Path) -> None:
    """A receiver that drops what it has has everything once, in order."""
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    came: list[str] = []
    lock = threading.Lock()

    def receive(request: Request) -> Reply:
        with lock:
            came.append(json.loads(request.body)["subject"])
        return Reply(b"ok", delay=0.05)

    with LocalServer() as server:
        server.routes["/hook"] = receive
        sending = Sending(tmp_path, hook(server, "webhook"))
        for number in range(COUNT, COUNT + KILLS * 5, 5):
            process = sending.start()
            try:
                process.wait(moments.uniform(0.9, 1.8))
            except subprocess.TimeoutExpired:
                sending.kill()
            sending.outbox.put(
                [Letter(f"alert {n}", "team", "digest", "W", Message(f"Story {n}", "x"))
                 for n in range(number, number + 5)], now=NOW,
            )  # fmt: skip
            with sending.outbox.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE outbox SET created_at = datetime('now')")
        sending.until_done()
    everything = [f"Story {n}" for n in range(COUNT + KILLS * 5)]
    assert unlike_before(came) == everything, f"seed {seed}"
    assert set(sending.states()) == {"sent"}, f"seed {seed}"

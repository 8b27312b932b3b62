"""The ingest job as it runs: a story comes in by a feed, and its alert goes out by a webhook."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.store.desk import Desk
from monitor.store.folder import DataFolder, current_generation
from monitor.store.outbox import Outbox
from tests.server import LocalServer

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds


def until(happened: Callable[[], object], job: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert job.poll() is None, job.communicate()[1]
        if time.monotonic() > end:
            job.kill()
            raise AssertionError(f"it did not happen: {job.communicate()[1]}")
        time.sleep(0.2)


def feed(server: LocalServer, number: int, title: str) -> str:
    """A feed with one story, as the watchlist names it."""
    words = random.Random(number)  # words of its own: they are not one story
    said = (f"{title}: {' '.join(f'w{words.randrange(9000)}' for _ in range(12))}." for _ in "123")
    page = f"<html><body><article><h1>{title}</h1><p>{' '.join(said)}</p></article></body></html>"
    item = f"<title>{title}</title><link>{server.add(f'/story/{number}', page)}</link>"
    rss = f'<rss version="2.0"><channel><title>F</title><item>{item}</item></channel></rss>'
    url = server.add(f"/feed/{number}", rss, content_type="application/rss+xml")
    return f'[[feed]]\nurl = "{url}"\noutlet = "Mill News"\n'


def test_an_alert_goes_out_by_itself(tmp_path: Path) -> None:
    data, lists = tmp_path / "data", tmp_path / "watchlist.toml"
    folder = DataFolder(data)
    with LocalServer() as server:
        server.add("/hook", "ok")
        before = feed(server, 1, "Norvane opens a plant") + (
            f"""
            [[company]]
            name = "Norvane"
            about = "Norvane, a maker of kettles"
            [[outlet]]
            name = "Mill News"
            domain = "127.0.0.1"
            tier = 1
            [[channel]]
            name = "team"
            kind = "slack"
            url = "{server.url("/hook")}"
            [[alert]]
            name = "Watch"
            when = ["first-tier-1"]
            to = ["team"]
            """.replace("            ", "")
        )
        lists.write_text(before)
        job = subprocess.Popen(
            [sys.executable, "-m", "monitor", "--data", str(data), "--watchlist", str(lists),
             "ingest"],
            cwd=ROOT, env={**os.environ, "MONITOR_ALLOW_HOSTS": server.netloc}, text=True,
            stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        try:
            until(lambda: current_generation(folder), job)
            time.sleep(5)  # the courier has looked, and what was there before is not told
            lists.write_text(before + feed(server, 2, "Norvane recalls all of its kettles"))
            until(lambda: server.count("/hook"), job)
            box = Outbox(Desk(folder))
            until(lambda: box.newest()[0].state == "sent", job)
            began = time.monotonic()
            job.send_signal(signal.SIGTERM)
            job.wait(30)
            assert time.monotonic() - began < 20
        finally:
            job.kill()
            job.wait()
        [request] = [request for request in server.requests if request.path == "/hook"]
    said = json.loads(request.body)["text"]
    assert said == "Watch: Norvane recalls all of its kettles"

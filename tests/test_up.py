"""`up` as a person meets it: an address that answers, an ingest job that comes back, an end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from monitor.store.status import status

ROOT = Path(__file__).resolve().parent.parent
WATCHLIST = """
[[company]]
name = "Tesla"
[[feed]]
url = "http://nowhere.invalid/feed"
outlet = "Nowhere"
"""
pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Up:
    """A running `up`, its standard error in a file."""

    def __init__(self, folder: Path, *options: str) -> None:
        watchlist = folder / "watchlist.toml"
        watchlist.write_text(WATCHLIST)
        self.port, self.log = free_port(), folder / f"up-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "monitor", "up", "--port", str(self.port), "--every", "1h",
                 *options],
                cwd=ROOT, stderr=log, stdout=log,
                env={**os.environ, "MONITOR_DATA": str(folder / "data"),
                     "MONITOR_WATCHLIST": str(watchlist)},
            )  # fmt: skip

    def wait_for(self, text: str, *, seconds: float = 180) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def children(self) -> dict[str, int]:
        """command word → process id of what `up` started."""
        found = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
                words = (stat.parent / "cmdline").read_text().split("\0")
            except (OSError, IndexError):
                continue
            if parent == self.process.pid:
                found["ingest" if "ingest" in words else "streamlit"] = int(stat.parent.name)
        return found

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def _is_alive(pid: int) -> bool:
    """Whether the process runs: one that ended and was not waited for is a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    # Whatever a failed test left running must not outlive it.
    subprocess.run(["pkill", "-9", "-f", str(tmp_path)], check=False)


def test_it_serves_survives_and_ends(folder: Path) -> None:
    up = Up(folder)
    up.wait_for("Media Monitor is at")
    with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/", timeout=20) as page:
        assert page.status == 200
    reader = Reader.open(DataFolder(folder / "data"))
    loaded = status(reader)
    assert loaded["articles"] == loaded["sample"] > 100
    up.wait_for("pass finished")
    children = up.children()
    assert set(children) == {"ingest", "streamlit"}
    os.kill(children["ingest"], signal.SIGKILL)
    up.wait_for("ingest ended")
    deadline = time.monotonic() + 60
    while up.children().get("ingest") in (None, children["ingest"]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/", timeout=20) as page:
        assert page.status == 200
    children = up.children()
    assert up.end() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children.values())

    again = Up(folder, "--no-ingest")
    again.wait_for("Media Monitor is at", seconds=60)
    assert "Loading the sample archive" not in again.log.read_text()
    assert set(again.children()) == {"streamlit"}
    assert again.end() == 0
    orphans = Up(folder)
    orphans.wait_for("Media Monitor is at", seconds=60)
    left = orphans.children()
    assert len(left) == 2
    orphans.process.kill()
    deadline = time.monotonic() + 30
    while any(_is_alive(pid) for pid in left.values()):
        assert time.monotonic() < deadline, "the children of a killed `up` live on"
        time.sleep(0.2)
    kept = status(Reader.open(DataFolder(folder / "data")))
    assert (kept["articles"], kept["feeds"]["failing"] >= 1) == (loaded["articles"], True)


def test_a_port_in_use_is_said_at_once(folder: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "up", "--port", str(port)],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "MONITOR_DATA": str(folder / "data")},
        )  # fmt: skip
    assert done.returncode == 1
    assert f"port {port} cannot be used" in done.stderr
    assert not (folder / "data").exists()

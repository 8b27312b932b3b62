"""The dashboard's server as a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from monitor.store.folder import DataFolder

ROOT = Path(__file__).resolve().parent.parent
_STARTS_WITHIN = 60  # seconds


@dataclass(frozen=True)
class Served:
    """A running dashboard."""

    url: str
    folder: DataFolder
    watchlist: Path

    @property
    def environment(self) -> dict[str, str]:
        """What other processes need to work on the same folder."""
        return {**os.environ, "MONITOR_DATA": str(self.folder.root),
                "MONITOR_WATCHLIST": str(self.watchlist)}  # fmt: skip


@contextmanager
def serving(folder: DataFolder, watchlist: str) -> Iterator[Served]:
    """A dashboard on `folder` with the text of a watchlist; ended on leaving."""
    path = folder.root.parent / "watchlist.toml"
    path.write_text(watchlist, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = Served(f"http://127.0.0.1:{port}", folder, path)
    server = subprocess.Popen(
        [sys.executable, "-m", "monitor.dashboard.server", "--port", str(port)],
        cwd=ROOT, env=served.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(f"{served.url}/_stcore/health", server)
        yield served
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"no answer from {url} within {_STARTS_WITHIN} s")

"""`up` and `ingest`: the processes that run day and night."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import Annotated

import typer

from monitor import log
from monitor.commands.archive import bring_up, ensure_sample
from monitor.commands.courier import courier_of
from monitor.commands.options import (
    DATA,
    ROOT,
    WATCHLIST,
    Data,
    UsageError,
    Watchlist,
    config_of,
    folder_of,
    progress,
    say,
)  # fmt: skip
from monitor.errors import MonitorError
from monitor.ingest.run import PassResult
from monitor.ingest.service import run_pass
from monitor.ingest.service import serve as serve_ingest

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RESTART_AFTER = 5.0  # seconds before an ingest job that died is started again
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PATIENCE = 10.0  # seconds a process gets to end by itself

Every = Annotated[
    str | None,
    typer.Option(
        help="Poll each feed at least this often (30s, 15m, 2h, 1d), unless it asks to be left "
        "alone. Without it, each by its own rhythm: every 5 minutes to once a day."
    ),
]


def ingest(
    once: Annotated[
        bool,
        typer.Option(
            "--once", help="Poll every feed now, but those that asked to be left alone; then stop."
        ),
    ] = False,
    every: Every = None,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Poll the watchlist's feeds: fetch, extract, tag, group, keep, publish; send what is due."""
    log.setup()
    folder, longest = folder_of(data), _seconds(every)
    config = config_of(watchlist)
    if not once:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        courier = courier_of(folder, watchlist)
        serve_ingest(folder, watchlist, longest=longest, stop=stop, beside=courier.run)
        return
    with progress(len(config.feed), "Polling feeds") as done:
        result = run_pass(folder, config, on_feed=lambda _: done(1), longest=longest)
    _summary(result)
    if sent := courier_of(folder, watchlist).once():
        say(f"{sent} messages sent")


def up(
    port: Annotated[int, typer.Option(help="The dashboard's port.", min=1, max=65535)] = 8501,
    every: Every = None,
    no_ingest: Annotated[bool, typer.Option("--no-ingest", help="Only the dashboard.")] = False,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Serve the dashboard and run the ingest job beside it, until Ctrl-C."""
    log.setup()
    folder, config = folder_of(data), config_of(watchlist)
    _seconds(every)
    _expect_free(port)
    ensure_sample(folder, config)
    if not no_ingest:
        bring_up(folder, config)
    environment = {
        **os.environ,
        "MONITOR_DATA": str(folder.root),
        "MONITOR_WATCHLIST": str(watchlist.resolve()),
    }
    commands = {
        "dashboard": [sys.executable, "-m", "monitor.dashboard.server",
                      "--port", str(port)],
    }  # fmt: skip
    if not no_ingest:
        commands["ingest"] = [sys.executable, "-m", "monitor", "ingest",
                              *(("--every", every) if every else ())]  # fmt: skip
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    _supervise(commands, environment, port, stop)


def _supervise(
    commands: dict[str, list[str]], environment: dict[str, str], port: int, stop: threading.Event
) -> None:
    """Run the processes until `stop`; ingest is started again if it dies, the dashboard not."""

    def start(name: str) -> subprocess.Popen[bytes]:
        # A session of its own, so that Ctrl-C reaches only this process, which ends them in order.
        quiet = subprocess.DEVNULL if name == "dashboard" else None
        return subprocess.Popen(  # noqa: S603 -- our own interpreter and modules
            commands[name],
            env=environment,
            cwd=ROOT,
            start_new_session=True,
            stdout=quiet,
            preexec_fn=_end_with_parent,
        )

    running = {name: start(name) for name in commands}
    died: dict[str, float] = {}
    try:
        _announce(running["dashboard"], port, stop)
        while not stop.wait(0.5):
            if (status := running["dashboard"].poll()) is not None:
                raise MonitorError(f"the dashboard ended with status {status}")
            job = running.get("ingest")
            if job and job.poll() is not None:
                if "ingest" not in died:
                    log.event(
                        "ingest ended", level=40, status=job.returncode, restart=_RESTART_AFTER
                    )
                    died["ingest"] = time.monotonic()
                elif time.monotonic() - died["ingest"] >= _RESTART_AFTER:
                    running["ingest"] = start("ingest")
                    del died["ingest"]
    finally:
        _end(list(running.values()))
    say("Stopped.")


def _end_with_parent() -> None:
    """Ask the kernel to end this process when `up` dies, however it does (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _announce(dashboard: subprocess.Popen[bytes], port: int, stop: threading.Event) -> None:
    """Print the address once it answers."""
    address = f"http://127.0.0.1:{port}"
    while not stop.wait(0.2):
        if dashboard.poll() is not None:
            raise MonitorError(f"the dashboard ended with status {dashboard.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310 -- loopback
                say(f"Media Monitor is at {address}  (Ctrl-C ends it)")
                return
        except (urllib.error.URLError, OSError):
            continue


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + _PATIENCE
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _expect_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise MonitorError(
                f"port {port} cannot be used: {error.strerror}; choose another, "
                f"as in: make run PORT={port + 1}"
            ) from error


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    match = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*([smhd])\s*", text)
    if not match or float(match[1]) <= 0:
        raise UsageError(
            f"--every: expected a time with its unit, like 30s, 15m, 2h or 1d, got {text!r}"
        )
    return float(match[1]) * _UNITS[match[2]]


def _summary(result: PassResult) -> None:
    say(
        f"{result.feeds} feeds polled, {result.failing} failing, {result.waiting} left alone; "
        f"{result.entries} entries: {result.counts.articles} new articles, "
        f"{result.counts.revisions} revisions"
    )
    for outcome, count in result.outcomes.most_common():
        say(f"  {count:6d}  {outcome}")

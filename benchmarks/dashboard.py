"""How quickly the dashboard answers, beside the usual ways of building one, in one run.

    python -m benchmarks.dashboard FOLDER... [--changes 20] [--browser] [--peers]

Each FOLDER is one that `benchmarks.archive` made. Of every page: the server's time for the first
run with nothing cached, for a change of a filter (median and 95th percentile over `--changes`
companies and periods that were not asked for before), and for a rerun in which nothing changed.
A search, as its own page. With `--peers`, the overview's figures and charts the way they are often
made, all rows in pandas and grouped in the script, and by SQLite with an index on each filter.
With `--browser`, from the click on a filter to the chart drawn, in headless Chromium. Memory is the
most that a process held.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import multiprocessing
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from monitor.config import load_config
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader

_ROOT = Path(__file__).resolve().parents[1]
_PAGES = (
    "today", "overview", "coverage", "voice", "compare", "stories", "articles", "outlets", "feeds",
)  # fmt: skip
_LAST = date(2025, 12, 31)
_PERIODS = (7, 30, 90, 365)  # days
_WORDS = ("recall", "merger", "outage", "verdict", "walkout", "prices", "network", "launches")

Change = tuple[str, date, date]  # a company and a period


def changes(folder: Path, count: int) -> list[Change]:
    """What somebody might choose one after the other, the same in every run."""
    rng = random.Random(7)
    names = [company.name for company in load_config(folder / "watchlist.toml").company]
    found: dict[Change, None] = {}
    while len(found) < count:
        days = rng.choice(_PERIODS)
        last = _LAST - timedelta(days=rng.randrange(0, 700))
        found[rng.choice(names[:60]), last - timedelta(days=days - 1), last] = None
    return list(found)


def app_times(folder: Path, count: int, send: Any) -> None:
    """Seconds of every page's runs, in a process of its own."""
    os.environ["MONITOR_DATA"] = str(folder)
    os.environ["MONITOR_WATCHLIST"] = str(folder / "watchlist.toml")
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    logging.disable(logging.WARNING)
    asked = changes(folder, count * len(_PAGES) + count)
    times: dict[str, list[float]] = {}

    def took(what: str, run: Callable[[], object]) -> None:
        started = time.perf_counter()
        run()
        times.setdefault(what, []).append(time.perf_counter() - started)

    app = AppTest.from_file(str(_ROOT / "app.py"), default_timeout=300)
    app.run()
    for page in _PAGES:
        st.cache_data.clear()
        if page != "today":
            app.switch_page(f"monitor/dashboard/pages/{page}.py")
        took(f"{page} first", app.run)
        _sound(app)
        if page == "feeds":
            for _ in range(5):
                took(f"{page} again", app.run)
            continue
        for company, since, until in (asked.pop() for _ in range(count)):
            app.multiselect(key="company").set_value([company])
            app.date_input(key="dates").set_value((since, until))
            took(f"{page} change", app.run)
            _sound(app)
            took(f"{page} again", app.run)
    app.switch_page("monitor/dashboard/pages/articles.py")
    app.run()
    for word, other in itertools.islice(itertools.combinations(_WORDS, 2), count):
        app.text_input(key="q").set_value(f"{word} {other}")
        took("articles search", app.run)
        _sound(app)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    send.send((times, peak))


def _sound(app: Any) -> None:
    if app.exception:
        raise RuntimeError(str(app.exception[0]))


def by_pandas(folder: Path, count: int, send: Any) -> None:
    """The overview by `benchmarks/peer_app.py`, which holds every row and groups in the script."""
    os.environ["MONITOR_DATA"] = str(folder)
    from streamlit.testing.v1 import AppTest

    logging.disable(logging.WARNING)
    times: dict[str, list[float]] = {}
    app = AppTest.from_file(str(_ROOT / "benchmarks" / "peer_app.py"), default_timeout=300)
    started = time.perf_counter()
    app.run()
    times["first"] = [time.perf_counter() - started]
    for company, since, until in changes(folder, count):
        app.multiselect(key="company").set_value([company])
        app.date_input(key="dates").set_value((since, until))
        started = time.perf_counter()
        app.run()
        times.setdefault("change", []).append(time.perf_counter() - started)
        _sound(app)
    send.send((times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


_SQLITE = (
    "SELECT company_id, count(*) FROM mention WHERE day BETWEEN :since AND :until GROUP BY 1",
    """SELECT day, count(*) FROM mention
       WHERE company_id = :company AND day BETWEEN :since AND :until GROUP BY 1""",
    """SELECT count(DISTINCT article_id), count(DISTINCT story_id), count(DISTINCT outlet_id)
       FROM mention WHERE company_id = :company AND day BETWEEN :since AND :until""",
    """SELECT story_id, count(*) AS n FROM mention
       WHERE company_id = :company AND day BETWEEN :since AND :until
       GROUP BY 1 ORDER BY n DESC LIMIT 6""",
    """SELECT a.title FROM mention m JOIN article a USING (article_id)
       WHERE company_id = :company AND m.day BETWEEN :since AND :until
       ORDER BY m.day DESC LIMIT 6""",
)


def by_sqlite(folder: Path, count: int, send: Any) -> None:
    """The overview by SQLite, an index on day and one on company and day."""
    reader = Reader.open(DataFolder(folder))
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as place:
        base = sqlite3.connect(Path(place) / "peer.sqlite")
        base.execute("CREATE TABLE article (article_id INTEGER PRIMARY KEY, title TEXT)")
        base.execute("CREATE TABLE mention (article_id, story_id, outlet_id, company_id, day TEXT)")
        base.executemany("INSERT INTO article VALUES (?, ?)",
                         reader.rows("SELECT article_id, title FROM article"))  # fmt: skip
        base.executemany(
            "INSERT INTO mention VALUES (?, ?, ?, ?, ?)",
            reader.rows(
                """SELECT article_id, story_id, outlet_id, company_id,
                       strftime(timezone('Europe/Berlin', dated_at), '%Y-%m-%d') FROM mention
                   WHERE dated_at IS NOT NULL"""
            ),
        )
        base.execute("CREATE INDEX by_day ON mention (day, company_id)")
        base.execute(
            "CREATE INDEX by_company ON mention (company_id, day, story_id, article_id, outlet_id)"
        )
        base.commit()
        ids = {name: i for i, name in reader.rows("SELECT company_id, name FROM company")}
        for company, since, until in changes(folder, count):
            asked = {"company": ids[company], "since": str(since), "until": str(until)}
            started = time.perf_counter()
            for sql in _SQLITE:
                base.execute(sql, asked).fetchall()
            times.setdefault("change", []).append(time.perf_counter() - started)
    send.send((times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def apart(work: Callable[..., None], *args: Any) -> tuple[dict[str, list[float]], int]:
    """What `work` measures in a process of its own, and the most memory that it held."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=work, args=(*args, theirs))
    process.start()
    theirs.close()
    try:
        found: tuple[dict[str, list[float]], int] = mine.recv()
    finally:
        process.join()
    return found


@dataclass(frozen=True, slots=True)
class Served:
    """A running dashboard: where it is, and its process."""

    address: str
    pid: int


@contextmanager
def served(folder: Path, port: int) -> Iterator[Served]:
    """The dashboard of `folder` as its users reach it."""
    env = {**os.environ, "MONITOR_DATA": str(folder),
           "MONITOR_WATCHLIST": str(folder / "watchlist.toml")}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(_ROOT / "app.py"), "--server.headless=true",
         f"--server.port={port}"],
        env=env, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health").close()
                break
            except OSError:
                time.sleep(0.2)
        yield Served(address, process.pid)
    finally:
        process.terminate()
        process.wait()


def browser_times(folder: Path, count: int) -> list[float]:
    """Seconds from choosing a company to its chart drawn."""
    from playwright.sync_api import sync_playwright

    found = []
    with served(folder, 8599) as dashboard, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.add_init_script(f"({_WATCH})()")
        page.goto(f"{dashboard.address}/overview")
        page.wait_for_function(f"performance.now() - window.drawnAt > {_QUIET}", timeout=120_000)
        names = list(dict.fromkeys(company for company, *_ in changes(folder, 4 * count)))[:count]
        box = page.get_by_role("combobox").first
        for name in names:
            box.click()
            box.fill(name)
            page.get_by_role("option", name=name, exact=True).wait_for()
            started = page.evaluate("(window.drawnAt = Infinity, performance.now())")
            box.press("Enter")
            page.wait_for_function(f"performance.now() - window.drawnAt > {_QUIET}")
            found.append((page.evaluate("window.drawnAt") - started) / 1000)
            page.keyboard.press("Escape")
            page.wait_for_timeout(300)
        browser.close()
    return found


# Notes when anything last changed inside a chart; charts are drawn as SVG.
_WATCH = """() => {
    window.drawnAt = Infinity;
    const chart = "svg.marks";
    new MutationObserver((changes) => {
        if (changes.some((c) => c.target.closest?.(chart)
            || [...c.addedNodes].some((n) => n.matches?.(chart) || n.querySelector?.(chart))))
            window.drawnAt = performance.now();
    }).observe(document, {childList: true, subtree: true, attributes: true});
}"""
_QUIET = 400  # ms without drawing: the chart is there


def show(label: str, seconds: list[float]) -> None:
    """One line of the report, in milliseconds."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    print(f"  {label:22} median {statistics.median(ordered) * 1000:7.0f}   "
          f"p95 {p95 * 1000:7.0f} ms   ({len(ordered)})", flush=True)  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--browser", action="store_true")
    options = parser.parse_args()
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, pandas {pd.__version__}"
    )
    for folder in options.folders:
        [(articles,)] = Reader.open(DataFolder(folder)).rows("SELECT count(*) FROM article")
        print(f"{articles:,} articles")
        times, peak = apart(app_times, folder, options.changes)
        for label, seconds in times.items():
            show(label, seconds)
        print(f"  memory {peak / 2**20:.0f} MB")
        ways = (("pandas", by_pandas), ("sqlite", by_sqlite)) if options.peers else ()
        own = statistics.median(times["overview change"])
        for name, work in ways:
            found, held = apart(work, folder, options.changes)
            for label, seconds in found.items():
                show(f"{name} {label}", seconds)
            theirs = statistics.median(found["change"])
            print(f"  {name} / overview {theirs / own:.1f}, memory {held / 2**20:.0f} MB")
        if options.browser:
            show("browser, to the chart", browser_times(folder, options.changes))


if __name__ == "__main__":
    main()

"""Worker processes: a page that kills or holds up its reader costs that page and no other."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from monitor.analysis import group_keys, terms
from monitor.analysis.group_keys import about_of, candidate_keys
from monitor.config import Config, parse_config
from monitor.errors import MonitorError, ParseError
from monitor.ingest import prepare
from monitor.ingest.prepare import PageTask
from monitor.ingest.service import open_archive
from monitor.ingest.workers import Workers
from monitor.store.folder import DataFolder

NOW = datetime(2025, 4, 3, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def page(number: int) -> PageTask:
    body = "".join(
        f"<p>Paragraph {n} of page {number}, which Acme filled with enough words to be read.</p>"
        for n in range(6)
    )
    html = f"<html><body><article><h1>Acme page {number}</h1>{body}</article></body></html>"
    return PageTask(html.encode(), NOW, url=f"https://a.example/{number}", where=str(number))


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    config = parse_config('[[company]]\nname = "Acme"\nabout = "Acme, a maker of mills"\n')
    with Workers(config, processes=2, seconds=20) as pool:
        yield pool


def test_pages_come_back_tagged_and_in_order(workers: Workers) -> None:
    titles = []
    for item in workers.stream(page(n) for n in range(40)):
        assert isinstance(item, tuple)
        assert not isinstance(item[1], MonitorError)
        [found] = item[1]
        titles.append(found.draft.title)
        assert [m.company for m in found.analysis.tags.mentions] == ["Acme"]
        assert found.analysis.keys == candidate_keys(prepare.group_item(0, found.draft))
        assert found.analysis.about == about_of(prepare.group_item(0, found.draft))
    assert titles == [f"Acme page {n}" for n in range(40)]


def test_a_page_that_is_none_is_said_and_the_others_go_on(workers: Workers) -> None:
    bad = PageTask(b"%PDF-1.4 not a page", NOW, where="bad")
    outcomes = {
        item[0].where: item[1]
        for item in workers.stream([page(1), bad, page(2)])
        if isinstance(item, tuple)
    }
    assert isinstance(outcomes["bad"], ParseError)
    assert "binary" in str(outcomes["bad"])
    assert isinstance(outcomes["1"], list)
    assert isinstance(outcomes["2"], list)


def test_a_worker_killed_from_outside_is_replaced_and_its_page_read_again() -> None:
    with Workers(Config(), processes=1) as pool:
        pool.read(page(1))
        [worker] = pool._all
        assert worker._process.pid is not None
        os.kill(worker._process.pid, signal.SIGKILL)
        [found] = pool.read(page(2))
        assert found.draft.title == "Acme page 2"


def test_a_page_that_takes_too_long_is_given_up_and_the_others_are_read() -> None:
    """No time at all is too little for any page: the reason says how much there was."""
    with (
        Workers(Config(), processes=1, seconds=0.0) as pool,
        pytest.raises(ParseError, match="takes more than 0 seconds"),
    ):
        pool.read(page(1))


@pytest.mark.slow
def test_a_worker_is_replaced_after_its_share_of_pages() -> None:
    with Workers(Config(), processes=1, tasks=2) as pool:
        seen = set()
        for number in range(5):
            asyncio.run(pool.page(page(number)))
            seen |= {worker._process.pid for worker in pool._all}
        assert len(seen) == 3
        assert len(pool._all) == 1


@pytest.mark.slow
def test_no_worker_outlives_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, signal\n"
        "from monitor.config import Config\n"
        "from monitor.ingest.workers import Workers\n"
        "from tests.ingest.test_workers import page\n"
        "if __name__ == '__main__':\n"
        "    pool = Workers(Config(), processes=1)\n"
        "    pool.read(page(1))\n"
        "    print([w._process.pid for w in pool._all][0], flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    process = Path("/proc") / done.stdout.strip()
    deadline = time.monotonic() + 20
    while process.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not process.exists()


@pytest.mark.slow
def test_a_program_that_must_not_run_twice_can_use_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.py"
    script.write_text("raise SystemExit('run twice')")
    main = ModuleType("__main__")
    main.__file__ = str(script)
    monkeypatch.setitem(sys.modules, "__main__", main)
    with Workers(Config(), processes=1) as pool:
        [found] = pool.read(page(1))
    assert found.draft.title == "Acme page 1"


def test_what_a_worker_found_out_is_not_found_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    def profile(title: str, text: str) -> terms.Profile:
        counted.append(title)
        return terms.profile(title, text)

    monkeypatch.setattr(group_keys, "profile", profile)
    config = parse_config('[[company]]\nname = "Acme"\nabout = "Acme, a maker of mills"\n')
    with open_archive(DataFolder(tmp_path), config) as archive:
        found = [archive.workers.read(page(number)) for number in range(100, 104)]
        archive.keep([item for one in found for item in one], now=NOW)
        assert counted == []
        assert archive.connection.execute("SELECT count(*) FROM article").fetchone() == (4,)

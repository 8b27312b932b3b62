"""Answers that are found ahead: once, for whoever asks next, and without a page's harm."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from monitor.dashboard import data
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader

CALLS: list[str] = []
STARTED, GO_ON = threading.Event(), threading.Event()


@pytest.fixture(autouse=True)
def _here(archive: DataFolder, watchlist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATA", str(archive.root))
    monkeypatch.setenv("MONITOR_WATCHLIST", str(watchlist))


def slow(reader: Reader, name: str) -> int:
    CALLS.append(name)
    STARTED.set()
    assert GO_ON.wait(20)
    return len(reader.rows("SELECT article_id FROM article"))


def broken(reader: Reader, name: str) -> int:
    CALLS.append(name)
    raise ValueError(name)


def test_an_answer_found_ahead_is_found_once() -> None:
    CALLS.clear()
    data.ahead(slow, name="one")
    data.ahead(slow, name="one")
    assert STARTED.wait(20)
    threading.Timer(0.1, GO_ON.set).start()
    assert data.ask(slow, name="one") == 6
    assert CALLS == ["one"]


def test_what_goes_wrong_ahead_meets_the_page_when_it_asks() -> None:
    CALLS.clear()
    data.ahead(broken, name="two")
    with pytest.raises(ValueError, match="two"):
        data.ask(broken, name="two")

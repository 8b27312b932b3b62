"""Answers that are found ahead: once, for whoever asks next, and without a page's harm."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from monitor.dashboard import data
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from tests.dashboard.conftest import Open

Question = tuple[Any, tuple[Any, ...], dict[str, Any]]
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


@pytest.mark.parametrize("page", ["overview", "coverage", "voice", "compare"])
def test_what_is_found_ahead_is_what_the_page_then_asks(
    page: str, archive: DataFolder, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, asked = list[Question](), list[Question]()
    answer = data._answer

    def begin(question: Any, root: str, generation: str, args: Any, kwargs: Any) -> None:
        begun.append((question, args, dict(kwargs)))

    def answered(*, question: Any, args: Any, kwargs: Any, **more: Any) -> Any:
        asked.append((question, args, kwargs))
        return answer(question=question, args=args, kwargs=kwargs, **more)

    monkeypatch.setattr(data, "_begun", begin)
    monkeypatch.setattr(data, "_answer", answered)
    app = open_page(archive, page, dates=["2025-03-19", "2025-03-21"])
    assert not app.exception
    assert len(begun) > 1
    assert [one for one in begun if one not in asked] == []

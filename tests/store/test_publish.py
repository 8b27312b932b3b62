"""Published generations: whole, immutable, kept while in use, and never in the writer's way."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import duckdb
import pytest

from monitor.errors import NoDatabaseError
from monitor.store.database import insert, transaction, writing
from monitor.store.folder import DataFolder, current_generation
from monitor.store.publish import publish
from monitor.store.reader import Reader

READERS = 4


def test_no_generation_is_its_own_error(tmp_path: Path) -> None:
    assert current_generation(DataFolder(tmp_path)) is None
    with pytest.raises(NoDatabaseError, match="nothing has been published"):
        Reader.open(DataFolder(tmp_path))


def test_a_reader_keeps_its_generation_while_newer_ones_come(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with writing(folder) as connection:
        publish(folder, connection)
        old = Reader.open(folder)
        for number in range(6):
            insert(connection, "setting", [{"key": str(number), "value": ""}])
            publish(folder, connection)
        new = Reader.open(folder)
        assert old.rows("SELECT count(*) FROM setting") == [(0,)]
        assert new.rows("SELECT count(*) FROM setting") == [(6,)]
        assert (old.generation, new.generation) == ("g000001", "g000007")
    assert len(list(folder.published.glob("*.duckdb"))) == 3


@pytest.mark.slow
def test_publishing_keeps_the_writers_lock(tmp_path: Path) -> None:
    """Copying the file inside the writer's process would let go of DuckDB's own lock on it."""
    folder = DataFolder(tmp_path)
    context = multiprocessing.get_context("spawn")
    with writing(folder) as connection:
        publish(folder, connection)
        with context.Pool(1) as pool:
            assert pool.apply(_try_to_open, (str(folder.live),)) == "refused"


def _try_to_open(path: str) -> str:
    try:
        duckdb.connect(path).close()
    except duckdb.IOException:
        return "refused"
    return "opened"


def _read_until(root: Path, stop: object, ready: object, results: object) -> None:
    """What a dashboard does: look at the pointer, reopen when it moved, ask; once more at the end.

    `ready` is released at the first answer: on a busy machine a process may take seconds to start.
    """
    folder = DataFolder(root)
    reads = errors = 0
    last = -1
    reader: Reader | None = None
    stopping = False
    while not stopping:
        stopping = stop.is_set()  # type: ignore[attr-defined]
        try:
            if reader is None or reader.generation != current_generation(folder):
                reader = Reader.open(folder)
            [(pairs, odd)] = reader.rows("SELECT count(*) // 2, count(*) % 2 FROM setting")
            assert odd == 0, "a half-written pair was seen"
            assert pairs >= last, "an older state came back"
            last = pairs
            reads += 1
            if reads == 1:
                ready.release()  # type: ignore[attr-defined]
        except NoDatabaseError:
            time.sleep(0.01)
        except Exception as error:
            errors += 1
            results.put(("error", repr(error)))  # type: ignore[attr-defined]
    results.put(("done", reads, errors, last))  # type: ignore[attr-defined]


@pytest.mark.slow
def test_four_readers_get_no_error_while_one_writes_steadily(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    stop, ready, results = context.Event(), context.Semaphore(0), context.Queue()
    readers = [
        context.Process(target=_read_until, args=(tmp_path, stop, ready, results))
        for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    folder = DataFolder(tmp_path)
    with writing(folder) as connection:
        number = reading = 0
        latest = time.monotonic() + 120
        deadline = latest
        while time.monotonic() < deadline:
            if reading < READERS and ready.acquire(block=False):
                reading += 1
                deadline = time.monotonic() + 8 if reading == READERS else latest
            with transaction(connection):
                insert(connection, "setting", [{"key": f"k{number}", "value": v} for v in "ab"])
            publish(folder, connection)
            number += 1
    assert reading == READERS
    stop.set()
    outcomes = [results.get(timeout=20) for _ in readers]
    for reader in readers:
        reader.join(20)
    assert [o[0] for o in outcomes] == ["done"] * READERS, outcomes
    assert all(errors == 0 and reads > 10 for _, reads, errors, _ in outcomes), outcomes
    assert {last for *_, last in outcomes} == {number}


def test_a_lost_live_file_is_restored_from_the_newest_generation(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with writing(folder) as connection:
        insert(connection, "setting", [{"key": "kept", "value": "yes"}])
        publish(folder, connection)
    folder.live.unlink()
    with writing(folder) as connection:
        assert connection.execute("SELECT key, value FROM setting").fetchall() == [("kept", "yes")]
        assert publish(folder, connection) == "g000002"

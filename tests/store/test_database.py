"""The live database: one writer, all or nothing, nothing lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from monitor.errors import StoreError, WriterBusyError
from monitor.store.database import Connection, insert, transaction, writing
from monitor.store.folder import DataFolder
from monitor.store.schema import MIGRATIONS, migrate

NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)


def _hold(root: Path, ready: object) -> None:
    with writing(DataFolder(root)):
        ready.set()  # type: ignore[attr-defined]
        time.sleep(30)


def _write_forever(root: Path, ready: object) -> None:
    with writing(DataFolder(root)) as connection:
        for number in range(1_000_000):
            with transaction(connection):
                insert(connection, "setting", [{"key": f"k{number}", "value": "a"}])
                insert(connection, "setting", [{"key": f"k{number}", "value": "b"}])
            if number == 20:
                ready.set()  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_second_writer_is_told_who_is_writing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(tmp_path, ready))
    holder.start()
    try:
        assert ready.wait(20)
        with (
            pytest.raises(WriterBusyError, match=rf"process {holder.pid}\b"),
            writing(DataFolder(tmp_path), wait=0.2),
        ):
            pass
    finally:
        holder.kill()
        holder.join()


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_transactions_and_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writer = context.Process(target=_write_forever, args=(tmp_path, ready))
    writer.start()
    assert ready.wait(20)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    with writing(DataFolder(tmp_path), wait=1) as connection:
        rows = connection.execute("SELECT key, count(*) FROM setting GROUP BY key").fetchall()
    assert len(rows) >= 20
    assert {count for _, count in rows} == {2}


def _insert_and_fail(connection: Connection) -> None:
    insert(connection, "setting", [{"key": "a", "value": "b"}])
    raise StoreError("on purpose")


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with writing(DataFolder(tmp_path)) as connection:
        with pytest.raises(StoreError), transaction(connection):
            _insert_and_fail(connection)
        assert connection.execute("SELECT * FROM setting").fetchall() == []


def test_rows_keep_the_types_of_their_columns(tmp_path: Path) -> None:
    title = 'Ünïcode “quotes” and {"json": [1]} \n 🛰️ \\ \u2028'
    row = {
        "article_id": 2**52,
        "authors": ["A. Müller", 'B "Bob" Jones'],
        "published_at": NOON,
        "company_ids": [],
        "sample": False,
        "title": title,
    }
    with writing(DataFolder(tmp_path)) as connection:
        insert(connection, "article", [row, {"article_id": 1}])
        found = connection.execute(
            """
            SELECT article_id, authors, published_at, company_ids, sample, title, url FROM article
            ORDER BY article_id
            """
        ).fetchall()
    assert found[0] == (1, None, None, None, None, None, None)
    assert found[1] == (2**52, row["authors"], NOON, [], False, title, None)


def test_a_column_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with (
        writing(DataFolder(tmp_path)) as connection,
        pytest.raises(StoreError, match="'setting' has no column colour"),
    ):
        insert(connection, "setting", [{"key": "a", "colour": "red"}])


def test_migrations_are_applied_once_and_recorded(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        migrate(connection)
        migrate(connection)
        recorded = connection.execute("SELECT number, name FROM migration").fetchall()
    assert recorded == [(i, name) for i, (name, _) in enumerate(MIGRATIONS, start=1)]


def test_text_is_compressed_in_a_format_that_keeps_it_so(tmp_path: Path) -> None:
    with writing(DataFolder(tmp_path)) as connection:
        insert(
            connection,
            "body",
            [
                {"revision_id": i, "article_id": i, "text": f"{i} the same words again " * 40}
                for i in range(3000)
            ],
        )
        connection.execute("CHECKPOINT")
        kinds = connection.execute(
            """
            SELECT DISTINCT compression FROM pragma_storage_info('body')
            WHERE column_name = 'text' AND segment_type = 'VARCHAR'
            """
        ).fetchall()
    assert kinds == [("ZSTD",)]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with (
        pytest.raises(StoreError, match="cannot create the data folder"),
        writing(DataFolder(blocked / "data")),
    ):
        pass

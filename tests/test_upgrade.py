"""An archive that an earlier version made is brought up before anybody reads it."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from monitor.commands.archive import bring_up
from monitor.config import parse_config
from monitor.filters import Filters
from monitor.store.database import insert
from monitor.store.folder import DataFolder, current_generation, generation_path
from monitor.store.publish import is_outdated
from monitor.store.queries import feeds, gaps
from monitor.store.reader import Reader
from monitor.store.schema import MIGRATIONS

NOON = datetime(2025, 4, 10, 12, tzinfo=UTC)
CONFIG = parse_config(
    '[team]\ntimezone = "Europe/Berlin"\n[[feed]]\nurl = "https://a.example/"\noutlet = "a"\n'
)


def earlier(folder: DataFolder) -> None:
    """An archive by the version before the days on which feeds were heard, and published."""
    folder.create()
    with duckdb.connect(
        str(folder.live), config={"storage_compatibility_version": "v1.5.0"}
    ) as connection:
        connection.execute(
            "CREATE TABLE migration (number INTEGER, name VARCHAR, applied_at TIMESTAMPTZ)"
        )
        for number, (name, sql) in enumerate(MIGRATIONS, start=1):
            if "were heard" in name:
                break
            connection.execute(sql)
            insert(connection, "migration", [{"number": number, "name": name}])
        insert(connection, "outlet", [{"outlet_id": 1, "name": "a"}])
        insert(connection, "feed", [
            {"feed_id": 1, "url": "https://a.example/", "outlet_id": 1, "sample": False,
             "watched": True, "failures": 2, "polled_at": NOON}
        ])  # fmt: skip
        insert(connection, "poll", [
            {"feed_id": 1, "polled_at": NOON - timedelta(days=ago), "entries": 20,
             "outcome": "failed" if ago < 2 else "new"} for ago in range(9)
        ])  # fmt: skip
        insert(connection, "entry", [
            {"feed_id": 1, "guid": "1", "outcome": "article", "article_id": 1, "seen_at": NOON}
        ])  # fmt: skip
    shutil.copyfile(folder.live, generation_path(folder, "g000001"))
    folder.current.write_text("g000001\n")


def test_an_older_archive_is_brought_up_and_published(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    bring_up(folder, CONFIG)
    assert current_generation(folder) is None  # there is nothing yet, and nothing to bring up
    earlier(folder)
    assert is_outdated(folder)
    bring_up(folder, CONFIG)
    assert not is_outdated(folder)
    reader = Reader.open(folder)
    found = gaps(reader, Filters(), today=NOON.date())
    assert [day.date() for day in found["day"]] == [date(2025, 4, 9), date(2025, 4, 10)]
    assert feeds(reader)[["state", "articles"]].values.tolist() == [["failing", 1]]
    reader.close()
    generation = current_generation(folder)
    bring_up(folder, CONFIG)
    assert current_generation(folder) == generation

"""An archive that an earlier version made is brought up before anybody reads it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from monitor.commands.archive import bring_up
from monitor.config import parse_config
from monitor.dashboard import texts
from monitor.errors import OldArchiveError
from monitor.filters import Filters
from monitor.store.database import insert
from monitor.store.folder import DataFolder, current_generation, generation_path
from monitor.store.publish import is_outdated
from monitor.store.queries import feeds, gaps
from monitor.store.reader import Reader
from monitor.store.schema import MIGRATIONS
from tests.conftest import ROOT

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


def test_who_only_reads_says_that_it_is_of_an_earlier_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, watchlist = DataFolder(tmp_path / "data"), tmp_path / "watchlist.toml"
    earlier(folder)
    watchlist.write_text("")
    with pytest.raises(OldArchiveError, match="is by an earlier version of the program; `python"):
        Reader.open(folder)
    arguments = ["status", "--data", str(folder.root), "--watchlist", str(watchlist)]
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *arguments], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "earlier version" in done.stderr
    assert "Traceback" not in done.stderr
    monkeypatch.setenv("MONITOR_DATA", str(folder.root))
    monkeypatch.setenv("MONITOR_WATCHLIST", str(watchlist))
    for page in (ROOT / "monitor" / "dashboard" / "pages").glob("[a-z]*.py"):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        if page.stem != "today":
            app.switch_page(f"monitor/dashboard/pages/{page.name}")
        app.run()
        assert not app.exception, page.stem
        assert any(texts.OLD_DATABASE in m.value for m in app.markdown), page.stem
    assert is_outdated(folder)  # nobody wrote
    bring_up(folder, CONFIG)
    app.run()
    assert not any(texts.OLD_DATABASE in m.value for m in app.markdown)


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

"""Files of what a page shows, where the page itself cannot show all of it."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.dashboard import texts
from monitor.dashboard.data import MOST_FOUND
from monitor.filters import Filters
from monitor.reports.export import count_rows
from monitor.store.reader import Reader
from tests.archive import build_archive
from tests.dashboard.conftest import PIECES, WATCHLIST, Open
from tests.dashboard.test_pages import said

EVERYTHING = {"dates": ["1990-01-01", "2100-01-01"]}


@pytest.mark.slow
def test_a_search_with_very_many_matches_says_so_and_a_file_has_all(
    tmp_path: Path, open_page: Open
) -> None:
    folder = build_archive(tmp_path / "data", PIECES, watchlist=WATCHLIST)
    newer = ((10**9 + n, "plant", "") for n in range(MOST_FOUND))
    with sqlite3.connect(folder.search) as index:
        index.executemany("INSERT INTO revision (rowid, title, text) VALUES (?, ?, ?)", newer)
    index.close()
    app = open_page(folder, "articles", q="Norvane", **EVERYTHING)
    assert texts.SEARCH_CUT not in said(app)
    app = open_page(folder, "articles", q="plant", **EVERYTHING)
    assert texts.SEARCH_CUT in said(app)
    reader = Reader.open(folder)
    asked = Filters(query="plant", since=date(2025, 1, 1))
    assert count_rows(reader, folder, "articles", asked, tz=ZoneInfo("UTC")) == 2
    reader.close()

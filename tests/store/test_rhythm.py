"""What feeds brought is counted when they bring something, and not again before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from monitor.config import parse_config
from monitor.store.database import Connection, writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.queries import feeds
from monitor.store.reader import Reader
from monitor.store.watched import record_entries, sync_watchlist

NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)
LIST = "".join(
    f'[[feed]]\nurl = "https://{name}.example/"\noutlet = "{name}"\n' for name in ("a", "b")
)


def entries(feed_id: int, *guids: int, outcome: str = "article") -> list[dict[str, Any]]:
    return [
        {"feed_id": feed_id, "guid": str(guid), "outcome": outcome, "article_id": guid,
         "seen_at": NOON + timedelta(hours=guid)} for guid in guids
    ]  # fmt: skip


def published(folder: DataFolder, connection: Connection) -> dict[str, tuple[int, Any, Any]]:
    """Outlet → articles, time of its newest entry and usual seconds between them."""
    publish(folder, connection)
    reader = Reader.open(folder)
    frame = feeds(reader)
    reader.close()
    return {
        row.outlet: (row.articles, row.newest_at, row.usual_s) for row in frame.itertuples()
    }  # fmt: skip


def test_feeds_are_counted_as_they_bring_something(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with writing(folder) as connection:
        sync_watchlist(connection, parse_config(LIST))
        found = published(folder, connection)
        assert {(n, pd.isna(at), pd.isna(s)) for n, at, s in found.values()} == {(0, True, True)}
        record_entries(connection, entries(1, 1, 2, 4))
        found = published(folder, connection)
        assert found["a"] == (3, NOON + timedelta(hours=4), 1.5 * 3600)
        assert found["b"][0] == 0
        # Two entries of one article, one that another feed had brought, and one that changed.
        record_entries(connection, [*entries(2, 5), {**entries(2, 6)[0], "article_id": 5}])
        record_entries(connection, entries(1, 7, outcome="duplicate"))
        record_entries(connection, [{**entries(1, 1)[0], "seen_at": NOON + timedelta(hours=10)}])
        found = published(folder, connection)
        assert found["a"] == (3, NOON + timedelta(hours=10), (10 - 2) / 3 * 3600)
        assert found["b"][:2] == (1, NOON + timedelta(hours=6))

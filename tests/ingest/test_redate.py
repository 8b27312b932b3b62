"""A date that was refused comes back where the watchlist lets it, and one that was kept goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Config, parse_config
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder, current_generation
from tests.ingest.test_run import NOW, page, rows, run
from tests.server import LocalServer

STATED = datetime(2008, 4, 2, 16, 30, tzinfo=UTC)
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Mill News</title>'
    "{items}</channel></rss>"
)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def config_with(server: LocalServer, founded: str) -> Config:
    return parse_config(
        '[[company]]\nname = "Acme"\nabout = "Acme, a maker of mills"\n'
        f'[[outlet]]\nname = "Mill News"\ndomain = "127.0.0.1"\n{founded}\n'
        f'[[feed]]\nurl = "{server.url("/feed")}"\noutlet = "Mill News"\n'
    )


def serve(server: LocalServer) -> None:
    """A page that says when, and an entry whose page cannot be had."""
    link = server.add("/mill", page("A second wheel", published=STATED.isoformat()))
    items = (
        f"<item><title>A second wheel</title><link>{link}</link></item>"
        f"<item><title>A weir</title><link>{server.url('/gone')}</link>"
        f"<pubDate>{STATED:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    )
    server.add("/feed", FEED.format(items=items))


def dates(folder: DataFolder) -> list[tuple[object, ...]]:
    return rows(
        folder,
        """
        SELECT title, published_at, date_confidence, dated_at, revisions,
            json_extract_string(sources, '$.date') FROM article ORDER BY title
        """,
    )


KEPT = ("A second wheel", STATED, "high", STATED, 1, "meta")
NONE = ("A second wheel", None, "none", None, 1, None)
DAY = STATED.replace(hour=0, minute=0)


def test_what_was_refused_comes_back(server: LocalServer, folder: DataFolder) -> None:
    serve(server)
    run(folder, config_with(server, "founded = 2009"))
    assert dates(folder) == [NONE, ("A weir", None, "none", None, 1, None)]
    without = config_with(server, "")
    with open_archive(folder, without):
        pass
    # Of what only the feed said no more than the day was noted.
    assert dates(folder) == [KEPT, ("A weir", DAY, "day", DAY, 1, "feed")]
    assert rows(folder, "SELECT count(*) FROM mention WHERE dated_at IS NULL") == [(0,)]
    generation = current_generation(folder)
    with open_archive(folder, without):  # once is enough
        pass
    assert current_generation(folder) == generation
    later = run(folder, without, now=NOW + timedelta(hours=2))  # the page is looked at again
    assert (later.counts.unchanged, later.counts.revisions) == (1, 0)
    assert dates(folder)[0] == KEPT


def test_what_was_kept_goes(server: LocalServer, folder: DataFolder) -> None:
    serve(server)
    run(folder, config_with(server, ""))
    assert dates(folder) == [KEPT, ("A weir", STATED, "medium", STATED, 1, "feed")]
    strict = config_with(server, "founded = 2009")
    with open_archive(folder, strict):
        pass
    assert dates(folder) == [NONE, ("A weir", None, "none", None, 1, None)]
    assert rows(folder, "SELECT count(*) FROM mention WHERE dated_at IS NOT NULL") == [(0,)]
    noted = rows(folder, "SELECT json_extract_string(sources, '$.refused') FROM article")
    assert all("2008-04-02" in str(note) and "founded" in str(note) for (note,) in noted)
    later = run(folder, strict, now=NOW + timedelta(hours=2))
    assert (later.counts.unchanged, later.counts.revisions) == (1, 0)
    with open_archive(folder, config_with(server, "founded = 2007")):
        pass
    assert [row[1] for row in dates(folder)] == [STATED, DAY]

"""Lists of addresses and sitemaps: each page is fetched once, and again only where it failed."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.commands import importing, turns
from monitor.ingest.archive import Archive
from monitor.ingest.sitemap import read_sitemap
from monitor.ingest.web_import import is_list, read_list
from monitor.store.folder import DataFolder
from tests.ingest.test_run import page, rows
from tests.server import LocalServer

NEWS = """<url><loc>{link}</loc><news:news><news:publication><news:name>Mill News</news:name>
    <news:language>en</news:language></news:publication>
    <news:publication_date>2025-04-02T16:30:00Z</news:publication_date>
    <news:title>{title}</news:title></news:news></url>"""
HEAD = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    watchlist = tmp_path / "watchlist.toml"
    watchlist.write_text('[[company]]\nname = "Acme"\nabout = "Acme, a maker of mills"\n')
    monkeypatch.setenv("MONITOR_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MONITOR_WATCHLIST", str(watchlist))
    monkeypatch.setenv("MONITOR_ALLOW_HOSTS", "127.0.0.1")
    return tmp_path / "data"


def imported(*paths: str | Path, status: int = 0) -> str:
    done = CliRunner().invoke(app, ["import", *map(str, paths)])
    assert done.exit_code == status, done.output
    return done.output


@pytest.mark.slow
def test_a_list_of_addresses_is_fetched_once(
    server: LocalServer, data: Path, tmp_path: Path
) -> None:
    links = [server.add(f"/{n}", page(f"Wheel number {n} turns")) for n in range(3)]
    missing = server.url("/gone")
    server.add("/gone", status=404)
    path = tmp_path / "urls.txt"
    path.write_text("# pages to read\n" + "\n".join([*links, "", missing, links[0]]) + "\n")
    said = imported(path, status=3)
    assert "3 new articles" in said
    assert f"not imported: {missing}: " in said
    assert "1 not imported" in said
    titles = rows(DataFolder(data), "SELECT title FROM article ORDER BY title")
    assert titles == [(f"Wheel number {n} turns",) for n in range(3)]
    server.add("/gone", page("It is there again"))
    said = imported(path)
    assert "1 new articles, 0 revisions, 3 already here" in said
    assert [server.count(f"/{n}") for n in range(3)] == [1, 1, 1]  # not one of them again
    assert list((data / "archive").glob("*.warc.gz"))


@pytest.mark.slow
def test_a_sitemap_and_what_it_leads_to_are_imported(server: LocalServer, data: Path) -> None:
    first = server.add("/one", page("Wheel number one turns"))
    second = server.add("/two", page("Wheel number two turns", published=""))
    news = HEAD + NEWS.format(link=second, title="Wheel number two turns") + "</urlset>"
    server.add("/news.xml.gz", gzip.compress(news.encode()), content_type="application/gzip")
    server.add(
        "/old.xml", f"{HEAD}<url><loc>{first}</loc></url><url><loc>mailto:x</loc></url></urlset>"
    )
    index = "".join(
        f"<sitemap><loc>{server.url(p)}</loc></sitemap>"
        for p in ("/news.xml.gz", "/old.xml", "/index.xml", "/page")
    )
    server.add("/page", page("No sitemap"))
    server.add("/index.xml", f"<sitemapindex>{index}</sitemapindex>", content_type="text/xml")
    said = imported(server.url("/index.xml"), status=3)
    assert "2 new articles" in said
    assert "expected a sitemap" in said
    assert "no web address" in said
    assert rows(DataFolder(data), "SELECT title, epoch(published_at), sources FROM article "
                "WHERE contains(title, 'two')") == [
        ("Wheel number two turns", 1743611400.0,
         '{"title": "og:title, heading, title element, feed", "date": "feed", "outlet": "address", '
         '"language": "page"}')
    ]  # fmt: skip
    assert "1 already here" in imported(first)  # an address of a page


@pytest.mark.slow
def test_an_interrupted_import_of_files_goes_on_where_it_was(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(f'{{"title": "Wheel number {n} turns"}}\n' for n in range(10)))
    monkeypatch.setattr(importing, "_BATCH", 2)
    kept = importing.Archive.keep
    calls: list[int] = []

    def fail(self, items, *, now):  # type: ignore[no-untyped-def]
        calls.append(len(items))
        if len(calls) == 4:
            raise KeyboardInterrupt
        return kept(self, items, now=now)

    with monkeypatch.context() as patch:
        patch.setattr(importing.Archive, "keep", fail)
        CliRunner().invoke(app, ["import", str(path)])
    said = imported(path)
    assert "going on after 6 pages and records" in said
    assert "4 new articles, 0 revisions, 0 already here" in said
    assert "0 new articles, 0 revisions, 10 already here" in imported(path)


@pytest.mark.slow
def test_an_import_in_many_turns_is_one_import(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"title": "Wheel 1 turns"}\nno JSON\n{"title": "Wheel 2 turns"}\n')
    monkeypatch.setattr(turns, "_HOLD", 0.0)
    said = imported(path, status=3)
    assert "2 new articles, 0 revisions, 0 already here, 1 not imported" in said
    assert rows(DataFolder(data), "SELECT kind, articles, finished_at > started_at FROM pass") == [
        ("import", 2, True)
    ]


WRITER = """
import sys
import time
from pathlib import Path
from monitor.store import passes
from monitor.store.database import writing
from monitor.store.folder import DataFolder

folder, stop, visits = DataFolder(Path(sys.argv[1])), Path(sys.argv[2]), 0
while not stop.exists():
    with writing(folder, wait=20) as connection:
        assert int(passes.setting(connection, "visits") or 0) == visits
        visits += 1
        passes.set_setting(connection, "visits", str(visits))
    time.sleep(0.3)
"""


@pytest.mark.slow
def test_others_write_between_the_turns_of_an_import_and_never_at_the_same_time(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB itself refuses to open a file that another process has open for writing."""
    path, stop = tmp_path / "in.jsonl", tmp_path / "stop"
    path.write_text("".join(f'{{"title": "Wheel number {n} turns"}}\n' for n in range(20)))
    monkeypatch.setattr(turns, "_HOLD", 0.0)
    other = subprocess.Popen([sys.executable, "-c", WRITER, data, stop], stderr=subprocess.PIPE)
    said = imported(path)
    stop.touch()
    _, error = other.communicate(timeout=60)
    assert (other.returncode, error) == (0, b"")
    assert "20 new articles, 0 revisions, 0 already here, 0 not imported" in said
    [(visits,)] = rows(DataFolder(data), "SELECT value::INTEGER FROM setting WHERE key = 'visits'")
    assert visits >= 4


@pytest.mark.slow
def test_a_watchlist_that_changes_meanwhile_is_not_undone(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchlist, path = tmp_path / "watchlist.toml", tmp_path / "in.jsonl"
    path.write_text('{"title": "Acme turns"}\n{"title": "Bolt Works turns"}\n')
    monkeypatch.setattr(turns, "_HOLD", 0.0)
    start, finish = importing._start, importing._finish

    def change(archive: Archive, kind: str) -> int:
        watchlist.write_text('[[company]]\nname = "Bolt Works"\n')
        return start(archive, kind)

    def spoil(*args: Any) -> None:
        watchlist.write_text("[[company]]\nname = 5\n")
        finish(*args)

    monkeypatch.setattr(importing, "_start", change)
    monkeypatch.setattr(importing, "_finish", spoil)
    imported(path)
    assert rows(DataFolder(data), "SELECT name, watched FROM company ORDER BY name") == [
        ("Acme", False), ("Bolt Works", True)
    ]  # fmt: skip


def test_a_saved_page_of_text_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    for text, expected in (
        ("https://a.example/1\nhttps://a.example/2\n", True),
        ("A headline\nhttps://a.example/2\n", False),
        ("# nothing\n", False),
        ("", False),
    ):
        path.write_text(text)
        assert is_list(path) is expected
    path.write_text("https://a.example/1\n" * 5000 + "not one\n")
    assert is_list(path)
    assert sum(not hasattr(item, "url") for item in read_list(path)) == 1


@pytest.mark.parametrize("data", [b"", b"<html/>", b"\x1f\x8bdamaged", b"{}", b"<rss/>"])
def test_what_is_no_sitemap_is_none(data: bytes) -> None:
    assert read_sitemap(data) is None

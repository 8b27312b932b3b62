"""Archived pages read again: what comes out better is a marked revision, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import Config
from monitor.ingest import reextract as again
from monitor.ingest.archive import Archive
from monitor.ingest.reextract import Reread
from monitor.ingest.service import open_archive
from monitor.ingest.warc import Captured, Recorder
from monitor.store import passes
from monitor.store.folder import DataFolder
from tests.ingest.test_run import NOW, PARAGRAPHS, config_for, feed, one_article, page, run
from tests.server import LocalServer

LATER = NOW + timedelta(days=30)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def read_again(folder: DataFolder, config: Config, *, batches: int = 1000) -> tuple[Reread, bool]:
    result, left = Reread(), iter(range(batches - 1))
    with open_archive(folder, config) as archive:
        found = again.captures(folder, again.plan(archive))
        finished = again.reread(
            archive, found, result, clock=lambda: LATER, go_on=lambda: next(left, None) is not None
        )
    return result, finished


def spoil(archive: Archive, sql: str) -> None:
    """Leave what a lesser extractor would have left."""
    for statement in sql.split(";"):
        archive.connection.execute(statement)


def ask(folder: DataFolder, config: Config, sql: str) -> list[tuple[object, ...]]:
    with open_archive(folder, config) as archive:
        return archive.connection.execute(sql).fetchall()


@pytest.mark.slow
def test_a_better_reading_is_a_marked_revision_and_the_same_again_is_nothing(
    server: LocalServer, folder: DataFolder
) -> None:
    link, config = one_article(server, folder)
    with open_archive(folder, config) as archive:
        spoil(
            archive,
            "UPDATE body SET text = 'Home | Share | Log in'; DELETE FROM mention; "
            "UPDATE article SET title = 'Mill News', company_ids = []",
        )
    result, finished = read_again(folder, config)
    assert (finished, result) == (True, Reread(pages=1, better=1))
    history = "SELECT title, made_by FROM revision ORDER BY revision_id"
    assert ask(folder, config, history) == [
        ("A second wheel for the mill", None), ("A second wheel for the mill", "reextraction"),
    ]  # fmt: skip
    shown = "SELECT title, text, len(company_ids) FROM article JOIN body USING (revision_id)"
    assert ask(folder, config, shown) == [
        ("A second wheel for the mill", "\n\n".join(PARAGRAPHS), 1)
    ]
    # The publisher changed nothing, and none of its wordings is counted twice.
    assert ask(folder, config, "SELECT revisions FROM article") == [(1,)]
    # The wording that was there before is still among the article's.
    assert ask(folder, config, "SELECT count(*) FROM body WHERE contains(text, 'Log in')") == [(1,)]
    assert read_again(folder, config)[0] == Reread(pages=1, same=1)
    # A pass that meets the page again takes it for what it is.
    server.add("/feed", feed(("1", "A second wheel, again", link)))
    assert run(folder, config, now=NOW + timedelta(hours=2)).counts.revisions == 0


@pytest.mark.slow
def test_nothing_that_was_known_is_lost(server: LocalServer, folder: DataFolder) -> None:
    _, config = one_article(server, folder)
    longer = " ".join(f"word{n}" for n in range(400))
    with open_archive(folder, config) as archive:
        spoil(archive, f"UPDATE body SET text = '{longer}'")
    assert read_again(folder, config)[0] == Reread(pages=1, worse=1)
    with open_archive(folder, config) as archive:
        spoil(archive, "UPDATE body SET text = 'x'; UPDATE article SET authors = ['Ann Lee']")
    assert read_again(folder, config)[0] == Reread(pages=1, better=1)
    assert ask(folder, config, "SELECT authors FROM article") == [(["Ann Lee"],)]


@pytest.mark.slow
def test_a_wording_that_the_publisher_gave_later_stays(
    server: LocalServer, folder: DataFolder
) -> None:
    link, config = one_article(server, folder)
    for path in folder.archive.glob("*.warc.gz"):
        path.unlink()
    with Recorder(folder.archive) as recorder:
        old = page("A wheel, an old headline", *PARAGRAPHS, "Old text.").encode()
        recorder.record(Captured(link, old, NOW - timedelta(hours=1), "text/html"))
    assert read_again(folder, config)[0] == Reread(pages=1, newer=1)
    assert ask(folder, config, "SELECT title FROM article") == [("A second wheel for the mill",)]


@pytest.mark.slow
def test_of_several_captures_the_newest_counts(server: LocalServer, folder: DataFolder) -> None:
    _, config = one_article(server, folder)
    server.add("/mill", page("The mill has its second wheel"))
    run(folder, config, now=NOW + timedelta(hours=1))
    assert read_again(folder, config)[0] == Reread(pages=1, same=1)
    assert ask(folder, config, "SELECT title, revisions FROM article") == [
        ("The mill has its second wheel", 2)
    ]


@pytest.mark.slow
def test_a_page_that_could_not_be_read_once_gives_its_text_now(
    server: LocalServer, folder: DataFolder
) -> None:
    link = server.add("/mill", status=500)
    server.add("/feed", feed(("1", "A second wheel", link)))
    config = config_for(server, "/feed")
    run(folder, config)
    with Recorder(folder.archive) as recorder:
        body = page("A second wheel for the mill").encode()
        recorder.record(Captured(link, body, NOW - timedelta(seconds=1), "text/html"))
        recorder.record(Captured("https://else.example/x", b"<p>", NOW, "text/html"))
    assert read_again(folder, config)[0] == Reread(pages=2, better=1, unreadable=1)
    assert ask(folder, config, "SELECT text_status FROM article") == [("full",)]


@pytest.mark.slow
def test_a_page_behind_a_redirect_gives_its_text_to_the_article_that_led_there(
    server: LocalServer, folder: DataFolder
) -> None:
    """What could not be read then is read now; but an address for several is nobody's page."""
    unread = "<html><body></body></html>"
    paths = {"/go": "/mill", "/one": "/wall", "/two": "/wall"}
    links = []
    for path, there in paths.items():
        links.append((path, f"Entry {path}", server.redirect(path, there)))
        server.add(there, unread)
    server.add("/feed", feed(*links))
    config = config_for(server, "/feed")
    run(folder, config)
    assert ask(folder, config, "SELECT DISTINCT text_status FROM article") == [("headline",)]
    with Recorder(folder.archive) as recorder:
        for there in ("/mill", "/wall"):
            body = page(f"Behind {there} a second wheel turns").encode()
            recorder.record(Captured(server.url(there), body, NOW, "text/html"))
    assert read_again(folder, config)[0] == Reread(pages=2, better=1, unknown=1)
    shown = "SELECT title, text_status, made_by FROM article JOIN revision r USING (revision_id) "
    assert ask(folder, config, shown.replace("title", "r.title", 1) + "ORDER BY ALL") == [
        ("Behind /mill a second wheel turns", "full", "reextraction"),
        ("Entry /one", "headline", None), ("Entry /two", "headline", None),
    ]  # fmt: skip


@pytest.mark.slow
def test_an_interrupted_run_goes_on_where_it_was(
    server: LocalServer, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [server.add(f"/{n}", page(f"Wheel number {n} turns")) for n in range(5)]
    server.add("/feed", feed(*((str(n), f"Wheel {n}", link) for n, link in enumerate(links))))
    config = config_for(server, "/feed")
    run(folder, config)
    monkeypatch.setattr(again, "_BATCH", 2)
    result, finished = read_again(folder, config, batches=2)
    assert (finished, result.pages) == (False, 4)
    with open_archive(folder, config) as archive:
        assert again.plan(archive).left == 1
    result, finished = read_again(folder, config)
    assert (finished, result.pages) == (True, 1)
    with open_archive(folder, config) as archive:
        assert passes.setting(archive.connection, again._PLACE) == "null"
        assert again.plan(archive).left == 5

"""Articles are looked at again, less and less often; what changed becomes a revision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Config
from monitor.ingest.extract import EXTRACTOR
from monitor.ingest.recheck import RETRY, SCHEDULE, next_check
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder
from tests.ingest.test_run import NOW, PARAGRAPHS, config_for, feed, one_article, page, rows, run
from tests.server import LocalServer

SEEN = datetime(2025, 4, 1, tzinfo=UTC)


def test_checks_come_at_their_times_and_end() -> None:
    now, at = SEEN, []
    while (moment := next_check(SEEN, now=now)) is not None:
        at.append(moment - SEEN)
        now = moment
    assert tuple(at) == SCHEDULE
    assert next_check(SEEN, now=SEEN, complete=False) == SEEN + RETRY
    assert next_check(SEEN, now=SEEN + RETRY, complete=False) == SEEN + SCHEDULE[0]


@given(st.timedeltas(timedelta(), timedelta(days=30)), st.booleans())
def test_the_next_check_is_always_ahead(age: timedelta, complete: bool) -> None:
    moment = next_check(SEEN, now=SEEN + age, complete=complete)
    assert moment is None or moment > SEEN + age
    assert (moment is None) == (age >= SCHEDULE[-1])


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


@pytest.mark.slow
def test_a_page_changed_behind_a_silent_feed_is_a_revision(
    server: LocalServer, folder: DataFolder
) -> None:
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/feed", feed(("1", "A second wheel", link)), etag='"1"')
    config = config_for(server, "/feed")
    run(folder, config)
    assert run(folder, config, now=NOW + timedelta(minutes=59)).counts.unchanged == 0
    assert server.count("/mill") == 1
    same = run(folder, config, now=NOW + timedelta(hours=1))
    assert (same.counts.unchanged, same.counts.revisions, server.count("/mill")) == (1, 0, 2)
    server.add("/mill", page("The mill has its second wheel", *PARAGRAPHS, "It voted yes."))
    changed = run(folder, config, now=NOW + timedelta(hours=7))
    assert (changed.counts.articles, changed.counts.revisions) == (0, 1)
    assert rows(folder, "SELECT title, revisions FROM article") == [
        ("The mill has its second wheel", 2)
    ]
    for days in (1, 3, 7, 8, 30):
        run(folder, config, now=NOW + timedelta(days=days, hours=1))
    assert server.count("/mill") == 6
    assert rows(folder, "SELECT count(*), max(revisions) FROM article") == [(1, 2)]


@pytest.mark.slow
def test_a_page_that_failed_for_a_while_is_read_later_although_the_feed_is_silent(
    server: LocalServer, folder: DataFolder
) -> None:
    link = server.add("/mill", "busy", status=503)
    server.add("/feed", feed(("1", "A second wheel", link)), etag='"1"')
    config = config_for(server, "/feed")
    run(folder, config)
    assert rows(folder, "SELECT text_status FROM article") == [("headline",)]
    server.add("/mill", page("A second wheel for the mill"))
    run(folder, config, now=NOW + timedelta(minutes=15))
    assert rows(folder, "SELECT title, text_status FROM article") == [
        ("A second wheel for the mill", "full")
    ]


@pytest.mark.slow
def test_a_page_that_is_walled_off_later_keeps_its_text(
    server: LocalServer, folder: DataFolder
) -> None:
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/feed", feed(("1", "A second wheel", link)), etag='"1"')
    config = config_for(server, "/feed")
    run(folder, config)
    server.add("/mill", page("Just a moment...", "Checking the connection."))
    run(folder, config, now=NOW + timedelta(hours=2))
    assert rows(folder, "SELECT title, revisions FROM article") == [
        ("A second wheel for the mill", 1)
    ]


HISTORY = "SELECT title, made_by, extractor FROM revision ORDER BY revision_id"
SHOWN = "SELECT title, text, revisions FROM article JOIN body USING (revision_id)"
TITLE, TEXT = "A second wheel for the mill", "\n\n".join(PARAGRAPHS)


def read_by_another(folder: DataFolder, config: Config, text: str) -> None:
    """Leave the one article as another extractor would have left it: with this text."""
    with open_archive(folder, config) as archive:
        for sql in ("UPDATE revision SET extractor = 'another', digest = 'of another'",
                    f"UPDATE body SET text = '{text}'"):  # fmt: skip
            archive.connection.execute(sql)


@pytest.mark.slow
def test_what_another_extractor_made_of_the_same_page_is_not_the_publishers_change(
    server: LocalServer, folder: DataFolder
) -> None:
    _, config = one_article(server, folder)
    assert rows(folder, HISTORY) == [(TITLE, None, EXTRACTOR)]
    read_by_another(folder, config, TEXT + " Share this. Log in.")
    same = run(folder, config, now=NOW + timedelta(hours=1))
    assert (same.counts.unchanged, same.counts.revisions) == (1, 0)
    assert rows(folder, HISTORY) == [
        (TITLE, None, "another"), (TITLE, "reextraction", EXTRACTOR)
    ]  # fmt: skip
    assert rows(folder, SHOWN) == [(TITLE, TEXT, 1)]
    # And so it stays: the next check finds nothing new.
    assert run(folder, config, now=NOW + timedelta(hours=6)).counts.unchanged == 1
    assert rows(folder, SHOWN) == [(TITLE, TEXT, 1)]


@pytest.mark.slow
def test_what_the_publisher_changed_at_the_same_time_is_a_revision_of_its_own(
    server: LocalServer, folder: DataFolder
) -> None:
    _, config = one_article(server, folder)
    read_by_another(folder, config, TEXT + " Share this. Log in.")
    server.add("/mill", page("The mill has its second wheel", *PARAGRAPHS, "It voted yes."))
    changed = run(folder, config, now=NOW + timedelta(hours=1))
    assert (changed.counts.unchanged, changed.counts.revisions) == (0, 1)
    assert rows(folder, HISTORY) == [
        (TITLE, None, "another"), (TITLE, "reextraction", EXTRACTOR),
        ("The mill has its second wheel", None, EXTRACTOR),
    ]  # fmt: skip
    texts = [text for (text,) in rows(folder, "SELECT text FROM body ORDER BY revision_id")]
    assert texts[1:] == [TEXT, TEXT + "\n\nIt voted yes."]


@pytest.mark.slow
def test_a_worse_reading_of_the_same_page_is_no_change_either(
    server: LocalServer, folder: DataFolder
) -> None:
    _, config = one_article(server, folder)
    longer = " ".join(f"word{n}" for n in range(400))
    read_by_another(folder, config, longer)
    assert run(folder, config, now=NOW + timedelta(hours=1)).counts.unchanged == 1
    assert rows(folder, SHOWN) == [(TITLE, longer, 1)]


@pytest.mark.slow
def test_where_the_page_of_another_extractor_is_lost_nobody_is_blamed(
    server: LocalServer, folder: DataFolder
) -> None:
    _, config = one_article(server, folder)
    read_by_another(folder, config, TEXT + " Share this. Log in.")
    for path in folder.archive.glob("*.warc.gz"):
        path.unlink()
    run(folder, config, now=NOW + timedelta(hours=1))
    assert rows(folder, HISTORY) == [
        (TITLE, None, "another"), (TITLE, "reextraction", EXTRACTOR)
    ]  # fmt: skip
    server.add("/mill", page("The mill has its second wheel"))
    run(folder, config, now=NOW + timedelta(hours=6))
    assert rows(folder, HISTORY)[2:] == [("The mill has its second wheel", None, EXTRACTOR)]

"""Articles are looked at again, less and less often; what changed becomes a revision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.recheck import RETRY, SCHEDULE, next_check
from monitor.store.folder import DataFolder
from tests.ingest.test_run import NOW, PARAGRAPHS, config_for, feed, page, rows, run
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


def test_a_page_that_is_walled_off_later_keeps_its_text(
    server: LocalServer, folder: DataFolder
) -> None:
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/feed", feed(("1", "A second wheel", link)), etag='"1"')
    config = config_for(server, "/feed")
    run(folder, config)
    server.add("/mill", page("Just a moment...", "Checking the connection."))
    run(folder, config, now=NOW + timedelta(hours=2))
    server.add("/mill", page("Another report altogether", *PARAGRAPHS[::-1]))
    assert rows(folder, "SELECT title, revisions FROM article") == [
        ("A second wheel for the mill", 1)
    ]

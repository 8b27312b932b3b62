"""What an outlet repeats on its own pages is learned, and dropped from its texts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest import learned
from monitor.store.folder import DataFolder
from monitor.store.furniture import OFTEN
from tests.ingest.test_run import NOW, config_for, feed, page, rows, run
from tests.server import LocalServer

STANDING = "The Bay Ledger has told the news of the bay and its mills since the year 1899."
ASKED = "Acme did not answer our questions about the mill before this report was printed."


def report(number: int, *, last: str = STANDING) -> str:
    paragraphs = [
        f"Report {number}, part {part}: the mill by the bay turned its wheel {number} times and "
        f"ground {number * part} sacks of flour for the people of ward {number}."
        for part in range(1, 6)
    ]
    return page(f"Wheel {number} turns again", *paragraphs[:3], ASKED, *paragraphs[3:], last)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def serve(server: LocalServer, *pages: str) -> None:
    entries = [(str(n), f"Wheel {n}", server.add(f"/{n}", page)) for n, page in enumerate(pages)]
    server.add("/feed", feed(*entries))


def test_a_line_that_ends_an_outlets_articles_is_no_part_of_them(
    server: LocalServer, folder: DataFolder
) -> None:
    serve(server, *(report(n) for n in range(OFTEN)))
    config = config_for(server, "/feed")
    run(folder, config)
    texts = [text for (text,) in rows(folder, "SELECT text FROM body")]
    assert len(texts) == OFTEN
    assert all(STANDING not in text for text in texts)
    assert all(text.count("\n\n") == 5 and ASKED in text for text in texts)
    # A later pass knows it, and a page that did not change is still the same article.
    serve(server, *(report(n) for n in range(OFTEN + 1)))
    later = run(folder, config, now=NOW + timedelta(hours=2))
    assert (later.counts.articles, later.counts.revisions) == (1, 0)
    assert rows(folder, f"SELECT count(*) FROM body WHERE contains(text, '{STANDING}')") == [(0,)]


def test_an_article_printed_under_many_addresses_keeps_its_last_line(
    server: LocalServer, folder: DataFolder
) -> None:
    serve(server, *[report(1)] * (OFTEN + 1))
    run(folder, config_for(server, "/feed"))
    found = rows(folder, f"SELECT count(*) FROM body WHERE contains(text, '{STANDING}')")
    assert found == [(OFTEN + 1,)]


def test_a_few_articles_teach_nothing(server: LocalServer, folder: DataFolder) -> None:
    serve(server, *(report(n) for n in range(OFTEN - 1)))
    run(folder, config_for(server, "/feed"))
    found = rows(folder, f"SELECT count(*) FROM body WHERE contains(text, '{STANDING}')")
    assert found == [(OFTEN - 1,)]


LINES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=12)


@given(LINES, st.sets(st.sampled_from("abcdefgh")))
def test_only_edges_are_dropped_and_once(lines: list[str], standing: set[str]) -> None:
    known = {learned.line_digest(line) for line in standing}
    text = "\n\n".join(lines)
    left = learned.without(text, known.__contains__)
    assert left in text
    assert left
    assert len(left.split("\n\n")) >= min(2, len(lines))

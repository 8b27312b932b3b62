"""The sample archive through the real pipeline, against what was planted in it.

The same shapes as the two seed documents, always at hand: reprints with copy edits, a page of
four, headlines changed after publication, ambiguous words, a feed that breaks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis.query import parse_query
from monitor.config import load_config
from monitor.ingest.run import PassResult
from monitor.ingest.sample import load_sample
from monitor.ingest.service import apply_desk, open_archive
from monitor.store import passes
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from monitor.store.search import search_revisions
from monitor.store.status import status
from tests.conftest import ROOT
from tests.imported import import_file

pytestmark = pytest.mark.slow
SAMPLE = ROOT / "data" / "sample"
EXPECTED = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
Key = tuple[str, str]


class Loaded:
    """The sample archive in a database, and what was planted, under the same keys."""

    def __init__(self, folder: DataFolder, results: list[PassResult]) -> None:
        self.folder, self.results = folder, results
        self.reader = Reader.open(folder)
        rows = self.reader.frame(
            """
            SELECT a.* EXCLUDE (url), coalesce(a.url, '') AS url, o.name AS outlet, b.text
            FROM article a JOIN outlet o USING (outlet_id) JOIN body b USING (revision_id)
            """
        ).to_dict("records")
        self.found: dict[Key, dict[str, Any]] = {(r["outlet"], r["title"]): r for r in rows}
        self.planted: dict[Key, dict[str, Any]] = {
            (a["outlet"], a["title"]): a for a in EXPECTED["articles"]
        }

    def both(self) -> Iterator[tuple[Key, dict[str, Any], dict[str, Any]]]:
        """Every planted article with what came of it."""
        for key, planted in self.planted.items():
            if key in self.found:
                yield key, planted, self.found[key]

    def companies(self, article_id: int) -> set[str]:
        rows = self.reader.rows(
            """
            SELECT c.name FROM mention JOIN company c USING (company_id) WHERE article_id = $id
            """,
            {"id": article_id},
        )
        return {name for (name,) in rows}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = DataFolder(tmp_path_factory.mktemp("sample"))
    with open_archive(folder, load_config(ROOT / "data" / "watchlist.toml")) as archive:
        return Loaded(folder, load_sample(archive, SAMPLE))


def test_every_planted_article_is_there_and_no_other(sample: Loaded) -> None:
    assert set(sample.found) == set(sample.planted)
    assert all(row["sample"] for row in sample.found.values())


def test_what_tags_and_the_undated_repeat_of_articles_is_theirs(sample: Loaded) -> None:
    """Filters ask these instead of the articles."""
    for table in ("mention", "topic_tag"):
        assert sample.reader.rows(
            f"""
            SELECT count(*) FROM {table} t LEFT JOIN article a USING (article_id)
            WHERE a.article_id IS NULL OR t.dated_at IS DISTINCT FROM a.dated_at
            """
        ) == [(0,)]
    undated = "SELECT * FROM article WHERE dated_at IS NULL ORDER BY article_id"
    found = sample.reader.rows("SELECT * FROM undated ORDER BY article_id")
    assert found == sample.reader.rows(undated)
    assert found


def test_texts_begin_and_end_where_the_articles_do(sample: Loaded) -> None:
    wrong = [
        key
        for key, planted, found in sample.both()
        if not found["text"].startswith(planted["text_starts"])
        or not found["text"].endswith(planted["text_ends"])
        or any(phrase in found["text"] for phrase in planted["not_in_text"])
        or found["text_status"] != planted["text_status"]
    ]
    assert wrong == []


def test_authors_languages_and_credits(sample: Loaded) -> None:
    wrong = [
        (key, planted["authors"], list(found["authors"]), planted["language"], found["language"])
        for key, planted, found in sample.both()
        if list(found["authors"]) != planted["authors"] or found["language"] != planted["language"]
    ]
    assert wrong == []
    uncredited = [
        (key, planted["credit"], found["credit"])
        for key, planted, found in sample.both()
        if planted["credit"] and not isinstance(found["credit"], str)
    ]
    assert uncredited == []


def test_dates_are_the_publishers_or_absent(sample: Loaded) -> None:
    wrong = []
    for key, planted, found in sample.both():
        known = found["published_at"]
        expected = planted["published_at"]
        if expected is None:
            if str(known) not in ("NaT", "None"):
                wrong.append((key, expected, known))
        elif str(known) == "NaT" or known != datetime.fromisoformat(expected):
            wrong.append((key, expected, known))
    assert wrong == []


def test_companies_are_tagged_and_words_that_look_like_them_are_not(sample: Loaded) -> None:
    missed, wrong = [], []
    for key, planted, found in sample.both():
        names = sample.companies(found["article_id"])
        missed += [(key, name) for name in set(planted["companies"]) - names]
        allowed = {*planted["companies"], *planted["companies_allowed"]}
        wrong += [(key, name) for name in names - allowed]
    assert missed == []
    assert wrong == []


def test_copies_are_found_and_nothing_else_is_one(sample: Loaded) -> None:
    def pairs(groups: dict[Key, Any]) -> set[frozenset[Key]]:
        return {
            frozenset(pair)
            for pair in combinations(groups, 2)
            if groups[pair[0]] is not None and groups[pair[0]] == groups[pair[1]]
        }

    found = {key: row["copy_group_id"] for key, row in sample.found.items()}
    planted = {key: row["copy_group"] for key, row in sample.planted.items()}
    assert pairs(found) == pairs(planted)


def test_roles(sample: Loaded) -> None:
    wrong = [
        (key, planted["role"], found["role"])
        for key, planted, found in sample.both()
        if found["role"] != planted["role"]
    ]
    assert wrong == []


def test_whoever_copies_or_is_copied_says_why_also_after_others_came(sample: Loaded) -> None:
    told = [row for row in sample.found.values() if row["role"] in ("original", "reprint")]
    assert len(told) > 20
    assert [row["title"] for row in told if row["role_evidence"] == "[]"] == []


def test_reports_of_one_event_are_one_story(sample: Loaded) -> None:
    """By pairs: a wrong merge is worse than a missed one."""
    both = {key: (planted["story"], found["story_id"]) for key, planted, found in sample.both()}
    hit = extra = missed = 0
    for a, b in combinations(both.values(), 2):
        truly, together = a[0] == b[0], a[1] == b[1]
        hit += truly and together
        extra += together and not truly
        missed += truly and not together
    assert hit / (hit + extra) >= 0.9, (hit, extra, missed)
    assert hit / (hit + missed) >= 0.7, (hit, extra, missed)


def test_changed_headlines_are_revisions_of_one_article(sample: Loaded) -> None:
    for revised in EXPECTED["revised"]:
        rows = sample.reader.rows(
            """
            SELECT r.title FROM article a JOIN revision r USING (article_id)
            WHERE a.url = $url ORDER BY r.revision_id
            """,
            {"url": revised["url"]},
        )
        assert [title for (title,) in rows] == revised["titles"]


def test_a_feed_that_breaks_is_said_and_the_others_go_on(sample: Loaded) -> None:
    state = status(sample.reader)
    broken = {feed["url"] for feed in EXPECTED["broken_feeds"]}
    assert {feed["url"] for feed in state["feeds_in_trouble"]} == broken
    assert [r.failing for r in sample.results] == [0, 0, 1, 2]
    assert state["revisions"] == len(EXPECTED["revised"])


def test_a_second_replay_changes_nothing_and_removal_takes_only_the_sample(
    sample: Loaded, tmp_path: Path
) -> None:
    config = load_config(ROOT / "data" / "watchlist.toml")
    before = status(sample.reader)
    with open_archive(sample.folder, config) as archive:
        again = load_sample(archive, SAMPLE)
    assert sum(r.counts.articles + r.counts.revisions for r in again) == 0
    after = status(Reader.open(sample.folder))
    for key in ("articles", "stories", "mentions", "revisions"):
        assert after[key] == before[key]
    desk = Desk(sample.folder)
    desk.decide("remove_sample", {}, by="test")
    desk.close()
    assert apply_desk(sample.folder, config)
    assert not apply_desk(sample.folder, config)
    gone = Reader.open(sample.folder)
    left = {
        table: gone.rows(f"SELECT count(*) FROM {table}")[0][0]
        for table in ("article", "revision", "body", "mention", "topic_tag", "group_key", "entry")
    }
    assert set(left.values()) == {0}, left


def test_removal_keeps_an_outlet_and_a_story_that_real_articles_use(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    config = load_config(ROOT / "data" / "watchlist.toml")
    source = tmp_path / "own.jsonl"
    with open_archive(folder, config) as archive:
        load_sample(archive, SAMPLE)
        [(title, text, outlet, at)] = archive.connection.execute(
            """
            SELECT a.title, b.text, o.name, a.published_at FROM article a
            JOIN body b USING (revision_id) JOIN outlet o USING (outlet_id)
            WHERE a.role = 'original' ORDER BY a.article_id LIMIT 1
            """
        ).fetchall()
        row = {"title": title, "text": text, "outlet": outlet, "published_at": at.isoformat(),
               "url": "https://own.example/copy"}  # fmt: skip
        source.write_text(json.dumps(row))
        kept, failures = import_file(archive, source, now=at)
        assert (kept.counts.articles, failures) == (1, [])
        passes.remove_sample(archive.connection)
        [(article_id, *groups, name)] = archive.connection.execute(
            """
            SELECT a.article_id, a.story_id, a.copy_group_id, o.name
            FROM article a JOIN outlet o USING (outlet_id)
            """
        ).fetchall()
    assert (groups, name) == ([article_id, article_id], outlet)


def test_the_search_box_finds_what_was_written(sample: Loaded) -> None:
    found = search_revisions(sample.folder, parse_query('tariff* AND "Windsor"'))
    rows = sample.reader.rows(
        "SELECT count(*) FROM article WHERE list_contains($found, revision_id)", {"found": found}
    )
    assert rows[0][0] >= 1

"""Stories merged and split by hand: at once, for good, and as they were when taken back."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis.tagging import Tagger
from monitor.config import parse_config
from monitor.ingest.service import apply_desk, open_archive, retag_all
from monitor.models import DateConfidence, Draft
from monitor.store.corrections import held_in
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.overlay import with_decisions
from monitor.store.publish import publish
from monitor.store.queries import current_story, story
from monitor.store.reader import Reader
from monitor.store.story_decisions import KIND, decided_in, merge, split, undo
from tests.analysis.test_stories import FERRY, FERRY_OTHER, FERRY_THIRD, MILL, REPRINT

CONFIG = parse_config('[[company]]\nname = "Papier Sella"\nabout = "Papier Sella, a paper mill"\n')
DAY = datetime(2025, 4, 1, tzinfo=UTC)
FEWER = " ".join(random.Random(3).sample(FERRY.split(), 75))
# By key: outlet, text, whether it is dated. c is a's copy, and says of itself when it was.
TEXTS: dict[str, tuple[str, str, bool]] = {
    "a": ("Strait Courier", FERRY, True),
    "b": ("Brevik Tidings", FERRY_OTHER, True),
    "c": ("Island Digest", REPRINT, False),
    "m": ("Este Chronicle", MILL, True),
    "n": ("Tamsk News", MILL.replace("autumn", "spring"), True),
}
LATER = {
    "d": ("Harbour Post", FERRY_THIRD, True),
    "e": ("Coast Radio", FEWER, True),
    "f": ("Reef Weekly", REPRINT.replace("severe", "grave"), True),
    "o": ("Weir Gazette", MILL.replace("dead trout", "dead pike"), True),
}


def draft(key: str, outlet: str, text: str, *, dated: bool) -> Draft:
    at = DAY + timedelta(hours=ord(key) - ord("a"))
    return Draft(
        url_key=f"x.example/{key}", url=f"https://x.example/{key}", outlet=outlet,
        domain="x.example", title=f"Report {key}", text=text, seen_at=at,
        published_at=at if dated else None,
        date_confidence=DateConfidence.HIGH if dated else DateConfidence.NONE,
    )  # fmt: skip


def keep(folder: DataFolder, texts: dict[str, tuple[str, str, bool]]) -> None:
    with open_archive(folder, CONFIG) as archive:
        items = [draft(key, outlet, text, dated=dated) for key, (outlet, text, dated)
                 in texts.items()]  # fmt: skip
        archive.keep(items, now=DAY + timedelta(days=1))
        publish(folder, archive.connection)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    keep(folder, TEXTS)
    return folder


def rows(folder: DataFolder, *, laid_over: bool = False) -> dict[str, dict[str, Any]]:
    """By key, everything about an article that stories decide, as readers see it."""
    reader = Reader.open(folder)
    if laid_over:
        reader = with_decisions(
            reader, held_in(folder), decided_in(folder), lambda: Tagger(CONFIG), name="test"
        )
    ids = dict(reader.rows("SELECT article_id, right(url_key, 1) FROM article"))
    found = reader.frame(
        """
        SELECT a.article_id, a.story_id, a.copy_group_id, a.source_id, a.role, a.role_evidence,
            a.dated_at, (SELECT list(DISTINCT m.story_id) FROM mention m
                         WHERE m.article_id = a.article_id) AS told
        FROM article a ORDER BY article_id
        """
    ).to_dict("records")
    for row in found:
        for name in ("story_id", "copy_group_id", "source_id"):
            row[name] = ids.get(row[name])
        told = row.pop("told")
        assert told is None or [ids[i] for i in told] == [row["story_id"]]
        row["dated_at"] = str(row["dated_at"])
    reader.close()
    return {ids[row.pop("article_id")]: row for row in found}


def partition(found: dict[str, dict[str, Any]]) -> set[str]:
    stories: dict[str, str] = {}
    for key, row in sorted(found.items()):
        stories[row["story_id"]] = stories.get(row["story_id"], "") + key
    return set(stories.values())


def keys(letters: str) -> list[str]:
    return [f"x.example/{letter}" for letter in letters]


def say(folder: DataFolder, act: str, one: str, other: str, *, copies: Iterable[str] = ()) -> int:
    desk = Desk(folder)
    if act == "merge":
        made = merge(desk, keys(one), keys(other), by="ana")
    else:
        made = split(desk, keys(one), keys(other), copies=[keys(c) for c in copies], by="ana")
    desk.close()
    return made


def take_back(folder: DataFolder, made: int) -> None:
    desk = Desk(folder)
    undo(desk, made, by="ben")
    desk.close()


def test_the_machine_alone(folder: DataFolder) -> None:
    assert partition(rows(folder)) == {"abc", "mn"}
    assert rows(folder)["c"]["copy_group_id"] == "a"
    assert rows(folder)["c"]["dated_at"] == rows(folder)["a"]["dated_at"]


@pytest.mark.slow
def test_a_merge_shows_at_once_is_applied_and_taken_back(folder: DataFolder) -> None:
    before = rows(folder)
    made = say(folder, "merge", "mn", "abc")
    shown = rows(folder, laid_over=True)
    assert partition(shown) == {"abcmn"}
    assert rows(folder) == before
    assert apply_desk(folder, CONFIG)
    assert not apply_desk(folder, CONFIG)
    assert rows(folder) == shown == rows(folder, laid_over=True)
    reader = Reader.open(folder)
    [(first,)] = reader.rows("SELECT min(article_id) FROM article")
    [(mill,)] = reader.rows("SELECT article_id FROM article WHERE right(url_key, 1) = 'm'")
    assert current_story(reader, mill) == first
    assert len(story(reader, mill)) == 5
    take_back(folder, made)
    assert rows(folder, laid_over=True) == before
    assert apply_desk(folder, CONFIG)
    assert rows(folder) == before
    assert current_story(Reader.open(folder), mill) == mill


@pytest.mark.slow
def test_a_copy_split_off_has_a_role_and_a_date_of_its_own(folder: DataFolder) -> None:
    before = rows(folder)
    made = say(folder, "split", "c", "ab", copies=["ac"])
    shown = rows(folder, laid_over=True)
    assert partition(shown) == {"ab", "c", "mn"}
    assert (shown["a"]["role"], shown["c"]["role"]) == ("independent", "independent")
    assert shown["c"]["dated_at"] == "NaT"
    assert apply_desk(folder, CONFIG)
    assert rows(folder) == shown
    take_back(folder, made)
    assert rows(folder, laid_over=True) == before
    assert apply_desk(folder, CONFIG)
    assert rows(folder) == before


@pytest.mark.slow
def test_the_link_to_a_story_leads_to_its_founder(folder: DataFolder) -> None:
    say(folder, "split", "ac", "b")
    apply_desk(folder, CONFIG)
    found = rows(folder)
    assert {key: row["story_id"] for key, row in found.items()} == {
        "a": "a", "b": "b", "c": "a", "m": "m", "n": "m",
    }  # fmt: skip


@pytest.mark.slow
def test_what_comes_later_joins_and_never_binds_again(folder: DataFolder) -> None:
    say(folder, "split", "b", "ac")
    say(folder, "merge", "mn", "ac")
    apply_desk(folder, CONFIG)
    for key, text in LATER.items():
        keep(folder, {key: text})
        found = partition(rows(folder))
        assert any(set("acmn") <= set(story) for story in found)
        assert not any({"a", "b"} <= set(story) for story in found)
    assert any("f" in story and "a" in story for story in found)
    assert any("o" in story and "m" in story for story in found)


@pytest.mark.slow
def test_decisions_survive_retagging_and_the_desk_is_asked_once(folder: DataFolder) -> None:
    say(folder, "split", "b", "ac")
    apply_desk(folder, CONFIG)
    decided = rows(folder)
    with open_archive(folder, CONFIG) as archive:
        retag_all(archive)
    assert rows(folder) == decided
    assert not apply_desk(folder, CONFIG)


@pytest.mark.slow
def test_decisions_survive_a_restored_backup(folder: DataFolder, tmp_path: Path) -> None:
    before = rows(folder)
    shutil.copytree(folder.root / "live", tmp_path / "early")
    say(folder, "split", "b", "ac")
    say(folder, "merge", "b", "mn")
    apply_desk(folder, CONFIG)
    decided = rows(folder)
    assert partition(decided) == {"ac", "bmn"}
    # An older database with the newer desk.
    shutil.rmtree(folder.root / "live")
    shutil.copytree(tmp_path / "early", folder.root / "live")
    keep(folder, {"d": LATER["d"]})  # something comes in before the desk is asked
    assert apply_desk(folder, CONFIG)
    found = rows(folder)
    assert partition({k: v for k, v in found.items() if k != "d"}) == {"ac", "bmn"}
    # The database and the desk together, elsewhere.
    other = DataFolder(tmp_path / "other")
    shutil.copytree(folder.root / "live", other.root / "live")
    shutil.copy(folder.desk, other.desk)
    apply_desk(other, CONFIG)
    with open_archive(other, CONFIG) as archive:
        publish(other, archive.connection)
    assert rows(other) == found
    # A newer database with a desk from before: what was decided since is not known any more.
    shutil.rmtree(folder.root / "live")
    shutil.copytree(tmp_path / "early", folder.root / "live")
    assert apply_desk(folder, CONFIG)
    folder.desk.unlink()
    assert apply_desk(folder, CONFIG)
    assert rows(folder) == before


@pytest.mark.slow
def test_an_archive_fetched_again_in_another_order_keeps_decisions(
    folder: DataFolder, tmp_path: Path
) -> None:
    say(folder, "split", "b", "ac")
    say(folder, "merge", "mn", "ac")
    rebuilt = DataFolder(tmp_path / "rebuilt")
    rebuilt.create()
    shutil.copy(folder.desk, rebuilt.desk)
    apply_desk(rebuilt, CONFIG)
    every = {**TEXTS, **LATER}
    order = list(every)
    random.Random(2).shuffle(order)
    for key in order:
        keep(rebuilt, {key: every[key]})
    found = partition(rows(rebuilt))
    assert any(set("acmn") <= set(story) for story in found)
    assert not any({"a", "b"} <= set(story) for story in found)
    before = rows(rebuilt)
    assert not apply_desk(rebuilt, CONFIG)
    assert rows(rebuilt, laid_over=True) == before


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_nothing_said_is_undone_over_random_arrivals(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People merge and split what they see while articles come in, each story read in part only."""
    monkeypatch.setattr("monitor.store.neighbours._PER_STORY", 1)
    chance, folder = random.Random(seed), DataFolder(tmp_path / "data")
    waiting = {**TEXTS, **LATER}
    said: dict[tuple[str, str], bool] = {}
    while waiting:
        batch = chance.sample(sorted(waiting), min(len(waiting), chance.randrange(1, 4)))
        keep(folder, {key: waiting.pop(key) for key in batch})
        found = rows(folder, laid_over=True)
        stories = sorted(partition(found))
        story = chance.choice(stories)
        if chance.random() < 0.4 and len(stories) > 1:
            other = chance.choice([s for s in stories if s != story])
            say(folder, "merge", story, other)
            said.update(dict.fromkeys(combinations(sorted(story + other), 2), True))
        elif len(story) > 1:
            off = chance.sample(story, chance.randrange(1, len(story)))
            rest = [key for key in story if key not in off]
            say(folder, "split", "".join(off), "".join(rest))
            said.update(dict.fromkeys(combinations(sorted(off), 2), True))
            pairs = product(off, rest)
            said.update({(min(pair), max(pair)): False for pair in pairs})
        if chance.random() < 0.7:
            apply_desk(folder, CONFIG)
    apply_desk(folder, CONFIG)
    found = rows(folder)
    assert rows(folder, laid_over=True) == found
    for (one, other), together in said.items():
        assert (found[one]["story_id"] == found[other]["story_id"]) is together, (one, other)
    for row in found.values():
        assert found[row["copy_group_id"]]["story_id"] == row["story_id"]
        assert found[row["story_id"]]["story_id"] == row["story_id"]
    desk = Desk(folder)
    assert len(desk.standing(KIND)) >= 1
    desk.close()

"""Which articles grouping is given to compare a new one with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.analysis.group_keys import Keys
from monitor.analysis.story_decisions import Act, Held, StoryDecision, held
from monitor.models import Role
from monitor.store.database import Connection, writing
from monitor.store.grouping import replace_keys
from monitor.store.neighbours import Near, candidates
from tests.archive import Piece, build_archive

DAY = datetime(2025, 3, 20, 9, tzinfo=UTC)
TERMS = (101, 102, 103)
NEW = 1000


def near(
    tmp_path: Path, others: list[tuple[Keys, float | None]], *, dated: bool = True,
    decided: Held[str] | None = None, stories: dict[int, int] | None = None,
) -> Near:  # fmt: skip
    """What a new article with `TERMS` and one band is near to, of others (keys, days before)."""
    pieces = [Piece("New", at=DAY)]
    for number, (_, days) in enumerate(others, start=1):
        at = None if days is None else DAY - timedelta(days=days)
        pieces.append(Piece(f"Other {number}", at=at, text="x", story=(stories or {}).get(number)))
    folder = build_archive(tmp_path, pieces)
    keys = {NEW: Keys((7,), TERMS)}
    keys |= {NEW + n: own for n, (own, _) in enumerate(others, start=1)}
    times = {NEW: DAY if dated else None}
    times |= {NEW + n: pieces[n].at for n in range(1, len(pieces))}
    with writing(folder) as connection:
        replace_keys(connection, keys, times)
        _unplace(connection)
        return candidates(connection, [NEW], decided or Held())


def _unplace(connection: Connection) -> None:
    connection.execute(
        "UPDATE article SET story_id = NULL, copy_group_id = NULL WHERE article_id = $id",
        {"id": NEW},
    )


def ids(found: Near) -> list[int]:
    return [int(item.id) - NEW for item, _ in found.placed]


def test_bands_at_any_time_and_two_terms_within_days(tmp_path: Path) -> None:
    found = near(
        tmp_path,
        [
            (Keys((7, 8), ()), 400),  # carries a passage
            (Keys((), (101, 102)), 1),  # tells of the same, a day before
            (Keys((), (101, 102)), 9),  # nine days before
            (Keys((), (101,)), 0),  # one word in common
            (Keys((), (101, 103)), None),  # nobody knows when
            (Keys((101,), (7,)), 0),  # keys of the other kind
        ],
    )
    assert ids(found) == [1, 2, 5]
    assert found.copied == {NEW + 1: [7]}  # of its two keys the one that is shared
    assert all(p.role is Role.INDEPENDENT for _, p in found.placed)


def test_an_undated_article_is_near_to_all_that_share_its_terms(tmp_path: Path) -> None:
    others = [(Keys((), TERMS), days) for days in (0, 90, None)]
    assert ids(near(tmp_path, others, dated=False)) == [1, 2, 3]


def test_of_a_key_that_very_many_hold_only_the_latest_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.neighbours._PER_KEY", 2)
    others = [(Keys((), (101, 102)), 0.1)] * 3 + [(Keys((), (102, 103)), 0.1)]
    # 101 leads to 2 and 3, 102 to 3 and 4, 103 to 4.
    assert ids(near(tmp_path, others)) == [3, 4]


@pytest.mark.slow
def test_what_people_decided_is_there_without_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another article of a story that is near, too far back to be read, and one held with it."""
    monkeypatch.setattr("monitor.store.neighbours._PER_STORY", 1)
    key = "dailyledger.example/{}".format
    decision = StoryDecision(
        1, Act.SPLIT, (key(NEW + 2),), (key(NEW + 4), key(NEW)), "ana", DAY,
    )  # fmt: skip
    found = near(
        tmp_path,
        [(Keys((7,), ()), 1), (Keys((), ()), 1), (Keys((), ()), 1), (Keys((), ()), 200)],
        decided=held([decision]),
        stories={2: 1, 3: 1},
    )
    assert ids(found) == [1, 3]
    assert [p.id for p in found.unread] == [NEW + 2]
    assert set(found.held.classes) == {NEW, NEW + 2}
    assert found.held.conflict((found.held.classes[NEW],), (found.held.classes[NEW + 2],))
    # What is held together with the new article is near, whatever its words.
    merge = StoryDecision(2, Act.MERGE, (key(NEW),), (key(NEW + 4),), "ana", DAY)
    others = [(Keys((), ()), 300)] * 4
    assert ids(near(tmp_path / "merged", others, decided=held([merge]))) == [4]

"""A paragraph that stands elsewhere is moved, not lost and found."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.alignment import Kind, align
from monitor.analysis.moves import moves

PARTS = [
    "The ferry line said on Monday that it would stop its night boats from June.\n\n",
    "Passengers had been leaving the service for years, according to the harbour board.\n\n",
    "Tickets that were sold for July can be returned at any kiosk along the coast.\n\n",
    "“We tried everything,” its director told reporters in front of the old customs house.\n\n",
    "The union wants to keep forty deckhands until the end of the season.\n\n",
    "He said so.\n\n",
]


def test_an_unchanged_order_has_no_moves() -> None:
    assert moves(align("".join(PARTS), "".join(PARTS[:2] + PARTS[3:]))) == []


def test_a_paragraph_put_elsewhere_and_edited_is_moved() -> None:
    last = PARTS[4].replace("forty", "fifty")
    alignment = align("".join(PARTS), "".join([last, *PARTS[:4], PARTS[5]]))
    [move] = moves(alignment)
    assert alignment.rows[move.left].left == PARTS[4]
    assert alignment.rows[move.right].right == last
    changed = [(s.left.strip(), s.right.strip()) for s in move.segments if s.kind != Kind.KEPT]
    assert changed == [("forty", "fifty")]
    assert move.words_kept == len(last.split()) - 1


def test_a_short_or_another_paragraph_is_not_moved() -> None:
    right = "".join(
        [PARTS[5], "The union wants a new pier and a lighthouse for it.\n\n", *PARTS[:4]]
    )
    assert moves(align("".join(PARTS), right)) == []


@given(st.permutations(PARTS), st.permutations(PARTS), st.integers(0, 2**32))
def test_moves_are_whole_mirrored_and_each_row_is_in_one(
    a: list[str], b: list[str], seed: int
) -> None:
    chance = random.Random(seed)
    edited = [" ".join(w for w in p.split() if chance.random() > 0.1) + "\n\n" for p in b]
    alignment = align("".join(a), "".join(edited))
    found = moves(alignment)
    rows = [row for move in found for row in (move.left, move.right)]
    assert len(rows) == len(set(rows))
    for move in found:
        assert "".join(s.left for s in move.segments) == alignment.rows[move.left].left
        assert "".join(s.right for s in move.segments) == alignment.rows[move.right].right
    mirrored = {(m.right, m.left): m for m in moves(alignment.mirrored)}
    assert mirrored.keys() == {(m.left, m.right) for m in found}
    for move in found:
        other = mirrored[move.left, move.right]
        assert [(s.kind.mirrored, s.right, s.left) for s in other.segments] == [
            (s.kind, s.left, s.right) for s in move.segments
        ]

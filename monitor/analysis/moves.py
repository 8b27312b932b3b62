"""Paragraphs that stand on both sides of an alignment, but elsewhere.

An alignment keeps the order of both texts, so a paragraph that an outlet put in
another place is cut on one side and added on the other. Shown so, it reads as a
loss and an addition. Here the two are found again and compared word by word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cdist

from monitor.analysis.alignment import Alignment, Segment, facing, words_kept
from monitor.analysis.pairing import content_words
from monitor.analysis.words import words_of

# Share of the words (Dice, of the longer ones) that a moved paragraph keeps. Higher than what
# paragraphs in order need: their place is no evidence any more.
_ALIKE = 0.6
_FEWEST = 5  # words; "he said." can come back anywhere


@dataclass(frozen=True, slots=True)
class Passage:
    """What faces each other, wherever it stands: the rows of its two sides in the alignment.

    None where a side has nothing; two different rows for what was moved. `segments` are the two
    word by word; joined, each side's are its row's text.
    """

    left: int | None
    right: int | None
    segments: tuple[Segment, ...]

    @property
    def row(self) -> int:
        """The row at which it is read: on the right where it stands there."""
        return (self.left or 0) if self.right is None else self.right

    @property
    def moved(self) -> bool:
        """Whether the two sides stand in different places."""
        return self.left is not None and self.right is not None and self.left != self.right

    @property
    def words_kept(self) -> int:
        """How many words the two sides have in common, in order."""
        return words_kept(self.segments)


def passages(alignment: Alignment) -> list[Passage]:
    """The rows of `alignment`, what was moved only once, where it stands on the right."""
    found = moves(alignment)
    gone, to = {move.left for move in found}, {move.right: move for move in found}
    return [
        to.get(i)
        or Passage(None if row.left is None else i, None if row.right is None else i, row.segments)
        for i, row in enumerate(alignment.rows)
        if i not in gone
    ]


@dataclass(frozen=True, slots=True)
class _Lone:
    row: int
    text: str
    words: list[str]


def moves(alignment: Alignment) -> list[Passage]:
    """What was moved in `alignment`, by their row on the left; each row is part of one at most.

    The mirrored alignment has the mirrored moves.
    """
    gone = _lone((i, row.left) for i, row in enumerate(alignment.rows) if row.right is None)
    come = _lone((i, row.right) for i, row in enumerate(alignment.rows) if row.left is None)
    alike = [(value, gone[i], come[j]) for value, i, j in _alike(gone, come)]
    # No two pairs have the same two rows, so the order is the same from both sides.
    alike.sort(key=lambda p: (-p[0], min(p[1].row, p[2].row), max(p[1].row, p[2].row)))
    taken: set[int] = set()
    found = []
    for _, one, other in alike:
        if taken.isdisjoint((one.row, other.row)):
            taken.update((one.row, other.row))
            found.append(Passage(one.row, other.row, facing(one.text, other.text)))
    return sorted(found, key=lambda move: move.left or 0)


def _lone(rows: Iterable[tuple[int, str | None]]) -> list[_Lone]:
    found = [_Lone(row, text, content_words(text)) for row, text in rows if text and text.strip()]
    return [lone for lone in found if len(words_of(lone.text)) >= _FEWEST]


def _alike(gone: Sequence[_Lone], come: Sequence[_Lone]) -> Iterator[tuple[float, int, int]]:
    """Those alike enough: share of words in common and in order (0..1, Dice), and which two."""
    if not gone or not come:
        return
    numbers: dict[str, int] = {}
    coded = [
        [[numbers.setdefault(w, len(numbers)) for w in lone.words] for lone in side]
        for side in (gone, come)
    ]
    shared = cdist(coded[0], coded[1], scorer=LCSseq.similarity)
    lengths = [np.array([len(words) for words in side]) for side in coded]
    likeness = 2 * shared / (lengths[0][:, None] + lengths[1])
    for i, j in zip(*np.nonzero(likeness >= _ALIKE), strict=True):
        yield float(likeness[i, j]), int(i), int(j)

"""Two texts side by side: paragraph by paragraph, then word by word.

Question answered: what did one outlet keep, change, cut or add in a text that
another one wrote? Paragraphs are paired by dynamic programming on the words
they share; one paragraph may face several, so that a split or merged paragraph
is not shown as a loss. Inside a pair the longest common subsequence of words is
kept (rapidfuzz, bit-parallel after Hyyrö 2004), which no other alignment of the
two can exceed. A *place* where they differ is a longest run of words that are
not kept; a word is what stands between white space, so a hyphen for a space or
a new comma is one place, and white space alone is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cdist

from monitor.analysis.words import normal_words, paragraphs, spelled, tokens

# A pair needs this share of common words (Dice), or the shorter one must nearly be
# contained in the longer. Unrelated paragraphs of news share under .2 of their longer words.
_ALIKE = 0.35
_CONTAINED = 0.75
_CONTAINED_WORDS = 4  # fewer can be in any paragraph by chance
_PART = 0.5  # of a part's words must be in the paragraph that it was split from or merged into
_SPAN = 4  # one paragraph faces at most so many


class Kind(StrEnum):
    """What happened to a passage on the way from left to right."""

    KEPT = "kept"  # the same words; white space may differ
    CHANGED = "changed"  # other words on each side
    CUT = "cut"  # only on the left
    ADDED = "added"  # only on the right

    @property
    def mirrored(self) -> Kind:
        """The same seen from the other side."""
        return {Kind.CUT: Kind.ADDED, Kind.ADDED: Kind.CUT}.get(self, self)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words with one kind, and its exact text on each side."""

    kind: Kind
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that face each other; None where one side has nothing.

    A side that faces a split or merged paragraph holds several, with the white
    space between them. Joined, the segments of a side are its text.
    """

    left: str | None
    right: str | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts, aligned. Joined, the rows of a side are exactly its text."""

    rows: tuple[Row, ...]
    words_left: int
    words_right: int
    words_kept: int

    @property
    def kept_left(self) -> float:
        """Share (0..1) of the left text's words that the right one has in the same order."""
        return self.words_kept / self.words_left if self.words_left else 0.0

    @property
    def kept_right(self) -> float:
        """Share (0..1) of the right text's words that come from the left one."""
        return self.words_kept / self.words_right if self.words_right else 0.0

    @property
    def mirrored(self) -> Alignment:
        """The same alignment with the sides exchanged."""
        rows = tuple(
            Row(row.right, row.left, tuple(map(_mirrored, row.segments))) for row in self.rows
        )
        return Alignment(rows, self.words_right, self.words_left, self.words_kept)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two texts differ; `left` or `right` is "" where it has nothing.

    `row` and `segment` say where in the alignment. `typographic`: the words are
    the same, only quotes, dashes, hyphens, capitals, commas or spacing are not
    (``open source``/``open-source``); False means the wording or a figure changed.
    """

    left: str
    right: str
    kind: Kind
    typographic: bool
    row: int
    segment: int


def align(left: str, right: str) -> Alignment:
    """`left` and `right`, aligned; ``align(b, a)`` is the mirror of ``align(a, b)``."""
    # Where two alignments are equally good, chance decides; a fixed order makes it the same
    # chance whichever side a text stands on.
    if left > right:
        return align(right, left).mirrored
    a, b = paragraphs(left), paragraphs(right)
    rows = tuple(_row("".join(a[i:j]), "".join(b[k:m])) for i, j, k, m in _pairs(a, b))
    kept = sum(words_kept(row.segments) for row in rows)
    return Alignment(rows, len(left.split()), len(right.split()), kept)


def words_kept(segments: Iterable[Segment]) -> int:
    """How many words of `segments` both sides have."""
    return sum(len(s.left.split()) for s in segments if s.kind is Kind.KEPT)


def differences(alignment: Alignment) -> list[Difference]:
    """Every place where the two texts of `alignment` differ, in reading order."""
    return differences_in([row.segments for row in alignment.rows])


def differences_in(rows: Iterable[Sequence[Segment]]) -> list[Difference]:
    """Every place where passages differ that face each other, in their order."""
    return [
        found
        for r, segments in enumerate(rows)
        for s, segment in enumerate(segments)
        if (found := difference(segment, row=r, at=s)) is not None
    ]


def difference(segment: Segment, *, row: int, at: int) -> Difference | None:
    """The place where `segment`, the `at`-th of `row`, differs; None where its words are kept."""
    left, right = segment.left.strip(), segment.right.strip()
    if segment.kind is Kind.KEPT or not (left or right):
        return None
    same = bool(left and right) and spelled(left) == spelled(right)
    return Difference(left, right, segment.kind, same, row, at)


def facing(left: str, right: str) -> tuple[Segment, ...]:
    """Two passages word by word, as one row; ``facing(b, a)`` is the mirror."""
    if left > right:  # as in `align`
        return tuple(_mirrored(s) for s in facing(right, left))
    return tuple(_segments(left, right))


def _mirrored(segment: Segment) -> Segment:
    return Segment(segment.kind.mirrored, segment.right, segment.left)


def _row(left: str, right: str) -> Row:
    if not left or not right:
        words = (left + right).split()  # white space alone is no difference
        kind = Kind.KEPT if not words else Kind.CUT if left else Kind.ADDED
        return Row(left or None, right or None, (Segment(kind, left, right),))
    return Row(left, right, tuple(_segments(left, right)))


def _segments(left: str, right: str) -> Iterator[Segment]:
    a, b = tokens(left), tokens(right)
    if not a or not b:  # a paragraph of white space only
        yield Segment(Kind.CHANGED if a or b else Kind.KEPT, left, right)
        return
    i = j = 0
    steps = LCSseq.opcodes([w.strip() for w in a], [w.strip() for w in b])
    for step in steps:
        if step.tag != "equal":
            continue
        yield from _gap(a[i : step.src_start], b[j : step.dest_start])
        i, j = step.src_end, step.dest_end
        yield Segment(Kind.KEPT, "".join(a[step.src_start : i]), "".join(b[step.dest_start : j]))
    yield from _gap(a[i:], b[j:])


def _gap(left: list[str], right: list[str]) -> Iterator[Segment]:
    if left or right:
        kind = Kind.CHANGED if left and right else Kind.CUT if left else Kind.ADDED
        yield Segment(kind, "".join(left), "".join(right))


def _pairs(left: list[str], right: list[str]) -> list[tuple[int, int, int, int]]:
    """Which paragraphs face which: spans (left start, left end, right start, right end).

    An empty span on one side is a paragraph cut or added. The sum of `gain`
    over all pairs is the largest there is (Needleman-Wunsch with spans).
    """
    n, m = len(left), len(right)
    if not left or not right:
        return [(i, i + 1, 0, 0) for i in range(n)] + [(0, 0, j, j + 1) for j in range(m)]
    gain = _Gain(left, right)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    step = [[(0, 0)] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if i == j == 0:
                continue
            options = []
            if i:
                options.append((best[i - 1][j], (1, 0)))
            if j:
                options.append((best[i][j - 1], (0, 1)))
            if i and j and gain.possible[i - 1][j - 1]:
                options.extend(
                    (best[i - di][j - dj] + value, (di, dj)) for value, di, dj in gain.ending(i, j)
                )
            best[i][j], step[i][j] = max(options)
    spans = []
    i, j = n, m
    while i or j:
        di, dj = step[i][j]
        spans.append((i - di, i, j - dj, j))
        i, j = i - di, j - dj
    return spans[::-1]


class _Gain:
    """What pairing paragraphs is worth: the words they share, weighted by how alike they are."""

    def __init__(self, left: Sequence[str], right: Sequence[str]) -> None:
        self._left = [content_words(p) for p in left]
        self._right = [content_words(p) for p in right]
        numbers: dict[str, int] = {}
        coded = [
            [[numbers.setdefault(w, len(numbers)) for w in p] for p in side]
            for side in (self._left, self._right)
        ]
        shared = cdist(coded[0], coded[1], scorer=LCSseq.similarity)
        lengths_left = np.array([[len(p)] for p in self._left])
        lengths_right = np.array([len(p) for p in self._right])
        self._shared: list[list[int]] = shared.tolist()
        # Most pairs share too little for anything; the rest need a closer look.
        self.possible: list[list[bool]] = (
            (shared > 0)
            & (
                (shared * 2 >= _ALIKE * (lengths_left + lengths_right))
                | (shared >= _PART * np.minimum(lengths_left, lengths_right))
            )
        ).tolist()

    def ending(self, i: int, j: int) -> Iterator[tuple[float, int, int]]:
        """What pairs that end before `i` and `j` are worth: (gain, left span, right span)."""
        one = self._gain(
            self._shared[i - 1][j - 1], len(self._left[i - 1]), len(self._right[j - 1])
        )
        if one:
            yield one, 1, 1
        yield from ((g, 1, k) for g, k in self._spans(i, j, across=False))
        yield from ((g, k, 1) for g, k in self._spans(i, j, across=True))

    def _spans(self, i: int, j: int, *, across: bool) -> Iterator[tuple[float, int]]:
        """One paragraph facing the last k of the other side, each mostly contained in it."""
        side, end = (self._left, i) if across else (self._right, j)
        whole = len(self._right[j - 1]) if across else len(self._left[i - 1])
        shared = parts = 0
        for k in range(1, min(_SPAN, end) + 1):
            part = len(side[end - k])
            common = self._shared[i - k][j - 1] if across else self._shared[i - 1][j - k]
            if common < _PART * part or not common:
                return
            shared, parts = shared + common, parts + part
            if k > 1 and (value := self._gain(min(shared, whole), whole, parts)):
                yield value, k

    @staticmethod
    def _gain(shared: int, left: int, right: int) -> float:
        if not shared:
            return 0.0
        dice = 2 * shared / (left + right)
        contained = shared >= _CONTAINED_WORDS and shared / min(left, right) >= _CONTAINED
        return shared * dice if dice >= _ALIKE or contained else 0.0


def content_words(paragraph: str) -> list[str]:
    """The words that make two paragraphs alike: the longer ones, or all where those are few."""
    words = normal_words(paragraph)
    content = [w for w in words if len(w) > 3 or w.isdigit()]
    return content if len(content) >= 3 else words or paragraph.split() or [paragraph]

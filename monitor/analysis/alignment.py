"""Two texts side by side: paragraph by paragraph, then word by word.

Question answered: what did one outlet keep, change, cut or add in a text that
another one wrote? Paragraphs are paired by dynamic programming on the words
they share; one paragraph may face several, so that a split or merged paragraph
is not shown as a loss. Inside a pair the longest common subsequence of words is
kept (rapidfuzz, bit-parallel after Hyyrö 2004), which no other alignment of the
two can exceed. A *place* where they differ is a longest run of words that are
not kept; a word is what stands between white space, so a hyphen for a space or
a new comma is one place, and white space alone is none. In Chinese and Japanese a
character is a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import LCSseq

from monitor.analysis.pairing import Span, pairs_of, regrouped
from monitor.analysis.words import paragraphs, spelled, words_at, words_of

_WELL = 0.9  # of the words of the shorter text are kept: its paragraphs are paired well
_GAINED = 1.05  # times the words kept: worth rows of several paragraphs
_SURELY = 0.8  # of the words of both: paragraphs that face each other, whatever else there is


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


_Counted = tuple[Row, int, int, int]  # a row; its words left, right and on both sides


def align(left: str, right: str) -> Alignment:
    """`left` and `right`, aligned; ``align(b, a)`` is the mirror of ``align(a, b)``."""
    # Where two alignments are equally good, chance decides; a fixed order makes it the same
    # chance whichever side a text stands on.
    swap = left > right
    a, b = (paragraphs(text) for text in ((right, left) if swap else (left, right)))
    # Copies mostly begin and end alike; what lies between has to be paired.
    head = _surely(zip(a, b, strict=False), swap=swap)
    a, b = a[len(head) :], b[len(head) :]
    tail = _surely(zip(reversed(a), reversed(b), strict=False), swap=swap)[::-1]
    a, b = a[: len(a) - len(tail)], b[: len(b) - len(tail)]
    rows = [*head, *_between(a, b, swap=swap), *tail]
    return Alignment(
        tuple(row for row, *_ in rows),
        words_left=sum(words for _, words, _, _ in rows),
        words_right=sum(words for _, _, words, _ in rows),
        words_kept=sum(kept for *_, kept in rows),
    )


def _surely(pairs: Iterable[tuple[str, str]], *, swap: bool) -> list[_Counted]:
    """The rows of the first of `pairs`, as far as both of each are nearly the same."""
    found = []
    for one, other in pairs:
        row = _row(one, other, swap=swap)
        _, words, others, kept = row
        if not kept or kept < _SURELY * max(words, others):
            break
        found.append(row)
    return found


def _between(a: Sequence[str], b: Sequence[str], *, swap: bool) -> list[_Counted]:
    """The rows of what stands between the surely alike beginning and end."""

    def rows_of(spans: Iterable[Span]) -> list[_Counted]:
        return [_row("".join(a[i:j]), "".join(b[k:m]), swap=swap) for i, j, k, m in spans]

    rows = rows_of(pairs_of(a, b))
    kept = sum(kept for *_, kept in rows)
    if kept >= _WELL * min(sum(words for _, words, _, _ in rows), sum(row[2] for row in rows)):
        return rows
    # Paragraphs that were cut anew begin and end where none does on the other side.
    anew = rows_of(regrouped(a, b))
    return anew if sum(more for *_, more in anew) > _GAINED * kept else rows


def words_kept(segments: Iterable[Segment]) -> int:
    """How many words of `segments` both sides have."""
    return sum(len(words_of(s.left)) for s in segments if s.kind is Kind.KEPT)


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
    swap = left > right  # as in `align`
    row, *_ = _row(right, left, swap=True) if swap else _row(left, right, swap=False)
    return row.segments


def _mirrored(segment: Segment) -> Segment:
    return Segment(segment.kind.mirrored, segment.right, segment.left)


def _row(first: str, second: str, *, swap: bool) -> _Counted:
    """The row of two passages, with its words on the left, on the right, and on both sides.

    With `swap` the first of them stands on the right.
    """
    (a, starts), (b, there) = words_at(first), words_at(second)
    cut, added = (Kind.ADDED, Kind.CUT) if swap else (Kind.CUT, Kind.ADDED)
    found, kept = [], 0
    if a and b:
        for alike, i, j, k, m in _runs(a, b):
            kind = Kind.KEPT if alike else cut if k == m else added if i == j else Kind.CHANGED
            found.append((kind, first[starts[i] : starts[j]], second[there[k] : there[m]]))
            kept += (j - i) * alike
    else:
        kind = cut if not second else added if not first else Kind.CHANGED
        # White space alone is no difference.
        found.append((kind if a or b else Kind.KEPT, first, second))
    if swap:
        segments = tuple(Segment(kind, two, one) for kind, one, two in found)
        return Row(second or None, first or None, segments), len(b), len(a), kept
    segments = tuple(Segment(kind, one, two) for kind, one, two in found)
    return Row(first or None, second or None, segments), len(a), len(b), kept


def _runs(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """The longest runs of words that are kept or not: (kept, from and to in `a`, in `b`)."""
    # Numbers are compared more than twice as fast as words.
    numbers: dict[str, int] = {}
    one, other = ([numbers.setdefault(w, len(numbers)) for w in side] for side in (a, b))
    i = k = 0
    for step in LCSseq.opcodes(one, other):
        if step.tag == "equal":
            start, end, there, to = step.src_start, step.src_end, step.dest_start, step.dest_end
            if i < start or k < there:
                yield False, i, start, k, there
            yield True, start, end, there, to
            i, k = end, to
    if i < len(a) or k < len(b):
        yield False, i, len(a), k, len(b)

"""Which paragraphs of two texts face each other, in the order of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cdist

from monitor.analysis.words import is_unspaced, normal_words, unspaced_pairs, words_at

# A pair needs this share of common words (Dice), or the shorter one must nearly be
# contained in the longer. Unrelated paragraphs of news share under .2 of their longer words.
_ALIKE = 0.35
_CONTAINED = 0.75
_CONTAINED_WORDS = 4  # fewer can be in any paragraph by chance
_PART = 0.5  # of a part's words must be in the paragraph that it was split from or merged into
_SPAN = 4  # one paragraph faces at most so many
_RUN = 5  # words in a row, as in `copies`: long enough that chance repeats none

Span = tuple[int, int, int, int]  # left start, left end, right start, right end


def pairs_of(left: Sequence[str], right: Sequence[str]) -> list[Span]:
    """Which paragraphs face which.

    An empty span on one side is a paragraph cut or added. The sum of `gain`
    over all pairs is the largest there is (Needleman-Wunsch with spans).
    """
    n, m = len(left), len(right)
    if not left or not right:
        return [(i, i + 1, 0, 0) for i in range(n)] + [(0, 0, j, j + 1) for j in range(m)]
    gain = _Gain(left, right)
    best = np.zeros((n + 1, m + 1))
    pairs: dict[tuple[int, int], list[tuple[float, int, int]]] = {}
    for i in range(1, n + 1):
        row = best[i - 1].copy()  # what is best without a pair that ends here
        for j in gain.possible[i - 1]:
            pairs[i, j] = [
                (float(best[i - di, j - dj]) + value, di, dj) for value, di, dj in gain.ending(i, j)
            ]
            row[j] = max(row[j], *(worth for worth, _, _ in pairs[i, j]), 0.0)
        np.maximum.accumulate(row, out=best[i])
    spans = []
    i, j = n, m
    while i or j:
        worth = best[i, j]
        steps = [(di, dj) for value, di, dj in pairs.get((i, j), ()) if value >= worth]
        if i and best[i - 1, j] >= worth:
            steps.append((1, 0))
        di, dj = max(steps, default=(0, 1))
        spans.append((i - di, i, j - dj, j))
        i, j = i - di, j - dj
    return spans[::-1]


def regrouped(left: Sequence[str], right: Sequence[str]) -> list[Span]:
    """Which paragraphs face which where one text was cut into others: several may face several.

    All that words in a row connect face each other, in the longest common subsequence of the
    words of both; what stands between as `pairs_of` has it.
    """
    spans: list[Span] = []
    i = j = 0
    for span in _connected(left, right):
        spans += _moved_by(pairs_of(left[i : span[0]], right[j : span[2]]), i, j)
        spans.append(span)
        i, j = span[1], span[3]
    return spans + _moved_by(pairs_of(left[i:], right[j:]), i, j)


def _moved_by(spans: Sequence[Span], i: int, j: int) -> list[Span]:
    return [(a + i, b + i, c + j, d + j) for a, b, c, d in spans]


def _connected(left: Sequence[str], right: Sequence[str]) -> list[Span]:
    """The paragraphs that words in a row connect, ascending on both sides."""
    numbers: dict[str, int] = {}
    words, homes = [], []  # the words of each side, by number, and each word's paragraph
    for side in (left, right):
        cut = [words_at(p)[0] for p in side]
        words.append([numbers.setdefault(w, len(numbers)) for part in cut for w in part])
        homes.append([n for n, part in enumerate(cut) for _ in part])
    found: list[Span] = []
    for start, there, length in LCSseq.editops(*words).as_matching_blocks():
        run, at = 0, (-1, -1)
        for k in range(length):
            home = homes[0][start + k], homes[1][there + k]
            run, at = (run + 1 if home == at else 1), home
            if run != _RUN:
                continue
            i, j = home
            if found and (i < found[-1][1] or j < found[-1][3]):
                last = found.pop()
                found.append((last[0], max(i + 1, last[1]), last[2], max(j + 1, last[3])))
            else:
                found.append((i, i + 1, j, j + 1))
    return found


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
        possible = (shared > 0) & (
            (shared * 2 >= _ALIKE * (lengths_left + lengths_right))
            | (shared >= _PART * np.minimum(lengths_left, lengths_right))
        )
        # For each paragraph on the left, the ends (from 1) of those on the right.
        self.possible: list[list[int]] = [[] for _ in self._left]
        for i, j in zip(*(found.tolist() for found in np.nonzero(possible)), strict=True):
            self.possible[i].append(j + 1)

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
    if not paragraph.isascii():
        words = [piece for word in words for piece in unspaced_pairs(word)]
    content = [w for w in words if len(w) > 3 or w.isdigit() or is_unspaced(w)]
    return content if len(content) >= 3 else words or paragraph.split() or [paragraph]

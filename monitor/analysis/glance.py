"""All copies of a text at a glance: what became of each of its paragraphs at each outlet.

Question answered: which paragraphs did everybody print, which were cut, and where
was something put in? With a press release as the text: what part of it did each
outlet carry?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.analysis.alignment import Kind, Segment, align, difference
from monitor.analysis.moves import passages
from monitor.analysis.words import paragraphs, words_of


class Fate(StrEnum):
    """What became of a paragraph."""

    KEPT = "kept"  # the same words; typography may differ
    CHANGED = "changed"
    MOVED = "moved"  # to another place; `kept` says whether it was changed too
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Cell:
    """One paragraph at one outlet; `kept` is the share (0..1) of its words that stand there."""

    fate: Fate
    kept: float


@dataclass(frozen=True, slots=True)
class Carried:
    """One text against the reference: a cell for each of its paragraphs, and what is its own.

    `added[k]` are the words of whole paragraphs put in before the reference's paragraph k;
    the last one is what stands after the end. `kept` is the share (0..1) of the
    reference's words that the text carries.
    """

    cells: tuple[Cell, ...]
    added: tuple[int, ...]
    kept: float


def glance(reference: str, others: Mapping[int, str]) -> dict[int, Carried]:
    """What each of `others`, by id, has of the paragraphs of `reference` (`words.paragraphs`)."""
    return {id_: carried(reference, text) for id_, text in others.items()}


def carried(reference: str, text: str) -> Carried:
    """What `text` has of `reference`."""
    parts = paragraphs(reference)
    tally = _Tally(parts)
    added = [0] * (len(parts) + 1)
    # In the order of the reference, what was put in where it stands between.
    found = passages(align(reference, text))
    for passage in sorted(found, key=lambda p: p.row if p.left is None else p.left):
        if passage.left is not None:
            tally.read(passage.segments, moved=passage.moved)
        else:
            added[tally.at] += sum(len(words_of(s.right)) for s in passage.segments)
    cells = tuple(tally.cells())
    words = sum(map(len, map(words_of, parts)))
    return Carried(cells, tuple(added), sum(tally.kept) / words if words else 0.0)


class _Tally:
    """Counts the kept words of each paragraph while the reference is read from its start."""

    def __init__(self, parts: Sequence[str]) -> None:
        self._words = [len(words_of(part)) for part in parts]
        self.kept = [0] * len(parts)
        self._reworded = [False] * len(parts)
        self._moved = [False] * len(parts)
        self._left = list(self._words)  # words of each that are still to come
        self.at = 0  # the paragraph that is being read

    def read(self, segments: Iterable[Segment], *, moved: bool) -> None:
        """Take in the segments of a row; several paragraphs may share it."""
        for segment in segments:
            found = difference(segment, row=0, at=0)
            same = found is None or found.typographic
            count = len(words_of(segment.left))
            if not count and not same and self._words:  # put in between two words
                self._reworded[min(self.at, len(self._words) - 1)] = True
            while count:
                self._skip()
                take = min(count, self._left[self.at])
                self._left[self.at] -= take
                count -= take
                self.kept[self.at] += take if segment.kind is Kind.KEPT or same else 0
                self._reworded[self.at] |= not same
                self._moved[self.at] |= moved
        self._skip()

    def _skip(self) -> None:
        while self.at < len(self._left) and not self._left[self.at]:
            self.at += 1

    def cells(self) -> Iterable[Cell]:
        """The cell of each paragraph, once all is read."""
        for words, kept, reworded, moved in zip(
            self._words, self.kept, self._reworded, self._moved, strict=True
        ):
            share = kept / words if words else 1.0
            if words and not kept:
                fate = Fate.CUT
            elif moved:
                fate = Fate.MOVED
            else:
                fate = Fate.CHANGED if reworded else Fate.KEPT
            yield Cell(fate, share)

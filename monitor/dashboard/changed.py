"""What changed between two texts in short: the figures and the names that differ.

These are what a correction or an edit is about, so they stand above the texts.
Paragraphs and long passages that were cut or added as a whole are left out: they
can be seen at once, and everything in them would be "different".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.analysis.alignment import Difference, Kind
from monitor.analysis.moves import Passage
from monitor.analysis.words import fold, words_of

_FIGURE = re.compile(r"[$€£¥]?\d+(?:[.,]\d+)*")
_NAME = re.compile(r"[^\W\d_]\w*(?:['’.&-]\w+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_ENDS_SENTENCE = re.compile(r"[.!?:…]['\"”’)\]]*$")
_AROUND = re.compile(r"['\"“”‘’()\[\],.;:!?…]+")
_BEHIND = re.compile(rf"{_AROUND.pattern}$")
_LONGEST = 12  # words of a passage; a longer one is rewritten as a whole
_SHORT = 4  # words of a passage that is shown whole
_CONTEXT = 3  # words after a difference that say what a figure counts


@dataclass(frozen=True, slots=True)
class Change:
    """The figures or names of one place that are only on one side; `after` is what follows."""

    left: str
    right: str
    after: str
    place: int  # the position of its difference in the list that was given
    figure: bool


def changes(
    passages: Sequence[Passage], found: Sequence[Difference], *, most: int = 8
) -> list[Change]:
    """The changes of `found` in wording that concern figures, then names; each once.

    A difference's row is the position of its passage.

    What was only moved is no change: a figure or name that one side lacks in one place must
    not stand elsewhere in its text.
    """
    segments = [segment for passage in passages for segment in passage.segments]
    whole = _Whole("".join(s.left for s in segments)), _Whole("".join(s.right for s in segments))
    kept: dict[tuple[str, str], Change] = {}
    for place, difference in enumerate(found):
        if change := _change(passages[difference.row], difference, place, whole):
            kept.setdefault((fold(change.left), fold(change.right)), change)
    return sorted(kept.values(), key=lambda c: not c.figure)[:most]


def _change(
    row: Passage, difference: Difference, place: int, whole: tuple[_Whole, _Whole]
) -> Change | None:
    longest = max(len(words_of(difference.left)), len(words_of(difference.right)))
    if difference.typographic or longest > _LONGEST or row.left is None or row.right is None:
        return None
    before = row.segments[: difference.segment]
    left, right = _figures(difference.left), _figures(difference.right)
    figure = left.keys() != right.keys()
    if not figure:
        left = _names(difference.left, _last(s.left for s in reversed(before)))
        right = _names(difference.right, _last(s.right for s in reversed(before)))
    gone = {key: text for key, text in left.items() if key not in right}
    come = {key: text for key, text in right.items() if key not in left}
    if not come:
        gone = whole[1].without(gone, figures=figure)
    if not gone:
        come = whole[0].without(come, figures=figure)
    if not gone and not come:
        return None
    after = ""
    if figure and gone and come:
        following = row.segments[difference.segment + 1 : difference.segment + 2]
        after = following[0].left if following and following[0].kind is Kind.KEPT else ""
    one, other = ", ".join(gone.values()), ", ".join(come.values())
    if longest <= _SHORT:
        one, other = _bare(difference.left), _bare(difference.right)
    return Change(
        one, other, _bare(" ".join(after.split()[:_CONTEXT])) if figure else "", place, figure
    )


@dataclass(frozen=True)
class _Whole:
    """All of one side, read at most once, however many places differ."""

    text: str

    @cached_property
    def _folded(self) -> str:
        return fold(self.text)

    @cached_property
    def _figures(self) -> frozenset[str]:
        return frozenset(_figures(self.text))

    def without(self, found: dict[str, str], *, figures: bool) -> dict[str, str]:
        """Those of `found`, figures or names by their key, that stand nowhere in it."""
        held = self._figures if figures else self._folded
        return {key: text for key, text in found.items() if key not in held}


def _last(texts: Iterable[str]) -> str:
    """The first of `texts` that has a word."""
    return next((text for text in texts if text.strip()), "")


def _figures(text: str) -> dict[str, str]:
    """What makes a figure the same → the word it stands in: ``$1,000`` is ``$1000``."""
    return {
        match[0].replace(",", ""): word
        for word in map(_bare, text.split())
        for match in _FIGURE.finditer(word)
    }


def _names(text: str, before: str) -> dict[str, str]:
    """Words with a capital that no sentence's beginning explains; neighbours are one name."""
    runs: list[list[str]] = []
    open_run = False
    for word, begins in _words(text, before):
        capital = bool(_NAME.match(word)) and word[0].isupper() and word not in ("I", "I'm", "I’m")
        if capital and open_run:
            runs[-1].append(word)
        elif capital and not begins:
            runs.append([word])
            open_run = True
            continue
        open_run = open_run and capital
    names = (" ".join(run) for run in runs)
    return {fold(_POSSESSIVE.sub("", name)): name for name in names}


def _words(text: str, before: str) -> Iterator[tuple[str, bool]]:
    """The words of `text`, and whether each begins a sentence."""
    last = before.rstrip()
    for word in text.split():
        begins = not last or bool(_ENDS_SENTENCE.search(last)) or last[-1] in '“"‘—–'
        if bare := _bare(word):
            yield bare, begins or word[0] in '“"‘'
        last = word


def _bare(word: str) -> str:
    """`word` without the punctuation around it."""
    start = _AROUND.match(word)
    inner = word[start.end() :] if start else word
    return _BEHIND.sub("", inner)


def shown(found: Iterable[Change]) -> list[dict[str, str | int]]:
    """For the component; places are counted from 1."""
    return [
        {"left": c.left, "right": c.right, "after": c.after, "place": c.place + 1} for c in found
    ]

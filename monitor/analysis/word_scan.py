"""Many words or names looked for in one pass over a text: an Aho-Corasick automaton of words.

They are looked for with the spaces around them in `folding.spaced` text, so that the many words
that begin or end like one of them cost nothing, however long the list is.
"""

from __future__ import annotations

from collections.abc import Iterable

from ahocorasick_rs import BytesAhoCorasick, Implementation

from monitor.analysis.document import Document
from monitor.analysis.folding import spaced

# Where all that is looked for begins with a few bytes, the library jumps from one to the next, and
# that is slow for spaces. These are in no text of words.
_OTHER_BEGINS = (b"\x00", b"\x01", b"\x02")

Match = tuple[int, int, int]  # the number of what was found, where it begins and ends in bytes


class WordScan:
    """Looks for `wanted`, each with the spaces that it needs around it."""

    def __init__(self, wanted: Iterable[bytes]) -> None:
        # A DFA is twice as quick as the default at some hundred names; 5,000 take 30 ms to build.
        self._automaton = BytesAhoCorasick(
            [*wanted, *_OTHER_BEGINS], implementation=Implementation.DFA
        )

    def find(self, text: bytes) -> list[Match]:
        """All that stands in `spaced` text, what overlaps too: neighbours share a space."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True)


class WordList:
    """Words that articles are asked for: which of them stand there, also with a plural's s."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._scan = WordScan(spaced(form) for word in self._words for form in (word, f"{word}s"))

    def among(self, document: Document) -> frozenset[str]:
        """Those of the words that stand anywhere in `document`."""
        return frozenset(
            self._words[number // 2]
            for field in document.fields.values()
            for number, _, _ in self._scan.find(field.spaced_words)
        )

"""Text as queries and names compare it: FTS5's ``unicode61 remove_diacritics 2``, in Python.

Text is cut at everything that is neither letter nor digit, case is folded, accents on Latin
letters are dropped. Every character stays one, so that offsets hold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate


class _Fold(dict[int, int]):
    """How each character is folded, filled as they are met; every one stays one."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        if char.isalpha():
            base = unicodedata.normalize("NFD", char)[0]
            if base.isascii():  # only accents on Latin letters are dropped
                char = base
            lower = char.casefold()
            if len(lower) != 1:  # FTS5 folds one character to one: ß stays ß
                lower = char.lower()
            char = lower if len(lower) == 1 else char
        self[code] = ord(char)
        return self[code]


class _Apart(dict[int, int]):
    """A space for each character that is neither letter nor digit, filled as they are met."""

    def __missing__(self, code: int) -> int:
        self[code] = code if chr(code).isalnum() else ord(" ")
        return self[code]


# What typography puts for plain quotes, hyphens and spaces: of no word, so queries do not see the
# difference, and names are found however they are quoted. One character each, so offsets stay.
_TYPOGRAPHIC = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u2010": "-", "\u2011": "-",
    "\u00a0": " ", "…": ".",
}  # fmt: skip
_FOLD = _Fold({ord(typographic): ord(typed) for typographic, typed in _TYPOGRAPHIC.items()})
_APART = _Apart()
_ASCII = bytes(range(128))
_ASCII_APART = bytes(_APART[code] for code in _ASCII) + bytes(range(128, 256))
_FEW = 64  # replacing this many characters one by one is quicker than asking for each in the text
# The combining marks that unicode61 takes for part of a word, and drops.
_MARK = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331"
_MARKS = re.compile(f"[{_MARK}]")
_WORD = re.compile(rf"[^\W_]+(?:[{_MARK}]+[^\W_]*)*")
_SPLIT = re.compile(f"({_WORD.pattern})")


def fold(text: str) -> str:
    """`text` with case folded and accents on Latin letters dropped; as long as it was."""
    return (text if text.isascii() else _translated(text, _FOLD)).lower()


def spaced(folded: str) -> bytes:
    """Folded text in UTF-8, a space for all that is neither letter nor digit, and one at each end.

    So every word stands between spaces.
    """
    apart = folded if folded.isascii() else _translated(folded, _APART)
    return b" %b " % apart.encode("utf-8", "surrogatepass").translate(_ASCII_APART)


def _translated(text: str, table: dict[int, int]) -> str:
    """`text` with what `table` has for characters beyond ASCII, and perhaps for others."""
    # str.translate takes a step of Python's for each character of such a text; bytes are quick.
    # In order, as one becomes another that changes too: U+1E9B is U+1E61, and that is an s.
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    met = sorted(set(beyond.decode("utf-8", "surrogatepass")))
    changed = [(char, chr(table[ord(char)])) for char in met if table[ord(char)] != ord(char)]
    if len(changed) > _FEW:
        return text.translate(table)
    for char, becomes in changed:
        text = text.replace(char, becomes)
    return text


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of `text` as they are compared, each with its character offsets."""
    for match in _WORD.finditer(fold(text)):
        yield _MARKS.sub("", match.group()), match.start(), match.end()


def unmarked(folded: str) -> str:
    """Folded text without the combining marks that words are compared without."""
    return folded if folded.isascii() else _MARKS.sub("", folded)


def cut(folded: str) -> list[str]:
    """The words of folded text."""
    return spaced(unmarked(folded)).decode("utf-8", "surrogatepass").split()


def word_offsets(folded: str) -> list[int]:
    """At 2i and 2i + 1, where word i of folded text begins and ends."""
    # Splitting keeps what lies between, so that adding up lengths gives the offsets: all of it in
    # C, and several times quicker than asking every match.
    return list(accumulate(map(len, _SPLIT.split(folded))))


def stem(word: str) -> str:
    """`word` without a plural ending."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word

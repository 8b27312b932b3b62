"""Text as words and paragraphs, the same way for everything that compares texts.

Two views of a word: as it stands between white space (alignment shows these,
so that nothing of a text is lost), and normalised (copies and stories compare
these, so that typography does not count).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate, pairwise

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_END = re.compile(r"\n\s*")
_TOKEN = re.compile(r"\s*\S+\s*")
# Han and kana stand without spaces: there each character is a word, with the marks after it.
_HAN = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNSPACED = re.compile(f"[{_HAN}]")
_UNSPACED_RUN = re.compile(f"[{_HAN}]+|[^{_HAN}]+")
_CHARACTER = re.compile(rf"\s*(?:[{_HAN}][^\w\s]*|[^\s{_HAN}]+)\s*")
# `\w` leaves out the vowel signs of Indic and other scripts, which stand inside words.
MARKED = r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e30-\u0e4e])"
# A class reads three times as fast as the choice above; "_" is to be taken out of the text first.
LETTER = r"[\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e30-\u0e4e]"
_WORD = re.compile(rf"{LETTER}+(?:'{LETTER}+)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_PLAIN = (("’", "'"), ("“", " "), ("”", " "), ("‘", " "), ("–", " "), ("—", " "))
_ACCENTS = re.compile("[\u0300-\u036f]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# A point between digits and a sign before a figure are part of the number they stand in.
_FIGURE_SIGN = re.compile(r"(?<=\d)[.,](?=\d)|(?:(?<=^)|(?<=[\s(]))[-+−–](?=[\d$€£¥])")
# Punctuation that stands for a word.
_SPOKEN = frozenset("%&@#§")


def paragraphs(text: str) -> list[str]:
    """`text` cut after each blank line, or after each line where it has no blank one.

    Every character is kept: joined, the parts are `text`. White space after a
    paragraph belongs to it, white space before the first one to the first.
    """
    body = text.lstrip()
    if not body:
        return [text] if text else []
    lead = len(text) - len(body)
    end = _BLANK_LINE if _BLANK_LINE.search(body.rstrip()) else _LINE_END
    cuts = [0, *(m.end() + lead for m in end.finditer(body) if m.end() < len(body)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts)]


def words_of(text: str) -> list[str]:
    """What stands between white space; of Chinese and Japanese each character."""
    if not is_unspaced(text):
        return text.split()
    return [match[0].strip() for match in _CHARACTER.finditer(text)]


def is_unspaced(text: str) -> bool:
    """Whether there is Chinese or Japanese in `text`."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def unspaced_pairs(word: str) -> list[str]:
    """`word`; where it is Chinese or Japanese without spaces, its neighbouring characters by two.

    Two texts share single characters by chance.
    """
    if not is_unspaced(word):
        return [word]
    runs = _UNSPACED_RUN.findall(word)
    return [
        pair
        for run in runs
        for pair in (
            [a + b for a, b in pairwise(run)] if len(run) > 1 and _UNSPACED.match(run) else [run]
        )
    ]


def words_at(text: str) -> tuple[list[str], list[int]]:
    """The words of `text`, and where each begins in it with the white space around it.

    The first begins at 0; the last of the offsets, one more than words, is the length of `text`.
    Both empty where `text` holds no word.
    """
    words = words_of(text)
    if not words:
        return [], []
    start = text.find(words[0])
    if is_unspaced(text):
        offsets = [match.start() for match in _CHARACTER.finditer(text)] + [0]
    elif text.startswith(" ".join(words), start):  # as nearly every paragraph is
        offsets = list(accumulate((len(word) + 1 for word in words), initial=start))
    else:
        offsets = [match.start() for match in _TOKEN.finditer(text)] + [0]
    offsets[0], offsets[-1] = 0, len(text)
    return words, offsets


def normal_words(text: str) -> list[str]:
    """The words of `text` in lower case without accents, punctuation and possessive ``'s``."""
    folded = fold(text).replace("_", " ")
    if not folded.isascii():
        for mark, plain in _PLAIN:
            folded = folded.replace(mark, plain)
    found = (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)
    return [w.removesuffix("'s").replace("'", "") if "'" in w else w for w in found]


def fold(text: str) -> str:
    """`text` in lower case, compatibility characters unified, accents removed."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()


def spelled(text: str) -> str:
    """What is left of `text` when only typography is taken away.

    Case, accents, spaces and punctuation go, so that ``co-founded`` and
    ``Cofounded`` are one; what makes a figure stays: digits, decimal points,
    signs, currencies, ``%``. Two texts with one spelling differ in typography
    only: quotes, dashes, hyphens, commas, capitals, spacing, words joined.
    """
    bare = _THOUSANDS.sub("", text)
    marked = _FIGURE_SIGN.sub(lambda m: "·" if m[0] in ".," else "+" if m[0] == "+" else "−", bare)
    return "".join(c for c in fold(marked) if c in _SPOKEN or c == "·" or _is_kept(c))


def _is_kept(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC"

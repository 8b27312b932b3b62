"""Small cleanings that every part of extraction shares: characters, lines, what is prose."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MAX_TITLE = 500  # characters; longer ones are a paragraph mistaken for a headline

# C0 and C1 controls but tab and newlines, invisible formatting, byte order marks, noncharacters.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$|[:;][\"”]?$|[”\"]$")


def without_controls(text: str) -> str:
    """`text` without characters that nobody can see and that no article needs."""
    return _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """`text` on one line, NFC, single spaces, no control characters."""
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    if not line.isprintable():
        line = _SPACE.sub(" ", without_controls(text)).strip()
    return unicodedata.normalize("NFC", line)


def short_title(text: str) -> str:
    """`text` as a title: one line of at most `MAX_TITLE` characters, cut at a word."""
    line = one_line(text)
    if len(line) <= MAX_TITLE:
        return line
    return line[: MAX_TITLE - 1].rsplit(" ", 1)[0].rstrip() + "…"


def has_any(line: str, parts: Iterable[str]) -> bool:
    """Whether one of `parts`, in small letters, stands in `line`, in any case.

    A look before a long pattern of alternatives, which takes ten times as long.
    """
    small = line.lower()
    return any(part in small for part in parts)


def ends_sentence(line: str) -> bool:
    """Whether `line` ends as a sentence does."""
    return bool(_SENTENCE_END.search(line))


def is_prose(line: str) -> bool:
    """Whether `line` is a paragraph of running text and not a label, headline or menu."""
    return len(line) >= 160 or (len(line) >= 60 and ends_sentence(line))


def key(text: str) -> str:
    """`text` for comparison: casefolded letters and digits only, single spaces."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))

"""Sentences: where they end, and the one that a match stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A sentence ends at a line's end, or at a full stop before white space and a capital,
# a digit or an opening quote; in Chinese and Japanese at the stop itself.
_END = re.compile(r"\n+|(?<=[。！？])|(?<=[.!?…])[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[^\W_a-zß-ÿ])")
# A stop that only shortens a word: initials, U.S., titles and legal forms.
_SHORT = re.compile(
    r"(?:\b[^\W\d_]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Lt|Col|Jr|Sr|Inc|Corp|Co|Ltd|Bros"
    r"|No|vs|approx|est|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\.$"
)


def sentence_at(text: str, start: int, end: int) -> str:
    """The sentence (or sentences) of `text` that hold the characters `start` to `end`.

    White space is unified. Offsets outside `text` are brought inside.
    """
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    # A line's end always ends a sentence, so nothing before the last one has to be looked at.
    first = 0 if text[start : start + 1].isspace() else text.rfind("\n", 0, start) + 1
    last = len(text)
    for match in _breaks(text, first):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            last = match.end()
            break
    return " ".join(text[first:last].split())


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of `text` begins and ends; white space between them is in none."""
    start = 0
    for match in _breaks(text):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


def _breaks(text: str, start: int = 0) -> Iterator[re.Match[str]]:
    """What stands between the sentences of `text`, from the character `start` on."""
    for match in _END.finditer(text, start):
        before = max(0, match.start() - 8)
        if "\n" in match[0] or not _SHORT.search(text, before, match.start()):
            yield match

"""Furniture that an outlet repeats on its own pages: what no single page can tell. Pure.

Only the edges of a text are looked at, where standing lines are ("The Bay Ledger has
covered the bay since 1899"): a sentence that reports repeat in their middle is theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

_FIRST, _LAST = 2, 4  # paragraphs at either end that may be furniture
_PARAGRAPHS = 4  # a shorter text has no edges


def edges(text: str) -> tuple[int, ...]:
    """Digests of the paragraphs at the edges of `text`; () for a short text."""
    paragraphs = text.split("\n\n")
    if len(paragraphs) < _PARAGRAPHS:
        return ()
    first = min(_FIRST, len(paragraphs) - _LAST) if len(paragraphs) > _LAST else 1
    chosen = [*paragraphs[:first], *paragraphs[max(first, len(paragraphs) - _LAST) :]]
    return tuple(dict.fromkeys(line_digest(line) for line in chosen))


def context(text: str) -> int:
    """What tells one article of an outlet from another, and the same one printed twice not.

    That is its longest paragraph: an article that stands under two addresses repeats every
    line without any of them being furniture.
    """
    return line_digest(max(text.split("\n\n"), key=len))


def without(text: str, is_furniture: Callable[[int], bool]) -> str:
    """`text` without furniture at its edges; as it is where hardly anything would be left."""
    paragraphs: Sequence[str] = text.split("\n\n")
    start, end = 0, len(paragraphs)
    while start < min(_FIRST, end) and is_furniture(line_digest(paragraphs[start])):
        start += 1
    # Furniture grows inwards: what stands before a standing line is an edge again.
    while end > start and is_furniture(line_digest(paragraphs[end - 1])):
        end -= 1
    return "\n\n".join(paragraphs[start:end]) if end - start >= 2 else text


def line_digest(line: str) -> int:
    """A signed 64-bit digest of a line's words, whatever their capitals."""
    words = " ".join(line.casefold().split())
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), signed=True)

"""Fetched text for reports that people read: one line, nothing in it that drives what shows it."""

from __future__ import annotations

import unicodedata

# Joiners shape emoji and Persian; everything else of their kind turns or hides what is around it.
_JOINERS = "\u200c\u200d"
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


def plain(text: object) -> str:
    """`text` on one line, without control characters and those that turn its direction."""
    return " ".join("".join(map(_seen, str(text))).split())


def _seen(char: str) -> str:
    if char.isprintable() or char in _JOINERS:
        return char
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in _UNSEEN else char

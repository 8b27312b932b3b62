"""The language of a text, where the page does not declare it."""

from __future__ import annotations

import re

import py3langid

_SAMPLE = 2000  # characters; more change the answer of no page met
_TOO_SHORT = 20  # characters below which a guess is noise


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of `text`'s language; None where there is too little of it."""
    sample = text[:_SAMPLE]
    if sum(c.isalpha() for c in sample) < _TOO_SHORT:
        return None
    return str(py3langid.classify(sample)[0])


def declared_language(tag: str) -> str | None:
    """The ISO 639-1 code in a language tag (``en-GB``, ``pt_BR``), or None."""
    match = re.match(r"\s*([a-z]{2})(?=$|[-_\s])", tag.lower())
    return match.group(1) if match else None

"""Which names are also ordinary English words or verbs, and which are people's given names.

A name that is an ordinary word needs evidence; others speak for themselves. The lists stand in
text files beside this module; benchmarks/make_word_lists.py makes them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

WORDS_FILE = Path(__file__).with_name("ordinary_words.txt")
VERBS_FILE = Path(__file__).with_name("verbs.txt")
NAMES_FILE = Path(__file__).with_name("given_names.txt")
# Written with a capital, so not among the words in lower case of which the list is made.
_CALENDAR_WORDS = """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december christmas easter
"""
# Given names too, but in the news seldom a person's: "an Air India Zorbex".
_COUNTRIES = frozenset({"africa", "america", "asia", "china", "france", "india", "kenya"})
CALENDAR = frozenset(_CALENDAR_WORDS.split())


@cache
def _lines(file: Path) -> frozenset[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def bases(word: str) -> Iterator[str]:
    """The words that lower-case `word` may be an inflection of: ``stripes`` of ``stripe``."""
    for ending, restored in (
        ("ies", "y"), ("es", ""), ("es", "e"), ("s", ""),
        ("ied", "y"), ("ed", ""), ("ed", "e"),
        ("ing", ""), ("ing", "e"),
        ("er", ""), ("er", "e"), ("ly", ""),
    ):  # fmt: skip
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2:
            yield stem + restored
            if not restored and stem[-1] == stem[-2]:
                yield stem[:-1]


@lru_cache(maxsize=200_000)  # texts bring ever new words
def is_ordinary(word: str) -> bool:
    """Whether lower-case `word` is an ordinary English word, or too short to be only a name."""
    if len(word) < 3:
        return True
    known = _lines(WORDS_FILE)
    return word in known or word in CALENDAR or any(base in known for base in bases(word))


@lru_cache(maxsize=50_000)
def is_verb(word: str) -> bool:
    """Whether lower-case `word` is, or is a form of, an English verb: ``target``, ``united``."""
    known = _lines(VERBS_FILE)
    return word in known or any(base in known for base in bases(word))


def is_given_name(word: str) -> bool:
    """Whether lower-case `word` is a person's given name in the United States."""
    return word in _lines(NAMES_FILE) and word not in _COUNTRIES

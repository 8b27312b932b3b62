"""Makes the word lists beside monitor/analysis/ordinary.py from public ones.

    python -m benchmarks.make_word_lists ENGLISH SCOWL MALE FEMALE

ENGLISH is a SCOWL word list, as Debian's wamerican-small installs it
(/usr/share/dict/american-english-small); kept are words in lower case that are no inflection of
another. SCOWL is the folder of all its lists (/usr/share/dict/scowl of Debian's scowl): verbs are
the words up to size 20 whose forms in -ed and -ing it has up to size 35. MALE and FEMALE are the
first-name files of the US Census of 1990 (dist.male.first, dist.female.first), most frequent
first; the most frequent are kept.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from monitor.analysis.ordinary import NAMES_FILE, VERBS_FILE, WORDS_FILE, bases

NAMES_EACH = 2_500
SIZES = (10, 20, 35)  # SCOWL: the smaller, the more common its words
COMMON_SIZES = (10, 20)
WORDS_HEADER = """\
# Ordinary English words: what a name that is also a word is told by. One a line, inflections left
# out. Made by benchmarks/make_word_lists.py from SCOWL (Spell Checker Oriented Word Lists),
# size 35, as in Debian's wamerican-small 2020.12.07.
# Copyright 2000-2011 by Kevin Atkinson. Permission to use, copy, modify, distribute and sell these
# word lists, the associated scripts, the output created from the scripts, and its documentation
# for any purpose is hereby granted without fee, provided that the above copyright notice appears
# in all copies and that both that copyright notice and this permission notice appear in supporting
# documentation. Kevin Atkinson makes no representations about the suitability of this array for
# any purpose. It is provided "as is" without express or implied warranty.
"""
VERBS_HEADER = """\
# Common English words that are verbs, whatever else they are: words with forms in -ed and -ing. One
# a line. Made by benchmarks/make_word_lists.py from SCOWL, size 20, as in Debian's scowl
# 2020.12.07; copyright and permission as in ordinary_words.txt.
"""
NAMES_HEADER = """\
# Given names: what a family name is told by. One a line. Made by benchmarks/make_word_lists.py from
# the first-name files of the US Census of 1990, which are in the public domain.
"""


def main() -> None:
    """Read the lists named on the command line, write the files beside the module."""
    english, scowl, *first_names = map(Path, sys.argv[1:])
    listed = english.read_text(encoding="utf-8").split()
    words = {word for word in listed if re.fullmatch(r"[a-z]{1,14}", word)}
    kept = sorted(w for w in words if not any(base in words for base in bases(w)))
    WORDS_FILE.write_text(WORDS_HEADER + "\n".join(kept) + "\n", encoding="utf-8")
    forms = scowl_words(scowl, SIZES)
    verbs = sorted(w for w in scowl_words(scowl, COMMON_SIZES) if is_verb(w, forms))
    VERBS_FILE.write_text(VERBS_HEADER + "\n".join(verbs) + "\n", encoding="utf-8")
    names = {
        line.split()[0].lower()
        for file in first_names
        for line in file.read_text(encoding="utf-8").splitlines()[:NAMES_EACH]
    }
    if names:
        NAMES_FILE.write_text(NAMES_HEADER + "\n".join(sorted(names)) + "\n", encoding="utf-8")
    print(f"{len(kept)} words, {len(verbs)} verbs, {len(names)} given names")


def scowl_words(folder: Path, sizes: Sequence[int]) -> set[str]:
    """The words in lower case of SCOWL's lists of these sizes, English and American spelling."""
    files = [folder / f"{kind}-words.{size}" for kind in ("english", "american") for size in sizes]
    found = (word for file in files for word in file.read_text(encoding="latin-1").split())
    return {word for word in found if re.fullmatch(r"[a-z]{1,14}", word)}


def is_verb(word: str, words: set[str]) -> bool:
    """Whether `words` have the form in -ing of `word`, whose form in -ed is a word too."""
    if len(word) < 2:
        return False
    stems = [word.removesuffix("e")]
    if word[-1] not in "aeiouwxy":
        stems.append(word + word[-1])
    past = word[:-1] + "ied" if word.endswith("y") else None
    return any(f"{stem}ing" in words and (past or f"{stem}ed") in words for stem in stems)


if __name__ == "__main__":
    main()

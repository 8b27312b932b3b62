"""Makes the two word lists beside monitor/analysis/ordinary.py from public ones.

    python benchmarks/make_word_lists.py ENGLISH MALE FEMALE

ENGLISH is a SCOWL word list, as Debian's wamerican-small installs it
(/usr/share/dict/american-english-small); kept are words in lower case that are no inflection of
another. MALE and FEMALE are the first-name files of the US Census of 1990 (dist.male.first,
dist.female.first), most frequent first; the most frequent are kept.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from monitor.analysis.ordinary import NAMES_FILE, WORDS_FILE, bases

NAMES_EACH = 2_500
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
NAMES_HEADER = """\
# Given names: what a family name is told by. One a line. Made by benchmarks/make_word_lists.py from
# the first-name files of the US Census of 1990, which are in the public domain.
"""


def main() -> None:
    """Read the lists named on the command line, write the files beside the module."""
    english, *first_names = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])
    words = {word for word in english.split() if re.fullmatch(r"[a-z]{1,14}", word)}
    kept = sorted(w for w in words if not any(base in words for base in bases(w)))
    WORDS_FILE.write_text(WORDS_HEADER + "\n".join(kept) + "\n", encoding="utf-8")
    names = {
        line.split()[0].lower() for text in first_names for line in text.splitlines()[:NAMES_EACH]
    }
    NAMES_FILE.write_text(NAMES_HEADER + "\n".join(sorted(names)) + "\n", encoding="utf-8")
    print(f"{len(kept)} words, {len(names)} given names")


if __name__ == "__main__":
    main()

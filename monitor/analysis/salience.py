"""How much an article is about a company: 0 to 1, from place, role, count and share.

    salience = headline (0.5, or 0.2 where others come first) + lead 0.2
               + count 0.2 × min(n, 4)/4 + share of all mentions 0.15

A company that is only a source or the place of a post keeps three tenths of that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.analysis.lexicon import PLACE_PREPOSITIONS
from monitor.analysis.mention_roles import Role

SUBJECT = 0.5  # a company is a subject from this salience
LEAD_WORDS = 60
HEADLINE_FIRST = 0.5
HEADLINE_LATER = 0.2
LEAD = 0.2
COUNT = 0.2
COUNT_FULL = 4  # mentions at which the count's part is full
SHARE = 0.15
PASSING = 0.3  # what a source or the place of a post keeps

_WORD = re.compile(r"\S+")
_ROW = re.compile(r"[\s,&]|\band\b|['’]s\b")


def lead_end(text: str) -> int:
    """The offset at which the lead of `text` ends: its first LEAD_WORDS words."""
    end = 0
    for count, match in enumerate(_WORD.finditer(text), start=1):
        end = match.end()
        if count == LEAD_WORDS:
            break
    return end


def salience(
    spans: Sequence[tuple[str, int, Role]],
    *,
    title: str,
    first_in_title: int,
    lead: int,
    total: int,
    people: int,
) -> float:
    """How much the article is about a company named at `spans` (field, start, role).

    `first_in_title` is where the first company of the headline stands, `lead` where the lead
    ends, `total` how many mentions of companies there are in all, `people` how often
    the company's own people are named.
    """
    value = 0.0
    in_title = [start for field, start, _ in spans if field == "title"]
    if in_title:
        start = in_title[0]
        before = title[:start].split()[-1:] or [""]
        led = start == first_in_title or not _ROW.sub("", _between(title, first_in_title, start))
        passing = before[0].lower() in PLACE_PREPOSITIONS
        value += HEADLINE_FIRST if led and not passing else HEADLINE_LATER
    if any(field == "text" and start < lead for field, start, _ in spans):
        value += LEAD
    count = len(spans) + min(people, len(spans))
    value += COUNT * min(count, COUNT_FULL) / COUNT_FULL
    value += SHARE * len(spans) / max(total, 1)
    if all(role in (Role.SOURCE, Role.POST) for _, _, role in spans):
        value *= PASSING
    return min(value, 1.0)


def _between(title: str, first: int, start: int) -> str:
    """What stands between the names of a row, the capitalised names themselves left out."""
    return re.sub(r"\b[A-Z0-9][\w.’'-]*", "", title[first:start])

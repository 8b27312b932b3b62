"""How much an article is about a company: 0 to 1, from place, role, count and share.

    headline  0.5 first or in a row with the first, 0.2 later, 0.1 in a minor role
              0.2 where only its people, or names that its `about` has in brackets, stand there
    + lead    0.35 opens the text, 0.2 elsewhere in the lead, 0.1 in a minor role
    + count   0.2 × min(n, 4)/4
    + share   0.15 × n / all companies named

A role is minor after a preposition: "on sale at …"; a company that has no other in headline and
lead keeps eight tenths of the sum. One that is only a source or the place of a post keeps three
tenths. The parts were set by hand and checked on labelled items
(`python -m benchmarks.tagging`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.analysis.lexicon import PLACE_PREPOSITIONS
from monitor.analysis.mention_roles import Role

SUBJECT = 0.5  # a company is a subject from this salience
LEAD_WORDS = 60
HEADLINE_FIRST, HEADLINE_LATER, HEADLINE_MINOR = 0.5, 0.2, 0.1
HEADLINE_OWN = 0.2
LEAD_OPENS, LEAD, LEAD_MINOR = 0.35, 0.2, 0.1
OPENING = 25  # characters before it that still let a company open the text
COUNT, COUNT_FULL = 0.2, 4  # the count's part, and the mentions at which it is full
SHARE = 0.15
ASIDE = 0.8  # what a company keeps whose every role in headline and lead is minor
PASSING = 0.3  # what a source or the place of a post keeps

_WORD = re.compile(r"\S+")
_ROW = re.compile(r"[\s,&]|\band\b|['’]s\b")
_CAPITALISED = re.compile(r"\b[A-Z0-9][\w.’'-]*")
_MINOR = re.compile(
    rf"\b(?:{'|'.join(sorted(PLACE_PREPOSITIONS))}) (?:[A-Z][\w.&'’-]*(?:,| and|, and) )*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spot:
    """One mention of a company: the field's name and text, where it begins, and its role."""

    field: str
    text: str
    start: int
    role: Role

    @property
    def minor(self) -> bool:
        """Whether a preposition puts it aside: "on sale at Walmart and …"."""
        before = self.text[max(0, self.start - 60) : self.start]
        return before[-1:] == " " and _MINOR.search(before) is not None


def lead_end(text: str) -> int:
    """The offset at which the lead of `text` ends: its first LEAD_WORDS words."""
    end = 0
    for count, match in enumerate(_WORD.finditer(text), start=1):
        end = match.end()
        if count == LEAD_WORDS:
            break
    return end


def salience(
    spots: Sequence[Spot],
    *,
    first_in_title: int,
    lead: int,
    total: int,
    people: int,
    own_in_title: bool,
) -> float:
    """How much the article is about the company named at `spots`.

    `first_in_title` is where the first company of the headline stands, `lead` where the lead
    ends, `total` how many mentions of companies there are in all, `people` how often the
    company's own people are named, `own_in_title` whether they, or names that its `about` has in
    brackets, stand in the headline.
    """
    headline = [_headline(s, first_in_title) for s in spots if s.field == "title"]
    opening = [_lead(s) for s in spots if s.field == "text" and s.start < lead]
    first = [s for s in spots if s.field == "title" or s.start < lead]
    count = len(spots) + min(people, len(spots))
    value = max(headline, default=HEADLINE_OWN if own_in_title else 0.0) + max(opening, default=0.0)
    value += COUNT * min(count, COUNT_FULL) / COUNT_FULL
    value += SHARE * len(spots) / max(total, len(spots))
    if all(s.role in (Role.SOURCE, Role.POST) for s in spots):
        value *= PASSING
    elif first and all(s.minor for s in first):
        value *= ASIDE
    return min(value, 1.0)


def _headline(spot: Spot, first: int) -> float:
    if spot.minor:
        return HEADLINE_MINOR
    between = _CAPITALISED.sub("", spot.text[first : spot.start])
    return HEADLINE_FIRST if not _ROW.sub("", between) else HEADLINE_LATER


def _lead(spot: Spot) -> float:
    if spot.minor:
        return LEAD_MINOR
    return LEAD_OPENS if spot.start <= OPENING else LEAD

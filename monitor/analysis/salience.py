"""How much an article is about a company: 0 to 1, from place, role, count and share.

    headline  0.5 first or in a row with the first, 0.2 later, 0.1 in a minor role
              0.2 where only its people, or names that its `about` has in brackets, stand there
    + lead    0.35 opens the text, 0.2 elsewhere in the lead, 0.1 in a minor role
    + count   0.2 × min(n, 4)/4
    + share   0.15 × n / all companies named

A role is minor after a preposition: "on sale at …"; a company that has no other in headline and
lead keeps eight tenths of the sum. One that is only a source or the place of a post keeps three
tenths. The parts were set by hand and checked on labelled items
(`python -m benchmarks.tagging`); each mention shows its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.analysis.lexicon import PLACE_PREPOSITIONS
from monitor.analysis.mention_roles import Role
from monitor.analysis.names import Place

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

# Possessive, so that no text makes it slow.
_LEAD = re.compile(rf"\s*+(?:\S++\s++){{0,{LEAD_WORDS - 1}}}\S++")
_ROW = re.compile(r"[\s,&]|\band\b|['’]s\b")
_CAPITALISED = re.compile(r"\b[A-Z0-9][\w.’'-]*")
_MINOR = re.compile(
    rf"\b(?:{'|'.join(sorted(PLACE_PREPOSITIONS))}) (?:[A-Z][\w.&'’-]*(?:,| and|, and) )*$",
    re.IGNORECASE,
)


class Spot(NamedTuple):
    """One mention of a company: where it stands, and its role."""

    place: Place
    role: Role


@dataclass(frozen=True, slots=True)
class Salience:
    """How much an article is about a company, with the parts that make it up."""

    headline: float
    lead: float
    count: float
    share: float
    kept: float  # of their sum
    named: int  # how often the company is named
    total: int  # how often companies are named in all

    @property
    def value(self) -> float:
        """0 to 1."""
        return min((self.headline + self.lead + self.count + self.share) * self.kept, 1.0)

    def said(self) -> str:
        """The parts in plain words: ``first in the headline 0.50, named 3 times 0.15, …``."""
        times = "once" if self.named == 1 else f"{self.named} times"
        parts = [
            (_HEADLINE_SAID.get(self.headline, ""), self.headline),
            (_LEAD_SAID.get(self.lead, ""), self.lead),
            (f"named {times}", self.count),
            (f"{self.named} of {self.total} names of companies", self.share),
        ]
        said = ", ".join(f"{words} {value:.2f}" for words, value in parts if value)
        return f"{said}; {_KEPT_SAID[self.kept]}" if self.kept < 1 else said


# No two values of a part are the same, so that each tells how it came about, but the headline's
# second and its people's, which are told as one.
_HEADLINE_SAID = {
    HEADLINE_FIRST: "first in the headline",
    HEADLINE_LATER: "in the headline",
    HEADLINE_MINOR: "aside in the headline",
}
_LEAD_SAID = {LEAD_OPENS: "opens the text", LEAD: "in the lead", LEAD_MINOR: "aside in the lead"}
_KEPT_SAID = {
    ASIDE: f"only aside: × {ASIDE:.2f}",
    PASSING: f"only a source or the place of a post: × {PASSING:.2f}",
}


def _is_minor(place: Place) -> bool:
    """Whether a preposition puts the company aside: "on sale at Walmart and …"."""
    last = place.before.lower()
    if not last:
        return False
    if last in PLACE_PREPOSITIONS:
        return True
    # Only a row, or what is not plain letters, needs the expression.
    if last != "and" and last.isalpha():
        return False
    return _MINOR.search(place.text[max(0, place.start - 60) : place.start]) is not None


def lead_end(text: str) -> int:
    """The offset at which the lead of `text` ends: its first LEAD_WORDS words."""
    match = _LEAD.match(text)
    return match.end() if match else 0


def salience(
    spots: Sequence[Spot],
    *,
    first_in_title: int,
    lead: int,
    total: int,
    people: int,
    own_in_title: bool,
) -> Salience:
    """How much the article is about the company named at `spots`.

    `first_in_title` is where the first company of the headline stands, `lead` where the lead
    ends, `total` how many mentions of companies there are in all, `people` how often the
    company's own people are named, `own_in_title` whether they, or names that its `about` has in
    brackets, stand in the headline.
    """
    named, total = len(spots), max(total, len(spots))
    headline = opening = 0.0
    aside = True
    first = False
    for place, _ in spots:
        in_title = place.field == "title"
        if not in_title and place.start >= lead:
            continue
        first = True
        minor = _is_minor(place)
        aside = aside and minor
        if in_title:
            headline = max(headline, _headline(place, first_in_title, minor=minor))
        elif minor:
            opening = max(opening, LEAD_MINOR)
        else:
            opening = max(opening, LEAD_OPENS if place.start <= OPENING else LEAD)
    kept = 1.0
    if all(role is Role.SOURCE or role is Role.POST for _, role in spots):
        kept = PASSING
    elif first and aside:
        kept = ASIDE
    return Salience(
        headline=headline or (HEADLINE_OWN if own_in_title else 0.0),
        lead=opening,
        count=COUNT * min(named + min(people, named), COUNT_FULL) / COUNT_FULL,
        share=SHARE * named / total,
        kept=kept,
        named=named,
        total=total,
    )


def _headline(place: Place, first: int, *, minor: bool) -> float:
    if minor:
        return HEADLINE_MINOR
    between = _CAPITALISED.sub("", place.text[first : place.start])
    return HEADLINE_FIRST if not _ROW.sub("", between) else HEADLINE_LATER

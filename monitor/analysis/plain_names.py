"""How sure a name is that needs no model: one that is no ordinary word, a ticker, several words.

Such a name is taken at its word, unless its place says that it is something else: a river ("the
Amazon"), a goddess ("Nike, goddess of victory"), a park, a person of that name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.analysis.lexicon import (
    DETERMINERS,
    FUNCTION_WORDS,
    ILLNESS,
    OTHER_BEINGS,
)
from monitor.analysis.mention_roles import Role
from monitor.analysis.names import Kind, Place
from monitor.analysis.occurrence import STATE_AFTER, follows_given_name, in_title_case

SURE = 0.97
DOUBTED = 0.3  # not enough by itself …
SUPPORTED = 0.6  # … but where words of what the company does stand around

_EXCHANGE = re.compile(
    r"(?:\b(?:NYSE|NASDAQ|Nasdaq|AMEX|LSE|TSX|ASX|NSE|BSE|Euronext|XETRA|FTSE|HKEX|SIX)"
    r"(?: [A-Z][a-z]+)?\s?:\s?|\$)$"
)
# A name before one of these is a place or an institution, whoever it was named after.
_INSTITUTION = (
    r" (?:Airport|Arena|Avenue|Bay|Beach|Castle|Church|College|County|Cup|Forest|Foundation|"
    r"Hospital|Institute|Island|Islands|Lake|Museum|Papers|Park|Peninsula|Prize|Rainforest|River|"
    r"School|Stadium|Street|Trophy|University|Valley)\b|[- ]rainforest\b| basin\b"
)
_ILLNESS = rf"(?i: (?:{'|'.join(sorted(ILLNESS))})\b)"
_BEING = (
    rf", (?:(?:the|a|an) )?(?:\w+ )?(?:{'|'.join(sorted(OTHER_BEINGS))})\b|"
    rf" \((?:\w+ )?(?:{'|'.join(sorted(OTHER_BEINGS))})\)"
)
_OTHER = re.compile(f"{_INSTITUTION}|{_ILLNESS}|{_BEING}|{STATE_AFTER.pattern}")
_NEXT = re.compile(r" ([-\w]+)")


def persons(places: Sequence[Place]) -> set[str]:
    """The names that this article gives to a person: once "Zach Lowe", then just "Lowe"."""
    return {
        place.name.written
        for place in places
        if not place.before.islower()
        and not place.name.several
        and not place.name.ordinary
        and follows_given_name(place.text, place.start)
    }


def needs_model(place: Place, role: Role) -> bool:
    """Whether rules do not settle `place`: one ordinary word, written as a name may be."""
    name = place.name
    return (
        name.ordinary
        and name.kind is not Kind.TICKER
        and not name.several
        and role is not Role.POST
    )


def plain_score(place: Place, role: Role) -> float:
    """How sure `place` means the company, 0 to 1."""
    name, text, start, end = place.name, place.text, place.start, place.end
    if name.kind is Kind.TICKER:
        return 0.99 if _EXCHANGE.search(text[max(0, start - 20) : start]) else 0.0
    if role is Role.POST and name.ordinary:
        return 0.8
    if name.ordinary:
        return _several_words(place)
    if name.written.isupper() and len(name.written) < 5 and place.found != name.written:
        return 0.1  # an acronym in other letters is some word
    if place.in_lower_case and not _without_capitals(place):
        return 0.1
    return DOUBTED if _OTHER.match(text, end) or _after_the(place) else SURE


def _without_capitals(place: Place) -> bool:
    """Whether the words around are in lower case too, or it is an address: "zorbex.com"."""
    text, start, end = place.text, place.start, place.end
    if text[start - 1 : start] in ("@", "#") or text[end : end + 4] in (".com", ".org", ".net"):
        return True
    around = text[max(0, start - 100) : end + 100]
    return len(place.found) > 5 and around.islower()


def _after_the(place: Place) -> bool:
    """Whether it stands alone after "the", as names of companies do not: "the Amazon".

    Before a noun it is the noun that is meant: "the Amazon warehouse", "the Zorbex-owned site".
    Brands and products are things, so "the Jeep" is one.
    """
    text, start, end = place.text, place.start, place.end
    thing = place.name.kind not in (Kind.NAME, Kind.ALIAS)
    if thing or text[max(0, start - 4) : start].lower() != "the ":
        return False
    after = _NEXT.match(text, end)
    if after is None:
        return text[end : end + 1] not in ("-", "–") and text[end : end + 2] not in ("'s", "’s")
    if after[1] in ("and", "or"):  # "the Zorbex and Kettlewell plants"
        return not text[after.end() + 1 : after.end() + 2].isupper()
    return after[1] in FUNCTION_WORDS or after[1].endswith("ed")


def _several_words(place: Place) -> float:
    """The score of a name of several ordinary words: "Best Buy"."""
    if not all(word[0].isupper() for word in place.found.split() if word.isalpha()):
        return 0.1
    if not in_title_case(place.text, place.start):
        return 0.9
    before = place.text[max(0, place.start - 12) : place.start].lower().split()[-1:]
    return DOUBTED if before and before[0] in DETERMINERS else 0.7

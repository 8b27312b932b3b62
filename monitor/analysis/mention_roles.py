"""What a company does where it is named: acts, is a source, is where something was posted."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.analysis.names import Place


class Role(StrEnum):
    """What a company does where it is named."""

    PLAIN = "plain"
    SOURCE = "source"  # it, or its analyst, is quoted
    POST = "place of a post"
    ITSELF = "itself"  # an outlet speaking of itself: no mention


_POSTED_BEFORE = re.compile(
    r"\b(?:post(?:ed|s|ing)?|wrote|shar(?:ed|es)|tweet(?:ed|s)?|comment(?:ed|s)?|announced|said|"
    r"video|thread|message|update|statement)\b[^.!?\n]{0,40}\b(?:on|to|via) $",
    re.IGNORECASE,
)
# The word before a name says most of the time that neither can be, and quicker.
_POST_PREPOSITIONS = frozenset({"on", "to", "via"})
_SOURCE_PREPOSITIONS = frozenset({"told", "to", "by", "at", "with", "from"})
_BEFORE = 80  # characters before a name in which such words count
_POST_AFTER = re.compile(
    r"(?:['’]s)? (?:post|posts|thread|threads|account|accounts|profile|page|feed|message|update|"
    r"user|users)\b",
    re.IGNORECASE,
)
_SPEAKS_OF_ITSELF = re.compile(
    r" (?:spoke|speaks|talked|has learned|has seen|reviewed|has reviewed|obtained|reached out|"
    r"contacted|has contacted|interviewed)\b"
)
_SOURCE_BEFORE = re.compile(
    r"\b(?:told|according to|(?:first )?reported by|"
    r"(?:analysts?|economists?|strategists?) (?:at|with|from)) $",
    re.IGNORECASE,
)
_SOURCE_AFTER = re.compile(
    r"(?:['’]s)? (?:analysts?|economists?|strategists?|(?:first )?reported)\b", re.IGNORECASE
)


def role_at(place: Place, *, platform: bool, publication: bool) -> Role:
    """The role of the company named at `place`.

    `platform` and `publication` say what the company is; only a platform, or a name that cannot
    be anything else, can be where something was posted.
    """
    text, start, end = place.text, place.start, place.end
    if publication and _SPEAKS_OF_ITSELF.match(text, end):
        return Role.ITSELF
    before = place.before.lower()
    if (
        before in _POST_PREPOSITIONS
        and (platform or not place.name.ordinary)
        and _POSTED_BEFORE.search(text[max(0, start - _BEFORE) : start])
    ):
        return Role.POST
    if platform and _POST_AFTER.match(text, end):
        return Role.POST
    if before in _SOURCE_PREPOSITIONS and _SOURCE_BEFORE.search(
        text[max(0, start - _BEFORE) : start]
    ):
        return Role.SOURCE
    return Role.SOURCE if _SOURCE_AFTER.match(text, end) else Role.PLAIN

"""Where an article names its own outlet or the one it came from: no company's coverage."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from monitor.analysis.folding import fold
from monitor.urls import host_of

_SEPARATOR = re.compile(r"\s{1,4}[-–—|·:]\s{1,4}|\|")
# It begins with one set of letters, for which the library looks ten times as fast as for words in
# any case: "originally published in …", "first appeared on …", "© …", "Copyright …".
_CREDIT = re.compile(
    r"[oOfFcC©](?:(?<=©)[^\n]{0,200}|(?<!\w.)(?i:(?<=c)opyright\s[^\n]{0,200})|"
    r"(?i:(?:(?<=o)riginally|(?<=f)irst)\s+(?:featured|appeared|published|posted|ran)\s+"
    r"(?:on|in|by|at)\s+[^\n]{2,60}))"
)
# Looking for these first is ten times quicker than the expression, and nearly always enough.
_CREDIT_WORDS = ("originally ", "first appeared", "first published", "first posted", "first ran",
                 "first featured", "©", "copyright ")  # fmt: skip
_MAX_CREDIT = 260  # characters from a credit's first word to its end
_MAX_SUFFIX_WORDS = 10
_MAX_PARTS = 5


@lru_cache(maxsize=4096)
def _compact(name: str) -> str:
    name = re.sub(r"[^a-z0-9]", "", fold(name))
    return name.removeprefix("the").removeprefix("www")


def suffix_start(title: str, *, outlet: str | None, url: str | None) -> int:
    """Where the outlet's own name begins at the end of `title`; its length where there is none.

    "Chips are up - Example News | Tech" with outlet "Example News" ends after "up". The outlet
    is known by its name or by the host of `url`.
    """
    if not (outlet or url):
        return len(title)
    host = _compact(host_of(url) if url else "")
    own = _compact(outlet or "")
    cuts = [(m.start(), m.end()) for m in _SEPARATOR.finditer(title)][-_MAX_PARTS:]
    ends = [start for start, _ in cuts[1:]] + [len(title)] if cuts else []
    for (start, end), part_end in zip(cuts, ends, strict=True):
        part = _compact(title[end:part_end])
        few = len(title[end:].split()) <= _MAX_SUFFIX_WORDS
        if len(part) < 2 or not few:
            continue
        if own and (own.startswith(part) or (len(part) > 3 and (part in own or own in part))):
            return start
        if host and len(part) > 3 and part in host:
            return start
    return len(title)


def credited(text: str, folded: str) -> list[tuple[int, int]]:
    """The spans of `text` that credit another publication or assert a copyright.

    `folded` is fold(text).
    """
    if not any(word in folded for word in _CREDIT_WORDS):
        return []
    return [match.span() for match in _CREDIT.finditer(text)]


def may_be_credited(folded: str, start: int) -> bool:
    """Whether what stands at `start` may be in a span of `credited`: a quick look before it."""
    before = folded[max(0, start - _MAX_CREDIT) : start]
    return "first " in before or "originally " in before or "copyright " in before or "©" in before


def names_outlet(names: Iterable[str], outlet: str | None) -> bool:
    """Whether one of a company's names is the outlet's own."""
    own = _compact(outlet or "")
    return bool(own) and any(_compact(name) == own for name in names)

"""The headline of a page, from what its head and its headings say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.ingest.extract.words import key, short_title

_SEPARATOR = re.compile(r"\s+[|–—·•»«:/-]{1,2}\s+|\s*\|\s*|\s+::\s+")
_MAX_SUFFIX = 50  # characters of an outlet's name behind a headline


def headline(
    *,
    declared: Iterable[str],
    headings: Iterable[str],
    document_title: str = "",
    outlets: Iterable[str] = (),
) -> str:
    """The headline: one line, without the outlet's name behind (or before) it; "" if none.

    `declared` are JSON-LD headline and meta titles, the most trusted first; `headings` the
    page's h1 texts. A heading that says the same as a declared title is what readers saw,
    so it wins; else the first declared title does.
    """
    names = [key(name) for name in outlets if name]
    seen = [short_title(h) for h in headings]
    seen = [h for h in seen if len(key(h).split()) > 1 or (h and not names)]
    seen = [h for h in seen if not _is_exactly(h, names)]
    stated = [without_outlet(short_title(d), names=names) for d in declared]
    stated = [d for d in stated if d and key(d) not in names]
    title = without_outlet(short_title(document_title), names=names)
    for heading in seen:
        if any(_same(heading, other) for other in [*stated, title] if other):
            return without_outlet(heading, names=names)
    if stated:
        return stated[0]
    if len(seen) == 1 and key(seen[0]) not in names:
        return seen[0]
    return title or next((h for h in seen if key(h) not in names), "")


def without_outlet(title: str, *, names: Iterable[str]) -> str:
    """`title` without a part behind its last separator, or before its first, that is an outlet."""
    known = [name for name in names if name]
    before, colon, behind = title.partition(": ")
    if colon and _is_exactly(before, known):
        title = behind.strip()
    for _ in range(3):
        separators = list(_SEPARATOR.finditer(title))
        if not separators:
            return title
        last, first = separators[-1], separators[0]
        if _is_outlet(title[last.end() :], known):
            title = title[: last.start()].strip()
        elif _is_outlet(title[: first.start()], known):
            title = title[first.end() :].strip()
        else:
            return title
    return title


def _is_exactly(part: str, names: Iterable[str]) -> bool:
    said = _squeezed(key(part))
    return bool(said) and any(said == _squeezed(name) for name in names)


def _squeezed(said: str) -> str:
    return said.replace(" ", "").removeprefix("the")


def _is_outlet(part: str, names: Iterable[str]) -> bool:
    said = key(part)
    if not said or len(part) > _MAX_SUFFIX:
        return False
    squeezed = said.replace(" ", "")
    for name in names:
        bare = name.replace(" ", "")
        if said == name or squeezed == bare:
            return True
        if len(bare) > 3 and (
            squeezed.startswith(bare) or (bare.startswith(squeezed) and len(squeezed) > 3)
        ):
            return True
    return False


def _same(heading: str, other: str) -> bool:
    """Whether two titles are one: most of the words of each are the other's."""
    one, two = set(key(heading).split()), set(key(other).split())
    return bool(one) and len(one & two) >= 0.7 * max(len(one), len(two))

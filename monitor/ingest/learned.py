"""Furniture that an outlet repeats on its own pages: what no single page can tell. Pure.

At the edges of a text that may be any line, as standing lines are there ("The Bay Ledger has
covered the bay since 1899"). In its middle it is only what offers something to the reader ("Get
the bay's news in your inbox"): other sentences that reports repeat there are theirs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

_FIRST, _LAST = 2, 4  # paragraphs at either end that may be furniture
_PARAGRAPHS = 4  # a shorter text has no edges
_LONGEST_OFFER = 300  # characters
_LONGEST_POINTER = 40
_QUOTED = re.compile(r"[\"“”„«»‘]")  # somebody's words are the report's
# Whom an offer speaks to, and what it offers: a sentence with both, the same in many articles.
_TO_READER = re.compile(
    r"\b(?:you|your|yours|sie|ihre?[nmrs]?|deine?|vous|votre|vos|usted|tus?|você|seus?|suas?|tuo"
    r"|tua|voi|uw|jouw?)\b"
    r"|^\W*(?:sign|subscribe|get|join|follow|download|install|read|click|tap|register|try|start"
    r"|discover|stay|be the first|don.t miss|never miss|tell us|send us|share|listen|watch|support"
    r"|melde|abonnieren?|lesen|lies|folgen?|jetzt|inscrivez|abonnez|lisez|lire|suivez|suscr[ií]b"
    r"|reg[ií]str|lea|lee|sigue|assine|inscreva|leia|receba|deixe|siga|iscriviti|abbonati|leggi"
    r"|segui|schrijf|lees|volg|meld)",
    re.I,
)
_OFFERED = re.compile(
    r"\b(?:newsletters?|subscri(?:be|ber|ption)s?|inbox|by e-?mail|your e-?mail|for free"
    r"|(?:our|news|free|mobile) apps?|(?:our|news|e-?mail|free) alerts?|breaking news|podcasts?"
    r"|bookmark|log in|free account|whatsapp|telegram|facebook|twitter|instagram|youtube|linkedin"
    r"|tiktok|what you think|in the comments|comments? below|our stories|ad-free"
    r"|abonn\w+|anmelden|inscri\w+|iscri\w+|suscr\w+|assin\w+|boletín|boletim|nieuwsbrief"
    r"|infolettre|e-book|ebook)\b",
    re.I,
)
_POINTER = re.compile(
    r"\b(?:more|also|next|might like|may like|auch|mehr|aussi|también|também|anche|ook|meer)\b",
    re.I,
)


def seen_in(text: str) -> list[tuple[int, int]]:
    """The marks of those lines of `text` that may be furniture, each with its context.

    [] for a short text. Contexts are digests of other paragraphs, which tell one article of an
    outlet from another. A line has two marks, each with a context of its own, and is furniture
    where both were seen in many: an article that was changed and printed again, or stands under
    two addresses, still has one of them. At the edges these are the longest paragraph and the
    one next to the edge; in the middle the nearest paragraphs before and behind that report.
    """
    paragraphs = text.split("\n\n")
    if len(paragraphs) < _PARAGRAPHS:
        return []
    first = min(_FIRST, len(paragraphs) - _LAST) if len(paragraphs) > _LAST else 1
    last = max(first, len(paragraphs) - _LAST)
    longest, second = sorted(paragraphs, key=len)[-1:-3:-1]
    found: dict[int, int] = {}

    def see(line: str, *contexts: str) -> None:
        for mark, context in zip(marks(line), contexts, strict=True):
            found.setdefault(mark, line_digest(context))

    for line in paragraphs[:first]:
        see(line, longest, paragraphs[first] if first < last else second)
    for line in paragraphs[last:]:
        see(line, longest, paragraphs[last - 1] if first < last else second)
    for place in range(first, last):
        if offers(paragraphs[place]):
            before = (p for p in reversed(paragraphs[:place]) if not offers(p))
            behind = (p for p in paragraphs[place + 1 :] if not offers(p))
            see(paragraphs[place], next(before, ""), next(behind, ""))
    return list(found.items())


def without(text: str, is_mark: Callable[[int], bool]) -> str:
    """`text` without furniture, by its marks; as it is where hardly anything would be left."""
    paragraphs: Sequence[str] = text.split("\n\n")
    standing = [all(map(is_mark, marks(line))) for line in paragraphs]
    start, end = 0, len(paragraphs)
    while start < min(_FIRST, end) and standing[start]:
        start += 1
    # Furniture grows inwards: what stands before a standing line is an edge again.
    while end > start and standing[end - 1]:
        end -= 1
    kept = [
        paragraphs[place] for place in range(start, end)
        if not (standing[place] and offers(paragraphs[place]))
    ]  # fmt: skip
    return "\n\n".join(kept) if len(kept) >= 2 else text


def marks(line: str) -> tuple[int, int]:
    """What `line` is known by as furniture."""
    return line_digest(f"one {line}"), line_digest(f"two {line}")


def offers(line: str) -> bool:
    """Whether `line` offers the reader something of the outlet's, or points at other articles.

    Alone that proves nothing; it is what of the lines that recur in the middle is furniture.
    """
    if len(line) > _LONGEST_OFFER or _QUOTED.search(line) or not _TO_READER.search(line):
        return False
    return bool(_OFFERED.search(line)) or (
        len(line) <= _LONGEST_POINTER and bool(_POINTER.search(line))
    )


def line_digest(line: str) -> int:
    """A signed 64-bit digest of a line's words, whatever their capitals."""
    words = " ".join(line.casefold().split())
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), signed=True)

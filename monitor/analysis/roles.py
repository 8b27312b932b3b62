"""Who wrote it and who took it over: roles within one group of copies, with evidence.

What a copy says of itself comes first (a credit line, a wire mark, a canonical
link to another site), then the dates, where they are known well enough. Where
neither tells, the role is unknown: a guess would put a name on a chart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from monitor.analysis.copies import overlap
from monitor.analysis.folding import fold as fold_in_place
from monitor.analysis.group_keys import has_text, site
from monitor.analysis.outlets import credited
from monitor.analysis.words import fold
from monitor.models import DateConfidence, Evidence, GroupItem, Role, is_day
from monitor.urls import host_of, site_of

# A copy that holds less than this share of the source's words among its own is a rewrite.
_REPRINT = 0.6
# Characters at the beginning and end of a text where it says where it comes from; searching no
# further also bounds what a hostile text can cost.
_EDGE = 400
_DATELINE = re.compile(r"^[^()\n]{0,60}\(([A-Z][\w&.' -]{1,40})\)\s*[-–—:]")
_SIGNED = re.compile(r"(?:^|\n)\s*[-–—]{1,2}\s*([A-Z][\w&.' -]{1,40})\.?\s*$")
_ORIGIN = re.compile(
    r"\b(?:featured|appeared|published|posted|ran|produced|provided|supplied|reprinted|republished"
    r"|reproduced|syndicated|courtesy|permission|written|licen[cs]e|source|via|link)\b"
    r".*?(?:\b(?:on|in|by|at|from|of|to)\b|:)\s*(?P<where>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"[^\W_]+")
# Marks that agencies sign with, beside their names.
_AGENCIES: tuple[frozenset[tuple[str, ...]], ...] = tuple(
    frozenset(tuple(name.split()) for name in names)
    for names in (
        ("ap", "associated press", "apnews", "ap news"),
        ("afp", "agence france presse"),
        ("pa", "pa media", "press association"),
        ("upi", "united press international"),
        ("dpa", "deutsche presse agentur"),
        ("pti", "press trust of india"),
        ("ani", "asian news international", "aninews"),
        ("pr newswire", "prnewswire"),
        ("business wire", "businesswire"),
        ("globe newswire", "globenewswire"),
    )
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What one article is among the copies of its text.

    `source` is the id of the copy whose text it carries, None where that is not here.
    """

    role: Role
    source: int | str | None = None
    evidence: tuple[Evidence, ...] = ()


def assign_roles(members: Sequence[GroupItem]) -> dict[int | str, Decision]:
    """The role of each of `members`, which are all known copies of one text (or one article).

    An article that claims an outlet is a reprint, even where that outlet's own
    copy is not among `members`. Else the original is the copy that others
    credit, or the one clearly dated first, where every copy that may be it has
    a date that was stated. An article alone is independent.
    """
    claims = {m.id: _foreign_credit(m) for m in members}
    sources = {m.id: _credited_member(m, claims[m.id], members) for m in members}
    free = [m for m in members if claims[m.id] is None]
    if len(members) == 1 and free:
        return {members[0].id: Decision(Role.INDEPENDENT)}
    original, why = _original(free, members, claims, sources)
    decisions = {}
    for member in members:
        credit = claims[member.id]
        if credit is not None:
            source = sources[member.id] or (original if original is not member else None)
            decisions[member.id] = _carries(member, source, credit)
        elif member is original and why is not None:
            decisions[member.id] = Decision(Role.ORIGINAL, None, (why,))
        elif original is not None:
            decisions[member.id] = _carries(member, original, _same(member, original))
        else:
            decisions[member.id] = Decision(Role.UNKNOWN)
    return decisions


def _original(
    free: Sequence[GroupItem],
    members: Sequence[GroupItem],
    claims: dict[int | str, Evidence | None],
    sources: dict[int | str, GroupItem | None],
) -> tuple[GroupItem | None, Evidence | None]:
    """The copy that the others come from, and why; `free` are those that credit nobody."""
    for member in members:
        source, credit = sources[member.id], claims[member.id]
        if source is not None and credit is not None and source in free:
            said = f"{member.outlet}: {credit.text}" if member.outlet else credit.text
            return source, Evidence("credit", 0, 0, said, "credited by a copy")
    if len(free) < len(members):
        return None, None  # the credit leads outside; who of the rest was first tells nothing
    spans = [_span(m) for m in free]
    known = sorted(
        ((s, m) for s, m in zip(spans, free, strict=True) if s is not None),
        key=lambda pair: pair[0],
    )
    if len(known) < len(free) or known[0][0][1] > known[1][0][0]:
        return None, None
    first = known[0][1]
    at = first.published_at
    only = at.date() if at and is_day(at, first.date_confidence) else at
    stated = only.isoformat() if only else ""
    return first, Evidence("published_at", 0, 0, stated, "earliest date")


def _same(member: GroupItem, original: GroupItem) -> Evidence:
    """What makes `member` a copy of `original` where it does not say so itself."""
    if has_text(member) and has_text(original):
        return Evidence("text", 0, 0, original.outlet or "", "carries the original's text")
    rule = "the same headline, word for word; there is no text to compare"
    return Evidence("title", 0, 0, original.outlet or "", rule)


def _carries(member: GroupItem, source: GroupItem | None, why: Evidence) -> Decision:
    if source is None:
        return Decision(Role.REPRINT, None, (why,))
    found = overlap(member.text, source.text)
    role = Role.REPRINT if found.a_in_b >= _REPRINT or not found.shared else Role.REWRITE
    return Decision(role, source.id, (why,))


def _span(item: GroupItem) -> tuple[datetime, datetime] | None:
    """From when to when `item` may have been published: a whole day where only that is stated."""
    stated = item.published_at
    if stated is None or item.date_confidence in (DateConfidence.LOW, DateConfidence.NONE):
        return None
    day_only = is_day(stated, item.date_confidence)
    return stated, stated + (timedelta(days=1) if day_only else timedelta(seconds=1))


def _foreign_credit(item: GroupItem) -> Evidence | None:
    """Where `item` says that its text comes from another outlet."""
    for field, start, said in _statements(item):
        if not _is_named(item, _origin(said)):
            rule = "canonical link" if said.startswith("canonical link") else "credit line"
            return Evidence(field, start, start + len(said), said, rule)
    return None


def _statements(item: GroupItem) -> list[tuple[str, int, str]]:
    """What `item` says of its origin: (field, offset, words)."""
    if item.credit and item.credit.strip():
        return [("credit", 0, item.credit[:_EDGE])]
    text, found = item.text, []
    for start, end in credited(text, fold_in_place(text)):
        said = text[start:end]
        if (start < _EDGE or end > len(text) - _EDGE) and _ORIGIN.search(said):
            found.append(("text", start, said))
    tail = max(0, len(text) - _EDGE)
    if match := _DATELINE.search(text[:_EDGE]):
        found.append(("text", match.start(1), match[1]))
    if match := _SIGNED.search(text[tail:]):
        found.append(("text", tail + match.start(1), match[1]))
    return found


def _credited_member(
    item: GroupItem, credit: Evidence | None, members: Sequence[GroupItem]
) -> GroupItem | None:
    """The copy that `credit` names, the earliest-placed one of its outlet."""
    if credit is None:
        return None
    words, own = _origin(credit.text), site(item) or None
    others = (m for m in members if m is not item and site(m) != own)
    return next((m for m in others if _is_named(m, words)), None)


def _origin(said: str) -> tuple[str, ...]:
    """The words of a statement of origin that say where a text comes from."""
    where = _ORIGIN.search(said)
    return _split(where["where"] if where else said)


def _is_named(item: GroupItem, words: tuple[str, ...]) -> bool:
    """Whether `words`, as `_origin` has them, name the outlet of `item`, or its site."""
    return any(_holds(words, name) for name in _called(item.outlet or "", item.url or ""))


@lru_cache(maxsize=4096)
def _called(outlet: str, url: str) -> frozenset[tuple[str, ...]]:
    """What an outlet is called, each name as words: its own, its host's, an agency's mark."""
    names = {_split(outlet)}
    if url:
        names |= {_split(host_of(url)), _split(site_of(url)), _split(site_of(url))[:1]}
    if outlet.lower().endswith((".com", ".net", ".org")):
        names.add(_split(outlet)[:-1])
    for agency in _AGENCIES:
        if names & agency:
            names |= agency
    return frozenset(name for name in names if name)


def _split(text: str) -> tuple[str, ...]:
    words = tuple(_WORD.findall(fold(text)))
    return words[1:] if words[:1] == ("the",) and len(words) > 1 else words


def _holds(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return any(words[i : i + len(name)] == name for i in range(len(words) - len(name) + 1))

"""Where a text says it comes from: credit lines, wire marks, agency bylines.

A credit line of its own is taken out of the body, so that a word comparison of a reprint
with its original shows edits only. A wire mark in a dateline ("LONDON (Reuters) -") is
part of the opening sentence at every outlet that carries it, and stays. "Additional
reporting by …" names a contribution to a text that is the outlet's own: it is taken out of
the body like other lines about the makers, and is no credit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.ingest.extract.words import has_any, key, one_line
from monitor.urls import site_of

_PIECE = r"(?:story|article|post|piece|report|essay|column|item|interview|content|text|commentary)"
_FIRST = r"(?:originally|first|previously|initially)"
_CHANGED = (
    r"(?:shortened|shorter|edited|condensed|abridged|adapted|updated|translated|longer|full"
    r"|extended|revised)"
)
_APPEARED = r"(?:appeared|published|featured|posted|printed|ran|written|produced|reported|came out)"
_LINE = re.compile(
    rf"\b(?:this|the|parts? of this"
    rf"|(?:an?|the)\s+(?:earlier\s+|{_CHANGED}\s+)?version\s+of\s+(?:this|an?|the))\s+(?:\w+\s+)?"
    rf"{_PIECE}\s+(?:(?:has|had|was|is|been|also)\s+)*"
    rf"(?:{_FIRST}\s+{_APPEARED}"
    rf"|{_APPEARED}\s+{_FIRST}"
    r"|(?:republished|reprinted|reproduced|syndicated|provided|supplied|produced|published)"
    r"\s+(?:here\s+)?(?:with|from|by|under|courtesy))\b.{0,200}$"
    rf"|^{_FIRST}\s+{_APPEARED}\s+(?:in|on|at|by)\b.{{0,200}}$"
    r"|^(?!.{0,60}\b(?:he|she|they|who|which|that|has|have|had)\b)"
    r".{2,60}\bcontributed\s+th(?:is|e)\s+(?:report|story|article|text|piece)\W*$"
    rf"|^from\s+(?:the\s+)?\S.{{1,60}}[.,;(–—-]+\s*\(?{_CHANGED}\W*$"
    r"|^(?:dieser|der)\s+(?:artikel|text|beitrag|bericht|kommentar)\s+(?:ist|erschien|wurde)"
    r"\s+(?:zuerst|ursprünglich|erstmals)\b.{0,200}$"
    r"|^cet article (?:a été|est) (?:initialement|d.abord) (?:publié|paru)\b.{0,200}$"
    r"|^(?:re-?published|reprinted|reproduced|syndicated)\s+(?:here\s+)?"
    r"(?:with|from|by|under|courtesy)\b.{0,200}$",
    re.I,
)
# Every alternative of `_LINE` has one of these.
_LINE_HAS = (
    "original", "first", "previous", "initial", "republish", "reprint", "reproduc", "syndicat",
    "provided", "supplied", "produced", "re-publish", "published", "contributed", "from",
    "zuerst", "ursprünglich", "erstmals", "cet article",
)  # fmt: skip
_DAY = re.compile(r"\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\d")
_SOURCE = re.compile(r"^(?:source|via|quelle|fuente|courtesy of)\s*:\s*\S.{0,80}$", re.I)
_AGENCIES = {
    "AP": ("associated press", "apnews.com"),
    "Reuters": ("reuters", "reuters.com"),
    "AFP": ("agence france presse", "afp.com"),
    "PA": ("pa media", "pa.media"),
    "UPI": ("united press international", "upi.com"),
    "dpa": ("deutsche presse agentur", "dpa.com"),
    "Xinhua": ("xinhua", "xinhuanet.com"),
    "ANI": ("asian news international", "aninews.in"),
    "PTI": ("press trust of india", "ptinews.com"),
    "Bloomberg": ("bloomberg", "bloomberg.com"),
}
AGENCY_NAMES = tuple(
    name for mark, (full, _) in _AGENCIES.items() for name in (mark, full, f"the {full}")
)
# "Meridian Wire", "Baltic News Service"; not "Staff and Wire" nor a newsroom's wire desk.
_AGENCY = re.compile(
    r"^(?!.*\b(?:staff|and)\b)\w+(?: \w+){0,3}"
    r" (?:(?:news)?wire|(?:news|press|wire) (?:agency|service))$"
)
_MARKS = "|".join(_AGENCIES)
_WIRE = re.compile(rf"^(?:[^()]{{0,60}}[\s,])?\(({_MARKS})(?:\s+[\w ]{{1,20}})?\)\s*(?:[-–—:]|\w)")
_TAIL_MARK = re.compile(rf"^(?:[-–—]+\s*|\()({_MARKS})\)?\.?$")
# Where a credit line, as `key` gives it, names its source.
_NAMED = re.compile(
    r"^(?:the )?(?=.+ contributed th)(.+)$|\b(?:on|in|at|by|from|source|via) (?:the )?(.+)$"
)
_SEARCHED = 4  # paragraphs from either end in which a credit line stands


def split_credit(
    paragraphs: Sequence[str], *, outlet: str | None = None, url: str | None = None
) -> tuple[list[str], str | None]:
    """The body without its credit lines, and the credit: a line, or a wire mark as written.

    A credit that names the page's own `outlet` or the host of `url` is no credit; its line
    is taken out all the same.
    """
    kept = list(paragraphs)
    credit = None
    ends = {*range(min(_SEARCHED, len(kept))), *range(max(0, len(kept) - _SEARCHED), len(kept))}
    for index in sorted(ends, reverse=True):
        line = kept[index]
        if is_credit_line(line) or (
            len(line) <= 300 and (_SOURCE.match(line) or _TAIL_MARK.match(line))
        ):
            del kept[index]
            if credit is None and not _is_own(line, outlet=outlet, url=url):
                credit = line
    if credit is None and kept:
        mark = _WIRE.match(kept[0])
        if mark and not _is_agency(mark.group(1), outlet=outlet, url=url):
            credit = f"({mark.group(1)})"
    return kept, credit


def is_credit_line(line: str) -> bool:
    """Whether `line` is nothing but a statement of where the text first appeared."""
    return len(line) <= 300 and has_any(line, _LINE_HAS) and bool(_LINE.search(line))


def stated_credit(
    lines: Iterable[str], *, outlet: str | None = None, url: str | None = None
) -> str | None:
    """The first credit line in the visible `lines` of a page, where its text has lost it."""
    for line in lines:
        if is_credit_line(line) and not _is_own(line, outlet=outlet, url=url):
            return line
    return None


def agency_byline(
    names: Iterable[str], *, outlet: str | None = None, url: str | None = None
) -> str | None:
    """The first of `names` that is a news agency and not the page's own outlet.

    That is one of those known here, or one that calls itself a wire or a news agency.
    """
    for name in names:
        line = one_line(name)
        known = key(line).removeprefix("by ").removeprefix("the ")
        if _AGENCY.search(known) and known != key(outlet or "").removeprefix("the "):
            return re.sub(r"^by\s+", "", line, flags=re.I)
        for mark, (full, _) in _AGENCIES.items():
            if known in (full, mark.casefold()) and not _is_agency(mark, outlet=outlet, url=url):
                return line
    return None


def _is_own(line: str, *, outlet: str | None, url: str | None) -> bool:
    """Whether `line` names the page's own outlet or site, or nothing but a day."""
    named = _NAMED.search(key(line))
    source = (named.group(1) or named.group(2)).replace(" ", "") if named else ""
    if _DAY.match(source):
        return True
    own = (key(outlet or ""), site_of(url or "").split(".")[0])
    names = (re.sub(r"^the | (?:com|org|net)$", "", name).replace(" ", "") for name in own)
    return any(len(name) > 2 and source.startswith(name) for name in names)


def _is_agency(mark: str, *, outlet: str | None, url: str | None) -> bool:
    full, domain = _AGENCIES[mark]
    name = key(outlet or "")
    return full in name or name == mark.casefold() or domain in (url or "")

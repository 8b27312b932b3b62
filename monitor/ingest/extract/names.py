"""Who wrote a page and which outlet it belongs to, from what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.ingest.extract.words import key, one_line

_MAX_AUTHORS = 12
_BY = re.compile(
    r"^(?:(?:written|posted|reported|published|story|words|review(?:ed)?|analysis|text|edited)\s+)?"
    r"(?:by|von|par|por|di|door)\b[\s:]+",
    re.I,
)
_JOIN = re.compile(
    r"\s*(?:;|\||/|•|·|\n|,?\s+(?:and|und|et)\s+(?=[A-ZÀ-Þ])|\s+&\s+|,\s*(?:and|with)\s+)\s*"
)
_URL = re.compile(r"https?://|www\.|@|\.(?:com|org|net)\b", re.I)
# A word that makes a "name" a department, a role or a piece of the page's furniture.
_NOT_NAME = re.compile(
    r"\b(?:staff|editors?|editorial|desk|newsroom|team|admin(?:istrator)?|contributors?|author|news"
    r"|redaktion|rédaction|redacción|reporters?|correspondents?|writer|agency|wire|press release"
    r"|subscribe|follow|share|updated?|published|comments?|read|email|facebook|twitter|instagram"
    r"|linkedin|unknown|anonymous|guest|sponsored|photograph\w*|min(?:ute)?s?|ago|views?|profile"
    r"|bio|posts?|articles?|archive|about|more|full|here|the|our|this|from|image|icon)\b",
    re.I,
)
_ROLE = re.compile(
    r",?\s+(?:(?:senior|chief|deputy|staff|associate|managing|executive|contributing|political|tech"
    r"|technology|business|science|sports?|health|ai|us|uk|world|economics|news|national|special"
    r"|data|features?|entertainment|breaking|live|general|assignment|personal|finance|markets?|"
    r"culture|royal|video|digital|consumer|investigative|global|foreign|education|travel|lifestyle"
    r"|money|opinion)\s+)*"
    r"(?:reporter|editor|writer|correspondent|columnist|contributor|journalist|producer|author"
    r"|analyst|critic|anchor|freelancer|editor-in-chief|reporters|editors)\b.*$",
    re.I,
)
_PARTICLE = {"de", "da", "di", "du", "van", "von", "der", "den", "la", "le", "del", "bin", "al",
             "el", "ben", "ter", "dos", "das", "y", "zu", "st", "af", "av"}  # fmt: skip
_DATE_TAIL = re.compile(
    r"\s*(?:[|•·–—-]\s*)?(?:\d{1,2}[:/.]|\b(?:19|20)\d{2}\b|(?:updated|published)\b).*$", re.I
)

_OWNER = re.compile(
    r"(?:©|\(c\)|copyright)[\s©]*(?:copyright\s*)?(?:(?:19|20)\d{2}(?:\s*[-–]\s*(?:19"
    r"|20)\d{2})?)?[\s,©]*(?:by\s+)?"
    r"([^.|©\n]{2,80})",
    re.I,
)
_LEGAL = re.compile(
    r"[\s,]+(?:limited|ltd|llc|llp|inc|incorporated|plc|gmbh|s\.?a|ag|bv|b\.v|corp(?:oration)?"
    r"|co|company"
    r"|ip|pty|all rights reserved|(?:19|20)\d{2})\.?$",
    re.I,
)
_GENERIC = re.compile(
    r"[\s,&]+(?:media|group|publishing|publications|holdings|communications|networks?|news|digital"
    r"|enterprises|international|partners|brands)$",
    re.I,
)


def authors_of(
    values: Iterable[str], *, outlets: Iterable[str] = (), strict: bool = False
) -> tuple[str, ...]:
    """Persons named in `values` (bylines, meta contents, JSON-LD names), each once, in order.

    "By", roles, dates, addresses and the names of `outlets` are dropped. With `strict`, a
    name must look like a person's: two to five capitalised words.
    """
    excluded = {key(outlet) for outlet in outlets if outlet}
    found: dict[str, str] = {}
    for value in values:
        for part in _parts(value):
            name = _clean(part)
            known = key(name)
            if not name or known in excluded or known in found:
                continue
            if not _is_name(name, strict=strict):
                continue
            found[known] = name
    return tuple(found.values())[:_MAX_AUTHORS]


def _parts(value: str) -> list[str]:
    line = _BY.sub("", one_line(value).strip(" ,|-–—•·"))
    if len(line) > 300:
        return []
    parts = []
    for part in _JOIN.split(line):
        pieces = [p.strip() for p in part.split(",")]
        # "Ann Lee, Bo Kim" is two; "Lee, Ann" one, the wrong way round; "Ann Lee, Reuters" a place.
        if len(pieces) == 2 and all(len(p.split()) == 1 for p in pieces):
            parts.append(" ".join(reversed(pieces)))
        else:
            parts.extend(pieces)
    return parts


def _clean(part: str) -> str:
    name = _BY.sub("", part.strip())
    if _URL.search(name):
        return ""
    name = _DATE_TAIL.sub("", name)
    name = re.sub(r"\s*[(\[{].*$", "", name)
    name = _ROLE.sub("", name)
    name = re.sub(r"\s+(?:for|at|in|of|on)\s+.*$", "", name)
    name = re.split(r"\s+[|–—-]\s+", name)[0].strip(' ,.;:|-–—•·*"')
    words = name.split()
    if len(words) > 1 and (name.isupper() or name.islower()):
        name = " ".join(w if w.lower() in _PARTICLE else _capitalised(w) for w in words)
    return name


def _capitalised(word: str) -> str:
    if "." in word:
        return word.upper()
    return re.sub(r"(^|[-'’])(\w)", lambda m: m.group(1) + m.group(2).upper(), word.lower())


def _is_name(name: str, *, strict: bool) -> bool:
    words = name.split()
    if not 2 <= len(name) <= 60 or len(words) > 6 or any(c.isdigit() for c in name):
        return False
    if _NOT_NAME.search(name):
        return False
    if not strict:
        return any(w[0].isupper() or not w[0].isascii() for w in words)
    capital = [w for w in words if w.lower() not in _PARTICLE]
    return 2 <= len(words) <= 5 and all(w[0].isupper() or not w[0].isascii() for w in capital)


def copyright_owner(lines: Iterable[str], *, page_text: str = "") -> str | None:
    """The outlet a page's last copyright line names, without its legal form.

    A generic word behind the name ("Media", "Group") is dropped as well where `page_text`
    uses the name alone.
    """
    owner = None
    for line in lines:
        match = _OWNER.search(line)
        if match:
            name = _without(match.group(1).strip(" ,-–—"), _LEGAL)
            if name and len(name.split()) <= 6 and any(c.isalpha() for c in name):
                owner = name
    if owner is None:
        return None
    shorter = _without(owner, _GENERIC)
    if shorter and shorter != owner:
        alone = re.findall(rf"\b{re.escape(shorter)}\b", page_text, re.I)
        whole = re.findall(rf"\b{re.escape(owner)}\b", page_text, re.I)
        if len(alone) >= len(whole) + 2:
            owner = shorter
    return owner


def _without(name: str, tail: re.Pattern[str]) -> str:
    while tail.search(name):
        name = tail.sub("", name).strip(" ,-–—&")
    return name

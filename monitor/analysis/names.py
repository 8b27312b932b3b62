"""Where the watchlist's names stand in a text: one Aho-Corasick pass for all companies.

Names are looked for in folded text, which is as long as the text itself, so offsets are exact.
A hit stands between word boundaries, and the longest wins across the whole list: "Meta
Platforms" leaves nothing for "Meta".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from monitor.analysis.folding import fold, words
from monitor.analysis.ordinary import is_ordinary
from monitor.config import Company
from monitor.models import Evidence

KNOWN_FILE = Path(__file__).with_name("known_companies.txt")
NOT_WATCHED = -1


class Kind(StrEnum):
    """What of a company a name is."""

    NAME = "name"
    ALIAS = "alias"
    BRAND = "brand"
    PRODUCT = "product"
    PERSON = "person"
    TICKER = "ticker"
    EXCLUDE = "exclude"  # a phrase that is not the company, and hides what stands in it
    OTHER = "other company"  # a large company nobody watches: evidence for its neighbours


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write a company, or to speak of it."""

    written: str  # as in the watchlist
    company: int  # its place in the watchlist, NOT_WATCHED for KNOWN_FILE's
    kind: Kind
    ordinary: bool  # its words are ordinary ones ("Best Buy"), or the watchlist calls it ambiguous

    @property
    def shown(self) -> str:
        """The rule's name in plain words: ``brand: Jeep``."""
        return str(self.kind) if self.kind is Kind.NAME else f"{self.kind}: {self.written}"


class Hit(NamedTuple):
    """A name found in a text, at these character offsets.

    A tuple, as Place is: they are made by the dozen in each article, and take half the time.
    """

    start: int
    end: int
    name: Name


class Place(NamedTuple):
    """A hit with the field it stands in."""

    field: str
    text: str  # the whole field
    hit: Hit

    @property
    def found(self) -> str:
        """The name as the article writes it."""
        return self.text[self.hit.start : self.hit.end]

    def evidence(self, rule: str) -> Evidence:
        """This place as evidence for `rule`."""
        return Evidence(self.field, self.hit.start, self.hit.end, self.found, rule)


def is_lower(found: str, name: Name) -> bool:
    """Whether `name` is `found` in lower case, where the watchlist writes it with a capital."""
    return found.islower() and not name.written[:1].islower()


def _is_ordinary(written: str) -> bool:
    inner = "".join(word[1:] for word in written.split())
    if any(c.isdigit() for c in written) or any(c.isupper() for c in inner):
        return False  # only names are written like "AI21", "OpenAI" or "BP"
    return all(is_ordinary(word) for word, _, _ in words(written) if word != "s")


def _names(companies: Sequence[Company]) -> Iterable[Name]:
    for i, company in enumerate(companies):
        for kind, group in (
            (Kind.NAME, (company.name,)),
            (Kind.ALIAS, company.aliases),
            (Kind.BRAND, company.brands),
            (Kind.PRODUCT, company.products),
            (Kind.PERSON, company.people),
            (Kind.TICKER, company.tickers),
            (Kind.EXCLUDE, company.exclude),
        ):
            for written in group:
                ordinary = written in company.ambiguous or _is_ordinary(written)
                yield Name(written, i, kind, ordinary)


@cache
def _known_companies() -> tuple[Name, ...]:
    lines = KNOWN_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(
        Name(line, NOT_WATCHED, Kind.OTHER, ordinary=False)
        for line in lines
        if line and not line.startswith("#")
    )


class NameIndex:
    """All names of a watchlist, ready to be looked for."""

    def __init__(self, companies: Sequence[Company]) -> None:
        by_pattern: dict[str, dict[tuple[int, bool], Name]] = {}
        for name in _names(companies):
            same = by_pattern.setdefault(fold(name.written), {})
            same.setdefault((name.company, name.kind is Kind.EXCLUDE), name)
        for name in _known_companies():  # those watched are not named twice
            by_pattern.setdefault(fold(name.written), {(NOT_WATCHED, False): name})
        self._names = [tuple(group.values()) for group in by_pattern.values()]
        # A DFA is twice as quick as the default at some hundred names; 5,000 take 30 ms to build.
        self._automaton = AhoCorasick(list(by_pattern), implementation=Implementation.DFA)

    def find(self, text: str, folded: str) -> list[Hit]:
        """Every name in `text`, the longest at each place, in order. `folded` is fold(text)."""
        spans = []
        size = len(folded)
        # Overlapping, because a longer name may fail at its boundary where a shorter one holds.
        for pattern, start, end in self._automaton.find_matches_as_indexes(
            folded, overlapping=True
        ):
            if start and folded[start - 1].isalnum() and folded[start].isalnum():
                continue
            if end < size and folded[end].isalnum() and folded[end - 1].isalnum():
                continue
            spans.append((start, -end, pattern))
        spans.sort()
        hits: list[Hit] = []
        covered = 0
        for start, negative_end, pattern in spans:
            if start < covered:
                continue
            covered = -negative_end
            group = self._names[pattern]
            if len(group) == 1:
                [name] = group
                if _case_fits(name, text[start:covered]):
                    hits.append(Hit(start, covered, name))
                continue
            hidden = {name.company for name in group if name.kind is Kind.EXCLUDE}
            hits.extend(
                Hit(start, covered, name)
                for name in group
                if name.company not in hidden and _case_fits(name, text[start:covered])
            )
        return hits


def _case_fits(name: Name, found: str) -> bool:
    """Tickers are written in capitals, and nothing else is."""
    return name.kind is not Kind.TICKER or found == name.written

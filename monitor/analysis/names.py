"""Where the watchlist's names stand in a text: one Aho-Corasick pass for all companies.

Names are looked for in folded text, which is as long as the text itself, so offsets are exact.
A name stands between word boundaries, and the longest wins across the whole list: "Meta
Platforms" leaves nothing for "Meta".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from monitor.analysis.document import FieldWords
from monitor.analysis.folding import fold, spaced, words
from monitor.analysis.ordinary import is_ordinary
from monitor.analysis.word_scan import Match, WordScan
from monitor.config import Company
from monitor.models import Evidence

KNOWN_FILE = Path(__file__).with_name("known_companies.txt")
NOT_WATCHED = -1

_LONGEST = 25  # characters of a word before a name that are looked at


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
    capital: bool  # the watchlist writes it with a capital
    several: bool  # it is several words
    word: bool  # in lower case it is but the ordinary word
    shown: str  # the rule's name in plain words: ``brand: Jeep``

    @classmethod
    def of(cls, written: str, company: int, kind: Kind, *, ordinary: bool) -> Name:
        """The name, with what is asked of it at every place it stands."""
        shown = str(kind) if kind is Kind.NAME else f"{kind}: {written}"
        capital = not written[:1].islower()
        word = ordinary and capital and kind not in (Kind.TICKER, Kind.EXCLUDE)
        return cls(written, company, kind, ordinary, capital, " " in written, word, shown)


class Place(NamedTuple):
    """A name found in an article, at these character offsets of a field.

    A tuple: they are made by the dozen in each article, and take half the time.
    """

    field: str
    text: str  # the whole field
    start: int
    end: int
    name: Name
    found: str  # the name as the article writes it
    before: str  # the word before it, see word_before

    @property
    def in_lower_case(self) -> bool:
        """Whether the article has it in lower case, and the watchlist with a capital."""
        return self.name.capital and self.found.islower()

    def evidence(self, rule: str) -> Evidence:
        """This place as evidence for `rule`."""
        return Evidence(self.field, self.start, self.end, self.found, rule)


class Found(NamedTuple):
    """What of the watchlist a field has."""

    places: list[Place]  # in order
    lower: list[int]  # the company for each ordinary word in lower case that is its name


def word_before(text: str, start: int) -> str:
    """The word before `start`, or its end, where one space stands between; else nothing."""
    if start < 2 or text[start - 1] != " " or text[start - 2].isspace():
        return ""
    return text[max(0, start - _LONGEST) : start - 1].rsplit(None, 1)[-1]


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
                yield Name.of(written, i, kind, ordinary=ordinary)


@cache
def _known_companies() -> tuple[Name, ...]:
    lines = KNOWN_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(
        Name.of(line, NOT_WATCHED, Kind.OTHER, ordinary=False)
        for line in lines
        if line and not line.startswith("#")
    )


def _counts(name: Name, written: str) -> bool:
    """Whether `name` may be so `written`: tickers are in capitals alone."""
    return name.kind is not Kind.TICKER or written == name.written


class _Pattern(NamedTuple):
    """What is looked for: a folded name, and whose name it is."""

    folded: str
    order: int  # its length, negative: the longest comes first
    before: int  # characters that are looked for before it: the space of a word's boundary
    sure: bool  # a single word, so that between spaces it can be nothing else
    names: tuple[Name, ...]  # without those that another one, an exclusion, hides

    @classmethod
    def of(cls, folded: str, names: Collection[Name]) -> _Pattern:
        """`names` as they are folded."""
        hidden = {name.company for name in names if name.kind is Kind.EXCLUDE}
        shown = tuple(name for name in names if name.company not in hidden)
        return cls(folded, -len(folded), int(folded[:1].isalnum()), folded.isalnum(), shown)

    @property
    def wanted(self) -> bytes:
        """What is looked for in `spaced` text; a name's own punctuation is boundary enough."""
        words = spaced(self.folded)
        return words[1 - self.before : None if self.folded[-1:].isalnum() else -1]


class NameIndex:
    """All names of a watchlist, ready to be looked for."""

    def __init__(self, companies: Sequence[Company]) -> None:
        by_pattern: dict[str, dict[tuple[int, bool], Name]] = {}
        for name in _names(companies):
            same = by_pattern.setdefault(fold(name.written), {})
            same.setdefault((name.company, name.kind is Kind.EXCLUDE), name)
        for name in _known_companies():  # those watched are not named twice
            by_pattern.setdefault(fold(name.written), {(NOT_WATCHED, False): name})
        self._patterns = [_Pattern.of(f, group.values()) for f, group in by_pattern.items()]
        self._scan = WordScan(pattern.wanted for pattern in self._patterns)

    def find(self, field: FieldWords) -> Found:
        """Every name in `field`, the longest at each place."""
        found = Found([], [])
        covered = 0
        for start, negative_size, number in self._spans(field):
            if start < covered:
                continue
            covered = start - negative_size
            written = field.text[start:covered]
            for name in self._patterns[number].names:
                if name.word and written.islower():
                    found.lower.append(name.company)
                elif _counts(name, written):
                    before = word_before(field.text, start)
                    found.places.append(
                        Place(field.name, field.text, start, covered, name, written, before)
                    )
        return found

    def _spans(self, field: FieldWords) -> list[tuple[int, int, int]]:
        """Where names stand, each with the pattern's number, the longest first at each place."""
        matches = self._scan.find(field.spaced)
        if matches and len(field.spaced) != len(field.text) + 2:
            matches = _in_characters(matches, field.spaced)
        spans = []
        for number, start, _ in matches:
            folded, order, before, sure, _ = self._patterns[number]
            begin = start - 1 + before
            if sure or field.folded.startswith(folded, begin):
                spans.append((begin, order, number))
        spans.sort()
        return spans


def _in_characters(matches: list[Match], text: bytes) -> list[Match]:
    """`matches` in `text`, their beginnings counted in characters instead of bytes."""
    counted = []
    at = characters = 0
    for number, start, end in sorted(matches, key=itemgetter(1)):
        characters += len(text[at:start].decode("utf-8", "surrogatepass"))
        at = start
        counted.append((number, characters, end))
    return counted

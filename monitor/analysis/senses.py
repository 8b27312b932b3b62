"""What a watchlist entry says about a company's meaning, and what an article has of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.analysis.document import Document
from monitor.analysis.folding import fold, stem, words
from monitor.analysis.industries import NO_BUSINESS, industries_of, words_of
from monitor.analysis.lexicon import BUSINESS_WORDS, EMPTY, PLATFORM, PUBLICATION
from monitor.analysis.names import Kind, Place
from monitor.analysis.query import Phrase
from monitor.config import Company
from monitor.models import Evidence

SPOKEN_OF = 120  # characters around a name in which words of `about` or its industry support it

# "(not the car, not the sport)" in an `about` names what the company is taken for.
_NOT_IT = re.compile(r"\bnot (?:the |a |an )?[^,;.()]+")
# What stands in brackets is the company's own: "(iPhone, Mac)".
_OWN = re.compile(r"\([^()]*\)")
_AS_SOURCE = re.compile(r"\bas (?:a|an|the) (?:\w+ )*(?:source|outlet)\b")
_SURE = frozenset({Kind.NAME, Kind.ALIAS, Kind.BRAND, Kind.PRODUCT})


@dataclass(frozen=True, slots=True)
class Sense:
    """A company with the words of its entry, made ready."""

    company: Company
    about: frozenset[str]  # stems of the telling words of `about`
    about_names: frozenset[str]  # those written with a capital
    own_names: frozenset[str]  # those in brackets: "(iPhone, Mac)"
    not_it: frozenset[str]  # words of "not the …" in `about`
    industry: frozenset[str]  # words of its industries, without those of `about`
    elsewhere: frozenset[str]  # words of the others only
    context: tuple[Phrase, ...]
    platform: bool  # people post on it
    publication: bool  # it publishes news itself
    outlet_counts: bool  # being an article's outlet is a mention: `about` says "as a source"

    @classmethod
    def of(cls, company: Company) -> Sense:
        """The sense that `company`'s entry describes."""
        own = {stem(w) for n in (company.name, *company.aliases) for w, _, _ in words(n)}
        ignored = {stem(word) for word in EMPTY} | own
        denied = [match.span() for match in _NOT_IT.finditer(company.about)]
        brackets = [match.span() for match in _OWN.finditer(company.about)]
        about, names, own_names, not_it = set(), set(), set(), set()
        for index, (word, start, _) in enumerate(words(company.about)):
            root = stem(word)
            if root in ignored or len(root) < 3:
                continue
            if any(a <= start < b for a, b in denied):
                not_it.add(root)
                continue
            about.add(root)
            in_brackets = any(a <= start < b for a, b in brackets)
            if index and any(map(str.isupper, company.about[start : start + 2])):
                names.add(root)
                if in_brackets:
                    own_names.add(root)
        # Words that are too common to tell a company ("news") may still tell its industry.
        said = {stem(w) for w, start, _ in words(company.about)
                if not any(a <= start < b for a, b in denied)}  # fmt: skip
        own_industries = industries_of(said | about)
        industry = words_of(own_industries) - about - own
        others = words_of(NO_BUSINESS - own_industries) - industry - about - own
        return cls(
            company,
            frozenset(about),
            frozenset(names),
            frozenset(own_names),
            frozenset(not_it),
            industry,
            others,
            tuple(Phrase(tuple(w for w, _, _ in words(c))) for c in company.context),
            platform=bool(about & PLATFORM),
            publication=bool(about & PUBLICATION),
            outlet_counts=_AS_SOURCE.search(company.about) is not None,
        )

    @property
    def telling(self) -> frozenset[str]:
        """The words that speak for or against the company wherever they stand."""
        return self.about | self.not_it | self.industry | self.elsewhere | BUSINESS_WORDS

    def spoken_of(self, place: Place) -> bool:
        """Whether several words of what the company does stand around `place`."""
        around = place.text[max(0, place.start - SPOKEN_OF) : place.end + SPOKEN_OF]
        near = {stem(word) for word, _, _ in words(around)}
        return len(near & (self.about | self.industry)) > 1

    def signals(
        self,
        document: Document,
        *,
        there: frozenset[str],
        hits: Sequence[Place],
        lower: int,
        people: Sequence[Place],
        others: int,
        outlet: str | None,
    ) -> dict[str, float]:
        """What an article as a whole says for and against the company, 0 to 1 by signal.

        `there` are the telling words that stand in it, `hits` the places of the company's names,
        `lower` how often they stand in lower case besides, `people` the places of its people;
        `others` is how many other companies are surely named.
        """
        written = {place.name.written for place in hits}
        about = self.about & there
        near, far = len(self.industry & there), len(self.elsewhere & there)
        named = sum(document.capitalised(name) for name in self.about_names & about)
        on = {
            "words of about": min(len(about), 4) / 4,
            "names of about": min(named, 2) / 2,
            "words of its industry": min(near, 3) / 3,
            "words of sport, health or weather": min(far, 3) / 3,
            "named in about as not it": float(bool(self.not_it & there)),
            "context": float(any(document.first(c, rule="") for c in self.context)),
            "named surely elsewhere": float(
                any(not p.name.ordinary and p.name.kind in _SURE for p in hits)
            ),
            "its people named": float(bool(people)),
            "named in several ways": float(len(written) > 1),
            "business words": min(len(BUSINESS_WORDS & there), 5) / 5,
            "in lower case elsewhere": lower / (len(hits) + lower),
            "named again": min(len(hits) - 1, 3) / 3,
            "other companies named": min(others, 3) / 3,
            "part of the outlet's name": float(_part_of(outlet, written)),
        }
        return {signal: value for signal, value in on.items() if value > 0}

    def evidence(self, document: Document, *, there: frozenset[str], limit: int) -> list[Evidence]:
        """The words of `context` and `about` that the article has, where they stand first."""
        asked = [(phrase, "context: " + " ".join(phrase.words)) for phrase in self.context]
        about = sorted(self.about & there, key=lambda w: (w not in self.about_names, w))
        asked += [(Phrase((word,), prefix=True), f"about: {word}") for word in about]
        found = (document.first(phrase, rule=rule) for phrase, rule in asked)
        return list(islice((evidence for evidence in found if evidence is not None), limit))


def _part_of(outlet: str | None, written: set[str]) -> bool:
    own = set(fold(outlet or "").split())
    return any(word in own for name in written for word in fold(name).split())

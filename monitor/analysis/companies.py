"""Which companies an article names: decided for each place a name stands, then for the article.

A name that is no ordinary word ("Nvidia") is taken at its word. One that is ("Target") is scored
by a logistic model over what its neighbourhood shows (`occurrence.signals`) and what the article
shows (words of the company's `about` and `context`, its products and people, business language).
People support a company and never stand for it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from monitor.analysis.lexicon import BUSINESS_WORDS, DETERMINERS, EMPTY, PLATFORM, PUBLICATION
from monitor.analysis.names import Hit, Kind, Name, NameIndex, plain
from monitor.analysis.occurrence import Passage, follows_given_name, in_title_case, signals
from monitor.analysis.outlets import credited, names_outlet, suffix_start
from monitor.analysis.query import Document, Phrase, stem, words
from monitor.analysis.salience import Role, lead_end, salience
from monitor.analysis.weights import BIAS, WEIGHTS
from monitor.config import Company
from monitor.models import Evidence, Mention, Place

ACCEPT = 0.5  # an occurrence is the company from this score
FOLLOW = 0.15  # … and from this one where another occurrence in the article is accepted
SUBJECT = 0.5  # a company is a subject from this salience
MAX_EVIDENCE = 12
MAX_SCORED = 60  # occurrences of one company weighed one by one; the rest follow the best

_STANDS_FOR = frozenset({Kind.NAME, Kind.ALIAS, Kind.BRAND, Kind.PRODUCT, Kind.TICKER})
_EXCHANGE = re.compile(
    r"(?:\b(?:NYSE|NASDAQ|Nasdaq|AMEX|LSE|TSX|ASX|NSE|BSE|Euronext|XETRA|FTSE|HKEX|SIX)"
    r"(?: [A-Z][a-z]+)?\s?:\s?|\$)$"
)
_NOT_IT = re.compile(r"\bnot (?:the |a |an )?[^,;.()]+")
_POSTED_BEFORE = re.compile(
    r"\b(?:post(?:ed|s|ing)?|wrote|shar(?:ed|es)|tweet(?:ed|s)?|comment(?:ed|s)?|announced|said|"
    r"video|thread|message|update|statement)\b[^.!?\n]{0,40}\b(?:on|to|via) $",
    re.IGNORECASE,
)
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
    r"\b(?:told|according to|analysts? (?:at|with|from)|economists? (?:at|with|from)|"
    r"strategists? (?:at|with|from)|reported by|first reported by) $",
    re.IGNORECASE,
)
_SOURCE_AFTER = re.compile(
    r"(?:['’]s)? (?:analysts?|economists?|strategists?|(?:first )?reported)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Sense:
    """A company with what its watchlist entry says about its meaning, made ready."""

    company: Company
    about: frozenset[str]  # words of `about`
    about_names: frozenset[str]  # those written with a capital
    not_it: frozenset[str]  # words of "not the …" in `about`
    context: tuple[Phrase, ...]
    platform: bool
    publication: bool


@dataclass(slots=True)
class _Found:
    """One accepted or weighed occurrence."""

    passage: Passage
    hit: Hit
    score: float
    why: tuple[str, ...] = ()
    role: Role = Role.PLAIN


def _sense(company: Company) -> _Sense:
    own = {stem(w) for n in (company.name, *company.aliases) for w, _, _ in words(n)}
    ignored = {stem(word) for word in EMPTY} | own
    denied = [match.span() for match in _NOT_IT.finditer(company.about)]
    about, names, not_it = set(), set(), set()
    for index, (word, start, _) in enumerate(words(company.about)):
        root = stem(word)
        if root in ignored or len(root) < 3:
            continue
        if any(a <= start < b for a, b in denied):
            not_it.add(root)
            continue
        about.add(root)
        if index and company.about[start].isupper():
            names.add(root)
    return _Sense(
        company,
        frozenset(about),
        frozenset(names),
        frozenset(not_it),
        tuple(Phrase(tuple(w for w, _, _ in words(c))) for c in company.context),
        platform=bool(about & PLATFORM),
        publication=bool(about & PUBLICATION),
    )


class CompanyTagger:
    """Finds the companies of one watchlist in articles."""

    def __init__(
        self,
        companies: Sequence[Company],
        *,
        weights: Mapping[str, float] = WEIGHTS,
        bias: float = BIAS,
    ) -> None:
        self._senses = [_sense(company) for company in companies]
        self._index = NameIndex(companies)
        self._weights = weights
        self._bias = bias

    def tag(
        self, *, title: str, text: str, document: Document, outlet: str | None, url: str | None
    ) -> tuple[Mention, ...]:
        """The companies that the article names, the most salient first.

        `document` is the same title and text, as `query.Document` reads them.
        """
        by_company = self._occurrences(title, text, outlet, url)
        accepted: dict[int, list[_Found]] = {}
        for company, (hits, people) in by_company.items():
            weighed = self._weigh(company, hits, people, document, outlet)
            best = max((f.score for f in weighed), default=0.0)
            if best >= ACCEPT:
                accepted[company] = [f for f in weighed if f.score >= FOLLOW]
        total = sum(len(found) for found in accepted.values())
        lead = lead_end(text)
        first = min(
            (f.hit.start for fs in accepted.values() for f in fs if f.passage.field == "title"),
            default=0,
        )
        mentions = []
        for company, found in accepted.items():
            people = by_company[company][1]
            value = salience(
                [(f.passage.field, f.hit.start, f.hit.end, f.role) for f in found],
                title=title,
                first_in_title=first,
                lead=lead,
                total=total,
                named_people=len(people),
            )
            mentions.append(
                Mention(
                    company=self._senses[company].company.name,
                    salience=round(value, 3),
                    subject=value >= SUBJECT,
                    place=_place(found, lead),
                    score=round(max(f.score for f in found), 3),
                    evidence=self._evidence(company, found, people, document),
                )
            )
        return tuple(sorted(mentions, key=lambda m: (-m.salience, m.company)))

    def features(
        self, company: int, *, title: str, text: str, outlet: str | None, url: str | None
    ) -> list[dict[str, float]]:
        """The signals of each occurrence of an ordinary name: what the model is fitted on."""
        document = Document(title=title, text=text)
        by_company = self._occurrences(title, text, outlet, url)
        hits, people = by_company.get(company, ([], []))
        around = self._around(company, hits, people, document, outlet)
        about = self._senses[company].about
        return [
            {**signals(p, h.start, h.end, about=about), **around}
            for p, h in hits
            if h.name.ordinary
            and " " not in h.name.written
            and not _is_lower(p.text[h.start : h.end], h.name)
        ]

    # --- reading -----------------------------------------------------------------------------

    def _occurrences(
        self, title: str, text: str, outlet: str | None, url: str | None
    ) -> dict[int, tuple[list[tuple[Passage, Hit]], list[tuple[Passage, Hit]]]]:
        """For each company: where it is named, and where its people are."""
        found: dict[int, tuple[list[tuple[Passage, Hit]], list[tuple[Passage, Hit]]]] = {}
        title_end = suffix_start(title, outlet=outlet, url=url)
        credit_spans = credited(text)
        outlets: set[int] = set()
        for passage in (Passage("title", title), Passage("text", text)):
            for hit in self._index.find(passage.text, plain(passage.text)):
                company = hit.name.company
                if passage.field == "title" and hit.start >= title_end:
                    continue
                if passage.field == "text" and any(a <= hit.start < b for a, b in credit_spans):
                    outlets.add(company)
                    continue
                if hit.name.kind is Kind.EXCLUDE:
                    continue
                group = found.setdefault(company, ([], []))
                if hit.name.kind is Kind.PERSON:
                    group[1].append((passage, hit))
                else:
                    group[0].append((passage, hit))
        for company in list(found):
            entry = self._senses[company].company
            if company in outlets or names_outlet((entry.name, *entry.aliases), outlet):
                del found[company]
        return found

    # --- deciding ----------------------------------------------------------------------------

    def _around(
        self,
        company: int,
        hits: Sequence[tuple[Passage, Hit]],
        people: Sequence[tuple[Passage, Hit]],
        document: Document,
        outlet: str | None,
    ) -> dict[str, float]:
        """What the article as a whole says about one company."""
        sense = self._senses[company]
        present = document.stems
        own = {h.name.written for _, h in hits}
        on: dict[str, float] = {}
        about = len(sense.about & present)
        if about:
            on["words of about"] = min(about, 4) / 4
        named = sum(1 for n in sense.about_names & present if document.capitalised(n))
        if named:
            on["names of about"] = min(named, 2) / 2
        if sense.not_it & present:
            on["named in about as not it"] = 1.0
        if any(document.first(phrase, rule="context") for phrase in sense.context):
            on["context"] = 1.0
        if any(not h.name.ordinary and h.name.kind in _STANDS_FOR for _, h in hits):
            on["named surely elsewhere"] = 1.0
        if people:
            on["its people named"] = 1.0
        if len(own) > 1:
            on["named in several ways"] = 1.0
        business = len(BUSINESS_WORDS & document.words)
        if business:
            on["business words"] = min(business, 5) / 5
        lower = sum(_is_lower(p.text[h.start : h.end], h.name) for p, h in hits)
        if lower:
            on["in lower case elsewhere"] = lower / len(hits)
        if len(hits) - lower > 1:
            on["named again"] = min(len(hits) - lower, 4) / 4
        if outlet and any(w in plain(outlet).split() for n in own for w in plain(n).split()):
            on["part of the outlet's name"] = 1.0
        return on

    def _weigh(
        self,
        company: int,
        hits: Sequence[tuple[Passage, Hit]],
        people: Sequence[tuple[Passage, Hit]],
        document: Document,
        outlet: str | None,
    ) -> list[_Found]:
        sense = self._senses[company]
        around: dict[str, float] | None = None
        weighed = []
        for passage, hit in hits[:MAX_SCORED]:
            name = hit.name
            found = passage.text[hit.start : hit.end]
            role, why = _role(passage.text, hit, sense)
            if role is Role.ITSELF:
                continue
            if name.kind is Kind.TICKER:
                if _EXCHANGE.search(passage.text[max(0, hit.start - 20) : hit.start]):
                    weighed.append(_Found(passage, hit, 0.99, (), role))
                continue
            if not name.ordinary:
                weighed.append(_Found(passage, hit, _sure(passage.text, hit, found), why, role))
                continue
            if _is_lower(found, name):
                continue
            if " " in name.written:
                weighed.append(_Found(passage, hit, _several_words(passage.text, hit), why, role))
                continue
            if role is Role.PLACE and sense.platform:
                weighed.append(_Found(passage, hit, 0.8, why, role))
                continue
            if around is None:
                around = self._around(company, hits, people, document, outlet)
            on = signals(passage, hit.start, hit.end, about=sense.about)
            weighed.append(
                _Found(passage, hit, self._score({**on, **around}), (*why, *self._top(on)), role)
            )
        return weighed

    def _score(self, on: Mapping[str, float]) -> float:
        z = self._bias + sum(self._weights.get(k, 0.0) * v for k, v in on.items())
        return 1 / (1 + exp(-z))

    def _top(self, on: Mapping[str, float]) -> tuple[str, ...]:
        """The two signals that spoke most for the company."""
        good = sorted((-self._weights.get(k, 0.0) * v, k) for k, v in on.items())
        return tuple(k for value, k in good[:2] if value < -0.2)

    # --- saying why --------------------------------------------------------------------------

    def _evidence(
        self,
        company: int,
        found: Sequence[_Found],
        people: Sequence[tuple[Passage, Hit]],
        document: Document,
    ) -> tuple[Evidence, ...]:
        listed = []
        for f in sorted(found, key=lambda f: (f.passage.field != "title", -f.score, f.hit.start)):
            rule = f.hit.name.shown + (f" ({', '.join(f.why)})" if f.why else "")
            listed.append(_span(f.passage, f.hit, rule))
        seen: set[Name] = set()
        support = []
        for passage, hit in people:
            if hit.name not in seen:
                seen.add(hit.name)
                support.append(_span(passage, hit, hit.name.shown))
        if any(f.hit.name.ordinary for f in found):
            support.extend(self._meaning(company, document))
        room = MAX_EVIDENCE - min(len(support), 4)
        return (*listed[:room], *support[:4])

    def _meaning(self, company: int, document: Document) -> list[Evidence]:
        """The words of `context` and `about` that the article has, where they stand first."""
        sense = self._senses[company]
        asked = [(phrase, "context: " + " ".join(phrase.words)) for phrase in sense.context]
        about = sorted(sense.about & document.stems, key=lambda w: (w not in sense.about_names, w))
        asked += [(Phrase((word,), prefix=True), f"about: {word}") for word in about]
        found = (document.first(phrase, rule=rule) for phrase, rule in asked)
        return [evidence for evidence in found if evidence is not None][:3]


def _span(passage: Passage, hit: Hit, rule: str) -> Evidence:
    return Evidence(passage.field, hit.start, hit.end, passage.text[hit.start : hit.end], rule)


def _is_lower(found: str, name: Name) -> bool:
    """Whether it is written small where the name is not."""
    return found[:1].islower() and not name.written[:1].islower() and found == found.lower()


_INSTITUTION = re.compile(
    r" (?:Airport|Arena|Avenue|Cup|Forest|Foundation|Hospital|Institute|Lake|Museum|Park|"
    r"Rainforest|River|School|Stadium|Street|Trophy|University)\b|[- ]rainforest\b| basin\b"
)


def _sure(text: str, hit: Hit, found: str) -> float:
    """The score of a name that is no ordinary word."""
    written = hit.name.written
    if written.isupper() and len(written) < 5 and found != written:
        return 0.1  # an acronym in lower case is some word
    if _is_lower(found, hit.name):
        joined = text[hit.start - 1 : hit.start] == "-" or text[hit.end : hit.end + 1] == "-"
        return 0.2 if joined or len(found) < 6 else 0.6
    if _INSTITUTION.match(text, hit.end):
        return 0.3
    if " " not in written and follows_given_name(text, hit.start):
        return 0.2
    return 0.97


def _several_words(text: str, hit: Hit) -> float:
    """The score of a name of ordinary words, all of them capitalised: "Best Buy"."""
    if not all(word[0].isupper() for word in text[hit.start : hit.end].split() if word.isalpha()):
        return 0.1
    if not in_title_case(text, hit.start):
        return 0.9
    before = text[max(0, hit.start - 12) : hit.start].lower().split()[-1:]
    return 0.3 if before and before[0] in DETERMINERS else 0.7


def _role(text: str, hit: Hit, sense: _Sense) -> tuple[Role, tuple[str, ...]]:
    before = text[max(0, hit.start - 80) : hit.start]
    after = text[hit.end : hit.end + 24]
    if sense.publication and _SPEAKS_OF_ITSELF.match(after):
        return Role.ITSELF, ()
    if (sense.platform or not hit.name.ordinary) and _POSTED_BEFORE.search(before):
        return Role.PLACE, ("place of a post",)
    if sense.platform and _POST_AFTER.match(after):
        return Role.PLACE, ("place of a post",)
    if _SOURCE_BEFORE.search(before) or _SOURCE_AFTER.match(after):
        return Role.SOURCE, ("source",)
    return Role.PLAIN, ()


def _place(found: Iterable[_Found], lead: int) -> Place:
    places = [(f.passage.field == "title", f.hit.start < lead) for f in found]
    if any(title for title, _ in places):
        return Place.HEADLINE
    return Place.LEAD if any(in_lead for _, in_lead in places) else Place.BODY

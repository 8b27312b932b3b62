"""Which companies an article names: decided for each place a name stands, then for the article.

A name that is no ordinary word ("Nvidia") is taken at its word. One that is ("Target") is scored
by a logistic model over what its neighbourhood shows (`occurrence.signals`) and what the article
shows (`Sense.signals`: words of the company's `about` and `context`, its products and people,
other companies, business language). People support a company and never stand for it alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp

from monitor.analysis.lexicon import DETERMINERS
from monitor.analysis.mention_roles import Role, role_at
from monitor.analysis.names import NOT_WATCHED, Kind, NameIndex, Place, is_lower, plain
from monitor.analysis.occurrence import follows_given_name, in_title_case, signals
from monitor.analysis.outlets import credited, names_outlet, suffix_start
from monitor.analysis.query import Document
from monitor.analysis.salience import SUBJECT, Spot, lead_end, salience
from monitor.analysis.senses import Sense
from monitor.analysis.weights import BIAS, WEIGHTS
from monitor.config import Company
from monitor.models import Evidence, Mention
from monitor.models import Place as Prominence

ACCEPT = 0.5  # a company is in the article from this score of its likeliest occurrence
FOLLOW = 0.15  # … and its other occurrences count from this one
MAX_EVIDENCE = 12
MAX_SCORED = 60  # occurrences of one company that are weighed
MAX_SURE = 300  # names of companies nobody can mistake that are kept of one article
NEAR = 60  # characters within which another company speaks for a name

_EXCHANGE = re.compile(
    r"(?:\b(?:NYSE|NASDAQ|Nasdaq|AMEX|LSE|TSX|ASX|NSE|BSE|Euronext|XETRA|FTSE|HKEX|SIX)"
    r"(?: [A-Z][a-z]+)?\s?:\s?|\$)$"
)
# A name before one of these is a place or an institution, whoever it was named after.
_INSTITUTION = re.compile(
    r" (?:Airport|Arena|Avenue|Cup|Forest|Foundation|Hospital|Institute|Lake|Museum|Park|"
    r"Rainforest|River|School|Stadium|Street|Trophy|University)\b|[- ]rainforest\b| basin\b"
)


@dataclass(slots=True)
class _Named:
    """Where one company and its people stand in an article."""

    places: list[Place] = field(default_factory=list)
    people: list[Place] = field(default_factory=list)
    as_outlet: list[Place] = field(default_factory=list)  # as the article's own outlet


@dataclass(slots=True)
class _Article:
    """An article as it is read once for all companies."""

    document: Document
    outlet: str | None
    named: dict[int, _Named] = field(default_factory=dict)
    sure: list[Place] = field(default_factory=list)  # companies nobody can mistake, watched or not

    def others(self, company: int) -> list[Place]:
        return [place for place in self.sure if place.hit.name.company != company]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """An occurrence with how sure it is that it means the company."""

    place: Place
    score: float
    role: Role
    why: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        why = self.why if self.role is Role.PLAIN else (str(self.role), *self.why)
        return self.place.hit.name.shown + (f" ({', '.join(why)})" if why else "")


class CompanyTagger:
    """Finds the companies of one watchlist in articles."""

    def __init__(
        self,
        companies: Sequence[Company],
        *,
        weights: Mapping[str, float] = WEIGHTS,
        bias: float = BIAS,
    ) -> None:
        self._senses = [Sense.of(company) for company in companies]
        self._index = NameIndex(companies)
        self._weights = weights
        self._bias = bias

    def tag(
        self, document: Document, *, outlet: str | None = None, url: str | None = None
    ) -> tuple[Mention, ...]:
        """The companies that the article names, the most salient first."""
        article = self._read(document, outlet, url)
        accepted: dict[int, list[_Weighed]] = {}
        for company in article.named:
            weighed = self._weigh(article, company)
            if max((w.score for w in weighed), default=0.0) >= ACCEPT:
                accepted[company] = [w for w in weighed if w.score >= FOLLOW]
        unwatched = sum(place.hit.name.company == NOT_WATCHED for place in article.sure)
        total = unwatched + sum(map(len, accepted.values()))
        lead = lead_end(document.text)
        in_title = [
            w.place.hit.start
            for found in accepted.values()
            for w in found
            if w.place.field == "title"
        ]
        mentions = []
        for company, found in accepted.items():
            value = salience(
                [Spot(w.place.field, w.place.text, w.place.hit.start, w.role) for w in found],
                first_in_title=min(in_title, default=0),
                lead=lead,
                total=total,
                people=len(article.named[company].people),
            )
            mentions.append(
                Mention(
                    company=self._senses[company].company.name,
                    salience=round(value, 3),
                    subject=value >= SUBJECT,
                    place=_prominence(found, lead),
                    score=round(max(w.score for w in found), 3),
                    evidence=self._evidence(article, company, found),
                )
            )
        return tuple(sorted(mentions, key=lambda m: (-m.salience, m.company)))

    def features(
        self, document: Document, *, outlet: str | None = None, url: str | None = None
    ) -> list[dict[str, float]]:
        """The signals of each place an ordinary name stands: what the model is fitted on."""
        article = self._read(document, outlet, url)
        return [
            self._signals(article, company, place)
            for company, named in article.named.items()
            for place in named.places
            if self._needs_model(company, place)
        ]

    # --- reading -----------------------------------------------------------------------------

    def _read(self, document: Document, outlet: str | None, url: str | None) -> _Article:
        article = _Article(document, outlet)
        title_end = suffix_start(document.title, outlet=outlet, url=url)
        folded = plain(document.text)
        credit_spans = credited(document.text, folded)
        outlets: set[int] = set()
        for name, text, names in (
            ("title", document.title, self._index.find(document.title, plain(document.title))),
            ("text", document.text, self._index.find(document.text, folded)),
        ):
            for hit in names:
                if name == "title" and hit.start >= title_end:
                    self._read_outlet(article, Place(name, text, hit))
                    continue
                if name == "text" and any(a <= hit.start < b for a, b in credit_spans):
                    outlets.add(hit.name.company)
                    continue
                place = Place(name, text, hit)
                kind = hit.name.kind
                if kind is Kind.EXCLUDE:
                    continue
                certain = not hit.name.ordinary and kind not in (Kind.PERSON, Kind.TICKER)
                if certain and len(article.sure) < MAX_SURE:
                    article.sure.append(place)
                if hit.name.company == NOT_WATCHED:
                    continue
                named = article.named.setdefault(hit.name.company, _Named())
                (named.people if kind is Kind.PERSON else named.places).append(place)
        for company in list(article.named):
            sense = self._senses[company]
            own = (sense.company.name, *sense.company.aliases)
            if company in outlets or (names_outlet(own, outlet) and not sense.outlet_counts):
                del article.named[company]
        return article

    def _read_outlet(self, article: _Article, place: Place) -> None:
        """A name in the outlet's part of a headline: a mention where the entry asks for it."""
        name = place.hit.name
        watched = name.company != NOT_WATCHED and name.kind in (Kind.NAME, Kind.ALIAS)
        if watched and self._senses[name.company].outlet_counts:
            article.named.setdefault(name.company, _Named()).as_outlet.append(place)

    # --- deciding ----------------------------------------------------------------------------

    def _weigh(self, article: _Article, company: int) -> list[_Weighed]:
        """Every occurrence of the company that may mean it, with its score."""
        weighed = [_Weighed(p, 0.8, Role.SOURCE) for p in article.named[company].as_outlet]
        around: dict[str, float] | None = None
        persons = _persons(article.named[company].places)
        for place in article.named[company].places[:MAX_SCORED]:
            role = self._role(company, place)
            if role is Role.ITSELF:
                continue
            if place.hit.name.written in persons:
                continue
            if self._needs_model(company, place):
                around = around if around is not None else self._around(article, company)
                on = {**self._beside(article, company, place), **around}
                why = self._strongest({k: v for k, v in on.items() if k not in around})
                weighed.append(_Weighed(place, self._score(on), role, why))
            else:
                weighed.append(_Weighed(place, _rule_score(place, role), role))
        return weighed

    def _role(self, company: int, place: Place) -> Role:
        sense = self._senses[company]
        return role_at(
            place.text,
            place.hit.start,
            place.hit.end,
            platform=sense.platform,
            publication=sense.publication,
            ordinary=place.hit.name.ordinary,
        )

    def _needs_model(self, company: int, place: Place) -> bool:
        """Whether rules do not settle it: one ordinary word, written as a name may be."""
        name = place.hit.name
        return (
            name.ordinary
            and name.kind is not Kind.TICKER
            and " " not in name.written
            and not is_lower(place)
            and self._role(company, place) is not Role.POST
        )

    def _signals(self, article: _Article, company: int, place: Place) -> dict[str, float]:
        return {**self._beside(article, company, place), **self._around(article, company)}

    def _around(self, article: _Article, company: int) -> dict[str, float]:
        named = article.named[company]
        others = {place.hit.name.company or place.found for place in article.others(company)}
        return self._senses[company].signals(
            article.document,
            hits=named.places,
            people=named.people,
            others=len(others),
            outlet=article.outlet,
        )

    def _beside(self, article: _Article, company: int, place: Place) -> dict[str, float]:
        hit = place.hit
        on = signals(place.text, hit.start, hit.end, about=self._senses[company].about)
        beside = [o.hit for o in article.others(company) if o.field == place.field]
        if any(hit.start - o.end == 1 and place.text[o.end] == " " for o in beside):
            on["another company right before"] = 1.0
        elif any(max(o.start - hit.end, hit.start - o.end) <= NEAR for o in beside):
            on["near another company"] = 1.0
        return on

    def _score(self, on: Mapping[str, float]) -> float:
        z = self._bias + sum(self._weights.get(signal, 0.0) * v for signal, v in on.items())
        return 1 / (1 + exp(-z))

    def _strongest(self, on: Mapping[str, float]) -> tuple[str, ...]:
        """The two signals that spoke most for the company."""
        pulls = sorted((-self._weights.get(signal, 0.0) * v, signal) for signal, v in on.items())
        return tuple(signal for pull, signal in pulls[:2] if pull < -0.2)

    # --- saying why --------------------------------------------------------------------------

    def _evidence(
        self, article: _Article, company: int, found: Sequence[_Weighed]
    ) -> tuple[Evidence, ...]:
        ranked = sorted(
            found, key=lambda w: (w.place.field != "title", -w.score, w.place.hit.start)
        )
        people = {place.hit.name: place for place in reversed(article.named[company].people)}
        support = [place.evidence(place.hit.name.shown) for place in people.values()][:2]
        if any(w.place.hit.name.ordinary for w in found):
            support += self._senses[company].evidence(article.document, limit=3)
        places = [w.place.evidence(w.rule) for w in ranked[: MAX_EVIDENCE - len(support)]]
        return (*places, *support)


def _persons(places: Sequence[Place]) -> set[str]:
    """The names that this article gives to a person: once "Zach Lowe", then just "Lowe"."""
    return {
        place.hit.name.written
        for place in places
        if " " not in place.hit.name.written
        and not place.hit.name.ordinary
        and follows_given_name(place.text, place.hit.start)
    }


def _rule_score(place: Place, role: Role) -> float:
    """The score of an occurrence that needs no model."""
    name, text, hit = place.hit.name, place.text, place.hit
    if name.kind is Kind.TICKER:
        return 0.99 if _EXCHANGE.search(text[max(0, hit.start - 20) : hit.start]) else 0.0
    if name.ordinary and is_lower(place):
        return 0.0
    if role is Role.POST and name.ordinary:
        return 0.8
    if name.ordinary:
        return _several_words(place)
    if name.written.isupper() and len(name.written) < 5 and place.found != name.written:
        return 0.1  # an acronym in other letters is some word
    if is_lower(place):
        joined = text[hit.start - 1 : hit.start] == "-" or text[hit.end : hit.end + 1] == "-"
        return 0.1 if joined or len(name.written) < 6 else 0.6
    if _INSTITUTION.match(text, hit.end):
        return 0.3
    return 0.97


def _several_words(place: Place) -> float:
    """The score of a name of several ordinary words: "Best Buy"."""
    if not all(word[0].isupper() for word in place.found.split() if word.isalpha()):
        return 0.1
    if not in_title_case(place.text, place.hit.start):
        return 0.9
    before = place.text[max(0, place.hit.start - 12) : place.hit.start].lower().split()[-1:]
    return 0.3 if before and before[0] in DETERMINERS else 0.7


def _prominence(found: Sequence[_Weighed], lead: int) -> Prominence:
    if any(w.place.field == "title" for w in found):
        return Prominence.HEADLINE
    return Prominence.LEAD if any(w.place.hit.start < lead for w in found) else Prominence.BODY

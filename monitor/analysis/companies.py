"""Which companies an article names: decided for each place a name stands, then for the article.

A name that is no ordinary word ("Nvidia") is taken at its word. One that is ("Target") is scored
by a logistic model over what its neighbourhood shows (`occurrence.signals`) and what the article
shows (`Sense.signals`: words of the company's `about` and `context`, its products and people,
other companies, business language). People support a company and never stand for it alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from types import MappingProxyType
from typing import NamedTuple

from monitor.analysis.article_names import ArticleNames, read_names
from monitor.analysis.document import Document
from monitor.analysis.mention_roles import Role, role_at
from monitor.analysis.names import NOT_WATCHED, NameIndex, Place
from monitor.analysis.occurrence import signals
from monitor.analysis.plain_names import DOUBTED, SUPPORTED, needs_model, persons, plain_score
from monitor.analysis.salience import SUBJECT, Spot, lead_end, salience
from monitor.analysis.senses import Sense
from monitor.analysis.weights import BIAS, WEIGHTS
from monitor.analysis.word_scan import WordList
from monitor.config import Company
from monitor.models import Evidence, Mention
from monitor.models import Place as Prominence

ACCEPT = 0.5  # a company is in the article from this score of its likeliest occurrence
FOLLOW = 0.15  # … and its other occurrences count from this one
MAX_EVIDENCE = 12  # of a mention, the parts of its salience among them
MAX_SCORED = 60  # occurrences of one company that are weighed
NEAR = 60  # characters within which another company speaks for a name


class _Weighed(NamedTuple):
    """An occurrence with how sure it is that it means the company."""

    place: Place
    score: float
    role: Role
    beside: Mapping[str, float] = MappingProxyType({})  # what its neighbourhood shows, if asked


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
        self._telling = WordList(word for sense in self._senses for word in sense.telling)
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
            if any(w.score >= ACCEPT for w in weighed):
                accepted[company] = [w for w in weighed if w.score >= FOLLOW]
        if not accepted:
            return ()
        unwatched = sum(place.name.company == NOT_WATCHED for place in article.sure)
        total = unwatched + sum(map(len, accepted.values()))
        lead = lead_end(document.text)
        in_title = [
            w.place.start for found in accepted.values() for w in found if w.place.field == "title"
        ]
        mentions = []
        for company, found in accepted.items():
            about = salience(
                [Spot(w.place, w.role) for w in found],
                first_in_title=min(in_title, default=0),
                lead=lead,
                total=total,
                people=len(article.named[company].people),
                own_in_title=self._own_in_title(article, company),
            )
            mentions.append(
                Mention(
                    company=self._senses[company].company.name,
                    salience=round(about.value, 3),
                    subject=about.value >= SUBJECT,
                    place=_prominence(found, lead),
                    score=round(max(w.score for w in found), 3),
                    evidence=(
                        *self._evidence(article, company, found),
                        Evidence("salience", 0, 0, about.said(), "salience"),
                    ),
                )
            )
        return tuple(sorted(mentions, key=lambda m: (-m.salience, m.company)))

    def features(
        self, document: Document, *, outlet: str | None = None, url: str | None = None
    ) -> list[dict[str, float]]:
        """The signals of each place an ordinary name stands: what the model is fitted on."""
        article = self._read(document, outlet, url)
        found = []
        for company, named in article.named.items():
            if not named.places:
                continue
            others = article.others(company)
            around = self._around(article, company, others)
            found += [
                {**self._beside(company, place, others), **around}
                for place in named.places
                if needs_model(place, self._role(company, place))
            ]
        return found

    def _own_in_title(self, article: ArticleNames, company: int) -> bool:
        if any(place.field == "title" for place in article.named[company].people):
            return True
        own = self._senses[company].own_names
        return bool(own) and not own.isdisjoint(article.document.fields["title"].vocabulary)

    def _read(self, document: Document, outlet: str | None, url: str | None) -> ArticleNames:
        return read_names(document, index=self._index, senses=self._senses, outlet=outlet, url=url)

    def _telling_in(self, article: ArticleNames) -> frozenset[str]:
        if article.telling is None:
            article.telling = self._telling.among(article.document)
        return article.telling

    # --- deciding ----------------------------------------------------------------------------

    def _weigh(self, article: ArticleNames, company: int) -> list[_Weighed]:
        """Every occurrence of the company that may mean it, with its score."""
        named = article.named[company]
        weighed = [_Weighed(p, 0.8, Role.SOURCE) for p in named.as_outlet]
        others: list[Place] | None = None
        around: dict[str, float] = {}
        by_person = persons(named.places) if named.places else ()
        for place in named.places[:MAX_SCORED]:
            role = self._role(company, place)
            if role is Role.ITSELF or place.name.written in by_person:
                continue
            if not needs_model(place, role):
                score = plain_score(place, role)
                if score == DOUBTED and self._senses[company].spoken_of(place):
                    score = SUPPORTED
                weighed.append(_Weighed(place, score, role))
                continue
            if others is None:
                others = article.others(company)
                around = self._around(article, company, others)
            beside = self._beside(company, place, others)
            score = self._score({**beside, **around})
            weighed.append(_Weighed(place, score, role, beside))
        return weighed

    def _role(self, company: int, place: Place) -> Role:
        sense = self._senses[company]
        return role_at(place, platform=sense.platform, publication=sense.publication)

    def _around(
        self, article: ArticleNames, company: int, others: Sequence[Place]
    ) -> dict[str, float]:
        named = article.named[company]
        known = {
            place.found.lower() if place.name.company == NOT_WATCHED else place.name.company
            for place in others
        }
        return self._senses[company].signals(
            article.document,
            there=self._telling_in(article),
            hits=named.places,
            lower=article.lower.get(company, 0),
            people=named.people,
            others=len(known),
            outlet=article.outlet,
        )

    def _beside(self, company: int, place: Place, others: Sequence[Place]) -> dict[str, float]:
        sense, start, end = self._senses[company], place.start, place.end
        on = signals(place.text, start, end, about=sense.about, industry=sense.industry)
        beside = [o for o in others if o.field == place.field]
        if any(start - o.end == 1 and place.text[o.end] == " " for o in beside):
            on["another company right before"] = 1.0
        elif any(max(o.start - end, start - o.end) <= NEAR for o in beside):
            on["near another company"] = 1.0
        return on

    def _score(self, on: Mapping[str, float]) -> float:
        z = self._bias + sum(self._weights.get(signal, 0.0) * v for signal, v in on.items())
        return 1 / (1 + exp(-z))

    # --- saying why --------------------------------------------------------------------------

    def _evidence(
        self, article: ArticleNames, company: int, found: Sequence[_Weighed]
    ) -> tuple[Evidence, ...]:
        ranked = sorted(found, key=lambda w: (w.place.field != "title", -w.score, w.place.start))
        people = {place.name: place for place in reversed(article.named[company].people)}
        support = [place.evidence(place.name.shown) for place in people.values()][:2]
        if any(w.place.name.ordinary for w in found):
            there = self._telling_in(article)
            support += self._senses[company].evidence(article.document, there=there, limit=3)
        places = [
            w.place.evidence(self._rule(w)) for w in ranked[: MAX_EVIDENCE - 1 - len(support)]
        ]
        return (*places, *support)

    def _rule(self, weighed: _Weighed) -> str:
        name = weighed.place.name.shown
        if weighed.role is Role.PLAIN and not weighed.beside:
            return name
        role = () if weighed.role is Role.PLAIN else (str(weighed.role),)
        why = (*role, *self._strongest(weighed.beside))
        return name + (f" ({', '.join(why)})" if why else "")

    def _strongest(self, on: Mapping[str, float]) -> tuple[str, ...]:
        """The two signals that spoke most for the company."""
        pulls = sorted((-self._weights.get(signal, 0.0) * v, signal) for signal, v in on.items())
        return tuple(signal for pull, signal in pulls[:2] if pull < -0.2)


def _prominence(found: Sequence[_Weighed], lead: int) -> Prominence:
    if any(w.place.field == "title" for w in found):
        return Prominence.HEADLINE
    return Prominence.LEAD if any(w.place.start < lead for w in found) else Prominence.BODY

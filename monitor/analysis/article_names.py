"""An article read once for all companies: where each one, its people and its neighbours stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.analysis.document import Document, FieldWords
from monitor.analysis.names import NOT_WATCHED, Kind, NameIndex, Place
from monitor.analysis.outlets import credited, may_be_credited, names_outlet, suffix_start
from monitor.analysis.senses import Sense

MAX_SURE = 300  # names of companies nobody can mistake that are kept of one article


@dataclass(slots=True)
class Named:
    """Where one company and its people stand in an article."""

    places: list[Place] = field(default_factory=list)
    people: list[Place] = field(default_factory=list)
    as_outlet: list[Place] = field(default_factory=list)  # as the article's own outlet


@dataclass(slots=True)
class ArticleNames:
    """The names that an article has, by company."""

    document: Document
    outlet: str | None
    named: dict[int, Named] = field(default_factory=dict)
    sure: list[Place] = field(default_factory=list)  # companies nobody can mistake, watched or not
    # How often an ordinary word that is a company's name stands in lower case, and so is that word.
    lower: dict[int, int] = field(default_factory=dict)
    telling: frozenset[str] | None = None  # words of `Sense.telling` that it has, once looked for

    def others(self, company: int) -> list[Place]:
        """The places of companies that are surely named and are not `company`."""
        return [place for place in self.sure if place.name.company != company]

    def of(self, company: int) -> Named:
        """What is named of `company`, empty at first."""
        named = self.named.get(company)
        if named is None:
            named = self.named[company] = Named()
        return named


def read_names(
    document: Document,
    *,
    index: NameIndex,
    senses: Sequence[Sense],
    outlet: str | None,
    url: str | None,
) -> ArticleNames:
    """The names of `index` in `document`, without those by which it names its own outlet."""
    article = ArticleNames(document, outlet)
    title, text = document.fields["title"], document.fields["text"]
    credited_outlets: set[int] = set()
    # Where an outlet's own name or a credit stands is only looked up where there is a name at all.
    if places := _found(article, index, title):
        title_end = suffix_start(document.title, outlet=outlet, url=url)
        for place in places:
            if place.start >= title_end:
                _read_outlet(article, place, senses)
            else:
                _read_place(article, place)
    if places := _found(article, index, text):
        near_credit = any(may_be_credited(text.folded, place.start) for place in places)
        credit_spans = credited(text.text, text.folded) if near_credit else []
        for place in places:
            if credit_spans and any(a <= place.start < b for a, b in credit_spans):
                credited_outlets.add(place.name.company)
            else:
                _read_place(article, place)
    for company in list(article.named) if outlet or credited_outlets else ():
        sense = senses[company]
        own = (sense.company.name, *sense.company.aliases)
        itself = names_outlet(own, outlet) and not sense.outlet_counts
        if company in credited_outlets or itself:
            del article.named[company]
    return article


def _found(article: ArticleNames, index: NameIndex, field: FieldWords) -> list[Place]:
    """Where names stand in `field`; ordinary words in lower case are only counted."""
    places, lower = index.find(field)
    for company in lower:
        article.lower[company] = article.lower.get(company, 0) + 1
    return places


def _read_place(article: ArticleNames, place: Place) -> None:
    name = place.name
    certain = not name.ordinary and name.kind is not Kind.PERSON and name.kind is not Kind.TICKER
    if certain and len(article.sure) < MAX_SURE:
        article.sure.append(place)
    if name.company != NOT_WATCHED:
        named = article.of(name.company)
        (named.people if name.kind is Kind.PERSON else named.places).append(place)


def _read_outlet(article: ArticleNames, place: Place, senses: Sequence[Sense]) -> None:
    """A name in the outlet's part of a headline: a mention where the entry asks for it."""
    name = place.name
    watched = name.company != NOT_WATCHED and name.kind in (Kind.NAME, Kind.ALIAS)
    if watched and senses[name.company].outlet_counts:
        article.of(name.company).as_outlet.append(place)

"""An article read once for all companies: where each one, its people and its neighbours stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.analysis.document import Document
from monitor.analysis.names import NOT_WATCHED, Kind, NameIndex, Place, is_lower
from monitor.analysis.outlets import credited, may_be_credited, names_outlet, suffix_start
from monitor.analysis.senses import Sense

MAX_SURE = 300  # names of companies nobody can mistake that are kept of one article


@dataclass(slots=True)
class Named:
    """Where one company and its people stand in an article."""

    places: list[Place] = field(default_factory=list)
    lower: int = 0  # how often an ordinary word of its names stands in lower case: that word
    people: list[Place] = field(default_factory=list)
    as_outlet: list[Place] = field(default_factory=list)  # as the article's own outlet


@dataclass(slots=True)
class ArticleNames:
    """The names that an article has, by company."""

    document: Document
    outlet: str | None
    named: dict[int, Named] = field(default_factory=dict)
    sure: list[Place] = field(default_factory=list)  # companies nobody can mistake, watched or not

    def others(self, company: int) -> list[Place]:
        """The places of companies that are surely named and are not `company`."""
        return [place for place in self.sure if place.hit.name.company != company]

    def of(self, company: int) -> Named:
        """What is named of `company`, empty at first."""
        if company not in self.named:
            self.named[company] = Named()
        return self.named[company]


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
    if hits := index.find(title.text, title.folded):
        title_end = suffix_start(document.title, outlet=outlet, url=url)
        for hit in hits:
            place = Place("title", title.text, hit)
            if hit.start >= title_end:
                _read_outlet(article, place, senses)
            elif hit.name.kind is not Kind.EXCLUDE:
                _read_place(article, place)
    if hits := index.find(text.text, text.folded):
        near_credit = any(may_be_credited(text.folded, hit.start) for hit in hits)
        credit_spans = credited(text.text, text.folded) if near_credit else []
        for hit in hits:
            if any(a <= hit.start < b for a, b in credit_spans):
                credited_outlets.add(hit.name.company)
            elif hit.name.kind is not Kind.EXCLUDE:
                _read_place(article, Place("text", text.text, hit))
    for company in list(article.named) if outlet or credited_outlets else ():
        sense = senses[company]
        own = (sense.company.name, *sense.company.aliases)
        itself = names_outlet(own, outlet) and not sense.outlet_counts
        if company in credited_outlets or itself:
            del article.named[company]
    return article


def _read_place(article: ArticleNames, place: Place) -> None:
    name = place.hit.name
    certain = not name.ordinary and name.kind not in (Kind.PERSON, Kind.TICKER)
    if certain and len(article.sure) < MAX_SURE:
        article.sure.append(place)
    if name.company != NOT_WATCHED:
        named = article.of(name.company)
        if name.ordinary and name.kind is not Kind.TICKER and is_lower(place):
            named.lower += 1
            return
        (named.people if name.kind is Kind.PERSON else named.places).append(place)


def _read_outlet(article: ArticleNames, place: Place, senses: Sequence[Sense]) -> None:
    """A name in the outlet's part of a headline: a mention where the entry asks for it."""
    name = place.hit.name
    watched = name.company != NOT_WATCHED and name.kind in (Kind.NAME, Kind.ALIAS)
    if watched and senses[name.company].outlet_counts:
        article.of(name.company).as_outlet.append(place)

"""Stories that tell of one matter though grouping left them apart, for lists that name each once.

Grouping is strict, because two events in one story are a false statement. A list of the day's
stories has the opposite need: the same matter twice is what its reader minds, and a story that
goes under another is still named there. So likeness is asked again, with a lower bar, and only
between stories that have a main company in common. Its names make them alike by themselves; so
what else they share is asked for as well.

In digests of every day and week of the sample archive (64 of them, 448 entries) no event stands
twice so. Of the 109 stories that went under another, 86 were of its event and 23 of another one of
that company. Bare headlines are harder: on 23 days of real ones, read by eye (about 270 entries),
seven pairs were of one event. What the rare pairs of words brought there, on 66 days: some 18 more
stories folded as they should be, and 10 that are of another event. That a product is named by few
stories of the day was tried as a sign as well: nearly all that it folded were different events.

Two languages share hardly a word. There a figure has to do: "71" is Tesla's loss of profit in
both, if it stands in both on one day.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.analysis.clusters import Unit, dot, likeness
from monitor.analysis.terms import profile, word_pairs

if TYPE_CHECKING:
    from monitor.config import Config

_ALIKE = 0.16  # likeness in all words …
_BESIDE = 0.11  # … and in those that are not the companies' own names
# Of a company with so few stories at hand, two that are alike at all are mostly of one event.
_FEW, _BESIDE_OF_FEW = 2, 0.04
# Texts of fewer terms are hardly more than headlines, in which a word or two in common come by
# chance ("launch", "price"). There the headlines have to agree too: with the best likeness of two
# of them, times _HEADLINES, `beside` has to reach more.
_SHORT, _HEADLINES, _BESIDE_SHORT = 40, 0.3, 0.22
# Two words in a row that hardly any other story at hand has ("subscription service") come by chance
# far less often: of texts that share such a pair, less is asked.
_RARE_PAIR, _BESIDE_PAIRED = 3, 0.14
_ACROSS = 0.2  # what a company and a figure in common count for across languages …
_OPENING = 300  # characters that figures and pairs are looked for in: later ones are background
_ONE_DAY = timedelta(days=1.5)  # … of reports that are no further apart
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Told:
    """A story as a list knows it: `texts` are headline, opening and time of its articles.

    `companies` are those it is mainly about; a story about none is folded into no other.
    `languages` are its articles', as far as they are known.
    """

    companies: frozenset[str]
    languages: frozenset[str]
    texts: Sequence[tuple[str, str, datetime | None]]


def names_of(config: Config) -> dict[str, frozenset[int]]:
    """The terms that name each watched company: its own, its brands', products' and people's."""
    return {
        c.name: _terms((c.name, *c.aliases, *c.brands, *c.products, *c.people))
        for c in config.company
    }


def same_events(stories: Sequence[Told], names: Mapping[str, frozenset[int]]) -> list[list[int]]:
    """The indices of `stories` in groups of one matter each; groups and indices ascend.

    Average link, the most alike first. Quadratic in the stories of a company: for lists of some
    hundred. `names` are `names_of` the watchlist; of another company its name counts alone.
    """
    had = Counter(company for story in stories for company in story.companies)
    few = frozenset(company for company, count in had.items() if count <= _FEW)
    pairs = [_pairs(story) for story in stories]
    having = Counter(pair for found in pairs for pair in found)
    rare = [frozenset(pair for pair in found if having[pair] <= _RARE_PAIR) for found in pairs]
    groups = [
        _Group([n], *known, names, few) for n, known in enumerate(zip(stories, rare, strict=True))
    ]
    alike = {
        (a, b): found
        for a in range(len(groups)) for b in range(a + 1, len(groups))
        if (found := groups[a].likeness(groups[b])) > 0
    }  # fmt: skip
    while alike:
        keep, gone = max(alike, key=lambda pair: (alike[pair], -pair[0], -pair[1]))
        groups[keep].absorb(groups[gone])
        groups[gone].members = []
        alike = {pair: found for pair, found in alike.items() if not {keep, gone} & {*pair}}
        for other in range(len(groups)):
            if other != keep and groups[other].members:
                found = groups[keep].likeness(groups[other])
                if found > 0:
                    alike[min(keep, other), max(keep, other)] = found
    return sorted(sorted(group.members) for group in groups if group.members)


class _Group:
    """Stories of one matter: all their words, and those beside the companies' names.

    `pairs` are those of `word_pairs` that few stories have.
    """

    def __init__(
        self, members: list[int], story: Told, pairs: frozenset[tuple[int, int]],
        names: Mapping[str, frozenset[int]], few: frozenset[str],
    ) -> None:  # fmt: skip
        self.members, self._few = members, few
        self._companies, self._languages = story.companies, story.languages
        self._figures = frozenset(
            figure for title, opening, _ in story.texts
            for figure in _FIGURE.findall(f"{title} {opening[:_OPENING]}")
            if len(figure) > 1 and not _YEAR.fullmatch(figure)
        )  # fmt: skip
        own = frozenset().union(*(names.get(c) or _terms((c,)) for c in story.companies))
        self._pairs = frozenset(pair for pair in pairs if own.isdisjoint(pair))
        units = [_unit(title, opening) for title, opening, _ in story.texts]
        self._headlines = [_without(_unit(t, ""), own).what for t in {t for t, _, _ in story.texts}]
        self._beside = _sum([_without(unit, own) for unit in units])
        self._whole = _sum(units)
        times = [at for _, _, at in story.texts if at is not None]
        self._span = (min(times), max(times)) if times else None

    def likeness(self, other: _Group) -> float:
        """How alike both are, 0 where that is not enough."""
        if not self._companies & other._companies:
            return 0.0
        whole, beside = likeness(self._whole, other._whole), likeness(self._beside, other._beside)
        if whole >= _ALIKE and self._is_enough(other, beside):
            return whole + beside
        return _ACROSS if self._translates(other) else 0.0

    def _is_enough(self, other: _Group, beside: float) -> bool:
        """Whether `beside` is, for texts of this length, of companies with so many stories."""
        if min(unit.terms / unit.texts for unit in (self._whole, other._whole)) < _SHORT:
            bar = _BESIDE_PAIRED if self._pairs & other._pairs else _BESIDE_SHORT
            return beside + _HEADLINES * self._heads(other) >= bar
        few = self._companies & other._companies & self._few
        return beside >= (_BESIDE_OF_FEW if few else _BESIDE)

    def _heads(self, other: _Group) -> float:
        """The best likeness (0..1) of a headline of each, beside the names."""
        return max((_cosine(a, b) for a in self._headlines for b in other._headlines), default=0.0)

    def _translates(self, other: _Group) -> bool:
        """Whether both tell of one company and figure on one day, each in its own language."""
        if not (self._languages and other._languages) or self._languages & other._languages:
            return False
        if not (self._span and other._span and self._figures & other._figures):
            return False
        return max(self._span[0], other._span[0]) - min(self._span[1], other._span[1]) <= _ONE_DAY

    def absorb(self, other: _Group) -> None:
        """Take the stories of `other` in."""
        self.members += other.members
        self._companies |= other._companies
        self._languages |= other._languages
        self._figures |= other._figures
        self._pairs |= other._pairs
        self._headlines += other._headlines
        spans = [span for span in (self._span, other._span) if span]
        self._span = (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None
        self._whole.absorb(other._whole)
        self._beside.absorb(other._beside)


def _terms(names: Iterable[str]) -> frozenset[int]:
    return frozenset(term for name in names for term in profile(name, "").terms)


def _pairs(story: Told) -> frozenset[tuple[int, int]]:
    parts = (part for title, opening, _ in story.texts for part in (title, opening[:_OPENING]))
    return frozenset().union(*map(word_pairs, parts))


def _unit(title: str, opening: str) -> Unit:
    """Without its time: in a list of a week, what was reported on Monday and Thursday is one."""
    about = profile(title, opening)
    return Unit(about.which, about.what, 1, max(1, len(about.terms)))


def _without(unit: Unit, terms: frozenset[int]) -> Unit:
    """`unit` without `terms`; as long as it was, for a text is not shorter by being about one."""
    which, what = (
        {term: weight for term, weight in weights.items() if term not in terms}
        for weights in (unit.which, unit.what)
    )
    return Unit(which, what, 1, unit.terms)


def _cosine(a: Mapping[int, float], b: Mapping[int, float]) -> float:
    length = math.sqrt(dot(a, a) * dot(b, b))
    return dot(a, b) / length if length else 0.0


def _sum(units: Sequence[Unit]) -> Unit:
    """All of `units` as one; the first of them becomes it."""
    first, *rest = units
    for unit in rest:
        first.absorb(unit)
    return first

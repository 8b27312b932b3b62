"""A query run on articles as they stream by, with the places that made it match.

A query is compiled to a plan, and each part of it knows words of which one must stand in an
article for it to match: the rarest of what it requires, or None where it may match without. An
article's vocabulary is asked for these first, so most of a long query is never looked at.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import NamedTuple

from monitor.analysis.document import Document, FieldWords
from monitor.analysis.query import FACTS, FIELDS, Fact, Field, Near, Node, Or, Phrase, Query
from monitor.models import Evidence

MAX_EVIDENCE = 12

Key = tuple[str, bool]  # a word, and whether it is only a word's beginning
Keys = frozenset[Key] | None


class _Article(NamedTuple):
    """What of an article a plan looks at."""

    fields: Sequence[FieldWords]
    facts: Mapping[str, tuple[str, ...]]


class Matcher:
    """A query made ready for many articles."""

    def __init__(self, query: Query) -> None:
        self._plan = _compile(query.root)

    def match(self, document: Document) -> tuple[Evidence, ...] | None:
        """What of `document` made the query match, titles first; None where it does not.

        Each Evidence's rule is the part of the query that its span answers. At most MAX_EVIDENCE
        are given.
        """
        article = _Article(tuple(document.fields.values()), document.facts)
        found = self._plan.match(article) if _stands(self._plan.keys, article) else None
        if found is None:
            return None
        order = {field: i for i, field in enumerate((*FIELDS, *FACTS))}
        unique = sorted(set(found), key=lambda e: (order[e.field], e.start, e.end, e.rule))
        return tuple(unique[:MAX_EVIDENCE])


def _stands(keys: Keys, article: _Article) -> bool:
    return keys is None or any(
        field.words_beginning(word) if prefix else word in field.vocabulary
        for word, prefix in keys
        for field in article.fields
    )


@dataclass(frozen=True, slots=True)
class _Phrase:
    phrase: Phrase
    keys: Keys
    rule: str

    def match(self, article: _Article) -> list[Evidence] | None:
        size = len(self.phrase.words)
        found = [
            field.evidence(begin, begin + size - 1, self.rule)
            for field in article.fields
            for begin in field.find(self.phrase)[:MAX_EVIDENCE]
        ]
        return found or None


@dataclass(frozen=True, slots=True)
class _Near:
    near: Near
    keys: Keys

    def match(self, article: _Article) -> list[Evidence] | None:
        found: list[Evidence] = []
        node = self.near
        for field in article.fields:
            lefts = [(p, begins) for p in node.left if (begins := field.find(p))]
            if not lefts:
                continue
            rights = [(p, begins) for p in node.right if (begins := field.find(p))]
            for (left, a), (right, b) in product(lefts, rights):
                rule = f"{_shown(left)} NEAR/{node.distance} {_shown(right)}"
                pairs = islice(_pairs(a, b, left, right, node.distance), MAX_EVIDENCE)
                found.extend(field.evidence(*span, rule) for span in pairs)
        return found or None


@dataclass(frozen=True, slots=True)
class _Fact:
    fact: Fact
    keys: Keys = None

    def match(self, article: _Article) -> list[Evidence] | None:
        names = article.facts.get(self.fact.field, ())
        rule = f"{self.fact.field}: {' '.join(self.fact.words)}" + ("*" if self.fact.prefix else "")
        found = [
            Evidence(self.fact.field, 0, len(name), name, rule)
            for name in names
            if self.fact.holds(name)
        ]
        return found or None


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    plan: _Plan
    keys: Keys

    def match(self, article: _Article) -> list[Evidence] | None:
        only = _Article([f for f in article.fields if f.name == self.name], article.facts)
        return self.plan.match(only) if _stands(self.keys, only) else None


@dataclass(frozen=True, slots=True)
class _Or:
    plans: tuple[_Plan, ...]
    keys: Keys
    by_word: dict[str, tuple[int, ...]]  # the plans that a word standing there may make match
    by_prefix: tuple[tuple[str, int], ...]
    always: tuple[int, ...]  # those that no word decides

    def match(self, article: _Article) -> list[Evidence] | None:
        asked = set(self.always)
        for field in article.fields:
            there = field.vocabulary
            for word, plans in self.by_word.items():
                if word in there:
                    asked.update(plans)
            asked.update(i for word, i in self.by_prefix if field.words_beginning(word))
        parts = [p for i in sorted(asked) if (p := self.plans[i].match(article)) is not None]
        return [e for part in parts for e in part] if parts else None


@dataclass(frozen=True, slots=True)
class _And:
    plans: tuple[_Plan, ...]
    without: tuple[_Plan, ...]
    keys: Keys

    def match(self, article: _Article) -> list[Evidence] | None:
        if not all(_stands(plan.keys, article) for plan in self.plans):
            return None
        found: list[Evidence] = []
        for plan in self.plans:
            part = plan.match(article)
            if part is None:
                return None
            found.extend(part)
        if any(plan.match(article) is not None for plan in self.without):
            return None
        return found


_Plan = _Phrase | _Near | _Fact | _Field | _Or | _And


def _compile(node: Node) -> _Plan:
    if isinstance(node, Phrase):
        return _Phrase(node, frozenset({_rarest(node)}), _shown(node))
    if isinstance(node, Near):
        sides = (frozenset(map(_rarest, side)) for side in (node.left, node.right))
        return _Near(node, min(sides, key=_cost))
    if isinstance(node, Fact):
        return _Fact(node)
    if isinstance(node, Field):
        plan = _compile(node.node)
        return _Field(node.name, plan, plan.keys)
    plans = tuple(map(_compile, node.nodes))
    if isinstance(node, Or):
        by_word: dict[str, tuple[int, ...]] = {}
        by_prefix = []
        for i, plan in enumerate(plans):
            for word, prefix in plan.keys or ():
                if prefix:
                    by_prefix.append((word, i))
                else:
                    by_word[word] = (*by_word.get(word, ()), i)
        always = tuple(i for i, plan in enumerate(plans) if plan.keys is None)
        keys = None if always else frozenset().union(*(plan.keys or () for plan in plans))
        return _Or(plans, keys, by_word, tuple(by_prefix), always)
    required = [plan.keys for plan in plans if plan.keys is not None]
    rarest = min(required, key=_cost) if required else None
    return _And(plans, tuple(map(_compile, node.without)), rarest)


def _rarest(phrase: Phrase) -> Key:
    """The word of `phrase` that the fewest articles have: the longest, as far as one can tell."""
    last = len(phrase.words) - 1
    keys = [(word, phrase.prefix and i == last) for i, word in enumerate(phrase.words)]
    return max(keys, key=lambda key: (not key[1], len(key[0])))


def _cost(keys: frozenset[Key]) -> tuple[int, int]:
    return len(keys), -min(len(word) for word, _ in keys)


def _pairs(
    lefts: list[int], rights: list[int], left: Phrase, right: Phrase, distance: int
) -> Iterator[tuple[int, int]]:
    """The first and last word of each pair of phrases that stand near enough, by their begins."""
    for a in lefts:
        low = bisect_left(rights, a - len(right.words) - distance)
        high = bisect_right(rights, a + len(left.words) + distance)
        for b in rights[low:high]:
            yield min(a, b), max(a + len(left.words), b + len(right.words)) - 1


def _shown(phrase: Phrase) -> str:
    star = "*" if phrase.prefix else ""
    exact = "=" if phrase.cased else ""
    text = " ".join(phrase.cased or phrase.words)
    return f'{exact}"{text}"{star}' if len(phrase.words) > 1 else exact + text + star

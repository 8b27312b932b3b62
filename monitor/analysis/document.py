"""An article's title and text, cut into words once and then asked many questions."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping

from monitor.analysis.folding import cut, fold
from monitor.analysis.query import FIELDS, Phrase
from monitor.models import Evidence


class FieldWords:
    """One field of a document: an inverted index of its words."""

    __slots__ = ("_offsets", "_sorted", "folded", "name", "places", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.folded = fold(text)
        found, self._offsets = cut(self.folded)
        places: defaultdict[str, list[int]] = defaultdict(list)
        for index, word in enumerate(found):
            places[word].append(index)
        # For each word the numbers of the places it stands at, ascending.
        self.places: Mapping[str, list[int]] = dict(places)
        self._sorted: list[str] | None = None

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The character offsets of the words from number `first` to `last`."""
        return self._offsets[2 * first], self._offsets[2 * last + 1]

    def words_beginning(self, prefix: str) -> list[str]:
        """The field's words that begin with folded `prefix`, sorted."""
        if self._sorted is None:
            self._sorted = sorted(self.places)
        first = last = bisect_left(self._sorted, prefix)
        while last < len(self._sorted) and self._sorted[last].startswith(prefix):
            last += 1
        return self._sorted[first:last]

    def beginning_with(self, prefix: str) -> list[int]:
        """The numbers of the places where a word begins with folded `prefix`, ascending."""
        begun = self.words_beginning(prefix)
        if len(begun) == 1:
            return self.places[begun[0]]
        return sorted(i for word in begun for i in self.places[word])

    def find(self, phrase: Phrase) -> list[int]:
        """The word numbers at which `phrase` begins, ascending."""
        last = len(phrase.words) - 1
        if last == 0:
            word = phrase.words[0]
            return self.beginning_with(word) if phrase.prefix else self.places.get(word, [])
        begins = self.places.get(phrase.words[0])
        if not begins:
            return []
        for offset, word in enumerate(phrase.words[1:], start=1):
            prefix = phrase.prefix and offset == last
            at = set(self.beginning_with(word) if prefix else self.places.get(word, ()))
            begins = [b for b in begins if b + offset in at]
            if not begins:
                break
        return begins

    def evidence(self, first: int, last: int, rule: str) -> Evidence:
        """The words from number `first` to `last` as evidence for `rule`."""
        start, end = self.span(first, last)
        return Evidence(self.name, start, end, self.text[start:end], rule)


class Document:
    """An article's title and text, each with an inverted index."""

    __slots__ = ("_roots", "fields", "text", "title")

    def __init__(self, *, title: str, text: str) -> None:
        self.title = title
        self.text = text
        self.fields = {
            name: FieldWords(name, value) for name, value in zip(FIELDS, (title, text), strict=True)
        }
        self._roots: frozenset[str] | None = None

    @property
    def roots(self) -> frozenset[str]:
        """Every word that stands anywhere, folded, and each without a plural's s."""
        if self._roots is None:
            found = frozenset().union(*(field.places for field in self.fields.values()))
            self._roots = found.union([word[:-1] for word in found if word[-1] == "s"])
        return self._roots

    def capitalised(self, word: str) -> bool:
        """Whether a word that begins with folded `word` stands anywhere with a capital."""
        return any(
            field.text[field.span(i, i)[0]].isupper()
            for field in self.fields.values()
            for i in field.beginning_with(word)
        )

    def first(self, phrase: Phrase, *, rule: str) -> Evidence | None:
        """Where `phrase` stands first, the title before the text."""
        for field in self.fields.values():
            if found := field.find(phrase):
                return field.evidence(found[0], found[0] + len(phrase.words) - 1, rule)
        return None

"""An article's title and text, cut into words at most once and then asked many questions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType

from monitor.analysis.folding import cut, fold, spaced, unmarked, word_offsets
from monitor.analysis.query import FIELDS, Phrase
from monitor.models import Evidence


class FieldWords:
    """One field of a document, and where its words stand.

    Most questions are whether a word is there at all, and most answers no, so each step towards a
    word's places is taken only when it is asked for.
    """

    __slots__ = (
        "_offsets",
        "_places",
        "_sorted",
        "_spaced",
        "_vocabulary",
        "_words",
        "folded",
        "name",
        "text",
    )

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.folded = fold(text)
        self._spaced: bytes | None = None
        self._words: list[str] | None = None
        self._vocabulary: frozenset[str] | None = None
        self._offsets: list[int] | None = None
        self._places: dict[str, list[int]] = {}
        self._sorted: list[str] | None = None

    @property
    def spaced(self) -> bytes:
        """The folded field with its words between spaces, as `folding.spaced` has it."""
        if self._spaced is None:
            self._spaced = spaced(self.folded)
        return self._spaced

    @property
    def spaced_words(self) -> bytes:
        """`spaced` with words as they are compared: without combining marks."""
        return self.spaced if self.folded.isascii() else spaced(unmarked(self.folded))

    @property
    def words(self) -> list[str]:
        """The field's words as they are compared, in order."""
        if self._words is None:
            self._words = cut(self.folded)
        return self._words

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the field, once."""
        if self._vocabulary is None:
            self._vocabulary = frozenset(self.words)
        return self._vocabulary

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The character offsets of the words from number `first` to `last`."""
        if self._offsets is None:
            self._offsets = word_offsets(self.folded)
        return self._offsets[2 * first], self._offsets[2 * last + 1]

    def places(self, word: str) -> list[int]:
        """The numbers of the places where folded `word` stands, ascending."""
        if word not in self.vocabulary:
            return []
        found = self._places.get(word)
        if found is None:
            found = self._places[word] = list(_places_in(self.words, word))
        return found

    def words_beginning(self, prefix: str) -> list[str]:
        """The field's words that begin with folded `prefix`, sorted."""
        if self._sorted is None:
            self._sorted = sorted(self.vocabulary)
        first = last = bisect_left(self._sorted, prefix)
        while last < len(self._sorted) and self._sorted[last].startswith(prefix):
            last += 1
        return self._sorted[first:last]

    def beginning_with(self, prefix: str) -> list[int]:
        """The numbers of the places where a word begins with folded `prefix`, ascending."""
        begun = self.words_beginning(prefix)
        if len(begun) == 1:
            return self.places(begun[0])
        return sorted(i for word in begun for i in self.places(word))

    def find(self, phrase: Phrase) -> list[int]:
        """The word numbers at which `phrase` begins, ascending."""
        last = len(phrase.words) - 1
        begins: list[int] | None = None
        for offset, word in enumerate(phrase.words):
            prefix = phrase.prefix and offset == last
            at = self.beginning_with(word) if prefix else self.places(word)
            if begins is None:
                begins = at
            else:
                there = set(at)
                begins = [b for b in begins if b + offset in there]
            if not begins:
                return []
        if phrase.cased:
            return [b for b in begins or [] if self._written(phrase, b)]
        return begins or []

    def _written(self, phrase: Phrase, begin: int) -> bool:
        """Whether the words from number `begin` are written just as `phrase` wants."""
        for i, word in enumerate(phrase.cased, start=begin):
            start, end = self.span(i, i)
            found = self.text[start:end]
            prefix = phrase.prefix and i == begin + len(phrase.cased) - 1
            if not (found.startswith(word) if prefix else found == word):
                return False
        return True

    def evidence(self, first: int, last: int, rule: str) -> Evidence:
        """The words from number `first` to `last` as evidence for `rule`."""
        start, end = self.span(first, last)
        return Evidence(self.name, start, end, self.text[start:end], rule)


def _places_in(words: list[str], word: str) -> Iterator[int]:
    at = -1
    with suppress(ValueError):
        while True:
            at = words.index(word, at + 1)
            yield at


class Document:
    """An article's title and text, each to be asked for words.

    `facts` are what else is known of it, by the query language's field: ``{"outlet": ("Example
    News",), "lang": ("en",)}``.
    """

    __slots__ = ("facts", "fields", "text", "title")

    def __init__(
        self, *, title: str, text: str, facts: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    ) -> None:
        self.title = title
        self.text = text
        self.facts = facts
        self.fields = {
            name: FieldWords(name, value) for name, value in zip(FIELDS, (title, text), strict=True)
        }

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

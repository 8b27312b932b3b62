"""The matching language: one query, run on an article as it streams by and on history by FTS5.

    tariff* AND (car* OR auto*) NOT "spare parts"
    title:"open source"  ·  (cut OR slash) NEAR/5 job*

Words are compared as SQLite's FTS5 does with ``unicode61 remove_diacritics 2``: text is cut
at everything that is neither letter nor digit, case is folded, accents on Latin letters are
dropped. `Document` does that for an article, `to_fts5` writes the same query for a table with
the columns ``title`` and ``text``; a property test holds that both agree.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from monitor.errors import QueryError
from monitor.models import Evidence

FIELDS = ("title", "text")  # searched by words; the columns of the FTS5 table
MAX_LENGTH = 8_000  # characters of a query
MAX_DEPTH = 40  # nested parentheses; FTS5's own parser gives up at about 100
MAX_NEAR_PAIRS = 400  # NEAR between two lists is written out pair by pair for FTS5
MAX_NEAR = 100  # words; further apart is what AND is for
MAX_EVIDENCE = 12


class Fold(dict[int, int]):
    """A table that folds text, filled as characters are met; every character stays one.

    What it is made with is folded to that.
    """

    def apply(self, text: str) -> str:
        """`text` folded; as long as it was."""
        # str.translate takes a step of Python's for each character, so it is given few.
        return _NOT_ASCII.sub(lambda match: match.group().translate(self), text).lower()

    def __missing__(self, code: int) -> int:
        char = chr(code)
        if char.isalpha():
            base = unicodedata.normalize("NFD", char)[0]
            if base.isascii():  # only accents on Latin letters are dropped
                char = base
            lower = char.casefold()
            if len(lower) != 1:  # FTS5 folds one character to one: ß stays ß
                lower = char.lower()
            char = lower if len(lower) == 1 else char
        self[code] = ord(char)
        return self[code]


_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_FOLD = Fold()
# The combining marks that unicode61 takes for part of a word, and drops.
_MARK = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331"
_MARKS = re.compile(f"[{_MARK}]")
_WORD = re.compile(rf"[^\W_]+(?:[{_MARK}]+[^\W_]*)*")


def fold(text: str) -> str:
    """`text` with case folded and accents on Latin letters dropped; as long as it was."""
    return _FOLD.apply(text)


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of `text` as they are compared, each with its character offsets."""
    for match in _WORD.finditer(fold(text)):
        yield _MARKS.sub("", match.group()), match.start(), match.end()


def _split(folded: str) -> list[str]:
    """The words of folded text, without their offsets: twice as quick."""
    found: list[str] = _WORD.findall(folded)
    return [_MARKS.sub("", word) for word in found] if _MARKS.search(folded) else found


def stem(word: str) -> str:
    """`word` without a plural ending."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another; with `prefix` the last is only a word's beginning."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Two phrases, or lists of them, with at most `distance` words between, in either order."""

    left: tuple[Phrase, ...]
    right: tuple[Phrase, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Field:
    """A query that only looks in one field."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of `nodes`, and none of `without`."""

    nodes: tuple[Node, ...]
    without: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """Any of `nodes`."""

    nodes: tuple[Node, ...]


Node = Phrase | Near | Field | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A query that parsed; `text` is how it was written."""

    text: str
    root: Node


# --- reading a query ---

_LEXER = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\() | (?P<close>\))
      | ["“”](?P<quoted>[^"“”]*)["“”](?P<star>\*?)
      | (?P<near>NEAR/(?P<distance>\d+)(?=[\s(]|$))
      | (?P<operator>(?:AND|OR|NOT|NEAR)(?=[\s()]|$))
      | (?P<field>[A-Za-z]+):(?=[^\s)])
      | (?P<word>[^\s()"“”]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # open, close, phrase, near, operator, field, end
    value: str
    position: int
    prefix: bool = False


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        match = _LEXER.match(text, position)
        if match is None:
            raise QueryError("this quote is never closed", query=text, position=position)
        kind = match.lastgroup or ""
        if match["quoted"] is not None:
            tokens.append(_Token("phrase", match["quoted"], position, match["star"] == "*"))
        elif match["word"] is not None:
            word = match["word"]
            prefix = word.endswith("*")
            if "*" in word[:-1]:
                at = position + word.index("*")
                raise QueryError("* may only end a word", query=text, position=at)
            tokens.append(_Token("phrase", word, position, prefix))
        elif match["near"] is not None:
            tokens.append(_Token("near", match["distance"], position))
        elif match["space"] is None:
            tokens.append(_Token(kind, match[kind], position))
        position = match.end()
    tokens.append(_Token("end", "", len(text)))
    return tokens


class _Parser:
    """Recursive descent: OR binds loosest, then AND (also unwritten) and NOT, then NEAR."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.next = 0
        self.depth = 0
        self.field: str | None = None

    def error(self, message: str, position: int) -> QueryError:
        return QueryError(message, query=self.text, position=position)

    def peek(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        token = self.tokens[self.next]
        self.next += 1
        return token

    def is_operator(self, name: str) -> bool:
        return self.peek().kind == "operator" and self.peek().value == name

    def parse(self) -> Node:
        if self.peek().kind == "end":
            raise self.error("the query is empty", 0)
        node = self.any_of()
        token = self.peek()
        if token.kind == "close":
            raise self.error("this parenthesis was never opened", token.position)
        return node

    def any_of(self) -> Node:
        nodes = [self.all_of()]
        while self.is_operator("OR"):
            self.take()
            nodes.append(self.all_of())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def all_of(self) -> Node:
        start = self.peek().position
        nodes: list[Node] = []
        without: list[Node] = []
        while True:
            negated = False
            while self.is_operator("NOT"):
                self.take()
                negated = not negated
            (without if negated else nodes).append(self.near())
            if self.is_operator("AND"):
                self.take()
            elif self.peek().kind in ("end", "close") or self.is_operator("OR"):
                break
        if not nodes:
            raise self.error("NOT needs something beside it that must be there", start)
        return nodes[0] if len(nodes) == 1 and not without else And(tuple(nodes), tuple(without))

    def near(self) -> Node:
        start = self.peek().position
        left = self.atom()
        if self.peek().kind != "near":
            return left
        token = self.take()
        distance = int(token.value) if len(token.value) < 6 else MAX_NEAR + 1
        if distance > MAX_NEAR:
            raise self.error(f"NEAR/n takes 0 to {MAX_NEAR} words", token.position)
        position = self.peek().position
        right = self.atom()
        node = Near(self.phrases(left, start), self.phrases(right, position), distance)
        if len(node.left) * len(node.right) > MAX_NEAR_PAIRS:
            raise self.error("NEAR between lists that long is too much", token.position)
        if self.peek().kind == "near":
            raise self.error("NEAR joins two: write (a NEAR/3 b) AND (…)", self.peek().position)
        return node

    def phrases(self, node: Node, position: int) -> tuple[Phrase, ...]:
        if isinstance(node, Phrase):
            return (node,)
        if isinstance(node, Or) and all(isinstance(n, Phrase) for n in node.nodes):
            return tuple(n for n in node.nodes if isinstance(n, Phrase))
        raise self.error("NEAR takes words, phrases, or a list of them joined by OR", position)

    def atom(self) -> Node:
        token = self.take()
        if token.kind == "phrase":
            found = tuple(word for word, _, _ in words(token.value))
            if not found:
                raise self.error("there is no letter or digit to look for", token.position)
            return Phrase(found, token.prefix)
        if token.kind == "open":
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise self.error("too many parentheses inside one another", token.position)
            if self.peek().kind == "close":
                raise self.error("nothing stands in these parentheses", token.position)
            node = self.any_of()
            if self.take().kind != "close":
                raise self.error("this parenthesis is never closed", token.position)
            self.depth -= 1
            return node
        if token.kind == "field":
            return self.in_field(token)
        if token.kind == "end":
            raise self.error("something is missing at the end", max(token.position - 1, 0))
        if token.value == "NEAR":
            raise self.error("NEAR needs a distance, like NEAR/5", token.position)
        name = f"NEAR/{token.value}" if token.kind == "near" else token.value
        what = "this parenthesis" if token.kind == "close" else name
        raise self.error(f"a word is missing before {what}", token.position)

    def in_field(self, token: _Token) -> Node:
        name = token.value.lower()
        if name not in FIELDS:
            known = ", ".join(f"{field}:" for field in FIELDS)
            message = f"{token.value}: is not a field; known are {known} (or write it in quotes)"
            raise self.error(message, token.position)
        if self.field is not None:
            raise self.error("a field stands inside another", token.position)
        self.field = name
        node = self.atom()
        self.field = None
        return Field(name, node)


def parse_query(text: str) -> Query:
    """The Query that `text` says.

    Raises QueryError with the position of the character at fault.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"a query has at most {MAX_LENGTH} characters", query=text[:40], position=0
        )
    return Query(text, _Parser(text).parse())


# --- running it on an article ---


class _Words:
    """One field of a document: where each word stands. Offsets are only made when asked for."""

    __slots__ = ("_offsets", "_places", "_sorted", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._places: dict[str, list[int]] | None = None
        self._offsets: list[tuple[int, int]] | None = None
        self._sorted: list[str] | None = None

    @property
    def places(self) -> dict[str, list[int]]:
        """For each word the numbers of the places it stands at, ascending."""
        if self._places is None:
            found: dict[str, list[int]] = {}
            for index, word in enumerate(_split(fold(self.text))):
                if word in found:
                    found[word].append(index)
                else:
                    found[word] = [index]
            self._places = found
        return self._places

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The character offsets of the words from number `first` to `last`."""
        if self._offsets is None:
            self._offsets = [match.span() for match in _WORD.finditer(fold(self.text))]
        return self._offsets[first][0], self._offsets[last][1]

    def beginning_with(self, prefix: str) -> list[int]:
        if self._sorted is None:
            self._sorted = sorted(self.places)
        first = last = bisect_left(self._sorted, prefix)
        while last < len(self._sorted) and self._sorted[last].startswith(prefix):
            last += 1
        if last - first == 1:
            return self.places[self._sorted[first]]
        return sorted(i for word in self._sorted[first:last] for i in self.places[word])

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

    def evidence(self, field: str, first: int, last: int, rule: str) -> Evidence:
        start, end = self.span(first, last)
        return Evidence(field, start, end, self.text[start:end], rule)


class Document:
    """An article's title and text, made ready to be asked many questions."""

    __slots__ = ("_stems", "_words", "fields", "text", "title")

    def __init__(self, *, title: str, text: str) -> None:
        self.title = title
        self.text = text
        self.fields = {"title": _Words(title), "text": _Words(text)}
        self._words: frozenset[str] | None = None
        self._stems: frozenset[str] | None = None

    @property
    def words(self) -> frozenset[str]:
        """Every word that stands in the article, folded."""
        if self._words is None:
            self._words = frozenset().union(*(f.places for f in self.fields.values()))
        return self._words

    @property
    def stems(self) -> frozenset[str]:
        """The same without plural endings."""
        if self._stems is None:
            self._stems = frozenset(stem(word) for word in self.words)
        return self._stems

    def capitalised(self, word: str) -> bool:
        """Whether a word that begins with folded `word` stands anywhere with a capital."""
        return any(
            field.text[field.span(i, i)[0]].isupper()
            for field in self.fields.values()
            for i in field.beginning_with(word)
        )

    def first(self, phrase: Phrase, *, rule: str) -> Evidence | None:
        """Where `phrase` stands first, the title before the text."""
        for name, field in self.fields.items():
            if found := field.find(phrase):
                return field.evidence(name, found[0], found[0] + len(phrase.words) - 1, rule)
        return None


def matches(query: Query, document: Document) -> tuple[Evidence, ...] | None:
    """What of `document` made `query` match, in order of the text; None where it does not.

    Each Evidence's rule is the part of the query that its span answers. At most
    MAX_EVIDENCE are given, titles first.
    """
    found = _match(query.root, document, FIELDS)
    if found is None:
        return None
    order = {field: i for i, field in enumerate(FIELDS)}
    unique = sorted(set(found), key=lambda e: (order[e.field], e.start, e.end))
    return tuple(unique[:MAX_EVIDENCE])


def _match(node: Node, document: Document, fields: tuple[str, ...]) -> list[Evidence] | None:
    if isinstance(node, Phrase):
        return _match_phrase(node, document, fields)
    if isinstance(node, Near):
        return _match_near(node, document, fields)
    if isinstance(node, Field):
        return _match(node.node, document, (node.name,))
    if isinstance(node, Or):
        parts = [p for n in node.nodes if (p := _match(n, document, fields)) is not None]
        return [e for part in parts for e in part] if parts else None
    found: list[Evidence] = []
    for child in node.nodes:
        part = _match(child, document, fields)
        if part is None:
            return None
        found.extend(part)
    if any(_match(child, document, fields) is not None for child in node.without):
        return None
    return found


def _match_phrase(
    phrase: Phrase, document: Document, fields: tuple[str, ...]
) -> list[Evidence] | None:
    found = []
    for field in fields:
        field_words = document.fields[field]
        for begin in field_words.find(phrase)[:MAX_EVIDENCE]:
            last = begin + len(phrase.words) - 1
            found.append(field_words.evidence(field, begin, last, _shown(phrase)))
    return found or None


def _match_near(node: Near, document: Document, fields: tuple[str, ...]) -> list[Evidence] | None:
    found: list[Evidence] = []
    for field in fields:
        field_words = document.fields[field]
        lefts = [(p, begins) for p in node.left if (begins := field_words.find(p))]
        if not lefts:
            continue
        rights = [(p, begins) for p in node.right if (begins := field_words.find(p))]
        for (left, a), (right, b) in product(lefts, rights):
            pairs = islice(_near(a, b, left, right, node.distance), MAX_EVIDENCE)
            rule = f"{_shown(left)} NEAR/{node.distance} {_shown(right)}"
            found.extend(field_words.evidence(field, *span, rule) for span in pairs)
    return found or None


def _near(
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
    text = " ".join(phrase.words)
    return f'"{text}"{star}' if len(phrase.words) > 1 else text + star


# --- writing it for FTS5 ---


def to_fts5(query: Query) -> str:
    """`query` as an FTS5 MATCH expression for the columns ``title`` and ``text``.

    Every word stands in double quotes, so nothing of it can be read as syntax.
    """
    return _fts5(query.root)


def _fts5(node: Node) -> str:
    if isinstance(node, Phrase):
        return f'"{" ".join(node.words)}"' + (" *" if node.prefix else "")
    if isinstance(node, Near):
        pairs = [
            f"NEAR({_fts5(a)} {_fts5(b)}, {node.distance})"
            for a, b in product(node.left, node.right)
        ]
        return _joined(pairs, "OR")
    if isinstance(node, Field):
        return f"({node.name} : ({_fts5(node.node)}))"
    if isinstance(node, Or):
        return _joined([_fts5(n) for n in node.nodes], "OR")
    text = _joined([_fts5(n) for n in node.nodes], "AND")
    for child in node.without:
        text = f"({text} NOT {_fts5(child)})"
    return text


def _joined(parts: list[str], operator: str) -> str:
    return parts[0] if len(parts) == 1 else "(" + f" {operator} ".join(parts) + ")"

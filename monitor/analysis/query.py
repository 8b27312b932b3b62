"""The matching language: a query read into a tree of words, phrases and operators.

    tariff* AND (car* OR auto*) NOT "spare parts"
    title:"open source"  ·  (cut OR slash) NEAR/5 job*  ·  =Gap  ·  company:Gap outlet:fin*

`query_match` runs it on an article as it streams by, `query_history` on history, with what FTS5
knows written by `query_fts5`; a property test holds that both agree. Words are compared as
`folding` says.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from monitor.analysis.folding import words
from monitor.errors import QueryError

FIELDS = ("title", "text")  # searched by words; the columns of the FTS5 table
FACTS = ("outlet", "lang", "company", "topic")  # known of an article, and compared as a whole
MAX_LENGTH = 8_000  # characters of a query
MAX_DEPTH = 40  # nested parentheses; FTS5's own parser gives up at about 100
MAX_NEAR_PAIRS = 400  # NEAR between two lists is written out pair by pair for FTS5
MAX_NEAR = 100  # words; further apart is what AND is for


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another; with `prefix` the last is only a word's beginning.

    `cased` is how each word must be written, where that matters: ``=Gap``.
    """

    words: tuple[str, ...]
    prefix: bool = False
    cased: tuple[str, ...] = ()
    position: int = dataclasses.field(
        default=0, compare=False
    )  # of its first character in the query


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
class Fact:
    """What is known of an article: one of its names in `field` has just `words`, in any case.

    With `prefix` it begins with them.
    """

    field: str
    words: tuple[str, ...]
    prefix: bool = False
    position: int = dataclasses.field(default=0, compare=False)  # of the name in the query

    def holds(self, name: str) -> bool:
        """Whether `name` is meant."""
        found = " ".join(word for word, _, _ in words(name))
        asked = " ".join(self.words)
        return found.startswith(asked) if self.prefix else found == asked


@dataclass(frozen=True, slots=True)
class And:
    """All of `nodes`, and none of `without`."""

    nodes: tuple[Node, ...]
    without: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """Any of `nodes`."""

    nodes: tuple[Node, ...]


Node = Phrase | Near | Field | Fact | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A query that parsed; `text` is how it was written."""

    text: str
    root: Node


# --- reading a query ---

_LEXER = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\() | (?P<close>\))
      | (?P<exact>=?)["“”](?P<quoted>[^"“”]*)["“”](?P<star>\*?)
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
    cased: bool = False


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        match = _LEXER.match(text, position)
        if match is None:
            raise QueryError("this quote is never closed", query=text, position=position)
        kind = match.lastgroup or ""
        if match["quoted"] is not None:
            tokens.append(
                _Token(
                    "phrase", match["quoted"], position, match["star"] == "*", bool(match["exact"])
                )
            )
        elif match["word"] is not None:
            word = match["word"]
            prefix = word.endswith("*")
            if "*" in word[:-1]:
                at = position + word.index("*")
                raise QueryError("* may only end a word", query=text, position=at)
            tokens.append(_Token("phrase", word, position, prefix, word.startswith("=")))
        elif match["near"] is not None:
            tokens.append(_Token("near", match["distance"], position))
        elif match["space"] is None:
            tokens.append(_Token(kind, match[kind], position))
        position = match.end()
    tokens.append(_Token("end", "", len(text)))
    return tokens


class _Parser:
    """Recursive descent: OR binds loosest, then AND (also unwritten) and NOT, then NEAR."""

    def __init__(self, text: str, known: tuple[str, ...]) -> None:
        self.text = text
        self.known = known  # the fields
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
            cased = _as_written(token.value) if token.cased else ()
            return Phrase(found, token.prefix, cased, token.position)
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
        if name not in self.known:
            known = ", ".join(f"{field}:" for field in self.known)
            message = f"{token.value}: is not a field; known are {known} (or write it in quotes)"
            raise self.error(message, token.position)
        if self.field is not None:
            raise self.error("a field stands inside another", token.position)
        self.field = name
        position = self.peek().position
        node = self.atom()
        self.field = None
        if name in FIELDS:
            return Field(name, node)
        named = self.names(node, name, position)
        facts = tuple(Fact(name, p.words, p.prefix, p.position) for p in named)
        return facts[0] if len(facts) == 1 else Or(facts)

    def names(self, node: Node, field: str, position: int) -> tuple[Phrase, ...]:
        message = f"{field}: takes a name, or a list of names joined by OR, in any case"
        listed = node.nodes if isinstance(node, Or) else (node,)
        found = tuple(n for n in listed if isinstance(n, Phrase) and not n.cased)
        if len(found) < len(listed):
            raise self.error(message, position)
        return found


def _as_written(text: str) -> tuple[str, ...]:
    return tuple(text[start:end] for _, start, end in words(text))


def parse_query(text: str, *, topics: bool = True) -> Query:
    """The Query that `text` says; without `topics` for a topic's own, which no other topic decides.

    Raises QueryError with the position of the character at fault.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"a query has at most {MAX_LENGTH} characters", query=text[:40], position=0
        )
    known = tuple(f for f in (*FIELDS, *FACTS) if topics or f != "topic")
    return Query(text, _Parser(text, known).parse())

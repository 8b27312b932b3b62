"""A query over history: what FTS5 knows asked of it in one piece, the rest put together here.

FTS5 holds the words of titles and texts, in any case. Facts of an article (its outlet, companies …)
stand in the database, and how a word is written in the text itself. A query is cut into the largest
parts that one of them can answer, and their answers are joined as sets.
"""

from __future__ import annotations

from typing import Protocol

from monitor.analysis.query import And, Fact, Field, Near, Node, Or, Phrase, Query
from monitor.analysis.query_fts5 import node_to_fts5

Found = frozenset[int]


class History(Protocol):
    """What is kept of articles, each known by a number."""

    def words(self, match: str) -> Found:
        """The articles that match the FTS5 expression `match`."""
        ...

    def facts(self, fact: Fact) -> Found:
        """The articles of which `fact` holds."""
        ...

    def written(self, candidates: Found, query: Query) -> Found:
        """Those of `candidates` whose own words match `query`, read one by one."""
        ...


def only_words(query: Query) -> bool:
    """Whether FTS5 alone can answer `query`."""
    return _only_words(query.root)


def search_history(query: Query, history: History) -> Found:
    """The articles of `history` that match `query`: what a Matcher finds in each."""
    return _search(query.root, history)


def _search(node: Node, history: History) -> Found:
    if _only_words(node):
        return history.words(node_to_fts5(node))
    match node:
        case Fact():
            return history.facts(node)
        case Or():
            # One question for all that is words, one for each of the rest.
            words = tuple(n for n in node.nodes if _only_words(n))
            found = history.words(node_to_fts5(Or(words))) if words else frozenset()
            return found.union(*(_search(n, history) for n in node.nodes if n not in words))
        case And():
            return _search_all(node, history)
        case Phrase() | Near() | Field():  # with case
            candidates = history.words(node_to_fts5(_in_any_case(node)))
            return history.written(candidates, Query("", node))


def _search_all(node: And, history: History) -> Found:
    words = tuple(n for n in node.nodes if _only_words(n))
    rest = sorted((n for n in node.nodes if n not in words), key=_costly)
    found = history.words(node_to_fts5(And(words))) if words else None
    for part in rest:
        if found is not None and not found:
            return found
        if found is not None and _costly(part) and not _has_facts(part):
            found = history.written(found, Query("", part))  # only those that are left are read
        else:
            more = _search(part, history)
            found = more if found is None else found & more
    found = found or frozenset()
    for part in node.without:
        if found:
            found -= _search(part, history)
    return found


def _in_any_case(node: Node) -> Node:
    """A query that FTS5 can answer and that leaves nothing out: without what excludes by case."""
    match node:
        case Field():
            return Field(node.name, _in_any_case(node.node))
        case Or():
            return Or(tuple(map(_in_any_case, node.nodes)))
        case And():
            without = tuple(n for n in node.without if not _costly(n))
            return And(tuple(map(_in_any_case, node.nodes)), without)
    return node


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Field():
            return (node.node,)
        case Or():
            return node.nodes
        case And():
            return node.nodes + node.without
        case Near():
            return node.left + node.right
    return ()


def _has_facts(node: Node) -> bool:
    return isinstance(node, Fact) or any(map(_has_facts, _parts(node)))


def _costly(node: Node) -> bool:
    """Whether texts must be read."""
    return (isinstance(node, Phrase) and bool(node.cased)) or any(map(_costly, _parts(node)))


def _only_words(node: Node) -> bool:
    return not _costly(node) and not _has_facts(node)

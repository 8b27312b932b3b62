"""Names that a query asks for and nothing has: slips, told with what may have been meant.

A query with such a name finds nothing, and that looks like no coverage.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from monitor.analysis.query import And, Fact, Field, Node, Or, Query
from monitor.errors import QueryError, meant
from monitor.languages import CODES, code_of

_SAID = {"lang": "language"}
_SLIP = 0.9  # how like a known name one is that must be a slip; "ABC News" and "NBC News" are less


def unknown_names(
    query: Query, known: Mapping[str, Collection[str]], *, others: Collection[str] = ()
) -> Iterator[QueryError]:
    """What is wrong with the names after the fields of `query`, at the character.

    `known` are the names by field; a field without any is not looked at, and languages are known
    by themselves. In the fields `others` there may be names that nobody knows yet: there only what
    is nearly a known name is wrong.
    """
    for fact in _facts(query.root):
        names = CODES if fact.field == "lang" else known.get(fact.field, ())
        if not names or any(map(fact.holds, names)):
            continue
        asked = " ".join(fact.words)
        if fact.field == "lang":  # two letters are like too many others
            hint = meant(code_of(asked) or "", names)
        else:
            hint = meant(asked, names, alike=_SLIP if fact.field in others else None)
        if hint or fact.field not in others:
            message = f"there is no {_SAID.get(fact.field, fact.field)} {asked!r}{hint}"
            yield QueryError(message, query=query.text, position=fact.position)


def _facts(node: Node) -> Iterator[Fact]:
    match node:
        case Fact():
            yield node
        case Field():
            yield from _facts(node.node)
        case Or():
            for part in node.nodes:
                yield from _facts(part)
        case And():
            for part in (*node.nodes, *node.without):
                yield from _facts(part)

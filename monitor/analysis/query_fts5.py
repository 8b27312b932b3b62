"""A query as an FTS5 MATCH expression: the matching language over history."""

from __future__ import annotations

from itertools import product

from monitor.analysis.query import Fact, Field, Near, Node, Or, Phrase, Query


def to_fts5(query: Query) -> str:
    """`query` as an FTS5 MATCH expression for the columns ``title`` and ``text``.

    Every word stands in double quotes, so nothing of it can be read as syntax. FTS5 knows words in
    any case only, and no facts: `query_history` asks for the parts that it knows.
    """
    return node_to_fts5(query.root)


def node_to_fts5(node: Node) -> str:
    """A part of a query as an FTS5 MATCH expression; case is left out of it."""
    if isinstance(node, Fact):
        raise ValueError(f"FTS5 does not hold {node.field}")
    if isinstance(node, Phrase):
        return f'"{" ".join(node.words)}"' + (" *" if node.prefix else "")
    if isinstance(node, Near):
        pairs = [
            f"NEAR({node_to_fts5(a)} {node_to_fts5(b)}, {node.distance})"
            for a, b in product(node.left, node.right)
        ]
        return _joined(pairs, "OR")
    if isinstance(node, Field):
        return f"({node.name} : ({node_to_fts5(node.node)}))"
    if isinstance(node, Or):
        return _joined([node_to_fts5(n) for n in node.nodes], "OR")
    text = _joined([node_to_fts5(n) for n in node.nodes], "AND")
    for child in node.without:
        text = f"({text} NOT {node_to_fts5(child)})"
    return text


def _joined(parts: list[str], operator: str) -> str:
    return parts[0] if len(parts) == 1 else "(" + f" {operator} ".join(parts) + ")"

"""A query as an FTS5 MATCH expression: the matching language over history."""

from __future__ import annotations

from itertools import product

from monitor.analysis.query import Field, Near, Node, Or, Phrase, Query


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

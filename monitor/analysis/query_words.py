"""A query said in plain words: for `check`, and wherever a person asks what a topic means."""

from __future__ import annotations

from monitor.analysis.query import And, Fact, Field, Near, Node, Or, Phrase, Query

_FIELDS = {"title": "in the headline", "text": "in the text"}

_FACTS = {
    "outlet": "the outlet {}",
    "lang": "the language {}",
    "company": "the company {}",
    "topic": "the topic {}",
}


def explain_query(query: Query) -> str:
    """What an article must have to match: ``"trade war", or tariff… in the headline``."""
    return _say(query.root, top=True)


def _say(node: Node, *, top: bool = False) -> str:
    match node:
        case Phrase():
            return _phrase(node)
        case Near():
            left, right = (_any([_phrase(p) for p in side]) for side in (node.left, node.right))
            return f"{left} within {node.distance} words of {right}"
        case Field():
            return f"{_say(node.node)} {_FIELDS.get(node.name, f'in {node.name}')}"
        case Fact():
            name = " ".join(node.words)
            return _FACTS[node.field].format(f"{name}…" if node.prefix else name)
        case Or():
            said = _any([_say(n) for n in node.nodes])
        case And():
            said = " and ".join(_say(n) for n in node.nodes)
            if node.without:
                said += f", but not {_any([_say(n) for n in node.without])}"
    return said if top else f"({said})"


def _any(parts: list[str]) -> str:
    return " or ".join(parts)


def _phrase(phrase: Phrase) -> str:
    text = " ".join(phrase.cased or phrase.words)
    said = f"{text}…" if phrase.prefix else f'"{text}"' if len(phrase.words) > 1 else text
    return f"{said} (just so written)" if phrase.cased else said

"""What a changed watchlist can change in the tags of articles that are there already.

An article's tags depend on the names that stand in it. So a changed company can only matter where
one of its names stands (one it has or one it had), and a changed topic where its query matches
now or did before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.analysis.query import Query, parse_query
from monitor.config import Company, Config, Topic


@dataclass(frozen=True, slots=True)
class Change:
    """What differs: the companies and topics by name, and what finds the articles it can touch."""

    companies: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # phrases; only where one of them stands can companies change
    queries: tuple[Query, ...] = ()  # only what matches one of them can get a topic


def tagging_rules(config: Config) -> str:
    """What tagging depends on, as text: the same text, the same tags."""
    rules = {"company": [c.model_dump() for c in config.company],
             "topic": [t.model_dump() for t in config.topic]}  # fmt: skip
    return json.dumps(rules, ensure_ascii=False)


def from_rules(rules: str) -> Config | None:
    """The companies and topics of `tagging_rules`; None where another version wrote them."""
    try:
        return Config.model_validate(json.loads(rules))
    except ValueError:
        return None


def tagging_version(config: Config) -> str:
    """A short digest of `tagging_rules`."""
    return hashlib.sha256(tagging_rules(config).encode()).hexdigest()[:12]


def change(before: Config, after: Config) -> Change:
    """What differs between two watchlists."""
    old, new = {c.name: c for c in before.company}, {c.name: c for c in after.company}
    companies = [n for n in old | new if old.get(n) != new.get(n)]
    names = [n for c in companies for n in _names(old.get(c), new.get(c))]
    old_t, new_t = {t.name: t for t in before.topic}, {t.name: t for t in after.topic}
    topics = [n for n in old_t | new_t if _query(old_t.get(n)) != _query(new_t.get(n))]
    queries = [parse_query(new_t[n].query) for n in topics if n in new_t]
    return Change(tuple(companies), tuple(topics), tuple(dict.fromkeys(names)), tuple(queries))


def _query(topic: Topic | None) -> str | None:
    return topic.query if topic else None


def _names(before: Company | None, after: Company | None) -> Iterable[str]:
    """The names whose articles a change can touch; few where only phrases or tickers change."""
    if before and after:
        same = before.model_copy(update={"exclude": after.exclude, "tickers": after.tickers})
        if same == after:
            for one, two in ((before.exclude, after.exclude), (before.tickers, after.tickers)):
                yield from set(one) ^ set(two)
            return
    for c in (before, after):
        if c:
            yield from (c.name, *c.aliases, *c.brands, *c.products, *c.people, *c.tickers)
            yield from c.exclude

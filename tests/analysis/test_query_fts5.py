"""The same query says the same of an article and of history with a real FTS5 table."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis.document import Document
from monitor.analysis.folding import fold, words
from monitor.analysis.query import FACTS, Fact, Query, parse_query
from monitor.analysis.query_history import search_history
from monitor.analysis.query_match import Matcher

WORDS = ["gap", "Gaps", "été", "ete", "İstanbul", "naïve", "straße", "a", "b", "c", "42", "Αθήνα"]
word = st.sampled_from(WORDS)
separator = st.sampled_from([" ", "-", ", ", "\n\n", "’", "_", " — ", "."])
prose = st.lists(st.tuples(word, separator), max_size=14).map(
    lambda parts: "".join(w + s for w, s in parts)
)


def phrases() -> st.SearchStrategy[str]:
    single = st.tuples(st.sampled_from(["", "", "="]), word, st.sampled_from(["", "", "*"])).map(
        "".join
    )
    several = st.tuples(
        st.sampled_from(["", "", "="]),
        st.lists(word, min_size=1, max_size=3).map(" ".join),
        st.sampled_from(["", "*"]),
    ).map(lambda parts: f'{parts[0]}"{parts[1]}"{parts[2]}')
    return st.one_of(single, several)


def lists() -> st.SearchStrategy[str]:
    return st.one_of(
        phrases(),
        st.lists(phrases(), min_size=2, max_size=3).map(lambda p: "(" + " OR ".join(p) + ")"),
    )


def queries() -> st.SearchStrategy[str]:
    near = st.tuples(lists(), st.integers(0, 4), lists()).map(
        lambda t: f"({t[0]} NEAR/{t[1]} {t[2]})"
    )
    words_only = joined(st.one_of(phrases(), near))
    field = st.tuples(st.sampled_from(["title", "text"]), words_only).map(
        lambda p: f"{p[0]}:({p[1]})"
    )
    fact = st.sampled_from(
        ["outlet:ete", "outlet:b*", "lang:en", 'company:"gap b"', "topic:(a OR b)", "company:42"]
    )
    return st.one_of(joined(st.one_of(phrases(), near)), joined(st.one_of(phrases(), field, fact)))


def joined(leaf: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda p: f"({p[0]} AND {p[1]})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]} {p[1]})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]} OR {p[1]})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]} NOT {p[1]})"),
        ),
        max_leaves=5,
    )


@pytest.fixture(scope="module")
def table():
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')"
    )
    yield connection
    connection.close()


class OneArticle:
    """History of a single article, number 1."""

    def __init__(self, table: sqlite3.Connection, article: Document) -> None:
        self.table, self.article = table, article

    def words(self, match: str) -> frozenset[int]:
        rows = self.table.execute("SELECT rowid FROM t WHERE t MATCH ?", (match,))
        return frozenset(row[0] for row in rows)

    def facts(self, fact: Fact) -> frozenset[int]:
        names = self.article.facts.get(fact.field, ())
        return frozenset({1} if any(map(fact.holds, names)) else ())

    def written(self, candidates: frozenset[int], query: Query) -> frozenset[int]:
        return candidates if Matcher(query).match(self.article) is not None else frozenset()


names = st.lists(st.sampled_from(["Été", "B.", "b-c", "gap b", "42", "a", "en"]), max_size=2)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    title=prose,
    text=prose,
    facts=st.fixed_dictionaries({f: names.map(tuple) for f in FACTS}),
    written=queries(),
)
def test_streaming_and_history_agree(table, title, text, facts, written):
    query = parse_query(written)
    article = Document(title=title, text=text, facts=facts)
    table.execute("DELETE FROM t")
    table.execute("INSERT INTO t (rowid, title, text) VALUES (1, ?, ?)", (title, text))
    evidence = Matcher(query).match(article)
    assert search_history(query, OneArticle(table, article)) == (
        {1} if evidence is not None else set()
    )
    for item in evidence or ():
        if item.field in FACTS:
            assert item.text in facts[item.field]
        else:
            source = title if item.field == "title" else text
            assert source[item.start : item.end] == item.text


def test_words_are_cut_as_fts5_cuts_them(table):
    """Every letter of Latin, Greek, Cyrillic, Hebrew and Arabic that FTS5's Unicode 6.1 knew."""
    table.execute("DELETE FROM t")
    table.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
    known_to_differ = {0x1E0, 0x1E1, 0x37F, *range(0x528, 0x530), 0x58D, 0x58E, 0x605, 0x61C, 0x61D}
    codes = [c for c in range(0x80, 0x700) if c not in known_to_differ and chr(c).isprintable()]
    table.executemany(
        "INSERT INTO t(rowid, title, text) VALUES (?, ?, '')", [(c, f"b{chr(c)}b") for c in codes]
    )
    terms: dict[int, dict[int, str]] = {}
    for term, doc, _, offset in table.execute("SELECT term, doc, col, offset FROM v"):
        terms.setdefault(doc, {})[offset] = term
    table.execute("DROP TABLE v")
    differing = {
        chr(code)
        for code in codes
        if [w for w, _, _ in words(f"b{chr(code)}b")]
        != [term for _, term in sorted(terms[code].items())]
    }
    assert differing == set()


@given(st.text(max_size=200))
def test_offsets_are_exact_in_any_text(text):
    assert len(fold(text)) == len(text)
    for folded, start, end in words(text):
        assert 0 <= start < end <= len(text)
        assert [w for w, _, _ in words(text[start:end])] == [folded]

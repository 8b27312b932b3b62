"""The same query says the same of an article and of a real FTS5 table."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis.document import Document
from monitor.analysis.folding import fold, words
from monitor.analysis.query import parse_query
from monitor.analysis.query_fts5 import to_fts5
from monitor.analysis.query_match import Matcher

WORDS = ["gap", "Gaps", "été", "ete", "İstanbul", "naïve", "straße", "a", "b", "c", "42", "Αθήνα"]
word = st.sampled_from(WORDS)
separator = st.sampled_from([" ", "-", ", ", "\n\n", "’", "_", " — ", "."])
prose = st.lists(st.tuples(word, separator), max_size=14).map(
    lambda parts: "".join(w + s for w, s in parts)
)


def phrases() -> st.SearchStrategy[str]:
    single = st.tuples(word, st.sampled_from(["", "", "*"])).map("".join)
    several = st.tuples(
        st.lists(word, min_size=1, max_size=3).map(" ".join), st.sampled_from(["", "*"])
    ).map(lambda pair: f'"{pair[0]}"{pair[1]}')
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
    leaf = st.one_of(phrases(), near)
    nested = st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda p: f"({p[0]} AND {p[1]})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]} {p[1]})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]} OR {p[1]})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]} NOT {p[1]})"),
        ),
        max_leaves=5,
    )
    field = st.tuples(st.sampled_from(["title", "text"]), nested).map(lambda p: f"{p[0]}:({p[1]})")
    return st.one_of(nested, field, st.tuples(field, nested).map(" OR ".join))


@pytest.fixture(scope="module")
def table():
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')"
    )
    yield connection
    connection.close()


@settings(max_examples=150, deadline=None)
@given(title=prose, text=prose, written=queries())
def test_streaming_and_fts5_agree(table, title, text, written):
    query = parse_query(written)
    table.execute("DELETE FROM t")
    table.execute("INSERT INTO t VALUES (?, ?)", (title, text))
    hit = table.execute("SELECT count(*) FROM t WHERE t MATCH ?", (to_fts5(query),)).fetchone()[0]
    evidence = Matcher(query).match(Document(title=title, text=text))
    assert (evidence is not None) == bool(hit)
    for item in evidence or ():
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

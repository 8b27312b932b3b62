"""The matching language: what parses, what matches, and where an error points."""

from __future__ import annotations

import pytest

from monitor.analysis.document import Document
from monitor.analysis.folding import words
from monitor.analysis.query import And, Fact, Field, Near, Or, Phrase, parse_query
from monitor.analysis.query_fts5 import to_fts5
from monitor.analysis.query_match import MAX_EVIDENCE, Matcher
from monitor.errors import QueryError


def found(query: str, *, title: str = "", text: str = "") -> list[str] | None:
    evidence = Matcher(parse_query(query)).match(Document(title=title, text=text))
    return None if evidence is None else [e.text for e in evidence]


def test_words_are_folded_and_keep_their_offsets():
    assert list(words("Café-Île, X2!")) == [("cafe", 0, 4), ("ile", 5, 8), ("x2", 10, 12)]


def test_combining_marks_belong_to_their_word():
    assert list(words("cafe\u0301s")) == [("cafes", 0, 6)]


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("tariff", Phrase(("tariff",))),
        ("tariff*", Phrase(("tariff",), prefix=True)),
        ('"trade war"', Phrase(("trade", "war"))),
        ("“trade war”*", Phrase(("trade", "war"), prefix=True)),
        ("open-weight", Phrase(("open", "weight"))),
        ("a b", And((Phrase(("a",)), Phrase(("b",))))),
        ("a AND b", And((Phrase(("a",)), Phrase(("b",))))),
        ("a NOT b", And((Phrase(("a",)),), (Phrase(("b",)),))),
        ("NOT b a", And((Phrase(("a",)),), (Phrase(("b",)),))),
        ("a OR b c", Or((Phrase(("a",)), And((Phrase(("b",)), Phrase(("c",))))))),
        ("title:a", Field("title", Phrase(("a",)))),
        ("TEXT:(a OR b)", Field("text", Or((Phrase(("a",)), Phrase(("b",)))))),
        ("a NEAR/3 b", Near((Phrase(("a",)),), (Phrase(("b",)),), 3)),
        ("(a OR b) NEAR/3 c", Near((Phrase(("a",)), Phrase(("b",))), (Phrase(("c",)),), 3)),
        ("=Gap", Phrase(("gap",), cased=("Gap",))),
        ('="Open Source"*', Phrase(("open", "source"), prefix=True, cased=("Open", "Source"))),
        ("outlet:fin*", Fact("outlet", ("fin",), prefix=True)),
        ("company:(gap OR levi)", Or((Fact("company", ("gap",)), Fact("company", ("levi",))))),
        ("and or not near", And(tuple(Phrase((w,)) for w in ("and", "or", "not", "near")))),
    ],
)
def test_parse(text, root):
    assert parse_query(text).root == root


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("NOT a", 0, "NOT needs"),
        ('cars "and boats', 5, "never closed"),
        ("(a OR b", 0, "never closed"),
        ("a)", 1, "never opened"),
        ("a ()", 2, "nothing stands"),
        ("a AND", 4, "at the end"),
        ("OR a", 0, "before OR"),
        ("a OR OR b", 5, "before OR"),
        ("a NEAR b", 2, "NEAR needs a distance"),
        ("a NEAR/500 b", 2, "0 to 100"),
        ("a NEAR/2 b NEAR/2 c", 11, "joins two"),
        ("a NEAR/2 (b AND c)", 9, "NEAR takes"),
        ("colour:red", 0, "not a field"),
        ("a company:(b AND c)", 10, "takes a name"),
        ("outlet:=Reuters", 7, "takes a name"),
        ("title:(outlet:a)", 7, "inside another"),
        ("a NEAR/2 lang:en", 9, "NEAR takes"),
        ("title:(a text:b)", 9, "inside another"),
        ("pre*fix", 3, "only end"),
        ("& a", 0, "no letter"),
        ("(" * 60 + "a" + ")" * 60, 40, "too many"),
    ],
)
def test_error_points_at_the_character(text, position, part):
    with pytest.raises(QueryError, match=part) as caught:
        parse_query(text)
    assert caught.value.position == position


def test_a_very_long_query_is_refused_without_quoting_it_whole():
    with pytest.raises(QueryError) as caught:
        parse_query("a " * 10_000)
    assert len(str(caught.value)) < 200


def test_an_error_in_a_long_query_quotes_what_stands_around_it():
    with pytest.raises(QueryError) as caught:
        parse_query("before " * 40 + "AND\nOR " + "after " * 40)
    assert str(caught.value).endswith(
        "(character 285: …e before before AND →OR after after after…)"
    )
    assert len(str(caught.value)) < 100


def test_matching_ignores_case_and_accents():
    assert found("citroen", text="CITROËN said") == ["CITROËN"]


def test_all_words_are_needed_but_in_any_field():
    assert found("car sales", title="Car makers", text="Sales fell") == ["Car", "Sales"]
    assert found("car sales", title="Car makers") is None


def test_not_takes_away():
    assert found("gap NOT wage", text="the gap widened") == ["gap"]
    assert found("gap NOT wage", text="the wage gap") is None


def test_near_counts_the_words_between_in_either_order():
    text = "They cut about nine hundred jobs."
    assert found("cut NEAR/3 job*", text=text) == ["cut about nine hundred jobs"]
    assert found("job* NEAR/3 cut", text=text) == ["cut about nine hundred jobs"]
    assert found("cut NEAR/2 job*", text=text) is None


def test_near_does_not_reach_from_title_to_text():
    assert found("cut NEAR/9 jobs", title="A cut", text="jobs go") is None


def test_field_restricts():
    assert found("title:tariff*", title="No news", text="tariffs") is None
    assert found("title:tariff*", title="Tariffs rise", text="") == ["Tariffs"]


def test_prefix_ends_a_phrase():
    assert found('"trade war"*', text="two trade wars") == ["trade wars"]


def test_evidence_names_the_part_of_the_query_and_is_bounded():
    evidence = Matcher(parse_query('"job cut"* OR x')).match(
        Document(title="", text="job cuts " * 50)
    )
    assert evidence is not None
    assert len(evidence) == MAX_EVIDENCE
    assert evidence[0].rule == '"job cut"*'
    assert (evidence[0].field, evidence[0].start, evidence[0].end) == ("text", 0, 8)


def test_evidence_of_one_place_is_in_the_order_of_its_rules():
    # Not in that of a set, which is another in each process, and so in each report.
    rules = ['"a b"', '"a b"*', "a NEAR/1 b", "a NEAR/2 b", "a NEAR/3 b", "a NEAR/4 b"]
    evidence = Matcher(parse_query(" OR ".join(reversed(rules)))).match(
        Document(title="", text="a b")
    )
    assert [e.rule for e in evidence or ()] == sorted(rules)


def test_fts5_quotes_every_word():
    query = parse_query('title:(a OR "b c"*) NEAR* NOT (d NEAR/2 e)')
    assert to_fts5(query) == ('(((title : (("a" OR "b c" *))) AND "near" *) NOT NEAR("d" "e", 2))')


def test_a_topic_cannot_ask_for_topics():
    with pytest.raises(QueryError, match="topic: is not a field") as caught:
        parse_query("a topic:b", topics=False)
    assert caught.value.position == 2


@pytest.mark.parametrize(
    ("query", "text", "finds"),
    [
        ("=Gap", "the wage gap", None),
        ("=Gap", "a gap at Gap", ["Gap"]),
        ("=US NEAR/2 tariff*", "tell us of tariffs", None),
        ("=US NEAR/2 tariff*", "of US tariffs", ["US tariffs"]),
        ('="Open S"*', "Open Source, open source, Open source", ["Open Source"]),
    ],
)
def test_case_counts_where_it_is_asked_for(query, text, finds):
    assert found(query, text=text) == finds

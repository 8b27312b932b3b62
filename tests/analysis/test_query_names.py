"""Names in a query that nothing has."""

from __future__ import annotations

import pytest

from monitor.analysis.query import parse_query
from monitor.analysis.query_names import unknown_names

KNOWN = {
    "company": ("Norvane", "Levi Strauss"),
    "topic": ("Labour",),
    "outlet": ("Harbour Ledger", "ABC News"),
}


def wrong(query: str, others: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    found = unknown_names(parse_query(query), KNOWN, others=others)
    return [(str(e).partition(" (character")[0], e.position) for e in found]


@pytest.mark.parametrize(
    "query",
    [
        "tariff*", "company:norvane", 'company:"LEVI  strauss"', "company:(norvane OR levi*)",
        'topic:labour NOT outlet:"harbour ledger"', "outlet:harb*", "lang:de", "lang:(DE OR fr)",
        'title:"company nowhere"',
    ],
)  # fmt: skip
def test_names_that_are_known_are_right(query: str) -> None:
    assert wrong(query) == []


@pytest.mark.parametrize(
    ("query", "said", "position"),
    [
        ("company:Norvana", "there is no company 'norvana'; did you mean 'Norvane'?", 8),
        ("plant AND company:(norvane OR lewi*)", "there is no company 'lewi'", 30),
        ("a NOT topic:Labor", "there is no topic 'labor'; did you mean 'Labour'?", 12),
        ('outlet:"Harbor Ledger"', "there is no outlet 'harbor ledger'; did you mean 'Harbour Ledg",
         7),
        ("lang:German", "there is no language 'german'; did you mean 'de'?", 5),
        ("lang:gr", "there is no language 'gr'", 5),
    ],
)  # fmt: skip
def test_a_name_that_nothing_has_is_told_at_its_character(
    query: str, said: str, position: int
) -> None:
    [(message, at)] = wrong(query)
    assert message.startswith(said)
    assert at == position


def test_where_others_may_come_only_what_is_nearly_a_name_is_wrong() -> None:
    assert wrong("outlet:nowhere OR outlet:“NBC News”", ("outlet",)) == []
    assert len(wrong('outlet:"Harbour Leger"', ("outlet",))) == 1


def test_a_field_without_any_name_is_not_looked_at() -> None:
    assert list(unknown_names(parse_query("company:norvana"), {})) == []

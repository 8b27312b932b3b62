"""Credit lines and dates decide who wrote a text; where neither tells, nobody is named."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from monitor.analysis.roles import assign_roles
from monitor.models import DateConfidence, GroupItem, Role
from tests.analysis.test_copies import prose

TEXT = prose(11)


def item(
    id_: int,
    outlet: str,
    *,
    credit: str | None = None,
    hour: int | None = None,
    confidence: DateConfidence = DateConfidence.HIGH,
    text: str = TEXT,
    url: str | None = None,
) -> GroupItem:
    when = None if hour is None else datetime(2025, 3, 4, hour, tzinfo=UTC)
    known = DateConfidence.NONE if hour is None else confidence
    return GroupItem(id_, "A title", text, when, known, outlet, url, credit)


def roles(*members: GroupItem) -> list[tuple[Role, int | str | None]]:
    decided = assign_roles(members)
    return [(decided[m.id].role, decided[m.id].source) for m in members]


@pytest.mark.parametrize(
    ("outlet", "url", "credit"),
    [
        ("Alder Post", None, "This story was originally featured on AlderPost.com"),
        ("Alder Post", None, "This article first appeared in the Alder Post."),
        ("The Alder Post", None, "Republished with permission from Alder Post"),
        ("Post", "https://www.alder.example/a", "canonical link to https://alder.example/a"),
        ("Reuters", None, "(Reuters)"),
        ("Associated Press", None, "(AP)"),
        ("AP News", None, "The Associated Press"),
    ],
)
def test_a_credit_line_makes_the_named_copy_the_original(
    outlet: str, url: str | None, credit: str
) -> None:
    url = url or ("https://alderpost.com/x" if "Alder" in outlet else None)
    reprint, original = item(1, "Valley Sun", credit=credit, hour=3), item(2, outlet, url=url)
    assert roles(reprint, original) == [(Role.REPRINT, 2), (Role.ORIGINAL, None)]
    evidence = assign_roles([reprint, original])
    assert evidence[1].evidence[0].text == credit
    assert credit in evidence[2].evidence[0].text


def test_a_credit_to_an_outlet_that_is_not_here_is_still_a_reprint() -> None:
    credit = "This story was originally featured on alderpost.com"
    assert roles(item(1, "Valley Sun", credit=credit)) == [(Role.REPRINT, None)]
    assert roles(item(1, "Valley Sun", credit=credit), item(2, "Dale Echo", hour=1)) == [
        (Role.REPRINT, None),
        (Role.UNKNOWN, None),
    ]


def test_an_article_alone_is_independent_even_if_it_credits_itself() -> None:
    assert roles(item(1, "Alder Post")) == [(Role.INDEPENDENT, None)]
    own = "This article first appeared in the Alder Post"
    assert roles(item(1, "Alder Post", credit=own)) == [(Role.INDEPENDENT, None)]


@pytest.mark.parametrize(
    "text",
    [
        f"OSLO, March 4 (Reuters) - {TEXT}",
        f"{TEXT}\n\nThis story was originally published by Alder Post.",
        f"{TEXT}\n\n-- Reuters",
    ],
)
def test_a_credit_inside_the_text_is_read(text: str) -> None:
    assert roles(item(1, "Valley Sun", text=text)) == [(Role.REPRINT, None)]


def test_without_credits_the_earliest_is_the_original() -> None:
    assert roles(item(1, "Valley Sun", hour=9), item(2, "Dale Echo", hour=7)) == [
        (Role.REPRINT, 2),
        (Role.ORIGINAL, None),
    ]


@pytest.mark.parametrize(
    "other",
    [
        item(2, "Dale Echo"),
        item(2, "Dale Echo", hour=7, confidence=DateConfidence.LOW),
        item(2, "Dale Echo", hour=9),
        item(2, "Dale Echo", hour=0, confidence=DateConfidence.DAY),
    ],
    ids=["no date", "guessed date", "same time", "same day only"],
)
def test_dates_that_do_not_tell_leave_the_role_unknown(other: GroupItem) -> None:
    assert roles(item(1, "Valley Sun", hour=9), other) == [(Role.UNKNOWN, None)] * 2


def test_a_text_mostly_of_its_own_is_a_rewrite() -> None:
    longer = f"{prose(12, 400)}\n\n{TEXT}"
    assert roles(item(1, "Alder Post", hour=1), item(2, "Valley Sun", hour=5, text=longer)) == [
        (Role.ORIGINAL, None),
        (Role.REWRITE, 1),
    ]


@pytest.mark.parametrize("hostile", ["via " * 50_000, "\n " * 100_000, "(" * 100_000])
def test_hostile_credits_and_texts_are_read_in_time(hostile: str) -> None:
    start = time.process_time()
    decided = assign_roles([item(1, "Valley Sun", credit=hostile), item(2, "Echo", text=hostile)])
    assert set(decided) == {1, 2}
    assert time.process_time() - start < 1.0

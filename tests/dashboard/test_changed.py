"""What changed in short: figures and names, and nothing that only looks like them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.alignment import align, differences
from monitor.analysis.moves import passages
from monitor.dashboard.changed import changes


def changed(left: str, right: str) -> list[tuple[str, str, str]]:
    alignment = align(left, right)
    return [
        (c.left, c.right, c.after) for c in changes(passages(alignment), differences(alignment))
    ]


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ("About 400 people work there.", "About 450 people work there.",
         [("400", "450", "people work there")]),
        ("It paid $1.2 billion.", "It paid €1.2 billion.", [("$1.2", "€1.2", "billion")]),
        ("A plant of Ann Lee shuts.", "A plant of Bo Ray shuts.", [("Ann Lee", "Bo Ray", "")]),
        ("They met on Tuesday in Aldmoor.", "They met on Friday in Aldmoor.",
         [("Tuesday", "Friday", "")]),
        ("On Friday, March 7, it shut.", "On Friday it shut.", [("Friday, March 7", "Friday", "")]),
        ("The union asked Norvane for talks.", "The union asked for talks.", [("Norvane", "", "")]),
        # Figures come first, whatever stands first in the text.
        ("Mr Lee has 4 plants.", "Mr Ray has 5 plants.",
         [("4", "5", "plants"), ("Lee", "Ray", "")]),
    ],
)  # fmt: skip
def test_figures_and_names_that_differ(
    left: str, right: str, found: list[tuple[str, str, str]]
) -> None:
    assert changed(left, right) == found


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("It has 1,000 plants.", "It has 1000 plants."),
        ("It rose 4 percent.", "It rose 4% on the day."),
        ("Yesterday it closed.", "Today it closed."),
        ("It closed. Nobody was told.", "It closed. Few were told."),
        ("They say “Nothing” here.", "They say “Never” here."),
        ("That was Lee's plant.", "That was Lee’s plant."),
        ("It will close soon.", "It will shut soon."),
        ("The changeover of the Model Y cost weeks.", "The Model Y changeover cost weeks."),
    ],
)
def test_what_is_neither_is_left_out(left: str, right: str) -> None:
    assert changed(left, right) == []


def test_a_long_passage_that_was_added_is_left_out() -> None:
    text = "It closes in June."
    added = (
        f"{text}\n\nAnn Lee, who leads Norvane, has run 14 plants since 1998 and knows them all."
    )
    assert changed(text, added) == []


def test_the_same_change_is_said_once_and_there_is_an_end_to_it() -> None:
    left = " ".join(f"It has {i} plants. Mr Lee said so." for i in range(20))
    right = " ".join(f"It has {i + 100} plants. Mr Ray said so." for i in range(20))
    found = changed(left, right)
    assert len(found) == 8
    assert len(set(found)) == 8


words = st.lists(
    st.sampled_from(["Ann", "Lee", "4", "$5", "the", "closed.", "“No”", "-", "…", "İx"]),
    max_size=12,
).map(" ".join)


@given(words, words)
def test_every_change_points_at_its_difference(left: str, right: str) -> None:
    alignment = align(left, right)
    found = differences(alignment)
    for change in changes(passages(alignment), found):
        place = found[change.place]
        assert change.left or change.right
        for said, text in ((change.left, place.left), (change.right, place.right)):
            assert all(word in text for part in said.split(", ") for word in part.split())


def test_a_long_text_with_many_edits_takes_no_longer_than_its_length_asks() -> None:
    """Each place once read the whole of both texts: minutes for one long paragraph."""

    def seconds(words: int) -> float:
        left = " ".join(f"w{n} paid {n}" if n % 9 else f"w{n} Bo" for n in range(words))
        right = " ".join(f"w{n} owed {n}" if n % 9 else f"w{n} Al" for n in range(words))
        alignment = align(left, right)
        parts, found = passages(alignment), differences(alignment)
        assert len(found) == words
        start = time.process_time()
        assert len(changes(parts, found)) == 1
        return time.process_time() - start

    seconds(100)
    assert seconds(4_000) < 30 * seconds(500)  # 8 times where it is linear, 64 where it is not

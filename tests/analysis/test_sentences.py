"""The sentence around a match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.sentences import sentence_at


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("It rained. Acme sold boots. Nobody cared.", "Acme", "Acme sold boots."),
        ("It rained.\n\nAcme sold boots", "Acme", "Acme sold boots"),
        ("The U.S. unit of Acme grew 3.5 percent. Fine.", "Acme",
         "The U.S. unit of Acme grew 3.5 percent."),
        ("Mr. Lind left Acme. “We will manage,” he said.", "Acme", "Mr. Lind left Acme."),
        ("“It works.” Acme agreed! Others did not.", "Acme", "Acme agreed!"),
        ("雨だった。Acmeは長靴を売った。終わり。", "Acme", "Acmeは長靴を売った。"),
        ("Acme", "Acme", "Acme"),
    ],
)  # fmt: skip
def test_sentence(text: str, word: str, expected: str):
    at = text.index(word)
    assert sentence_at(text, at, at + len(word)) == expected


@given(st.text(), st.integers(-5, 500), st.integers(-5, 500))
def test_it_is_part_of_the_text_and_holds_the_match(text: str, start: int, end: int):
    sentence = sentence_at(text, start, end)
    assert sentence in " ".join(text.split())
    if 0 <= start < end <= len(text):
        assert " ".join(text[start:end].split()) in sentence

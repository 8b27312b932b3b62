"""Quotes are found with who says them, and found again wherever they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.glance import Fate
from monitor.analysis.quotes import Quote, quotes, repeated

TEXT = (
    "Norvane will close its plant. “We looked at every other way,” said Ana Lindt, who leads it. "
    "“There was none left to try. It hurts.”\n\n"
    'The union was angry. Jo van Hal, its head, said: "Nobody asked us before the letter came." '
    "She called it a “bad joke”.\n\n"
    "“We will not give up this harbour,” he added.\n\n"
    "“The town keeps its promise of help,” the mayor, Eva Sand, said on Friday."
)


def test_sentences_in_quotation_marks_and_who_is_named_beside_them() -> None:
    assert quotes(TEXT) == [
        Quote("We looked at every other way", "Ana Lindt"),
        Quote("There was none left to try.", "Ana Lindt"),
        Quote("Nobody asked us before the letter came.", "Jo van Hal"),
        Quote("We will not give up this harbour", ""),
        Quote("The town keeps its promise of help", ""),
    ]


@pytest.mark.parametrize(
    ("text", "quote", "speaker"),
    [
        ("„Das war ein sehr guter Tag“, Lindt said.", "Das war ein sehr guter Tag", "Lindt"),
        ("« C'est une très bonne chose »", "C'est une très bonne chose", ""),
        ("‘It’s Levi’s worst year ever,’ Bo Li said.", "It’s Levi’s worst year ever", "Bo Li"),
        ("“It runs over two lines\nand on", "It runs over two lines", ""),
        ("“It cannot stay like this.” Trump. He said no.", "It cannot stay like this.", ""),
        ("“It cannot stay like this,” according to Bo Li.", "It cannot stay like this", "Bo Li"),
    ],
)
def test_marks_of_other_languages_and_how_speech_is_told(
    text: str, quote: str, speaker: str
) -> None:
    assert quotes(text) == [Quote(quote, speaker)]


def test_apostrophes_and_words_in_marks_are_no_quotes() -> None:
    assert quotes("The 'deal' isn't the firm's. ‘Tis Levi’s way, and the “new normal”.") == []


def test_what_became_of_each_quote() -> None:
    said = [
        Quote("We looked at every other U.S. way there is", ""),
        Quote("There was no other way left to try for us all", ""),
        Quote("Nobody asked us before the letter came", ""),
    ]
    texts = {
        1: 'He said they "looked at it": We looked, at every other US way there is.',
        2: "“There was no way left to try for us,” she said. Nobody came. Letters were asked for.",
        3: "",
    }
    found = repeated(said, texts)
    assert [[r.fate for r in found[i]] for i in texts] == [
        [Fate.KEPT, Fate.CUT, Fate.CUT], [Fate.CUT, Fate.CHANGED, Fate.CUT], [Fate.CUT] * 3,
    ]  # fmt: skip
    changed = found[2][1]
    assert changed.text == "There was no way left to try for us,"
    assert changed.kept == pytest.approx(9 / 11)


def test_a_part_of_a_sentence_that_is_quoted_is_changed() -> None:
    said = [Quote("We will not give up this harbour, and we will fight for every job there is", "")]
    [found] = repeated(said, {1: "They would “fight for every job there is”, they said."})[1]
    assert found.fate is Fate.CHANGED
    assert found.kept < 0.5


@given(st.text(alphabet="ab .,“”\"'‘’«»„\nSsaid", max_size=200))
def test_every_quote_of_a_text_is_kept_in_it(text: str) -> None:
    said = quotes(text)
    assert all(r.fate is Fate.KEPT for r in repeated(said, {1: text})[1])

"""Copies are found however they were cut or wrapped; what only sounds alike is none."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.copies import bands, is_copy, overlap
from monitor.ingest.extract import extract_page

WORDS = [
    f"{a}{b}{c}"
    for a in ("bar", "lin", "mo", "ste")
    for b in "aeiou"
    for c in ("dor", "rik", "ven")
]


def prose(seed: int, length: int = 300) -> str:
    """An invented text of its own vocabulary's order."""
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(length)) + "."


def edited(text: str, share: float, seed: int = 0) -> str:
    chance = random.Random(seed)
    return " ".join("otherwise" if chance.random() < share else w for w in text.split())


@pytest.mark.parametrize(
    "copy",
    [
        prose(1),
        prose(1).upper(),
        " ".join(prose(1).split()[:90]),
        edited(prose(1), 0.1),
        f"{prose(2, 400)}\n\n{prose(1)}\n\n{prose(3, 400)}",
        f"{prose(1)}\n\n{prose(4)}",
    ],
    ids=["same", "capitals", "first third", "one word in ten edited", "wrapped", "merged"],
)
def test_copies_share_a_key_and_are_copies(copy: str) -> None:
    assert set(bands(prose(1))) & set(bands(copy))
    assert is_copy(overlap(prose(1), copy))


def test_overlap_says_which_text_is_in_which() -> None:
    whole, part = prose(5), " ".join(prose(5).split()[:100])
    found = overlap(whole, part)
    assert found.b_in_a == 1.0
    assert 0.2 < found.a_in_b < 0.4
    assert overlap(part, whole).a_in_b == found.b_in_a


def test_two_reports_that_quote_one_speech_are_not_copies() -> None:
    speech = "“" + prose(6, 120).capitalize() + "”"
    assert not is_copy(overlap(f"{prose(7, 120)} {speech}", f"{prose(8, 120)} {speech}"))


def test_two_transcripts_of_one_speech_are_copies() -> None:
    speech = "“" + prose(6, 200) + "”"
    assert is_copy(overlap(f"In full: {speech}", f"The speech: {speech}"))


def test_one_template_around_other_figures_is_no_copy() -> None:
    form = (
        "Shares of {0} closed at {1} on {2} in light trading on the exchange, the company's "
        "filings show. Analysts who follow {0} have a price target of {3} for the shares over "
        "the coming year and hold to their view that the stock is fairly valued at present."
    )
    a = form.format("Ostrava Mills", "14.20", "Tuesday", "17.10")
    b = form.format("Penfold", "220.75", "Friday", "191")
    assert overlap(a, b).containment > 0.4
    assert not is_copy(overlap(a, b))


def test_a_headline_alone_proves_nothing() -> None:
    headline = "Ferry line stops its night boats after a winter of losses"
    assert bands(headline) == ()
    assert not is_copy(overlap(headline, headline))


@given(st.text(max_size=300), st.text(max_size=300))
def test_overlap_is_a_share_and_mirrors(a: str, b: str) -> None:
    ab, ba = overlap(a, b), overlap(b, a)
    assert (ab.a_in_b, ab.b_in_a, ab.jaccard) == (ba.b_in_a, ba.a_in_b, ba.jaccard)
    assert 0.0 <= ab.jaccard <= min(ab.a_in_b, ab.b_in_a) <= 1.0


@given(st.integers(0, 50), st.integers(30, 900))
def test_keys_are_few_sorted_and_fit_a_bigint(seed: int, length: int) -> None:
    keys = bands(prose(seed, length))
    assert 0 < len(keys) <= 48
    assert list(keys) == sorted(set(keys))
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_keys_are_the_same_in_another_process() -> None:
    code = "import sys; from monitor.analysis.copies import bands; print(bands(sys.argv[1]))"
    other = subprocess.run(
        [sys.executable, "-c", code, prose(9)], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == str(bands(prose(9)))


@pytest.mark.corpora
def test_the_seed_bodies_are_copies(corpora: Path) -> None:
    seeds = {p.name[:3]: extract_page(p.read_bytes()) for p in (corpora / "seeds").glob("*.txt")}
    found = overlap(seeds["000"][0].text, seeds["001"][0].text)
    assert round(found.jaccard, 1) == 0.9
    assert abs(found.jaccard - 0.85) < 0.01
    assert is_copy(found)

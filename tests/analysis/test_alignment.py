"""Aligning gives both texts back, sees edits where they are, and does not mind the order."""

from __future__ import annotations

import difflib
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.analysis.alignment import Alignment, Kind, align, differences
from monitor.analysis.words import is_unspaced, paragraphs, spelled, words_at, words_of
from monitor.ingest.extract import extract_page

_WORDS = st.sampled_from(
    ["the", "mill", "Mill", "mill,", "co-founded", "closed", "in", "1.5", "–", "工場", "が。"]
)
_GAPS = st.sampled_from([" ", "  ", "\u00a0", "\n", "\n\n", "\n \n", "\t"])
texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.tuples(_WORDS, _GAPS), max_size=40).map(lambda p: "".join(w + g for w, g in p)),
)

LEFT = """The ferry line said on Monday that it would stop its night boats from June.

Passengers had been leaving the service for years, according to the harbour board.

“We tried everything,” he told reporters."""


def _sides(alignment: Alignment) -> tuple[str, str]:
    segments = [s for row in alignment.rows for s in row.segments]
    return "".join(s.left for s in segments), "".join(s.right for s in segments)


@given(texts, texts)
def test_segments_and_rows_give_both_texts_back_exactly(left: str, right: str) -> None:
    alignment = align(left, right)
    assert _sides(alignment) == (left, right)
    assert "".join(row.left or "" for row in alignment.rows) == left
    assert "".join(row.right or "" for row in alignment.rows) == right


@given(texts, texts)
def test_exchanged_sides_give_the_mirror(left: str, right: str) -> None:
    assert align(right, left) == align(left, right).mirrored


@given(texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    alignment = align(text, text)
    assert differences(alignment) == []
    assert alignment.words_kept == len(words_of(text))


@given(texts, texts)
@example("", " ")
def test_kept_words_are_the_same_words(left: str, right: str) -> None:
    for row in align(left, right).rows:
        for s in row.segments:
            assert (words_of(s.left) == words_of(s.right)) == (s.kind is Kind.KEPT)


@settings(max_examples=60)
@given(st.lists(_WORDS, max_size=30), st.lists(_WORDS, max_size=30))
def test_a_paragraph_keeps_no_fewer_words_than_difflib(a: list[str], b: list[str]) -> None:
    left, right = "same start here " + " ".join(a), "same start here " + " ".join(b)
    alignment = align(left, right)
    if len(alignment.rows) == 1:
        matcher = difflib.SequenceMatcher(None, left.split(), right.split(), autojunk=False)
        assert alignment.words_kept >= sum(m.size for m in matcher.get_matching_blocks())


@given(texts)
def test_paragraphs_and_words_lose_nothing(text: str) -> None:
    assert "".join(paragraphs(text)) == text
    words, starts = words_at(text)
    pieces = [text[a:b] for a, b in pairwise(starts)]
    assert words == words_of(text) == [piece.strip() for piece in pieces]
    assert is_unspaced(text) or words == text.split()
    assert "".join(pieces) == (text if words else "")


def test_edits_are_found_where_they_are() -> None:
    right = LEFT.replace("he told", "Brandt told").replace("night boats", "night-boats")
    found = differences(align(LEFT, right))
    assert [(d.left, d.right, d.typographic, d.row) for d in found] == [
        ("night boats", "night-boats", True, 0),
        ("he", "Brandt", False, 2),
    ]


def test_a_paragraph_that_was_cut_faces_nothing() -> None:
    first, middle, last = paragraphs(LEFT)
    alignment = align(LEFT, first + last)
    assert [(r.left, r.right) for r in alignment.rows] == [
        (first, first),
        (middle, None),
        (last, last),
    ]
    assert alignment.rows[1].segments[0].kind is Kind.CUT
    assert alignment.kept_right == 1.0
    assert alignment.kept_left < 1.0


def test_an_added_paragraph_faces_nothing() -> None:
    alignment = align(LEFT, "Ticket holders may ask for refunds at any kiosk.\n\n" + LEFT)
    assert alignment.rows[0].left is None
    assert [d.kind for d in differences(alignment)] == [Kind.ADDED]


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_split_or_merged_paragraph_is_no_difference(mirrored: bool) -> None:
    one = (
        "The board met twice over harbour dues this spring. Its chair wanted lower dues for "
        "fishing boats. Owners of large yachts refused to pay anything more.\n\nNobody voted."
    )
    split = one.replace(". Its", ".\n\nIts").replace(". Owners", ".\n\nOwners")
    alignment = align(split, one) if mirrored else align(one, split)
    assert len(alignment.rows) == 2
    assert differences(alignment) == []


VERBS, SHIPS = ("kept", "held", "took", "lost"), ("brig", "sloop", "ketch", "yawl", "cog", "punt")
SENTENCES = [
    f"Berth {n} at quay {n * 7} {VERBS[n % 4]} the {SHIPS[n % 6]} of owner {n + 60} until noon."
    for n in range(24)
]


def _cut(*sizes: int) -> str:
    rest = iter(SENTENCES)
    return "\n\n".join(" ".join(next(rest) for _ in range(size)) for size in sizes)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (_cut(24), _cut(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3)),  # as feeds give it: no paragraphs
        (_cut(*[1] * 24), _cut(8, 8, 8)),
        (_cut(3, 3, 3, 3, 3, 3, 3, 3), _cut(2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2)),
    ],
)
def test_paragraphs_cut_anew_lose_nothing(left: str, right: str) -> None:
    for alignment in (align(left, right), align(right, left)):
        assert alignment.kept_left == alignment.kept_right == 1.0
        assert differences(alignment) == []


def test_paragraphs_cut_anew_still_show_what_was_edited_and_added() -> None:
    own = "A chandler next door said that nobody had asked him about any of it."
    right = _cut(*[2] * 12).replace("brig", "bark") + "\n\n" + own
    alignment = align(_cut(24), right)
    found = differences(alignment)
    assert [(d.left, d.right) for d in found[:-1]] == [("brig", "bark")] * 4
    assert (found[-1].kind, found[-1].right) == (Kind.ADDED, own)
    assert align(right, _cut(24)) == alignment.mirrored


def test_chinese_and_japanese_are_compared_character_by_character() -> None:
    left = "特斯拉周二表示,第一季度净利润下降71%。\n\n会社は四月に生産を減らすと発表した。"
    alignment = align(left, left.replace("周二", "周三").replace("四月", "五月"))
    assert [(d.left, d.right) for d in differences(alignment)] == [("二", "三"), ("四", "五")]
    assert len(alignment.rows) == 2
    assert alignment.kept_left > 0.9
    other = align(left, "法院裁定该公司必须支付罚款。\n\n市長は来年の予算案を議会に出した。")
    assert other.words_kept == 0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("co-founded", "cofounded"),
        ("open source", "open-source"),
        ("“Yes,”", '"Yes"'),
        ("users–meant", "users—meant"),
        ("US-led", "U.S.-led"),
        ("Chief Officer", "chief officer"),
        ("Citroën", "Citroen"),
        ("10,000", "10000"),
    ],
)
def test_typography_is_not_wording(a: str, b: str) -> None:
    assert spelled(a) == spelled(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("1.5", "15"),
        ("$5", "€5"),
        ("-5%", "5%"),
        ("5%", "5"),
        ("he", "Rao"),
        ("1,5", "15"),
        ("+2", "-2"),
    ],
)
def test_figures_and_words_are_wording(a: str, b: str) -> None:
    assert spelled(a) != spelled(b)


def test_two_long_texts_are_aligned_in_time() -> None:
    left = "\n\n".join(
        f"{' '.join(LEFT.split())} Berth {n} was empty on day {n * 7}." for n in range(125)
    )
    right = left.replace("night boats", "late boats").replace("harbour board", "port authority")
    assert len(left.split()) > 5000
    start = time.process_time()
    found = differences(align(left, right))
    assert len(found) == 250
    assert time.process_time() - start < 1.0


@pytest.mark.corpora
def test_the_seed_bodies_differ_in_62_places(corpora: Path) -> None:
    seeds = {p.name[:3]: extract_page(p.read_bytes()) for p in (corpora / "seeds").glob("*.txt")}
    left, right = seeds["000"][0].text, seeds["001"][0].text
    alignment = align(left, right)
    found = differences(alignment)
    assert len(found) == 62
    assert sum(d.typographic for d in found) == 44
    wording = {(d.left, d.right) for d in found if not d.typographic}
    assert {("he", "Rao"), ("a", "an open"), ("openly", ""), ("that", "whom")} <= wording
    matcher = difflib.SequenceMatcher(None, left.split(), right.split(), autojunk=False)
    assert alignment.words_kept >= sum(m.size for m in matcher.get_matching_blocks())

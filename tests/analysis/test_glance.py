"""What became of each paragraph, at each outlet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.glance import Cell, Fate, carried, glance
from monitor.analysis.words import paragraphs
from tests.analysis.test_moves import PARTS

TEXT = "".join(PARTS)
KEPT = Cell(Fate.KEPT, 1.0)


def fates(text: str) -> list[str]:
    return [cell.fate for cell in carried(TEXT, text).cells]


def test_the_same_text_keeps_every_paragraph() -> None:
    found = carried(TEXT, TEXT)
    assert found.cells == (KEPT,) * len(PARTS)
    assert found.kept == 1.0
    assert set(found.added) == {0}


def test_cut_changed_moved_and_added_are_told_apart() -> None:
    own = "Nobody at the town hall would say what that means for the market.\n\n"
    text = "".join(
        [PARTS[4], PARTS[0], PARTS[1].replace("years", "decades"), own, PARTS[3], PARTS[5]]
    )
    found = carried(TEXT, text)
    assert [c.fate for c in found.cells] == ["kept", "changed", "cut", "kept", "moved", "kept"]
    assert 0.8 < found.cells[1].kept < 1.0
    assert found.cells[2].kept == 0.0
    assert found.cells[4].kept == 1.0
    assert [n for n, words in enumerate(found.added) if words] == [2]
    assert found.added[2] == len(own.split())


def test_typography_is_no_change() -> None:
    assert fates(TEXT.replace("“", '"').replace("”", '"')) == ["kept"] * len(PARTS)


def test_a_word_put_in_is_a_change_of_its_paragraph() -> None:
    assert fates(TEXT.replace("any kiosk", "any open kiosk"))[2] == "changed"
    assert fates(TEXT.replace("He said so.", "He said so. Twice."))[5] == "changed"


def test_merged_paragraphs_are_still_told_apart() -> None:
    merged = TEXT.replace("June.\n\nPassengers", "June. Passengers").replace("years", "decades")
    assert fates(merged)[:3] == ["kept", "changed", "kept"]


def test_a_text_of_its_own_has_nothing_of_it() -> None:
    found = glance(TEXT, {7: "Rain is expected along the whole coast until Thursday."})[7]
    assert {cell.fate for cell in found.cells} == {Fate.CUT}
    assert found.kept == 0.0
    assert sum(found.added) == 9


_TEXTS = st.lists(st.sampled_from([*PARTS, "A new line.\n\n", " \n\n"]), max_size=8).map("".join)


@given(_TEXTS, _TEXTS)
def test_every_paragraph_has_a_cell_and_shares_are_shares(reference: str, text: str) -> None:
    found = carried(reference, text)
    assert len(found.cells) == len(paragraphs(reference)) == len(found.added) - 1
    assert all(0.0 <= cell.kept <= 1.0 for cell in found.cells)
    assert 0.0 <= found.kept <= 1.0
    assert sum(found.added) <= len(text.split())

"""Notes on the time axis: kept on the desk, for all; removed and brought back as they were."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.notes import KIND, LONGEST, add_note, notes, remove_note, restore_note


def test_notes_are_by_day_with_who_and_when(tmp_path: Path) -> None:
    desk = Desk(DataFolder(tmp_path))
    add_note(desk, date(2025, 3, 4), "  Launch \n of it ", by="ana")
    add_note(desk, date(2025, 3, 1), "x" * 200, by="ben")
    desk.close()
    again = Desk(DataFolder(tmp_path))
    first, second = notes(again)
    assert (first.day, first.text, first.by) == (date(2025, 3, 1), "x" * LONGEST, "ben")
    assert (second.text, second.by) == ("Launch of it", "ana")
    assert second.at == again.decisions(KIND)[0].at
    with pytest.raises(ValueError, match="words"):
        add_note(again, date(2025, 3, 4), " \n ", by="ana")


def test_a_removed_note_comes_back_as_its_authors_however_often(tmp_path: Path) -> None:
    desk = Desk(DataFolder(tmp_path))
    kept = add_note(desk, date(2025, 3, 4), "Launch", by="ana")
    [before] = notes(desk)
    for _ in range(2):
        remove_note(desk, kept, by="ben")
        assert notes(desk) == []
        kept = restore_note(desk, kept, by="cy")
        [note] = notes(desk)
        assert (note.id, note.day, note.text, note.by, note.at) == (
            kept, before.day, "Launch", "ana", before.at
        )  # fmt: skip
    assert [d.by for d in desk.decisions(KIND)] == ["ana", "ben", "cy", "ben", "cy"]
    with pytest.raises(ValueError, match="no note"):
        restore_note(desk, 99, by="ana")

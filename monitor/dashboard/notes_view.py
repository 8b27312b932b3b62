"""The team's notes on the time axis: those of the period, with who, when and an undo; a new one."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import streamlit as st

from monitor.dashboard import texts, texts_coverage
from monitor.dashboard.correcting import name_field
from monitor.dashboard.data import desk
from monitor.dashboard.roles import editor, may_edit
from monitor.store.notes import LONGEST, add_note, notes, remove_note, restore_note


def adding(default: date) -> None:
    """Behind a button: a day, what happened, and who says so; nothing for who may not."""
    if not may_edit():
        return
    with st.popover(
        texts_coverage.ADD_NOTE, icon=":material/flag:", type="tertiary", key="add_note"
    ):
        st.caption(texts_coverage.NOTE_HELP)
        st.date_input(
            texts_coverage.NOTE_DAY, default, key="note_day", format="YYYY-MM-DD",
            min_value=date(1990, 1, 1), max_value=date(2100, 1, 1),
        )  # fmt: skip
        st.text_input(
            texts_coverage.NOTE_TEXT, key="note_text", max_chars=LONGEST,
            placeholder=texts_coverage.NOTE_EXAMPLE,
        )  # fmt: skip
        name_field("note_by")
        st.button(texts_coverage.KEEP_NOTE, type="primary", key="keep_note", on_click=_add)


def listed(since: date, until: date, *, tz: ZoneInfo) -> None:
    """The notes from `since` to `until`, each with its removal, and what was just removed."""
    shown = [note for note in notes(desk()) if since <= note.day <= until]
    removed: int | None = st.session_state.get("note_removed")
    if not shown and removed is None:
        return
    with st.container(gap=None, key="notes"):
        for note in shown:
            with st.container(
                horizontal=True, wrap=False, vertical_alignment="center", key=f"note_{note.id}"
            ):
                st.text(texts_coverage.note_line(note, tz), width="stretch")
                if may_edit():
                    st.button(
                        texts_coverage.REMOVE_NOTE, type="tertiary", key=f"remove_note_{note.id}",
                        on_click=_remove, args=(note.id,), icon=":material/delete:",
                    )  # fmt: skip
        if removed is not None:
            with st.container(horizontal=True, vertical_alignment="center", key="note_gone"):
                st.text(texts_coverage.NOTE_REMOVED, width="stretch")
                st.button(
                    texts.UNDO, type="tertiary", key="restore_note", on_click=_restore,
                    args=(removed,), icon=":material/undo:",
                )  # fmt: skip


def _add() -> None:
    words, day = st.session_state["note_text"], st.session_state["note_day"]
    if not words.strip() or day is None:
        st.toast(texts_coverage.NOTE_EMPTY)
        return
    add_note(desk(), day, words, by=editor())
    st.session_state["note_text"] = ""
    st.toast(texts_coverage.NOTE_ADDED)


def _remove(note_id: int) -> None:
    remove_note(desk(), note_id, by=editor())
    st.session_state["note_removed"] = note_id


def _restore(note_id: int) -> None:
    restore_note(desk(), note_id, by=editor())
    st.session_state["note_removed"] = None
    st.toast(texts_coverage.NOTE_BACK)

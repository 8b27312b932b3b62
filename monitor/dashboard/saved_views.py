"""Saved views: the list to choose from, and saving the page as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from monitor.dashboard import texts_views as words
from monitor.dashboard.data import desk
from monitor.dashboard.roles import account, editor, is_known, may_edit, who
from monitor.errors import StoreError
from monitor.store.views import LONGEST_NAME, SavedView, remove_view, save_view, saved_views

_GO = "_go_to_page"  # where the next run begins
_PAGES = Path(__file__).parent / "pages"


def go() -> None:
    """Go on to the page of a view that was just chosen."""
    page = st.session_state.pop(_GO, None)
    if page and page.isidentifier() and (file := _PAGES / f"{page}.py").exists():
        st.switch_page(file)


def popover(page: str, keys: Sequence[str], *, rolling: Sequence[date] | None) -> None:
    """The saved views, and a form to save `page` with what the widgets of `keys` say now.

    Dates that are just the `rolling` default are not kept, so that the view shows the latest
    days whenever it is opened.
    """
    with st.popover(words.VIEWS, icon=":material/bookmark:", key="views"):
        found = saved_views(desk(), by=who())
        for view in found:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(
                    view.name, key=f"view_{view.id}", type="tertiary", on_click=_open,
                    args=(view, tuple(keys)), width="stretch", help=words.shown(view),
                    icon=":material/group:" if view.team else ":material/person:",
                )  # fmt: skip
                if may_edit() or not view.team:
                    st.button(
                        words.REMOVE, key=f"remove_view_{view.id}", type="tertiary",
                        icon=":material/delete:", on_click=_remove, args=(view,),
                    )  # fmt: skip
        if not found:
            st.caption(words.NONE)
        account()
        if not is_known():
            return
        name = st.text_input(words.NAME, key="view_name", max_chars=LONGEST_NAME)
        team = may_edit() and st.toggle(words.TEAM, True, key="view_team", help=words.TEAM_HELP)
        if st.button(words.SAVE, key="save_view"):
            try:
                save_view(
                    desk(), name=name, page=page, team=team, by=who(), values=_now(keys, rolling)
                )
            except StoreError as error:
                st.warning(str(error).capitalize())
            else:
                st.toast(words.SAVED)
                st.rerun()


def _now(keys: Sequence[str], rolling: Sequence[date] | None) -> dict[str, Any]:
    """What the widgets say, as JSON has it; without what is empty."""
    values: dict[str, Any] = {}
    for key in keys:
        value = st.session_state.get(key)
        if key == "dates":
            days = [day.isoformat() for day in value or ()]
            if rolling is None or days != [day.isoformat() for day in rolling]:
                values[key] = days
        elif value not in (None, [], ""):
            values[key] = value
    return values


def _open(view: SavedView, keys: Sequence[str]) -> None:
    for key in keys:
        st.session_state.pop(key, None)
    for key, value in _read(view.values).items():
        if key in keys:
            st.session_state[key] = value
    st.session_state[_GO] = view.page


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    read = dict(values)
    if days := read.get("dates"):
        read["dates"] = tuple(date.fromisoformat(day) for day in days)
    return read


def _remove(view: SavedView) -> None:
    remove_view(desk(), view, by=editor() if view.team else who())

"""Saved views: the list to choose from, and saving the page as it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from monitor.dashboard import texts_views as words
from monitor.dashboard.components import prose
from monitor.dashboard.data import desk
from monitor.dashboard.roles import account, editor, is_known, may_edit, who
from monitor.errors import StoreError
from monitor.languages import language_name
from monitor.store.views import LONGEST_NAME, SavedView, remove_view, save_view, saved_views

_FIRST = "today"  # the page whose address has no name


def popover(
    page: str, keys: Sequence[str], *, rolling: Sequence[date] | None, usual: Mapping[str, Any]
) -> None:
    """The saved views, and a form to save `page` with what the widgets of `keys` say now.

    Dates that are just the `rolling` default are not kept, so that the view shows the latest
    days whenever it is opened. What is as `usual` is left out of a view's address.
    """
    # A key for each page: the list closes where a view of another page was chosen.
    with st.popover(words.VIEWS, icon=":material/bookmark:", key=f"views_{page}"):
        found = saved_views(desk(), by=who())
        for view in found:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                with st.container(width="stretch"):
                    prose(key=f"view_{view.id}", more={
                        "to": address(view, usual), "text": view.name, "title": words.shown(view),
                        "alone": True,
                    })  # fmt: skip
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


def address(view: SavedView, usual: Mapping[str, Any]) -> str:
    """The page of a view with its filters, as the filter bar writes them into the address."""
    shown: dict[str, Callable[[Any], str]] = {"language": language_name}
    query = [
        (key, str(item).lower() if isinstance(item, bool) else shown.get(key, str)(item))
        for key, value in view.values.items() if value != usual.get(key)
        for item in (value if isinstance(value, list) else [value])
    ]  # fmt: skip
    page = "./" if view.page == _FIRST else view.page
    return f"{page}?{urlencode(query)}" if query else page


def _remove(view: SavedView) -> None:
    remove_view(desk(), view, by=editor() if view.team else who())

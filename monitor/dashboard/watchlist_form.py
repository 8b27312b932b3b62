"""One entry of the watchlist: its fields, what a change would do to history, and saving it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import streamlit as st
from pydantic import BaseModel
from streamlit.delta_generator import DeltaGenerator

from monitor.analysis.corrections import Kind
from monitor.config import Company, Config, parse_config
from monitor.dashboard import like_this, preview_view, texts, texts_watchlist
from monitor.dashboard.components import prose
from monitor.dashboard.data import ask, config, data_folder, desk, reader, watchlist_path
from monitor.dashboard.frame import FOLLOWING
from monitor.dashboard.roles import editor, may_edit, needs_editor
from monitor.errors import MonitorError
from monitor.store.corrections import held, rename, undo
from monitor.store.preview import Preview, preview
from monitor.store.queries import choices
from monitor.watchlist import KEYS, Section, digest, put, read, remove, save

# field → how it is entered: a line, several lines (one each), a paragraph, a whole number.
FIELDS: dict[str, dict[str, str]] = {
    "company": {"name": "line", "about": "text", "aliases": "lines", "brands": "lines",
                "products": "lines", "people": "lines", "tickers": "lines", "context": "lines",
                "exclude": "lines", "ambiguous": "lines"},
    "topic": {"name": "line", "query": "text", "medtop": "line"},
    "outlet": {"name": "line", "domain": "line", "aliases": "lines", "country": "line",
               "publisher": "line", "language": "line", "tier": "number", "founded": "line"},
    "feed": {"url": "line", "outlet": "line"},
}  # fmt: skip
_FIRST = {"company": 3}  # fields that are seen at once; the others sharpen what these say
_RULES = ("company", "topic")  # sections that decide tags, and so have a preview
JUST_SAVED = "just_saved"  # where the list is told section and name
BUDGET = 0.5  # seconds of a preview, until all is asked for
_PLACE = re.compile(r"^[^:\n]*?(?::\d+)?: (?:company|topic|feed|outlet)\[\d+\]\.?", re.MULTILINE)


def draw(kind: str, was: str | None) -> None:
    """The form of the entry called `was`, or of a new one."""
    section = cast(Section, kind if kind in FIELDS else "company")
    st.session_state.pop(JUST_SAVED, None)
    prose(key="entry_head", back={"to": f"watchlist?section={texts.SECTIONS[section]}",
                                  "text": texts.WATCHLIST},
          more=texts_watchlist.coverage_of(section, was) if was else None)  # fmt: skip
    asked = was if was and st.session_state.get("removing") == was else None
    removing = asked if may_edit() else None
    st.title(texts_watchlist.heading(section, was, removing=bool(removing)), anchor=False)
    entry = next((e for e in getattr(config(), section) if getattr(e, KEYS[section]) == was), None)
    if was and entry is None:
        st.warning(texts_watchlist.NO_SUCH_ENTRY, icon=":material/link_off:")
        return
    if removing:
        _removal(section, removing)
        return
    if not may_edit():
        needs_editor()
        return
    text = read(watchlist_path())
    values = _fields(section, entry, was)
    try:
        changed = put(text, section, values, was=was)
        after = parse_config(changed)
    except MonitorError as error:
        begun = bool(was) or any(values.values())
        wrong, missing = texts_watchlist.problems(_PLACE.sub("", str(error)).splitlines())
        if begun and wrong:
            st.warning(wrong, icon=":material/rule:")
        if missing or not begun:
            st.caption(missing if begun else texts_watchlist.TO_BEGIN[section])
        return
    if changed == text:
        with st.container(horizontal=True, vertical_alignment="center", key="form_end"):
            st.caption(texts_watchlist.NOTHING_CHANGED)
            if was:
                st.button(texts_watchlist.REMOVE, type="tertiary", key="remove",
                          icon=":material/delete:", on_click=_ask_removal, args=(was,))  # fmt: skip
        return
    with st.container(horizontal=True, vertical_alignment="center", key="form_end"):
        if section in _RULES:
            window = st.segmented_control(
                texts_watchlist.PREVIEW_OF, texts_watchlist.WINDOWS, required=True, key="window",
                default=texts_watchlist.WINDOWS[0], label_visibility="collapsed",
            )  # fmt: skip
        st.button(texts_watchlist.SAVE, type="primary", key="save", icon=":material/save:",
                  on_click=_save, args=(section, changed, digest(text)),
                  kwargs={"saved": str(values[KEYS[section]]),
                          "renamed": _renaming(section, was, values)})  # fmt: skip
    _problem()
    if section in _RULES:
        whole = window == texts_watchlist.WINDOWS[1]
        st.subheader(texts_watchlist.PREVIEW, anchor=False)
        preview_view.draw(lambda every: _preview(after, whole=whole, every=every))


def _fields(section: str, known: BaseModel | None, was: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    entry = known.model_dump() if known else {}
    hints = like_this.suggested(known) if isinstance(known, Company) else {}
    names = list(FIELDS[section])
    first, rarer = names[: _FIRST.get(section)], names[_FIRST.get(section, len(names)) :]
    columns = _columns(first, st.container())
    if rarer:
        if not was:
            st.caption(texts_watchlist.ENOUGH)
        used = any(entry.get(name) or hints.get(name) for name in rarer)
        columns |= _columns(rarer, st.expander(texts_watchlist.RARER, expanded=used))
    for name, how in FIELDS[section].items():
        label, help_text = texts_watchlist.FIELDS[name]
        value, key = entry.get(name), f"field_{section}_{was}_{name}"
        example = "" if was else texts_watchlist.EXAMPLES.get((section, name), "")
        with columns[name]:
            if how == "lines":
                listed = [*(value or ()), *hints.get(name, ())]
                given = st.text_area(label, "\n".join(dict.fromkeys(listed)), key=key, height=100,
                                     help=help_text, placeholder=example)  # fmt: skip
                values[name] = [line.strip() for line in given.splitlines() if line.strip()]
            elif how == "number":
                values[name] = st.number_input(label, 1, 4, value, key=key, help=help_text)
            elif how == "text":
                given = st.text_area(label, value or "", key=key, height=100, help=help_text,
                                     placeholder=example)  # fmt: skip
                values[name] = " ".join(given.split()) if name == "about" else given.strip()
            else:
                values[name] = st.text_input(label, value or "", key=key, help=help_text,
                                             placeholder=example).strip()  # fmt: skip
    return values


def _columns(names: Sequence[str], place: DeltaGenerator) -> dict[str, DeltaGenerator]:
    """Where in `place` each field goes: the first half on the left."""
    left, right = place.columns(2, gap="large")
    half = -(-len(names) // 2)
    return {name: left if number < half else right for number, name in enumerate(names)}


def _removal(section: Section, was: str) -> None:
    """What goes with the entry, and the two ways on."""
    st.text(texts_watchlist.REMOVING[section])
    text = read(watchlist_path())
    try:
        changed = remove(text, section, was)
    except MonitorError as error:  # a topic, an alert or a digest asks for it by name
        st.warning(texts.verbatim(str(error)), icon=":material/rule:")
        st.button(texts_watchlist.KEEP, key="keep", on_click=_ask_removal, args=(None,))
        return
    with st.container(horizontal=True, key="removal"):
        st.button(texts_watchlist.REMOVE_IT, type="primary", key="remove_it",
                  icon=":material/delete:", on_click=_save,
                  args=(section, changed, digest(text)))  # fmt: skip
        st.button(texts_watchlist.KEEP, key="keep", on_click=_ask_removal, args=(None,))
    _problem()
    if section in _RULES:
        after = parse_config(changed)
        preview_view.draw(lambda every: _preview(after, whole=True, every=every))


def _problem() -> None:
    if problem := st.session_state.pop("save_problem", None):
        st.error(problem)


def _ask_removal(was: str | None) -> None:
    st.session_state["removing"] = was


def _preview(after: Config, *, whole: bool, every: bool) -> Preview:
    last = ask(choices, tz=config().tz).last_day
    start = last - timedelta(days=89) if last and not whole else None
    since = datetime(start.year, start.month, start.day, tzinfo=config().tz) if start else None
    return preview(reader(), data_folder(), config(), after, held(desk()), since=since,
                   seconds=None if every else BUDGET)  # fmt: skip


def _renaming(section: Section, was: str | None, values: Mapping[str, Any]) -> tuple[str, str]:
    """The names before and after, where corrections that speak of one have to follow."""
    name = str(values.get("name", ""))
    return (was, name) if was and section in _RULES and name != was else ("", "")


def _save(
    section: Section, changed: str, seen: str, *, saved: str = "",
    renamed: tuple[str, str] = ("", ""),
) -> None:  # fmt: skip
    """Write `changed`; `saved` names the entry, where it was not removed."""
    by = editor()
    # Before the file: a correction of a name that is not watched waits until it is.
    decision = rename(desk(), cast(Kind, section), *renamed, by=by) if renamed[0] else None
    try:
        save(watchlist_path(), changed, seen=seen, history=data_folder().watchlist_history,
             now=datetime.now(UTC))  # fmt: skip
    except MonitorError as error:
        if decision is not None:
            undo(desk(), decision, by=by)
        st.session_state["save_problem"] = str(error)
        return
    st.session_state.pop("removing", None)
    for name in ("edit", "new", "kind", "like"):
        st.query_params.pop(name, None)
    st.session_state["section"] = texts.SECTIONS[section]  # the list that it stands in
    if section in _RULES:
        st.session_state[FOLLOWING] = True
    if saved:
        st.session_state[JUST_SAVED] = section, saved
    else:
        st.toast(texts_watchlist.REMOVED)

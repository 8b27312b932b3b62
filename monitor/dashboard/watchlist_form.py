"""One entry of the watchlist: its fields, what a change would do to history, and saving it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import streamlit as st

from monitor.analysis.corrections import phrases_around
from monitor.config import Config, parse_config
from monitor.dashboard import preview_view, texts
from monitor.dashboard.components import prose
from monitor.dashboard.data import ask, config, data_folder, desk, reader, tagger, watchlist_path
from monitor.errors import MonitorError
from monitor.store.corrections import held
from monitor.store.preview import Preview, preview
from monitor.store.queries import article, choices
from monitor.watchlist import KEYS, Section, digest, put, read, save

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
_RULES = ("company", "topic")  # sections that decide tags, and so have a preview
_BUDGET = 1.5  # seconds of a preview, until all is asked for
_PLACE = re.compile(r"^[^:\n]*?(?::\d+)?: (?:company|topic|feed|outlet)\[\d+\]\.?", re.MULTILINE)


def draw(kind: str, was: str | None) -> None:
    """The form of the entry called `was`, or of a new one."""
    section = cast(Section, kind if kind in FIELDS else "company")
    prose(key="entry_head", back={"to": f"watchlist?section={texts.SECTIONS[section]}",
                                  "text": texts.WATCHLIST})  # fmt: skip
    st.title(texts.verbatim(was) if was else texts.ADD[section], anchor=False)
    entry = next((e for e in getattr(config(), section) if getattr(e, KEYS[section]) == was), None)
    if was and entry is None:
        st.warning(texts.NO_SUCH_ENTRY, icon=":material/link_off:")
        return
    text = read(watchlist_path())
    values = _fields(section, entry.model_dump() if entry else {}, was)
    try:
        changed = put(text, section, values, was=was)
        after = parse_config(changed)
    except MonitorError as error:
        if was or any(values.values()):
            st.warning(texts.verbatim(_PLACE.sub("", str(error))), icon=":material/rule:")
        return
    if changed == text:
        st.caption(texts.NOTHING_CHANGED)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="form_end"):
        if section in _RULES:
            window = st.segmented_control(
                texts.PREVIEW_OF, texts.WINDOWS, default=texts.WINDOWS[0], required=True,
                key="window", label_visibility="collapsed",
            )  # fmt: skip
        st.button(texts.SAVE, type="primary", key="save", icon=":material/save:", on_click=_save,
                  args=(changed, digest(text)))  # fmt: skip
    if problem := st.session_state.pop("save_problem", None):
        st.error(problem)
    if section in _RULES:
        whole = window == texts.WINDOWS[1]
        st.subheader(texts.PREVIEW, anchor=False)
        preview_view.draw(lambda every: _preview(after, whole=whole, every=every))


def _fields(section: str, entry: Mapping[str, Any], was: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    hint = _suggestion(section, was)
    left, right = st.columns(2, gap="large")
    for number, (name, how) in enumerate(FIELDS[section].items()):
        label, help_text = texts.FIELDS[name]
        value, key = entry.get(name), f"field_{section}_{was}_{name}"
        with left if number < 2 or number % 2 == 0 else right:
            if how == "lines":
                listed = [*(value or ()), *(hint if name == "exclude" else ())]
                given = st.text_area(label, "\n".join(dict.fromkeys(listed)), key=key, height=100,
                                     help=help_text)  # fmt: skip
                values[name] = [line.strip() for line in given.splitlines() if line.strip()]
            elif how == "number":
                values[name] = st.number_input(label, 1, 4, value, key=key, help=help_text)
            elif how == "text":
                given = st.text_area(label, value or "", key=key, height=100, help=help_text)
                values[name] = " ".join(given.split()) if name == "about" else given.strip()
            else:
                values[name] = st.text_input(label, value or "", key=key, help=help_text).strip()
    return values


def _suggestion(section: str, was: str | None) -> list[str]:
    """ "All like this": the phrase around a name in the article that somebody corrected."""
    like = st.query_params.get("like", "")
    if section != "company" or not (like.isascii() and like.isdigit()):
        return []
    detail = ask(article, int(like), tz=config().tz)
    if detail is None:
        return []
    text = detail.text or detail.description
    tags = tagger().tag(
        title=detail.title,
        text=text,
        outlet=detail.outlet,
        url=detail.url,
        language=detail.language,
    )
    fields = {"title": detail.title, "text": text}
    phrases = [phrase for m in tags.mentions if m.company == was for e in m.evidence
               if e.field in fields and e.end > e.start
               for phrase in phrases_around(fields[e.field], e.start, e.end)]  # fmt: skip
    options = list(dict.fromkeys(phrases))[:12]
    if not options:
        st.caption(texts.LIKE_NOTHING)
        return []
    st.caption(texts.LIKE_THIS)
    chosen = st.pills(texts.LIKE_PHRASES, options, default=options[0], key="like_phrase",
                      selection_mode="single", format_func=texts.verbatim)  # fmt: skip
    key = f"field_{section}_{was}_exclude"
    if st.session_state.get("like_was") != chosen and key in st.session_state:
        del st.session_state[key]  # so that the field takes the other phrase
    st.session_state["like_was"] = chosen
    return [chosen] if chosen else []


def _preview(after: Config, *, whole: bool, every: bool) -> Preview:
    last = ask(choices, tz=config().tz).last_day
    start = last - timedelta(days=89) if last and not whole else None
    since = datetime(start.year, start.month, start.day, tzinfo=config().tz) if start else None
    return preview(reader(), data_folder(), config(), after, held(desk()), since=since,
                   seconds=None if every else _BUDGET)  # fmt: skip


def _save(changed: str, seen: str) -> None:
    path = watchlist_path()
    try:
        save(path, changed, seen=seen, history=data_folder().watchlist_history,
             now=datetime.now(UTC))  # fmt: skip
    except MonitorError as error:
        st.session_state["save_problem"] = str(error)
        return
    for name in ("edit", "new", "kind", "like"):
        st.query_params.pop(name, None)
    st.toast(texts.SAVED)

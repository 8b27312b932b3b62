"""Correcting the tags of one article: what can be decided, and what was, with its undo."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import streamlit as st

from monitor.analysis.corrections import Correction, Kind, Verdict
from monitor.dashboard import texts
from monitor.dashboard.components import prose
from monitor.dashboard.data import config, desk
from monitor.dashboard.roles import editor, may_edit, needs_editor, sign_in_asked
from monitor.store.corrections import Target, correct, held, undo
from monitor.store.queries import ArticleDetail

_ALL_LIKE = (Verdict.NOT, Verdict.TAGGED)  # what the watchlist could say of all such articles


def controls(detail: ArticleDetail) -> None:
    """Behind one button: a choice for each tag, and what is missing."""
    target = Target(detail.article_id, detail.url_key)
    with st.popover(texts.CORRECT, icon=":material/edit:", key="correct"):
        if not may_edit():
            needs_editor()
            return
        st.caption(texts.CORRECT_HELP)
        for m in detail.mentions:
            now = Verdict.SUBJECT if m.subject else Verdict.PASSING
            _choice(target, "company", m.company, texts.COMPANY_VERDICTS, now)
        for t in detail.topics:
            _choice(target, "topic", t.topic, texts.TOPIC_VERDICTS, Verdict.TAGGED)
        there = {m.company for m in detail.mentions}
        _missing(target, "company", [c.name for c in config().company if c.name not in there])
        there = {t.topic for t in detail.topics}
        _missing(target, "topic", [t.name for t in config().topic if t.name not in there])
        name_field("name_given")


def decided(detail: ArticleDetail, tz: ZoneInfo) -> None:
    """The corrections that hold for the article, each with who, when and an undo."""
    items: Sequence[Correction] = held(desk()).get(detail.url_key, ())
    for item in items:
        with st.container(horizontal=True, vertical_alignment="center", key=f"decided_{item.id}"):
            st.text(texts.decision(item, tz), width="stretch")
            if not may_edit():
                continue
            st.button(texts.UNDO, type="tertiary", key=f"undo_{item.id}", on_click=_undo,
                      args=(item.id,), icon=":material/undo:")  # fmt: skip
            if item.verdict in _ALL_LIKE:
                like = urlencode({"edit": item.name, "kind": item.kind, "like": detail.article_id})
                prose(key=f"like_{item.id}",
                      more={"to": f"watchlist?{like}", "text": texts.ALL_LIKE_THIS})  # fmt: skip


def name_field(key: str) -> None:
    """Where somebody whom nothing knows says under which name a decision is kept."""
    if not sign_in_asked():
        st.text_input(
            texts.MY_NAME, st.session_state.get("my_name", ""), key=key, max_chars=80,
            help=texts.MY_NAME_HELP, on_change=_remember, args=(key,), width=280,
        )  # fmt: skip


def _choice(
    target: Target, kind: Kind, name: str, verdicts: dict[Verdict, str], now: Verdict
) -> None:
    key = f"verdict_{kind}_{target.article_id}_{name}"
    st.segmented_control(
        texts.verbatim(name), list(verdicts), default=now, required=True, key=key,
        format_func=verdicts.__getitem__, on_change=_decide, args=(target, kind, name, key),
    )  # fmt: skip


def _missing(target: Target, kind: Kind, names: list[str]) -> None:
    if names:
        key = f"missing_{kind}_{target.article_id}"
        st.selectbox(
            texts.MISSING[kind], names, index=None, key=key, placeholder=texts.CHOOSE,
            on_change=_add, args=(target, kind, key),
        )  # fmt: skip


def _decide(target: Target, kind: Kind, name: str, key: str) -> None:
    correct(desk(), target, kind, name, Verdict(st.session_state[key]), by=editor())
    st.toast(texts.CORRECTED)


def _add(target: Target, kind: Kind, key: str) -> None:
    name = st.session_state[key]
    if name:
        correct(desk(), target, kind, name, Verdict.TAGGED, by=editor())
        st.session_state[key] = None
        st.toast(texts.CORRECTED)


def _undo(correction: int) -> None:
    undo(desk(), correction, by=editor())
    st.toast(texts.UNDONE)


def _remember(key: str) -> None:
    st.session_state["my_name"] = st.session_state[key]

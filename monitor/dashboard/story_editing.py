"""Merging and splitting stories by hand: what can be done, what was, and its undo."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from monitor.analysis.story_decisions import Act
from monitor.dashboard import frame, rows, texts
from monitor.dashboard import texts_story as said
from monitor.dashboard.components import cards, prose
from monitor.dashboard.correcting import name_field
from monitor.dashboard.data import ask, config, desk, find, sample_removed
from monitor.dashboard.roles import editor, may_edit
from monitor.errors import QueryError
from monitor.filters import Filters
from monitor.store import story_decisions
from monitor.store.queries import article, stories, stories_of, story

_OFFERED = 8  # stories that a search offers
_SHOWN = 5  # articles of each side before a merge
_LINK = re.compile(r"[?&](story|article)=(\d{1,18})\b")


def controls(articles: pd.DataFrame) -> None:
    """Two panels: merge this story with another, split articles off it; none for who may not."""
    if not may_edit():
        return
    with st.expander(said.MERGE, icon=":material/merge:"):
        _merge(articles)
    if len(articles) > 1:
        with st.expander(said.SPLIT, icon=":material/call_split:"):
            _split(articles)


def decided(articles: pd.DataFrame, tz: ZoneInfo) -> None:
    """The decisions that made this story what it is, each with who, when and an undo."""
    here = set(articles["url_key"])
    for made in story_decisions.decided(desk()):
        if here.isdisjoint(made.keys):
            continue
        with st.container(horizontal=True, vertical_alignment="center", key=f"decided_{made.id}"):
            st.text(said.decision(made, tz), width="stretch")
            if may_edit():
                st.button(texts.UNDO, type="tertiary", key=f"undo_{made.id}", on_click=_undo,
                          args=(made.id,), icon=":material/undo:")  # fmt: skip
        there = ask(stories_of, tuple(sorted(made.keys))) if made.act is Act.SPLIT else []
        other = next((s for s in there if s != int(articles["story_id"].iloc[0])), None)
        if other is not None:
            link = {"to": rows.to_story(other), "text": said.THE_OTHER_PART}
            prose(key=f"part_{made.id}", more=link)


def _merge(articles: pd.DataFrame) -> None:
    st.caption(said.MERGE_HELP)
    here = int(articles["story_id"].iloc[0])
    asked = st.text_input(
        said.SEARCH_OTHER, key="merge_with", max_chars=1000, placeholder=said.SEARCH_OTHER_EXAMPLE,
        icon=":material/search:",
    ).strip()  # fmt: skip
    if not asked:
        return
    offered = _offered(asked, here)
    if offered is None:
        return
    if not offered:
        st.caption(said.NO_OTHER)
        return
    other = st.selectbox(said.WHICH_STORY, list(offered), key=f"merge_which_{asked}",
                         format_func=lambda i: texts.verbatim(offered[i]))  # fmt: skip
    beside = ask(story, other, tz=config().tz, sample=not sample_removed())
    left, right = st.columns(2, gap="large")
    for column, label, members in (
        (left, said.THIS_STORY, articles), (right, said.OTHER_STORY, beside),
    ):  # fmt: skip
        with column:
            _side(label, members)
    name_field("name_merging")
    st.button(said.MERGE_NOW, type="primary", key="merge_now", icon=":material/merge:",
              on_click=_keep_merge, args=(_keys(articles), _keys(beside)))  # fmt: skip


def _offered(asked: str, here: int) -> dict[int, str] | None:
    """The stories that `asked` may mean, by id; None where what is wrong has been said."""
    tz, sample = config().tz, not sample_removed()
    if link := _LINK.search(asked):
        wanted = int(link[2])
        if link[1] == "article":
            detail = ask(article, wanted, tz=tz)
            wanted = detail.story_id or 0 if detail else 0
        members = ask(story, wanted, tz=tz, sample=sample)
        if members.empty:
            return {}
        found = int(members["story_id"].iloc[0])
        if found == here:
            st.caption(said.SAME_STORY)
            return None
        return {found: str(members["title"].iloc[0])}
    try:
        revisions = find(asked)
    except QueryError as error:
        frame.explain(error)
        return None
    filters = Filters(query=asked, sample=sample)
    listed = ask(stories, filters, tz=tz, limit=_OFFERED + 1, found=revisions)
    rest = listed[listed["story_id"] != here].head(_OFFERED)
    notes = [card["kicker"] for card in rows.story_cards(rest, colours={}, tz=tz)]
    names = [f"{title} · {note}" for title, note in zip(rest["title"], notes, strict=True)]
    return dict(zip(map(int, rest["story_id"]), names, strict=True))


def _split(articles: pd.DataFrame) -> None:
    st.caption(said.SPLIT_HELP)
    labels = zip(articles["outlet"], articles["title"], strict=True)
    listed = [f"{outlet or 'Unknown outlet'} · {title}" for outlet, title in labels]
    names = dict(zip(map(int, articles["article_id"]), listed, strict=True))
    chosen = st.multiselect(
        said.CHOOSE_ARTICLES, list(names), key="split_off", placeholder=texts.CHOOSE,
        format_func=lambda i: texts.verbatim(names[i]),
    )  # fmt: skip
    if not chosen:
        return
    if len(chosen) == len(names):
        st.caption(said.ONE_STAYS)
        return
    off = articles[articles["article_id"].isin(chosen)]
    rest = articles[~articles["article_id"].isin(chosen)]
    left, right = st.columns(2, gap="large")
    for column, label, members in ((left, said.GOES, off), (right, said.STAYS, rest)):
        with column:
            _side(label, members)
    name_field("name_splitting")
    st.button(said.SPLIT_NOW, type="primary", key="split_now", icon=":material/call_split:",
              on_click=_keep_split, args=(_keys(off), _keys(rest), _copies(off, rest)))  # fmt: skip


def _side(label: str, members: pd.DataFrame) -> None:
    """What one side is: its size and its first articles."""
    size = said.counts(len(members), members["copy_group_id"].nunique(),
                       members["outlet"].nunique(), members["outlet"].nunique())  # fmt: skip
    st.markdown(f"**{label}** · {' · '.join(size)}")
    first = rows.article_cards(members.head(_SHOWN), colours={}, tz=config().tz)
    cards([{**card, "chips": []} for card in first], key=f"side_{label}")


def _keys(articles: pd.DataFrame) -> list[str]:
    return [str(key) for key in articles["url_key"]]


def _copies(off: pd.DataFrame, rest: pd.DataFrame) -> list[list[str]]:
    """The groups of copies that have members on both sides."""
    shared = set(off["copy_group_id"]) & set(rest["copy_group_id"])
    every = pd.concat([off, rest])
    return [_keys(every[every["copy_group_id"] == group]) for group in sorted(shared)]


def _keep_merge(one: Sequence[str], other: Sequence[str]) -> None:
    story_decisions.merge(desk(), one, other, by=editor())
    st.session_state["merge_with"] = ""
    st.toast(said.MERGED)


def _keep_split(
    off: Sequence[str], rest: Sequence[str], copies: Sequence[Sequence[str]]
) -> None:  # fmt: skip
    story_decisions.split(desk(), off, rest, copies=copies, by=editor())
    st.session_state["split_off"] = []
    st.toast(said.SPLIT_DONE)


def _undo(decision_id: int) -> None:
    story_decisions.undo(desk(), decision_id, by=editor())
    st.toast(texts.UNDONE)

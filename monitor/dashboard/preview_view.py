"""What a change of the watchlist would gain and lose: figures and examples with their sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from monitor.dashboard import rows, texts, texts_watchlist
from monitor.dashboard.components import cards
from monitor.dashboard.data import config
from monitor.store.preview import Effect, Example, Preview


def draw(make: Callable[[bool], Preview]) -> None:
    """The preview; all of it is counted where somebody asks for that."""
    every = bool(st.session_state.get("count_all"))
    with st.spinner(texts_watchlist.PREVIEWING):
        found = make(every)
    st.caption(texts_watchlist.preview_of(found.candidates, found.decided, counted=found.counted))
    if not found.exact:
        st.button(
            texts_watchlist.COUNT_ALL, key="count_all_button", type="tertiary", on_click=_count_all
        )
    if not found.effects:
        st.markdown(texts_watchlist.NO_EFFECT)
    for number, effect in enumerate(found.effects[:6]):
        _effect(found, effect, number)


def _effect(found: Preview, effect: Effect, number: int) -> None:
    about = "" if found.exact else "≈ "
    with st.container(border=True, key=f"effect_{number}"):
        st.markdown(f"**{texts.verbatim(effect.tag[1])}**")
        with st.container(horizontal=True):
            for label, ids, sign in (
                (texts_watchlist.GAINS, effect.gained, "+"),
                (texts_watchlist.LOSES, effect.lost, "−"),
                (texts_watchlist.MOVES, effect.moved, ""),
            ):  # fmt: skip
                count = found.scaled(len(ids))
                if count or sign:
                    st.metric(label, f"{about}{sign if count else ''}{count:,}", width=130)
        for label, examples, key in (
            (texts_watchlist.GAINED_EXAMPLES, effect.gained_examples, "gained"),
            (texts_watchlist.LOST_EXAMPLES, effect.lost_examples, "lost"),
        ):
            if examples:
                st.caption(label)
                cards(_cards(examples), key=f"{key}_{number}")


def _cards(examples: Sequence[Example]) -> list[rows.Item]:
    tz = config().tz
    return [
        {"to": rows.to_article(e.article_id), "title": e.title,
         "kicker": texts.dated(e.dated_at, tz, inferred=False, day_only=e.day_only)
                   + f" · {e.outlet or 'Unknown outlet'}",
         "note": e.sentence}
        for e in examples
    ]  # fmt: skip


def _count_all() -> None:
    st.session_state["count_all"] = True

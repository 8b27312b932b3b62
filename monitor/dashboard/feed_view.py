"""The Feeds page: what stands above the list, and the page of one feed."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from monitor.analysis.frames import each
from monitor.dashboard import feed_charts, feed_rows, frame, numbers, texts, texts_feeds
from monitor.dashboard.components import prose, table
from monitor.dashboard.data import ask, config
from monitor.dashboard.drawing import chart_of
from monitor.store.queries import feed_days, feed_polls

_STEP = timedelta(minutes=10)  # for so long an answer about "until now" is taken from the cache


def answers_by(now: datetime) -> datetime:
    """The end of the period that is asked about: the same for some minutes, and never past."""
    return datetime.fromtimestamp(
        (now.timestamp() // _STEP.total_seconds() + 1) * _STEP.total_seconds(), tz=now.tzinfo
    )


def figures_of(known: pd.DataFrame) -> None:
    """How many feeds are in each state; of what nobody has, the common states only."""
    states = known["state"].value_counts()
    with st.container(horizontal=True, key="figures"):
        for state, (label, _, help_text) in texts_feeds.STATES.items():
            count = int(states.get(state, 0))
            if count or state not in ("sample", "not polled yet"):
                st.metric(label, f"{count:,}", help=help_text, width=130)


def choose() -> tuple[str, str]:
    """The state and the words that the list is narrowed to; both are in the address."""
    states = {texts_feeds.ALL_STATES: ""}
    states |= {texts_feeds.STATES[s][0]: s for s in ("failing", "empty", "quiet")}
    states |= {texts_feeds.UNUSUAL["less"]: "less"}
    states |= {texts_feeds.STATES[s][0]: s for s in ("not polled yet", "ok", "sample")}
    with st.container(horizontal=True, vertical_alignment="bottom", key="feeds_bar"):
        state = st.selectbox(
            texts_feeds.STATE, list(states), key="feed_state", bind="query-params", width=220,
            label_visibility="collapsed",
        )  # fmt: skip
        words = st.text_input(
            texts_feeds.FEED_SEARCH, key="feed_text", bind="query-params", type="search",
            icon=":material/search:", max_chars=200, placeholder=texts_feeds.FEED_SEARCH,
            label_visibility="collapsed",
        )  # fmt: skip
    return states[state], words or ""


def draw(found: pd.DataFrame, *, now: datetime) -> None:
    """The page of one feed, the only row of `found`; says so where there is none."""
    back = {"to": "feeds", "text": texts_feeds.ALL_FEEDS}
    if found.empty:
        prose(key="feed_head", back=back)
        frame.empty(
            texts_feeds.NO_SUCH_FEED, texts_feeds.NO_SUCH_FEED_DO, icon=":material/link_off:"
        )
        return
    [row] = each(found)
    tz = config().tz
    prose(
        key="feed_head", back=back, title=[{"text": row.outlet or "Unknown outlet"}],
        kicker=row.title, link={"href": row.url, "text": row.url},
        badges=[feed_rows.state_badge(row.state)], paragraphs=_said(row, now),
    )  # fmt: skip
    until = row.polled_at.to_pydatetime() if row.sample and pd.notna(row.polled_at) else now
    _figures(row)
    days = ask(feed_days, (row.feed_id,), now=answers_by(until), tz=tz)
    if not days["polls"].any():
        st.caption(texts_feeds.NEVER_POLLED)
    else:
        _charts(days, usual=row.usual, feed=row.url)
    polls = ask(feed_polls, row.feed_id, tz=tz)
    if len(polls):
        st.subheader(texts_feeds.LATEST_POLLS, anchor=False)
        lines = feed_rows.poll_rows(polls, tz=tz)
        table(feed_rows.POLL_COLUMNS, lines, label=texts_feeds.LATEST_POLLS, key="polls")


def _said(row: Any, now: datetime) -> list[list[dict[str, str]]]:
    """What happened, what to do, and when it is asked again where that is known."""
    happened = feed_rows.happened(row)
    said = [[f"{happened}." if happened else "", feed_rows.what_to_do(row)]]
    if pd.notna(row.next_due_at):
        following = feed_rows.next_poll(row, now=now)
        when = f"{following['text'].lower()} ({texts.moment(row.next_due_at, config().tz)})"
        said.append([f"{texts_feeds.COLUMNS['next']}: {when}.", following["sub"]])
    return [[{"text": " ".join(filter(None, part))}] for part in said if any(part)]


def _figures(row: Any) -> None:
    """The key figures of the last 30 days; none where it was not polled."""
    if row.sample or not row.polls:
        return
    usual = texts_feeds.rate(row.usual)
    values = {
        "success": texts_feeds.percent(row.success),
        "empty": f"{row.empty:,}",
        "latency": texts_feeds.seconds(row.latency),
        "latency_p95": texts_feeds.seconds(row.latency_p95),
        "week": texts_feeds.rate(row.week),
    }
    with st.container(horizontal=True, key="figures"):
        for name, (label, help_text) in texts_feeds.FIGURES.items():
            st.metric(
                label, values[name] or "–", help=help_text, width=150,
                delta=f"{texts_feeds.USUAL.lower()} {usual}" if name == "week" and usual else None,
                delta_color="off", delta_arrow="off",
            )  # fmt: skip


def _charts(days: pd.DataFrame, *, usual: float, feed: str) -> None:
    tz = config().tz
    drawn = {
        "polls": (texts_feeds.POLLS_BY_DAY, chart_of(feed_charts.polls_chart, days, tz=tz),
                  feed_charts.polls_words(days), feed_charts.polls_numbers),
        "entries": (texts_feeds.ENTRIES_BY_DAY,
                    chart_of(feed_charts.entries_chart, days, usual=usual, tz=tz),
                    feed_charts.entries_words(days, usual=usual), feed_charts.entries_numbers),
        "seconds": (texts_feeds.SECONDS_BY_DAY, chart_of(feed_charts.seconds_chart, days, tz=tz),
                    feed_charts.seconds_words(days), feed_charts.seconds_numbers),
    }  # fmt: skip
    for column, (key, (title, chart, words, table_of)) in zip(
        st.columns(3, gap="large"), drawn.items(), strict=True
    ):
        with column:
            numbers.heading(title, partial(table_of, days), chart=key, name=f"feed_{key}",
                            subtitle=feed)  # fmt: skip
            chart.show(words, key=key)

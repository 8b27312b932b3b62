"""What the Today page is made of: how far it reaches back, its figures, its cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from monitor.analysis.frames import each
from monitor.dashboard import rows, texts, texts_today
from monitor.dashboard.data import ask, desk, sample_removed
from monitor.dashboard.downloads import Download, button
from monitor.dashboard.filters import View
from monitor.dashboard.roles import is_known, who
from monitor.filters import Filters
from monitor.store.queries import Totals, articles, feeds
from monitor.store.queries.unusual import Unusual

_MARK = "marked_read"  # kind of decision
_UNUSUAL = 7  # days looked through at least: a spike of Monday still matters on Thursday
_CHANGED = 6  # changed headlines shown


@dataclass(frozen=True, slots=True)
class Reach:
    """What counts as new: `filters` are of what came `since`, `anytime` without any period.

    `until` is the last day looked at, and `days` of them are looked through for what is unusual.
    `note` says what is shown.
    """

    filters: Filters
    anytime: Filters
    since: datetime
    until: date
    days: int
    note: str


def reach(view: View, now: datetime) -> Reach:
    """How far back somebody wants to look; draws the choice."""
    mark = _marked()
    offered = [texts_today.MARK] if mark else []
    offered += [texts_today.YESTERDAY, texts_today.WEEK]
    with st.container(horizontal=True, vertical_alignment="bottom", key="since_row"):
        chosen = st.segmented_control(
            texts_today.SINCE, offered, default=texts_today.YESTERDAY, required=True, key="since",
            bind="query-params",
        )  # fmt: skip
        if is_known() and st.button(
            texts_today.READ, help=texts_today.READ_HELP, icon=":material/done_all:"
        ):
            desk().decide(_MARK, {}, by=who())
            st.toast(texts_today.READ_DONE)
    today = now.date()
    anytime = replace(view.filters, since=None, until=None, undated=True)
    days = 6 if chosen == texts_today.WEEK else 1
    since = _midnight(today - timedelta(days=days), view.tz)
    if chosen == texts_today.MARK and mark:
        since = mark
    new = replace(anytime, seen_since=since)
    if chosen != texts_today.YESTERDAY or len(ask(articles, new, tz=view.tz, limit=1, order="new")):
        note = texts_today.since_words(since, view.tz)
        days = (today - since.astimezone(view.tz).date()).days + 1
        return Reach(new, anytime, since, today, max(days, _UNUSUAL), note)
    # An archive that nothing came into: the last day that has anything, instead of a blank page.
    last = ask(articles, replace(anytime, undated=False), tz=view.tz, limit=1)
    if last.empty:
        note = texts_today.since_words(since, view.tz)
        return Reach(new, anytime, since, today, _UNUSUAL, note)
    moment = last["dated_at"].iloc[0]
    day = moment.tz_convert(view.tz).date()
    that_day = replace(anytime, since=day, until=day, undated=False)
    note = texts_today.stale(moment, view.tz)
    return Reach(that_day, anytime, _midnight(day, view.tz), day, _UNUSUAL, note)


def heading(back: Reach, download: Download | None) -> None:
    """The title, what the page reaches back to, and the CSV of what is new."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        with st.container(gap=None):
            st.title(texts_today.TODAY, anchor=False)
            st.caption(back.note)
        if download:
            button(download, key="download")


def key_figures(total: Totals, *, unusual: int, changed: int) -> None:
    """How much is new."""
    shown = {
        "Articles": total.articles, "Stories": total.stories, "Outlets": total.outlets,
        texts_today.UNUSUAL: unusual, texts_today.CHANGED: changed,
    }  # fmt: skip
    with st.container(horizontal=True, key="figures"):
        for name, value in shown.items():
            st.metric(name, f"{value:,}", width=150)


def missing_feeds() -> None:
    """Say that something may be missing where feeds do not answer."""
    known = ask(feeds, sample=not sample_removed())
    failing = int((known["state"] == "failing").sum())
    if failing:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f":material/warning: {texts_today.feeds_down(failing)}", width="content")
            st.page_link("monitor/dashboard/pages/feeds.py", label=texts_today.FEEDS_DOWN_LINK)


def unusual_cards(found: Sequence[Unusual], colours: Mapping[str, str]) -> list[rows.Item]:
    """One card a spike, its likely cause as the headline."""
    return [
        {
            "to": rows.to_story(item.story_id),
            "title": item.title,
            "kicker": f"{texts.day(item.day)} · {texts_today.times_usual(item)}",
            "note": texts_today.in_one_story(item),
            "chips": rows.chips([item.company], colours),
        }
        for item in found
    ]


def changed_cards(frame: pd.DataFrame, colours: Mapping[str, str], tz: ZoneInfo) -> list[rows.Item]:
    """One card a changed headline."""
    return [
        {
            "to": rows.to_article(row.article_id),
            "title": row.after,
            "text": texts_today.was(row.before),
            "kicker": f"{texts.moment(row.seen_at, tz)} · {row.outlet or 'Unknown outlet'}",
            "chips": rows.chips(row.companies, colours, most=4),
        }
        for row in each(frame.head(_CHANGED))
    ]


def _marked() -> datetime | None:
    """When whoever is looking last marked everything as read."""
    own = [decision.at for decision in desk().decisions(_MARK) if decision.by == who()]
    return own[-1] if own else None


def _midnight(day: date, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=tz)

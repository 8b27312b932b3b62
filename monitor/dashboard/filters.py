"""The filter bar: one for all pages, bound to the URL, so that every view is a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import streamlit as st

from monitor.dashboard import saved_views, texts, texts_filters
from monitor.dashboard.data import ask, config, sample_removed
from monitor.filters import Filters
from monitor.links import DEFAULT_DAYS, EARLIEST, LATEST, moment_of
from monitor.store.queries import Choices, choices
from monitor.store.queries.coverage import Count

# The keys are the names of the URL's parameters.
_LISTS = ("company", "topic", "outlet", "tier", "language")
_SWITCHES = {"undated": True, "subject": False, "firsts": False}  # with what they are by default
_SEEN = ("seen_since", "seen_until")
_KEYS = (*_LISTS, *_SWITCHES, "dates", *_SEEN, "count")


@dataclass(frozen=True, slots=True)
class View:
    """What the filter bar says, and what it was chosen from."""

    filters: Filters
    count: Count
    tz: ZoneInfo
    choices: Choices


def current_view() -> View:
    """What the bar above this page says."""
    view: View = st.session_state["view"]
    return view


def filter_bar(page: str, *, shown: bool = True, dated: bool = True) -> None:
    """Draw the bar on `page`; values in the URL that nothing knows are ignored.

    A page that is not `dated` has its own time, and shows no other.
    """
    _carry_over(page)
    tz = config().tz
    known = ask(choices, tz=tz)
    key = "filters" if shown else "filters_hidden"
    with st.container(horizontal=True, vertical_alignment="bottom", key=key):
        companies = _chosen("company", texts.COMPANIES, known.companies, width=240)
        with st.container(
            horizontal=True, vertical_alignment="bottom", width="content",
            key="time" if dated else "time_hidden",
        ):  # fmt: skip
            period = _period(known)
            _quick_period(known, period)
            count = st.segmented_control(
                texts.COUNT, texts.COUNTS, default=texts.COUNTS[0], required=True, key="count",
                bind="query-params",
            )  # fmt: skip
        rarer = {"topic": known.topics, "outlet": known.outlets, "tier": known.tiers,
                 "language": known.languages}  # fmt: skip
        more = sum(_is_set(key, options) for key, options in rarer.items())
        more += sum(_switched(key) for key in _SWITCHES)
        with st.popover(texts.more_filters(more), icon=":material/tune:", key="more"):
            topics = _chosen("topic", texts.TOPICS, known.topics)
            outlets = _chosen("outlet", texts.OUTLETS, known.outlets)
            tiers = _chosen("tier", texts_filters.TIERS, known.tiers)
            languages = _chosen(
                "language", texts.LANGUAGES, known.languages, shown=texts.language_name
            )
            undated, subject, firsts = (
                st.toggle(label, _SWITCHES[key], key=key, bind="query-params", help=help_text)
                for key, (label, help_text) in texts_filters.SWITCHES.items()
            )
        since, before = _found_between(tz)
        if companies or more or since or before or (dated and period != default_period(known)):
            clear_button(key="clear", type="tertiary")
        saved_views.popover(
            page, (*_KEYS, "q"), rolling=default_period(known),
            usual={**_SWITCHES, "count": texts.COUNTS[0]},
        )  # fmt: skip
    filters = Filters(
        companies=companies, topics=topics, outlets=outlets, languages=languages,
        since=period[0] if period else None, until=period[1] if period else None,
        undated=undated, sample=not sample_removed(), subject_only=subject, firsts_only=firsts,
        tiers=tiers, seen_since=since, seen_until=before,
    )  # fmt: skip
    counted: Count = "stories" if count == texts.COUNTS[1] else "mentions"
    st.session_state["view"] = View(filters, counted, tz, known)


def _carry_over(page: str) -> None:
    """Write the filters into the address of a page that was just switched to.

    Streamlit keeps their values, but forgets to write them into the address where somebody
    switches before the page before has come to its end. A value that is set anew is written.
    """
    if st.session_state.get("_page", page) != page:
        for key in _KEYS:
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]
    st.session_state["_page"] = page


def clear_button(*, key: str, type: Literal["primary", "tertiary"]) -> None:  # noqa: A002
    """A button back to everything in the default period."""
    known = ask(choices, tz=config().tz)
    st.button(texts.CLEAR, on_click=_clear, args=(default_period(known),), type=type, key=key)


def all_dates_button(label: str) -> None:
    """A button that leaves the filters as they are, and takes every day that has data."""
    days = quick_periods(ask(choices, tz=config().tz)).get(texts_filters.EVERYTHING)
    st.button(label, on_click=narrow, args=({},), kwargs={"dates": days}, type="primary",
              key="all_dates", icon=":material/date_range:")  # fmt: skip


def _clear(period: tuple[date, date] | None) -> None:
    for key in _LISTS:
        st.session_state[key] = []
    st.session_state.update(_SWITCHES, **dict.fromkeys(_SEEN, ""))
    if period:
        st.session_state["dates"] = period


def default_period(known: Choices) -> tuple[date, date] | None:
    """The latest days that have data; None where no article has a date."""
    if known.first_day is None or known.last_day is None:
        return None
    return max(known.first_day, known.last_day - timedelta(days=DEFAULT_DAYS - 1)), known.last_day


def narrow(lists: Mapping[str, Sequence[str]], *, dates: tuple[date, date] | None = None) -> None:
    """Set some of the bar's lists, ``{"company": ["Gap"]}``, and its period.

    For callbacks of charts: the bar must not have been drawn yet.
    """
    for key, chosen in lists.items():
        st.session_state[key] = list(chosen)
    if dates:
        st.session_state["dates"] = dates


def quick_periods(known: Choices) -> dict[str, tuple[date, date]]:
    """What a click chooses: each ends on the latest day that has data."""
    first, last = known.first_day, known.last_day
    if first is None or last is None:
        return {}
    days = {
        label: (max(EARLIEST, last - timedelta(days=count - 1)), last)
        for label, count in texts_filters.QUICK_DAYS.items()
    }
    return {
        **days,
        texts_filters.MONTH: (last.replace(day=1), last),
        texts_filters.EVERYTHING: (max(EARLIEST, first), last),
    }


def _quick_period(known: Choices, period: tuple[date, date] | None) -> None:
    offered = quick_periods(known)
    if not offered:
        return
    # Of two that are the same days, the first is marked.
    st.session_state["quick"] = next((k for k, days in offered.items() if days == period), None)
    st.segmented_control(
        texts_filters.QUICK, list(offered), key="quick", on_change=_pick, args=(offered,),
    )  # fmt: skip


def _pick(offered: dict[str, tuple[date, date]]) -> None:
    if chosen := st.session_state["quick"]:
        st.session_state["dates"] = offered[chosen]


def _chosen(
    key: str,
    label: str,
    options: Sequence[str],
    *,
    width: Any = "stretch",
    shown: Callable[[str], str] = str,
) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            label, options, key=key, bind="query-params", placeholder=texts.ALL, width=width,
            format_func=shown,
            # Enter takes the first that has what was typed: not "all matches", nor what only has
            # its letters somewhere, "Volkswagen" for "lan".
            filter_mode="contains", select_all=False,
        )
    )  # fmt: skip


def _found_between(tz: ZoneInfo) -> tuple[datetime | None, ...]:
    """The moments that articles must have been found from and before, of a link.

    A click removes them.
    """
    since, before = (_moment(key) for key in _SEEN)
    if since or before:
        st.button(
            texts_filters.found(since, before, tz), key="found", type="tertiary",
            icon=":material/close:", help=texts_filters.FOUND_HELP, on_click=_forget_found,
        )  # fmt: skip
    return since, before


def _moment(key: str) -> datetime | None:
    # Nobody types a moment: the field is hidden, and there to keep it in the address.
    given = st.text_input(key, key=key, bind="query-params")
    try:
        return moment_of(key, given) if given else None
    except ValueError:
        return None


def _forget_found() -> None:
    st.session_state.update(dict.fromkeys(_SEEN, ""))


def _is_set(key: str, options: Sequence[str]) -> bool:
    """Whether a filter that is drawn further down has a value, also before it was ever drawn."""
    if key in st.session_state:
        return bool(st.session_state[key])
    return any(texts.language_name(o) in st.query_params.get_all(key) for o in options)


def _switched(key: str) -> bool:
    """Whether a switch that is drawn further down is not as it is by default."""
    usual = _SWITCHES[key]
    given = st.query_params.get(key, "").lower()
    asked = {"true": True, "false": False}.get(given, usual)
    return bool(st.session_state.get(key, asked)) is not usual


def _period(known: Choices) -> tuple[date, date] | None:
    default = default_period(known)
    if default is None:
        return None
    value = st.date_input(
        texts.DATES, default, key="dates", bind="query-params", format="YYYY-MM-DD", width=220,
        # Wider than any data, so that a link keeps its period whatever is in the database.
        min_value=EARLIEST, max_value=LATEST,
    )  # fmt: skip
    days = value if isinstance(value, tuple) else (value,)
    # One day alone is that day: while the second is still to be picked, and in a link to one day.
    return (days[0], days[-1]) if days else None

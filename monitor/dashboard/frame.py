"""What every page has around it: the sample banner, and what to say where there is nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from monitor.analysis.watchlist_change import tagging_version
from monitor.dashboard import texts, texts_filters
from monitor.dashboard.colours import company_colours
from monitor.dashboard.components import closing_menu
from monitor.dashboard.data import (
    ask,
    config,
    data_folder,
    reader,
    remove_sample,
    sample_removed,
)
from monitor.dashboard.filters import View, all_dates_button, clear_button, filter_bar
from monitor.dashboard.roles import editor, may_edit
from monitor.dashboard.tour import first_steps
from monitor.errors import ConfigError, NoDatabaseError, OldArchiveError, QueryError, StoreError
from monitor.reports.export import query_slips
from monitor.store import progress
from monitor.store.folder import current_generation
from monitor.store.queries import choices, count_articles
from monitor.store.queries.watched import tagged_with

_ASSETS = Path(__file__).parent / "assets"
FOLLOWING = "following"  # whether history was seen to follow the watchlist
MARK = str(_ASSETS / "mark.svg")


def ready(page: str, *, filtered: bool, dated: bool) -> bool:
    """Draw what stands above a page; says what is missing and returns False where it cannot be.

    The filter bar is there on every page, so that its values stay in the address; it is out
    of sight where nothing is `filtered`, and where one story or article is open.
    """
    st.logo(str(_ASSETS / "logo.svg"), size="large")
    st.html(_ASSETS / "page.css")
    closing_menu()
    try:
        tz = config().tz
        generation = reader().generation.partition("+")[0]
    except ConfigError as error:
        empty(texts.BAD_WATCHLIST, texts.BAD_WATCHLIST_DO, icon=":material/rule:")
        st.code(str(error), language=None, wrap_lines=True)
        return False
    except NoDatabaseError:
        empty(texts.NO_DATABASE, texts.NO_DATABASE_DO, icon=":material/hourglass_top:")
        _wait()
        return False
    except OldArchiveError:
        # Not brought up here: this process does not write, and an earlier version may still.
        empty(texts.OLD_DATABASE, texts.OLD_DATABASE_DO, icon=":material/upgrade:")
        _wait()
        return False
    except StoreError as error:
        empty(texts.BAD_DATABASE, texts.BAD_DATABASE_DO, icon=":material/heart_broken:")
        st.code(str(error), language=None, wrap_lines=True)
        return False
    newer(generation)
    if ask(choices, tz=tz).sample and not sample_removed():
        _sample_banner(page)
    opened_one = any(name in st.query_params for name in ("story", "article"))
    filter_bar(page, shown=filtered and not opened_one, dated=dated)
    return True


def empty(title: str, what_to_do: str, *, icon: str, clear: bool = False, outside: int = 0) -> None:
    """A calm note instead of a list or a chart: what is so, and what to do next.

    `outside` is how many articles other dates have; where there are, a button shows them.
    """
    with st.container(border=True, horizontal_alignment="center", key=f"empty_{icon}"):
        st.markdown(f"##### {icon} {title}", text_alignment="center")
        st.caption(what_to_do, text_alignment="center")
        if outside:
            all_dates_button(texts_filters.all_dates(outside))
        if clear:
            clear_button(key="clear_empty", type="tertiary" if outside else "primary")


def nothing(view: View) -> None:
    """Say why a page has no rows: nothing collected at all, or nothing for these filters."""
    if view.choices.outlets:
        anytime = replace(view.filters, since=None, until=None)
        outside = ask(count_articles, anytime, tz=view.tz) if anytime != view.filters else 0
        todo = texts.OTHER_DATES_DO if outside else texts.NO_ROWS_DO
        empty(texts.NO_ROWS, todo, icon=":material/filter_alt_off:", clear=True, outside=outside)
    else:
        empty(texts.NO_ARTICLES, texts.NO_ARTICLES_DO, icon=":material/inbox:")


def colours(view: View) -> dict[str, str]:
    """Every company's colour."""
    return company_colours(config(), view.choices.companies)


def opened(kind: str) -> int | None:
    """The id that the URL asks for, None where it asks for none."""
    value = st.query_params.get(kind)
    return None if value is None else int(value) if value.isascii() and value.isdigit() else -1


def slips(query: str, view: View) -> None:
    """Say which names of a search nothing has, and what may have been meant."""
    for error in query_slips(view.choices, query, config()):
        explain(error, texts.UNKNOWN_NAME)


def explain(error: QueryError, said: str = texts.BAD_QUERY) -> None:
    """Say what is wrong with a search, and point at the character."""
    reason = str(error).partition(" (character")[0]
    st.warning(said, icon=":material/error:")
    st.code(f"{error.query}\n{' ' * error.position}^ {reason}", language=None)


def page_offset(total: int, size: int, *, key: str) -> int:
    """Draw page numbers where `total` rows need them; returns the first row of the page chosen."""
    count = -(-total // size)
    number = st.pagination(count, key=key, bind="query-params") if count > 1 else 1
    return (number - 1) * size


@st.fragment(run_every="5s")
def _wait() -> None:
    """Look again until a generation is there that can be read."""
    try:
        reader()
    except StoreError:
        return
    st.rerun()


@st.fragment(run_every="20s")
def newer(drawn: str) -> None:
    """Say quietly when there is more than the page was drawn from; it never reloads by itself.

    Costs a read of the file that names the newest generation.
    """
    if current_generation(data_folder()) in (drawn, None):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="newer", gap="small"):
        st.markdown(f":material/update: {texts.NEWER}", width="content")
        if st.button(texts.NEWER_SHOW, type="tertiary", key="show_newer"):
            st.rerun()


@st.fragment(run_every="2s")
def retagging() -> None:
    """How far history is in following the watchlist; nothing where it has.

    The page is drawn anew when it has, so that nobody takes the counts of before for the result.
    """
    at, tagged = progress.read(data_folder()), ask(tagged_with)
    # An archive that does not say by which watchlist it was tagged is behind once one was saved.
    known = tagged is not None or FOLLOWING in st.session_state
    waits = at is None and known and tagged != tagging_version(config())
    if at is not None:
        st.progress(at.share, texts.retagging(at.done, at.total))
    elif waits:
        st.caption(f":material/hourglass_top: {texts.RETAG_WAITS}")
    if at is not None or waits:
        st.session_state[FOLLOWING] = True
    elif st.session_state.pop(FOLLOWING, False):
        st.rerun()


def _sample_banner(page: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="sample", gap="small"):
        st.markdown(f":material/science: {texts.SAMPLE}", width="stretch")
        first_steps(page)
        if not may_edit():
            return
        with st.popover(texts.REMOVE_SAMPLE, type="tertiary", key="remove_sample_ask"):
            st.markdown(texts.REMOVE_SAMPLE_ASK)
            if st.button(texts.REMOVE_SAMPLE_YES, type="primary", key="remove_sample"):
                remove_sample(by=editor())
                st.toast(texts.SAMPLE_GONE)
                st.rerun()

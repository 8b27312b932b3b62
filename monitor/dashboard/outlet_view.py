"""The Outlets page: the lists of outlets and journalists, and one of either by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import streamlit as st

from monitor.dashboard import (
    charts,
    coverage_view,
    figures,
    frame,
    numbers,
    outlet_rows,
    rows,
    texts,
    texts_coverage,
    texts_outlets,
)
from monitor.dashboard.components import prose, table
from monitor.dashboard.data import ask, reader, sample_removed
from monitor.dashboard.downloads import articles_download
from monitor.dashboard.drawing import chart_of
from monitor.dashboard.filters import View
from monitor.filters import Filters
from monitor.reports.csv import frame_csv
from monitor.store.queries import articles, coverage, share_of_voice, totals
from monitor.store.queries.bylines import bylines, count_bylines
from monitor.store.queries.outlets import count_outlets, outlet, outlets

_PAGE = 50
_SHORT = 10  # of the other list, on the page of one
_ARTICLES = 20
_ALL = 1_000_000  # rows of a CSV


def choose() -> tuple[str, str]:
    """Outlets or journalists, and the words that the list is narrowed to; both in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="outlets_bar"):
        who = st.segmented_control(
            texts_outlets.OUTLETS, texts_outlets.WHO, default=texts_outlets.OUTLETS, required=True,
            key="who", bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        words = st.text_input(
            texts_outlets.SEARCH[who], key="outlet_text", bind="query-params", type="search",
            icon=":material/search:", max_chars=200, placeholder=texts_outlets.SEARCH[who],
            label_visibility="collapsed",
        )  # fmt: skip
    return who, words or ""


def list_outlets(view: View, words: str) -> None:
    """The outlets of the filter, a page of them."""
    total = ask(count_outlets, view.filters, tz=view.tz, words=words)
    if not total:
        frame.empty(texts_outlets.NO_MATCH, texts_outlets.NO_MATCH_DO, icon=":material/search_off:")
        return
    order = _order(total, texts_outlets.OUTLETS, texts_outlets.OUTLET_ORDERS, key="outlets_order")
    below = st.container()
    offset = frame.page_offset(total, _PAGE, key="outlets_page")
    with below:
        shown = ask(
            outlets, view.filters, tz=view.tz, order=texts_outlets.OUTLET_ORDERS[order],
            words=words, limit=_PAGE, offset=offset,
        )  # fmt: skip
        lines = outlet_rows.outlet_rows(shown, tz=view.tz)
        table(outlet_rows.COLUMNS, lines, label=texts_outlets.OUTLETS, key="outlets")
    few = texts_outlets.OUTLET_ORDERS[order] in ("salience", "subject")
    st.caption(f"{texts_outlets.WHAT_IS_WHAT} {texts_outlets.FEW if few else ''}")


def list_bylines(view: View, words: str) -> None:
    """The journalists of the filter, a page of them."""
    total = ask(count_bylines, view.filters, tz=view.tz, words=words)
    if not total:
        frame.empty(
            texts_outlets.NO_BYLINE, texts_outlets.NO_BYLINE_DO, icon=":material/person_off:"
        )
        return
    order = _order(total, texts_outlets.BYLINES, texts_outlets.BYLINE_ORDERS, key="bylines_order")
    below = st.container()
    offset = frame.page_offset(total, _PAGE, key="bylines_page")
    with below:
        shown = ask(
            bylines, view.filters, tz=view.tz, order=texts_outlets.BYLINE_ORDERS[order],
            words=words, limit=_PAGE, offset=offset,
        )  # fmt: skip
        lines = outlet_rows.byline_rows(shown, colours=frame.colours(view), tz=view.tz)
        table(outlet_rows.BYLINE_COLUMNS, lines, label=texts_outlets.BYLINES, key="bylines")
    st.caption(texts_outlets.BYLINES_NOTE)


def _order(total: int, kind: str, orders: Mapping[str, object], *, key: str) -> str:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(texts_outlets.counted(total, kind), width="stretch")
        return st.selectbox(
            texts_outlets.ORDER, list(orders), key=key, bind="query-params", width=200,
            label_visibility="collapsed",
        )  # fmt: skip


def heading(view: View, who: str | None = None, words: str = "") -> None:
    """The page's title and period, and the CSV of the whole list of outlets or journalists."""

    def make() -> bytes:
        if who == texts_outlets.OUTLETS:
            found = outlets(reader(), view.filters, tz=view.tz, words=words, limit=_ALL)
            return frame_csv(outlet_rows.outlets_table(found))
        found = bylines(reader(), view.filters, tz=view.tz, words=words, limit=_ALL)
        return frame_csv(outlet_rows.bylines_table(found))

    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        with st.container(gap=None):
            st.title(texts_outlets.OUTLETS, anchor=False)
            st.caption(figures.period(view))
        if who:
            label, help_text = texts_outlets.CSV[who]
            count = count_outlets if who == texts_outlets.OUTLETS else count_bylines
            numbers.csv_button(
                label, make, rows=ask(count, view.filters, tz=view.tz, words=words),
                name=who.lower(), key="download", help_text=help_text,
            )  # fmt: skip


def draw_outlet(view: View, outlet_id: int) -> None:
    """One outlet: what is known of it, and its part of what the filters show."""
    back = {"to": "outlets", "text": texts_outlets.ALL[texts_outlets.OUTLETS]}
    detail = ask(outlet, outlet_id, tz=view.tz, sample=not sample_removed())
    if detail is None:
        prose(key="outlet_head", back=back)
        frame.empty(texts_outlets.NO_SUCH_OUTLET, texts.NO_SUCH_DO, icon=":material/link_off:")
        return
    facts = [texts_outlets.tier(detail.tier), detail.country,
             detail.language and texts.language_name(detail.language),
             texts_outlets.feeds(detail.feeds), texts_outlets.since(detail.first_at)]  # fmt: skip
    domain = detail.domain
    prose(
        key="outlet_head", back=back, title=[{"text": detail.name}], meta=[f for f in facts if f],
        link={"href": f"https://{domain}/", "text": domain} if domain else None,
    )  # fmt: skip
    own = _narrowed(view, replace(view.filters, outlets=(detail.name,), tiers=()))
    if not _figures_and_chart(own, without=("outlets",)):
        return
    left, right = st.columns([3, 5], gap="large")
    with left:
        _companies(own)
    with right:
        st.subheader(texts_outlets.BYLINES, anchor=False)
        signed = ask(bylines, own.filters, tz=own.tz, limit=_SHORT)
        if signed.empty:
            st.caption(texts_outlets.NO_SIGNED)
        else:
            lines = outlet_rows.byline_rows(signed, colours=frame.colours(own), tz=own.tz)
            columns, lines = outlet_rows.at_one_outlet(lines)
            table(columns, lines, label=texts_outlets.BYLINES, key="bylines")
            total = ask(count_bylines, own.filters, tz=own.tz)
            if total > len(signed):
                st.caption(texts_outlets.MORE_BYLINES.format(shown=len(signed), all=f"{total:,}"))
    _latest(own)


def draw_byline(view: View, name: str) -> None:
    """One journalist: where and about whom, of what the filters show."""
    back = {"to": f"outlets?who={texts_outlets.BYLINES}",
            "text": texts_outlets.ALL[texts_outlets.BYLINES]}  # fmt: skip
    prose(key="byline_head", back=back, title=[{"text": name}])
    own = _narrowed(view, replace(view.filters, authors=(name,)))
    if not _figures_and_chart(own):
        return
    left, right = st.columns([3, 5], gap="large")
    with left:
        _companies(own)
    with right:
        st.subheader(texts_outlets.OUTLETS, anchor=False)
        at = ask(outlets, own.filters, tz=own.tz, limit=_SHORT)
        lines = outlet_rows.outlet_rows(at, tz=own.tz)
        table(outlet_rows.COLUMNS, lines, label=texts_outlets.OUTLETS, key="outlets")
    _latest(own)


def _narrowed(view: View, filters: Filters) -> View:
    return replace(view, filters=filters)


def _figures_and_chart(view: View, *, without: Sequence[str] = ()) -> bool:
    """The figures and the coverage over time; False where there is no article."""
    total = ask(totals, view.filters, tz=view.tz)
    if not total.articles:
        frame.nothing(view)
        return False
    figures.key_figures(view, total, without=without)
    step = coverage_view.step_in(view)
    named = coverage_view.largest(view, "company")
    over_time = ask(
        coverage, view.filters, tz=view.tz, count=view.count, step=step, named=tuple(named)
    )
    title = texts_coverage.per_step(view.count, step)
    if over_time.empty:
        st.subheader(title, anchor=False)
        st.caption(texts_coverage.NO_BY["company"])
    else:
        figures.titled_coverage(
            view, over_time, title=title, named=named, colours=frame.colours(view), step=step,
            today=datetime.now(view.tz).date(),
        )  # fmt: skip
    if total.undated:
        st.caption(texts.undated_note(total.undated))
    return True


def _companies(view: View) -> None:
    voice = ask(share_of_voice, view.filters, tz=view.tz, count=view.count)
    if voice.empty:
        st.subheader(texts_outlets.COMPANIES, anchor=False)
        st.caption(texts_coverage.NO_BY["company"])
        return
    numbers.heading(texts_outlets.COMPANIES, lambda: voice, chart="voice_chart", name="companies",
                    subtitle=figures.period(view))  # fmt: skip
    chart = chart_of(charts.share_chart, voice, colours=frame.colours(view), count=view.count)
    chart.show(charts.share_words(voice, count=view.count), key="voice_chart")


def _latest(view: View) -> None:
    figures.list_heading(texts_outlets.LATEST_ARTICLES, articles_download(view), key="latest")
    total = ask(totals, view.filters, tz=view.tz).articles
    below = st.container()
    offset = frame.page_offset(total, _ARTICLES, key="latest_page")
    with below:
        shown = ask(articles, view.filters, tz=view.tz, limit=_ARTICLES, offset=offset)
        lines = rows.article_rows(shown, colours=frame.colours(view), tz=view.tz)
        table(rows.ARTICLE_COLUMNS, lines, label=texts_outlets.LATEST_ARTICLES, key="articles")

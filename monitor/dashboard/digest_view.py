"""The Reports page: which digest is looked at, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import streamlit as st

from monitor.dashboard import texts, texts_reports
from monitor.dashboard.components import mail
from monitor.dashboard.data import ask, config, data_folder, desk, sample_removed
from monitor.dashboard.filters import View
from monitor.dashboard.roles import who
from monitor.filters import Filters
from monitor.links import filters_of_view
from monitor.reports.digest import digest_sheet, file_name
from monitor.reports.digest_html import as_html
from monitor.reports.digest_pdf import as_pdf
from monitor.reports.digest_sheet import Sheet
from monitor.reports.digest_span import Span, last_days
from monitor.reports.digest_text import as_text
from monitor.reports.export import found_by
from monitor.store.reader import Reader
from monitor.store.views import saved_views

_MORNING = time(7, 30)
_MAIL, _PHONE = 660, 390  # pixels
_TYPES = {"html": "text/html", "txt": "text/plain", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A digest that was asked for, its days, and how it is looked at."""

    name: str
    filters: Filters
    span: Span
    shown: str  # mail, on a phone, or its text
    dark: bool


def choose(view: View) -> Chosen:
    """Draw what can be chosen; raises ValueError for a saved view that cannot be read."""
    today = datetime.now(view.tz).date()
    views = {texts_reports.view_label(v): v for v in saved_views(desk(), by=who())}
    with st.container(horizontal=True, vertical_alignment="bottom", key="digest_bar"):
        of = st.selectbox(
            texts_reports.OF, [texts_reports.THESE, *views], key="digest_of", bind="query-params",
            help=texts_reports.OF_HELP, width=260,
        )  # fmt: skip
        period = st.selectbox(
            texts_reports.PERIOD, list(texts_reports.PERIODS), key="digest_period",
            bind="query-params", width=120,
        )  # fmt: skip
        day = st.date_input(
            texts_reports.AS_OF, _newest(view, today), key="digest_day", bind="query-params",
            format="YYYY-MM-DD", width=200, help=texts_reports.AS_OF_HELP,
        )  # fmt: skip
        shown = st.segmented_control(
            texts_reports.SHOWN, (texts_reports.MAIL, texts_reports.PHONE, texts_reports.TEXT),
            default=texts_reports.MAIL, required=True, key="digest_as", bind="query-params",
        )  # fmt: skip
        dark = st.toggle(texts_reports.DARK, key="digest_dark", bind="query-params")
    chosen = views.get(of)
    morning = datetime.combine(day if isinstance(day, date) else today, _MORNING, tzinfo=view.tz)
    filters = filters_of_view(chosen.values, today=today) if chosen else view.filters
    return Chosen(
        name=chosen.name if chosen else texts_reports.NAME,
        filters=replace(filters, sample=not sample_removed(), since=None, until=None),
        span=last_days(texts_reports.PERIODS[period], morning, view.tz), shown=shown, dark=dark,
    )  # fmt: skip


def made(chosen: Chosen) -> Sheet:
    """The digest in words; raises QueryError where its search does not parse."""
    return ask(_sheet, chosen.name, chosen.filters, chosen.span, who(), config().version)


def heading(sheet: Sheet, day: date) -> None:
    """The title, and the digest as files, each made when it is asked for."""
    make = {
        "html": lambda: as_html(sheet).encode(), "txt": lambda: as_text(sheet).encode(),
        "pdf": lambda: as_pdf(sheet),
    }  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        with st.container(gap=None):
            st.title(texts_reports.REPORTS, anchor=False)
            st.caption(texts_reports.INTRO)
        with st.container(horizontal=True, width="content", gap="small"):
            for suffix, label in texts_reports.DOWNLOADS.items():
                name = file_name(sheet, day, suffix)
                st.download_button(
                    label, make[suffix], file_name=name, mime=_TYPES[suffix], on_click="ignore",
                    icon=":material/download:", key=f"digest_{suffix}",
                )  # fmt: skip


def preview(sheet: Sheet, chosen: Chosen) -> None:
    """The digest as its reader gets it."""
    st.caption(texts.verbatim(texts_reports.SUBJECT.format(subject=sheet.subject)))
    if chosen.shown == texts_reports.TEXT:
        st.code(as_text(sheet), language=None)
        return
    width = _PHONE if chosen.shown == texts_reports.PHONE else _MAIL
    document = as_html(sheet, dark=chosen.dark)
    mail(document, width=width, title=texts_reports.PREVIEW, key="digest_mail")


def _newest(view: View, today: date) -> date:
    """The first morning after the last day with articles: an archive may stand still."""
    last = view.choices.last_day
    return today if last is None else min(today, last + timedelta(days=1))


def _sheet(
    reader: Reader, name: str, filters: Filters, span: Span, asked: str, watchlist: str,
) -> Sheet:  # fmt: skip
    """`digest_sheet` by the watchlist of the version `watchlist`, which the answer is kept by."""
    settings = config()
    return digest_sheet(
        reader, settings, name=name, filters=filters, span=span, asked=asked,
        base=settings.team.dashboard,
        found=found_by(data_folder(), reader, filters.query),
    )  # fmt: skip

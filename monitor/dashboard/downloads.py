"""Reports of every list: buttons that write exactly what the list's filters show.

A file is made when its button is clicked, so that a page costs nothing for it but counting its
rows. A large one is not made in memory but streamed from its address, where the server has that.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

import streamlit as st

from monitor.columns import STANDARD, Report
from monitor.dashboard import download_texts as texts
from monitor.dashboard.data import ask as answer
from monitor.dashboard.data import config, data_folder, reader, sample_removed, streamed
from monitor.dashboard.filters import View
from monitor.dashboard.roles import who
from monitor.filters import Filters
from monitor.links import feed_link, file_link, page_link
from monitor.reports.asked import Format
from monitor.reports.atom import Kind
from monitor.reports.export import MEDIA_TYPES, SUFFIX, Export, ask, column_sets, count_rows
from monitor.store.queries import totals
from monitor.store.reader import Reader

MOST_IN_MEMORY = 20_000  # rows of a file that is made in the server's memory
Look = Literal["primary", "secondary", "tertiary"]


@dataclass(frozen=True, slots=True)
class Download:
    """A report to be had: of what, what its file is called, and what its button says of it."""

    report: Report
    filters: Filters
    name: str  # of the file, without what says its format
    help: str = texts.HELP


def articles_download(view: View) -> Download:
    """All articles of the filter bar, and of a search."""
    return Download("articles", view.filters, f"articles{_days(view.filters)}")


def stories_download(view: View) -> Download:
    """All stories of the filter bar."""
    return Download("stories", view.filters, f"stories{_days(view.filters)}")


def new_download(filters: Filters) -> Download:
    """What is new, also what the list has no room for."""
    name = "new" if filters.seen_since else f"articles{_days(filters)}"
    return Download("articles", filters, name, texts.ALL_HELP)


def story_download(story_id: int) -> Download:
    """The copies and reports of one story."""
    filters = Filters(story=story_id, sample=not sample_removed())
    return Download("articles", filters, f"story_{story_id}", texts.STORY_HELP)


def feeds_download() -> Download:
    """Every feed and how it is."""
    filters = Filters(sample=not sample_removed())
    return Download("feeds", filters, "feeds", texts.FEEDS_HELP)


@dataclass(frozen=True, slots=True)
class _File:
    """A download in one format, of the state of the archive that the page was drawn from."""

    download: Download
    reader: Reader
    by: str
    at: datetime
    base: str  # where the dashboard is
    columns: str = STANDARD
    format: Format = "csv"

    @property
    def name(self) -> str:
        return f"{self.download.name}.{self.format}"

    @property
    def address(self) -> str:
        """Where it is streamed from."""
        d = self.download
        return file_link(self.base, d.report, self.format, d.filters, columns=self.columns)

    @property
    def feed(self) -> str:
        """Where its newest are an Atom feed: of no period, for that would run out."""
        always = replace(self.download.filters, since=None, until=None, seen_since=None)
        return feed_link(self.base, cast(Kind, self.download.report), always)

    def data(self) -> bytes:
        """The file."""
        made = self._export()
        if self.format == "csv":
            return b"".join(made.csv())
        book = io.BytesIO()
        made.excel(book)
        return book.getvalue()

    def how(self) -> bytes:
        """What goes beside it."""
        made = self._export()
        made.look_through()
        return made.sidecar().encode()

    def _export(self) -> Export:
        d, settings, folder = self.download, config(), data_folder()
        link = page_link(self.base, d.report, d.filters)
        asked = ask(folder, self.reader, settings, d.report, d.filters, by=self.by, at=self.at,
                    link=link, columns=self.columns, file_format=self.format)  # fmt: skip
        return Export(folder, self.reader, asked)


def button(download: Download, *, key: str, look: Look = "secondary") -> None:
    """A button for the CSV, which says how many rows will come."""
    rows = _rows(download)
    label = texts.with_rows(texts.LABELS[download.report], rows)
    said = f"{texts.what_a_row_is(download.report)} {download.help}"
    _get(_file(download), rows, label, key=key, look=look, help=said)


def menu(download: Download, *, key: str) -> None:
    """A button that opens all reports, formats and columns for the same filters."""
    with st.popover(texts.MORE, icon=":material/table_view:", key=key):
        report = st.segmented_control(
            texts.REPORT, [*texts.REPORTS], default=download.report, required=True,
            format_func=texts.REPORTS.__getitem__, key=f"{key}_report",
        )  # fmt: skip
        said = st.segmented_control(
            texts.FORMAT, list(texts.FORMATS), default="Excel", required=True,
            key=f"{key}_format",
        )  # fmt: skip
        sets, columns = column_sets(config(), report), STANDARD
        if len(sets) > 1:
            columns = st.selectbox(
                texts.COLUMNS, sets, format_func=texts.set_name, key=f"{key}_columns_{report}",
                help=texts.COLUMNS_HELP,
            )  # fmt: skip
        name = f"{report.replace('-', '_')}{_days(download.filters)}"
        chosen = Download(report, download.filters, name)
        file = _file(chosen, columns=columns, file_format=texts.FORMATS[said])
        rows = _rows(chosen)
        st.caption(texts.what_a_row_is(report))
        with st.container(horizontal=True):
            _get(file, rows, texts.with_rows(said, rows), key=f"{key}_get", look="primary")
            if rows <= MOST_IN_MEMORY:
                st.download_button(
                    texts.HOW_MADE, file.how, file_name=f"{file.name}{SUFFIX}",
                    mime="application/json", on_click="ignore", help=texts.HOW_MADE_HELP,
                    type="tertiary", key=f"{key}_how",
                )  # fmt: skip
        if streamed():
            st.caption(texts.ADDRESS)
            st.code(file.address, language=None, wrap_lines=True)
            if report in get_args(Kind):
                st.caption(texts.FEED)
                st.code(file.feed, language=None, wrap_lines=True)


def _get(
    file: _File, rows: int, label: str, *, key: str, look: Look,
    help: str | None = None,  # noqa: A002 -- as Streamlit has it
) -> None:  # fmt: skip
    icon = ":material/download:"
    if rows <= MOST_IN_MEMORY:
        st.download_button(
            label, file.data, file_name=file.name, mime=MEDIA_TYPES[file.format],
            on_click="ignore", icon=icon, help=help, type=look, key=key,
        )  # fmt: skip
    elif streamed():
        st.link_button(label, file.address, icon=icon, help=help, type=look, key=key)
    else:
        st.caption(texts.too_large(file.download.report, rows))


def _file(download: Download, *, columns: str = STANDARD, file_format: Format = "csv") -> _File:
    return _File(download, reader(), who(), datetime.now(UTC), _base(), columns, file_format)


def _rows(download: Download) -> int:
    filters, tz = download.filters, config().tz
    if download.report in ("articles", "stories") and not filters.query:
        asked = answer(totals, filters, tz=tz)  # as the page has already
        return asked.rows if download.report == "articles" else asked.stories
    return answer(count_rows, data_folder(), download.report, filters, tz=tz)


def _base() -> str:
    """Where the dashboard is for who looks at it; where the watchlist says, if nobody does."""
    seen = urlsplit(st.context.url or config().team.dashboard)
    return f"{seen.scheme}://{seen.netloc}"


def _days(filters: Filters) -> str:
    since, until = filters.since, filters.until
    return f"_{since}_{until}" if since and until else ""

"""The CSV of every list: a button that writes exactly what the list's filters show.

The file is made when the button is clicked, so that a page costs nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from monitor.dashboard import texts
from monitor.dashboard.data import config, reader, sample_removed
from monitor.dashboard.filters import View
from monitor.filters import Filters
from monitor.reports.csv import articles_csv, feeds_csv, stories_csv


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be had: what its button says, what it is called, and how it is made."""

    label: str
    help: str
    file_name: str
    make: Callable[[], bytes]


def articles_download(view: View, *, found: list[int] | None = None) -> Download:
    """All articles of the filter bar, and of a search."""
    make = _articles(view.filters, found)
    name = f"articles{_days(view.filters)}.csv"
    return Download(texts.DOWNLOAD_ARTICLES, texts.DOWNLOAD_HELP, name, make)


def stories_download(view: View) -> Download:
    """All stories of the filter bar."""

    def make() -> bytes:
        return b"".join(stories_csv(reader(), view.filters, tz=view.tz))

    name = f"stories{_days(view.filters)}.csv"
    return Download(texts.DOWNLOAD_STORIES, texts.DOWNLOAD_HELP, name, make)


def new_download(filters: Filters) -> Download:
    """What is new, also what the list has no room for."""
    name = "new.csv" if filters.seen_since else f"articles{_days(filters)}.csv"
    return Download(texts.DOWNLOAD_ARTICLES, texts.DOWNLOAD_ALL_HELP, name, _articles(filters))


def story_download(story_id: int) -> Download:
    """The copies and reports of one story."""
    make = _articles(Filters(story=story_id, sample=not sample_removed()))
    name = f"story_{story_id}.csv"
    return Download(texts.DOWNLOAD_ARTICLES, texts.DOWNLOAD_STORY_HELP, name, make)


def feeds_download() -> Download:
    """Every feed and how it is."""

    def make() -> bytes:
        now = datetime.now(UTC)
        return feeds_csv(reader(), now=now, tz=config().tz, sample=not sample_removed())

    return Download(texts.DOWNLOAD_FEEDS, texts.DOWNLOAD_FEEDS_HELP, "feeds.csv", make)


def button(
    download: Download,
    *,
    key: str,
    type: Literal["secondary", "tertiary"] = "secondary",  # noqa: A002
) -> None:
    """The button for it."""
    st.download_button(
        download.label, download.make, file_name=download.file_name, mime="text/csv",
        on_click="ignore", icon=":material/download:", help=download.help, type=type, key=key,
    )  # fmt: skip


def _articles(filters: Filters, found: list[int] | None = None) -> Callable[[], bytes]:
    tz = config().tz
    return lambda: b"".join(articles_csv(reader(), filters, tz=tz, found=found))


def _days(filters: Filters) -> str:
    since, until = filters.since, filters.until
    return f"_{since}_{until}" if since and until else ""

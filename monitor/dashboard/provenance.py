"""Where each fact of an article was found, how sure its date is, and what kind of page it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from monitor.dashboard import texts, texts_sources
from monitor.dashboard.components import table
from monitor.dashboard.rows import Item
from monitor.store.queries import ArticleDetail

COLUMNS: Sequence[dict[str, Any]] = tuple(
    {"label": label, "width": width, "phone": phone}
    for label, width, phone in zip(
        texts_sources.COLUMNS, ("7rem", "40%", None), ("inline", "bare", None), strict=True
    )
)


def draw(detail: ArticleDetail, tz: ZoneInfo) -> None:
    """An expander with a row a fact."""
    with st.expander(texts_sources.HEADING, icon=":material/fact_check:", key="provenance"):
        table(COLUMNS, rows(detail, tz=tz), label=texts_sources.HEADING, key="sources")


def rows(detail: ArticleDetail, *, tz: ZoneInfo) -> list[list[Item]]:
    """One row a fact, for `COLUMNS`."""
    kept: dict[str, Item] = {
        "title": {"text": detail.title},
        "authors": {"text": ", ".join(detail.authors)},
        "date": _date(detail, tz),
        "outlet": {"text": detail.outlet},
        "language": {"text": texts.language_name(detail.language or "")},
    }
    lines = [
        [
            {"text": texts_sources.FACTS[fact]},
            cell if cell["text"] else {"sub": cell.get("sub", texts_sources.NOT_KNOWN)},
            (_found(detail, fact) if cell["text"] else {}) | _refused(detail, fact),
        ]
        for fact, cell in kept.items()
    ]
    if detail.text_status in texts_sources.TEXT:
        words = texts.plural(detail.words or 0, "word")
        found = texts_sources.found_in(texts_sources.TEXT[detail.text_status])
        lines.append([{"text": texts_sources.FACTS["text"]}, {"text": words}, {"text": found}])
    if kind := texts_sources.PAGE_TYPES.get(detail.page_type):
        name, meaning = kind
        lines.append([{"text": texts_sources.FACTS["page"]}, {"text": name, "sub": meaning}, {}])
    return lines


def badges(detail: ArticleDetail) -> list[Item]:
    """What stands beside a headline where its page is no plain article."""
    name, meaning = texts_sources.PAGE_TYPES.get(detail.page_type, ("", ""))
    return [{"text": name, "title": meaning, "tone": "warn"}] if meaning else []


def _date(detail: ArticleDetail, tz: ZoneInfo) -> Item:
    inferred = detail.published_at is None and detail.dated_at is not None
    if detail.dated_at is None:
        return {"text": "", "sub": texts_sources.CONFIDENCE["none"]}
    sure = "inferred" if inferred else detail.date_confidence
    return {
        "text": texts.dated(detail.dated_at, tz, inferred=inferred, day_only=detail.day_only),
        "sub": "" if sure == "none" else texts_sources.CONFIDENCE.get(sure, ""),
    }


def _refused(detail: ArticleDetail, fact: str) -> Item:
    """Dates that a page states and that cannot be."""
    said = detail.sources.get("refused", "") if fact == "date" else ""
    return {"sub": texts_sources.REFUSED.format(said=said)} if said else {}


def _found(detail: ArticleDetail, fact: str) -> Item:
    if fact == "date" and detail.published_at is None:
        return {}
    found = texts_sources.found_in(detail.sources.get(fact, ""))
    return {"text": found} if found else {"sub": texts_sources.NOT_NOTED}

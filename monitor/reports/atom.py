"""An Atom feed of the newest articles or stories of a view (RFC 4287).

Entries keep their ids, whatever happens to their text, so that a reader of feeds shows each once.
All text is hostile: it is plain text for every reader, and what XML cannot hold is left out.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pandas as pd

from monitor import __version__
from monitor.filters import Filters
from monitor.links import opened_link, to_params
from monitor.store.queries.arrivals import changed_at
from monitor.store.queries.articles import articles
from monitor.store.queries.stories import stories
from monitor.urls import is_web_url

if TYPE_CHECKING:
    from monitor.store.reader import Reader

Kind = Literal["articles", "stories"]
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
MOST = 100  # entries
_NAMESPACE = "http://www.w3.org/2005/Atom"
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "media-monitor")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # a feed without entries has to have a time too
# What XML 1.0 cannot hold, not even escaped: section 2.2, Characters.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article or story; text is hostile."""

    id: str
    title: str
    link: str  # where it is read
    page: str  # where the dashboard shows it
    updated: datetime
    published: datetime | None = None
    summary: str = ""
    authors: Sequence[str] = ()
    categories: Sequence[str] = ()


def entries(
    reader: Reader, kind: Kind, filters: Filters, *, tz: ZoneInfo, base: str,
    found: Sequence[int] | None = None,
) -> list[Entry]:  # fmt: skip
    """The newest of a filter, at most `MOST`: articles by when they came, stories by their latest.

    `base` is where the dashboard is; `found` what `filters.query` matches.
    """
    if kind == "articles":
        frame = articles(reader, filters, tz=tz, limit=MOST, order="new", found=found)
        changed = changed_at(reader, "article", frame["article_id"].tolist())
        return [_article(row, changed[row["article_id"]], base) for row in _rows(frame)]
    frame = stories(reader, filters, tz=tz, limit=MOST, found=found)
    changed = changed_at(reader, "story", frame["story_id"].tolist())
    return [_story(row, changed[row["story_id"]], base) for row in _rows(frame)]


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    yield from frame.to_dict("records")  # type: ignore[misc]


def _article(row: dict[str, Any], changed: datetime, base: str) -> Entry:
    page = opened_link(base, "article", row["article_id"])
    outlet = _known(row["outlet"])
    return Entry(
        id=_id("article", row["article_id"]), title=_known(row["title"]),
        link=row["url"] if is_web_url(_known(row["url"])) else page, page=page, updated=changed,
        published=None if pd.isna(row["dated_at"]) else row["dated_at"],
        summary=_known(row["opening"]),
        # An author has to be named; without a byline it is whoever published it.
        authors=[name for name in row["authors"] if name.strip()] or [outlet or "Unknown outlet"],
        categories=[*row["companies"], *row["topics"], *([outlet] if outlet else [])],
    )  # fmt: skip


def _story(row: dict[str, Any], changed: datetime, base: str) -> Entry:
    page = opened_link(base, "story", row["story_id"])
    outlets = row["outlet_names"]
    return Entry(
        id=_id("story", row["story_id"]), title=_known(row["title"]), link=page, page=page,
        updated=changed, published=None if pd.isna(row["first_at"]) else row["first_at"],
        summary=f"{row['articles']} × {', '.join(outlets)}",
        authors=outlets[:1] or ["Unknown outlet"],
        categories=[*row["companies"], *row["topics"]],
    )  # fmt: skip


def _known(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _id(kind: str, number: object) -> str:
    return f"urn:uuid:{uuid.uuid5(_IDS, f'{kind}/{number}')}"


def feed_id(kind: Kind, filters: Filters) -> str:
    """The id of the feed of these filters, wherever it is fetched from."""
    return _id(kind, urlencode(to_params(filters)))


def atom(items: Iterable[Entry], *, title: str, own_id: str, link: str, page: str) -> bytes:
    """The feed's document: `link` is its own address, `page` that of the page that shows it."""
    items = list(items)
    root = ET.Element("feed", xmlns=_NAMESPACE)
    _text(root, "id", own_id)
    _text(root, "title", title)
    _text(root, "updated", _moment(max((e.updated for e in items), default=_NEVER)))
    _link(root, "self", link, MEDIA_TYPE.partition(";")[0])
    _link(root, "alternate", page, "text/html")
    _text(root, "generator", "Media Monitor", version=__version__)
    for entry in items:
        root.append(_element(entry))
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _element(entry: Entry) -> ET.Element:
    element = ET.Element("entry")
    _text(element, "id", entry.id)
    _text(
        element,
        "title",
        " ".join(_clean(entry.title).split()) or "(without a headline)",
        type="text",
    )
    _text(element, "updated", _moment(entry.updated))
    if entry.published:
        _text(element, "published", _moment(entry.published))
    _link(element, "alternate", entry.link, "text/html")
    if entry.page != entry.link:
        _link(element, "related", entry.page, "text/html")
    for name in entry.authors:
        _text(ET.SubElement(element, "author"), "name", name)
    for term in dict.fromkeys(entry.categories):
        ET.SubElement(element, "category", term=_clean(term))
    if entry.summary:
        _text(element, "summary", entry.summary, type="text")
    return element


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = _clean(text)


def _link(parent: ET.Element, rel: str, href: str, media_type: str) -> None:
    ET.SubElement(parent, "link", rel=rel, href=_clean(href), type=media_type)


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"

"""A feed's bytes → ParsedFeed: RSS, Atom, RDF, JSON Feed, news sitemaps, as they really come.

Every item of a feed becomes an Entry or a line of `skipped`. Entities that a
document declares are never expanded, and nothing here opens a connection.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from datetime import UTC, datetime, timedelta
from html.entities import html5
from typing import Any, TypedDict

import feedparser

from monitor.errors import ParseError
from monitor.ingest.charsets import stated_charset, without_ruins
from monitor.ingest.extract.dates import NO_DATE
from monitor.ingest.feed_text import decode, plain, read_authors, read_date
from monitor.ingest.sitemap import read_news_sitemap
from monitor.models import Entry, ParsedFeed
from monitor.urls import absolute_url, is_web_url

MAX_ENTRIES = 2000  # Media Cloud's cap; one real feed had 23,509
MAX_ELEMENTS = 200_000  # feedparser takes 0.1 ms for each; the largest of 102 real feeds has 4,200
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: a wrong clock, or no date at all
_FULL_TEXT = 1000  # characters from which on a description is the article itself

_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000,
            "yearly": 31536000}  # fmt: skip
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel", "item", "entry"})
_ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_ITEM_START = re.compile(r"<(?:\w+:)?(?:item|entry)(?=[\s>/])")
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>")
_PROLOG = re.compile(r"\s*<([?!])")
_DOCTYPE_END = re.compile(r"\]\s*>")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def parse_feed(
    data: bytes, *, url: str, content_type: str = "", now: datetime | None = None
) -> ParsedFeed:
    """The feed in `data`, which came from `url` with the header `content_type`.

    Links are absolute and otherwise as delivered. `published_at` is the date
    of publication or, where the feed gives only that, of the last change;
    dates before 1990 or more than a day after `now` become None. Of a damaged
    feed what can be read is kept. Raises ParseError where there is no feed.
    """
    now = now or datetime.now(UTC)
    text = without_ruins(decode(data, charset=stated_charset(content_type))).lstrip()
    if not text:
        raise _not_a_feed(url, "XML", "an empty answer")
    if text.startswith("{"):
        return _parse_json(text, url=url, now=now)
    return _parse_xml(text, url=url, now=now, content_type=content_type)


def _parse_xml(text: str, *, url: str, now: datetime, content_type: str) -> ParsedFeed:
    text = _without_prolog(text)
    root = _ELEMENT.match(text)
    if root is not None and root.group(2).lower() == "urlset":
        return _parse_sitemap(text, url=url, now=now)
    if root is None or root.group(2).lower() not in _FEED_ROOTS:
        raise _not_a_feed(url, "XML", _what_it_is(root, content_type))
    text, beyond = _capped(_NOT_XML.sub("", text))
    if _elements(text) > MAX_ELEMENTS:
        raise _not_a_feed(url, "XML", f"more than {MAX_ELEMENTS:,} elements")
    # A declared entity may expand to gigabytes; neither parser knows this spelling.
    text = _NAMED.sub(_character, text.replace("<!ENTITY", "&lt;!ENTITY"))
    document = feedparser.parse(
        io.BytesIO(text.encode()),  # as a file: bytes themselves would be tried as a path
        response_headers={"content-location": url, "content-type": "text/xml; charset=utf-8"},
        resolve_relative_uris=False,  # of the content's markup; links are resolved
        sanitize_html=False,  # nothing is ever shown as HTML
    )
    items: list[Any] = list(document.entries)
    skipped = []
    if document.bozo and items and _breaks_off(text):
        items.pop()
        skipped.append(f"item {len(items) + 1} is not complete: the feed breaks off")
    if document.bozo and not document.entries:
        raise _not_a_feed(url, "XML", "damaged or incomplete XML without any item")
    entries: list[Entry] = []
    feed = document.feed
    # An Atom entry without an author has its feed's (RFC 4287, 4.2.1); RSS names an editor there.
    byline = _names(feed) if document.version.startswith("atom") else []
    for number, item in enumerate(items, start=1):
        _add(_xml_entry(item, byline, url=url, now=now), number, entries, skipped)
    return ParsedFeed(
        title=plain(feed.get("title", "")),
        language=_language(feed.get("language")),
        ttl_seconds=_ttl(feed),
        entries=tuple(entries),
        skipped=(*skipped, *beyond),
    )


def _parse_sitemap(text: str, *, url: str, now: datetime) -> ParsedFeed:
    news = read_news_sitemap(_NOT_XML.sub("", text))
    if not news:
        raise _not_a_feed(url, "XML", "a sitemap without news")
    entries: list[Entry] = []
    skipped: list[str] = []
    for number, item in enumerate(news[:MAX_ENTRIES], start=1):
        link, title = _web_url(item.loc, url), plain(item.title)
        entry = Entry(
            feed_url=url, guid=_guid(None, link, title, ""), url=link, title=title,
            **_dated(now, item.date),
        )  # fmt: skip
        _add(entry, number, entries, skipped)
    return ParsedFeed(
        title=plain(news[0].publication),
        language=_language(news[0].language),
        ttl_seconds=None,
        entries=tuple(entries),
        skipped=(*skipped, *_beyond(len(news))),
    )


def _xml_entry(item: Any, byline: list[str], *, url: str, now: datetime) -> Entry:
    contents = [c.get("value") or "" for c in item.get("content", ())]
    content = max(contents, key=len, default="")
    summary = item.get("summary") or ""
    if not content and len(plain(summary, limit=2 * _FULL_TEXT)) > _FULL_TEXT:
        content = summary
    # `in` and not `get`: for a missing "updated" feedparser's get answers with "published".
    published = item.get("published") if "published" in item else item.get("created")
    updated = item.get("updated") if "updated" in item else None
    link = _link(item, url)
    title = plain(item.get("title") or "")
    return Entry(
        feed_url=url,
        guid=_guid(item.get("id"), link, title, summary),
        url=link,
        title=title,
        summary=plain(summary),
        content_html=content,
        authors=read_authors(_names(item)) or read_authors(byline),
        updated_at=_believable(updated, now)[0],
        **_dated(now, published, updated),
    )


def _link(item: Any, base: str) -> str | None:
    """The page of an item: the publisher's own address before any that counts clicks."""
    alternates = [
        link.get("href")
        for link in item.get("links", ())
        if link.get("rel") == "alternate" and "html" in (link.get("type") or "html")
    ]
    guid = item.get("id") if item.get("guidislink") else None
    for candidate in (item.get("feedburner_origlink"), *alternates, item.get("link"), guid):
        if candidate and (found := _web_url(candidate, base)):
            return found
    return None


def _names(item: Any) -> list[str]:
    names = [author.get("name") or "" for author in item.get("authors", ())]
    whole = item.get("author") or ""
    # feedparser knows no top-level domain of more than four letters, and cuts names there.
    return [whole] if len(names) <= 1 and (not any(names) or "@" in whole) else names


def _parse_json(text: str, *, url: str, now: datetime) -> ParsedFeed:
    """JSON Feed 1.0 and 1.1: https://www.jsonfeed.org/version/1.1/."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise _not_a_feed(url, "JSON Feed", "damaged or incomplete JSON") from None
    items = feed.get("items")
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(items, list):
        raise _not_a_feed(url, "XML or JSON Feed", "other JSON")
    entries: list[Entry] = []
    skipped: list[str] = []
    for number, item in enumerate(items[:MAX_ENTRIES], start=1):
        if not isinstance(item, dict):
            skipped.append(f"item {number} is not an object")
            continue
        _add(_json_entry(item, url=url, now=now), number, entries, skipped)
    return ParsedFeed(
        title=plain(_string(feed.get("title"))),
        language=_language(_string(feed.get("language"))),
        ttl_seconds=None,
        entries=tuple(entries),
        skipped=(*skipped, *_beyond(len(items))),
    )


def _json_entry(item: dict[str, Any], *, url: str, now: datetime) -> Entry:
    content = _string(item.get("content_html"))
    text = _string(item.get("content_text"))
    if text and not content:
        content = "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\n\s*\n", text))
    authors = item.get("authors") if isinstance(item.get("authors"), list) else []
    names = [
        _string(a.get("name"))
        for a in [*(authors or []), item.get("author")]
        if isinstance(a, dict)
    ]
    link = next(
        (u for key in ("url", "external_url") if (u := _web_url(_string(item.get(key)), url))), None
    )
    title = plain(_string(item.get("title")))
    summary = _string(item.get("summary")) or text or content
    published, updated = (_string(item.get(key)) for key in ("date_published", "date_modified"))
    return Entry(
        feed_url=url,
        guid=_guid(_string(item.get("id")), link, title, summary),
        url=link,
        title=title,
        summary=plain(summary),
        content_html=content,
        authors=read_authors(names),
        updated_at=_believable(updated, now)[0],
        **_dated(now, published, updated),
    )


def _add(entry: Entry, number: int, entries: list[Entry], skipped: list[str]) -> None:
    if entry.url or entry.title:
        entries.append(entry)
    else:
        skipped.append(f"item {number} has neither a link nor a title")


def _without_prolog(text: str) -> str:
    """`text` from its first element on: no declaration, comment, DOCTYPE or stray words."""
    at = 0
    while match := _PROLOG.match(text, at):
        start = match.start(1)
        if text.startswith("!--", start):
            end = text.find("-->", start) + 3
        elif match.group(1) == "?":
            end = text.find("?>", start) + 2
        else:
            end = text.find(">", start) + 1
            if 0 <= text.find("[", start) < end:
                closing = _DOCTYPE_END.search(text, start)
                end = closing.end() if closing else 0
        if end <= start:
            return ""
        at = end
    first = _ELEMENT.search(text, at)
    return text[first.start() :] if first else ""


def _capped(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with its first 2,000 items, cut before they cost time; a line for each other."""
    starts = [match.start() for match in _ITEM_START.finditer(text)]
    if len(starts) <= MAX_ENTRIES:
        return text, ()
    ends = [match.end() for match in _ITEM_END.finditer(text)]
    tail = text[ends[-1] :] if ends and ends[-1] > starts[-1] else ""
    return text[: starts[MAX_ENTRIES]] + tail, _beyond(len(starts))


def _elements(text: str) -> int:
    """How many elements `text` has outside of CDATA."""
    first, *rest = text.split("<![CDATA[")
    return sum(
        len(_ELEMENT.findall(part)) for part in [first, *(r.partition("]]>")[2] for r in rest)]
    )


def _beyond(count: int) -> tuple[str, ...]:
    return (f"beyond the first {MAX_ENTRIES:,} items",) * max(0, count - MAX_ENTRIES)


def _breaks_off(text: str) -> bool:
    starts, ends = (len(pattern.findall(text)) for pattern in (_ITEM_START, _ITEM_END))
    closed_itself = len(re.findall(r"<(?:\w+:)?(?:item|entry)(?:\s[^<>]*)?/>", text))
    return starts > ends + closed_itself


def _character(match: re.Match[str]) -> str:
    """HTML's named characters, which XML does not know, but not those that are markup."""
    character = html5.get(match.group(1), "")
    return character if character and not set(character) & set("<>&\"'") else match.group()


def _what_it_is(root: re.Match[str] | None, content_type: str) -> str:
    name = root.group(2).lower() if root else ""
    if name in ("html", "head", "body", "script", "div", "p", "meta"):
        return "text/html"
    if name:
        return f"a document of <{name[:40]}>"
    return content_type.split(";")[0].strip() or "plain text"


def _not_a_feed(url: str, expected: str, got: str) -> ParseError:
    return ParseError(f"cannot parse feed {url!r}: expected {expected}, got {got}")


def _web_url(url: str, base: str) -> str | None:
    """`url` made absolute, where that is a web address."""
    url = html.unescape("".join(url.split())) if url else ""
    if not url:
        return None
    try:
        found = absolute_url(url, base)
    except ValueError:
        return None
    return found if is_web_url(found) else None


def _guid(given: str | None, link: str | None, title: str, summary: str) -> str:
    guid = " ".join((given or "").split())[:2048]
    return guid or link or hashlib.sha256(f"{title}\n{summary}".encode()).hexdigest()[:32]


class _When(TypedDict):
    published_at: datetime | None
    day_only: bool


def _dated(now: datetime, *texts: str | None) -> _When:
    """By the first of `texts` that states a date which can be believed."""
    read = (_believable(text, now) for text in texts)
    moment, day_only = next(((at, day) for at, day in read if at), (None, False))
    return _When(published_at=moment, day_only=day_only)


def _believable(text: str | None, now: datetime) -> tuple[datetime | None, bool]:
    """The moment that `text` states, and whether it only says a day."""
    moment, day_only = read_date(text) if text else (None, False)
    if moment is None or moment == NO_DATE or not _OLDEST <= moment <= now + timedelta(days=1):
        return None, False
    return moment, day_only


def _language(text: str | None) -> str | None:
    code = re.match(r"[a-z]{2}(?![a-z])", (text or "").strip().lower())
    return code.group() if code else None


def _ttl(feed: Any) -> int | None:
    """How long the feed asks to be left alone: the longer of RSS's ttl and its sy:updatePeriod."""
    found = []
    if re.fullmatch(r"\d{1,6}", ttl := (feed.get("ttl") or "").strip()):
        found.append(int(ttl) * 60)
    if period := _PERIODS.get((feed.get("sy_updateperiod") or "").strip().lower()):
        frequency = (feed.get("sy_updatefrequency") or "").strip()
        found.append(period // max(1, int(frequency) if re.fullmatch(r"\d{1,4}", frequency) else 1))
    return max(found, default=None) or None


def _string(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _NOT_XML.sub("", str(value))

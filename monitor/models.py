"""The values that pass from stage to stage: frozen, without behaviour that needs the outside.

    fetch → Entry → Extracted → (Tags, Placement) → store

Times are timezone-aware and in UTC. Text is as fetched: hostile until escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum


class DateConfidence(StrEnum):
    """How far a publication time can be trusted."""

    HIGH = "high"  # stated by the publisher with time and zone, or by two sources that agree
    MEDIUM = "medium"  # stated once
    DAY = "day"  # stated, but no time of day: the moment kept is the day's beginning in UTC
    LOW = "low"  # only guessed, from the URL or the text
    NONE = "none"  # not known


def is_day(moment: datetime | None, confidence: str) -> bool:
    """Whether only the day of `moment` is known, a time in UTC kept with `confidence`.

    A guess that is a midnight is read off an address, which names days. Midnight itself is a time
    of day as good as any other: nine o'clock in Tokyo.
    """
    timed = confidence in (DateConfidence.HIGH, DateConfidence.MEDIUM)
    return moment is not None and not timed and moment.time() == time(0)


class Place(StrEnum):
    """Where in an article something stands, most prominent first."""

    HEADLINE = "headline"
    LEAD = "lead"
    BODY = "body"


class Role(StrEnum):
    """What an article is among the articles of its story."""

    ORIGINAL = "original"  # others carry its text
    REPRINT = "reprint"  # carries another's text, at most copy-edited
    REWRITE = "rewrite"  # carries parts of another's text among its own
    INDEPENDENT = "independent"  # its own words; nobody copied it, nor it anybody
    UNKNOWN = "unknown"  # a copy, and nothing tells which came first


class TextStatus(StrEnum):
    """Where an article's text came from, and whether there is any."""

    FULL = "full"  # from the article's own page
    FEED = "feed"  # the feed's own content; the page could not be had
    HEADLINE = "headline"  # nothing but a headline (and perhaps a summary)


class DueWhy(StrEnum):
    """Why a feed is asked again when it is, and not sooner."""

    RHYTHM = "rhythm"  # by how often it brings something
    UNKNOWN = "unknown"  # it dates nothing, so its rhythm is not known
    SILENCE = "silence"  # it has brought nothing for longer than its rhythm
    BUSY = "busy"  # nobody is asked more often
    FEED = "feed"  # the feed wishes so
    SERVER = "server"  # the server calls its answer fresh until then
    LONGEST = "longest"  # the longest wait that was set
    FAILURE = "failure"  # the last poll failed
    REFUSED = "refused"  # the server asked to be left alone until then


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, as delivered."""

    feed_url: str
    guid: str  # the feed's own id, or the link, or a digest of the title
    url: str | None
    title: str  # plain text, entities decoded, tags removed
    summary: str = ""  # plain text
    content_html: str = ""  # the feed's own full content, as delivered; hostile
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None  # None where the feed gives no usable date
    day_only: bool = False  # of published_at: no time of day is known
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document, read."""

    title: str
    language: str | None
    ttl_seconds: int | None
    entries: tuple[Entry, ...]
    skipped: tuple[str, ...] = ()  # one reason for each item that became no entry


@dataclass(frozen=True, slots=True)
class Extracted:
    """One article as read from a page or a text, before anything is decided about it."""

    title: str
    text: str  # paragraphs separated by a blank line; "" where the page holds no text
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    date_confidence: DateConfidence = DateConfidence.NONE
    outlet: str | None = None  # the publication's name as the page gives it
    url: str | None = None  # canonical URL where the page or the caller gives one
    language: str | None = None  # ISO 639-1
    credit: str | None = None  # the line that names a source: "originally featured on Fortune.com"
    description: str = ""  # the page's own summary
    # Where title, authors, date, outlet and language come from: {"title": "JSON-LD, heading"}.
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something was decided: a span of a field and the rule that used it.

    `start` and `end` are character offsets into the field; both 0 where the
    rule speaks about the whole article.
    """

    field: str  # "title", "text", "outlet", "url"; "salience" for the parts of a mention's
    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A company in an article."""

    company: str
    salience: float  # 0..1, how much the article is about it
    subject: bool  # a main subject, not named in passing
    place: Place  # the most prominent place
    score: float  # 0..1, how sure it is that the company is meant
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicTag:
    """A topic that an article matches."""

    topic: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Tags:
    """Everything that tagging found in one article."""

    mentions: tuple[Mention, ...] = ()
    topics: tuple[TopicTag, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupItem:
    """What grouping needs to know of an article."""

    id: int | str
    title: str
    text: str
    published_at: datetime | None = None
    date_confidence: DateConfidence = DateConfidence.NONE
    outlet: str | None = None
    url: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where grouping put an article.

    `story` and `copy_group` are the id of their earliest-placed member, so they
    stay stable as others join.
    """

    id: int | str
    story: int | str
    copy_group: int | str
    role: Role = Role.INDEPENDENT
    source: int | str | None = None  # the article whose text this one carries
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to a request that was carried through to its end."""

    url: str  # as asked
    final_url: str  # after redirects
    status: int  # 200 or 304
    body: bytes = field(repr=False)
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    seconds: float = 0.0
    permanent_url: str | None = None  # where a chain of permanent redirects led
    fresh_seconds: float = 0.0  # for how long the server calls this answer fresh


@dataclass(frozen=True, slots=True)
class Draft:
    """An article ready to be kept: read, reconciled and given its identity."""

    url_key: str  # what makes it this article; see `monitor.urls.url_key`
    url: str | None  # None where it was imported without an address
    outlet: str
    domain: str | None
    title: str
    text: str
    seen_at: datetime
    authors: tuple[str, ...] = ()
    description: str = ""
    published_at: datetime | None = None
    date_confidence: DateConfidence = DateConfidence.NONE
    language: str | None = None
    credit: str | None = None
    text_status: TextStatus = TextStatus.FULL
    sample: bool = False
    sources: Mapping[str, str] = field(default_factory=dict)  # as in Extracted
    page_type: str = "article"  # or "live blog", "list", "several articles"
    # How this wording came to be: by which extractor (None: by none), from which capture of the
    # page ("" : none is kept), and what else than the publisher made it.
    extractor: str | None = None
    capture: str = ""
    made_by: str | None = None
    undated: bool = False  # the date that the article has cannot be: it goes


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to people: a digest, or an alert, whatever way it is delivered.

    `text` always tells all; `html` is a whole document, blank where there is none.

    `link` opens in the dashboard what the message is about; blank where its address is unknown.
    `attachments` are by file name, in order.
    """

    subject: str
    text: str
    html: str = ""
    link: str = ""
    attachments: tuple[tuple[str, bytes], ...] = ()

"""What becomes of what was read: pure decisions, no network and no database.

`draft` reconciles what the feed and the page say of one article, `digest` tells
one wording from another, `from_feed` falls back on the feed's own content.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.config import Config, Outlet
from monitor.ingest.extract.credit import agency_byline
from monitor.ingest.extract.dates import BEFORE_FOUNDING, precedes
from monitor.ingest.extract.language import language_of
from monitor.ingest.extract.sources import refused
from monitor.models import DateConfidence, Draft, Entry, Extracted, TextStatus, is_day
from monitor.urls import canonical_url, host_of, is_web_url, site_of, url_key

_AGREE = timedelta(minutes=1)
# When a calendar day begins in the first zone (UTC+14) and ends in the last (UTC-12).
_EASTMOST, _WESTMOST = timedelta(hours=14), timedelta(days=1, hours=12)
_FEED_TEXT = 200  # characters from which a feed's content counts as text; Media Cloud's bound
UNKNOWN_OUTLET = "Unknown outlet"
FEED, _CALLER, _ADDRESS, _WATCHLIST = "feed", "import", "address", "watchlist"


def draft(
    found: Extracted,
    *,
    config: Config,
    now: datetime,
    page_url: str | None = None,
    entry: Entry | None = None,
    outlet: str | None = None,
    alone: bool = True,
    text_status: TextStatus | None = None,
    sample: bool = False,
    page_type: str = "article",
) -> Draft:
    """One article as it will be kept.

    `page_url` is where it was read, `entry` the feed item that led there,
    `outlet` the outlet of that feed (or what the caller of an import named).
    `alone` is false for one of several articles on a page: then the entry's
    title and date are not this article's, and the page's URL is not its own.
    """
    own = entry if alone else None
    url = _own_url(found, page_url) if alone else _canonical(page_url)
    title = found.title or (own.title if own else "") or "(untitled)"
    name, known, whose = resolve_outlet(
        config, url=url or page_url, outlet=outlet, imported=entry is None, stated=found.outlet
    )
    found, own = _possible(found, own, known.founded_at if known else None)
    published, confidence = reconcile_dates(found, own)
    bylines = own.authors if own else ()
    agency = agency_byline(bylines, outlet=name, url=url)  # not who wrote it but where it is from
    slug = _slug(title)
    if url is None:
        key = f"imported:{_slug(name)}/{slug}"
    else:
        key = url_key(url) if alone else f"{url_key(url)}#{slug}"
    return Draft(
        url_key=key,
        url=url,
        outlet=name,
        domain=known.domain if known else host_of(url or "") or None,
        title=title,
        text=found.text,
        seen_at=now,
        authors=found.authors or tuple(n for n in bylines if n not in (agency, name)),
        description=found.description or (own.summary if own else ""),
        published_at=published,
        date_confidence=confidence,
        language=found.language or (known.language if known else None),
        credit=found.credit or agency,
        text_status=text_status or (TextStatus.FULL if found.text else TextStatus.HEADLINE),
        sample=sample,
        sources=_sources(
            found, own, published, outlet=whose, language=known.language if known else None
        ),
        page_type=page_type,
    )


def _sources(
    found: Extracted, entry: Entry | None, published: datetime | None, *, outlet: str,
    language: str | None,
) -> dict[str, str]:  # fmt: skip
    """Where title, authors, date, outlet and language come from; what is not known is left out.

    `refused` are dates at which nothing can have been published, with their source.
    """
    page = found.sources
    title = page.get("title", "") if found.title else ""
    if entry and entry.title and (not title or entry.title == found.title):
        title = f"{title}, {FEED}" if title else FEED
    date = page.get("date", "") if found.published_at else ""
    if entry and entry.published_at and published:
        if published != found.published_at:
            date = FEED
        elif abs(published - entry.published_at) <= _AGREE:
            date = f"{date}, {FEED}" if date else FEED
    return {
        fact: source
        for fact, source in {
            "title": title,
            "authors": page.get("authors", FEED if entry and entry.authors else ""),
            "date": date if published else "",
            "outlet": outlet,
            "language": page.get("language", "") if found.language
            else _WATCHLIST if language else "",
            "refused": page.get("refused", ""),
        }.items()
        if source
    }  # fmt: skip


def from_feed(entry: Entry, text: str) -> tuple[Extracted, TextStatus]:
    """The article as far as its feed alone tells it; `text` is the feed's content, extracted."""
    enough = len(text) >= _FEED_TEXT
    return (
        Extracted(
            title=entry.title,
            text=text if enough else "",
            authors=entry.authors,
            url=entry.url,
            language=language_of(f"{entry.title}\n{text or entry.summary}"),
            description=entry.summary or text,
        ),
        TextStatus.FEED if enough else TextStatus.HEADLINE,
    )


def digest(item: Draft) -> str:
    """The same for the same wording: headline, text (or summary) and date."""
    published = item.published_at.isoformat() if item.published_at else ""
    parts = "\x1f".join((item.title, item.text or item.description, published))
    return hashlib.sha256(parts.encode()).hexdigest()[:24]


def entry_digest(entry: Entry) -> str:
    """The same while a feed says the same of an entry."""
    published = entry.published_at.isoformat() if entry.published_at else ""
    parts = (entry.title, entry.url or "", published, entry.summary, entry.content_html)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def _possible(
    found: Extracted, entry: Entry | None, founded: datetime | None
) -> tuple[Extracted, Entry | None]:
    """Both without dates before the outlet was `founded`; these are noted as refused."""
    notes = [note for note in (found.sources.get("refused"),) if note]
    stated = (
        (found.published_at, found.sources.get("date") or _CALLER),
        (entry.published_at if entry else None, FEED),
    )
    for when, source in stated:
        if when and precedes(when, founded):
            notes.append(refused(f"{when:%Y-%m-%d}", source, BEFORE_FOUNDING))
    if found.published_at and precedes(found.published_at, founded):
        found = replace(found, published_at=None, date_confidence=DateConfidence.NONE)
    if entry and entry.published_at and precedes(entry.published_at, founded):
        entry = replace(entry, published_at=None, day_only=False)
    return replace(found, sources={**found.sources, "refused": "; ".join(notes)}), entry


def reconcile_dates(
    found: Extracted, entry: Entry | None
) -> tuple[datetime | None, DateConfidence]:
    """The publication time of page and feed together, and how far to trust it.

    Both to the minute: high. The page with time and zone: high. The feed alone,
    or its time on a day that a page states without a zone: medium. Where neither
    knows the time of day: day, for two midnights agree on nothing more. A guess: low.
    """
    page, feed = found.published_at, entry.published_at if entry else None
    by_feed = DateConfidence.DAY if entry and entry.day_only else DateConfidence.MEDIUM
    if page is None or found.date_confidence is DateConfidence.NONE:
        return (feed, by_feed) if feed else (None, DateConfidence.NONE)
    if feed is None:
        return page, found.date_confidence
    if abs(page - feed) <= _AGREE and found.date_confidence is not DateConfidence.HIGH:
        timed = not is_day(page, found.date_confidence)
        agreed = DateConfidence.HIGH if timed else DateConfidence.MEDIUM
        alone = DateConfidence.MEDIUM if timed else DateConfidence.DAY
        return page, alone if by_feed is DateConfidence.DAY else agreed
    if found.date_confidence is DateConfidence.HIGH:
        return page, DateConfidence.HIGH
    # The page knows the day where it was written, the feed the time.
    after = feed - page.replace(hour=0, minute=0, second=0, microsecond=0)
    if -_EASTMOST <= after < _WESTMOST or found.date_confidence is DateConfidence.LOW:
        return feed, by_feed
    return page, DateConfidence.LOW


def resolve_outlet(
    config: Config, *, url: str | None, outlet: str | None, stated: str | None,
    imported: bool = False,
) -> tuple[str, Outlet | None, str]:  # fmt: skip
    """The outlet's name, its entry in the watchlist where it has one, and what named it.

    `outlet` is the one that whoever imports a page names, as he knows whose it is; else that of
    the feed. By the address first (a feed may link to other sites), then by the feed, then by
    what the page says of itself, then the bare host.
    """
    if outlet and imported:
        known = _named(config, outlet)
        return (known.name if known else outlet), known, _CALLER
    host = host_of(url or "")
    by_domain = [o for o in config.outlet if host == o.domain or host.endswith(f".{o.domain}")]
    if by_domain:
        best = max(by_domain, key=lambda o: len(o.domain))
        return best.name, best, _ADDRESS
    feed_known = _named(config, outlet)
    foreign = bool(host and feed_known)  # the feed's own site would have matched by domain
    candidates = (("" if foreign else outlet, FEED), (stated, "page"), (host, _ADDRESS))
    for name, whose in candidates:
        if name:
            known = _named(config, name)
            return (known.name if known else name), known, whose
    return UNKNOWN_OUTLET, None, ""


def _named(config: Config, name: str | None) -> Outlet | None:
    wanted = (name or "").casefold()
    return next(
        (o for o in config.outlet
         if wanted in (o.name.casefold(), o.domain, *(a.casefold() for a in o.aliases))),
        None,
    )  # fmt: skip


def _own_url(found: Extracted, page_url: str | None) -> str | None:
    """The page's canonical URL where it stays on the page's own site, else the page's.

    So one page is one article also where it has AMP and mobile variants at hosts of their own.
    """
    own = _canonical(found.url)
    page = _canonical(page_url)
    if own and (page is None or site_of(own) == site_of(page)):
        return own
    return page


def _canonical(url: str | None) -> str | None:
    return canonical_url(url) if url and is_web_url(url) else None


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-")[:120]

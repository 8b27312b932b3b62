"""Looking at articles again: publishers change headlines and texts, and pages that failed return.

On a decaying schedule from when an article was first seen; one whose page could not
be had is tried again sooner. What changed becomes a revision of the same article.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import FetchError, ParseError
from monitor.ingest.archive import Archive, Counts
from monitor.ingest.fetch import Fetcher
from monitor.ingest.prepare import PageTask, Prepared
from monitor.ingest.warc import Captured
from monitor.log import event
from monitor.models import Entry, is_day
from monitor.store import checks
from monitor.store.database import transaction

SCHEDULE = (
    timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(hours=72),
    timedelta(days=7),
)  # fmt: skip
RETRY = timedelta(minutes=10)  # after which a page that could not be had is asked for again
PER_PASS = 500  # articles looked at again in one pass: news goes first
_AT_ONCE = 25


def next_check(
    first_seen: datetime, *, now: datetime, complete: bool = True, wait: float = 0.0
) -> datetime | None:
    """When an article first seen at `first_seen` is looked at next; None after a week.

    `complete` is false where its page could not be had when it was first seen, just now;
    `wait` is the seconds for which its server asked to be left alone.
    A check that comes late stands for all that were due before it.
    """
    steps = SCHEDULE if complete else (RETRY, *SCHEDULE)
    due = next((first_seen + step for step in steps if first_seen + step > now), None)
    return max(due, now + timedelta(seconds=wait)) if due else None


def schedule_new(
    archive: Archive, article_ids: Sequence[int], *, now: datetime,
    waits: Mapping[int, float] | None = None,
) -> None:  # fmt: skip
    """Put articles that are new here on the schedule.

    `waits` are the seconds for which servers asked to be left alone, by article.
    """
    with transaction(archive.connection):
        new = checks.unscheduled(archive.connection, article_ids)
        checks.schedule(
            archive.connection,
            {
                id_: next_check(seen, now=now, complete=full, wait=(waits or {}).get(id_, 0.0))
                for id_, seen, full in new
            },
        )


async def recheck(
    archive: Archive, fetcher: Fetcher, *, clock: Callable[[], datetime], limit: int = PER_PASS
) -> Counts:
    """Look at the articles whose time has come; returns what that changed."""
    counts = Counts()
    waiting = checks.due(archive.connection, now=clock(), limit=limit)
    for start in range(0, len(waiting), _AT_ONCE):
        chunk = waiting[start : start + _AT_ONCE]
        looks = await asyncio.gather(*(_look(archive, fetcher, one, clock()) for one in chunk))
        now = clock()
        found = [look for look in looks if isinstance(look, Prepared)]
        kept = await asyncio.to_thread(archive.keep, found, now=now)
        counts += kept.counts
        waits = [0.0 if isinstance(look, Prepared) else look for look in looks]
        with transaction(archive.connection):
            checks.schedule(
                archive.connection,
                {
                    one.article_id: next_check(one.first_seen_at, now=now, wait=wait)
                    for one, wait in zip(chunk, waits, strict=True)
                },
                checked_at=now,
            )
    return counts


async def _look(
    archive: Archive, fetcher: Fetcher, one: checks.Due, now: datetime
) -> Prepared | float:
    """The article as its page has it now.

    Where that cannot be told, the seconds for which its server asks to be left alone.
    """
    # What is known stands where the feed's entry stood: the same page gives the same article.
    known = Entry(
        feed_url="", guid="", url=one.url, title=one.title, summary=one.description,
        authors=one.authors, published_at=one.published_at,
        day_only=is_day(one.published_at, one.date_confidence),
    )  # fmt: skip
    try:
        page = await fetcher.fetch(one.url)
        place = archive.recorder.record(Captured(page.final_url, page.body, now, page.content_type))
        found = await archive.workers.page(
            PageTask(
                page.body,
                now,
                url=page.final_url,
                entry=known,
                outlet=one.outlet,
                content_type=page.content_type,
                capture=place,
            )
        )
    except (FetchError, ParseError) as problem:
        event("page not checked", level=10, url=one.url, error=problem)
        return getattr(problem, "retry_after", None) or 0.0
    if len(found) != 1:
        return 0.0
    # Whatever the page says of its address now, it is still this article.
    return replace(found[0], draft=replace(found[0].draft, url_key=one.url_key))

"""Articles whose page another extractor read are read again before their page is compared.

Else what two extractors make of one page would pass for the publisher's change. The page that the
present wording was taken from is in the archive: what the extractor of today makes of it becomes a
marked revision, and only what differs from that is the publisher's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.errors import MonitorError
from monitor.ingest.decide import digest
from monitor.ingest.extract import EXTRACTOR
from monitor.ingest.improve import improved
from monitor.ingest.prepare import PageTask, Prepared
from monitor.ingest.warc import Captured, captured_at
from monitor.ingest.workers import Workers
from monitor.models import Entry, TextStatus, is_day
from monitor.store.articles import Known
from monitor.store.database import Connection
from monitor.store.folder import DataFolder
from monitor.store.rereading import Present, present


@dataclass(slots=True)
class Renewal:
    """What today's extractor makes of the pages that articles were taken from.

    `better` is to be kept as re-extractions. `marks` are the digests of all by url_key; `lost` the
    articles whose page is not there to be read.
    """

    better: list[tuple[Present, Prepared]] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)


def renewal(
    connection: Connection, folder: DataFolder, workers: Workers, items: Iterable[Prepared],
    known: Mapping[str, Known], *, now: datetime,
) -> Renewal:  # fmt: skip
    """The Renewal of those among `items` that differ from what is `known` of their articles."""
    old = [i.draft.url_key for i in items if _is_of_another(i, known.get(i.draft.url_key))]
    found = Renewal()
    if not old:
        return found
    there = present(connection, old)
    captures = {key: known[key].capture for key in old}
    again = read_again(folder, workers, there, captures, now=now)
    found.lost.update(key for key in old if key not in again)
    for key, item in again.items():
        found.marks[key] = digest(item.draft)
        draft = improved(there[key], item.draft)
        if draft is not None:
            found.better.append((there[key], replace(item, draft=draft)))
    return found


def read_again(
    folder: DataFolder, workers: Workers, there: Mapping[str, Present],
    captures: Mapping[str, str], *, now: datetime,
) -> dict[str, Prepared]:  # fmt: skip
    """What the pages in the archive at `captures` give now of the articles `there`, by url_key.

    Left out are articles whose page is not there to be read, or does not hold them any more.
    """
    tasks: dict[str, PageTask] = {}
    for key, capture in captures.items():
        page = captured_at(folder.archive, capture)
        if page is not None and key in there:
            tasks[key] = task_of(page, there[key], now)
    found = {}
    for key, (_, outcome) in zip(tasks, workers.stream(tasks.values()), strict=True):
        articles = [] if isinstance(outcome, MonitorError) else outcome
        own = [i for i in articles if len(articles) == 1 or i.draft.url_key == key]
        if own:
            found[key] = own[0]
    return found


def task_of(page: Captured, article: Present | None, now: datetime) -> PageTask:
    """As a page is looked at again: what is known stands where the feed's entry stood."""
    entry = Entry(
        feed_url="", guid="", url=article.url, title=article.title, summary=article.description,
        authors=article.authors, published_at=article.published_at,
        day_only=is_day(article.published_at, article.date_confidence),
    ) if article else None  # fmt: skip
    return PageTask(
        page.body, page.at or now, url=page.url, kind="html", entry=entry,
        outlet=article.outlet if article else None, where=page.url,
        content_type=page.content_type, capture=page.place,
    )  # fmt: skip


def _is_of_another(item: Prepared, there: Known | None) -> bool:
    """Whether the wording that `item` would replace was read from a page by another extractor."""
    return (
        there is not None
        and there.text_status is TextStatus.FULL
        and there.extractor != EXTRACTOR
        and digest(item.draft) not in there.digests
    )

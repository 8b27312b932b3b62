"""`reextract`: the archived pages read again by the present extractor.

Of each address the newest capture counts. What comes out better becomes a revision that
is marked as made by a re-extraction, so that nobody takes it for the publisher's; all
earlier wordings stay. A wording that the publisher gave later than the capture is left
alone, and nothing is taken away: a fact that the page no longer yields stays as it was.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from monitor.errors import MonitorError, ParseError
from monitor.ingest.archive import Archive
from monitor.ingest.extract import EXTRACTOR
from monitor.ingest.improve import improved
from monitor.ingest.learned import line_digest
from monitor.ingest.prepare import Prepared
from monitor.ingest.renew import task_of
from monitor.ingest.warc import Captured, read_warc
from monitor.models import TextStatus
from monitor.store import passes, rereading
from monitor.store.folder import DataFolder
from monitor.store.rereading import Present
from monitor.urls import is_web_url, url_key

_BATCH = 100  # pages read and committed together
_PLACE = "reextract_place"  # setting: where a run that was interrupted goes on

Place = tuple[str, int]  # name of a WARC file, number of a page in it
Found = tuple[Place, Captured, str]  # with the key of the article that it is looked up by


@dataclass(slots=True)
class Reread:
    """What a run came to, in pages; `better` and `same` in articles."""

    pages: int = 0
    better: int = 0
    same: int = 0
    worse: int = 0  # much of the text would be lost: left as it is
    newer: int = 0  # the publisher has changed the article since the page was fetched
    unknown: int = 0  # pages of no article of the database
    unreadable: int = 0  # pages that hold no article


@dataclass(frozen=True, slots=True)
class Plan:
    """The newest capture of each address, and up to where an interrupted run has read them."""

    newest: frozenset[Place]
    # Of an address that a redirect led to, the key of the one article that was looked for there.
    asked: Mapping[int, str] = field(default_factory=dict)
    done: Place = ("", -1)
    problems: tuple[str, ...] = ()  # files that cannot be read

    @property
    def left(self) -> int:
        """How many pages are still to be read."""
        return sum(place > self.done for place in self.newest)


def plan(archive: Archive) -> Plan:
    """What is to be read."""
    newest: dict[int, Place] = {}
    asked: dict[int, set[str]] = defaultdict(set)
    captured = rereading.captured(archive.connection)
    problems = []
    for path in _files(archive.folder):
        try:
            for number, page in enumerate(read_warc(path)):
                if is_web_url(page.url):
                    address = line_digest(url_key(page.url))
                    newest[address] = (path.name, number)
                    if key := captured.get(page.place):
                        asked[address].add(key)
        except (ParseError, OSError) as error:
            problems.append(f"{path.name}: {error}")
    said = json.loads(passes.setting(archive.connection, _PLACE) or "null")
    done = (said["file"], said["page"]) if said and said["version"] == EXTRACTOR else ("", -1)
    # An address that several articles led to is a front page or a wall.
    alone = {address: min(keys) for address, keys in asked.items() if len(keys) == 1}
    return Plan(frozenset(newest.values()), alone, done, tuple(problems))


def captures(folder: DataFolder, work: Plan) -> Iterator[Found]:
    """The pages that are still to be read, in the order of the archive."""
    for name in sorted({name for name, _ in work.newest if name >= work.done[0]}):
        for number, page in enumerate(read_warc(folder.archive / name)):
            if work.done < (name, number) and (name, number) in work.newest:
                key = url_key(page.url)
                yield (name, number), page, work.asked.get(line_digest(key), key)


def reread(
    archive: Archive, found: Iterator[Found], result: Reread, *,
    clock: Callable[[], datetime], go_on: Callable[[], bool],
) -> bool:  # fmt: skip
    """Read pages until there are no more (True) or `go_on` says no; each batch is committed."""
    while batch := list(islice(found, _BATCH)):
        articles = _batch(archive, batch, result, now=clock())
        better = archive.reread(articles, now=clock())
        result.better += better
        result.same += len(articles) - better
        result.pages += len(batch)
        (name, number), *_ = batch[-1]
        place = json.dumps({"file": name, "page": number, "version": EXTRACTOR})
        passes.set_setting(archive.connection, _PLACE, place)
        if not go_on():
            return False
    passes.set_setting(archive.connection, _PLACE, "null")
    return True


def _batch(
    archive: Archive, batch: list[Found], result: Reread, *, now: datetime
) -> list[tuple[Present, Prepared]]:
    """The articles on the pages of `batch`, each with what is there of it now."""
    there = rereading.present(archive.connection, [key for *_, key in batch])
    tasks = [task_of(page, there.get(key), now) for _, page, key in batch]
    pairs: dict[int, tuple[Present, Prepared]] = {}
    for (_, page, key), (_, outcome) in zip(batch, archive.workers.stream(tasks), strict=True):
        if isinstance(outcome, MonitorError):
            result.unreadable += 1
            continue
        known = rereading.present(archive.connection, [item.draft.url_key for item in outcome])
        alone = there.get(key) if len(outcome) == 1 else None
        met = [(alone or known.get(item.draft.url_key), item) for item in outcome]
        articles = [(old, item) for old, item in met if old is not None]
        result.unknown += not articles
        for old, item in articles:
            draft = improved(old, item.draft)
            if _is_newer(old, page):
                result.newer += 1
            elif draft is None:
                result.worse += 1
            else:  # of several pages that are one article the last
                pairs[old.article_id] = (old, replace(item, draft=draft))
    return list(pairs.values())


def _is_newer(article: Present, page: Captured) -> bool:
    """Whether the publisher's wording was seen after `page` was fetched.

    A text that did not come from the page itself was kept because the page could not be read.
    """
    if article.text_status is not TextStatus.FULL:
        return False
    return page.at is None or page.at < article.heard_at


def _files(folder: DataFolder) -> list[Path]:
    return sorted(folder.archive.glob("*.warc.gz"))

"""From a page to what is kept of it: all that costs time and needs no database.

Runs in worker processes (`monitor.ingest.workers`), so everything that goes in
or comes out can be pickled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.analysis.group_keys import Keys, about_of, candidate_keys
from monitor.analysis.tagging import Tagger
from monitor.analysis.terms import Profile
from monitor.config import Config
from monitor.errors import ParseError
from monitor.ingest import decide, learned
from monitor.ingest.charsets import stated_charset
from monitor.ingest.extract import EXTRACTOR, extract_page
from monitor.ingest.parse import parse_feed
from monitor.ingest.recognise import NotAnArticleError, page_type, recognise
from monitor.models import Draft, Entry, Extracted, GroupItem, ParsedFeed, Tags


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to be read. `entry` and `outlet` are those of the feed that led to it, if one did."""

    body: bytes
    now: datetime
    url: str | None = None
    kind: str | None = None
    entry: Entry | None = None
    outlet: str | None = None
    sample: bool = False
    where: str = ""  # the file or record that it comes from
    content_type: str = ""  # as its server said
    capture: str = ""  # its place in the archive


@dataclass(frozen=True, slots=True)
class FeedTask:
    """A feed document to be read."""

    body: bytes
    now: datetime
    url: str
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an article names and is about, and what its like are looked up by."""

    tags: Tags
    keys: Keys
    about: Profile | None = None  # its rare words, where they were worked out


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article ready to be kept; `lines` are those that may be its outlet's furniture."""

    draft: Draft
    analysis: Analysis
    lines: list[tuple[int, int]] = field(default_factory=list)  # as `learned.seen_in` has them


# Where the analysis fails: tagged with nothing, a story of its own.
UNKNOWN = Analysis(Tags(), Keys((), ()))


class Preparer:
    """Prepares pages and drafts by one watchlist."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._tagger = Tagger(config)

    def page(self, task: PageTask) -> list[Prepared]:
        """The articles on a page, in page order.

        Raises ParseError where there is none; NotAnArticleError where it is known what the
        page is instead.
        """
        found: list[Extracted] = []
        _, outlet, _ = decide.resolve_outlet(
            self._config,
            url=task.url,
            outlet=task.outlet,
            stated=None,
            imported=task.entry is None,
        )
        try:
            found = extract_page(
                task.body, url=task.url, kind=task.kind, now=task.now,
                charset=stated_charset(task.content_type),
                founded=outlet.founded_at if outlet else None,
            )  # fmt: skip
        finally:
            # Also where nothing was found: "a captcha" says more than "no headline".
            if task.kind != "text":
                _refuse(task, found)
        kind = page_type(task.body, found, url=task.url)
        drafts = [
            replace(decide.draft(
                item, config=self._config, now=task.now, page_url=task.url, entry=task.entry,
                outlet=task.outlet, alone=len(found) == 1, sample=task.sample, page_type=kind,
            ), extractor=EXTRACTOR, capture=task.capture)
            for item in found
        ]  # fmt: skip
        return [Prepared(item, self.analyse(item), learned.seen_in(item.text)) for item in drafts]

    def feed(self, task: FeedTask) -> ParsedFeed:
        """The feed in a document.

        Raises ParseError where it holds none, with what the page is instead where that is known.
        """
        try:
            return parse_feed(task.body, url=task.url, content_type=task.content_type, now=task.now)
        except ParseError as problem:
            reason = recognise(task.body, (), url=task.url)
            if reason is None:
                raise
            raise ParseError(f"{problem}: {reason}") from problem

    def drafts(self, drafts: Sequence[Draft]) -> list[Analysis]:
        """The Analysis of each of `drafts`."""
        return [self.analyse(item) for item in drafts]

    def analyse(self, item: Draft) -> Analysis:
        """The Analysis of one article."""
        tags = self._tagger.tag(
            title=item.title,
            text=item.text or item.description,
            outlet=item.outlet,
            url=item.url,
            language=item.language,
        )
        # Keys do not depend on the id, which the article does not have yet.
        grouped = group_item(0, item)
        return Analysis(tags, candidate_keys(grouped), about_of(grouped))


def _refuse(task: PageTask, found: list[Extracted]) -> None:
    asked = task.entry.url if task.entry else None
    reason = recognise(task.body, found, url=task.url, asked=asked)
    if reason:
        raise NotAnArticleError(reason)


def group_item(article_id: int, item: Draft) -> GroupItem:
    """`item` as grouping reads it."""
    return GroupItem(
        id=article_id, title=item.title, text=item.text, published_at=item.published_at,
        date_confidence=item.date_confidence, outlet=item.outlet, url=item.url, credit=item.credit,
    )  # fmt: skip

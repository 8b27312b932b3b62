"""What a digest holds, before any of it is words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.filters import Filters
from monitor.reports.digest_span import Span
from monitor.store.queries import Unusual


@dataclass(frozen=True, slots=True)
class Also:
    """Another story about the same matter, which is not told by itself."""

    story_id: int
    title: str
    outlets: int


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One matter, by its most carried story; figures are of that, in the filter and the period.

    `copies` are articles whose text stands elsewhere too. `first_outlet` was the first with it, and
    `first_at` is when: maybe before the period. `carried_by` are up to three other outlets, the
    best tier first. `fresh` more of its articles came after the period. What `also` holds is, by
    its words, of the same matter.
    """

    story_id: int
    title: str
    companies: tuple[str, ...]  # those it is mainly about first
    articles: int
    outlets: int
    copies: int
    first_outlet: str
    first_at: datetime | None
    carried_by: tuple[str, ...]
    also: tuple[Also, ...] = ()
    unusual: tuple[Unusual, ...] = ()
    fresh: int = 0
    first_day_only: bool = False  # first_at is the beginning of a day: no time of day is known

    @property
    def story_ids(self) -> tuple[int, ...]:
        """Every story that is told by this line."""
        return (self.story_id, *(other.story_id for other in self.also))


@dataclass(frozen=True, slots=True)
class LateLines:
    """What was found since the digest before, of the days before this one's: in no figures.

    `more` are stories that are told nowhere here; `joined` articles of stories that were known.
    """

    filters: Filters  # of these articles
    lines: tuple[StoryLine, ...] = ()
    more: int = 0
    joined: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A count now and in the period before; `usual` is None where the archive is too young."""

    now: int
    before: int
    usual: float | None


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A company's coverage; `share` is of all mentions (0..1), NaN where there are none."""

    company: str
    mentions: int
    before: int
    stories: int
    share: float


@dataclass(frozen=True, slots=True)
class HeadlineChange:
    """A headline that was changed after publication, and so many `others` in the same story."""

    article_id: int
    story_id: int | None
    outlet: str
    seen_at: datetime
    before: str
    after: str
    others: int = 0


@dataclass(frozen=True, slots=True)
class NotableOutlet:
    """An outlet of tier 1, or one that wrote of `first_about` for the first time.

    `title` is an article of it whose story is not told elsewhere in the digest, "" where all are:
    then they are in the stories `told`.
    """

    outlet: str
    tier: int | None
    articles: int  # 0 where only its first article is known of
    first_about: tuple[str, ...]
    title: str
    article_id: int | None
    told: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GapLine:
    """Days on which `outlets` could not be heard; all of them, where nothing was asked."""

    reason: str  # as in `queries.gaps`
    outlets: tuple[str, ...]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """All that a digest says. Each matter is in one of the four lists of stories."""

    name: str
    span: Span
    now: datetime  # in the team's zone
    filters: Filters  # of the period
    mentions: Figure
    stories: Figure
    outlets: Figure
    unusual: tuple[StoryLine, ...]  # with the spikes that they explain
    top: tuple[StoryLine, ...]
    more: int  # stories in the period that are told nowhere here
    fresh: tuple[StoryLine, ...]  # of this morning
    late: LateLines
    companies: tuple[CompanyLine, ...]  # that are mentioned
    more_companies: int
    gone: tuple[CompanyLine, ...]  # that were mentioned in the period before only
    changes: tuple[HeadlineChange, ...]
    more_changes: int
    notable: tuple[NotableOutlet, ...]
    gaps: tuple[GapLine, ...]
    asked: str  # by whom
    watchlist: str
    generation: str
    timezone: str

    @property
    def told(self) -> tuple[StoryLine, ...]:
        """Every story told, in order; its place from 1 on is its number."""
        return (*self.unusual, *self.top, *self.fresh, *self.late.lines)

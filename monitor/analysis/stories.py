"""Which articles tell of one event: copies of a text, and reports in other words.

Online: articles come one at a time, join a story or found one, and two stories
may turn out to be one. A story is measured by its members' average likeness to
the newcomer (average link), so that a running theme, where each article is like
some other, does not chain its events together. Precision first: two stories
that should be one are a nuisance, one that should be two is a false statement.

Works on a part of the archive: seeded with the candidates that share keys with
the new articles (`candidate_keys`), it leaves everything else as it is.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

from monitor.analysis.copies import bands, is_copy, overlap
from monitor.analysis.outlets import suffix_start
from monitor.analysis.roles import assign_roles
from monitor.analysis.terms import Profile, profile, similarity
from monitor.models import GroupItem, Placement

Id = int | str

# Reports of one event come within days of each other; later ones are of what followed.
WINDOW = timedelta(days=4)
SHARED_TERMS = 2  # candidate_keys().terms that an article must share to be worth comparing
# Average likeness from which an article belongs to a story. Chosen on the development halves of
# ECB+ and SemEval-2022 task 8: both are near their best from .22 to .26, where the upper end
# merges least.
_ALIKE = 0.26
_ALIKE_MOST = 0.6  # two bare headlines of one event
_FULL = 24  # terms from which on a text is long enough for that
# Keys held by more than this many are boilerplate or everyday words; only the latest count.
_POSTINGS = 64
_COMPARED = 12  # copies measured exactly, stories compared, for one article


@dataclass(frozen=True, slots=True)
class Keys:
    """Signed 64-bit keys to store with an article and to look candidates up by.

    A candidate shares one of `bands`, or, published within `WINDOW`, at least
    `SHARED_TERMS` of `terms`.
    """

    bands: tuple[int, ...]
    terms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is compared of an article: costly to make, so made once, in whatever process."""

    profile: Profile
    bands: tuple[int, ...]

    @property
    def keys(self) -> Keys:
        """What to store with the article: stable across processes and versions."""
        return Keys(self.bands, self.profile.keys)


@lru_cache(maxsize=4096)  # candidates come again with every batch of their days
def reading(item: GroupItem) -> Reading:
    """The Reading of `item`, its headline without the outlet's name at the end."""
    end = suffix_start(item.title, outlet=item.outlet, url=item.url)
    return Reading(profile(item.title[:end], item.text), bands(item.text))


def candidate_keys(item: GroupItem) -> Keys:
    """The Keys of `item`."""
    return reading(item).keys


def group(items: Iterable[GroupItem]) -> list[Placement]:
    """The final Placement of each of `items`, in their order."""
    grouper = Grouper()
    ids = [grouper.add(item).id for item in items]
    placements = grouper.placements()
    return [placements[id_] for id_ in ids]


@dataclass(slots=True)
class _Story:
    """A story as far as it is known here; a text counts once, however many copies it has."""

    id: Id
    age: int  # lower is earlier
    members: list[Id] = field(default_factory=list)
    texts: int = 0
    terms: int = 0  # of all texts together
    total: dict[int, float] = field(default_factory=dict)  # sum of the texts' weights
    first: datetime | None = None
    last: datetime | None = None

    def likeness(self, weights: Mapping[int, float], texts: int = 1) -> float:
        """Average similarity of the story's texts with `texts` others whose weights sum up so."""
        return similarity(self.total, weights) / (self.texts * texts) if self.texts else 0.0

    def near(self, first: datetime | None, last: datetime | None) -> bool:
        """Whether a time from `first` to `last` is within the window; the undated always is."""
        if self.first is None or self.last is None or first is None or last is None:
            return True
        return first - WINDOW <= self.last and last + WINDOW >= self.first

    def bar(self, terms: float) -> float:
        """The likeness that tells more than chance, for a text of `terms` terms.

        Where texts have few terms, one name in common makes them alike: what it
        weighs is in inverse proportion to their (geometric mean) number.
        """
        mean = math.sqrt(terms * self.terms / self.texts) if self.texts else terms
        return min(_ALIKE_MOST, _ALIKE * max(1.0, _FULL / mean))

    def take(self, weights: Mapping[int, float], *, texts: int, terms: int) -> None:
        for key, weight in weights.items():
            self.total[key] = self.total.get(key, 0.0) + weight
        self.texts += texts
        self.terms += terms

    def stretch(self, first: datetime | None, last: datetime | None) -> None:
        if first is not None and last is not None:
            self.first = min(self.first or first, first)
            self.last = max(self.last or last, last)


class Grouper:
    """Places articles one at a time.

    `placed` are articles placed before, in the order they were added: whole
    copy groups, but not necessarily whole stories. After `add`, placements of
    earlier articles may have changed: roles as copies come, stories as they
    merge (`merged` maps the id that went to the one that stays).
    """

    def __init__(self, placed: Iterable[tuple[GroupItem, Placement]] = ()) -> None:
        self.merged: dict[Id, Id] = {}
        self._items: dict[Id, GroupItem] = {}
        self._placements: dict[Id, Placement] = {}
        self._stories: dict[Id, _Story] = {}
        self._copies: dict[Id, list[Id]] = defaultdict(list)
        self._by_band: defaultdict[int, deque[Id]] = defaultdict(_postings)
        self._by_term: defaultdict[int, deque[Id]] = defaultdict(_postings)
        for item, placement in placed:
            self._enter(item, placement, reading(item))

    def add(self, item: GroupItem, read: Reading | None = None) -> Placement:
        """Place `item`; an id that is known already keeps its place.

        `read` is its Reading where that was made before. The answer is as of now: `placements`
        has the final word.
        """
        if item.id in self._items:
            return self._placements[item.id]
        read = read or reading(item)
        about = read.profile
        group = self._copy_group(item, read.bands)
        if group is not None:
            story = self._placements[self._copies[group][0]].story
            self._enter(item, Placement(item.id, story, group), read)
        else:
            found = self._alike(item, about)
            story = found.id if found else item.id
            self._enter(item, Placement(item.id, story, item.id), read)
            if found:
                self._merge_around(found, about)
        self._decide_roles(self._placements[item.id].copy_group)
        return self._placements[item.id]

    def placements(self) -> dict[Id, Placement]:
        """Where every article stands now, those of `placed` included."""
        return dict(self._placements)

    def _enter(self, item: GroupItem, placement: Placement, read: Reading) -> None:
        about = read.profile
        self._items[item.id] = item
        self._placements[item.id] = placement
        copies = self._copies[placement.copy_group]
        copies.append(item.id)
        for key in read.bands:
            self._by_band[key].append(item.id)
        story = self._stories.get(placement.story)
        if story is None:
            story = _Story(placement.story, age=len(self._stories))
            self._stories[story.id] = story
        story.members.append(item.id)
        story.stretch(item.published_at, item.published_at)
        if len(copies) == 1 and about.comparable:
            story.take(about.weights, texts=1, terms=len(about.weights))
            for key in about.keys:
                postings = self._by_term[key]
                if story.id not in postings:
                    postings.append(story.id)

    def _copy_group(self, item: GroupItem, own: Sequence[int]) -> Id | None:
        """The copy group whose text `item` shares most, if any.

        A page that carries several texts joins one group and binds none together: an
        aggregator must not make one story of all that it reprints.
        """
        shared = Counter(id_ for key in own for id_ in self._by_band.get(key, ()))
        best, most = None, (0.0, 0.0)
        for id_, _ in shared.most_common(_COMPARED):
            found = overlap(item.text, self._items[id_].text)
            measure = (found.jaccard, found.containment)
            if is_copy(found) and measure > most:
                best, most = self._placements[id_].copy_group, measure
        return best

    def _alike(self, item: GroupItem, about: Profile) -> _Story | None:
        """The story that `item` is on average most like, if enough."""
        if not about.comparable:
            return None
        scored = [
            (story.likeness(about.weights) / story.bar(len(about.weights)), -story.age, story)
            for story in self._candidates(about.keys)
            if story.near(item.published_at, item.published_at)
        ]
        excess, _, story = max(scored, key=lambda s: s[:2], default=(0.0, 0, None))
        return story if excess >= 1.0 else None

    def _candidates(self, keys: Iterable[int]) -> Iterator[_Story]:
        """Stories that share at least SHARED_TERMS of `keys`, those with most first."""
        shared: Counter[Id] = Counter()
        for key in keys:
            shared.update({self._current(id_) for id_ in self._by_term.get(key, ())})
        for id_, count in shared.most_common(_COMPARED):
            if count >= SHARED_TERMS:
                yield self._stories[id_]

    def _merge_around(self, story: _Story, about: Profile) -> None:
        """Join to `story` the others that its newcomer, `about` the same, shows to be one."""
        for other in list(self._candidates(about.keys)):
            if (
                other.id != story.id
                and other.id in self._stories  # not merged a moment ago
                and other.near(story.first, story.last)
                and story.likeness(other.total, other.texts) >= story.bar(other.terms / other.texts)
            ):
                story = self._merge(story, other)

    def _merge(self, one: _Story, two: _Story) -> _Story:
        kept, gone = sorted((one, two), key=lambda story: story.age)
        for id_ in gone.members:
            self._placements[id_] = replace(self._placements[id_], story=kept.id)
        kept.members.extend(gone.members)
        kept.take(gone.total, texts=gone.texts, terms=gone.terms)
        kept.stretch(gone.first, gone.last)
        del self._stories[gone.id]
        self.merged = {old: kept.id if new == gone.id else new for old, new in self.merged.items()}
        self.merged[gone.id] = kept.id
        return kept

    def _current(self, story: Id) -> Id:
        return self.merged.get(story, story)

    def _decide_roles(self, copy_group: Id) -> None:
        members = [self._items[id_] for id_ in self._copies[copy_group]]
        for id_, decision in assign_roles(members).items():
            self._placements[id_] = replace(
                self._placements[id_],
                role=decision.role,
                source=decision.source,
                evidence=decision.evidence,
            )


def _postings() -> deque[Id]:
    return deque(maxlen=_POSTINGS)

"""Which articles tell of one event: copies of a text, and reports in other words.

Online: articles come one at a time or in batches, join a story or found one,
and two stories may turn out to be one. What is new is looked at together with
the stories near it, and these are told apart afresh (`clusters.partition`): a
story is what its members make of it, not what its first two happened to share,
and the order of arrival matters little. So a story may also turn out to be two.
Precision first: two stories that should be one are a nuisance, one that should
be two is a false statement.

Works on a part of the archive: seeded with the candidates that share keys with
the new articles (`candidate_keys`), it leaves everything else as it is.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.analysis.clusters import APART, GROUP_BAR, Unit, likeness, partition
from monitor.analysis.copies import bands, brief_key, is_copy, overlap
from monitor.analysis.outlets import suffix_start
from monitor.analysis.roles import assign_roles
from monitor.analysis.terms import FEWEST_TERMS, Profile, profile
from monitor.models import GroupItem, Placement

Id = int | str

# Reports of one event come within days of each other; later ones are of what followed.
WINDOW = timedelta(days=APART)
SHARED_TERMS = 2  # candidate_keys().terms that an article must share to be worth comparing
# Keys held by more texts than this are boilerplate or everyday words; only the latest count.
_POSTINGS = 64
_COPIES_COMPARED = 12  # texts measured exactly for one article
_NEAR_COMPARED = 40  # texts whose likeness is looked at for one article
# What bounds the cost of one article, however large its story or theme: parts of a story that can
# still be told apart (a story of this size has shown what it is), and parts looked at together.
_OPEN = 60
_TOGETHER = 300
_TIGHTER = 1.15  # links weaker than before by this factor are cut where there are more
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Keys:
    """Signed 64-bit keys to store with an article and to look candidates up by.

    A candidate shares one of `bands`, or, published within `WINDOW`, at least
    `SHARED_TERMS` of `terms`.
    """

    bands: tuple[int, ...]
    terms: tuple[int, ...]

    @property
    def comparable(self) -> bool:
        """Whether there is enough to compare: a bare "Morning briefing" is about nothing."""
        return len(self.terms) >= FEWEST_TERMS


def candidate_keys(item: GroupItem) -> Keys:
    """The Keys of `item`: stable across processes and versions."""
    return Keys(_copy_keys(item), _about(item).keys)


def group(items: Iterable[GroupItem]) -> list[Placement]:
    """The Placement of each of `items`, looked at as one batch, in their order."""
    items = list(items)
    grouper = Grouper()
    grouper.add_all(items)
    placements = grouper.placements()
    return [placements[item.id] for item in items]


@dataclass(slots=True, eq=False)
class _Part:
    """What stays together in a story: a text with its copies, or several settled texts."""

    age: int  # lower is earlier
    story: Id
    copy_groups: list[Id]
    item: GroupItem  # whose text stands for the first copy group
    day: float = math.nan  # a text is as old as its first copy; days since the epoch
    _unit: Unit | None = None

    @property
    def unit(self) -> Unit:
        """What is compared: made when it is asked for first, as most never are."""
        if self._unit is None:
            about = _about(self.item)
            which, what = dict(about.which), dict(about.what)
            self._unit = Unit(which, what, 1, max(1, len(which)))
        if not self.settled and not math.isnan(self.day):
            self._unit.days, self._unit.dated = self.day, 1
        return self._unit

    @property
    def settled(self) -> bool:
        """Whether it holds several texts."""
        return len(self.copy_groups) > 1

    def dates(self, moment: datetime) -> bool:
        """Note that a copy appeared at `moment`; whether that makes the text older."""
        day = (moment - _EPOCH) / timedelta(days=1)
        if self.settled or day >= self.day:
            return False
        self.day = day
        return True


class Grouper:
    """Places articles, one at a time or in batches.

    `placed` are articles placed before, in the order they were added: whole
    copy groups, but not necessarily whole stories. `keys` are candidate_keys by id,
    where they are known already. After an addition, placements
    of earlier articles may have changed: roles as copies come, stories as they
    merge (`merged` maps the id that went to the one that stays) or divide (the
    part that holds the article which founded the story keeps its id).
    """

    def __init__(
        self,
        placed: Iterable[tuple[GroupItem, Placement]] = (),
        *,
        keys: Mapping[Any, Keys] | None = None,
    ) -> None:
        self._keys = keys or {}
        self.merged: dict[Id, Id] = {}
        self._items: dict[Id, GroupItem] = {}
        self._placements: dict[Id, Placement] = {}
        self._copies: defaultdict[Id, list[Id]] = defaultdict(list)
        self._parts: dict[Id, _Part] = {}  # by copy group
        self._stories: defaultdict[Id, list[_Part]] = defaultdict(list)
        self._by_copy_key: defaultdict[int, deque[Id]] = defaultdict(_postings)
        self._by_term: defaultdict[int, deque[Id]] = defaultdict(_postings)
        for item, placement in placed:
            self._enter(item, placement, self._keys_of(item))

    def add(self, item: GroupItem) -> Placement:
        """Place `item`; an id that is known already keeps its place.

        The answer is as of now: `placements` has the final word.
        """
        self.add_all((item,))
        return self._placed(item.id)

    def add_all(self, items: Iterable[GroupItem]) -> None:
        """Place `items` together; ids that are known already keep their place."""
        changed: dict[Id, Keys] = {}  # texts that are new, or older than was known
        new: set[Id] = set()
        for item in items:
            if item.id in self._items:
                continue
            keys = self._keys_of(item)
            copied = self._copy_group(item, keys.bands)
            if copied is None:
                self._enter(item, Placement(item.id, item.id, item.id), keys)
                changed[item.id] = keys
                new.add(item.id)
            else:
                placement = Placement(item.id, self._parts[copied].story, copied)
                if self._enter(item, placement, keys):
                    changed.setdefault(copied, keys)
            self._decide_roles(self._placements[item.id].copy_group)
        for stories in self._neighbourhoods(changed):
            self._tell_apart(stories, new)

    def placements(self) -> dict[Id, Placement]:
        """Where every article stands now, those of `placed` included."""
        return {id_: self._placed(id_) for id_ in self._placements}

    def _placed(self, id_: Id) -> Placement:
        found = self._placements[id_]
        return replace(found, story=self._parts[found.copy_group].story)

    def _keys_of(self, item: GroupItem) -> Keys:
        return self._keys.get(item.id) or candidate_keys(item)

    def _enter(self, item: GroupItem, placement: Placement, keys: Keys) -> bool:
        """Take `item` in; whether it shows its text to be older than was known."""
        self._items[item.id] = item
        self._placements[item.id] = placement
        self._copies[placement.copy_group].append(item.id)
        for key in keys.bands:
            self._by_copy_key[key].append(item.id)
        part = self._parts.get(placement.copy_group)
        if part is None:
            part = _Part(len(self._parts), placement.story, [placement.copy_group], item)
            self._parts[placement.copy_group] = part
            self._stories[placement.story].append(part)
            for key in keys.terms if keys.comparable else ():
                self._by_term[key].append(placement.copy_group)
        return item.published_at is not None and part.dates(item.published_at)

    def _copy_group(self, item: GroupItem, keys: Sequence[int]) -> Id | None:
        """The copy group whose text `item` shares most, if any.

        A page that carries several texts joins one group and binds none together: an
        aggregator must not make one story of all that it reprints.
        """
        shared = Counter(id_ for key in keys for id_ in self._by_copy_key.get(key, ()))
        best, most = None, (0.0, 0.0)
        for id_, _ in shared.most_common(_COPIES_COMPARED):
            other = self._items[id_]
            if len(keys) == 1 and _same_brief(item, other):  # a brief has no other key
                return self._placements[id_].copy_group
            found = overlap(item.text, other.text)
            measure = (found.jaccard, found.containment)
            if is_copy(found) and measure > most:
                best, most = self._placements[id_].copy_group, measure
        return best

    def _neighbourhoods(self, changed: dict[Id, Keys]) -> list[list[Id]]:
        """The stories that the texts `changed` connect, as far as they belong together."""
        links = [link for id_, keys in changed.items() for link in self._links(id_, keys)]
        return _components(links, {story: len(parts) for story, parts in self._stories.items()})

    def _links(self, id_: Id, keys: Keys) -> list[tuple[float, Id, Id]]:
        """The stories that the text `id_` is like: (likeness, its own story, the other)."""
        if not keys.comparable:
            return []
        part = self._parts[id_]
        shared = Counter(other for key in keys.terms for other in self._by_term.get(key, ()))
        del shared[id_]
        found = []
        for other, count in shared.most_common(_NEAR_COMPARED):
            if count < SHARED_TERMS:
                break
            alike = likeness(part.unit, self._parts[other].unit)
            if alike >= GROUP_BAR:
                found.append((alike, part.story, self._parts[other].story))
        return found

    def _tell_apart(self, stories: Sequence[Id], new: set[Id]) -> None:
        """Divide the articles of `stories` into stories anew, and let ids stay where they can.

        Stories in `new` were nobody's until now: nothing leads to them.
        """
        parts = sorted((p for s in stories for p in self._stories.pop(s)), key=lambda p: p.age)
        groups = [[parts[n] for n in found] for found in partition([p.unit for p in parts])]
        keeper = {story: _holder(story, groups) for story in stories}
        for n, members in enumerate(groups):
            kept = [story for story in stories if keeper[story] == n]
            named = min(kept, key=_age_in(members), default=members[0].copy_groups[0])
            for part in members:
                part.story = named
            self._stories[named] = self._settle(members)
            for gone in kept:
                if gone != named and gone not in new:
                    self.merged[gone] = named
            self.merged.pop(named, None)
        self.merged = {old: self._last(new) for old, new in self.merged.items()}

    def _last(self, story: Id) -> Id:
        while story in self.merged:
            story = self.merged[story]
        return story

    def _settle(self, members: list[_Part]) -> list[_Part]:
        """`members` of one story, the earliest ones bound together where they are very many."""
        if len(members) <= _OPEN:
            return members
        first, early, rest = members[0], members[1 : _OPEN // 2], members[_OPEN // 2 :]
        for part in early:
            first.unit.absorb(part.unit)
            first.copy_groups += part.copy_groups
            for copy_group in part.copy_groups:
                self._parts[copy_group] = first
        return [first, *rest]

    def _decide_roles(self, copy_group: Id) -> None:
        members = [self._items[id_] for id_ in self._copies[copy_group]]
        for id_, decision in assign_roles(members).items():
            self._placements[id_] = replace(
                self._placements[id_],
                role=decision.role,
                source=decision.source,
                evidence=decision.evidence,
            )


def _about(item: GroupItem) -> Profile:
    """The Profile of `item`, its headline without the outlet's name at the end."""
    end = suffix_start(item.title, outlet=item.outlet, url=item.url)
    return profile(item.title[:end], item.text)


def _copy_keys(item: GroupItem) -> tuple[int, ...]:
    """What copies of `item` are looked up by: passages, or all of it where it is a brief."""
    if passages := bands(item.text):
        return passages
    brief = brief_key(item.title, item.text)
    return () if brief is None else (brief,)


def _same_brief(a: GroupItem, b: GroupItem) -> bool:
    """Whether two briefs are word for word the same, and not the same notice a week later."""
    key = brief_key(a.title, a.text)
    if key is None or key != brief_key(b.title, b.text):
        return False
    if a.published_at is None or b.published_at is None:
        return True
    return abs(a.published_at - b.published_at) <= WINDOW


def _holder(story: Id, groups: Sequence[Sequence[_Part]]) -> int:
    """Which of `groups` goes on as `story`: the one with its founder, else with most of it."""
    for n, members in enumerate(groups):
        if any(story in part.copy_groups for part in members):
            return n
    held = [sum(part.story == story for part in members) for members in groups]
    return held.index(max(held))


def _age_in(members: Sequence[_Part]) -> Callable[[Id], int]:
    """How early a story is, by its earliest part among `members`."""
    ages = {part.story: part.age for part in reversed(members)}
    return lambda story: ages.get(story, members[0].age)


def _components(links: Sequence[tuple[float, Id, Id]], sizes: Mapping[Id, int]) -> list[list[Id]]:
    """The stories that `links` (likeness, story, story) connect, at most _TOGETHER parts at once.

    `sizes` are numbers of parts. Where more are connected, the weakest links are cut.
    """
    found = []
    pending = [(GROUP_BAR, list(links))]
    while pending:
        least, some = pending.pop()
        for stories, within in _connected(some):
            if sum(sizes[story] for story in stories) <= _TOGETHER:
                found.append(stories)
            else:
                higher = least * _TIGHTER
                pending.append((higher, [link for link in within if link[0] >= higher]))
    return found


def _connected(
    links: Sequence[tuple[float, Id, Id]],
) -> list[tuple[list[Id], list[tuple[float, Id, Id]]]]:
    """The connected components of `links`: their stories, their links."""
    near: defaultdict[Id, list[tuple[float, Id, Id]]] = defaultdict(list)
    for link in links:
        near[link[1]].append(link)
        near[link[2]].append(link)
    found, seen = [], set[Id]()
    for start in near:
        if start in seen:
            continue
        seen.add(start)
        stories = [start]
        for story in stories:
            for _, one, two in near[story]:
                other = two if one == story else one
                if other not in seen:
                    seen.add(other)
                    stories.append(other)
        found.append((stories, [link for s in stories for link in near[s] if link[1] == s]))
    return found


def _postings() -> deque[Id]:
    return deque(maxlen=_POSTINGS)

"""Which articles tell of one event: copies of a text, and reports in other words.

Online: articles come one at a time or in batches, join a story or found one,
and two stories may turn out to be one. What is new is looked at together with
the stories near it, and these are told apart afresh (`clusters.partition`): a
story is what its members make of it, not what its first two happened to share,
and the order of arrival matters little. So a story may also turn out to be two.
Precision first: two stories that should be one are a nuisance, one that should
be two is a false statement.

Works on a part of the archive: seeded with the candidates that share keys with
the new articles (`group_keys.candidate_keys`), it leaves everything else as it is.

What people decided (`story_decisions`) comes before all likeness: articles that
they hold together are in one story, and those they hold apart never are.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.analysis.clusters import GROUP_BAR, Unit, likeness, partition
from monitor.analysis.copies import is_copy, overlap
from monitor.analysis.group_keys import (
    POSTINGS,
    SHARED_TERMS,
    Keys,
    about_of,
    copy_keys,
    has_text,
    same_brief,
)
from monitor.analysis.neighbourhoods import components
from monitor.analysis.roles import assign_roles
from monitor.analysis.story_decisions import Held, ties
from monitor.analysis.terms import Profile
from monitor.models import GroupItem, Placement

Id = int | str

_COPIES_COMPARED = 12  # texts measured exactly for one article
_WHOLLY = (1.0, 1.0)  # jaccard and containment of one text with itself: none shares more
_NEAR_COMPARED = 40  # texts whose likeness is looked at for one article
# What bounds the cost of one article, however large its story: parts of it that can still be told
# apart (a story of this size has shown what it is).
_OPEN = 60
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


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
    unit: Unit
    classes: set[int] = field(default_factory=set)  # of articles that people decided about


class Grouper:
    """Places articles, one at a time or in batches.

    `placed` are articles placed before, in the order they were added: whole
    copy groups, but not necessarily whole stories. After an addition, placements
    of earlier articles may have changed: roles as copies come, stories as they
    merge (`merged` maps the id that went to the one that stays) or divide (the
    part that holds the article which founded the story keeps its id).

    `copied` are those of `placed` whose text may be in what is to be added, each with the keys
    that say so, where that is known. `held` is what people decided. Of the stories in `placed`,
    every article that it is about has to be known, in `placed` or, by its place alone, in
    `unread`.
    """

    def __init__(
        self,
        placed: Iterable[tuple[GroupItem, Placement]] = (),
        *,
        copied: Mapping[Any, Collection[int]] | None = None,
        unread: Iterable[Placement] = (),
        held: Held[Any] | None = None,
    ) -> None:
        self.merged: dict[Id, Id] = {}
        self._held: Held[Any] = held or Held()
        self._by_class: dict[int, _Part] = {}
        self._items: dict[Id, GroupItem] = {}
        self._placements: dict[Id, Placement] = {}
        self._copies: defaultdict[Id, list[Id]] = defaultdict(list)
        self._parts: dict[Id, _Part] = {}  # by copy group
        self._stories: defaultdict[Id, list[_Part]] = defaultdict(list)
        self._by_copy_key: defaultdict[int, deque[Id]] = defaultdict(_postings)
        self._by_term: defaultdict[int, deque[Id]] = defaultdict(_postings)
        for item, placement in placed:
            keys = copy_keys(item) if copied is None else copied.get(item.id, ())
            self._enter(item, placement, about_of(item), keys)
        for placement in unread:
            self._attach(placement)

    def add(self, item: GroupItem) -> Placement:
        """Place `item`; an id that is known already keeps its place.

        The answer is as of now: `placements` has the final word.
        """
        self.add_all((item,))
        return self._placed(item.id)

    def add_all(
        self, items: Iterable[GroupItem], *, keys: Mapping[Any, Keys] | None = None
    ) -> None:
        """Place `items` together; ids that are known already keep their place.

        `keys` are the `candidate_keys` of those for which they are known, by id.
        """
        known = keys or {}
        changed: dict[Id, Profile] = {}  # texts that are new, or older than was known
        new: set[Id] = set()
        grown: dict[Id, None] = {}
        for item in items:
            if item.id in self._placements:
                continue
            about = about_of(item)
            own = known[item.id].bands if item.id in known else copy_keys(item)
            copied = self._copy_group(item, own)
            if copied is None:
                bound = self._by_class.get(self._held.classes.get(item.id, -1))
                story = bound.story if bound else item.id
                self._enter(item, Placement(item.id, story, item.id), about, own)
                changed[item.id] = about
                new |= {item.id} if bound is None else set()
            else:
                part = self._parts[copied]
                day = part.unit.day
                self._enter(item, Placement(item.id, part.story, copied), about, own)
                if part.unit.day != day and not math.isnan(part.unit.day):
                    changed.setdefault(copied, about)
            grown[self._placements[item.id].copy_group] = None
        for copy_group in grown:
            self._decide_roles(copy_group)
        for stories in self._neighbourhoods(changed):
            self._tell_apart(stories, new)

    def placements(self) -> dict[Id, Placement]:
        """Where every article stands now, those of `placed` included."""
        return {id_: self._placed(id_) for id_ in self._placements}

    def _placed(self, id_: Id) -> Placement:
        found = self._placements[id_]
        return replace(found, story=self._parts[found.copy_group].story)

    def _enter(
        self, item: GroupItem, placement: Placement, about: Profile, keys: Iterable[int]
    ) -> None:
        self._items[item.id] = item
        self._placements[item.id] = placement
        self._copies[placement.copy_group].append(item.id)
        for key in keys:
            self._by_copy_key[key].append(item.id)
        part = self._parts.get(placement.copy_group)
        if part is None:
            unit = Unit(about.which, about.what, 1, max(1, len(about.terms)))
            part = _Part(len(self._parts), placement.story, [placement.copy_group], unit)
            self._parts[placement.copy_group] = part
            self._stories[placement.story].append(part)
            for key in about.keys if about.comparable else ():
                self._by_term[key].append(placement.copy_group)
        if item.published_at is not None and part.unit.texts == 1:
            # A text is as old as its first copy.
            day = (item.published_at - _EPOCH) / timedelta(days=1)
            part.unit.days = min(day, part.unit.days) if part.unit.dated else day
            part.unit.dated = 1
        self._tie(item.id, part)

    def _attach(self, placement: Placement) -> None:
        """Let an article that is not read go where its class goes, else where its story stays."""
        own = self._held.classes.get(placement.id, -1)
        part = self._parts.get(placement.copy_group) or self._by_class.get(own)
        if part is None or part.story != placement.story:
            part = next(iter(self._stories[placement.story]), None)
        if part is None:
            return
        self._placements[placement.id] = placement
        if placement.copy_group not in self._parts:
            self._parts[placement.copy_group] = part
            part.copy_groups.append(placement.copy_group)
        self._tie(placement.id, part)

    def _tie(self, id_: Id, part: _Part) -> None:
        own = self._held.classes.get(id_)
        if own is not None:
            part.classes.add(own)
            self._by_class.setdefault(own, part)

    def _admits(self, story: Id, id_: Id) -> bool:
        """Whether people's decisions let `id_` be in `story`."""
        own = self._held.classes.get(id_)
        if own is None:
            return True
        if own in self._by_class:
            return self._by_class[own].story == story
        return not any(self._held.conflict((own,), p.classes) for p in self._stories[story])

    def _copy_group(self, item: GroupItem, keys: Iterable[int]) -> Id | None:
        """The copy group whose text `item` shares most, if any.

        A page that carries several texts joins one group and binds none together: an
        aggregator must not make one story of all that it reprints.
        """
        shared = Counter(id_ for key in keys for id_ in self._by_copy_key.get(key, ()))
        best, most = None, (0.0, 0.0)
        for id_, _ in shared.most_common(_COPIES_COMPARED):
            other = self._items[id_]
            if not self._admits(self._parts[self._placements[id_].copy_group].story, item.id):
                continue
            if same_brief(item, other) and self._fits(item, other):
                return self._placements[id_].copy_group
            found = overlap(item.text, other.text)
            measure = (found.jaccard, found.containment)
            if is_copy(found) and measure > most:
                best, most = self._placements[id_].copy_group, measure
                if most == _WHOLLY:
                    break
        return best

    def _fits(self, item: GroupItem, other: GroupItem) -> bool:
        """Whether the headline that `item` shares with `other` may speak for its text too.

        Not where others of that headline have a text: it is not this one.
        """
        if has_text(other) or not has_text(item):
            return True
        group = self._copies[self._placements[other.id].copy_group]
        return not any(has_text(self._items[id_]) for id_ in group)

    def _neighbourhoods(self, changed: dict[Id, Profile]) -> list[list[Id]]:
        """The stories that the texts `changed` connect, as far as they belong together."""
        links = [link for id_, about in changed.items() for link in self._links(id_, about)]
        return components(links, {story: len(parts) for story, parts in self._stories.items()})

    def _links(self, id_: Id, about: Profile) -> list[tuple[float, Id, Id]]:
        """The stories that the text `id_` is like: (likeness, its own story, the other)."""
        if not about.comparable:
            return []
        part = self._parts[id_]
        shared = Counter(other for key in about.keys for other in self._by_term.get(key, ()))
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
        groups = [
            [parts[n] for n in found]
            for found in partition(
                [p.unit for p in parts], ties([p.classes for p in parts], self._held)
            )
        ]
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
            first.classes |= part.classes
            for copy_group in part.copy_groups:
                self._parts[copy_group] = first
            for own in part.classes:
                self._by_class[own] = first
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


def _postings() -> deque[Id]:
    return deque(maxlen=POSTINGS)

"""What people decided about stories: these two are one, or these articles are another.

Decisions are kept as they were made and never change. What holds follows from those that were not
taken back, in their order, the last word about two articles counting. It holds for articles and not
for stories, by the address that outlives their ids: stories come and go with what is read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from monitor.analysis.clusters import Ties
from monitor.models import Placement

Key = TypeVar("Key")


class Act(StrEnum):
    """What was done with stories."""

    MERGE = "merge"  # two became one
    SPLIT = "split"  # some articles became a story of their own


@dataclass(frozen=True, slots=True)
class StoryDecision:
    """One decision, about articles by their `url_key`.

    `one` and `other` are the articles of the two stories that a merge joins; of a split what was
    split off, and what stayed. `copies` are groups of copies that a split divides.
    """

    id: int
    act: Act
    one: tuple[str, ...]
    other: tuple[str, ...]
    by: str
    at: datetime
    copies: tuple[tuple[str, ...], ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """All articles that it is about."""
        return frozenset((*self.one, *self.other))


@dataclass(frozen=True)
class Held(Generic[Key]):
    """What holds: articles of one class belong in one story, those of classes `apart` never do.

    An article without a class is nobody's business.
    """

    classes: Mapping[Key, int] = field(default_factory=dict)
    apart: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def mates(self, keys: Iterable[Key]) -> set[Key]:
        """`keys`, and everything that belongs in one story with one of them."""
        wanted = set(keys)
        classes = {self.classes[key] for key in wanted if key in self.classes}
        return wanted | {key for key, own in self.classes.items() if own in classes}

    def conflict(self, one: Collection[int], other: Collection[int]) -> bool:
        """Whether a class of `one` must stay apart from a class of `other`."""
        return any(not self.apart.get(own, frozenset()).isdisjoint(other) for own in one)


def held(decisions: Iterable[StoryDecision]) -> Held[str]:
    """What holds by `decisions` that were not taken back, earliest first."""
    members: dict[int, set[str]] = {}
    own: dict[str, int] = {}
    apart: defaultdict[str, set[str]] = defaultdict(set)

    def unite(keys: Iterable[str]) -> None:
        number, united = len(members), frozenset(keys)
        for key in united:
            if key in own:
                members[own[key]].discard(key)
            own[key] = number
            apart[key] -= united
        members[number] = set(united)

    for made in decisions:
        if made.act is Act.MERGE:
            classes = {own[key] for key in made.keys if key in own}
            unite(made.keys.union(*(members[number] for number in classes)))
        else:
            stayed = frozenset(made.other) - frozenset(made.one)
            unite(made.one)
            for key in stayed:
                if key not in own:
                    unite((key,))
            for key in made.one:
                apart[key] |= stayed
            for key in stayed:
                apart[key] |= frozenset(made.one)
    between: defaultdict[int, set[int]] = defaultdict(set)
    for key, others in apart.items():
        between[own[key]] |= {own[other] for other in others}
    return Held(own, {number: frozenset(others) for number, others in between.items() if others})


def ties(classes: Sequence[Collection[int]], holds: Held[Any]) -> Ties | None:
    """What `holds` says of units whose articles are of these `classes`; None where nothing."""
    if not any(classes):
        return None
    found = Ties.none(len(classes))
    first: dict[int, int] = {}
    for n, own in enumerate(classes):
        found.kin[n] = n if own else -1
        for one in own:
            found.kin[found.kin == found.kin[n]] = found.kin[first.setdefault(one, n)]
    of_kin: defaultdict[int, set[int]] = defaultdict(set)
    for kin, own in zip(found.kin, classes, strict=True):
        of_kin[int(kin)].update(own)
    for n, kin in enumerate(found.kin):
        mine = of_kin[int(kin)]
        found.barred[n] = [holds.conflict(mine, of_kin[int(other)]) for other in found.kin]
    return found


def arrange(
    placed: Iterable[Placement],
    ids: Mapping[str, int],
    *,
    made: Sequence[StoryDecision],
    gone: Sequence[StoryDecision],
    holds: Held[str],
) -> dict[int, Placement]:
    """The articles whose story or copy group changes, as they are to be placed; roles as before.

    `placed` are all articles of all stories that are touched, `ids` those that decisions are about,
    by their url_key. `made` is carried out, `gone` is taken back: what was one is one again, what
    was two is two, and what came meanwhile stays with the earlier. Then what `holds` has its way.
    """
    before = {int(p.id): p for p in placed}
    stories = _Stories({i: int(p.story) for i, p in before.items()})

    def there(keys: Iterable[str]) -> list[int]:
        return [ids[key] for key in keys if ids.get(key) in before]

    for decision in reversed(gone):
        one, other = there(decision.one), there(decision.other)
        if decision.act is Act.SPLIT:
            stories.join(one, other)
        else:
            stories.part(one, other)
    for decision in made:
        one, other = there(decision.one), there(decision.other)
        if decision.act is Act.MERGE:
            stories.join(one, other)
        else:
            stories.take_out(one)
    classes = {i: own for key, own in holds.classes.items() if (i := ids.get(key)) in before}
    stories.hold(Held({i: own for i, own in classes.items() if i is not None}, holds.apart))
    copies = {i: int(p.copy_group) for i, p in before.items()}
    for decision in gone:
        for group in decision.copies:
            _reunite(copies, there(group), stories)
    copies = _within(copies, stories)
    after = {
        i: replace(before[i], story=story, copy_group=copies[i])
        for i, story in stories.names().items()
    }
    return {i: p for i, p in after.items() if p != before[i]}


class _Stories:
    """Articles in stories that are being changed; a story is known by a label until the end."""

    def __init__(self, story_of: Mapping[int, int]) -> None:
        self.label = dict(story_of)
        self._before = dict(story_of)
        self._members: defaultdict[int, set[int]] = defaultdict(set)
        self._fresh = 0
        for i, story in story_of.items():
            self._members[story].add(i)

    def join(self, one: Sequence[int], other: Sequence[int]) -> None:
        """Make one story of those that hold most of `one` and of `other`."""
        if one and other:
            first, second = self._home(one), self._home(other)
            self._move(set(self._members[second]), first)

    def part(self, one: Sequence[int], other: Sequence[int]) -> None:
        """Take `one` or `other` out of the story they share: the later of the two."""
        if one and other and self._home(one) == self._home(other):
            self.take_out(max(one, other, key=min))

    def take_out(self, ids: Iterable[int]) -> None:
        """Make a story of `ids`."""
        self._fresh -= 1
        self._move(set(ids), self._fresh)

    def hold(self, holds: Held[int]) -> None:
        """Bring classes together, then part what must be apart: the earlier stays."""
        classes: defaultdict[int, list[int]] = defaultdict(list)
        for i in sorted(holds.classes):
            classes[holds.classes[i]].append(i)
        for members in classes.values():
            self._move(set(members), self._home(members))
        places: defaultdict[int, list[int]] = defaultdict(list)
        for own, members in classes.items():
            places[self.label[members[0]]].append(own)
        for owns in places.values():
            rooms: list[list[int]] = [[]]  # the first is the story as it is
            for own in owns:
                room = next((r for r in rooms if not holds.conflict((own,), r)), None)
                if room is None:
                    room = []
                    rooms.append(room)
                room.append(own)
            for room in rooms[1:]:
                self.take_out(i for own in room for i in classes[own])

    def names(self) -> dict[int, int]:
        """The story of each article: called by the earliest that was a story, and its founder."""
        found: dict[int, int] = {}
        for label, members in self._members.items():
            kept = [story for i in members if (story := self._before[i]) in members]
            if not kept and label > 0 and label not in self._before:
                kept = [label]  # its founder is gone, and it has had another's name since
            found.update(dict.fromkeys(members, min(kept or members, default=label)))
        return found

    def _home(self, ids: Sequence[int]) -> int:
        counts = Counter(self.label[i] for i in sorted(ids))
        return counts.most_common(1)[0][0]  # of several the one that comes first

    def _move(self, ids: set[int], label: int) -> None:
        for i in ids:
            self._members[self.label[i]].discard(i)
            self.label[i] = label
        self._members[label] |= ids


def _reunite(copies: dict[int, int], members: Sequence[int], stories: _Stories) -> None:
    """Make one copy group of `members`, as far as they share a story."""
    by_story: defaultdict[int, list[int]] = defaultdict(list)
    for i in members:
        by_story[stories.label[i]].append(i)
    for some in by_story.values():
        groups = {copies[i] for i in some}
        for i, group in copies.items():
            if group in groups:
                copies[i] = min(groups)


def _within(copies: Mapping[int, int], stories: _Stories) -> dict[int, int]:
    """The copy group of each article, those that are in several stories divided."""
    pieces: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for i, group in copies.items():
        pieces[group, stories.label[i]].add(i)
    return {
        i: group if group in members else min(members)
        for (group, _), members in pieces.items()
        for i in members
    }

"""Stories merged and split by hand: read from the desk, written to it, carried out.

The database notes which decisions its stories follow. What differs from the desk is what still has
to be carried out, whatever the reason: a new decision, one that was taken back, a backup of either
that was restored. All that is done here can also be done to a few articles held in memory
(`monitor.store.overlay`), so that it shows before ingest has done it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from monitor.analysis.roles import assign_roles
from monitor.analysis.story_decisions import Act, Held, StoryDecision, arrange, held
from monitor.models import Placement
from monitor.store.articles import copy_down
from monitor.store.corrections import ids_of
from monitor.store.database import Connection, Rows, insert
from monitor.store.desk import Decision, Desk, standing_in
from monitor.store.folder import DataFolder
from monitor.store.grouping import group_items, infer_dates, members, merge_stories, place

KIND = "story"  # of the desk's decisions


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be done to the stories of a database, and the articles it touches."""

    made: tuple[StoryDecision, ...]
    gone: tuple[StoryDecision, ...]
    holds: Held[str]
    placed: Mapping[int, tuple[str, Placement]]  # as `grouping.members`: of all stories touched


def merge(desk: Desk, one: Sequence[str], other: Sequence[str], *, by: str) -> int:
    """Decide that two stories, each by its articles' url_keys, are one; returns its id."""
    return desk.decide(KIND, {"act": str(Act.MERGE), "one": list(one), "other": list(other)}, by=by)


def split(
    desk: Desk, off: Sequence[str], rest: Sequence[str], *,
    copies: Iterable[Sequence[str]] = (), by: str,
) -> int:  # fmt: skip
    """Decide that `off` is another story than `rest`; returns its id.

    `copies` are the groups of copies that have members in both.
    """
    payload = {"act": str(Act.SPLIT), "one": list(off), "other": list(rest),
               "copies": [list(group) for group in copies]}  # fmt: skip
    return desk.decide(KIND, payload, by=by)


def undo(desk: Desk, decision_id: int, *, by: str) -> int:
    """Take a merge or a split back: what was one is one again, what was two is two."""
    return desk.undo(KIND, decision_id, by=by)


def decided(desk: Desk) -> list[StoryDecision]:
    """What stands by the desk, oldest first."""
    return [_of(d) for d in desk.standing(KIND)]


def decided_in(folder: DataFolder, *, through: int | None = None) -> list[StoryDecision]:
    """What stands by the desk of `folder`, or stood when `through` was its newest decision."""
    return [_of(d) for d in standing_in(folder, KIND, through=through)]


def noted(rows: Rows) -> list[StoryDecision]:
    """The decisions that the stories of a database follow, oldest first."""
    if not rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'story_decision'", {}):
        return []  # published by an older program
    found = rows("SELECT decision_id, payload FROM story_decision ORDER BY decision_id", {})
    return [_read(i, json.loads(payload)) for i, payload in found]


def plan(rows: Rows, wanted: Sequence[StoryDecision]) -> Plan | None:
    """What differs between the database and the decisions `wanted`; None where nothing does."""
    there = noted(rows)
    made = tuple(d for d in wanted if d not in there)
    gone = tuple(d for d in there if d not in wanted)
    if not made and not gone:
        return None
    holds, before = held(wanted), held(there)
    keys = {key for decision in (*made, *gone) for key in decision.keys}
    ids = ids_of(rows, sorted(holds.mates(keys) | before.mates(keys)))
    stories = rows(
        "SELECT DISTINCT story_id FROM article WHERE article_id IN (SELECT unnest($ids::BIGINT[]))",
        {"ids": list(ids.values())},
    )
    return Plan(made, gone, holds, members(rows, [story for (story,) in stories]))


def carry_out(connection: Connection, todo: Plan, *, at: datetime) -> list[int]:
    """Do what `todo` says, in the caller's transaction; returns the articles that changed."""
    before = {i: p for i, (_, p) in todo.placed.items()}
    ids = {key: i for i, (key, _) in todo.placed.items()}
    moved = arrange(before.values(), ids, made=todo.made, gone=todo.gone, holds=todo.holds)
    after = {**before, **moved}
    recopied = _recopied(before, after)
    roles = _roles(connection, after, recopied)
    changed = set(place(connection, [roles.get(i, after[i]) for i in moved.keys() | roles.keys()]))
    merge_stories(connection, _redirects(before, after), at=at)
    changed |= set(infer_dates(connection, sorted(recopied)))
    copy_down(connection, sorted(changed))
    _note(connection, todo)
    return sorted(changed)


def _recopied(before: Mapping[int, Placement], after: Mapping[int, Placement]) -> set[int]:
    """The articles whose copy group has other members than before."""
    other = [i for i, p in after.items() if p.copy_group != before[i].copy_group]
    groups = {before[i].copy_group for i in other} | {after[i].copy_group for i in other}
    return {i for i, p in after.items() if p.copy_group in groups}


def _roles(
    connection: Connection, after: Mapping[int, Placement], recopied: Iterable[int]
) -> dict[int, Placement]:
    """The places of the articles `recopied`, with the roles they now have among their copies."""
    groups = defaultdict(list)
    for item in group_items(connection, sorted(recopied)):
        groups[after[int(item.id)].copy_group].append(item)
    return {
        int(i): replace(after[int(i)], role=d.role, source=d.source, evidence=d.evidence)
        for items in groups.values()
        for i, d in assign_roles(items).items()
    }


def _redirects(
    before: Mapping[int, Placement], after: Mapping[int, Placement]
) -> dict[int, int]:  # fmt: skip
    """Where the stories that are no more lead: where their founder is, else most of them."""
    here = {p.story for p in after.values()}
    went = defaultdict(list)
    for i, p in before.items():
        if p.story not in here:
            went[int(p.story)].append(i)
    return {
        story: int(
            after[story].story
            if story in after
            else Counter(after[i].story for i in ids).most_common(1)[0][0]
        )
        for story, ids in went.items()
    }


def _note(connection: Connection, todo: Plan) -> None:
    connection.execute(
        "DELETE FROM story_decision WHERE decision_id IN (SELECT unnest($ids::BIGINT[]))",
        {"ids": [d.id for d in (*todo.gone, *todo.made)]},
    )
    rows = []
    for decision in todo.made:
        payload = {**asdict(decision), "at": decision.at.isoformat()}
        rows.append({"decision_id": payload.pop("id"), "payload": json.dumps(payload)})
    insert(connection, "story_decision", rows)


def _of(decision: Decision) -> StoryDecision:
    said = {"by": decision.by, "at": decision.at.isoformat()}
    return _read(decision.id, {**decision.payload, **said})


def _read(decision_id: int, payload: Mapping[str, Any]) -> StoryDecision:
    return StoryDecision(
        id=decision_id, act=Act(payload["act"]), one=tuple(payload["one"]),
        other=tuple(payload["other"]), by=payload["by"],
        at=datetime.fromisoformat(payload["at"]),
        copies=tuple(tuple(group) for group in payload.get("copies", ())),
    )  # fmt: skip

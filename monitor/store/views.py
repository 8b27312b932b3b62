"""Saved views: a page with its filters under a name, for oneself or for the team.

Kept on the desk, append-only as everything there: saved again under the same name a view is
replaced, and removed it can be read in the desk's history still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.errors import StoreError
from monitor.store.desk import Desk

KIND = "view"
LONGEST_NAME = 60  # characters


@dataclass(frozen=True, slots=True)
class SavedView:
    """`page` with `values` of its filters, as JSON has them; no period is the latest days.

    `id` is that of the decision that saved it; `team` views are everybody's.
    """

    id: int
    name: str
    page: str
    team: bool
    by: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)


def save_view(
    desk: Desk, *, name: str, page: str, values: Mapping[str, Any], team: bool, by: str
) -> int:
    """Keep a view; returns its id. Raises StoreError for a name that is none."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise StoreError(f"a view's name has 1 to {LONGEST_NAME} characters, got {len(name)}")
    kept = {"name": name, "page": page, "values": dict(values), "team": team}
    return desk.decide(KIND, kept, by=by)


def remove_view(desk: Desk, view: SavedView, *, by: str) -> None:
    """Take a view out of the list."""
    desk.decide(KIND, {"removed": view.id}, by=by)


def saved_views(desk: Desk, *, by: str | None = None) -> list[SavedView]:
    """The team's views and those of `by` (None: everybody's), in alphabetical order."""
    found: dict[tuple[str, str], SavedView] = {}
    for decision in desk.decisions(KIND):
        said = decision.payload
        if "removed" in said:
            found = {key: view for key, view in found.items() if view.id != said["removed"]}
            continue
        view = SavedView(
            decision.id, said["name"], said["page"], bool(said["team"]), decision.by, decision.at,
            said["values"],
        )  # fmt: skip
        found["" if view.team else view.by, view.name.casefold()] = view
    mine = [v for v in found.values() if by is None or v.team or v.by == by]
    return sorted(mine, key=lambda view: (view.name.casefold(), view.by))


def view_called(desk: Desk, name: str) -> SavedView | None:
    """The view of this name, written in any case: the team's, else the one person's who has it."""
    called = [v for v in saved_views(desk) if v.name.casefold() == name.casefold()]
    return min(called, key=lambda view: (not view.team, view.id), default=None)

"""The English of saved views."""

from __future__ import annotations

from monitor.dashboard.texts_filters import SWITCHES
from monitor.store.views import SavedView

VIEWS, NAME, SAVE, REMOVE = "Views", "Save this view as", "Save", "Remove"
SAVED = "The view is saved."
NONE = "No view is saved yet. A view is a page with its filters, one click away."
TEAM, TEAM_HELP = "For the whole team", "Otherwise only you see it in this list."


def shown(view: SavedView) -> str:
    """Whose view it is, and what it holds."""
    owner = f"{view.by}, for the team" if view.team else view.by
    chosen = [
        ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in view.values.items() if key not in (*SWITCHES, "count")
    ]  # fmt: skip
    chosen += [
        label for key, (label, _) in SWITCHES.items()
        if key != "undated" and view.values.get(key) is True
    ]  # fmt: skip
    return f"{view.page.capitalize()} · {' · '.join(chosen) or 'everything'} · by {owner}"

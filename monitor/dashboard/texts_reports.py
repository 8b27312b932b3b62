"""The English of the Reports page."""

from __future__ import annotations

from typing import Literal

from monitor.store.views import SavedView

REPORTS = "Reports"
INTRO = "What a digest says, as it will arrive. Nothing is sent from here."
OF, THESE = "Of", "The filters above"
OF_HELP = "A saved view, with its own filters; what the bar above says is then left aside."
PERIODS: dict[str, Literal["day", "week"]] = {"Day": "day", "Week": "week"}
PERIOD = "Period"
AS_OF = "Made on the morning of"
AS_OF_HELP = "A day’s digest tells of the day before, a week’s of the seven days before."
SHOWN = "Shown as"
MAIL, PHONE, TEXT = "Mail", "On a phone", "Text"
DARK = "Dark"
SUBJECT = "Subject: {subject}"
PREVIEW = "Preview of the digest"
DOWNLOADS = {"html": "HTML", "txt": "Text", "pdf": "PDF"}
BAD_VIEW = "This view’s filters cannot be read"
NAME = "Coverage"


def view_label(view: SavedView) -> str:
    """A view as it is chosen by, and whose it is where that is one person's."""
    return view.name if view.team else f"{view.name} ({view.by})"

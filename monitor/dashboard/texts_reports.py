"""The English of the Reports page."""

from __future__ import annotations

from monitor.links import digest_period
from monitor.reports.digest_span import MOST
from monitor.store.views import SavedView

REPORTS = "Reports"
INTRO = (
    "What a digest says, as it will arrive. Nothing is sent from here. Tables as CSV or Excel are "
    "had beside the title of Overview and the other pages."
)
OF, THESE = "About", "The filters above"
OF_HELP = "A saved view, with its own filters; what the bar above says is then left aside."
PERIODS = {digest_period(days): days for days in range(1, MOST + 1)}
PERIOD = "Period"
AS_OF = "Made on the morning of"
AS_OF_HELP = (
    "A digest tells of whole days, up to the day before. Of which days depends on the one before "
    "it: one on weekdays tells on Monday of three days."
)
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

"""The English of the filter bar's switches and quick periods; see `texts`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.dashboard import texts

TIERS = "Outlet tiers"
SWITCHES = {
    "undated": (texts.UNDATED, texts.UNDATED_HELP),
    "subject": ("Only subject", "A company counts only where it is a main subject of the article."),
    "firsts": (
        "Only first publication",
        "Copies are left out: originals and reports in own words stay. A text of which nothing "
        "tells where it came first is left out too.",
    ),
}
FOUND_HELP = "Only articles that were found in this time. Click to remove this filter."
QUICK = "Period"
QUICK_DAYS = {"7 days": 7, "30 days": 30, "90 days": 90}
MONTH, EVERYTHING = "Month", "All"


def all_dates(count: int) -> str:
    """``Show all dates · 3 articles``."""
    return f"Show all dates · {texts.plural(count, 'article')}"


def found(since: datetime | None, before: datetime | None, tz: ZoneInfo) -> str:
    """``Found since Thu 10 Apr 2025, 14:05``, or before, or between two moments."""
    if since and before:
        return f"Found {texts.moment(since, tz)} – {texts.moment(before, tz)}"
    return f"Found {'since' if since else 'before'} {texts.moment(since or before, tz)}"

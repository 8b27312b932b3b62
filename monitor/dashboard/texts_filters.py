"""The English of the filter bar's switches and quick periods; see `texts`."""

from __future__ import annotations

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
FOUND_SINCE = "Found since {when}"
FOUND_SINCE_HELP = "Only articles that were found then or later. Click to remove this filter."
QUICK = "Period"
QUICK_DAYS = {"7 days": 7, "30 days": 30, "90 days": 90}
MONTH, EVERYTHING = "Month", "All"

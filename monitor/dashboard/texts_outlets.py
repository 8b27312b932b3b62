"""The English of the Outlets page: who writes about the companies; see `texts`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.dashboard import texts
from monitor.dashboard.texts import plural
from monitor.store.queries.bylines import BylineOrder
from monitor.store.queries.outlets import OutletOrder

OUTLETS, BYLINES = texts.OUTLETS, "Journalists"
WHO = (OUTLETS, BYLINES)
SEARCH = {OUTLETS: "Name or domain", BYLINES: "Name"}
ORDER = "Order"
OUTLET_ORDERS: dict[str, OutletOrder] = {
    "Most mentions": "mentions", "Highest salience": "salience", "Most as subject": "subject",
    "Latest": "latest", "Newest to us": "since", "Name": "name",
}  # fmt: skip
BYLINE_ORDERS: dict[str, BylineOrder] = {
    "Most articles": "articles", "Latest": "latest", "Name": "name",
}  # fmt: skip
FEW = "By salience and by subject, outlets with fewer than three mentions come last."

OUTLET = "Outlet"
COLUMNS = {
    "tier": "Tier", "country": "Country", "mentions": "Mentions", "articles": "Articles",
    "salience": "Salience", "subject": "As subject", "since": "Since", "latest": "Latest",
}  # fmt: skip
BYLINE_COLUMNS = {
    "name": "Journalist", "outlets": "Outlets", "articles": "Articles", "subject": "As subject",
    "companies": "Companies", "latest": "Latest article",
}  # fmt: skip
WHAT_IS_WHAT = (
    "Salience: mean weight of the companies in the outlet's mentions, 0 to 100. As subject: part "
    "of its mentions with the company as a main subject. Since: its first article about a watched "
    "company that is collected here."
)
BYLINES_NOTE = "As the outlets sign their articles; one who signs in two ways is there twice."

CSV: dict[str, tuple[str, str]] = {
    OUTLETS: ("Outlets CSV", "All outlets of this list."),
    BYLINES: ("Journalists CSV", "All journalists of this list."),
}
NO_MATCH, NO_MATCH_DO = "No outlet matches this search", "Try a part of its name or domain."
NO_BYLINE = "No article here is signed"
NO_BYLINE_DO = "Choose a longer period, fewer filters or other words."
NO_SUCH_OUTLET, NO_SUCH_BYLINE = "There is no such outlet", "There is no such journalist"
ALL = {OUTLETS: "All outlets", BYLINES: "All journalists"}
COMPANIES, LATEST_ARTICLES = "Companies", "Latest articles"
NO_TIER = "No tier"
NO_SIGNED = "No article here is signed."
MORE_BYLINES = "The {shown} who signed most, of {all}."


def tier(value: int | None) -> str:
    """``Tier 2``; says so where there is none."""
    return f"Tier {value}" if value else NO_TIER


def counted(outlets: int, kind: str) -> str:
    """``1,204 outlets``."""
    return plural(outlets, "outlet" if kind == OUTLETS else "journalist")


def at_outlets(outlets: Mapping[str, int], most: int = 3) -> str:
    """``Harbour Ledger 12, Northline 3 and 2 more``."""
    said = ", ".join(f"{name} {count:,}" for name, count in list(outlets.items())[:most])
    more = len(outlets) - most
    return said + (f" and {more} more" if more > 0 else "")


def since(at: datetime | None) -> str:
    """Since when it writes about the companies; "" where that is not known."""
    return f"About watched companies since {at.day} {at:%b %Y}" if at else ""


def feeds(count: int) -> str:
    """How many of its feeds are polled."""
    return plural(count, "feed") if count else "No feed of it is polled"

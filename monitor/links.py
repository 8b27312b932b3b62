"""Filters as the query of an address: a page of the dashboard, or a report as a file.

The names are those that the dashboard's pages have in their own addresses, so that the part
after the question mark can be taken from one to the other. Views that people saved have the same
names, with the values that the filter bar keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote, urlencode

from monitor.columns import STANDARD, Report
from monitor.filters import Filters
from monitor.languages import language_name

# Wider than any data: what a page takes for "every day".
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)
DEFAULT_DAYS = 30  # that a page shows, and a saved view without a period
_PAGE: dict[Report, str] = {
    "articles": "articles", "stories": "stories", "coverage": "coverage",
    "share-of-voice": "voice", "feeds": "feeds",
}  # fmt: skip
# Parameter → what `Filters` calls it.
_LISTS = {"company": "companies", "topic": "topics", "outlet": "outlets", "tier": "tiers",
          "language": "languages", "byline": "authors"}  # fmt: skip
_FLAGS = {"undated": "undated", "subject": "subject_only", "firsts": "firsts_only",
          "sample": "sample"}  # fmt: skip
_USUAL = {"undated": True, "subject": False, "firsts": False, "sample": True}  # if not given
PARAMETERS = (*_LISTS, "dates", "days", *_FLAGS, "q", "story", "seen_since",
              "seen_until")  # fmt: skip
# How a page shows what is filtered, which a file has no part in.
_SHOWING = frozenset({"count", "since", "split", "before", "copies", "who", "outlet_text",
                      "articles_order", "articles_page", "stories_order", "stories_page",
                      "outlets_order", "outlets_page", "bylines_order", "bylines_page",
                      "latest_page"})  # fmt: skip


def to_params(filters: Filters) -> list[tuple[str, str]]:
    """`filters` as names and values; what is left at its default is left out."""
    params = [(name, value) for name, kind in _LISTS.items() for value in getattr(filters, kind)]
    if filters.since or filters.until:
        params += [
            ("dates", str(filters.since or EARLIEST)),
            ("dates", str(filters.until or LATEST)),
        ]
    flags = {name: getattr(filters, kind) for name, kind in _FLAGS.items()}
    params += [(k, str(v).lower()) for k, v in flags.items() if v != _USUAL[k]]
    more = {"q": filters.query, "story": filters.story, "seen_since": filters.seen_since,
            "seen_until": filters.seen_until}  # fmt: skip
    params += [
        (k, v.isoformat() if isinstance(v, datetime) else str(v)) for k, v in more.items() if v
    ]
    return params


def from_params(params: Iterable[tuple[str, str]], *, today: date) -> Filters:
    """The filters that names and values say; raises ValueError naming what cannot be used.

    ``dates`` is one day or two, ``days=30`` the thirty days up to `today`. What only says how a
    page shows something is passed over.
    """
    given: dict[str, list[str]] = {}
    for name, value in params:
        if name in _SHOWING:
            continue
        if name not in PARAMETERS:
            raise ValueError(f"unknown parameter {name!r}; known are {', '.join(PARAMETERS)}")
        given.setdefault(name, []).append(value)
    since, until = _period(given, today)
    kinds: dict[str, Any] = {kind: tuple(given.get(name, ())) for name, kind in _LISTS.items()}
    kinds |= {_FLAGS[k]: _flag(k, given.get(k, []), usual) for k, usual in _USUAL.items()}
    story = _one("story", given)
    if story and not (story.isascii() and story.isdigit()):
        raise ValueError(f"story: expected a number, got {story!r}")
    seen, before = (
        moment_of(name, value) if (value := _one(name, given)) else None
        for name in ("seen_since", "seen_until")
    )
    return Filters(
        **kinds, since=since, until=until, query=_one("q", given),
        story=int(story) if story else None,
        seen_since=seen, seen_until=before,
    )  # fmt: skip


def filters_of_view(values: Mapping[str, Any], *, today: date) -> Filters:
    """The filters of a saved view, by the `values` that `monitor.store.views.SavedView` keeps.

    A view without a period is of the latest days, up to `today`. Raises ValueError naming what
    cannot be used.
    """
    params: list[tuple[str, str]] = []
    for name in (*_LISTS, "dates"):
        params += [(name, str(value)) for value in values.get(name) or ()]
    params += [(k, str(values[k]).lower()) for k in _FLAGS if values.get(k) is not None]
    params += [
        (name, str(values[name])) for name in ("q", "seen_since", "seen_until") if values.get(name)
    ]
    params += [] if values.get("dates") else [("days", str(DEFAULT_DAYS))]
    return from_params(params, today=today)


def page_link(base: str, report: Report, filters: Filters) -> str:
    """The page of the dashboard at `base` that shows what a report was made of."""
    page = "stories" if filters.story else _PAGE[report]
    if filters.query:
        page = "articles"  # the one page that searches
    elif filters.authors:
        page = "outlets"  # the one page that knows bylines
    params = _page_params(filters)
    if not (filters.since or filters.until or filters.story):
        params += [("dates", str(EARLIEST)), ("dates", str(LATEST))]
    return _address(base, page, params)


def digest_period(days: int) -> str:
    """What the page of digests calls a period of so many days: ``Day``, ``3 days``, ``Week``."""
    return {1: "Day", 7: "Week"}.get(days, f"{days} days")


def digest_link(base: str, filters: Filters, *, days: int, day: date) -> str:
    """The page that shows the digest of `filters`, of so many days, made on the morning of `day`.

    Pages know neither bylines nor a search there: blank where the filters have one.
    """
    if filters.query or filters.authors:
        return ""
    params = [p for p in _page_params(filters) if p[0] not in ("dates", "undated")]
    params += [("digest_period", digest_period(days)), ("digest_day", str(day))]
    return _address(base, "reports", params)


def file_link(
    base: str, report: Report, suffix: str, filters: Filters, *, columns: str = STANDARD,
    more: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """The address of a report as a file, at the dashboard at `base`."""
    params = to_params(filters)
    params += [("columns", columns)] if columns != STANDARD else []
    return _address(base, f"export/{report}.{suffix}", [*params, *more])


def feed_link(base: str, kind: Literal["articles", "stories"], filters: Filters) -> str:
    """The address of an Atom feed of the newest, at the dashboard at `base`."""
    return _address(base, f"feed/{kind}.atom", to_params(filters))


def opened_link(base: str, kind: Literal["article", "story"], number: int) -> str:
    """The page of one article or story, at the dashboard at `base`."""
    page = {"article": "articles", "story": "stories"}[kind]
    return _address(base, page, [(kind, str(number))])


def _address(base: str, path: str, params: Sequence[tuple[str, str]]) -> str:
    query = urlencode(params, quote_via=quote)
    return f"{base.rstrip('/')}/{path}{'?' if query else ''}{query}"


def _page_params(filters: Filters) -> list[tuple[str, str]]:
    """As `to_params`, as pages have them in their addresses: languages by their names."""
    return [
        (name, language_name(value) if name == "language" else value)
        for name, value in to_params(filters)
    ]


def _period(given: dict[str, list[str]], today: date) -> tuple[date | None, date | None]:
    dates = [_day(value) for value in given.get("dates", [])]
    days = _one("days", given)
    if dates and days:
        raise ValueError("dates and days: expected one of them, got both")
    if len(dates) > 2:
        raise ValueError(f"dates: expected one or two days, got {len(dates)}")
    if dates:
        if dates[0] > dates[-1]:
            raise ValueError(f"dates: {dates[0]} is after {dates[-1]}")
        return (
            None if dates[0] <= EARLIEST else dates[0],
            None if dates[-1] >= LATEST else dates[-1],
        )
    if not days:
        return None, None
    if not (days.isascii() and days.isdigit() and 0 < int(days) < 100_000):
        raise ValueError(f"days: expected a number of days, got {days!r}")
    return today - timedelta(days=int(days) - 1), today


def _one(name: str, given: dict[str, list[str]]) -> str:
    values = given.get(name, [])
    if len(values) > 1:
        raise ValueError(f"{name}: expected it once, got it {len(values)} times")
    return values[0].strip() if values else ""


def _flag(name: str, values: list[str], usual: bool) -> bool:
    if not values:
        return usual
    if len(values) > 1 or values[0] not in ("true", "false"):
        raise ValueError(f"{name}: expected true or false, got {values[-1]!r}")
    return values[0] == "true"


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"dates: expected a day like 2025-04-01, got {value!r}") from None


def moment_of(name: str, value: str) -> datetime:
    """A time with its zone, of the parameter `name`; raises ValueError where it is none."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError(
            f"{name}: expected a time with its zone like 2025-04-01T09:00:00+02:00, got {value!r}"
        )
    return at

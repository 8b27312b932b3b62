"""Filters as the query of an address: a page of the dashboard, or a report as a file.

The names are those that the dashboard's pages have in their own addresses, so that the part
after the question mark can be taken from one to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode

from monitor.columns import STANDARD, Report
from monitor.filters import Filters

# Wider than any data: what a page takes for "every day".
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)
_PAGE: dict[Report, str] = {
    "articles": "articles", "stories": "stories", "coverage": "", "share-of-voice": "",
    "feeds": "feeds",
}  # fmt: skip
_LISTS = {"company": "companies", "topic": "topics", "outlet": "outlets", "language": "languages"}
_FLAGS = {"undated": True, "subject": False, "sample": True}  # name → what it is when not given
PARAMETERS = (*_LISTS, "dates", "days", *_FLAGS, "q", "story", "seen_since")


def to_params(filters: Filters) -> list[tuple[str, str]]:
    """`filters` as names and values; what is left at its default is left out."""
    params = [(name, value) for name, kind in _LISTS.items() for value in getattr(filters, kind)]
    if filters.since or filters.until:
        params += [
            ("dates", str(filters.since or EARLIEST)),
            ("dates", str(filters.until or LATEST)),
        ]
    flags = {"undated": filters.undated, "subject": filters.subject_only, "sample": filters.sample}
    params += [(k, str(v).lower()) for k, v in flags.items() if v != _FLAGS[k]]
    more = {"q": filters.query, "story": filters.story, "seen_since": filters.seen_since}
    params += [
        (k, v.isoformat() if isinstance(v, datetime) else str(v)) for k, v in more.items() if v
    ]
    return params


def from_params(params: Iterable[tuple[str, str]], *, today: date) -> Filters:
    """The filters that names and values say; raises ValueError naming what cannot be used.

    ``dates`` is one day or two, ``days=30`` the thirty days up to `today`.
    """
    given: dict[str, list[str]] = {}
    for name, value in params:
        if name not in PARAMETERS:
            raise ValueError(f"unknown parameter {name!r}; known are {', '.join(PARAMETERS)}")
        given.setdefault(name, []).append(value)
    since, until = _period(given, today)
    flags = {name: _flag(name, given.get(name, []), usual) for name, usual in _FLAGS.items()}
    story = _one("story", given)
    if story and not (story.isascii() and story.isdigit()):
        raise ValueError(f"story: expected a number, got {story!r}")
    seen = _one("seen_since", given)
    return Filters(
        **{kind: tuple(given.get(name, ())) for name, kind in _LISTS.items()},
        since=since, until=until, undated=flags["undated"], subject_only=flags["subject"],
        sample=flags["sample"], query=_one("q", given), story=int(story) if story else None,
        seen_since=_moment(seen) if seen else None,
    )  # fmt: skip


def page_link(
    base: str, report: Report, filters: Filters, *, language_name: Callable[[str], str] = str
) -> str:
    """The page of the dashboard at `base` that shows what a report was made of.

    Pages call languages by their names, which `language_name` gives for a code.
    """
    page = "stories" if filters.story else _PAGE[report]
    if filters.query:
        page = "articles"  # the one page that searches
    params = [
        (name, language_name(value) if name == "language" else value)
        for name, value in to_params(filters)
    ]
    if not (filters.since or filters.until or filters.story):
        params += [("dates", str(EARLIEST)), ("dates", str(LATEST))]
    return _address(base, page, params)


def file_link(
    base: str, report: Report, suffix: str, filters: Filters, *, columns: str = STANDARD,
    more: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """The address of a report as a file, at the dashboard at `base`."""
    params = to_params(filters)
    params += [("columns", columns)] if columns != STANDARD else []
    return _address(base, f"export/{report}.{suffix}", [*params, *more])


def _address(base: str, path: str, params: Sequence[tuple[str, str]]) -> str:
    query = urlencode(params, quote_via=quote)
    return f"{base.rstrip('/')}/{path}{'?' if query else ''}{query}"


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


def _moment(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError(
            "seen_since: expected a time with its zone like 2025-04-01T09:00:00+02:00, "
            f"got {value!r}"
        )
    return at

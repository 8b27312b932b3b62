"""When a page was published, and how far that can be trusted.

Sources are read apart and then reconciled: JSON-LD, meta elements, `time` elements, a
dateline in the text, the URL. Dates of other articles (side lists, "4 hours ago") are never
taken, nor those at which nothing can have been published: in the future, before the web had
news, before the outlet was founded where that is known. That a page is dated long before its
feed's entry is no such reason: outlets put their archives online.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from enum import IntEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.models import DateConfidence

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # the first news sites; older ones are placeholders
_AHEAD = timedelta(hours=15)  # a date "today" east of us may still lie before us
BEFORE_FOUNDING = "before the outlet was founded"
NO_DATE = datetime(1999, 11, 30, tzinfo=UTC)  # what PHP makes of MySQL's 0000-00-00 00:00:00


class Detail(IntEnum):
    """How much of a time is stated."""

    DAY = 1
    TIME = 2
    ZONE = 3


@dataclass(frozen=True, slots=True)
class Stated:
    """A time as a page states it, in UTC; without a zone, its clock time is taken as UTC.

    `day` is the calendar day as written, in the publisher's own zone. `timed` is false where no
    time of day is meant: none is written, or the midnight in UTC that programs write for none.
    """

    when: datetime
    detail: Detail
    day: str
    timed: bool = True

    @classmethod
    def of(cls, when: datetime, detail: Detail) -> Stated:
        """A Stated of `when`, with or without zone."""
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        timed = detail > Detail.DAY and not is_midnight(when)
        return cls(aware.astimezone(UTC), detail, f"{when:%Y-%m-%d}", timed)


def is_midnight(when: datetime) -> bool:
    """Whether `when` is written as a midnight in UTC, or in no zone: what a bare day becomes.

    So write most programs a day without a time. 09:00+09:00 is the same moment, and is meant.
    """
    return when.time() == time(0) and not when.utcoffset()


_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:T|\s+|,\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*"
    r"(Z\b|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d))?)?(?!\d)",
    re.I,
)
_COMPACT = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?(?!\d)"
)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier janv enero ene gennaio gen janeiro januari",
            "february feb februar février févr fev febrero febbraio fevereiro februari",
            "march mar märz mrz mars marzo março maart mrt",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag maio mei",
            "june jun juni juin junio giugno giu junho",
            "july jul juli juillet juil julio luglio lug julho",
            "august aug août aout agosto ago augustus",
            "september sept sep septembre septiembre settembre set setembro",
            "october oct oktober okt octobre octubre ottobre ott outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH_FIRST = re.compile(
    rf"\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:,|\s)\s*((?:19|20)\d{{2}})\b", re.I
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:de\s+|of\s+)?({_MONTH})\b\.?"
    rf"(?:\s+de)?,?[\s-]+((?:19|20)\d{{2}})\b",
    re.I,
)
_NUMERIC = re.compile(r"(?<![\d/.])(\d{1,2})([/.])(\d{1,2})\2((?:19|20)\d{2})(?![\d/])")
_DIGIT = re.compile(r"\d")
_CJK = re.compile(r"((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")

# Clock abbreviations as newsrooms use them. The two-letter American ones follow daylight time.
_ZONES: dict[str, tzinfo] = {
    "ET": ZoneInfo("America/New_York"),
    "CT": ZoneInfo("America/Chicago"),
    "MT": ZoneInfo("America/Denver"),
    "PT": ZoneInfo("America/Los_Angeles"),
} | {
    name: timezone(timedelta(minutes=round(hours * 60)))
    for name, hours in {
        "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2,
        "EET": 2, "SAST": 2, "EEST": 3, "MSK": 3, "GST": 4, "IST": 5.5, "ICT": 7, "WIB": 7,
        "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12,
        "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
        "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3,
        "BRT": -3, "ART": -3,
    }.items()
}  # fmt: skip
_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?\s*(?:([ap])\.?\s?m\b\.?)?"
    r"[\s,(]*(?:([A-Z]{1,4})\b|(?:UTC|GMT)?([+-]\d{1,2}:?\d{0,2})(?!\d))?",
    re.I,
)
_RELATIVE = re.compile(
    r"\b\d+\s*(?:[smhdwy]|(?:sec|min|hr|mo)s?|(?:second|minute|hour|day|week|month|year)s?)\s+ago\b"
    r"|\b(?:today|yesterday)\b.{0,10}\d",
    re.I,
)
_RELATIVE_LINE = 60  # characters; a longer line tells of years ago rather than when it appeared
_OTHER_DATE = re.compile(
    r"\b(?:updated?|modified|last\s+edited|aktualisiert|mis à jour|actualizado)\b", re.I
)
_PUBLISHED = re.compile(r"\b(?:published|posted|first published|veröffentlicht|publié)\b", re.I)


def _made(
    year: int,
    month: int,
    day: int,
    clock: tuple[int, int] | None = None,
    zone: tzinfo | None = None,
) -> Stated | None:
    try:
        when = datetime(year, month, day, *(clock or (0, 0)), tzinfo=zone)
        detail = Detail.DAY if clock is None else Detail.ZONE if zone else Detail.TIME
        return Stated.of(when, detail)
    except (ValueError, OverflowError):
        return None


def read_stamp(text: str) -> Stated | None:
    """A machine's date: ISO 8601 (also compact), RFC 822, or seconds since 1970."""
    text = text.strip()[:100]
    if re.fullmatch(r"\d{10}(?:\d{3})?", text):
        seconds = int(text[:10])
        return Stated.of(datetime.fromtimestamp(seconds, UTC), Detail.ZONE)
    match = _ISO.search(text)
    if match:
        year, month, day = (int(part) for part in match.group(1, 2, 3))
        if match.group(4) is None:
            return _made(year, month, day)
        hour, minute = int(match.group(4)), int(match.group(5))
        return _made(year, month, day, (hour, minute), _offset(match.group(7)))
    match = _COMPACT.fullmatch(text)
    if match:
        year, month, day = (int(part) for part in match.group(1, 2, 3))
        clock = (int(match.group(4)), int(match.group(5))) if match.group(4) else None
        return _made(year, month, day, clock, UTC if match.group(7) else None)
    return read_dateline(text)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:
        return None
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if text[0] == "-" else delta)


def read_dateline(line: str) -> Stated | None:
    """The publication date in a line for readers: "April 1, 2025, 3:54 PM ET".

    Of several, the one behind "Published"; one that only says "Updated" is not taken,
    nor "2 hours ago", nor a numeric date whose day and month cannot be told apart.
    """
    line = line[:300]
    published = _PUBLISHED.search(line)
    if published:
        line = line[published.start() :]
        other = _OTHER_DATE.search(line, published.end() - published.start())
        line = line[: other.start()] if other else line
    elif _OTHER_DATE.search(line):
        before = _OTHER_DATE.split(line)[0]
        return read_dateline(before) if before.strip() else None
    found = _calendar(line)
    if found is None:
        return None
    year, month, day, start, end = found
    # The clock stands right behind the date, or right before it.
    for rest in (line[end : end + 40], line[max(0, start - 25) : start]):
        clock = _clock(rest)
        if clock is not None:
            return _made(year, month, day, *clock)
    return _made(year, month, day)


def _calendar(line: str) -> tuple[int, int, int, int, int] | None:
    if not _DIGIT.search(line):  # what every one of them has, and most lines have not
        return None
    match = _MONTH_FIRST.search(line)
    if match:
        return int(match[3]), _MONTHS[match[1].lower()], int(match[2]), *match.span()
    match = _DAY_FIRST.search(line)
    if match:
        return int(match[3]), _MONTHS[match[2].lower()], int(match[1]), *match.span()
    match = _ISO.search(line)
    if match:
        return int(match[1]), int(match[2]), int(match[3]), match.start(), match.end(3)
    match = _CJK.search(line)
    if match:
        return int(match[1]), int(match[2]), int(match[3]), *match.span()
    match = _NUMERIC.search(line)
    if match:
        first, second = int(match[1]), int(match[3])
        if first == second or match[2] == "." or first > 12:
            return int(match[4]), second, first, *match.span()
        if second > 12:
            return int(match[4]), first, second, *match.span()
    return None


def _clock(text: str) -> tuple[tuple[int, int], tzinfo | None] | None:
    for match in _CLOCK.finditer(text):
        hour, minute, half, name, offset = match.groups()
        if minute is None and half is None:
            continue
        hours, minutes = int(hour), int(minute or 0)
        if half:
            hours = hours % 12 + (12 if half.lower() == "p" else 0)
        if hours > 23 or minutes > 59:
            continue
        zone = _ZONES.get((name or "").upper())
        if zone is None and offset:
            sign, digits = offset[0], offset[1:].replace(":", "")
            digits = digits.zfill(2) if len(digits) <= 2 else digits.zfill(4)
            zone = _offset(sign + digits)
        return (hours, minutes), zone
    return None


def is_dateline(line: str) -> bool:
    """Whether `line` is short and says when (also "4 hours ago"): part of a header, not prose."""
    if len(line) > 120:
        return False
    return bool(_calendar(line)) or bool(len(line) <= _RELATIVE_LINE and _RELATIVE.search(line))


def read_url(url: str) -> Stated | None:
    """The day in a URL's path: ``/2025/04/01/`` or ``-20250401``."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    match = re.search(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-])", path) or re.search(
        r"(?<!\d)((?:19|20)\d{2})-?(\d{2})-?(\d{2})(?!\d)", path
    )
    if match:
        return _made(int(match[1]), int(match[2]), int(match[3]))
    match = re.search(rf"/((?:19|20)\d{{2}})/({_MONTH})/(\d{{1,2}})/", path, re.I)
    return _made(int(match[1]), _MONTHS[match[2].lower()], int(match[3])) if match else None


def reconcile(
    stated: Iterable[Stated | None], *, guessed: Iterable[Stated | None] = (), now: datetime,
    founded: datetime | None = None,
) -> tuple[datetime | None, DateConfidence]:  # fmt: skip
    """The publication time in UTC, and how sure it is.

    `stated` are the publisher's statements, the most trusted first; but where two others
    state the same moment, the first is mistaken (often about its zone). `guessed` is what
    can be read off the URL, or when the page was changed. High is a time with its zone;
    medium a clock time of which nobody says where the clock hangs, however many sources
    repeat it; day a day without a time; low is a guess alone.
    A date at which nothing can have been published is refused (`refusal`).
    """
    usable = [s for s in stated if s and not refusal(s, now=now, founded=founded)]
    guesses = [g for g in guessed if g and not refusal(g, now=now, founded=founded)]
    if not usable:
        if guesses:
            return guesses[0].when, DateConfidence.LOW
        return None, DateConfidence.NONE
    usable = _agreed(usable)
    first = usable[0]
    same_day = [s for s in usable if s.day == first.day]
    # The day is the first source's; another that names the same day may know the hour.
    best = max(same_day, key=lambda s: s.detail)
    if not best.timed:
        return best.when, DateConfidence.DAY
    sure = best.detail is Detail.ZONE
    return best.when, DateConfidence.HIGH if sure else DateConfidence.MEDIUM


def refusal(stated: Stated, *, now: datetime, founded: datetime | None = None) -> str:
    """Why nothing can have been published at a time, in a few words; "" where something can.

    `founded` is when the day or year began in which the outlet was.
    """
    if stated.when > now + _AHEAD:
        return "in the future"
    if stated.when < _EARLIEST:
        return "before the web had news"
    if stated.when == NO_DATE and stated.detail > Detail.DAY:
        return "what programs make of no date"
    return BEFORE_FOUNDING if precedes(stated.when, founded) else ""


def precedes(when: datetime, founded: datetime | None) -> bool:
    """Whether `when` lies before the day on which an outlet was `founded`, in every zone."""
    return founded is not None and when < first_possible(founded)


def first_possible(founded: datetime) -> datetime:
    """When the day on which an outlet was `founded` began in the easternmost zone."""
    return founded - _AHEAD


def _agreed(stated: list[Stated]) -> list[Stated]:
    """`stated` without the first, where all others state one and the same other moment."""
    others = stated[1:]
    moments = {s.when for s in others}
    timed = all(s.detail > Detail.DAY for s in others)
    return others if len(others) > 1 and timed and len(moments) == 1 else stated

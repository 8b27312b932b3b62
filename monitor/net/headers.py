"""What a server's headers say about time, and the header that says who asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor import __version__

LONGEST = 24 * 3600.0  # seconds; Media Cloud's cap: some servers say years
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|[,\s])no-(?:cache|store)\b", re.IGNORECASE)


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """The seconds that a Retry-After asks for (RFC 9110, 10.2.3), 0 to 24 hours.

    None where there is no such header, or nothing that can be read.
    """
    text = (value or "").strip()
    if re.fullmatch(r"\d{1,10}", text):
        return min(float(text), LONGEST)
    moment = _http_date(text)
    return None if moment is None else _clamped((moment - now).total_seconds())


def fresh_for(headers: Mapping[str, str], *, now: datetime) -> float:
    """For how many seconds an answer is fresh (RFC 9111, 4.2), 0 to 24 hours.

    Cache-Control goes before Expires; the Age that a cache in between states is taken off.
    """
    control = headers.get("Cache-Control", "")
    if _NO_CACHE.search(control):
        return 0.0
    age = headers.get("Age", "").strip()
    spent = float(age) if re.fullmatch(r"\d{1,9}", age) else 0.0
    if match := _MAX_AGE.search(control):
        return _clamped(float(match[1]) - spent)
    expires = _http_date(headers.get("Expires", ""))
    if expires is None:
        return 0.0
    # Against the server's own clock where it tells it: many are wrong, but wrong in both.
    sent = _http_date(headers.get("Date", "")) or now
    return _clamped((expires - sent) / timedelta(seconds=1) - spent)


def user_agent(contact: str = "") -> str:
    """How the product names itself to servers."""
    contact = " ".join(contact.split())
    name = f"MediaMonitor/{__version__}"
    return f"{name} (+{contact})" if contact else name


def _http_date(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST)

"""What a feed's bytes, texts, dates and bylines mean: one small reader for each.

Pure, and made for what publishers really send: wrong charsets, entities encoded
twice, zones by name, e-mail addresses in bylines.
"""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

from monitor.ingest.charsets import codec_of, marked
from monitor.ingest.extract.dates import is_midnight

_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")


def decode(data: bytes, *, charset: str | None = None) -> str:
    """The text of an XML or JSON document; `charset` is what the HTTP header claims.

    The bytes are believed first: a byte order mark, then whether they are
    UTF-8, as text in another charset hardly ever is by chance. Only then comes
    what the document and the header say, and last Windows-1252.
    """
    text = marked(data)
    if text is not None:
        return text
    match = _XML_ENCODING.match(data[:400])
    labels = (match.group(1) if match else None, charset)
    declared = [codec for label in labels if (codec := codec_of(label))]
    if b"\x1b" not in data:  # ISO-2022 is all ASCII, and its escapes its only mark
        text = data.decode("utf-8", "replace")
        bad = text.count("�")
        # A few damaged bytes in UTF-8 must not turn the whole document into another charset.
        if not bad or sum(char > "\x7f" for char in text) > 10 * bad:
            if data[:2] in (b"<\0", b"\0<"):
                return data.decode("utf-16-le" if data[0] else "utf-16-be", "replace")
            return text
    for name in declared:
        try:
            return data.decode(name)
        except (UnicodeError, LookupError):
            continue
    if data[:2] in (b"<\0", b"\0<"):
        return data.decode("utf-16-le" if data[0] else "utf-16-be", "replace")
    return data.decode(next((n for n in declared if n != "utf-8"), "cp1252"), "replace")


_INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_DROPPED = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|cite|code|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|u|wbr)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--[^<>]*-->")
# Numeric references to 128–159 mean Windows-1252 to every browser.
_C1 = {n: bytes([n]).decode("cp1252", "ignore") for n in range(0x80, 0xA0)}


def plain(text: str, *, limit: int = 1000) -> str:
    """`text` without tags, entities, control characters and line breaks; NFC.

    Entities are decoded twice, as feeds that encode twice are many. Longer
    text is cut at a word, at `limit` characters, and ends in "…".
    """
    for _ in range(2):
        if "<" in text:
            text = _DROPPED.sub(" ", text) if "</" in text else text
            text = _TAG.sub(" ", _INLINE_TAG.sub("", text))
        if "&" in text:
            text = html.unescape(text)
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text.translate(_C1)))
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) <= limit:
        return text
    cut = text[:limit]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip() + "…"


_HOURS = {
    "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MET": 1, "CEST": 2,
    "MEST": 2, "MESZ": 2, "MEZ": 1, "EET": 2, "EEST": 3, "SAST": 2, "MSK": 3, "PKT": 5, "IST": 5.5,
    "WIB": 7, "ICT": 7, "SGT": 8, "HKT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5,
    "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "NST": -3.5, "NDT": -2.5,
    "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "BRT": -3, "ART": -3,
}  # fmt: skip
# "ET" is whichever of EST and EDT holds on that day.
_PLACES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver",
           "PT": "America/Los_Angeles"}  # fmt: skip
_ZONE_NAME = re.compile(r"(?<=[\dAPMapm])\s*(?<![A-Za-z])(?![AaPp]\.?[Mm]\b)\(?([A-Za-z]{2,4})\)?$")
_OFFSET = re.compile(r"\s*(?:GMT|UTC)?\s*([+-])(\d\d)(?::?(\d\d))?(?:\s*\([A-Za-z ]+\))?$")
_HALF_DAY = re.compile(r"\s*\b([AP])\.?M\.?$", re.IGNORECASE)
_RFC822 = re.compile(r"^(?:[^\W\d]+\.?,?\s+)?\d{1,2}[\s-]+[A-Za-z]{3,9}\.?,?[\s-]+\d{2,4}(?!\d)")
_US_ORDER = re.compile(r"^(?:[A-Za-z]+,\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})\b")


def read_date(text: str) -> tuple[datetime | None, bool]:
    """The moment that `text` states, in UTC, and whether it only says a day (`is_midnight`).

    None where it states none. Reads RFC 822 and ISO 8601 with their usual mistakes. A zone may
    be an offset or a name; without one the time is taken for UTC, as RSS readers do.
    """
    text = " ".join(text.split())[:80]
    zone: timezone | ZoneInfo = UTC
    if match := _OFFSET.search(text):
        if ":" in text or "T" in text:  # "2025-04-01" ends in no offset
            sign = -1 if match.group(1) == "-" else 1
            offset = timedelta(hours=int(match.group(2)), minutes=int(match.group(3) or 0))
            if offset >= timedelta(hours=24):
                return None, False
            zone, text = timezone(sign * offset), text[: match.start()]
    elif match := _ZONE_NAME.search(text):
        name = match.group(1).upper()
        if name in _PLACES:
            zone = ZoneInfo(_PLACES[name])
        elif name in _HOURS:
            zone = timezone(timedelta(hours=_HOURS[name]))
        text = text[: match.start()]
    local = _local(text.strip())
    if local is None:
        return None, False
    try:
        stated = local.replace(tzinfo=zone)
        return stated.astimezone(UTC), is_midnight(stated)
    except (OverflowError, ValueError):
        return None, False


def _local(text: str) -> datetime | None:
    """The date and time of `text`, whose zone has been read."""
    try:
        return datetime.fromisoformat(text.removesuffix("Z").removesuffix("z")).replace(tzinfo=None)
    except ValueError:
        pass
    half = _HALF_DAY.search(text)
    text = _US_ORDER.sub(r"\2 \1 \3", text[: half.start()] if half else text)
    if not _RFC822.match(text):
        return None
    try:
        parts = parsedate_tz(text) or parsedate_tz(f"{text} 00:00:00")
        moment = datetime(*parts[:6]) if parts else None  # noqa: DTZ001 - the zone is the caller's
        if moment is not None and half is not None:
            moment = moment.replace(hour=moment.hour % 12 + (12 if half[1] in "Pp" else 0))
        return moment
    except (ValueError, TypeError, IndexError):
        return None


_EMAIL = re.compile(r"[(<\[]?\s*(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*[)>\]]?")
_BY = re.compile(r"^(?:by|von|par|por|di)\s+(?=[^\W\d_])", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:,\s*and\b|,|;|\||\band\b|&|\bund\b|\bet\b)\s*", re.IGNORECASE)
_NO_NAME = re.compile(
    r"^(?:admin|administrator|editor|editors|webmaster|no-?reply|unknown|none|null|n/a|staff"
    r"|staff writer|news desk|newsdesk|https?://.*)$",
    re.IGNORECASE,
)


def read_authors(names: list[str]) -> tuple[str, ...]:
    """The persons that the bylines `names` name: in order, once each, without e-mail addresses."""
    found: dict[str, str] = {}
    for line in names:
        line = _BY.sub("", plain(_EMAIL.sub(" ", line), limit=500).strip(" ()<>[],;"))
        # "Lee, Ann", "Ann Lee, Jr." and "Data & Society" are one name each.
        parts = [part for part in _LIST.split(line) if part]
        for part in parts if all(" " in part for part in parts) else line.split(";"):
            name = re.sub(r"\s*[(\[<].*", "", part).strip(" ,;\"'") or part
            if 2 <= len(name) <= 100 and not _NO_NAME.match(name):
                found.setdefault(name.casefold(), name)
    return tuple(found.values())

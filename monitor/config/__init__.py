"""The watchlist: `watchlist.toml` read into a frozen, validated Config.

Every mistake is reported with file, line and key, all of them at once:
``watchlist.toml:41: company[2].name must not be empty``.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from monitor.columns import mistakes, preset
from monitor.config.sending import (
    Alert,
    Channel,
    Digest,
    Mail,
    query_mistakes,
    sending_checks,
)
from monitor.config.types import Section, Text, Texts, web_url
from monitor.errors import ConfigError


def _domain(value: str) -> str:
    value = value.lower().removeprefix("www.")
    if "/" in value or "." not in value or " " in value:
        raise ValueError(f"must be a domain like example.com, got {value!r}")
    return value


_FIRST_NEWSPAPER = 1605


def _first_day(year_or_day: str) -> date:
    return date.fromisoformat(f"{year_or_day}-01-01" if len(year_or_day) == 4 else year_or_day)


def _founded(value: Any) -> Any:
    """A year or a day, as TOML or a text has it; as a text."""
    said = " ".join(str(value).split())
    try:
        day = _first_day(said)
    except ValueError:
        raise ValueError(
            f"must be a year like 1996 or a day like 1996-10-07, got {value!r}"
        ) from None
    if day.year < _FIRST_NEWSPAPER or day > datetime.now(UTC).date():
        raise ValueError(f"must lie between {_FIRST_NEWSPAPER} and today, got {said!r}")
    return said


_NAMED_HOST = re.compile(r"(?P<host>[\w.-]+|\[[^\[\]]+\])(?::(?P<port>[0-9]{1,5}))?")


def _host(value: str) -> str:
    """A host name or address, with or without a port."""
    if not _is_ipv6(value):
        match = _NAMED_HOST.fullmatch(value)
        bracketed = match and match["host"].startswith("[")
        if (
            match is None
            or not 1 <= int(match["port"] or 1) <= 65535
            or (bracketed and not _is_ipv6(match["host"][1:-1]))
        ):
            raise ValueError(
                f"must be a host or host:port like intranet.example:8080, got {value!r}"
            )
    return value


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"must be an IANA time zone like Europe/Berlin, got {value!r}")
    return value


def _editor(value: str) -> str:
    name, at, host = value.rpartition("@")
    if not at or not host or " " in value or "@" in name:
        raise ValueError(f"must be a mail address or @domain, got {value!r}")
    return value


def is_among(address: str, editors: Iterable[str]) -> bool:
    """Whether a mail `address` is one of `editors`, or of one of their domains; in any case."""
    name, at, domain = address.casefold().rpartition("@")
    return bool(name) and not {f"{name}@{domain}", at + domain}.isdisjoint(
        editor.casefold() for editor in editors
    )


class Company(Section):
    """A company to watch; everything that is special about it stands here, never in code."""

    name: Text
    aliases: Texts = ()  # other names: "Alphabet", "Levi's"
    brands: Texts = ()  # brands that count as the company: "Jeep"
    products: Texts = ()  # products that show the company is meant: "ChatGPT"
    people: Texts = ()  # people whose naming supports it: "Sam Altman"
    tickers: Texts = ()  # "TSLA"
    about: str = ""  # one sentence that says which company is meant
    context: Texts = ()  # words that speak for it when near
    exclude: Texts = ()  # phrases that are not it: "performance gap"
    ambiguous: Texts = ()  # names above that also mean something else: "Gemini"


class Topic(Section):
    """A topic: a query of the matching language, and where it stands in IPTC's Media Topics."""

    name: Text
    query: Text
    medtop: str | None = Field(default=None, pattern=r"^medtop:\d{8}$")


class Feed(Section):
    """A URL to poll, and the outlet it speaks for."""

    url: Annotated[Text, AfterValidator(web_url)]
    outlet: Text


class Outlet(Section):
    """A publication; `domain` is how its pages are recognised."""

    name: Text
    domain: Annotated[Text, AfterValidator(_domain)]
    aliases: Texts = ()
    publisher: Text | None = None  # the house it belongs to, where that has several outlets
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")  # ISO 3166-1
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")  # ISO 639-1
    tier: int | None = Field(default=None, ge=1, le=4)  # 1: national or global, 4: local or niche
    # The year or day of its first issue: nothing was published before.
    founded: Annotated[str, BeforeValidator(_founded)] | None = None

    @property
    def founded_at(self) -> datetime | None:
        """The beginning of the year or day that it was founded in."""
        if self.founded is None:
            return None
        return datetime.combine(_first_day(self.founded), time(), UTC)


class Fetch(Section):
    """How the outside is asked."""

    # Hosts that may have a private address: "intranet.example:8080".
    allow_hosts: tuple[Annotated[Text, AfterValidator(_host)], ...] = ()
    contact: str = ""  # a URL or mail address named in the User-Agent
    spacing: float = Field(default=1.0, ge=0, le=60)  # seconds between requests to one host


class OwnColumns(Section):
    """Columns that a report can have instead of the standard ones; see `monitor.columns`."""

    name: Text
    report: Literal["articles", "stories"] = "articles"
    columns: Annotated[Texts, Field(min_length=1)]


class Team(Section):
    """How the team reads time, and where its dashboard is."""

    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    first_day_of_week: int = Field(default=1, ge=1, le=7)  # ISO: 1 is Monday
    # Who may change something in the dashboard where people sign in: "ana@news.example", or
    # everybody of "@news.example".
    editors: tuple[Annotated[Text, AfterValidator(_editor)], ...] = ()
    dashboard: Annotated[Text, AfterValidator(web_url)] = "http://127.0.0.1:8501"  # for links


class Config(Section):
    """A whole watchlist. `version` is a digest of the file: the same text, the same version."""

    company: tuple[Company, ...] = ()
    topic: tuple[Topic, ...] = ()
    feed: tuple[Feed, ...] = ()
    outlet: tuple[Outlet, ...] = ()
    fetch: Fetch = Fetch()
    team: Team = Team()
    mail: Mail | None = None
    channel: tuple[Channel, ...] = ()
    alert: tuple[Alert, ...] = ()
    digest: tuple[Digest, ...] = ()
    column_set: tuple[OwnColumns, ...] = ()
    version: str = ""

    @property
    def tz(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.team.timezone)

    @property
    def names(self) -> dict[str, tuple[str, ...]]:
        """The names that queries may ask for, by their field."""
        outlets = (*(o.name for o in self.outlet), *(f.outlet for f in self.feed))
        return {
            "company": tuple(company.name for company in self.company),
            "topic": tuple(topic.name for topic in self.topic),
            "outlet": tuple(dict.fromkeys(outlets)),
        }


def load_config(path: Path) -> Config:
    """The Config that the watchlist at `path` describes.

    Raises ConfigError naming file, line and key of everything that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"cannot read the watchlist {str(path)!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name}: expected UTF-8 text: {error}") from error
    return parse_config(text, name=path.name)


def parse_config(text: str, *, name: str = "watchlist.toml") -> Config:
    """The Config that `text` describes; `name` is how errors call it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_not_toml(name, str(error))) from error
    # The model's own field, but not the file's to set.
    stray = [_problem(name, text, ("version",), "is not a known key")] if "version" in data else []
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    try:
        config = Config.model_validate({**data, "version": version})
    except ValidationError as error:
        problems = [_problem(name, text, e["loc"], _said(e)) for e in error.errors()]
        raise ConfigError("\n".join(stray + problems)) from None
    problems = [_problem(name, text, loc, message) for loc, message in _cross_checks(config)]
    problems = stray + problems
    if problems:
        raise ConfigError("\n".join(problems))
    return config


def _cross_checks(config: Config) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """What only shows when sections are read together: names and URLs given twice, query errors."""
    for section, key in (("company", "name"), ("topic", "name"), ("feed", "url"),
                         ("outlet", "name"), ("outlet", "domain"),
                         ("column_set", "name"), ("channel", "name"), ("alert", "name"),
                         ("digest", "name")):  # fmt: skip
        seen: dict[str, int] = {}
        for i, item in enumerate(getattr(config, section)):
            value = getattr(item, key).lower()
            if value in seen:
                yield (section, i, key), f"{value!r} is already used by {section}[{seen[value]}]"
            seen.setdefault(value, i)
    for i, topic in enumerate(config.topic):
        for message in query_mistakes(topic.query, config.names, topics=False):
            yield ("topic", i, "query"), message
    yield from sending_checks(
        mail=config.mail, channels=config.channel, alerts=config.alert, digests=config.digest,
        names=config.names,
    )  # fmt: skip
    for i, own in enumerate(config.column_set):
        if preset(own.report, own.name.casefold()):
            yield ("column_set", i, "name"), f"{own.name!r} is a set that comes with the program"
        for wrong, message in mistakes(own.report, own.columns):
            yield ("column_set", i, "columns", wrong), message


def _not_toml(name: str, message: str) -> str:
    """A parser's "… (at line 3, column 5)" as ours are: the line first."""
    place = re.search(r" \(at line (\d+), column \d+\)$", message)
    if place is None:
        return f"{name}: not valid TOML: {message}"
    return f"{name}:{place[1]}: not valid TOML: {message}"


_PATTERNS = {
    "medtop": "an IPTC Media Topic like medtop:11000000",
    "country": "a country code like US",
    "language": "a language code like en",
}
_KINDS = {
    "string_type": "text in quotes",
    "tuple_type": "a list in brackets",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "model_type": "a section of its own",
}


def _said(error: ErrorDetails) -> str:
    """A validation error in the words of this file's reader."""
    kind, context = error["type"], error.get("ctx", {})
    shown = repr(error["input"])
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a known key"
    if kind == "string_pattern_mismatch":
        return (
            f"must be {_PATTERNS.get(str(error['loc'][-1]), context.get('pattern'))}, got {shown}"
        )
    if kind == "greater_than_equal":
        return f"must be at least {context['ge']}, got {shown}"
    if kind == "less_than_equal":
        return f"must be at most {context['le']}, got {shown}"
    if kind == "too_short":
        return "must not be empty"
    if kind == "literal_error":
        return f"must be {context['expected']}, got {shown}"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}, got {shown}"
    return error["msg"].removeprefix("Value error, ")


def _problem(name: str, text: str, loc: tuple[str | int, ...], message: str) -> str:
    key = ""
    for part in loc:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else part
    line = _line_of(text, loc)
    return f"{name}:{line}: {key} {message}" if line else f"{name}: {key} {message}"


def _line_of(text: str, loc: tuple[str | int, ...]) -> int | None:
    """The line of key `loc` in TOML `text`: parsers give values, not positions, so look for it."""
    if not loc:
        return None
    section, index = loc[0], loc[1] if len(loc) > 1 and isinstance(loc[1], int) else 0
    key = next((p for p in loc[1:] if isinstance(p, str)), None)
    header = re.compile(rf"^\s*\[\[?\s*{re.escape(str(section))}\s*\]\]?\s*(#.*)?$")
    count, start = -1, None
    for number, line in enumerate(text.splitlines(), start=1):
        if header.match(line):
            count += 1
            if count == index:
                start = number
        elif start and re.match(r"^\s*\[", line):
            break
        elif start and key and re.match(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    if start is None and len(loc) == 1:
        return _line_of_top_level(text, str(section))
    return start


def _line_of_top_level(text: str, key: str) -> int | None:
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"^\s*\[", line):
            break
        if re.match(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return None

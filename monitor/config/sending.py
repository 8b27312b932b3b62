"""The sections that say what is sent on: mail, channels, alerts and digests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import parseaddr
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from monitor.analysis.hours import Every, Quiet, parse_every, parse_quiet
from monitor.analysis.query import parse_query
from monitor.analysis.query_names import unknown_names
from monitor.config.types import Section, Text, Texts, web_url
from monitor.errors import QueryError, meant

Condition = Literal["spike", "first-tier-1", "headline-changed", "story-outlets", "feed-dead"]
Problem = tuple[tuple[str | int, ...], str]  # key and message
_ADDRESS = re.compile(r"[!#-'*+./0-9=?A-Z^-~-]+@[A-Za-z0-9.-]*[A-Za-z0-9]")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"must be a mail address like press@example.com, got {value!r}")
    return value


def _sender(value: str) -> str:
    if not _ADDRESS.fullmatch(parseaddr(value)[1]):
        raise ValueError(
            "must be a mail address like monitor@example.com or Monitor <monitor@example.com>, "
            f"got {value!r}"
        )
    return value


def _variable(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError(
            f"must be the name of an environment variable like SMTP_PASSWORD, got {value!r}"
        )
    return value


def _read_with(read: Any) -> BeforeValidator:
    def validated(value: Any) -> Any:
        return read(value if isinstance(value, str) else str(value))

    return BeforeValidator(validated)


Variable = Annotated[Text, AfterValidator(_variable)]
Addresses = tuple[Annotated[Text, AfterValidator(_address)], ...]


class Mail(Section):
    """The server that mail is handed to. A password is never in the file."""

    host: Text
    port: int | None = Field(default=None, ge=1, le=65535)  # None: the usual one
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_env: Variable | None = None  # the environment variable that holds the password
    sender: Annotated[Text, AfterValidator(_sender)] = Field(alias="from")
    timeout: float = Field(default=30.0, ge=1, le=300)  # seconds

    @property
    def at_port(self) -> int:
        """The port, the usual one where none is given."""
        return self.port or _PORTS[self.security]


class Channel(Section):
    """Where messages go: mail addresses, or the address of a webhook."""

    name: Text
    kind: Literal["mail", "slack", "teams", "webhook"]
    to: Addresses = ()  # of mail
    url: Annotated[Text, AfterValidator(web_url)] | None = None
    url_env: Variable | None = None  # the environment variable that holds the address
    secret_env: Variable | None = None  # … and the secret that a webhook is signed with
    timeout: float = Field(default=20.0, ge=1, le=300)  # seconds

    @property
    def tells_doubles(self) -> bool:
        """Whether a message carries an identity by which its receiver can tell it came before."""
        return self.kind in ("mail", "webhook")


class _Selection(Section):
    """What part of the coverage: a saved view, or companies, topics and a query together."""

    name: Text
    view: Text | None = None
    companies: Texts = ()
    topics: Texts = ()
    query: Text | None = None
    to: Annotated[Texts, Field(min_length=1)]  # names of channels


class Alert(_Selection):
    """When to say something at once."""

    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    outlets: int | None = Field(default=None, ge=2, le=1000)  # for story-outlets
    quiet: Annotated[Quiet, _read_with(parse_quiet)] | None = None  # in the team's zone
    most_a_day: int = Field(default=20, ge=1, le=1000)


class Digest(_Selection):
    """What to sum up, and when."""

    every: Annotated[Every, _read_with(parse_every)]
    pdf: bool = False  # as an attachment, in mail


def sending_checks(
    *, mail: Mail | None, channels: Sequence[Channel], alerts: Sequence[Alert],
    digests: Sequence[Digest], names: Mapping[str, Sequence[str]],
) -> Iterator[Problem]:  # fmt: skip
    """What only shows when sections are read together; `names` are the watchlist's."""
    if mail and mail.user and not mail.password_env:
        yield ("mail", "password_env"), "is missing: the environment variable with the password"
    if mail and mail.password_env and not mail.user:
        yield ("mail", "user"), "is missing: whose password it is"
    for i, channel in enumerate(channels):
        for key, message in _channel_checks(channel, mail):
            yield ("channel", i, key), message
    known = [channel.name for channel in channels]
    selections: list[tuple[str, int, _Selection]] = [
        *(("alert", i, alert) for i, alert in enumerate(alerts)),
        *(("digest", i, digest) for i, digest in enumerate(digests)),
    ]
    for section, i, selection in selections:
        yield from _selection_checks((section, i), selection, known, names)
    for i, alert in enumerate(alerts):
        crossing = "story-outlets" in alert.when
        if crossing and alert.outlets is None:
            yield ("alert", i, "outlets"), 'is missing: how many outlets "story-outlets" means'
        elif alert.outlets is not None and not crossing:
            yield ("alert", i, "outlets"), 'is given, but "story-outlets" is not among its when'


def _channel_checks(channel: Channel, mail: Mail | None) -> Iterator[tuple[str, str]]:
    web = (("url", channel.url), ("url_env", channel.url_env), ("secret_env", channel.secret_env))
    if channel.kind == "mail":
        if not channel.to:
            yield "to", "is missing: the addresses that mail goes to"
        if mail is None:
            yield "kind", "is mail, but there is no [mail] section that names a server"
        for key, value in web:
            if value is not None:
                yield key, "is for webhooks, and this channel is mail"
        return
    if channel.to:
        yield "to", f"is for mail, and this channel is {channel.kind}"
    if channel.url is None and channel.url_env is None:
        yield "url_env", "is missing: the environment variable with the address (or give url)"
    if channel.url is not None and channel.url_env is not None:
        yield "url", "is given twice: by url and by url_env"
    if channel.kind == "webhook" and channel.secret_env is None:
        yield "secret_env", "is missing: the environment variable with the secret to sign with"
    if channel.kind != "webhook" and channel.secret_env is not None:
        yield "secret_env", "is for a channel of kind webhook"


def _selection_checks(
    at: tuple[str, int], selection: _Selection, channels: Sequence[str],
    names: Mapping[str, Sequence[str]],
) -> Iterator[Problem]:  # fmt: skip
    if selection.view and (selection.companies or selection.topics or selection.query):
        yield (*at, "view"), "is given beside companies, topics or query: expected one of both"
    for message in query_mistakes(selection.query, names) if selection.query else ():
        yield (*at, "query"), message
    for key, wanted, known, what in (
        ("to", selection.to, channels, "channel"),
        ("companies", selection.companies, names["company"], "company"),
        ("topics", selection.topics, names["topic"], "topic"),
    ):
        for j, name in unknown(wanted, known):
            yield (*at, key, j), f"there is no {what} {name!r}{meant(name, known)}"


def query_mistakes(
    query: str, names: Mapping[str, Sequence[str]], *, topics: bool = True
) -> Iterator[str]:
    """What is wrong with a query of the watchlist, whose names are `names`."""
    try:
        parsed = parse_query(query, topics=topics)
    except QueryError as error:
        yield str(error)
    else:
        # Imports bring outlets that the watchlist does not have.
        yield from map(str, unknown_names(parsed, names, others=("outlet",)))


def unknown(wanted: Iterable[str], known: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Those of `wanted`, with their place, that are not `known`; case does not matter."""
    folded = {name.casefold() for name in known}
    return ((j, name) for j, name in enumerate(wanted) if name.casefold() not in folded)

"""The one place that sends messages to the outside: mail by SMTP, the others by HTTP.

What is sent comes from fetched text, so each way writes it as text and never as markup.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime

from monitor.config import Config
from monitor.config.sending import Channel
from monitor.errors import DeliveryError
from monitor.reports.delivery.mail import send_mail
from monitor.reports.delivery.shapes import generic, slack, teams
from monitor.reports.delivery.webhooks import post, signed
from monitor.store.letters import Posted


def deliver(
    row: Posted, channel: Channel, config: Config, *, now: datetime, allow_hosts: Iterable[str] = ()
) -> str:
    """Hand `row` over; returns what its receiver said of it, "" where that is just yes.

    `allow_hosts` may have a private address, besides those of the watchlist. Raises DeliveryError.
    """
    if channel.kind == "mail":
        if config.mail is None:
            raise DeliveryError("the watchlist has no [mail] section that names a server")
        password = variable("mail.password_env", config.mail.password_env)
        return send_mail(row, channel.to, config.mail, password=password, now=now)
    name = f"channel {channel.name!r}"
    url = channel.url or variable(f"{name}: url_env", channel.url_env)
    headers: dict[str, str] = {}
    match channel.kind:
        case "slack":
            body = slack(row)
        case "teams":
            body = teams(row)
        case _:
            body = generic(row)
            secret = variable(f"{name}: secret_env", channel.secret_env)
            headers = signed(body, row.identity, secret=secret, now=now)
    return post(
        url, body, headers=headers, timeout=channel.timeout, contact=config.fetch.contact,
        allow_hosts=(*config.fetch.allow_hosts, *allow_hosts), now=now,
    )  # fmt: skip


def unset(channel: Channel, config: Config) -> list[str]:
    """The environment variables that `channel` needs and that are not set here."""
    names = (
        [config.mail.password_env if config.mail else None] if channel.kind == "mail"
        else [channel.url_env, channel.secret_env]
    )  # fmt: skip
    return [name for name in names if name and not os.environ.get(name)]


def variable(key: str, name: str | None) -> str:
    """The value of the environment variable that `key` names; "" where it names none."""
    if name is None:
        return ""
    value = os.environ.get(name, "").strip()
    if not value:
        raise DeliveryError(f"{key}: the environment variable {name} is not set")
    return value

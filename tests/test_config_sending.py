"""What the watchlist says about sending: what is accepted, and errors that name the key."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import get_args

import pytest

from monitor.config import parse_config
from monitor.config.sending import Alert, Channel, Condition, Digest, Mail
from monitor.errors import ConfigError

GOOD = """\
[[company]]
name = "Norvane"
[[topic]]
name = "Labour"
query = "union"

[mail]
host = "smtp.example.com"
security = "starttls"
user = "monitor"
password_env = "SMTP_PASSWORD"
from = "Media Monitor <monitor@example.com>"

[[channel]]
name = "Press"
kind = "mail"
to = ["press@example.com"]

[[channel]]
name = "Newsroom"
kind = "slack"
url_env = "SLACK_URL"

[[channel]]
name = "Ours"
kind = "webhook"
url = "https://hooks.example.com/media"
secret_env = "HOOK_SECRET"

[[alert]]
name = "Norvane breaks"
when = ["spike", "story-outlets"]
outlets = 5
companies = ["norvane"]
to = ["newsroom", "Press"]
quiet = "22:00-07:00"
most_a_day = 5

[[digest]]
name = "Morning"
view = "Morning round"
every = "weekdays 07:30"
to = ["Press"]
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    return str(caught.value).splitlines()


def test_a_good_file_is_read() -> None:
    config = parse_config(GOOD)
    assert config.mail is not None
    assert (config.mail.at_port, config.mail.sender) == (
        587, "Media Monitor <monitor@example.com>"
    )  # fmt: skip
    assert [channel.tells_doubles for channel in config.channel] == [True, False, True]
    [alert], [digest] = config.alert, config.digest
    assert alert.quiet is not None
    assert (alert.quiet.since, alert.quiet.until) == (time(22), time(7))
    assert (digest.every.days, digest.every.at) == (frozenset(range(5)), time(7, 30))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('host = "smtp.example.com"', "", "watchlist.toml:7: mail.host is missing"),
        ('"starttls"', '"ssl"', "mail.security must be 'starttls', 'tls' or 'none', got 'ssl'"),
        ('security = "starttls"', "port = 0", "watchlist.toml:9: mail.port must be at least 1"),
        ('"SMTP_PASSWORD"', '"pass word"', "mail.password_env must be the name of an environment"),
        ('user = "monitor"', "", "watchlist.toml:7: mail.user is missing: whose password it is"),
        ('password_env = "SMTP_PASSWORD"', "", "mail.password_env is missing: the environment"),
        ("monitor@example.com", "monitor", "watchlist.toml:12: mail.from must be a mail address"),
        (
            '"slack"',
            '"slck"',
            "watchlist.toml:21: channel[1].kind must be 'mail', 'slack'",
        ),
        ('"press@example.com"', '"press"', "watchlist.toml:17: channel[0].to[0] must be a mail"),
        ('to = ["press@example.com"]', "", "channel[0].to is missing: the addresses that mail"),
        ('to = ["press@example.com"]', 'url = "https://x.example/"', "channel[0].url is for webh"),
        ('url_env = "SLACK_URL"', "", "channel[1].url_env is missing: the environment variable"),
        ('url_env = "SLACK_URL"', 'to = ["a@b.example"]', "channel[1].to is for mail, and this"),
        ("SLACK_URL", "https://x.example", "channel[1].url_env must be the name of an environment"),
        ('secret_env = "HOOK_SECRET"', "", "channel[2].secret_env is missing: the environment"),
        ("https://hooks.example.com/media", "hooks", "channel[2].url must be an http(s) URL"),
        ('url = "https', 'url_env = "A"\nurl = "https', "channel[2].url is given twice: by url an"),
        ('"spike", ', '"spikes", ', "watchlist.toml:32: alert[0].when[0] must be 'spike', 'first-"),
        ("outlets = 5", "", "alert[0].outlets is missing: how many outlets"),
        (', "story-outlets"', "", "watchlist.toml:33: alert[0].outlets is given, but"),
        ('"norvane"', '"Norvan"', "companies[0] there is no company 'Norvan'; did you mean 'Norv"),
        ('"newsroom"', '"new room"', "alert[0].to[0] there is no channel 'new room'; did you mean"),
        (
            "22:00-07:00",
            "22-7",
            "alert[0].quiet must be two hours like \"22:00-07:00\", got '22-7'",
        ),
        ("22:00-07:00", "07:00-07:00", "watchlist.toml:36: alert[0].quiet must be two hours"),
        ("most_a_day = 5", "most_a_day = 0", "alert[0].most_a_day must be at least 1, got 0"),
        ("most_a_day = 5", 'query = "(x"', "alert[0].query this parenthesis is never closed"),
        ("most_a_day = 5", 'view = "V"', "alert[0].view is given beside companies, topics or"),
        ("weekdays 07:30", "weekdays 24:30", "digest[0].every must be days and an hour like"),
        ("weekdays 07:30", "often 07:30", "watchlist.toml:42: digest[0].every must be days and"),
        ('every = "weekdays 07:30"', "", "watchlist.toml:39: digest[0].every is missing"),
        ('"Norvane breaks"', '"Norvane breaks"\nwhy = 1', "alert[0].why is not a known key"),
        ('name = "Ours"', 'name = "press"', "channel[2].name 'press' is already used by channel"),
    ],
)
def test_a_mistake_names_its_key(old: str, new: str, message: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    assert any(message in problem for problem in found), found


def test_mail_needs_a_server() -> None:
    start, end = GOOD.index("[mail]"), GOOD.index("[[channel]]")
    assert problems(GOOD[:start] + GOOD[end:]) == [
        "watchlist.toml:9: channel[0].kind is mail, but there is no [mail] section that names a "
        "server"
    ]


def test_every_key_is_documented_and_every_example_can_be_used() -> None:
    text = (Path(__file__).resolve().parent.parent / "docs" / "alerts.md").read_text("utf-8")
    for section in (Mail, Channel, Alert, Digest):
        for name, field in section.model_fields.items():
            key = field.alias or name
            assert f"`{key}`" in text or f"{key} = " in text, f"{section.__name__}.{key}"
    for condition in get_args(Condition):
        assert f'| `"{condition}"` |' in text
    first, *others = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    known = '[[company]]\nname = "Gap"\n'
    assert parse_config(known + first).alert[0].name == "Gap breaks"
    config = parse_config(known + "\n".join(others))
    assert (len(config.channel), len(config.digest)) == (4, 1)

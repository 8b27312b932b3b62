"""The watchlist's file: what is accepted, and errors that name file, line, key and what came."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.config import load_config, parse_config
from monitor.errors import ConfigError
from monitor.net.addresses import AllowedHosts

GOOD = """\
[team]
timezone = "Europe/Berlin"

[[company]]
name = "  Zorbex   Works "
aliases = ["Zorbex"]

[[topic]]
name = "tariffs"
query = "tariff*"

[[feed]]
url = "https://mill.example/rss"
outlet = "Mill News"

[[outlet]]
name = "Mill News"
domain = "www.Mill.example"
country = "GB"
tier = 3
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    return str(caught.value).splitlines()


def test_a_good_file_is_read_and_tidied():
    config = parse_config(GOOD)
    assert config.company[0].name == "Zorbex Works"
    assert config.outlet[0].domain == "mill.example"
    assert config.tz.key == "Europe/Berlin"
    assert config.topic[0].medtop is None


def test_the_version_changes_with_the_text_only():
    assert parse_config(GOOD).version == parse_config(GOOD).version
    assert parse_config(GOOD).version != parse_config(GOOD + "\n# note").version


def test_an_empty_file_watches_nothing():
    config = parse_config("")
    assert (config.company, config.topic, config.feed) == ((), (), ())
    assert config.team.timezone == "UTC"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"  Zorbex   Works "', '" "', "watchlist.toml:5: company[0].name must not be empty"),
        ('name = "tariffs"', "", "watchlist.toml:8: topic[0].name is missing"),
        ("aliases", "alias", "watchlist.toml:6: company[0].alias is not a known key"),
        ('["Zorbex"]', '"Zorbex"', "company[0].aliases must be a list in brackets, got 'Zorbex'"),
        ('["Zorbex"]', "[7]", "company[0].aliases[0] must be text in quotes, got 7"),
        ("[[topic]]", "[[topics]]", "watchlist.toml:8: topics is not a known key"),
        ("https://mill.example/rss", "mill.example", "must be an http(s) URL, got 'mill.example'"),
        ("www.Mill.example", "mill", "outlet[0].domain must be a domain like example.com"),
        ('"GB"', '"England"', "outlet[0].country must be a country code like US, got 'England'"),
        ("tier = 3", "founded = 96", "outlet[0].founded must be a year like 1996 or a day like"),
        ("tier = 3", "founded = true", "outlet[0].founded must be a year like 1996"),
        (
            "tier = 3",
            'founded = "spring"',
            "founded must be a year like 1996 or a day like 1996-10",
        ),
        ("tier = 3", "founded = 1996-10-07T00:00:00", "outlet[0].founded must be a year like"),
        ("tier = 3", "founded = 1500", "outlet[0].founded must lie between 1605 and today, got"),
        ("tier = 3", "founded = 9999-01-01", "outlet[0].founded must lie between 1605 and today"),
        ("tier = 3", "tier = 9", "watchlist.toml:20: outlet[0].tier must be at most 4, got 9"),
        ("Europe/Berlin", "Berlin", "team.timezone must be an IANA time zone like Europe/Berlin"),
        ('"tariff*"', '"(tariff*"', "topic[0].query this parenthesis is never closed"),
        ("[team]", "[team", "watchlist.toml:1: not valid TOML"),
    ],
)
def test_an_error_names_the_line_the_key_and_what_came(old, new, message):
    assert old in GOOD
    assert message in problems(GOOD.replace(old, new, 1))[0]


@pytest.mark.parametrize(
    ("written", "founded", "at"),
    [
        ("1996", "1996", datetime(1996, 1, 1, tzinfo=UTC)),
        ('" 1996 "', "1996", datetime(1996, 1, 1, tzinfo=UTC)),
        ("1996-10-07", "1996-10-07", datetime(1996, 10, 7, tzinfo=UTC)),
        ('"1996-10-07"', "1996-10-07", datetime(1996, 10, 7, tzinfo=UTC)),
    ],
)
def test_an_outlet_is_founded_in_a_year_or_on_a_day(written, founded, at):
    outlet = parse_config(GOOD.replace("tier = 3", f"founded = {written}")).outlet[0]
    assert (outlet.founded, outlet.founded_at) == (founded, at)
    assert parse_config(GOOD).outlet[0].founded_at is None


def test_all_mistakes_are_told_at_once():
    text = GOOD.replace("tier = 3", "tier = 9").replace('"tariffs"', '""')
    assert len(problems(text)) == 2


def test_a_line_is_found_in_the_right_section():
    text = GOOD + '\n[[company]]\nname = "Other"\n\n[[company]]\n# a comment\nname = ""\n'
    line = next(n for n, line in enumerate(text.splitlines(), 1) if line == 'name = ""')
    assert problems(text) == [f"watchlist.toml:{line}: company[2].name must not be empty"]


@pytest.mark.parametrize(
    ("again", "message"),
    [
        ('[[company]]\nname = "ZORBEX works"', "company[1].name 'zorbex works' is already used"),
        ('[[feed]]\nurl = "https://mill.example/rss"\noutlet = "X"', "feed[1].url"),
        ('[[outlet]]\nname = "Other"\ndomain = "mill.example"', "outlet[1].domain"),
    ],
)
def test_what_is_given_twice_is_an_error(again, message):
    assert message in problems(f"{GOOD}\n{again}\n")[0]


def test_a_file_that_cannot_be_read_is_a_config_error(tmp_path):
    with pytest.raises(ConfigError, match="cannot read the watchlist"):
        load_config(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes('name = "Citroën"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="expected UTF-8"):
        load_config(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    "host", ["intranet", "intranet.example:8080", "10.0.0.7", "127.0.0.1:80", "::1", "[::1]:8080"]
)
def test_a_host_may_be_allowed_by_name_or_address(host):
    config = parse_config(f'[fetch]\nallow_hosts = ["{host}"]')
    assert config.fetch.allow_hosts == (host,)
    AllowedHosts(config.fetch.allow_hosts)  # what is accepted here can be used there


@pytest.mark.parametrize(
    "host",
    ["http://intranet", "intranet/", "a b", "*.example", "a:", "a:0", "a:70000", "a:b", "[x]:1",
     "a:1:2", "me@intranet"],
)  # fmt: skip
def test_what_is_no_host_cannot_be_allowed(host):
    [problem] = problems(f'[fetch]\nallow_hosts = ["{host}"]')
    assert problem.startswith("watchlist.toml:2: fetch.allow_hosts[0] must be a host or host:port")
    assert repr(host) in problem


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path):
    path = tmp_path / "watchlist.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert load_config(path) == parse_config(GOOD)


def test_the_version_is_not_the_files_to_set():
    assert problems("version = 3\n" + GOOD.replace("tier = 3", "tier = 9")) == [
        "watchlist.toml:1: version is not a known key",
        "watchlist.toml:21: outlet[0].tier must be at most 4, got 9",
    ]
    assert problems('version = "1"') == ["watchlist.toml:1: version is not a known key"]


def test_a_topic_that_asks_for_a_name_nobody_has_is_told_so() -> None:
    watched = '[[company]]\nname = "Norvane"\n[[topic]]\nname = "Plants"\n'
    with pytest.raises(ConfigError) as caught:
        parse_config(watched + "query = 'plant* company:Norvana'")
    assert str(caught.value) == (
        "watchlist.toml:5: topic[0].query there is no company 'norvana'; did you mean 'Norvane'? "
        "(character 16: plant* company:→Norvana)"
    )
    with pytest.raises(ConfigError, match="there is no language 'german'; did you mean 'de'"):
        parse_config(watched + "query = 'plant* lang:german'")
    # Imports bring outlets that the watchlist does not have.
    parse_config(watched + "query = 'plant* company:norv* outlet:nowhere lang:de'")

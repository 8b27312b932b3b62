"""Filters in addresses: what goes in comes out, and what cannot be used is named."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.filters import Filters
from monitor.links import (
    EARLIEST,
    LATEST,
    digest_link,
    file_link,
    filters_of_view,
    from_params,
    page_link,
    to_params,
)

TODAY = date(2025, 4, 11)
names = st.lists(st.text(min_size=1, max_size=12), max_size=3).map(tuple)
days = st.none() | st.dates(date(1990, 1, 2), date(2099, 12, 31))


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    since, until = draw(days), draw(days)
    if since and until and since > until:
        since, until = until, since
    return Filters(
        companies=draw(names), topics=draw(names), outlets=draw(names), languages=draw(names),
        since=since, until=until, undated=draw(st.booleans()), subject_only=draw(st.booleans()),
        firsts_only=draw(st.booleans()), tiers=draw(names), authors=draw(names),
        sample=draw(st.booleans()), query=draw(st.text(max_size=12)).strip(),
        story=draw(st.none() | st.integers(1, 2**53)),
        seen_since=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        seen_until=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
    )  # fmt: skip


@settings(max_examples=40)
@given(filters())
def test_what_goes_into_an_address_comes_out(asked: Filters) -> None:
    address = urlsplit(file_link("http://127.0.0.1:8501/", "articles", "csv", asked))
    assert address.path == "/export/articles.csv"
    given = parse_qsl(address.query, keep_blank_values=True, strict_parsing=bool(address.query))
    assert from_params(given, today=TODAY) == asked


def test_a_page_that_shows_the_same() -> None:
    asked = Filters(companies=("A&B",), languages=("de",), since=date(2025, 4, 1), undated=False)
    assert page_link("http://x", "stories", asked) == (
        "http://x/stories?company=A%26B&language=German&dates=2025-04-01&dates=2100-01-01"
        "&undated=false"
    )
    everything = f"dates={EARLIEST}&dates={LATEST}"
    assert page_link("http://x", "coverage", Filters()) == f"http://x/coverage?{everything}"
    assert page_link("http://x", "share-of-voice", Filters()) == f"http://x/voice?{everything}"
    signed = page_link("http://x", "articles", Filters(authors=("A. Lee",)))
    assert signed == f"http://x/outlets?byline=A.%20Lee&{everything}"
    assert page_link("http://x", "articles", Filters(story=7)) == "http://x/stories?story=7"
    searched = page_link("http://x", "stories", Filters(query="a b"))
    assert searched == f"http://x/articles?q=a%20b&{everything}"


def test_the_page_of_a_digest() -> None:
    day = date(2025, 4, 1)
    asked = Filters(companies=("A&B",), languages=("de",), since=day, until=day, undated=False)
    assert digest_link("http://x/", asked, days=7, day=day) == (
        "http://x/reports?company=A%26B&language=German&digest_period=Week&digest_day=2025-04-01"
    )
    assert digest_link("http://x", Filters(query="a"), days=1, day=day) == ""


def test_days_up_to_today() -> None:
    asked = from_params([("days", "30")], today=TODAY)
    assert (asked.since, asked.until) == (date(2025, 3, 13), TODAY)
    one = from_params([("dates", "2025-04-01")], today=TODAY)
    assert (one.since, one.until) == (date(2025, 4, 1), date(2025, 4, 1))
    assert to_params(from_params([("dates", "1990-01-01"), ("dates", "2100-01-01")],
                                 today=TODAY)) == []  # fmt: skip


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ([("compnay", "x")], "unknown parameter 'compnay'; known are company, "),
        ([("dates", "soon")], "dates: expected a day like 2025-04-01, got 'soon'"),
        ([("dates", "2025-04-02"), ("dates", "2025-04-01")], "2025-04-02 is after 2025-04-01"),
        ([("dates", "2025-04-02")] * 3, "dates: expected one or two days, got 3"),
        ([("dates", "2025-04-02"), ("days", "3")], "expected one of them, got both"),
        ([("days", "0")], "days: expected a number of days, got '0'"),
        ([("days", "٣")], "days: expected a number of days"),
        ([("undated", "no")], "undated: expected true or false, got 'no'"),
        ([("story", "-1")], "story: expected a number, got '-1'"),
        ([("q", "a"), ("q", "b")], "q: expected it once, got it 2 times"),
        ([("seen_since", "2025-04-01T09:00")], "seen_since: expected a time with its zone"),
        ([("seen_until", "soon")], "seen_until: expected a time with its zone"),
    ],
)
def test_what_cannot_be_used_is_named(params: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        from_params(params, today=TODAY)


def test_a_moment_with_its_zone() -> None:
    asked = from_params([("seen_since", "2025-04-01T09:00:00+00:00")], today=TODAY)
    assert asked.seen_since == datetime(2025, 4, 1, 9, tzinfo=UTC)


def test_what_only_says_how_a_page_shows_something_is_passed_over() -> None:
    shown = [("company", "Acme"), ("count", "Stories"), ("articles_page", "3"), ("firsts", "true")]
    assert from_params(shown, today=TODAY) == Filters(companies=("Acme",), firsts_only=True)


def test_a_saved_view_as_filters() -> None:
    values = {
        "company": ["Acme"], "tier": ["Tier 1", "No tier"], "language": ["de"], "undated": True,
        "subject": False, "firsts": True, "count": "Stories", "q": "mill* OR river",
    }  # fmt: skip
    assert filters_of_view(values, today=TODAY) == Filters(
        companies=("Acme",), tiers=("Tier 1", "No tier"), languages=("de",), firsts_only=True,
        query="mill* OR river", since=date(2025, 3, 13), until=TODAY,
    )  # fmt: skip
    spring = filters_of_view({"dates": ["2025-03-01", "2025-05-31"]}, today=TODAY)
    assert spring == Filters(since=date(2025, 3, 1), until=date(2025, 5, 31))
    one = filters_of_view({"dates": ["2025-03-01"], "undated": False}, today=TODAY)
    assert one == Filters(since=date(2025, 3, 1), until=date(2025, 3, 1), undated=False)
    since = datetime(2025, 4, 1, 9, tzinfo=UTC)
    found = filters_of_view({"dates": ["1990-01-01", "2100-01-01"],
                             "seen_since": since.isoformat()}, today=TODAY)  # fmt: skip
    assert found == Filters(seen_since=since)
    assert filters_of_view({"dates": [str(EARLIEST), str(LATEST)]}, today=TODAY) == Filters()
    with pytest.raises(ValueError, match="undated: expected true or false, got 'perhaps'"):
        filters_of_view({"undated": "perhaps"}, today=TODAY)

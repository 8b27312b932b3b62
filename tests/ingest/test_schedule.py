"""When feeds are asked again: rhythm, floors, failures, turns of hosts; and headers about time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError, ParseError
from monitor.ingest import schedule
from monitor.ingest.schedule import Polled, after, due, entries_per_week, rhythm
from monitor.models import DueWhy
from monitor.net.headers import fresh_for, retry_after
from monitor.store.watched import FeedState

NOW = datetime(2025, 4, 3, 12, tzinfo=UTC)
HOUR, DAY, WEEK = 3600.0, 86400.0, 7 * 86400.0


def feed(number: int = 1, *, host: str = "news.example", **state: Any) -> FeedState:
    return FeedState(number, f"https://{host}/{number}", "News", **state)


def wait(state: FeedState, at: datetime = NOW) -> float:
    assert state.next_due_at is not None
    return (state.next_due_at - at).total_seconds()


@pytest.mark.parametrize(
    ("weekly", "seconds"),
    [(None, HOUR), (0, DAY), (1, DAY), (7, DAY / 2), (84, HOUR), (1008, 300), (50_000, 300)],
)
def test_a_feed_is_asked_by_its_own_rhythm(weekly: float | None, seconds: float) -> None:
    assert rhythm(weekly) == pytest.approx(seconds)


def test_a_feed_that_falls_silent_is_asked_less_often() -> None:
    assert rhythm(84, silence=DAY) == 3 * HOUR
    assert rhythm(84, silence=60 * DAY) == DAY


def test_a_rhythm_is_told_from_dates() -> None:
    hourly = [NOW - timedelta(hours=h) for h in range(10)]
    assert entries_per_week(hourly, now=NOW) == pytest.approx(10 * 7 * 24 / 9)
    month = [NOW - timedelta(days=d) for d in range(30)]
    assert entries_per_week(month, now=NOW) == 8
    assert entries_per_week([NOW - timedelta(minutes=1)], now=NOW) == 1
    assert entries_per_week([NOW + timedelta(hours=1)], now=NOW) is None
    assert entries_per_week([], now=NOW) is None


@given(
    weekly=st.none() | st.floats(0, 1e6),
    ttl=st.none() | st.integers(0, 10**8),
    fresh=st.floats(0, 1e9),
    retry=st.none() | st.floats(0, 1e9),
    failure=st.sampled_from([None, "refused", "temporary", "soft", "hard"]),
    failures=st.integers(0, 400),
    longest=st.none() | st.floats(1, DAY),
    number=st.integers(1, 10**6),
)
def test_never_sooner_than_asked_and_never_given_up(
    weekly: float | None, ttl: int | None, fresh: float, retry: float | None,
    failure: str | None, failures: int, longest: float | None, number: int,
) -> None:  # fmt: skip
    before = feed(number, failures=failures, failure_weight=failures * 0.5)
    poll = Polled(NOW, failure, failure is None, weekly, ttl, fresh, retry)
    seconds = wait(after(before, poll, longest=longest))
    assert seconds <= DAY + 1e-3
    if longest is None:
        assert seconds >= 300 - 1e-3
    if failure is None:
        assert seconds >= min(max(ttl or 0, fresh), DAY) - 1e-3
    elif retry is not None:
        assert seconds >= min(retry, DAY) - 1e-3


def test_every_caps_the_rhythm_but_not_what_the_feed_asks_for() -> None:
    quiet = Polled(NOW, news=True, weekly=1)
    assert wait(after(feed(), quiet, longest=60)) <= 66
    assert wait(after(feed(), replace(quiet, ttl=1800), longest=60)) >= 1800


@pytest.mark.parametrize(
    ("state", "poll", "why"),
    [
        ({}, {"weekly": 84}, DueWhy.RHYTHM),
        ({}, {"weekly": 5000}, DueWhy.BUSY),
        ({}, {}, DueWhy.UNKNOWN),
        ({"weekly": 84.0, "news_at": NOW - timedelta(days=3)}, {"news": False}, DueWhy.SILENCE),
        ({}, {"weekly": 84, "ttl": 7200}, DueWhy.FEED),
        ({}, {"weekly": 84, "ttl": 60}, DueWhy.RHYTHM),
        ({}, {"weekly": 84, "fresh": 7200.0}, DueWhy.SERVER),
        ({}, {"weekly": 84, "failure": "soft", "news": False}, DueWhy.FAILURE),
        ({}, {"weekly": 84, "failure": "refused", "news": False}, DueWhy.REFUSED),
        ({}, {"failure": "soft", "retry_after": 9999.0, "news": False}, DueWhy.REFUSED),
        ({}, {"failure": "soft", "retry_after": 1.0, "news": False}, DueWhy.FAILURE),
    ],
)
def test_a_feed_says_why_it_is_asked_no_sooner(
    state: dict[str, Any], poll: dict[str, Any], why: DueWhy
) -> None:
    polled = Polled(NOW, **{"news": True, **poll})
    assert after(feed(**state), polled).due_why == why
    if why is DueWhy.RHYTHM:
        assert after(feed(**state), polled, longest=60).due_why == DueWhy.LONGEST


def test_failures_add_up_slowly_by_kind_and_a_success_forgets_them() -> None:
    waits = {}
    for kind in ("temporary", "soft", "hard"):
        state, waits[kind] = feed(weekly=1008.0, news_at=NOW), []
        for _ in range(3):
            state = after(state, Polled(NOW, kind))
            waits[kind].append(wait(state))
    for kind, step in (("temporary", HOUR / 4), ("soft", HOUR / 2), ("hard", HOUR)):
        for n, seconds in enumerate(waits[kind], start=1):
            assert 300 + n * step <= seconds <= 1.1 * (300 + n * step)
    assert (state.failures, state.failure_kind) == (3, "hard")
    healed = after(state, Polled(NOW))
    assert (healed.failures, healed.failure_kind, healed.failure_weight) == (0, None, 0)
    assert wait(healed) <= 330


def test_feeds_drift_apart_and_the_same_feed_does_not_jump() -> None:
    poll = Polled(NOW, news=True, weekly=84)
    waits = [wait(after(feed(n), poll)) for n in range(200)]
    assert waits == [wait(after(feed(n), poll)) for n in range(200)]
    assert HOUR <= min(waits) < HOUR * 1.01
    assert HOUR * 1.09 < max(waits) <= HOUR * 1.1


def test_retry_after_is_for_the_address_that_was_asked() -> None:
    refused = after(feed(1), Polled(NOW, "refused", retry_after=7200))
    refused = replace(refused, polled_at=NOW)
    assert refused.retry_at == NOW + timedelta(hours=2)
    neighbour = feed(2)
    assert due([refused, neighbour], NOW, early=True) == [neighbour]
    assert due([refused, neighbour], NOW + timedelta(hours=4)) == [neighbour, refused]


def test_a_host_is_left_alone_when_it_refuses_again_and_again_but_an_hour_at_most() -> None:
    def refused(n: int) -> FeedState:
        return replace(after(feed(n), Polled(NOW, "refused", retry_after=DAY)), polled_at=NOW)

    two, three = [refused(1), refused(2)], [refused(1), refused(2), refused(3)]
    neighbour, other = feed(9), feed(10, host="other.example")
    assert due([*two, neighbour, other], NOW) == [neighbour, other]
    assert due([*three, neighbour, other], NOW) == [other]
    assert due([*three, neighbour], NOW + timedelta(minutes=61)) == [neighbour]
    assert schedule.next_due([*three, neighbour], NOW) == NOW + timedelta(hours=1)


def test_a_refusal_without_a_time_adds_up_to_an_hour() -> None:
    waits = [wait(after(feed(n), Polled(NOW, "refused"))) for n in range(50)]
    assert min(waits) >= 1.25 * HOUR
    assert max(waits) - min(waits) > HOUR / 2


def test_one_big_host_does_not_come_before_the_others() -> None:
    big = [feed(n, host="big.example") for n in range(1, 100)]
    small = [feed(n, host=f"small{n}.example") for n in range(100, 110)]
    first = due([*big, *small], NOW)[:11]
    assert {f.feed_id for f in small} < {f.feed_id for f in first}


def test_what_is_not_due_waits() -> None:
    early, late = (feed(n, next_due_at=NOW + timedelta(hours=n)) for n in (1, 2))
    assert due([early, late], NOW) == []
    assert due([early, late], NOW, early=True) == [early, late]
    assert schedule.next_due([late, early], NOW) == NOW + timedelta(hours=1)
    assert schedule.next_due([], NOW) is None


@pytest.mark.parametrize(
    ("status", "retry", "kind"),
    [(404, None, "soft"), (403, None, "soft"), (500, None, "soft"), (503, None, "soft"),
     (503, 60.0, "refused"), (429, None, "refused"), (410, None, "hard"), (401, None, "hard"),
     (408, None, "temporary")],
)  # fmt: skip
def test_failures_by_status(status: int, retry: float | None, kind: str) -> None:
    error = FetchError("x", url="u", kind="http", status=status, retry_after=retry)
    assert schedule.failure_kind(error) == kind


def test_failures_without_status() -> None:
    kinds = {"dns": "soft", "connect": "temporary", "timeout": "temporary", "redirect": "hard",
             "forbidden": "hard", "too_large": "hard", "held": "refused"}  # fmt: skip
    for kind, expected in kinds.items():
        assert schedule.failure_kind(FetchError("x", url="u", kind=kind)) == expected
    assert schedule.failure_kind(ParseError("not a feed")) == "hard"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), (" 0 ", 0), ("99999999", DAY), ("Thu, 03 Apr 2025 12:10:00 GMT", 600),
     ("Thu, 03 Apr 2025 11:00:00 GMT", 0), ("Thu, 03 Apr 2035 12:00:00 GMT", DAY),
     ("soon", None), ("-5", None), ("", None), (None, None)],
)  # fmt: skip
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Cache-Control": "public, max-age=600"}, 600),
     ({"Cache-Control": "max-age=600", "Age": "500"}, 100),
     ({"Cache-Control": "max-age=600, no-cache"}, 0),
     ({"Cache-Control": "max-age=99999999"}, DAY),
     ({"Cache-Control": "s-maxage=600"}, 0),
     ({"Expires": "Thu, 03 Apr 2025 12:10:00 GMT"}, 600),
     ({"Expires": "Thu, 03 Apr 2025 18:10:00 GMT", "Date": "Thu, 03 Apr 2025 18:00:00 GMT"}, 600),
     ({"Expires": "0"}, 0), ({"Expires": "never"}, 0), ({}, 0)],
)  # fmt: skip
def test_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: float) -> None:
    assert fresh_for(headers, now=NOW) == seconds


@given(st.text(max_size=60))
def test_no_header_raises(text: str) -> None:
    assert 0 <= (retry_after(text, now=NOW) or 0) <= DAY
    assert 0 <= fresh_for({"Expires": text, "Cache-Control": text, "Age": text}, now=NOW) <= DAY

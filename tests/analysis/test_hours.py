"""Hours of the day across changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.hours import (
    following,
    latest,
    parse_every,
    parse_quiet,
    previous,
    quiet_until,
)

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Pacific/Apia"]
).map(ZoneInfo)
MOMENTS = st.integers(1_322_700_000, 1_798_700_000).map(lambda s: datetime.fromtimestamp(s, UTC))
HOURS = st.times().map(lambda t: f"{t:%H:%M}")
EVERY = st.tuples(st.sampled_from(["daily", "weekdays", "sunday", "monday, thursday"]), HOURS).map(
    " ".join
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("every", "now", "name", "moment"),
    [
        # The clocks go forward on 30 March 2025 at 02:00, and back on 26 October at 03:00.
        ("daily 07:30", "2025-03-29T12:00+01:00", "2025-03-30T07:30", "2025-03-30T07:30+02:00"),
        ("daily 02:30", "2025-03-29T12:00+01:00", "2025-03-30T02:30", "2025-03-30T03:30+02:00"),
        ("daily 02:30", "2025-10-25T12:00+02:00", "2025-10-26T02:30", "2025-10-26T02:30+02:00"),
        ("daily 02:30", "2025-10-26T02:40+02:00", "2025-10-27T02:30", "2025-10-27T02:30+01:00"),
        ("weekdays 07:30", "2025-03-28T07:30+01:00", "2025-03-31T07:30", "2025-03-31T07:30+02:00"),
        ("monday 08:00", "2025-03-24T08:00+01:00", "2025-03-31T08:00", "2025-03-31T08:00+02:00"),
    ],
)
def test_the_next_time_is_at_its_local_hour(every: str, now: str, name: str, moment: str) -> None:
    slot = following(parse_every(every), at(now), BERLIN)
    assert (slot.name, slot.at) == (name, at(moment))
    assert latest(parse_every(every), slot.at, BERLIN) == slot


@given(every=EVERY, now=MOMENTS, tz=ZONES)
def test_nothing_lies_between_the_last_time_and_the_next(
    every: str, now: datetime, tz: ZoneInfo
) -> None:
    rule = parse_every(every)
    before, after = latest(rule, now, tz), following(rule, now, tz)
    assert before.at <= now < after.at
    assert following(rule, before.at, tz) == after
    assert after.at - before.at <= timedelta(days=8, hours=2)
    assert latest(rule, after.at - timedelta(microseconds=1), tz) == before


@given(every=EVERY, now=MOMENTS, tz=ZONES)
def test_no_time_comes_twice(every: str, now: datetime, tz: ZoneInfo) -> None:
    rule, names = parse_every(every), []
    for _ in range(20):
        slot = following(rule, now, tz)
        names.append(slot.name)
        now = slot.at
    assert names == sorted(set(names))


@given(every=EVERY, now=MOMENTS, tz=ZONES)
def test_the_time_before_is_the_one_that_this_follows(
    every: str, now: datetime, tz: ZoneInfo
) -> None:
    rule = parse_every(every)
    slot = latest(rule, now, tz)
    before = previous(rule, slot, tz)
    assert before.day < slot.day
    assert not any(
        (before.day + timedelta(days=n)).weekday() in rule.days
        for n in range(1, (slot.day - before.day).days)
    )


@pytest.mark.parametrize(
    "text", ["monday, thursday 08:00", "Monday and Thursday 8:00", "thursday,monday 08:00"]
)
def test_several_days_of_the_week(text: str) -> None:
    every = parse_every(text)
    assert (every.days, every.at.hour) == ({0, 3}, 8)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        ("22:00-07:00", "2025-03-29T23:00+01:00", "2025-03-30T07:00+02:00"),
        ("22:00-07:00", "2025-03-30T06:59+02:00", "2025-03-30T07:00+02:00"),
        ("22:00-07:00", "2025-03-30T07:00+02:00", None),
        ("22:00-07:00", "2025-03-30T21:59+02:00", None),
        ("12:00 - 13:00", "2025-03-30T12:00+02:00", "2025-03-30T13:00+02:00"),
        ("12:00-13:00", "2025-03-30T13:00+02:00", None),
    ],
)
def test_quiet_hours_end(quiet: str, now: str, until: str | None) -> None:
    found = quiet_until(parse_quiet(quiet), at(now), BERLIN)
    assert found == (at(until) if until else None)


@given(since=HOURS, until=HOURS, now=MOMENTS, tz=ZONES)
def test_when_quiet_hours_end_it_is_not_quiet(
    since: str, until: str, now: datetime, tz: ZoneInfo
) -> None:
    if since == until:
        with pytest.raises(ValueError, match="must be two hours"):
            parse_quiet(f"{since}-{until}")
        return
    quiet = parse_quiet(f"{since}-{until}")
    ends = quiet_until(quiet, now, tz)
    if ends is not None:
        assert now < ends <= now + timedelta(hours=25)
        assert quiet_until(quiet, ends, tz) is None


@pytest.mark.parametrize(
    "text", ["", "07:30", "daily", "daily 7", "daily 24:00", "never 07:30", "monday, never 07:30",
             "monday, 07:30", "monday thursday 07:30"],
)  # fmt: skip
def test_what_is_no_time_is_said(text: str) -> None:
    with pytest.raises(ValueError, match='like "weekdays 07:30"'):
        parse_every(text)

"""What is kept of polls says the same as all of them would, however and whenever it was kept."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.filters import Filters, period_bounds
from monitor.store import days, hearing
from monitor.store.database import Connection, insert, transaction, writing
from monitor.store.folder import DataFolder
from monitor.store.queries import gaps
from monitor.store.reader import Reader
from monitor.store.schema import migrate

START = datetime(2025, 3, 24, tzinfo=UTC)  # the clocks of Berlin change on the 30th
LAST = 20  # days
FEEDS, SAMPLE = (1, 2, 3, 4), 5
Found = list[tuple[str, date, str, tuple[str, ...], int]]

# The definition: what the days are on which outlets could not be heard, from polls alone.
BY_POLLS = """
WITH followed AS (
    SELECT f.feed_id, f.url, f.outlet_id, coalesce(f.sample, false) AS sample
    FROM feed f JOIN outlet o USING (outlet_id)
    WHERE f.watched AND ($sample OR NOT coalesce(f.sample, false))
        AND ($outlets IS NULL OR list_contains($outlets::INTEGER[], f.outlet_id))
        AND ($languages IS NULL OR o.language IS NULL
             OR list_contains($languages::VARCHAR[], lower(o.language)))
),
-- Every zone's offset is a multiple of a quarter of an hour: the day is looked up once
-- a quarter and not once a poll.
slots AS (
    SELECT slot, timezone($tz, make_timestamptz(slot * 900_000_000))::DATE AS day
    FROM (SELECT DISTINCT epoch_us(polled_at) // 900_000_000 AS slot FROM poll)
),
running AS (
    SELECT DISTINCT day FROM slots
    JOIN (SELECT DISTINCT epoch_us(polled_at) // 900_000_000 AS slot
          FROM poll WHERE feed_id IN (SELECT feed_id FROM feed
                                      WHERE NOT coalesce(sample, false))) USING (slot)
),
polled AS (
    SELECT f.outlet_id, s.day, bool_and(p.outcome IN ('failed', 'empty')) AS down,
        bool_or(p.outcome = 'failed') AS failing
    FROM poll p JOIN followed f USING (feed_id)
    JOIN slots s ON s.slot = epoch_us(p.polled_at) // 900_000_000
    WHERE ($start IS NULL OR p.polled_at >= $start) AND ($end IS NULL OR p.polled_at < $end)
    GROUP BY f.outlet_id, s.day
),
spans AS (
    SELECT f.outlet_id, timezone($tz, min(p.polled_at))::DATE AS first,
        CASE WHEN bool_and(f.sample) THEN timezone($tz, max(p.polled_at))::DATE
             ELSE $today END AS last,
        bool_and(f.sample) AS sample, bool_or(p.outcome = 'new') AS brought
    FROM poll p JOIN followed f USING (feed_id) GROUP BY f.outlet_id
),
idle AS (
    SELECT unnest(generate_series(min(day), $today - 1, INTERVAL 1 DAY))::DATE AS day
    FROM running EXCEPT SELECT day FROM running
),
found AS (
    SELECT outlet_id, day, CASE WHEN failing THEN 'failing' ELSE 'empty' END AS reason
    FROM polled JOIN spans USING (outlet_id) WHERE down AND (failing OR brought)
    UNION ALL
    SELECT outlet_id, day, 'not running'
    FROM spans JOIN idle ON day BETWEEN first AND last WHERE NOT sample
),
first_poll AS (SELECT feed_id, min(polled_at) AS at FROM poll GROUP BY feed_id),
wanted AS (
    SELECT d.outlet_id, d.day, d.reason, f.feed_id, f.url,
        timezone($tz, (d.day + 1)::TIMESTAMP) AS over
    FROM found d JOIN followed f USING (outlet_id) JOIN first_poll p USING (feed_id)
    WHERE p.at < over
        AND ($start IS NULL OR timezone($tz, d.day::TIMESTAMP) >= $start)
        AND ($end IS NULL OR timezone($tz, d.day::TIMESTAMP) < $end)
),
answered AS (
    SELECT feed_id, polled_at,
        outcome = 'new' AND coalesce(new_entries, entries) >= entries AS missed
    FROM poll WHERE outcome IN ('new', 'unchanged')
        AND feed_id IN (SELECT feed_id FROM wanted)
),
lost AS (
    SELECT w.outlet_id, w.day, any_value(w.reason) AS reason,
        list(w.url ORDER BY w.url) AS feeds
    FROM wanted w ASOF LEFT JOIN answered a
        ON a.feed_id = w.feed_id AND a.polled_at >= w.over
    GROUP BY w.outlet_id, w.day HAVING bool_or(coalesce(a.missed, true))
)
SELECT o.name AS outlet, l.day, l.reason, l.feeds,
    (SELECT count(*) FROM spans s WHERE l.day BETWEEN s.first AND s.last) AS outlets
FROM lost l JOIN outlet o USING (outlet_id) ORDER BY outlet, l.day
"""


def by_polls(reader: Reader, filters: Filters, *, tz: ZoneInfo, today: date) -> pd.DataFrame:
    start, end = period_bounds(filters.since, filters.until, tz=tz)
    outlets = [int(name[1:]) for name in filters.outlets] or None
    return reader.frame(
        BY_POLLS,
        {"tz": str(tz), "sample": filters.sample, "today": today, "start": start, "end": end,
         "outlets": outlets, "languages": list(filters.languages) or None},
    )  # fmt: skip


def rows_of(frame: pd.DataFrame) -> Found:
    return [
        (row.outlet, pd.Timestamp(row.day).date(), row.reason, tuple(row.feeds), row.outlets)
        for row in frame.itertuples()
    ]  # fmt: skip


@pytest.fixture(scope="module")
def databases() -> Iterator[tuple[Connection, Connection]]:
    """One that keeps every poll, and one that is brought up to them now and then."""
    both = duckdb.connect(), duckdb.connect()
    for connection in both:
        connection.execute("SET TimeZone = 'UTC'")
        migrate(connection)
    yield both
    for connection in both:
        connection.close()


def empty(connection: Connection, outlets: dict[int, int], watched: set[int]) -> None:
    """Nothing but these feeds, by the number of their outlet."""
    for table in ("outlet", "feed", "poll", "poll_day", "setting",
                  "hearing", "unheard", "silence", "idle_day"):  # fmt: skip
        connection.execute(f"DELETE FROM {table}")
    insert(connection, "outlet", [
        {"outlet_id": n, "name": f"O{n}", "language": "en" if n == 1 else None}
        for n in set(outlets.values())
    ])  # fmt: skip
    insert(connection, "feed", [
        {"feed_id": n, "url": f"https://{n}.example/", "outlet_id": outlet,
         "sample": n == SAMPLE, "watched": n in watched} for n, outlet in outlets.items()
    ])  # fmt: skip


polls = st.fixed_dictionaries({
    "feed_id": st.sampled_from((*FEEDS, SAMPLE)),
    "polled_at": st.integers(0, LAST * 24).map(lambda hours: START + timedelta(hours=hours)),
    "outcome": st.sampled_from(["new", "unchanged", "empty", "failed", "failed", "failed"]),
    "entries": st.just(2),
    "new_entries": st.sampled_from([None, 0, 1, 2]),
})  # fmt: skip
histories = st.lists(polls, max_size=40, unique_by=lambda p: (p["feed_id"], p["polled_at"]))
filters_of_gaps = st.builds(
    Filters,
    outlets=st.sampled_from([(), ("O1",), ("O2", "O3")]),
    languages=st.sampled_from([(), ("en",), ("de",)]),
    since=st.none() | st.dates(date(2025, 3, 24), date(2025, 4, 8)),
    until=st.none() | st.dates(date(2025, 3, 28), date(2025, 4, 14)),
    sample=st.booleans(),
)
zones = st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/New_York"])


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    history=histories, filters=filters_of_gaps, zones=st.tuples(zones, zones),
    outlets=st.tuples(*[st.integers(1, 3)] * len(FEEDS)),
    away=st.sets(st.sampled_from((*FEEDS, SAMPLE)), max_size=2),
    later=st.sets(st.sampled_from(FEEDS)),
    kept_at=st.sets(st.integers(0, 40), max_size=6), gone=st.integers(-2, 5),
    keep=st.sampled_from([3, 100]),
)  # fmt: skip
def test_gaps_are_those_that_all_polls_tell(
    databases: tuple[Connection, Connection], history: list[dict[str, Any]], filters: Filters,
    zones: tuple[str, str], outlets: tuple[int, ...], away: set[int], later: set[int],
    kept_at: set[int], gone: int, keep: int,
) -> None:  # fmt: skip
    folds = keep < LAST
    of = {**dict(zip(FEEDS, outlets, strict=True)), SAMPLE: 4}
    for connection in databases:
        empty(connection, of, {*FEEDS, SAMPLE} - away)
    whole, kept = databases
    insert(whole, "poll", history)
    # Days that were folded stay as they were: there the zone is the same, and only the sample's
    # polls are kept later than they were.
    days.set_zone(kept, zones[1] if folds else zones[0])
    late = {SAMPLE} if folds else {*later, SAMPLE}
    history.sort(key=lambda poll: (poll["feed_id"] in late, poll["polled_at"]))
    for number, poll in enumerate(history):
        hearing.expect(kept, poll["polled_at"])
        insert(kept, "poll", [poll])
        if number in kept_at:
            hearing.catch_up(kept, keep=timedelta(days=keep))
    days.set_zone(kept, zones[1])
    hearing.catch_up(kept, keep=timedelta(days=keep))
    today = (START + timedelta(days=LAST + gone)).date()
    expected = by_polls(Reader(whole, "all"), filters, tz=ZoneInfo(zones[1]), today=today)
    assert rows_of(gaps(Reader(kept, "kept"), filters, today=today)) == rows_of(expected)


# --- old polls ------------------------------------------------------------------------------------


def day_of(ago: int, outcome: str, **more: Any) -> list[dict[str, Any]]:
    """Two polls of feed 1 and one of the sample's, `ago` days before the last."""
    noon = START + timedelta(days=60 - ago, hours=12)
    row = {"outcome": outcome, "entries": 20, "new_entries": 3, "latency": 0.4, **more}
    return [
        {**row, "feed_id": 1, "polled_at": noon},
        {**row, "feed_id": 1, "polled_at": noon + timedelta(hours=1), "latency": 0.6},
        {**row, "feed_id": SAMPLE, "polled_at": noon},
    ]


@pytest.fixture
def folded(databases: tuple[Connection, Connection]) -> Connection:
    """60 days of polls, brought up to seven times: a week is folded at a time."""
    connection = databases[1]
    empty(connection, {1: 1, SAMPLE: 4}, {1, SAMPLE})
    for ago in range(60, -1, -1):
        outcome = "failed" if ago in (40, 41) else "new"
        insert(connection, "poll", day_of(ago, outcome, new_entries=20 if ago == 39 else 3))
    for _ in range(7):
        hearing.catch_up(connection, keep=timedelta(days=20))
    return connection


def test_old_polls_become_a_row_a_feed_and_day(folded: Connection) -> None:
    [(kept, oldest)] = folded.execute(
        "SELECT count(*), min(polled_at) FROM poll WHERE feed_id = 1"
    ).fetchall()
    # 35 days are whole weeks that were over 20 days before the last.
    assert (kept, oldest) == (26 * 2, START + timedelta(days=35, hours=12))
    days = folded.execute("SELECT * EXCLUDE latency FROM poll_day ORDER BY day").fetchall()
    assert len(days) == 35
    assert days[0] == (1, date(2025, 3, 24), 2, 0, 0, 2, 6, False)
    assert days[19] == (1, date(2025, 4, 12), 2, 2, 0, 0, 6, None)
    assert days[21] == (1, date(2025, 4, 14), 2, 0, 0, 2, 40, True)
    assert folded.execute("SELECT DISTINCT latency FROM poll_day").fetchall() == [(0.5,)]
    sample = folded.execute("SELECT count(*) FROM poll WHERE feed_id = 5").fetchall()
    assert sample == [(61,)]  # they are few, and are not added to


@pytest.mark.parametrize("again", [False, True])
def test_folded_polls_still_tell_what_was_missed(folded: Connection, again: bool) -> None:
    if again:  # all is worked out from them, as for a poll from before
        hearing.expect(folded, START)
        hearing.catch_up(folded)
    found = rows_of(gaps(Reader(folded, "kept"), Filters(), today=date(2025, 5, 23)))
    assert found == [
        (outlet, date(2025, 4, day), "failing", (url,), 2)
        for outlet, url in (("O1", "https://1.example/"), ("O4", "https://5.example/"))
        for day in (12, 13)
    ]


def fold_forever(root: Path, ready: Any) -> None:
    with writing(DataFolder(root)) as connection:
        days.set_zone(connection, "UTC")
        for day in range(100_000):
            at = START + timedelta(days=day)
            with transaction(connection):
                rows = [{"feed_id": n, "polled_at": at, "outcome": "failed"} for n in range(20)]
                insert(connection, "poll", rows)
            hearing.catch_up(connection, keep=timedelta(days=2))
            if day == 40:
                ready.set()


@pytest.mark.slow
def test_a_writer_that_is_killed_loses_no_poll_and_folds_none_twice(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for number in range(2):
        ready, root = context.Event(), tmp_path / str(number)
        writer = context.Process(target=fold_forever, args=(root, ready))
        writer.start()
        assert ready.wait(60)
        writer.kill()
        writer.join()
        with writing(DataFolder(root), wait=1) as connection:
            [(days, polls)] = connection.execute(
                """
                SELECT count(DISTINCT day), sum(polls) FROM (
                    SELECT polled_at::DATE AS day, 1 AS polls FROM poll
                    UNION ALL SELECT day, polls FROM poll_day)
                """
            ).fetchall()
            hearing.catch_up(connection)
            vain = connection.execute("SELECT count(DISTINCT day), count(*) FROM unheard")
            assert days > 40
            assert (polls, vain.fetchall()) == (days * 20, [(days, days * 20)])
            [(folded,)] = connection.execute("SELECT count(*) FROM poll_day").fetchall()
            assert folded >= 20 * 30

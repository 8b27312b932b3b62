"""How feeds did: success, answer times, what is usual, and days on which nobody was heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from monitor.config import parse_config
from monitor.filters import Filters
from monitor.store.database import insert, writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.queries import feed_days, feed_health, feed_polls, gaps
from monitor.store.reader import Reader
from monitor.store.watched import sync_watchlist

NOW = datetime(2025, 4, 10, 12, tzinfo=UTC)
TODAY = NOW.date()
LIST = "".join(
    f'[[feed]]\nurl = "https://{name}.example/rss"\noutlet = "{name}"\n'
    for name in ("dead", "fine", "quiet", "new")
)
UTC_ZONE = ZoneInfo("UTC")


def polls(feed_id: int, days: range, outcome: str, new: int = 0) -> list[dict[str, object]]:
    """One a day, `days` before now; of 20 entries `new` are new, and one more on odd days."""
    return [
        {"pass_id": ago, "feed_id": feed_id, "polled_at": NOW - timedelta(days=ago, minutes=1),
         "outcome": outcome, "entries": 20, "new_entries": new + ago % 2 if new else 0,
         "latency": 2.0 if ago in (5, 6) else 0.2}
        for ago in days
    ]  # fmt: skip


def archive(root: Path, *rows: list[dict[str, object]], watchlist: str = LIST) -> Reader:
    folder = DataFolder(root)
    with writing(folder) as connection:
        sync_watchlist(connection, parse_config(watchlist))
        insert(connection, "poll", [row for part in rows for row in part])
        publish(folder, connection)
    return Reader.open(folder)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    found = archive(
        tmp_path,
        polls(1, range(3), "failed"), polls(1, range(5, 40), "new", 20),
        polls(2, range(2), "new", 4), polls(2, range(5, 40), "new", 4),
        polls(3, range(2), "empty"), polls(3, range(5, 7), "unchanged"),
        polls(3, range(7, 40), "new", 4),
    )  # fmt: skip
    yield found
    found.close()


def found_gaps(reader: Reader, outlet: str = "", **filters: object) -> list[tuple[str, date, str]]:
    frame = gaps(reader, Filters(**filters), today=TODAY)  # type: ignore[arg-type]
    return [
        (row.outlet, pd.Timestamp(row.day).date(), row.reason)
        for row in frame.itertuples() if outlet in ("", row.outlet)
    ]  # fmt: skip


def april(*days: int) -> list[date]:
    return [date(2025, 4, day) for day in days]


def test_health_tells_success_answer_times_and_what_is_usual(reader: Reader) -> None:
    rows = {row["outlet"]: row for row in feed_health(reader, now=NOW).to_dict("records")}
    dead, fine, quiet, new = (rows[name] for name in ("dead", "fine", "quiet", "new"))
    assert (dead["polls"], dead["failed"]) == (28, 3)
    assert dead["success"] == pytest.approx(25 / 28)
    assert dead["latency"] == pytest.approx(0.2)
    assert 0.2 < fine["latency_p95"] < 2.0
    assert (fine["week"], fine["unusual"]) == (4.5, "")  # on four days; on three nobody asked
    assert fine["usual"] == pytest.approx(4.5)
    assert fine["spread"] == pytest.approx(0.5)
    assert (quiet["week"], quiet["usual"], quiet["unusual"]) == (0, pytest.approx(4.5), "less")
    assert (quiet["empty"], quiet["failed"], quiet["success"]) == (2, 0, 1)
    assert (new["polls"], new["unusual"]) == (0, "")
    assert pd.isna(new["success"])


def test_feeds_day_by_day(reader: Reader) -> None:
    frame = feed_days(reader, [1, 3], now=NOW, days=7)
    assert list(frame["feed_id"]) == [1] * 7 + [3] * 7
    dead, quiet = frame[:7], frame[7:]
    assert str(dead["day"].iloc[0]).startswith("2025-04-04")
    assert list(dead["polls"]) == [1, 1, 0, 0, 1, 1, 1]
    assert list(dead["failed"]) == [0, 0, 0, 0, 1, 1, 1]
    assert list(dead["entries"]) == [20, 21, 0, 0, 0, 0, 0]
    assert list(quiet["empty"]) == [0, 0, 0, 0, 0, 1, 1]
    assert pd.isna(dead["latency"].iloc[2])
    assert dead["latency_p95"].iloc[1] == pytest.approx(2.0)


def test_a_feeds_latest_polls(reader: Reader) -> None:
    frame = feed_polls(reader, 1, tz=ZoneInfo("Europe/Berlin"), limit=4)
    assert list(frame["outcome"]) == ["failed", "failed", "failed", "new"]
    assert frame["polled_at"].iloc[0].isoformat() == "2025-04-10T13:59:00+02:00"
    assert list(frame["new_entries"]) == [0, 0, 0, 21]


def test_days_on_which_an_outlet_could_not_be_heard(reader: Reader) -> None:
    stopped = april(6, 7)
    assert [(d, r) for _, d, r in found_gaps(reader, "dead")] == [
        *((day, "not running") for day in stopped), *((day, "failing") for day in april(8, 9, 10))
    ]  # fmt: skip
    # Both days without an entry, after a month with.
    assert [(d, r) for _, d, r in found_gaps(reader, "quiet")] == [
        *((day, "not running") for day in stopped), *((day, "empty") for day in april(9, 10))
    ]  # fmt: skip
    # Of the 20 entries that it listed on the 9th, 15 were known since the 5th.
    assert found_gaps(reader, "fine") == []
    assert found_gaps(reader, "new") == []


def test_a_gap_is_one_unless_the_next_answer_reaches_back_behind_it(tmp_path: Path) -> None:
    for number, (new, missed) in enumerate([(20, True), (19, False), (4, False)]):
        reader = archive(
            tmp_path / str(number),
            polls(1, range(2, 3), "new", new), polls(1, range(3, 5), "failed"),
            polls(1, range(5, 9), "new", 4), polls(2, range(9), "new", 4),
        )  # fmt: skip
        expected = [("dead", day, "failing") for day in april(6, 7)] if missed else []
        assert found_gaps(reader) == expected
        reader.close()


def test_gaps_are_those_of_the_filters_outlets_and_period(tmp_path: Path) -> None:
    english = LIST + '[[outlet]]\nname = "dead"\ndomain = "dead.example"\nlanguage = "en"\n'
    reader = archive(
        tmp_path, polls(1, range(5), "failed"), polls(2, range(5), "failed"),
        polls(3, range(20), "new", 4), watchlist=english,
    )  # fmt: skip
    both = [(o, d, "failing") for o in ("dead", "fine") for d in april(6, 7, 8, 9, 10)]
    assert found_gaps(reader) == both
    assert found_gaps(reader, outlets=("Dead",)) == both[:5]
    assert found_gaps(reader, outlets=("nobody",)) == []
    assert found_gaps(reader, languages=("de",)) == both[5:]
    assert found_gaps(reader, languages=("EN",)) == both
    days = {"since": date(2025, 4, 7), "until": date(2025, 4, 8)}
    assert found_gaps(reader, **days) == [g for g in both if g[1] in april(7, 8)]
    frame = gaps(reader, Filters(), today=TODAY)
    assert list(frame["outlets"]) == [3] * 10
    assert list(frame["feeds"].iloc[0]) == ["https://dead.example/rss"]
    reader.close()


def test_days_that_few_outlets_missed_are_left_out_where_that_is_asked_for(reader: Reader) -> None:
    days = {
        least: sorted({day.day for day in gaps(reader, Filters(), today=TODAY, least=least)["day"]})
        for least in (0.0, 1 / 3, 0.34, 2 / 3, 0.67)
    }
    # On the 8th one of the three that were followed was not heard, on the other days two.
    assert days == {
        0.0: [6, 7, 8, 9, 10], 1 / 3: [6, 7, 8, 9, 10], 0.34: [6, 7, 9, 10], 2 / 3: [6, 7, 9, 10],
        0.67: [],
    }  # fmt: skip


def test_days_since_the_program_stopped_are_gaps_up_to_yesterday(tmp_path: Path) -> None:
    reader = archive(tmp_path, polls(2, range(4, 9), "new", 4))
    assert found_gaps(reader) == [("fine", day, "not running") for day in april(7, 8, 9)]
    reader.close()


def test_the_sample_is_not_polled_so_nothing_is_not_running(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with writing(folder) as connection:
        sync_watchlist(connection, parse_config(LIST), sample=True)
        rows = [*polls(1, range(8, 9), "new", 4), *polls(1, range(2, 3), "failed")]
        insert(connection, "poll", rows)
        publish(folder, connection)
    reader = Reader.open(folder)
    assert found_gaps(reader) == [("dead", date(2025, 4, 8), "failing")]
    assert found_gaps(reader, sample=False) == []
    reader.close()


def test_a_days_border_is_the_teams_own(tmp_path: Path) -> None:
    zone = '[team]\ntimezone = "Pacific/Kiritimati"\n'  # 14 hours on: polls are of the day after
    rows = polls(1, range(3), "failed"), polls(1, range(5, 40), "new", 20)
    reader = archive(tmp_path, *rows, watchlist=zone + LIST)
    frame = gaps(reader, Filters(outlets=("dead",)), today=date(2025, 4, 11))
    assert {pd.Timestamp(day).date() for day in frame["day"]} == set(april(7, 8, 9, 10, 11))

"""How feeds did: success, latency, what is usual, and days on which nobody was heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from monitor.config import parse_config
from monitor.store.database import insert, writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.queries import feed_days, feed_health, gaps
from monitor.store.reader import Reader
from monitor.store.watched import sync_watchlist

NOW = datetime(2025, 4, 10, 12, tzinfo=UTC)
LIST = "".join(
    f'[[feed]]\nurl = "https://{name}.example/rss"\noutlet = "{name}"\n'
    for name in ("dead", "fine", "quiet", "new")
)


def polls(feed_id: int, days: range, outcome: str) -> list[dict[str, object]]:
    return [
        {"pass_id": ago, "feed_id": feed_id, "polled_at": NOW - timedelta(days=ago, minutes=1),
         "outcome": outcome, "new_articles": 1, "latency": 0.2}
        for ago in days
    ]  # fmt: skip


def entries(feed_id: int, days: range, each: int) -> list[dict[str, object]]:
    return [
        {"feed_id": feed_id, "guid": f"{ago}-{n}", "seen_at": NOW - timedelta(days=ago, hours=1),
         "outcome": "article", "article_id": 1000 * ago + n}
        for ago in days for n in range(each + ago % 2)
    ]  # fmt: skip


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    folder = DataFolder(tmp_path)
    with writing(folder) as connection:
        sync_watchlist(connection, parse_config(LIST))
        all_days = range(40)
        insert(connection, "poll", polls(1, range(3), "failed") + polls(1, range(5, 40), "new"))
        insert(connection, "poll", polls(2, range(2), "new") + polls(2, range(5, 40), "unchanged"))
        insert(connection, "poll", polls(3, range(2), "empty") + polls(3, range(5, 40), "new"))
        insert(connection, "entry", entries(2, all_days, 4) + entries(3, range(7, 40), 4))
        publish(folder, connection)
    found = Reader.open(folder)
    yield found
    found.close()


def test_health_tells_success_latency_and_what_is_usual(reader: Reader) -> None:
    rows = {row["outlet"]: row for row in feed_health(reader, now=NOW).to_dict("records")}
    dead, fine, quiet, new = (rows[name] for name in ("dead", "fine", "quiet", "new"))
    assert (dead["polls"], dead["failed"]) == (28, 3)
    assert dead["success"] == pytest.approx(25 / 28)
    assert dead["latency"] == pytest.approx(0.2)
    assert (fine["week"], fine["unusual"]) == (pytest.approx(4.43, abs=0.01), "")
    assert fine["usual"] == pytest.approx(4.5)
    assert (quiet["week"], quiet["usual"], quiet["unusual"]) == (0, pytest.approx(4.5), "less")
    assert quiet["empty"] == 2
    assert (new["polls"], new["unusual"]) == (0, "")
    assert pd.isna(new["success"])


def test_a_feed_day_by_day(reader: Reader) -> None:
    frame = feed_days(reader, 1, now=NOW, days=7)
    assert str(frame["day"].iloc[0]).startswith("2025-04-04")
    assert list(frame["polls"]) == [1, 1, 0, 0, 1, 1, 1]
    assert list(frame["failed"]) == [0, 0, 0, 0, 1, 1, 1]
    assert list(frame["articles"]) == [1, 1, 0, 0, 1, 1, 1]


def test_days_on_which_an_outlet_could_not_be_heard(reader: Reader) -> None:
    found = [
        (row.outlet, pd.Timestamp(row.day).date(), row.reason) for row in gaps(reader).itertuples()
    ]
    stopped = [date(2025, 4, 6), date(2025, 4, 7)]
    assert [(d, r) for o, d, r in found if o == "dead"] == [
        *((day, "not running") for day in stopped),
        *((date(2025, 4, day), "failing") for day in (8, 9, 10)),
    ]
    # It was asked at noon of the 8th only through another feed; nothing is known to have failed.
    assert [(d, r) for o, d, r in found if o == "fine"] == [(d, "not running") for d in stopped]
    assert {o for o, _, _ in found} == {"dead", "fine", "quiet"}


def test_a_days_border_is_the_teams_own(reader: Reader) -> None:
    tz = ZoneInfo("Pacific/Kiritimati")  # 14 hours on: each poll falls on the day after
    days = {pd.Timestamp(d).date() for d in gaps(reader, tz=tz).query("outlet == 'dead'")["day"]}
    assert days == {date(2025, 4, day) for day in range(7, 12)}

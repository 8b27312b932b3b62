"""Which days outlets missed: one feed that answers is enough, one that missed something too."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from monitor.analysis.outages import lost_days

TODAY = date(2025, 4, 20)


def april(*days: int) -> pd.Series:
    return pd.to_datetime(pd.Series([f"2025-04-{day:02}" for day in days], dtype="str"))


def frame(columns: list[str], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """A number in a column of days is a day of April."""
    made = pd.DataFrame(rows, columns=columns)
    for column in {"first_on", "last_on", "answered_on", "since", "until", "day"} & set(columns):
        made[column] = april(*made[column])
    return made


def lost(
    feeds: list[tuple[Any, ...]], unheard: list[tuple[Any, ...]] = [],  # noqa: B006 -- not changed
    silences: list[tuple[Any, ...]] = [], idle: list[int] = [], **options: Any,  # noqa: B006
) -> list[tuple[str, int, str, list[str], int]]:  # fmt: skip
    """Feeds: (feed, outlet, first, answered); all asked until the 18th, none the sample's."""
    found = lost_days(
        frame(
            ["feed_id", "url", "outlet_id", "outlet", "sample", "first_on", "last_on",
             "answered_on", "brought"],
            [(n, f"u{n}", outlet, f"O{outlet}", False, first, 18, answered, True)
             for n, outlet, first, answered in feeds],
        ),
        frame(["feed_id", "day", "failing"], unheard),
        frame(["feed_id", "since", "until", "missed"], silences),
        frame(["day"], [(day,) for day in idle]), today=TODAY, **options,
    )  # fmt: skip
    return [
        (row.outlet, row.day.day, row.reason, row.feeds, row.outlets) for row in found.itertuples()
    ]


def test_an_outlet_is_heard_while_one_of_its_feeds_answers() -> None:
    down = [(1, 5, True), (1, 6, True), (1, 7, False)]
    gone = [(1, 5, 7, True)]
    alone = [("O1", day, reason, ["u1"], 1)
             for day, reason in ((5, "failing"), (6, "failing"), (7, "empty"))]  # fmt: skip
    assert lost([(1, 1, 1, 18)], down, gone) == alone
    assert lost([(1, 1, 1, 18), (2, 1, 1, 18)], down, gone) == []
    # The other one was not heard on the 6th either, though nobody asked it, and began on the 7th.
    quiet = [*gone, (2, 6, 6, False)]
    assert lost([(1, 1, 1, 18), (2, 1, 1, 18)], down, quiet) == [
        ("O1", 6, "failing", ["u1", "u2"], 1)
    ]
    assert [row[1] for row in lost([(1, 1, 1, 18), (2, 1, 7, 18)], down, gone)] == [5, 6]


def test_what_the_next_answers_made_up_for_is_not_lost() -> None:
    down = [(1, 5, True), (2, 5, True)]
    both = [(1, 1, 1, 18), (2, 1, 1, 18)]
    assert lost(both, down, [(1, 5, 5, False), (2, 5, 5, False)]) == []
    found = [("O1", 5, "failing", ["u1", "u2"], 1)]
    assert lost(both, down, [(1, 5, 5, False), (2, 5, 5, True)]) == found
    assert lost([(1, 1, 1, 18), (2, 1, 1, 4)], down, [(1, 5, 5, False)]) == found


def test_days_on_which_nobody_was_asked_are_of_outlets_that_were_followed() -> None:
    feeds = [(1, 1, 1, 18), (2, 2, 8, 18)]
    silences = [(1, 4, 4, True), (1, 10, 11, False), (2, 10, 11, True)]
    assert lost(feeds, silences=silences, idle=[19, 4, 10, 11]) == [
        ("O1", 4, "not running", ["u1"], 1), ("O1", 19, "not running", ["u1"], 2),
        *(("O2", day, "not running", ["u2"], 2) for day in (10, 11, 19)),
    ]  # fmt: skip
    most = lost(feeds, silences=silences, idle=[19, 4, 10, 11], least=0.6)
    assert [row[:2] for row in most] == [("O1", 4), ("O1", 19), ("O2", 19)]


def test_without_feeds_nothing_is_lost() -> None:
    assert lost([], [(1, 5, True)], [(1, 5, 5, True)], [3]) == []
    assert lost([(1, 1, 1, 18)]) == []

"""On which days feeds were heard: what polls say of it, worked out once and kept.

A question about years must not read millions of polls, and polls must not be kept one by one
for ever. So before a generation is published, the polls since the last time are summed up by feed
and day: when a feed first was asked and last answered (`hearing`), the days on which it was asked
in vain (`unheard`), the stretches without an answer (`silence`), and the days on which nobody was
asked (`idle_day`). Old polls are folded into one row a feed and day (`poll_day`). All but
`poll_day` is derived: it is worked out as a whole where it is missing, or where days begin
elsewhere because the team's time zone changed. What is folded keeps the days it had.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from monitor.filters import period_bounds
from monitor.log import event
from monitor.store import passes
from monitor.store.database import Connection, insert, transaction
from monitor.store.days import zone_of

_STATE = "heard"  # setting
_KEPT = timedelta(days=100)  # for so long polls are kept one by one
_STEP = timedelta(days=7)  # folded at a time, so that no pass has much to do


@dataclass(frozen=True, slots=True)
class _State:
    """How far things are, by days (ISO) of `zone`."""

    zone: str
    open: str  # the first that may still change
    raw: str  # the first whose polls are not folded
    asked: str | None  # the last on which a feed that is not the sample's was asked

    def starts(self) -> datetime | None:
        """The first instant of the day that may still change."""
        return _midnight(date.fromisoformat(self.open), ZoneInfo(self.zone))


def is_behind(connection: Connection) -> bool:
    """Whether there are polls of which nothing is known, or not by the days of the team's zone."""
    state = _state(connection)
    if state is None:
        return bool(connection.execute("SELECT 1 FROM poll LIMIT 1").fetchone())
    return state.zone != zone_of(connection).key


def expect(connection: Connection, earliest: datetime) -> None:
    """Polls from `earliest` on are about to be kept.

    Where some are of days that were taken for over (the sample archive's, or the clock was set
    back), everything is worked out again. Callers hold the transaction.
    """
    state = _state(connection)
    if state and (starts := state.starts()) and earliest < starts:
        connection.execute("DELETE FROM setting WHERE key = $key", {"key": _STATE})


def catch_up(connection: Connection, *, keep: timedelta = _KEPT) -> None:
    """Bring what is derived from polls up to them, and fold a few days of old ones.

    `keep` is for how long polls are kept one by one.
    """
    tz, before = zone_of(connection), _state(connection)
    if before and before.zone != tz.key:
        before = None
    with transaction(connection):
        start = before.starts() if before else None
        if not _sum_up(connection, tz, start=start):
            return
        if before is None:
            for table in ("hearing", "unheard", "silence", "idle_day"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own names
            connection.execute(
                """
                INSERT INTO day_row BY NAME
                SELECT d.* EXCLUDE latency FROM poll_day d ANTI JOIN day_row USING (feed_id, day)
                """
            )
        _note_feeds(connection)
        _note_vain(connection, since=date.fromisoformat(before.open) if before else date.min)
        asked = _note_idle(connection, before.asked if before else None)
        open_day = _open(connection, tz, before)
        raw = date.fromisoformat(before.raw) if before else _raw(connection, tz) or open_day
        if raw + _STEP + keep <= open_day:
            raw += _STEP
            _fold(connection, tz, end=raw)
        after = _State(tz.key, str(open_day), str(raw), asked)
        if after != before:
            passes.set_setting(connection, _STATE, json.dumps(asdict(after)))
    for table in ("day_row", "fresh"):
        connection.execute(f"DROP TABLE {table}")


def _sum_up(
    connection: Connection, tz: ZoneInfo, *, start: datetime | None, end: datetime | None = None
) -> bool:
    """Fill the temporary table `day_row` from polls; whether there is any.

    With `end`, those that are folded: the sample's are few, and stay.
    """
    # Every zone's offset is a multiple of a quarter of an hour: the day is looked up once a
    # quarter and not once a poll.
    rows = _count(
        connection,
        """
        CREATE OR REPLACE TEMP TABLE day_row AS
        WITH chosen AS (
            SELECT *, epoch_us(polled_at) // 900_000_000 AS slot FROM poll
            WHERE polled_at >= coalesce($start::TIMESTAMPTZ, '-infinity')
                AND polled_at < coalesce($end::TIMESTAMPTZ, 'infinity')
                AND ($end IS NULL OR feed_id NOT IN (SELECT feed_id FROM feed WHERE sample))
        ),
        slots AS (
            SELECT slot, timezone($tz, make_timestamptz(slot * 900_000_000))::DATE AS day
            FROM (SELECT DISTINCT slot FROM chosen)
        )
        SELECT feed_id, day, count(*) AS polls, count(*) FILTER (outcome = 'failed') AS failed,
            count(*) FILTER (outcome = 'empty') AS empty,
            count(*) FILTER (outcome = 'new') AS changed,
            sum(coalesce(new_entries, new_articles))::INTEGER AS entries,
            arg_min(coalesce(outcome = 'new' AND coalesce(new_entries, entries) >= entries, true),
                    polled_at) FILTER (outcome IN ('new', 'unchanged')) AS missed,
            arg_max(outcome = 'empty', polled_at) AS hollow,
            arg_max(http_status, polled_at) FILTER (outcome IN ('failed', 'empty')) AS http_status,
            median(CASE WHEN $end IS NOT NULL THEN latency END) AS latency
        FROM chosen JOIN slots USING (slot) GROUP BY feed_id, day
        """,
        {"tz": tz.key, "start": start, "end": end},
    )
    return rows > 0


def _note_feeds(connection: Connection) -> None:
    """How each feed was heard so far, and silences that ended."""
    changed = _count(
        connection,
        """
        CREATE OR REPLACE TEMP TABLE fresh AS
        SELECT r.feed_id, least(any_value(h.first_on), min(r.day)) AS first_on,
            greatest(any_value(h.last_on), max(r.day)) AS last_on,
            greatest(any_value(h.answered_on), max(r.day) FILTER (r.missed IS NOT NULL))
                AS answered_on,
            bool_or(r.changed > 0 OR coalesce(h.brought, false)) AS brought,
            arg_max(r.hollow, r.day) AS hollow,
            coalesce(arg_max(r.http_status, r.day), any_value(h.http_status)) AS http_status
        FROM day_row r LEFT JOIN hearing h USING (feed_id) GROUP BY r.feed_id
        EXCEPT SELECT feed_id, first_on, last_on, answered_on, brought, hollow, http_status
        FROM hearing
        """,
    )
    if not changed:  # as in most passes: once a day for each feed something does
        return
    connection.execute(
        """
        INSERT INTO silence
        SELECT feed_id, since, day - 1, missed FROM (
            SELECT f.feed_id, r.day, r.missed, coalesce(
                lag(r.day) OVER (PARTITION BY f.feed_id ORDER BY r.day) + 1, h.answered_on + 1,
                f.first_on) AS since
            FROM fresh f JOIN day_row r USING (feed_id) LEFT JOIN hearing h USING (feed_id)
            WHERE r.missed IS NOT NULL AND (h.answered_on IS NULL OR r.day > h.answered_on))
        WHERE since < day ORDER BY feed_id, day
        """
    )
    connection.execute(
        """
        MERGE INTO hearing USING fresh AS new USING (feed_id)
        WHEN MATCHED THEN UPDATE SET first_on = new.first_on, last_on = new.last_on,
            answered_on = new.answered_on, brought = new.brought, hollow = new.hollow,
            http_status = new.http_status
        WHEN NOT MATCHED THEN INSERT BY NAME
        """
    )


def _note_vain(connection: Connection, *, since: date) -> None:
    """The days from `since` on, on which feeds were asked in vain; what differs is written."""
    for sql in (
        """
        DELETE FROM unheard WHERE day >= $since AND (feed_id, day, failing) NOT IN (
            SELECT (feed_id, day, failed > 0) FROM day_row WHERE missed IS NULL)
        """,
        """
        INSERT INTO unheard SELECT feed_id, day, failed > 0
        FROM day_row ANTI JOIN (FROM unheard WHERE day >= $since) AS there USING (feed_id, day)
        WHERE missed IS NULL ORDER BY day, feed_id
        """,
    ):
        connection.execute(sql, {"since": since})


def _note_idle(connection: Connection, asked: str | None) -> str | None:
    """The days since `asked` on which nobody was asked; the last one on which somebody was."""
    last = date.fromisoformat(asked) if asked else None
    rows = connection.execute(
        """
        SELECT DISTINCT day FROM day_row
        WHERE feed_id IN (SELECT feed_id FROM feed WHERE NOT coalesce(sample, false)) ORDER BY day
        """
    ).fetchall()
    idle = []
    for (day,) in rows:
        if last:
            idle += [last + timedelta(days=n) for n in range(1, (day - last).days)]
        last = day
    insert(connection, "idle_day", [{"day": day} for day in idle])
    return str(last) if last else None


def _open(connection: Connection, tz: ZoneInfo, before: _State | None) -> date:
    """The first day that may still change."""
    day: date
    # A day is over an hour after its end: of two polls, the later may be kept sooner.
    [(day,)] = connection.execute(
        "SELECT timezone($tz, max(polled_at) - INTERVAL 1 HOUR)::DATE FROM poll", {"tz": tz.key}
    ).fetchall()
    return max(day, date.fromisoformat(before.open)) if before else day


def _raw(connection: Connection, tz: ZoneInfo) -> date | None:
    """The day of the oldest poll that is not the sample's."""
    day: date | None
    [(day,)] = connection.execute(
        """
        SELECT timezone($tz, min(polled_at))::DATE FROM poll
        WHERE feed_id NOT IN (SELECT feed_id FROM feed WHERE sample)
        """,
        {"tz": tz.key},
    ).fetchall()
    return day


def _fold(connection: Connection, tz: ZoneInfo, *, end: date) -> None:
    """Put one row a feed and day in the place of the polls before `end`."""
    before = {"end": _midnight(end, tz)}
    if not _sum_up(connection, tz, start=None, **before):
        return
    connection.execute(
        """
        INSERT INTO poll_day BY NAME
        SELECT * EXCLUDE (hollow, http_status) FROM day_row ORDER BY day, feed_id
        """
    )
    connection.execute(
        """
        DELETE FROM poll WHERE polled_at < $end
            AND feed_id NOT IN (SELECT feed_id FROM feed WHERE sample)
        """,
        before,
    )
    event("polls folded", level=logging.DEBUG, before=end)


def _count(connection: Connection, sql: str, params: dict[str, Any] | None = None) -> int:
    """How many rows a statement wrote."""
    row = connection.execute(sql, params or {}).fetchone()
    return int(row[0]) if row else 0


def _state(connection: Connection) -> _State | None:
    kept = passes.setting(connection, _STATE)
    return _State(**json.loads(kept)) if kept else None


def _midnight(day: date, tz: ZoneInfo) -> datetime | None:
    start, _ = period_bounds(day, None, tz=tz)
    return start

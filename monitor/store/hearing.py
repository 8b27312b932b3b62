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
from zoneinfo import ZoneInfo

from monitor.filters import period_bounds
from monitor.log import event
from monitor.store import passes
from monitor.store.database import Connection, transaction

_ZONE, _STATE = "timezone", "heard"  # settings
_KEPT = timedelta(days=100)  # for so long polls are kept one by one
_STEP = timedelta(days=7)  # folded at a time, so that no pass has much to do


@dataclass(frozen=True, slots=True)
class _State:
    """How far things are: the first day that may still change, and the first not folded."""

    zone: str
    open: str
    raw: str

    def starts(self) -> datetime | None:
        """The first instant of the day that may still change."""
        return _midnight(date.fromisoformat(self.open), ZoneInfo(self.zone))


def set_zone(connection: Connection, zone: str) -> None:
    """Note the time zone in which the team's days begin."""
    if passes.setting(connection, _ZONE) != zone:
        passes.set_setting(connection, _ZONE, zone)


def is_behind(connection: Connection) -> bool:
    """Whether everything has to be worked out: for the first time, or for another time zone."""
    state = _state(connection)
    return state is None or state.zone != _zone(connection).key


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
    tz, before = _zone(connection), _state(connection)
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
        _note_days(connection, since=before.open if before else "-infinity")
        _note_feeds(connection)
        after = _fold(connection, tz, before, keep)
        if after != before:
            passes.set_setting(connection, _STATE, json.dumps(asdict(after)))
    connection.execute("DROP TABLE day_row")


def _sum_up(
    connection: Connection, tz: ZoneInfo, *, start: datetime | None, end: datetime | None = None
) -> bool:
    """Fill the temporary table `day_row` from polls; whether there is any.

    With `end`, those that are folded: the sample's are few, and stay.
    """
    # Every zone's offset is a multiple of a quarter of an hour: the day is looked up once a
    # quarter and not once a poll.
    connection.execute(
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
    row = connection.execute("SELECT count(*) > 0 FROM day_row").fetchone()
    return bool(row and row[0])


def _note_days(connection: Connection, *, since: str) -> None:
    """Silences that ended, days asked in vain, and days on which nobody was asked.

    Of the days from `since` on, and before `hearing` is brought up to them.
    """
    connection.execute(
        """
        INSERT INTO silence
        WITH first AS (SELECT feed_id, min(day) AS day FROM day_row GROUP BY feed_id),
        answers AS (
            SELECT r.feed_id, r.day, r.missed,
                coalesce(lag(r.day) OVER (PARTITION BY r.feed_id ORDER BY r.day), h.answered_on)
                    + 1 AS since,
                coalesce(h.first_on, f.day) AS first_on
            FROM day_row r JOIN first f USING (feed_id) LEFT JOIN hearing h USING (feed_id)
            WHERE r.missed IS NOT NULL AND (h.answered_on IS NULL OR r.day > h.answered_on)
        )
        SELECT feed_id, coalesce(since, first_on), day - 1, missed
        FROM answers WHERE coalesce(since, first_on) < day ORDER BY feed_id, day
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE in_vain AS
        SELECT feed_id, day, failed > 0 AS failing FROM day_row WHERE polls = failed + empty
        """
    )
    for sql in (
        """
        DELETE FROM unheard WHERE day >= $since::DATE
            AND (feed_id, day, failing) NOT IN (SELECT (feed_id, day, failing) FROM in_vain)
        """,
        """
        INSERT INTO unheard SELECT feed_id, day, failing FROM in_vain
            ANTI JOIN (FROM unheard WHERE day >= $since::DATE) AS there USING (feed_id, day)
        ORDER BY day
        """,
    ):
        connection.execute(sql, {"since": since})
    connection.execute("DROP TABLE in_vain")
    connection.execute(
        """
        INSERT INTO idle_day
        WITH asked AS (SELECT feed_id FROM feed WHERE NOT coalesce(sample, false)),
        running AS (SELECT DISTINCT day FROM day_row SEMI JOIN asked USING (feed_id)),
        known AS (SELECT max(last_on) AS day FROM hearing SEMI JOIN asked USING (feed_id))
        SELECT unnest(generate_series(
            coalesce((FROM known), (SELECT min(day) FROM running)) + 1,
            (SELECT max(day) FROM running), INTERVAL 1 DAY))::DATE
        EXCEPT SELECT day FROM running
        """
    )


def _note_feeds(connection: Connection) -> None:
    """How each feed was heard so far; only rows that change are written."""
    connection.execute(
        """
        MERGE INTO hearing USING (
            WITH fresh AS (
                SELECT feed_id, min(day) AS first_on, max(day) AS last_on,
                    max(day) FILTER (missed IS NOT NULL) AS answered_on,
                    bool_or(changed > 0) AS brought, arg_max(hollow, day) AS hollow,
                    arg_max(http_status, day) FILTER (http_status IS NOT NULL) AS http_status
                FROM day_row GROUP BY feed_id
            )
            SELECT n.feed_id, least(h.first_on, n.first_on) AS first_on,
                greatest(h.last_on, n.last_on) AS last_on,
                greatest(h.answered_on, n.answered_on) AS answered_on,
                n.brought OR coalesce(h.brought, false) AS brought, n.hollow AS hollow,
                coalesce(n.http_status, h.http_status) AS http_status
            FROM fresh n LEFT JOIN hearing h USING (feed_id)
            EXCEPT SELECT feed_id, first_on, last_on, answered_on, brought, hollow, http_status
            FROM hearing
        ) AS new USING (feed_id)
        WHEN MATCHED THEN UPDATE SET first_on = new.first_on, last_on = new.last_on,
            answered_on = new.answered_on, brought = new.brought, hollow = new.hollow,
            http_status = new.http_status
        WHEN NOT MATCHED THEN INSERT BY NAME
        """
    )


def _fold(connection: Connection, tz: ZoneInfo, before: _State | None, keep: timedelta) -> _State:
    """Fold the oldest polls into days, where they are old enough; how far things are then."""
    # A day is over an hour after its end: of two polls, the later may be kept sooner.
    [(newest,)] = connection.execute(
        "SELECT timezone($tz, max(polled_at) - INTERVAL 1 HOUR)::DATE FROM poll", {"tz": tz.key}
    ).fetchall()
    if before:
        open_day = max(newest, date.fromisoformat(before.open))
        raw = date.fromisoformat(before.raw)
    else:
        [(oldest,)] = connection.execute(
            """
            SELECT timezone($tz, min(polled_at))::DATE FROM poll
            WHERE feed_id NOT IN (SELECT feed_id FROM feed WHERE sample)
            """,
            {"tz": tz.key},
        ).fetchall()
        open_day, raw = newest, oldest or newest
    if raw + _STEP + keep <= open_day:
        raw += _STEP
        end = _midnight(raw, tz)
        if _sum_up(connection, tz, start=None, end=end):
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
                {"end": end},
            )
            event("polls folded", level=logging.DEBUG, before=raw)
    return _State(tz.key, str(open_day), str(raw))


def _state(connection: Connection) -> _State | None:
    kept = passes.setting(connection, _STATE)
    return _State(**json.loads(kept)) if kept else None


def _zone(connection: Connection) -> ZoneInfo:
    return ZoneInfo(passes.setting(connection, _ZONE) or "UTC")


def _midnight(day: date, tz: ZoneInfo) -> datetime | None:
    start, _ = period_bounds(day, None, tz=tz)
    return start

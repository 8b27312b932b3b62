"""Outlets, companies, topics and feeds: the watchlist as the database keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import duckdb

from monitor.config import Config
from monitor.store import days, hearing, rhythm
from monitor.store.database import insert, update


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed and what the last poll left behind; `monitor.store.schema` says what each field is."""

    feed_id: int
    url: str
    outlet: str
    sample: bool = False
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    error: str | None = None
    entries: int | None = None
    next_due_at: datetime | None = None
    retry_at: datetime | None = None
    interval_s: int | None = None
    ttl_s: int | None = None
    weekly: float | None = None
    news_at: datetime | None = None
    read_at: datetime | None = None
    moved_to: str | None = None
    failure_kind: str | None = None
    failure_weight: float = 0.0
    due_why: str | None = None


_KEPT = tuple(
    field.name for field in fields(FeedState)
    if field.name not in ("feed_id", "url", "outlet", "sample")
)  # fmt: skip


def sync_watchlist(
    connection: duckdb.DuckDBPyConnection, config: Config, *, sample: bool = False
) -> None:
    """Bring the database's lists up to `config`; what left the watchlist is kept but not watched.

    With `sample`, the outlets and feeds are those of the sample archive, and
    companies and topics are left alone.
    """
    _sync_outlets(connection, config, sample=sample)
    if not sample:
        days.set_zone(connection, config.team.timezone)
        _sync_named(connection, "company", [{"name": c.name} for c in config.company])
        _sync_named(
            connection, "topic", [{"name": t.name, "medtop": t.medtop} for t in config.topic]
        )
    _sync_feeds(connection, config, sample=sample)


def ensure_outlets(
    connection: duckdb.DuckDBPyConnection, outlets: Iterable[tuple[str, str | None, bool]]
) -> dict[str, int]:
    """Lowercase name → id of each (name, domain, sample), added where new."""
    wanted: dict[str, tuple[str, str | None, bool]] = {}
    for outlet in outlets:
        wanted.setdefault(outlet[0].lower(), outlet)
    # The database lowers some letters otherwise than Python does, so both sides are lowered there.
    found: dict[str, int] = dict(
        connection.execute(
            """
            SELECT n.name, min(o.outlet_id)
            FROM (SELECT unnest($names) AS name) n JOIN outlet o ON lower(o.name) = lower(n.name)
            GROUP BY n.name
            """,
            {"names": list(wanted)},
        ).fetchall()
    )
    fresh = [name for name in wanted if name not in found]
    start = _next_id(connection, "outlet", "outlet_id") if fresh else 0
    found |= {name: start + number for number, name in enumerate(fresh)}
    insert(
        connection,
        "outlet",
        [
            {"outlet_id": found[name], "name": wanted[name][0], "domain": wanted[name][1],
             "sample": wanted[name][2]}
            for name in fresh
        ],
    )  # fmt: skip
    return found


def ids_by_name(connection: duckdb.DuckDBPyConnection, kind: str) -> dict[str, int]:
    """name → id of every company or topic (`kind`)."""
    sql = {
        "company": "SELECT name, company_id FROM company",
        "topic": "SELECT name, topic_id FROM topic",
    }[kind]
    return dict(connection.execute(sql).fetchall())


def watched_feeds(connection: duckdb.DuckDBPyConnection, *, sample: bool) -> list[FeedState]:
    """The feeds to poll: the sample archive's, or the watchlist's."""
    rows = connection.execute(
        """
        SELECT feed_id, url, o.name, f.sample, title, etag, last_modified, body_hash, polled_at,
            succeeded_at, coalesce(failures, 0), error, entries, next_due_at, retry_at, interval_s,
            ttl_s, weekly, news_at, read_at, moved_to, failure_kind, coalesce(failure_weight, 0),
            due_why
        FROM feed f JOIN outlet o USING (outlet_id)
        WHERE watched AND f.sample = $sample ORDER BY feed_id
        """,
        {"sample": sample},
    ).fetchall()
    return [FeedState(*row) for row in rows]


def record_polls(
    connection: duckdb.DuckDBPyConnection,
    polls: Sequence[tuple[FeedState, Mapping[str, Any]]],
) -> None:
    """Keep how feeds were polled: each one's new state and its row of `poll`.

    One statement each for the lot: a transaction a feed costs ten times the request.
    """
    hearing.expect(connection, min(row["polled_at"] for _, row in polls))
    insert(connection, "poll", [{**row, "feed_id": feed.feed_id} for feed, row in polls])
    update(
        connection, "feed", key="feed_id",
        rows=[{name: getattr(feed, name) for name in ("feed_id", *_KEPT)} for feed, _ in polls],
    )  # fmt: skip


def known_entries(connection: duckdb.DuckDBPyConnection, feed_id: int) -> dict[str, str]:
    """guid → digest of the entries of a feed that have been dealt with."""
    return dict(
        connection.execute(
            "SELECT guid, digest FROM entry WHERE feed_id = $feed_id", {"feed_id": feed_id}
        ).fetchall()
    )


def record_entries(
    connection: duckdb.DuckDBPyConnection, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Keep what became of entries; a row with a known feed_id and guid replaces the old one."""
    batch = list(rows)
    connection.execute(
        """
        DELETE FROM entry USING (SELECT unnest($feeds) AS feed_id, unnest($guids) AS guid) AS new
        WHERE entry.feed_id = new.feed_id AND entry.guid = new.guid
        """,
        {"feeds": [row["feed_id"] for row in batch], "guids": [row["guid"] for row in batch]},
    )
    insert(connection, "entry", batch)
    rhythm.forget(connection, (row["feed_id"] for row in batch))


def _sync_outlets(connection: duckdb.DuckDBPyConnection, config: Config, *, sample: bool) -> None:
    ids = ensure_outlets(connection, ((o.name, o.domain, sample) for o in config.outlet))
    rows = connection.execute(
        "SELECT outlet_id, domain, country, language, tier FROM outlet"
    ).fetchall()
    known = {outlet_id: rest for outlet_id, *rest in rows}
    wanted = {ids[o.name.lower()]: [o.domain, o.country, o.language, o.tier]
              for o in config.outlet}  # fmt: skip
    update(
        connection, "outlet", key="outlet_id",
        rows=[{"outlet_id": outlet_id, "domain": domain, "country": country,
               "language": language, "tier": tier}
              for outlet_id, (domain, country, language, tier) in wanted.items()
              if known[outlet_id] != wanted[outlet_id]],
    )  # fmt: skip


def _sync_named(
    connection: duckdb.DuckDBPyConnection, table: str, wanted: list[dict[str, Any]]
) -> None:
    known = ids_by_name(connection, table)
    fresh = _next_id(connection, table, f"{table}_id")
    new = [row for row in wanted if row["name"] not in known]
    insert(
        connection,
        table,
        [{f"{table}_id": fresh + i, "watched": True, **row} for i, row in enumerate(new)],
    )
    watched = {
        "company": "UPDATE company SET watched = list_contains($names, name)",
        "topic": "UPDATE topic SET watched = list_contains($names, name)",
    }[table]
    connection.execute(watched, {"names": [row["name"] for row in wanted]})


def _sync_feeds(connection: duckdb.DuckDBPyConnection, config: Config, *, sample: bool) -> None:
    rows = connection.execute(
        "SELECT url, feed_id, outlet_id, watched, sample FROM feed"
    ).fetchall()
    known = {url: rest for url, *rest in rows}
    domains = {outlet.name: outlet.domain for outlet in config.outlet}
    outlets = ensure_outlets(
        connection, ((feed.outlet, domains.get(feed.outlet), sample) for feed in config.feed)
    )
    fresh = _next_id(connection, "feed", "feed_id")
    new = [feed for feed in config.feed if feed.url not in known]
    insert(
        connection,
        "feed",
        [{"feed_id": fresh + i, "url": feed.url, "outlet_id": outlets[feed.outlet.lower()],
          "sample": sample, "watched": True, "failures": 0} for i, feed in enumerate(new)],
    )  # fmt: skip
    wanted = {feed.url: outlets[feed.outlet.lower()] for feed in config.feed}
    update(
        connection, "feed", key="feed_id",
        rows=[{"feed_id": feed_id, "outlet_id": wanted.get(url, outlet_id),
          "watched": url in wanted if of_sample == sample else watched}
         for url, (feed_id, outlet_id, watched, of_sample) in known.items()
         if wanted.get(url, outlet_id) != outlet_id
         or (of_sample == sample and watched != (url in wanted))],
    )  # fmt: skip


def _next_id(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    row = connection.execute(
        f"SELECT coalesce(max({column}), 0) + 1 FROM {table}"  # noqa: S608 -- our own names
    ).fetchone()
    return int(row[0]) if row else 1

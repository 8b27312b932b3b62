"""Outlets, companies, topics and feeds: the watchlist as the database keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from monitor.config import Config
from monitor.store.database import insert


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed and what the last poll left behind."""

    feed_id: int
    url: str
    outlet: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    failures: int
    sample: bool


def sync_watchlist(
    connection: duckdb.DuckDBPyConnection, config: Config, *, sample: bool = False
) -> None:
    """Bring the database's lists up to `config`; what left the watchlist is kept but not watched.

    With `sample`, the outlets and feeds are those of the sample archive, and
    companies and topics are left alone.
    """
    for outlet in config.outlet:
        outlet_id = ensure_outlet(connection, outlet.name, outlet.domain, sample=sample)
        connection.execute(
            """
            UPDATE outlet SET domain = $domain, country = $country, language = $language,
                tier = $tier
            WHERE outlet_id = $outlet_id
            """,
            {"outlet_id": outlet_id, "domain": outlet.domain, "country": outlet.country,
             "language": outlet.language, "tier": outlet.tier},
        )  # fmt: skip
    if not sample:
        _sync_named(connection, "company", [{"name": c.name} for c in config.company])
        _sync_named(
            connection, "topic", [{"name": t.name, "medtop": t.medtop} for t in config.topic]
        )
    _sync_feeds(connection, config, sample=sample)


def ensure_outlet(
    connection: duckdb.DuckDBPyConnection, name: str, domain: str | None, *, sample: bool = False
) -> int:
    """The id of outlet `name`, added where it is new."""
    return ensure_outlets(connection, [(name, domain, sample)])[name.lower()]


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
        SELECT feed_id, url, o.name, etag, last_modified, body_hash, coalesce(failures, 0), f.sample
        FROM feed f JOIN outlet o USING (outlet_id)
        WHERE watched AND f.sample = $sample ORDER BY feed_id
        """,
        {"sample": sample},
    ).fetchall()
    return [FeedState(*row) for row in rows]


def record_poll(
    connection: duckdb.DuckDBPyConnection,
    feed: FeedState,
    *,
    pass_id: int,
    at: datetime,
    outcome: str,
    seconds: float,
    http_status: int | None = None,
    entries: int | None = None,
    new_articles: int = 0,
    error: str | None = None,
    found: Mapping[str, Any] | None = None,
) -> None:
    """Keep the outcome of one poll, and with `found` the feed's new title, validators and hash."""
    insert(
        connection,
        "poll",
        [{"pass_id": pass_id, "feed_id": feed.feed_id, "polled_at": at, "outcome": outcome,
          "http_status": http_status, "entries": entries, "new_articles": new_articles,
          "seconds": seconds, "error": error}],
    )  # fmt: skip
    connection.execute(
        """
        UPDATE feed SET polled_at = $at,
            succeeded_at = CASE WHEN $ok THEN $at ELSE succeeded_at END,
            failures = CASE WHEN $ok THEN 0 ELSE coalesce(failures, 0) + 1 END,
            error = $error
        WHERE feed_id = $feed_id
        """,
        {"at": at, "ok": error is None, "error": error, "feed_id": feed.feed_id},
    )
    if found:
        connection.execute(
            """
            UPDATE feed SET title = $title, etag = $etag, last_modified = $last_modified,
                body_hash = $body_hash, entries = $entries
            WHERE feed_id = $feed_id
            """,
            {**found, "feed_id": feed.feed_id, "entries": entries},
        )


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
    known = dict(connection.execute("SELECT url, feed_id FROM feed").fetchall())
    fresh = _next_id(connection, "feed", "feed_id")
    for feed in config.feed:
        domain = next((o.domain for o in config.outlet if o.name == feed.outlet), None)
        outlet_id = ensure_outlet(connection, feed.outlet, domain, sample=sample)
        if feed.url in known:
            connection.execute(
                "UPDATE feed SET outlet_id = $outlet_id WHERE url = $url",
                {"outlet_id": outlet_id, "url": feed.url},
            )
            continue
        insert(
            connection,
            "feed",
            [{"feed_id": fresh, "url": feed.url, "outlet_id": outlet_id, "sample": sample,
              "watched": True, "failures": 0}],
        )  # fmt: skip
        fresh += 1
    connection.execute(
        "UPDATE feed SET watched = list_contains($urls, url) WHERE sample = $sample",
        {"urls": [f.url for f in config.feed], "sample": sample},
    )


def _next_id(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    row = connection.execute(
        f"SELECT coalesce(max({column}), 0) + 1 FROM {table}"  # noqa: S608 -- our own names
    ).fetchone()
    return int(row[0]) if row else 1

"""How the archive is: what `status` prints."""

from __future__ import annotations

from typing import Any

from monitor.store.reader import Reader


def status(reader: Reader) -> dict[str, Any]:
    """Counts, the last finished pass and the feeds in trouble, of the reader's generation.

    Keys: generation, articles, stories, mentions, revisions, undated, sample,
    last_pass (kind, started_at, finished_at, feeds, failing, entries, articles,
    revisions; None before the first), feeds (watched, failing, not_polled),
    feeds_in_trouble (outlet, url, error, since).
    """
    [(articles, stories, revisions, undated, sample)] = reader.rows(
        """
        SELECT count(*), count(DISTINCT story_id), coalesce(sum(revisions), 0) - count(*),
            count(*) FILTER (WHERE dated_at IS NULL), count(*) FILTER (WHERE sample)
        FROM article
        """
    )
    [(mentions,)] = reader.rows("SELECT count(*) FROM mention")
    [(watched, failing, not_polled)] = reader.rows(
        """
        SELECT count(*), count(*) FILTER (WHERE error IS NOT NULL),
            count(*) FILTER (WHERE polled_at IS NULL)
        FROM feed WHERE watched
        """
    )
    columns = ("kind", "started_at", "finished_at", "feeds", "failing", "entries", "articles",
               "revisions")  # fmt: skip
    last = reader.rows(
        """
        SELECT kind, started_at, finished_at, feeds, failing, entries, articles, revisions
        FROM pass WHERE finished_at IS NOT NULL ORDER BY pass_id DESC LIMIT 1
        """
    )
    trouble = reader.rows(
        """
        SELECT o.name, f.url, f.error, f.succeeded_at FROM feed f JOIN outlet o USING (outlet_id)
        WHERE f.watched AND f.error IS NOT NULL ORDER BY o.name, f.url
        """
    )
    return {
        "generation": reader.generation,
        "articles": articles, "stories": stories, "mentions": mentions,
        "revisions": int(revisions), "undated": undated, "sample": sample,
        "last_pass": dict(zip(columns, last[0], strict=True)) if last else None,
        "feeds": {"watched": watched, "failing": failing, "not_polled": not_polled},
        "feeds_in_trouble": [
            dict(zip(("outlet", "url", "error", "last_success"), row, strict=True))
            for row in trouble
        ],
    }  # fmt: skip

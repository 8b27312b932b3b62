"""The same headlines again and again, in another order each time: only the first pass adds any.

    python -m benchmarks.replay [--corpora DIR] [--rows N] [--copies 1] [--passes 3]

All rows of the headlines file (with `--copies`, each under that many addresses), shuffled,
go through the door that every article takes (`Archive.keep`). Prints what each pass added,
its rows a second, and the peak of memory of all processes. Ends with status 1 where a
later pass changed anything, or memory went past a gigabyte.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.extraction import corpora_folder
from benchmarks.ingest import family, memory
from monitor.config import Config, load_config
from monitor.ingest import decide
from monitor.ingest.archive import Archive, Counts
from monitor.ingest.service import open_archive
from monitor.models import DateConfidence, Draft, Extracted, TextStatus
from monitor.store.folder import DataFolder
from monitor.store.publish import publish

_BATCH = 1000  # rows committed together
_MOST_MEMORY = 1024**3  # bytes
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

Row = tuple[str, str | None, str | None, str | None, str | None, datetime | None]


def headlines(corpora: Path, limit: int | None) -> list[Row]:
    """Address, outlet, author, title, description and time of each headline."""
    return duckdb.execute(
        """
        SELECT url, outlet, author, title, description, published_at
        FROM read_parquet($path) WHERE title IS NOT NULL LIMIT $limit
        """,
        {"path": str(corpora / "headlines" / "headlines-2022.parquet"), "limit": limit or 2**40},
    ).fetchall()


def draft(row: Row, copy: int, config: Config) -> Draft:
    """A headline as an import of a record makes it."""
    url, outlet, author, title, description, published = row
    if copy:
        url = f"{url}{'&' if '?' in url else '?'}edition={copy}"
    return decide.draft(
        Extracted(
            title=" ".join((title or "").split()), text="", url=url,
            authors=(author,) if author else (), description=description or "",
            published_at=published.replace(tzinfo=UTC) if published else None,
            date_confidence=DateConfidence.MEDIUM if published else DateConfidence.NONE,
        ),
        config=config, now=_NOW, page_url=url, outlet=outlet, text_status=TextStatus.HEADLINE,
    )  # fmt: skip


def batches(rows: list[Row], copies: int, config: Config, *, seed: int) -> Iterator[list[Draft]]:
    """All drafts in the random order of `seed`, a batch at a time."""
    order = [(n, copy) for n in range(len(rows)) for copy in range(copies)]
    random.Random(seed).shuffle(order)
    for start in range(0, len(order), _BATCH):
        yield [draft(rows[n], copy, config) for n, copy in order[start : start + _BATCH]]


def replay(archive: Archive, rows: list[Row], copies: int, *, seed: int) -> Counts:
    """One pass over all rows."""
    counts = Counts()
    for batch in batches(rows, copies, archive.config, seed=seed):
        counts += archive.keep(batch, now=_NOW).counts
    return counts


def main() -> None:
    """Replay, and print what each pass came to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpora", type=Path, default=corpora_folder())
    parser.add_argument("--rows", type=int, help="of the file; all by default")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--passes", type=int, default=3)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    config = load_config(Path(__file__).resolve().parents[1] / "data" / "watchlist.toml")
    rows = headlines(options.corpora, options.rows)
    total = len(rows) * options.copies
    peak, stop, changed = 0, threading.Event(), False

    def watch() -> None:
        nonlocal peak
        while not stop.wait(2.0):
            peak = max(peak, memory(set(family(os.getpid()))))

    threading.Thread(target=watch, daemon=True).start()
    print(f"{'pass':>4} {'rows':>9} {'new':>8} {'revised':>8} {'unchanged':>9} {'rows/s':>8}")
    with (
        tempfile.TemporaryDirectory() as folder,
        open_archive(DataFolder(Path(folder)), config) as archive,
    ):
        for number in range(1, options.passes + 1):
            started = time.perf_counter()
            counts = replay(archive, rows, options.copies, seed=number)
            rate = total / (time.perf_counter() - started)
            changed |= number > 1 and bool(counts.articles or counts.revisions)
            line = (number, total, counts.articles, counts.revisions, counts.unchanged, rate)
            print("{:4} {:9,} {:8,} {:8,} {:9,} {:8.0f}".format(*line), flush=True)
        publish(archive.folder, archive.connection)
        query = "SELECT count(*), count(DISTINCT url_key) FROM article"
        articles, keys = archive.connection.execute(query).fetchall()[0]
    stop.set()
    used, most = peak / 2**20, _MOST_MEMORY / 2**20
    print(f"{articles:,} articles under {keys:,} addresses")
    print(f"peak memory {used:.0f} MB (to stay under {most:.0f})")
    sys.exit(changed or articles != keys or peak > _MOST_MEMORY)


if __name__ == "__main__":
    main()

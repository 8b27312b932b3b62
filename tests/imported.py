"""`import` as tests call it: one file into an open archive."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from monitor.ingest.archive import Archive, Kept
from monitor.ingest.importing import Failure, prepared, read_file


def import_file(archive: Archive, path: Path, *, now: datetime) -> tuple[Kept, list[Failure]]:
    """What became of the file's articles, and what could not be read."""
    items = list(prepared(read_file(path, config=archive.config, now=now), archive.workers))
    failures = [item for item in items if isinstance(item, Failure)]
    articles = [one for item in items if not isinstance(item, Failure) for one in item]
    return archive.keep(articles, now=now), failures

"""The sample archive: recorded feeds and pages, replayed through the real pipeline.

`manifest.toml` lists passes in order, each with the time it happened and a
folder of files by host and path. A URL is answered from the newest folder that
has it; a missing file is a 404, and `[[failure]]` gives a URL another status
from a time on.
"""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from monitor.config import load_config
from monitor.errors import FetchError, ParseError
from monitor.ingest.archive import Archive
from monitor.ingest.run import Clock, Pass, PassResult
from monitor.models import Response
from monitor.store.watched import sync_watchlist


@dataclass(frozen=True, slots=True)
class SamplePass:
    """One recorded pass: when it was and where its files lie."""

    at: datetime
    folder: Path


class FolderFetcher:
    """Answers requests from recorded files; offers what `HttpFetcher` does."""

    def __init__(self, folders: list[Path], failures: dict[str, int]) -> None:
        self._folders, self._failures = folders, failures

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None,
        max_bytes: int = 0, feed: bool = False,
    ) -> Response:  # fmt: skip
        """The newest recording of `url`; raises FetchError where there is none."""
        if url in self._failures:
            status = self._failures[url]
            raise FetchError(f"the server answered {status}", url=url, kind="http", status=status)
        parts = urlsplit(url)
        path = parts.path.lstrip("/") + ("index.html" if parts.path.endswith("/") else "")
        for folder in reversed(self._folders):
            root = folder / (parts.hostname or "")
            file = (root / path).resolve()
            if file.is_relative_to(root.resolve()) and file.is_file():
                return Response(url=url, final_url=url, status=200, body=file.read_bytes())
        raise FetchError(
            "the server says this page does not exist (404)", url=url, kind="http", status=404
        )


def read_manifest(folder: Path) -> tuple[list[SamplePass], list[tuple[str, int, datetime]]]:
    """The passes and the failures (url, status, from) that the archive in `folder` records."""
    path = folder / "manifest.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        recorded = [SamplePass(item["at"], folder / item["folder"]) for item in data["pass"]]
        failures = [
            (f["url"], f["status"], datetime.fromisoformat(str(f["from"])))
            for f in data.get("failure", [])
        ]
    except OSError as error:
        raise ParseError(
            f"cannot read the sample archive {str(path)!r}: {error.strerror}"
        ) from error
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise ParseError(f"{path.name}: not a manifest of passes: {error}") from error
    return recorded, failures


def _at(moment: datetime) -> Clock:
    return lambda: moment


def load_sample(
    archive: Archive, folder: Path, *, on_feed: Callable[[str], None] = lambda _: None
) -> list[PassResult]:
    """Replay the archive in `folder`; its articles are marked as sample."""
    recorded, failures = read_manifest(folder)
    sync_watchlist(archive.connection, load_config(folder / "watchlist.toml"), sample=True)
    results = []
    for number, one in enumerate(recorded, start=1):
        fetcher = FolderFetcher(
            [p.folder for p in recorded[:number]],
            {url: status for url, status, since in failures if since <= one.at},
        )
        replay = Pass(archive, fetcher, clock=_at(one.at), sample=True, on_feed=on_feed)
        results.append(asyncio.run(replay.run()))
    return results

"""Real feeds over loopback through a whole pass, and real pages through import, twice."""

from __future__ import annotations

import asyncio
import csv
import gzip
import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config import parse_config
from monitor.ingest.archive import Archive, Counts
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.importing import Failure
from monitor.ingest.run import Pass, PassResult
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder
from monitor.urls import url_key
from tests.imported import import_file
from tests.ingest.test_parse import MOJIBAKE
from tests.server import LocalServer, Names

pytestmark = [pytest.mark.corpora, pytest.mark.slow]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_all_captured_feeds_go_through_a_pass(
    corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their pages are not served, so each entry falls back on its feed, and is accounted for."""
    with LocalServer() as server, tarfile.open(corpora / "feeds" / "real-feeds.tar.xz") as tar:
        sections = []
        for member in tar.getmembers():
            file = tar.extractfile(member)
            if file is not None:
                path = f"/{member.name}"
                server.add(path, file.read(), content_type="application/xml")
                outlet = member.name.removesuffix(".xml")
                sections.append(f'[[feed]]\nurl = "{server.url(path)}"\noutlet = "{outlet}"\n')
        config = parse_config("\n".join(sections))
        assert len(config.feed) == 102

        async def poll(archive: Archive) -> PassResult:
            async with HttpFetcher(
                allow_hosts=[server.netloc], timeout=30, resolver=Names({})
            ) as fetcher:
                return await Pass(archive, fetcher, clock=lambda: NOW).run()

        folder = DataFolder(tmp_path)
        with open_archive(folder, config) as archive:
            result = asyncio.run(poll(archive))
            again = asyncio.run(poll(archive))
            [(entries,)] = archive.connection.execute("SELECT count(*) FROM entry").fetchall()
            crashed = archive.connection.execute(
                "SELECT url, error FROM feed WHERE error LIKE 'internal%'"
            ).fetchall()
            kept = archive.connection.execute(
                """
                SELECT f.url, f.title, a.url, a.title, a.description, a.authors, b.text
                FROM entry e JOIN article a USING (article_id) JOIN feed f USING (feed_id)
                JOIN body b USING (revision_id)
                """
            ).fetchall()
    with capsys.disabled():
        print(f"\n102 feeds: {result.entries} entries, {result.counts.articles} articles")
        for outcome, count in result.outcomes.most_common():
            print(f"  {count:6d}  {outcome}")
    assert crashed == []
    assert result.failing == 0
    assert sum(result.outcomes.values()) == result.entries
    assert entries > 3500
    assert len({url for url, *_ in kept}) == 102
    for _, feed_title, url, title, description, authors, text in kept:
        for said in (feed_title or "", title, description, *authors, text):
            assert "//adam.scherlis.com/" in (url or "") or not MOJIBAKE.search(said), (url, said)
    assert (again.counts.articles, again.counts.revisions) == (0, 0)


def test_real_pages_are_imported_once(
    corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = []
    for name in ("aef", "scrapinghub"):
        with tarfile.open(corpora / "pages" / f"{name}-html.tar.xz") as tar:
            tar.extractall(tmp_path / name, filter="data")
        for line in (corpora / "pages" / f"{name}.jsonl").read_text().splitlines():
            row = json.loads(line)
            path = tmp_path / name / row["file"]
            if path.suffix == ".gz":
                path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
                path = path.with_suffix("")
            lines.append(json.dumps({"path": str(path), "url": row["url"]}))
    listing = tmp_path / "pages.jsonl"
    listing.write_text("\n".join(lines))
    assert len(lines) >= 300
    config = parse_config("")
    counts: list[Counts] = []
    failures: list[Failure] = []
    with open_archive(DataFolder(tmp_path / "data"), config) as archive:
        for _ in range(2):
            kept, failures = import_file(archive, listing, now=NOW)
            counts.append(kept.counts)
    first, second = counts
    with capsys.disabled():
        print(f"\n{len(lines)} pages: {first.articles} articles, {len(failures)} not imported")
        for failure in failures:
            print(f"  {failure.where}: {failure.reason}")
    assert first.articles >= 0.97 * len(lines)
    assert (second.articles, second.revisions) == (0, 0)


def test_headline_revisions_replayed_are_kept_each_once(corpora: Path, tmp_path: Path) -> None:
    """A tenth of the set: every version of a URL is a revision, the newest is shown."""
    path = corpora / "revisions" / "headline-revisions.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()][::10]
    config = parse_config("")
    source = tmp_path / "versions.csv"
    with open_archive(DataFolder(tmp_path / "data"), config) as archive:
        for number in range(max(len(row["versions"]) for row in rows)):
            with source.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["url", "title", "description", "published_at"])
                for row in rows:
                    if number < len(row["versions"]):
                        writer.writerow([row["url"], *row["versions"][number]])
            _, failures = import_file(archive, source, now=NOW)
            assert failures == []
        kept = dict(archive.connection.execute("SELECT url_key, revisions FROM article").fetchall())
        shown = dict(archive.connection.execute("SELECT url_key, title FROM article").fetchall())

    assert len(kept) == len({url_key(row["url"]) for row in rows})
    for row in rows:
        distinct = {tuple(version) for version in row["versions"]}
        assert kept[url_key(row["url"])] <= len(distinct)
        assert shown[url_key(row["url"])] == " ".join(row["versions"][-1][0].split())

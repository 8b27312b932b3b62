"""kill -9 at any moment: what was committed is there once, and the next pass goes on.

``MONITOR_KILLS=200`` makes it as many kills as one likes; the seed is printed on failure.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from monitor.analysis.query import parse_query
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from monitor.store.search import search_revisions
from monitor.store.story_decisions import decided, merge, split
from tests.analysis.test_stories import FERRY, FERRY_OTHER, FERRY_THIRD, MILL, REPRINT
from tests.server import LocalServer, Reply, Request

ROOT = Path(__file__).resolve().parent.parent
KILLS = int(os.environ.get("MONITOR_KILLS", "6"))
FEEDS, ENTRIES = 3, 40
LISTED = 200  # entries that a feed lists at a time: its newest


def page(request: Request) -> Reply:
    number = int(request.path.rsplit("/", 1)[1])
    # Words of its own, so that the pages are not all copies of one another.
    chosen = random.Random(number)
    body = "".join(
        f"<p>Report {number}, part {n}: Acme turned wheel {number} of mill "
        f"{' '.join(f'w{chosen.randrange(5000)}' for _ in range(15))} again.</p>"
        for n in range(8)
    )
    html = f"<html><body><article><h1>Wheel {number} turns</h1>{body}</article></body></html>"
    return Reply(html.encode())


def serve(server: LocalServer, count: int) -> None:
    """Let each feed have `count` entries so far, of which it lists the newest."""
    for feed in range(FEEDS):
        items = ""
        for entry in range(max(0, count - LISTED), count):
            number = entry * FEEDS + feed
            server.routes[f"/page/{number}"] = page
            link = server.url(f"/page/{number}")
            items += f"<item><title>Wheel {number}</title><link>{link}</link></item>"
        server.add(
            f"/feed/{feed}", f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
        )


def watchlist(server: LocalServer, path: Path) -> Path:
    feeds = "".join(
        f'[[feed]]\nurl = "{server.url(f"/feed/{n}")}"\noutlet = "Mill {n}"\n' for n in range(FEEDS)
    )
    path.write_text(f'[[company]]\nname = "Acme"\nabout = "Acme, a maker of mills"\n{feeds}')
    return path


def ingest(data: Path, lists: Path, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", "--data", str(data), "--watchlist", str(lists), "ingest",
         "--once"],
        cwd=ROOT, env={**os.environ, "MONITOR_ALLOW_HOSTS": "127.0.0.1"}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,  # type: ignore[call-overload]
    )  # fmt: skip


def committed(data: Path) -> int:
    """How many articles the live file holds; each once, whole, and in the index or after it."""
    folder = DataFolder(data)
    if not folder.live.exists():
        return 0
    connection = duckdb.connect(str(folder.live))  # replays what the killed writer had committed
    try:
        tables = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
        if "article" not in tables:
            return 0
        query = """
            SELECT count(*), count(DISTINCT url_key), count(b.revision_id),
                count(*) FILTER (WHERE story_id IS NULL)
            FROM article a LEFT JOIN body b USING (revision_id)
        """
        row = connection.execute(query).fetchone()
        assert row is not None
        count, keys, bodies, unplaced = row
        assert (keys, bodies, unplaced) == (count, count, 0)
        lost = connection.execute(
            "SELECT count(*) FROM entry WHERE article_id NOT IN (SELECT article_id FROM article)"
        ).fetchone()
        assert lost == (0,)
        return int(count)
    finally:
        connection.close()


@pytest.mark.slow
def test_a_pass_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    moments = random.Random(seed)
    print(f"seed {seed}")
    with LocalServer() as server:
        lists, data = watchlist(server, tmp_path / "watchlist.toml"), tmp_path / "data"
        before = count = killed = 0
        longest = 6.0  # seconds that a pass takes
        while killed < KILLS:
            # There is always something new to be read, wherever the last pass was ended.
            count = max(count, before // FEEDS + ENTRIES)
            serve(server, count)
            job, started = ingest(data, lists), time.monotonic()
            try:
                job.wait(moments.uniform(0.2, longest))
                longest = max(3.0, time.monotonic() - started)  # it was quicker than its end
            except subprocess.TimeoutExpired:
                job.kill()
                job.wait()
                killed += 1
            assert job.returncode in (0, -signal.SIGKILL)
            now = committed(data)
            assert now >= before
            before = now
            if DataFolder(data).current.exists():
                reader = Reader.open(DataFolder(data))
                assert reader.rows("SELECT count(*) FROM article")
                reader.close()
        print(f"{killed} kills of a running pass; {before} articles by then")
        last = ingest(data, lists)
        out, problem = last.communicate(timeout=300)
        assert last.returncode == 0, problem
        assert committed(data) == FEEDS * count, out
        folder = DataFolder(data)
        reader = Reader.open(folder)
        revisions = {row[0] for row in reader.rows("SELECT revision_id FROM article")}
        reader.close()
        found = search_revisions(folder, parse_query("wheel"))
        assert len(found) == len(set(found))
        assert set(found) == revisions


@pytest.mark.slow
def test_stories_follow_people_wholly_or_not_at_all_wherever_a_pass_is_killed(
    tmp_path: Path,
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    moments = random.Random(seed)
    print(f"seed {seed}")
    pages = [FERRY, FERRY_OTHER, MILL, FERRY_THIRD, REPRINT, MILL.replace("autumn", "spring")]
    with LocalServer() as server:
        lists, data = tmp_path / "watchlist.toml", tmp_path / "data"
        lists.write_text(f'[[feed]]\nurl = "{server.url("/feed")}"\noutlet = "Mill"\n')
        keys = [server.url(f"/story/{n}").removeprefix("http://") for n in range(len(pages))]

        def list_pages(count: int) -> None:
            items = ""
            for n, text in enumerate(pages[:count]):
                html = f"<article><h1>Report {n}</h1><p>{text}</p></article>"
                server.add(f"/story/{n}", f"<html><body>{html}</body></html>")
                link = server.url(f"/story/{n}")
                items += f"<item><title>Report {n}</title><link>{link}</link></item>"
            feed = f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
            server.add("/feed", feed)

        list_pages(3)
        job = ingest(data, lists)
        assert job.wait(120) == 0
        desk = Desk(DataFolder(data))
        split(desk, keys[1:2], keys[:1], by="ana")
        merge(desk, keys[1:2], keys[2:3], by="ana")
        wanted = {d.id for d in decided(desk)}
        done = killed = 0
        while killed < KILLS:
            list_pages(min(len(pages), 4 + killed))
            job = ingest(data, lists)
            try:
                job.wait(moments.uniform(0.5, 5.0))
            except subprocess.TimeoutExpired:
                job.kill()
                job.wait()
            killed += 1  # or it was done sooner
            followed, stories = followed_decisions(data)
            assert followed in (set(), wanted)
            assert len(followed) >= done
            done = len(followed)
            if followed:
                assert stories[keys[0]] != stories[keys[1]] == stories[keys[2]]
        list_pages(len(pages))
        job = ingest(data, lists)
        _, problem = job.communicate(timeout=300)
        assert job.returncode == 0, problem
        followed, stories = followed_decisions(data)
        assert (followed, len(stories)) == (wanted, len(pages))
        assert stories[keys[0]] != stories[keys[1]] == stories[keys[2]]
        assert {d.id for d in decided(desk)} == wanted
        desk.close()


def followed_decisions(data: Path) -> tuple[set[int], dict[str, int]]:
    """The decisions that the live file's stories follow, and its story of each url_key."""
    connection = duckdb.connect(str(DataFolder(data).live))
    try:
        noted = connection.execute("SELECT decision_id FROM story_decision").fetchall()
        stories = connection.execute("SELECT url_key, story_id FROM article").fetchall()
        return {i for (i,) in noted}, dict(stories)
    finally:
        connection.close()


@pytest.mark.slow
def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: writing fails in the same places."""
    with LocalServer() as server:
        serve(server, ENTRIES)
        lists, data = watchlist(server, tmp_path / "watchlist.toml"), tmp_path / "data"

        def small() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))

        job = ingest(data, lists, preexec_fn=small)
        _, problem = job.communicate(timeout=300)
        assert job.returncode == 1, problem
        assert "Traceback" not in problem
        assert "monitor:" in problem
        committed(data)
        job = ingest(data, lists)
        _, problem = job.communicate(timeout=300)
        assert job.returncode == 0, problem
        assert committed(data) == FEEDS * ENTRIES


@pytest.mark.slow
def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Where the folder should be stands a file: as unwritable as it gets, also for root."""
    data = tmp_path / "data"
    data.write_text("not a folder")
    with LocalServer() as server:
        lists = watchlist(server, tmp_path / "watchlist.toml")
        job = ingest(data, lists)
        _, problem = job.communicate(timeout=60)
    assert job.returncode == 1
    assert "cannot create the data folder" in problem
    assert "Traceback" not in problem
    assert data.read_text() == "not a folder"

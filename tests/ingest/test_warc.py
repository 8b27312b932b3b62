"""The archive of what was fetched: read as written, and whole up to where a crash cut it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor.config import Config
from monitor.errors import ParseError
from monitor.ingest.importing import prepared, read_file
from monitor.ingest.prepare import Prepared
from monitor.ingest.warc import Captured, Recorder, captured_at, read_warc
from monitor.ingest.workers import Workers
from monitor.store.folder import DataFolder
from tests.ingest.test_run import config_for, feed, page, run
from tests.server import LocalServer

NOW = datetime(2025, 4, 3, 12, 0, 0, 250_000, tzinfo=UTC)


def captured(number: int) -> Captured:
    body = f"<p>Page {number} \u00e4\u00f6\u00fc \u20ac</p>".encode() + bytes(range(256))
    return Captured(f"https://a.example/{number}?q=1&r=2", body, NOW, "text/html; charset=utf-8")


def write(folder: Path, count: int, **options: int) -> list[Path]:
    with Recorder(folder, **options) as recorder:
        for number in range(count):
            recorder.record(captured(number))
    return sorted(folder.glob("*.warc.gz"))


def test_pages_are_read_as_they_were_written(tmp_path: Path) -> None:
    [path] = write(tmp_path, 5)
    assert list(read_warc(path)) == [captured(n) for n in range(5)]


def test_the_digests_of_a_record_are_those_of_what_it_holds(tmp_path: Path) -> None:
    [path] = write(tmp_path, 2)
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            assert record.rec_headers.get_header("WARC-Payload-Digest").startswith("sha1:")
            assert record.rec_headers.get_header("WARC-Block-Digest").startswith("sha1:")
            record.content_stream().read()
            assert record.digest_checker.passed is True


def test_a_page_is_found_again_at_its_place(tmp_path: Path) -> None:
    with Recorder(tmp_path) as recorder:
        places = [recorder.record(captured(number)) for number in range(5)]
    [path] = tmp_path.glob("*.warc.gz")
    assert [page.place for page in read_warc(path)] == places
    for number, place in enumerate(places):
        assert captured_at(tmp_path, place) == captured(number)
    path.write_bytes(path.read_bytes()[:-200])
    for lost in (places[-1], "", "000009-x.warc.gz:0", f"../{places[0]}", f"{path.name}:5"):
        assert captured_at(tmp_path, lost) is None


def test_files_are_rotated_and_a_new_process_begins_a_new_one(tmp_path: Path) -> None:
    assert len(write(tmp_path, 4, max_bytes=1)) == 4
    assert len(write(tmp_path, 1)) == 5


def test_a_cut_record_costs_only_itself(tmp_path: Path) -> None:
    [path] = write(tmp_path, 3)
    whole = path.read_bytes()
    two = len(whole)
    for cut in range(len(whole) - 1, 0, -37):
        path.write_bytes(whole[:cut])
        try:
            found = list(read_warc(path))
        except ParseError:
            found = []
        assert found == [captured(n) for n in range(len(found))]
        two = min(two, cut) if len(found) == 2 else two
    assert two < len(whole) * 3 // 4  # the whole records are read where only the last is cut


def test_what_is_no_warc_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(b"<html>not an archive</html>")
    with pytest.raises(ParseError, match="not a WARC file"):
        list(read_warc(path))


def test_a_pass_fills_the_archive_and_import_reads_it(server: LocalServer, tmp_path: Path) -> None:
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/feed", feed(("1", "A second wheel", link)))
    folder = DataFolder(tmp_path / "data")
    run(folder, config_for(server, "/feed"))
    [path] = folder.archive.glob("*.warc.gz")
    with Workers(Config(), processes=1) as workers:
        [[item]] = prepared(read_file(path, config=Config(), now=NOW), workers)
    assert isinstance(item, Prepared)
    assert (item.draft.title, item.draft.url) == ("A second wheel for the mill", link)

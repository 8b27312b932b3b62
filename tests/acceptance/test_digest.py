"""Digests of the sample archive, of every day and week, against the events planted in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest

from monitor.config import load_config
from monitor.filters import Filters
from monitor.ingest.sample import load_sample
from monitor.ingest.service import open_archive
from monitor.reports.digest_facts import make_digest
from monitor.reports.digest_parts import Digest
from monitor.reports.digest_span import last_days
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
SAMPLE = ROOT / "data" / "sample"
FIRST, DAYS = date(2025, 3, 26), 32  # mornings after a day with articles
CONFIG = load_config(ROOT / "data" / "watchlist.toml")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = DataFolder(tmp_path_factory.mktemp("sample"))
    with open_archive(folder, CONFIG) as archive:
        load_sample(archive, SAMPLE)
    return Reader.open(folder)


@pytest.fixture(scope="module")
def events(reader: Reader) -> dict[int, set[str]]:
    """The planted events that each story has articles of; most have one."""
    planted = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))["articles"]
    by_url = {article["url"]: article["story"] for article in planted}
    by_title = {article["title"]: article["story"] for article in planted}
    found: dict[int, set[str]] = {}
    for story_id, url, title in reader.rows("SELECT story_id, url, title FROM article"):
        event = by_title.get(title) or by_url[url]
        found.setdefault(story_id, set()).add(event)
    return found


def digests(reader: Reader) -> Iterator[Digest]:
    for n in range(DAYS):
        morning = datetime.combine(FIRST + timedelta(days=n), time(7, 30), tzinfo=CONFIG.tz)
        for days in (1, 7):
            yield make_digest(
                reader, CONFIG, name="All", filters=Filters(), asked="test",
                span=last_days(days, morning, CONFIG.tz),
            )  # fmt: skip


def test_no_event_twice_and_few_strangers_under_another(
    reader: Reader, events: dict[int, set[str]]
) -> None:
    entries = also = strangers = 0
    twice = []
    for digest in digests(reader):
        told: dict[str, str] = {}
        for line in digest.told:
            entries += 1
            own = set().union(*(events[i] for i in line.story_ids))
            twice += [(digest.now, event, told[event], line.title) for event in own & told.keys()]
            told |= dict.fromkeys(own, line.title)
            also += len(line.also)
            strangers += sum(not events[o.story_id] & events[line.story_id] for o in line.also)
    print(f"{entries} entries, {also} stories under another, {strangers} of them of another event")
    assert entries > 300
    assert twice == []
    assert strangers <= also / 4


def test_the_sample_has_every_part_of_a_digest(reader: Reader) -> None:
    every = list(digests(reader))
    for part in ("unusual", "top", "fresh", "companies", "changes", "notable", "gaps"):
        assert any(getattr(digest, part) for digest in every), part
    told = {i for digest in every for line in digest.told for i in line.story_ids}
    assert len(told) > 50

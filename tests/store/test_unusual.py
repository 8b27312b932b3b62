"""What is unusual, and which headlines were changed, asked of a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.filters import Filters
from monitor.models import Draft
from monitor.store.articles import revise_articles
from monitor.store.database import transaction, writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.queries import changed_headlines, unusual
from monitor.store.queries.unusual import rhythm
from monitor.store.reader import Reader
from tests.archive import Piece, build_archive

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2025, 1, 1, 10, tzinfo=UTC)
LAST = 60  # days; on the last one Acme is in the news
OUTLETS = ("Daily Ledger", "Valley Post", "Nordwind")


def calm() -> list[Piece]:
    """One report a day about each company, and some about nobody."""
    return [
        Piece(f"{name} day {day}", OUTLETS[day % 3], START + timedelta(days=day), "Calm.",
              {name: True} if name else {})
        for day in range(LAST) for name in ("Acme", "Borealis", "")
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    pieces = calm()
    first = len(pieces)
    when = START + timedelta(days=LAST)
    pieces.append(Piece("Acme recalls all kettles", OUTLETS[0], when, "Hot.", {"Acme": True}))
    pieces += [
        Piece(f"Acme recall, report {n}", OUTLETS[n % 3], when + timedelta(minutes=n), "Hot.",
              {"Acme": True}, story=first)
        for n in range(1, 12)
    ]  # fmt: skip
    # Copies of one text are one report.
    pieces.append(Piece("Borealis grows", OUTLETS[0], when, "Growth.", {"Borealis": True}))
    pieces += [
        Piece("Borealis grows", OUTLETS[n % 3], when, "Growth.", {"Borealis": True},
              copy_of=len(pieces) - 1)
        for n in range(1, 12)
    ]  # fmt: skip
    return build_archive(tmp_path_factory.mktemp("unusual"), pieces)


@pytest.fixture(scope="module")
def reader(folder: DataFolder) -> Iterator[Reader]:
    reader = Reader.open(folder)
    yield reader
    reader.close()


def test_a_spike_comes_with_its_cause(reader: Reader) -> None:
    last = date(2025, 3, 2)
    [found] = unusual(reader, Filters(), tz=BERLIN, until=last, days=7)
    assert (found.company, found.day, found.count) == ("Acme", last, 12)
    assert found.expected == pytest.approx(1, abs=0.3)
    assert found.title == "Acme recalls all kettles"
    assert (found.articles, found.outlets) == (12, 3)


def test_days_before_the_ones_asked_for_are_none(reader: Reader) -> None:
    assert unusual(reader, Filters(), tz=BERLIN, until=date(2025, 3, 10), days=7) == []


def test_filters_hold(reader: Reader) -> None:
    last = date(2025, 3, 2)
    other = Filters(companies=("Borealis",))
    assert unusual(reader, other, tz=BERLIN, until=last) == []
    one = Filters(outlets=(OUTLETS[0],))  # one publisher alone makes no spike
    assert unusual(reader, one, tz=BERLIN, until=last) == []


def test_an_archive_without_companies_has_none(tmp_path: Path) -> None:
    reader = Reader.open(build_archive(tmp_path, [Piece("Rain", at=START)]))
    assert unusual(reader, Filters(), tz=BERLIN, until=START.date()) == []
    assert rhythm(reader, Filters(), tz=BERLIN).names == ()


def test_changed_headlines_are_the_publishers_own(folder: DataFolder, tmp_path: Path) -> None:
    later = START + timedelta(days=LAST, hours=3)
    own = DataFolder(tmp_path)
    own.create()
    own.live.write_bytes(folder.live.read_bytes())
    with writing(own) as connection:
        with transaction(connection):
            for number, (title, made_by) in enumerate(
                [("Acme recalls most kettles", None), ("Acme reread", "reextraction"),
                 ("Acme day 2", None)]
            ):  # fmt: skip
                [(article_id, old)] = connection.execute(
                    "SELECT article_id, title FROM article WHERE title = $title",
                    {"title": ["Acme recalls all kettles", "Acme day 1", "Acme day 2"][number]},
                ).fetchall()
                draft = Draft(
                    url_key=f"k{number}", url=None, outlet=OUTLETS[0], domain=None, title=title,
                    text="Another text.", seen_at=later + timedelta(minutes=number),
                    made_by=made_by,
                )  # fmt: skip
                revise_articles(connection, [(article_id, 600_000 + number, "x", draft)])
                assert old
        publish(own, connection)
    reader = Reader.open(own)
    found = changed_headlines(reader, Filters(), since=later, tz=BERLIN)
    assert [(r.before, r.after, r.outlet) for r in found.itertuples()] == [
        ("Acme recalls all kettles", "Acme recalls most kettles", OUTLETS[0])
    ]
    assert found["companies"].tolist() == [["Acme"]]
    assert changed_headlines(reader, Filters(), since=later + timedelta(days=1), tz=BERLIN).empty
    nobody = replace(Filters(), companies=("Borealis",))
    assert changed_headlines(reader, nobody, since=later, tz=BERLIN).empty

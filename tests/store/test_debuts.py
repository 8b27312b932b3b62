"""Who wrote about a company for the first time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.filters import Filters
from monitor.store.queries.debuts import debuts
from monitor.store.reader import Reader
from tests.archive import Piece, build_archive

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2025, 3, 30)
NOON = datetime(2025, 3, 30, 10, tzinfo=UTC)


def test_the_first_article_of_a_known_outlet_on_a_company(tmp_path: Path) -> None:
    old = NOON - timedelta(days=40)
    pieces = [
        Piece("Rain", "Ledger", old),  # known, and had nothing on Acme
        Piece("Acme once", "Post", old, companies={"Acme": True}),
        Piece("Acme in passing", "Ledger", NOON, companies={"Acme": False, "Borealis": True}),
        Piece("Acme again", "Ledger", NOON + timedelta(hours=1), companies={"Acme": True}),
        Piece("Acme as ever", "Post", NOON, companies={"Acme": True}),
        Piece("Acme, says a newcomer", "Nobody knows", NOON, companies={"Acme": True}),
    ]
    reader = Reader.open(build_archive(tmp_path, pieces))
    these = Filters(since=DAY, until=DAY, undated=False)
    found = debuts(reader, these, since=DAY, tz=BERLIN)
    told = [(r.outlet, r.tier, r.company, r.title, r.subject) for r in found.itertuples()]
    assert told == [
        ("Ledger", 1, "Borealis", "Acme in passing", True),
        ("Ledger", 1, "Acme", "Acme in passing", False),
    ]
    only = Filters(since=DAY, until=DAY, undated=False, companies=("Acme",), subject_only=True)
    assert debuts(reader, only, since=DAY, tz=BERLIN)["title"].tolist() == ["Acme again"]


def test_the_day_begins_at_the_teams_midnight(tmp_path: Path) -> None:
    late = datetime(2025, 3, 29, 22, 59, tzinfo=UTC)  # 23:59 of the 29th in Berlin
    pieces = [
        Piece("Rain", "Ledger", NOON - timedelta(days=40)),
        Piece("Acme", "Ledger", late, companies={"Acme": True}),
        Piece("Acme", "Ledger", late + timedelta(minutes=2), companies={"Acme": True}),
    ]
    reader = Reader.open(build_archive(tmp_path, pieces))
    these = Filters(since=DAY, until=DAY, undated=False)
    assert debuts(reader, these, since=DAY, tz=BERLIN).empty
    before = Filters(since=date(2025, 3, 29), until=date(2025, 3, 29), undated=False)
    assert len(debuts(reader, before, since=date(2025, 3, 29), tz=BERLIN)) == 1

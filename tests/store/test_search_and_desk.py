"""The search index is derived and can be made again; the desk is precious and only grows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.analysis.query import parse_query
from monitor.errors import StoreError
from monitor.store.database import insert, writing
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.ids import IdSource
from monitor.store.reader import Reader
from monitor.store.search import index_new, search_revisions
from tests.archive import Piece, build_archive

NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)


def _add(connection: object, number: int, title: str, text: str) -> None:
    insert(connection, "revision", [{"revision_id": number, "article_id": 1, "title": title}])  # type: ignore[arg-type]
    insert(connection, "body", [{"revision_id": number, "article_id": 1, "text": text}])  # type: ignore[arg-type]


def test_the_index_goes_on_from_its_end_and_can_be_made_again(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with writing(folder) as connection:
        _add(connection, 1, "Tariffs rise", "Prices of café tables follow.")
        assert index_new(folder, connection) == 1
        assert index_new(folder, connection) == 0
        _add(connection, 2, "Tariffs fall", "")
        assert index_new(folder, connection) == 1
        assert search_revisions(folder, parse_query("tariffs")) == [2, 1]
        assert search_revisions(folder, parse_query('"cafe tables"')) == [1]
        folder.search.unlink()
        assert search_revisions(folder, parse_query("tariffs")) == []
        assert index_new(folder, connection) == 2
        assert search_revisions(folder, parse_query("tariffs")) == [2, 1]


def test_decisions_are_kept_in_order_with_who_and_when(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    desk = Desk(DataFolder(tmp_path))
    first = desk.decide("remove_sample", {"why": "Größe"}, by="ana")
    second = desk.decide("remove_sample", {}, by="ben")
    desk.decide("other", {}, by="ana")
    desk.close()
    again = Desk(DataFolder(tmp_path))
    found = again.decisions("remove_sample")
    assert [(d.id, d.by, d.payload) for d in found] == [
        (first, "ana", {"why": "Größe"}),
        (second, "ben", {}),
    ]
    assert all(before <= d.at <= datetime.now(UTC) for d in found)
    assert [d.id for d in again.decisions("remove_sample", after=first)] == [second]
    again.close()


def test_ids_only_rise_even_when_the_clock_goes_back() -> None:
    ids = IdSource(last=5)
    later = ids.next(NOON)
    earlier = ids.next(datetime(2020, 1, 1, tzinfo=UTC))
    assert 5 < later < earlier < 2**53


def test_a_damaged_index_is_made_again(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with writing(folder) as connection:
        _add(connection, 1, "Tariffs rise", "")
        index_new(folder, connection)
        folder.search.write_bytes(b"this is no database " * 500)
        for suffix in ("-wal", "-shm"):
            folder.search.with_name(folder.search.name + suffix).unlink(missing_ok=True)
        assert index_new(folder, connection) == 1
        assert search_revisions(folder, parse_query("tariffs")) == [1]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("company:acme", {"Acme opens a plant", "The acme of trade"}),
        ("company:acme NOT lang:de", {"Acme opens a plant"}),
        ("outlet:val*", {"The acme of trade"}),
        ("outlet:val", set()),
        ("topic:(industry OR trade) plant", {"Acme opens a plant"}),
        ("=Acme", {"Acme opens a plant"}),
        ("title:(acme NOT =Acme)", {"The acme of trade"}),
        ("rain OR company:acme =acme", {"Rain", "The acme of trade"}),
    ],
)
def test_facts_and_case_are_asked_of_the_archive(
    tmp_path: Path, query: str, titles: set[str]
) -> None:
    pieces = [
        Piece("Acme opens a plant", "Daily Ledger", companies={"Acme": True}, topics=("Industry",)),
        Piece("The acme of trade", "Valley Post", companies={"Acme": False}, topics=("Trade",),
              language="de"),
        Piece("Rain", "Nordwind"),
    ]  # fmt: skip
    folder = build_archive(tmp_path, pieces)
    reader = Reader.open(folder)
    found = search_revisions(folder, parse_query(query), reader)
    rows = reader.rows(
        "SELECT title FROM article WHERE list_contains($ids, revision_id)", {"ids": found}
    )
    assert {title for (title,) in rows} == titles
    reader.close()


def test_facts_need_an_archive(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with writing(folder) as connection:
        index_new(folder, connection)
    with pytest.raises(StoreError, match="nothing has been published"):
        search_revisions(folder, parse_query("company:acme"))

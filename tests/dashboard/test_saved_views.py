"""Saved views: kept, opened with their filters, for oneself or the team, removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from monitor.dashboard import texts_views as words
from monitor.dashboard.saved_views import address
from monitor.errors import StoreError
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.views import SavedView, remove_view, save_view, saved_views
from tests.archive import build_archive
from tests.dashboard.conftest import PIECES, WATCHLIST, Open


def names(views: list[SavedView]) -> list[tuple[str, str]]:
    return [(view.name, view.by) for view in views]


def test_a_view_is_the_teams_or_ones_own(tmp_path: Path) -> None:
    desk = Desk(DataFolder(tmp_path))
    save_view(desk, name=" Morning   round ", page="stories", values={}, team=True, by="ann")
    save_view(desk, name="Mine", page="overview", values={"company": ["Norvane"]}, team=False,
              by="ben")  # fmt: skip
    assert names(saved_views(desk, by="ann")) == [("Morning round", "ann")]
    assert names(saved_views(desk, by="ben")) == [("Mine", "ben"), ("Morning round", "ann")]
    assert names(saved_views(desk)) == [("Mine", "ben"), ("Morning round", "ann")]


def test_saved_again_it_is_replaced_and_removed_it_is_gone(tmp_path: Path) -> None:
    desk = Desk(DataFolder(tmp_path))
    save_view(desk, name="Morning", page="stories", values={}, team=True, by="ann")
    save_view(desk, name="morning", page="articles", values={"q": "plant"}, team=True, by="ben")
    [view] = saved_views(desk, by="ann")
    assert (view.name, view.page, dict(view.values)) == ("morning", "articles", {"q": "plant"})
    remove_view(desk, view, by="ann")
    assert saved_views(desk, by="ann") == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_name_is_asked_for(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match=r"a view's name has 1 to 60 characters, got"):
        save_view(Desk(DataFolder(tmp_path)), name=name, page="stories", values={}, team=True,
                  by="ann")  # fmt: skip


@pytest.mark.slow
def test_a_page_is_saved_and_opened_with_its_filters(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "own", PIECES, watchlist=WATCHLIST)
    app = open_page(folder, "stories", company="Tessaly", dates=["2025-01-01", "2025-03-31"])
    app.text_input(key="view_name").set_value("Tessaly this spring")
    app.button(key="save_view").click().run()
    assert not app.exception
    [view] = saved_views(Desk(folder), by="dashboard")
    assert view.page == "stories"
    assert view.values["company"] == ["Tessaly"]
    assert view.values["dates"] == ["2025-01-01", "2025-03-31"]

    where = address(view, {"undated": True, "subject": False, "firsts": False, "count": "Mentions"})
    page, _, query = where.partition("?")
    assert query == "company=Tessaly&dates=2025-01-01&dates=2025-03-31"
    app = open_page(folder, page, **parse_qs(query))
    assert not app.exception
    assert app.title[0].value == "Stories"
    assert app.multiselect(key="company").value == ["Tessaly"]
    assert app.date_input(key="dates").value == (date(2025, 1, 1), date(2025, 3, 31))

    app.button(key=f"remove_view_{view.id}").click().run()
    assert saved_views(Desk(folder), by="dashboard") == []


def test_an_address_says_what_is_not_as_usual() -> None:
    values = {
        "language": ["de"],
        "undated": False,
        "subject": False,
        "count": "Stories",
        "q": "a&b",
    }
    view = SavedView(1, "Mine", "today", True, "ann", datetime(2025, 1, 1, tzinfo=UTC), values)
    usual = {"undated": True, "subject": False, "count": "Mentions"}
    assert address(view, usual) == "./?language=German&undated=false&count=Stories&q=a%26b"
    assert address(replace(view, values={}), usual) == "./"


@pytest.mark.slow
def test_the_latest_days_stay_the_latest(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "own", PIECES, watchlist=WATCHLIST)
    app = open_page(folder, "overview", company="Norvane")
    app.text_input(key="view_name").set_value("Norvane")
    app.button(key="save_view").click().run()
    [view] = saved_views(Desk(folder), by="dashboard")
    assert "dates" not in view.values
    assert words.shown(view) == "Overview · Norvane · by dashboard, for the team"


@pytest.mark.slow
def test_a_view_without_a_name_says_so(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "own", PIECES, watchlist=WATCHLIST)
    app = open_page(folder, "overview")
    app.button(key="save_view").click().run()
    assert [w.value for w in app.warning] == ["A view's name has 1 to 60 characters, got 0"]

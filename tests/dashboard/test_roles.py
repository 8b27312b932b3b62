"""Who may change something once sign-in is configured: the watchlist's editors, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from monitor.config import is_among, load_config
from monitor.dashboard import texts
from monitor.store.corrections import KIND
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.notes import add_note
from monitor.store.views import save_view
from tests.archive import build_archive
from tests.dashboard.conftest import APP, DAY, PIECES, WATCHLIST
from tests.dashboard.test_pages import said

EDITORS = WATCHLIST.replace("[team]", '[team]\neditors = ["Ana@news.example", "@desk.example"]')
ANA = {"is_logged_in": True, "email": "ana@news.example", "name": "Ana"}
BEN = {"is_logged_in": True, "email": "ben@news.example", "name": "Ben"}
NOBODY = {"is_logged_in": False}  # as Streamlit has it where sign-in is configured
Visit = Callable[..., AppTest]


@pytest.fixture
def own(tmp_path: Path) -> DataFolder:
    folder = build_archive(tmp_path / "own", PIECES, watchlist=EDITORS)
    desk = Desk(folder)
    add_note(desk, DAY.date(), "Strike ballot", by="ana@news.example")
    save_view(desk, name="Ours", page="coverage", team=True, by="ana@news.example", values={})
    return folder


@pytest.fixture
def visit(own: DataFolder, watchlist: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    watchlist.write_text(EDITORS, encoding="utf-8")
    monkeypatch.setenv("MONITOR_DATA", str(own.root))
    monkeypatch.setenv("MONITOR_WATCHLIST", str(watchlist))

    def opened(user: dict[str, Any], page: str, **params: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=30)
        app.user = user
        app.query_params.update(params)
        app.switch_page(f"monitor/dashboard/pages/{page}.py")
        return app.run()

    return opened


def keys(app: AppTest) -> set[str]:
    """The keys of all that somebody can click, choose or type in."""
    kinds = (app.button, app.segmented_control, app.selectbox, app.text_input, app.text_area)
    return {str(widget.key) for kind in kinds for widget in kind}


CHANGES = [  # a page, and the beginning of the keys of what changes something there
    ("articles", {"article": "1000"}, ("verdict_", "missing_")),
    ("watchlist", {"edit": "Norvane", "kind": "company"}, ("field_", "remove")),
    ("watchlist", {"new": "topic"}, ("field_",)),
    ("coverage", {}, ("keep_note", "remove_note_", "remove_view_")),
    ("stories", {"story": "1000"}, ("merge_", "split_")),
    ("overview", {}, ("remove_sample",)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "params", "changing"), CHANGES)
def test_only_an_editor_is_offered_changes(
    visit: Visit, page: str, params: dict[str, str], changing: tuple[str, ...]
) -> None:
    for user in (NOBODY, BEN, {**ANA, "email_verified": False}):
        app = visit(user, page, **params)
        assert not app.exception
        assert not [key for key in keys(app) if key.startswith(changing)], user
    app = visit(ANA, page, **params)
    assert not app.exception
    assert [key for key in keys(app) if key.startswith(changing)]


def test_who_may_not_change_something_is_told_why(visit: Visit) -> None:
    app = visit(NOBODY, "watchlist", edit="Norvane", kind="company")
    assert texts.ASK_SIGN_IN in said(app)
    assert "sign_in" in keys(app)
    app = visit(BEN, "watchlist", edit="Norvane", kind="company")
    assert texts.ASK_EDITOR in said(app)
    assert "sign_in" not in keys(app)
    assert "sign_out" in keys(app)


def test_a_change_is_kept_under_the_address_of_who_is_signed_in(
    own: DataFolder, visit: Visit
) -> None:
    app = visit(ANA, "articles", article="1000")
    app.segmented_control(key="verdict_company_1000_Norvane").set_value("not").run()
    assert not app.exception
    [decision] = Desk(own).decisions(KIND)
    assert decision.by == "ana@news.example"
    assert "name_given" not in keys(app)


def test_somebody_who_ceased_to_be_an_editor_changes_nothing(
    own: DataFolder, visit: Visit, watchlist: Path
) -> None:
    app = visit(ANA, "articles", article="1000")
    watchlist.write_text(WATCHLIST, encoding="utf-8")
    app.segmented_control(key="verdict_company_1000_Norvane").set_value("not").run()
    assert Desk(own).decisions(KIND) == []


def test_views_of_ones_own_are_kept_for_whoever_is_signed_in(own: DataFolder, visit: Visit) -> None:
    app = visit(BEN, "coverage")
    app.text_input(key="view_name").set_value("Mine")
    app.button(key="save_view").click().run()
    assert not app.exception
    made = {(d.payload["name"], d.payload["team"], d.by) for d in Desk(own).decisions("view")}
    assert ("Mine", False, "ben@news.example") in made
    assert "view_name" not in keys(visit(NOBODY, "coverage"))


def test_editors_are_addresses_or_domains(watchlist: Path) -> None:
    watchlist.write_text(EDITORS, encoding="utf-8")
    editors = load_config(watchlist).team.editors
    for address in ("ANA@news.example", "anybody@desk.example"):
        assert is_among(address, editors)
    for address in (
        "ben@news.example",
        "x@sub.desk.example",
        "desk.example",
        "@desk.example",
        "",
        "@",
    ):
        assert not is_among(address, editors)

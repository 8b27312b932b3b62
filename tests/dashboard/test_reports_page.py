"""The Reports page: a digest of the filters above or of a saved view, as it will arrive."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from monitor.dashboard import texts, texts_reports
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.views import save_view
from tests.archive import build_archive
from tests.dashboard.conftest import HOSTILE, PIECES, WATCHLIST, Open
from tests.dashboard.test_pages import drawn, said


def document(app: AppTest) -> str:
    assert not app.exception
    return str(drawn(app, "digest_mail")["html"])


def test_an_archive_that_stands_still_shows_its_last_day(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, "reports")
    shown = document(app)
    assert "Daily digest · Friday 21 March 2025" in shown
    assert "What Aldmoor means for Tessaly" in shown
    assert "Coverage, Friday 21 March 2025" in said(app)  # the subject
    labels = [button.proto.label for button in app.get("download_button")]
    assert set(labels) >= set(texts_reports.DOWNLOADS.values())


def test_day_week_and_the_filters_above(archive: DataFolder, open_page: Open) -> None:
    asked = {"digest_day": "2025-03-21", "company": "Norvane"}
    day = document(open_page(archive, "reports", **asked))
    assert "Daily digest · Thursday 20 March 2025" in day
    assert "Norvane to close Aldmoor plant" in day
    assert "Companies: Norvane" in day
    week = document(open_page(archive, "reports", digest_period="Week", **asked))
    assert "Weekly digest · 14–20 March 2025" in week
    days = document(open_page(archive, "reports", digest_period="3 days", **asked))
    assert "Digest of 3 days · Tuesday 18 to Thursday 20 March 2025" in days


def test_fetched_text_is_escaped_and_shut_in(archive: DataFolder, open_page: Open) -> None:
    shown = document(open_page(archive, "reports", digest_day="2025-03-21"))
    assert "&lt;script&gt;document.title=" in shown
    assert "<script" not in shown
    assert HOSTILE not in shown


def test_as_text_and_in_the_dark(archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive, "reports", digest_day="2025-03-21", digest_as=texts_reports.TEXT)
    assert not app.exception
    assert "1. Norvane to close Aldmoor plant" in said(app)
    dark = document(open_page(archive, "reports", digest_dark="true"))
    assert "@media all {" in dark
    assert "@media not all {" in document(open_page(archive, "reports"))


def test_a_saved_view_has_its_own_filters(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "data", PIECES, watchlist=WATCHLIST)
    desk = Desk(folder)
    save_view(desk, name="Tessaly only", page="stories", values={"company": ["Tessaly"]},
              team=True, by="ana")  # fmt: skip
    save_view(desk, name="Broken", page="articles", values={"dates": ["yesterday"]}, team=True,
              by="ana")  # fmt: skip
    save_view(desk, name="Search", page="articles", values={"q": "plant"}, team=True, by="ana")
    asked = {"company": "Norvane", "digest_day": "2025-03-22"}
    shown = document(open_page(folder, "reports", digest_of="Tessaly only", **asked))
    assert "Companies: Tessaly" in shown
    assert ">Tessaly only</h1>" in shown
    broken = open_page(folder, "reports", digest_of="Broken", **asked)
    assert not broken.exception
    assert texts_reports.BAD_VIEW in said(broken)
    found = document(open_page(folder, "reports", digest_of="Search", digest_day="2025-03-21"))
    assert "Query: plant" in found
    assert "Norvane to close Aldmoor plant" in found


def test_without_articles_there_is_a_note(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "data", [], watchlist=WATCHLIST)
    app = open_page(folder, "reports")
    assert not app.exception
    assert texts.NO_ARTICLES in said(app)

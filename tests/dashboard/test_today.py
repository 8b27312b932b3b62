"""The Today page: what is new, unusual and changed, and marking it as read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from monitor.dashboard import texts_today, texts_tour
from monitor.models import Draft
from monitor.store.articles import revise_articles
from monitor.store.database import transaction, writing
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from tests.archive import Piece, build_archive
from tests.dashboard.conftest import PIECES, WATCHLIST, Open
from tests.dashboard.test_pages import drawn, figures, said

OUTLETS = ("Harbour Ledger", "Northline", "Valley Signal")


def titles(app: AppTest, key: str) -> list[str]:
    return [item["title"] for item in drawn(app, key)["items"]]


def busy(root: Path) -> DataFolder:
    """Forty calm days, then a burst about Norvane; a headline changed on its last day."""
    start = datetime(2025, 2, 1, 9, tzinfo=UTC)
    pieces = [
        Piece(f"{name}, day {day}", OUTLETS[day % 3], start + timedelta(days=day), "Calm.",
              {name: True})
        for day in range(40) for name in ("Norvane", "Tessaly")
    ]  # fmt: skip
    when = start + timedelta(days=40)
    pieces.append(Piece("Norvane recalls kettles", OUTLETS[0], when, "Hot.", {"Norvane": True}))
    pieces += [
        Piece(f"Norvane recall {n}", OUTLETS[n % 3], when + timedelta(minutes=n), "Hot.",
              {"Norvane": True}, story=80)
        for n in range(1, 12)
    ]  # fmt: skip
    folder = build_archive(root, pieces, watchlist=WATCHLIST)
    with writing(folder) as connection:
        draft = Draft(
            url_key="k", url=None, outlet=OUTLETS[0], domain=None, title="Norvane recalls all",
            text="Hot.", seen_at=when + timedelta(hours=1),
        )  # fmt: skip
        with transaction(connection):
            revise_articles(connection, [(1080, 900_000, "x", draft)])
        publish(folder, connection)
    return folder


def test_an_archive_that_stands_still_shows_its_last_day(tmp_path: Path, open_page: Open) -> None:
    app = open_page(busy(tmp_path / "busy"), "today")
    assert not app.exception
    assert "The last day with coverage is Thursday 13 March 2025" in said(app)
    assert figures(app) == {
        "Articles": "12", "Stories": "1", "Outlets": "3", "Unusual": "1", "Headlines changed": "1",
    }  # fmt: skip
    [spike] = drawn(app, "unusual")["items"]
    assert spike["kicker"] == "Thursday 13 March 2025 · 12 reports, 1 is usual"
    assert spike["title"] == "Norvane recalls all"
    assert spike["to"] == "stories?story=1080"
    [changed] = drawn(app, "changed")["items"]
    assert (changed["title"], changed["text"]) == (
        "Norvane recalls all", "Before: Norvane recalls kettles"
    )  # fmt: skip
    assert changed["to"] == "articles?article=1080"


def test_the_companies_of_the_bar_count(tmp_path: Path, open_page: Open) -> None:
    app = open_page(busy(tmp_path / "busy"), "today", company="Tessaly")
    assert not app.exception
    assert figures(app)["Unusual"] == "0"
    assert texts_today.UNUSUAL_NONE in said(app)
    assert titles(app, "latest") == ["Tessaly, day 39"]


def test_what_was_marked_as_read_is_not_new(tmp_path: Path, open_page: Open) -> None:
    now = datetime.now(UTC)
    pieces = [Piece("Norvane, just now", OUTLETS[0], now, "New.", {"Norvane": True})]
    folder = build_archive(tmp_path / "fresh", pieces, watchlist=WATCHLIST)
    with writing(folder) as connection:
        connection.execute("UPDATE article SET first_seen_at = now() - INTERVAL 1 MINUTE")
        publish(folder, connection)
    app = open_page(folder, "today")
    assert titles(app, "latest") == ["Norvane, just now"]
    assert "New since" in said(app)
    [button] = [b for b in app.button if b.label == texts_today.READ]
    button.click().run()
    assert len(Desk(folder).decisions("marked_read")) == 1
    app = open_page(folder, "today", since=texts_today.MARK)
    assert not app.exception
    assert figures(app)["Articles"] == "0"


def test_feeds_that_do_not_answer_are_said(archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive, "today")
    assert "1 feed does not answer" in said(app)


def test_the_bar_has_no_period_of_its_own_here(archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive, "today", dates=["2025-01-01", "2025-01-31"])
    # Still there, so that the other pages keep it.
    assert [str(day) for day in app.date_input(key="dates").value] == ["2025-01-01", "2025-01-31"]
    assert titles(app, "latest") == ["What Aldmoor means for Tessaly"]  # of March


def test_first_steps_say_which_are_done(tmp_path: Path, open_page: Open) -> None:
    app = open_page(build_archive(tmp_path / "own", PIECES, watchlist=WATCHLIST), "today")
    links = {link.proto.label: link.proto for link in app.get("page_link")}
    steps = [label for label in links if label[:1].isdigit()]
    assert steps == [
        f"{n}. {label}"
        for n, label in enumerate(
            (texts_tour.STORY, texts_tour.COMPANY, texts_tour.COLLECT, texts_tour.COVERAGE), start=1
        )
    ]
    icons = [links[label].icon for label in steps]
    # The archive has articles of its own feeds, and nobody has saved a company here.
    assert icons == [":material/circle:"] * 2 + [":material/check_circle:", ":material/circle:"]


def test_first_steps_are_ticked_off_by_looking(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "own", PIECES, watchlist=WATCHLIST)

    def icons(page: str, **params: str) -> list[str]:
        app = open_page(folder, page, **params)
        links = [link.proto for link in app.get("page_link")]
        return [link.icon.split(":")[1] for link in links if link.label[:1].isdigit()]

    todo, done = "material/circle", "material/check_circle"
    assert icons("today") == [todo, todo, done, todo]
    assert icons("stories", story="1000") == [done, todo, done, todo]
    assert icons("overview") == [done, todo, done, todo]  # no company was chosen
    assert icons("overview", company="Norvane") == [done, todo, done, done]
    assert icons("today") == [done, todo, done, done]  # still, after a reload


def test_without_a_sample_there_are_no_first_steps(tmp_path: Path, open_page: Open) -> None:
    app = open_page(busy(tmp_path / "busy"), "today")
    assert texts_tour.STORY_WHY not in said(app)

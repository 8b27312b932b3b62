"""The watchlist's page: what is watched, a change and what it would do, and saving it."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.analysis.corrections import Verdict
from monitor.config import load_config
from monitor.dashboard import texts, texts_watchlist
from monitor.store import progress
from monitor.store.corrections import held_in
from monitor.store.folder import DataFolder
from tests.archive import build_archive
from tests.dashboard.conftest import PIECES, WATCHLIST, Open
from tests.dashboard.test_pages import drawn, said


@pytest.fixture
def own(tmp_path: Path) -> DataFolder:
    return build_archive(tmp_path / "own", PIECES, watchlist=WATCHLIST)


@pytest.mark.slow
def test_every_section_is_listed(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "watchlist")
    assert not app.exception
    rows = drawn(app, "watchlist_company")["rows"]
    assert [(row[0]["text"], row[3]["text"]) for row in rows] == [
        ("Norvane", "5"),
        ("Tessaly", "2"),
    ]
    assert rows[0][0]["to"] == "watchlist?edit=Norvane&kind=company"
    for section, label in texts.SECTIONS.items():
        app = open_page(own, "watchlist", section=label)
        assert not app.exception
        assert drawn(app, f"watchlist_{section}")["rows"]


@pytest.mark.slow
def test_an_empty_watchlist_and_an_empty_archive(
    tmp_path: Path, watchlist: Path, open_page: Open
) -> None:
    empty = build_archive(tmp_path / "empty", [], watchlist=WATCHLIST)
    rows = drawn(open_page(empty, "watchlist"), "watchlist_company")["rows"]
    assert [row[3]["text"] for row in rows] == ["0", "0"]
    watchlist.write_text("", encoding="utf-8")
    app = open_page(empty, "watchlist")
    assert not app.exception
    assert texts.NONE_WATCHED in said(app)
    app = open_page(empty, "watchlist", new="company")
    app.text_input(key="field_company_None_name").set_value("Anvil").run()
    assert not app.exception
    assert "0 articles could be touched." in said(app)


def test_a_new_company_is_previewed_and_saved(
    own: DataFolder, watchlist: Path, open_page: Open
) -> None:
    app = open_page(own, "watchlist", new="company")
    assert not app.exception
    app.text_input(key="field_company_None_name").set_value("Aldmoor").run()
    assert not app.exception
    assert "3 articles could be touched." in said(app)
    assert [m.value for m in app.metric][:2] == ["+3", "0"]
    cards = drawn(app, "gained_0")["items"]
    assert PIECES[0].title in [card["title"] for card in cards]
    assert any("close its plant in Aldmoor in June" in card["note"] for card in cards)
    assert "Aldmoor" not in watchlist.read_text(encoding="utf-8")
    app.button(key="save").click().run()
    assert not app.exception
    assert [c.name for c in load_config(watchlist).company] == ["Norvane", "Tessaly", "Aldmoor"]
    [kept] = own.watchlist_history.iterdir()
    assert kept.read_text(encoding="utf-8") == WATCHLIST
    assert "Aldmoor" in [row[0]["text"] for row in drawn(app, "watchlist_company")["rows"]]
    # What comes next is a link, which takes no other company along.
    link = drawn(app, "saved_entry")["more"]
    assert (link["to"], link["alone"]) == ("overview?company=Aldmoor", True)
    assert link["text"] == "Aldmoor is saved. See its coverage"


def test_a_new_entry_says_what_is_still_missing(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "watchlist", new="feed")
    assert texts_watchlist.TO_BEGIN["feed"] in said(app)
    assert not app.warning
    app.text_input(key="field_feed_None_url").set_value("northline.example/feed").run()
    [warning] = app.warning
    assert warning.value.startswith("Address must be an http")
    assert "Still missing: Outlet." in said(app)
    app.text_input(key="field_feed_None_url").set_value("https://new.example/feed").run()
    assert not app.warning
    app.text_input(key="field_feed_None_outlet").set_value("New").run()
    app.button(key="save").click().run()
    assert not app.exception
    # Back in the list that it stands in, also where another one was open before.
    assert app.segmented_control(key="section").value == "Feeds"
    assert "https://new.example/feed" in [
        r[0]["text"] for r in drawn(app, "watchlist_feed")["rows"]
    ]


def test_a_mistake_names_its_field(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "watchlist", edit="Labour", kind="topic")
    app.text_area(key="field_topic_Labour_query").set_value("(union OR").run()
    assert not app.exception
    assert app.warning[0].value.startswith("Query ")
    assert not [b for b in app.button if b.key == "save"]
    app.text_area(key="field_topic_Labour_query").set_value("union OR hire").run()
    assert [m.value for m in app.metric] == ["+1", "−1"]
    app.text_input(key="field_topic_Labour_name").set_value("").run()
    assert "Still missing: Name." in said(app)


def test_a_file_that_somebody_else_changed_is_not_written_over(
    own: DataFolder, watchlist: Path, open_page: Open
) -> None:
    app = open_page(own, "watchlist", edit="Norvane", kind="company")
    app.text_area(key="field_company_Norvane_exclude").set_value("Norvane Street").run()
    theirs = WATCHLIST + "\n# mine\n"
    watchlist.write_text(theirs, encoding="utf-8")
    app.button(key="save").click().run()
    assert not app.exception
    assert "changed by somebody else" in app.error[0].value
    assert watchlist.read_text(encoding="utf-8") == theirs


@pytest.mark.slow
def test_all_like_this_offers_the_phrase_around_the_name(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "watchlist", edit="Norvane", kind="company", like="1000")
    assert not app.exception
    assert app.text_area(key="field_company_Norvane_exclude").value == "Norvane to"
    assert "could be touched" in said(app)
    assert not open_page(own, "watchlist", edit="Norvane", like="x").exception
    assert texts_watchlist.NO_SUCH_ENTRY in said(open_page(own, "watchlist", edit="<b>Nobody"))


def test_all_like_this_offers_words_where_a_company_was_brought_in(
    own: DataFolder, watchlist: Path, open_page: Open
) -> None:
    """Tessaly is not found in the first article; in the third it stands and is kept out."""
    text = WATCHLIST.replace('"Tessaly"', '"Tessaly"\nexclude = ["Tessaly may", "for Tessaly"]')
    watchlist.write_text(text, encoding="utf-8")
    app = open_page(own, "watchlist", edit="Tessaly", kind="company", like="1000")
    assert not app.exception
    assert texts_watchlist.LIKE_NO_NAME in said(app)
    app = open_page(own, "watchlist", edit="Tessaly", kind="company", like="1002")
    assert not app.exception
    assert texts_watchlist.LIKE_MEANT in said(app)
    words = app.button_group(key="like_words")
    assert words.options == ["aldmoor", "means", "hire"]
    words.set_value(["aldmoor", "hire"]).run()
    assert app.text_area(key="field_company_Tessaly_context").value == "aldmoor\nhire"


def test_an_entry_is_removed_in_two_steps(
    own: DataFolder, watchlist: Path, open_page: Open
) -> None:
    app = open_page(own, "watchlist", edit="Tessaly", kind="company")
    app.button(key="remove").click().run()
    assert not app.exception
    assert texts_watchlist.REMOVING["company"] in [t.value for t in app.text]
    assert [m.value for m in app.metric][:2] == ["0", "−2"]
    app.button(key="keep").click().run()
    assert app.text_input(key="field_company_Tessaly_name").value == "Tessaly"
    app.button(key="remove").click().run()
    app.button(key="remove_it").click().run()
    assert not app.exception
    assert [c.name for c in load_config(watchlist).company] == ["Norvane"]
    assert [kept.read_text(encoding="utf-8") for kept in own.watchlist_history.iterdir()] == [
        WATCHLIST
    ]
    assert len(drawn(app, "watchlist_company")["rows"]) == 1


def test_nothing_is_removed_from_a_file_that_somebody_else_changed(
    own: DataFolder, watchlist: Path, open_page: Open
) -> None:
    app = open_page(own, "watchlist", edit="Tessaly", kind="company")
    app.button(key="remove").click().run()
    theirs = WATCHLIST + "\n# mine\n"
    watchlist.write_text(theirs, encoding="utf-8")
    app.button(key="remove_it").click().run()
    assert not app.exception
    assert "changed by somebody else" in app.error[0].value
    assert watchlist.read_text(encoding="utf-8") == theirs


@pytest.mark.slow
def test_corrections_follow_a_new_name(own: DataFolder, watchlist: Path, open_page: Open) -> None:
    app = open_page(own, "articles", article="1000")
    app.segmented_control(key="verdict_company_1000_Norvane").set_value(Verdict.NOT).run()
    app = open_page(own, "watchlist", edit="Norvane", kind="company")
    app.text_input(key="field_company_Norvane_name").set_value("Norvane Group").run()
    app.text_area(key="field_company_Norvane_aliases").set_value("Norvane").run()
    app.button(key="save").click().run()
    assert not app.exception
    assert load_config(watchlist).company[0].name == "Norvane Group"
    [held] = held_in(own).values()
    assert [(c.name, c.verdict) for c in held] == [("Norvane Group", Verdict.NOT)]


def test_progress_of_retagging_is_shown(own: DataFolder, open_page: Open) -> None:
    progress.note(own, "retagging", done=500, total=2000)
    app = open_page(own, "watchlist")
    assert not app.exception
    [bar] = app.get("progress")
    assert "500 of 2,000 articles" in bar.proto.text


def test_what_a_topic_asks_for_is_not_removed(
    own: DataFolder, watchlist: Path, open_page: Open
) -> None:
    watchlist.write_text(WATCHLIST.replace('"union"', '"company:norvane"'), encoding="utf-8")
    app = open_page(own, "watchlist", edit="Norvane", kind="company")
    app.button(key="remove").click().run()
    assert not app.exception
    assert "there is no company 'norvane'" in app.warning[0].value
    assert not [b for b in app.button if b.key == "remove_it"]
    app.button(key="keep").click().run()
    assert [b for b in app.button if b.key == "remove"]

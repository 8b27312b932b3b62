"""A story's page: who and where, headlines, quotes; merged and split by hand, and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.dashboard import texts, texts_story
from monitor.models import DateConfidence
from monitor.store.articles import revise_articles
from monitor.store.database import transaction, writing
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.story_decisions import KIND
from tests.archive import SEEN, build_archive, draft_of
from tests.dashboard.conftest import PIECES, WATCHLIST, Open
from tests.dashboard.test_pages import drawn, figures, said

STORY, COPY, REPORT, OTHER = "1000", "1001", "1002", "1003"


@pytest.fixture
def own(tmp_path: Path) -> DataFolder:
    return build_archive(tmp_path / "own", PIECES, watchlist=WATCHLIST)


def cells(rows: list[list[dict[str, object]]]) -> list[list[object]]:
    """What each cell says first."""
    return [
        [cell.get("text") or cell.get("sub") or (cell.get("chips") or [{}])[0].get("text")  # type: ignore[index,attr-defined]
         for cell in row]
        for row in rows
    ]  # fmt: skip


def headlines(own: DataFolder, open_page: Open, story: str) -> list[str]:
    rows = drawn(open_page(own, "stories", story=story), "story_articles")["rows"]
    return [row[2]["text"] for row in rows]


@pytest.mark.slow
def test_outlets_and_companies_count_copies_each_or_once(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "stories", story=STORY)
    assert "3 articles" in drawn(app, "story_head")["meta"]
    assert "2 texts" in drawn(app, "story_head")["meta"]
    assert cells(drawn(app, "by_tier")["rows"]) == [
        ["Not known", "3", "3", "Harbour Ledger, Valley Signal, Northline"],
    ]
    assert cells(drawn(app, "story_companies")["rows"]) == [
        ["Norvane", "3", "2", "2", "67%", "Harbour Ledger, Valley Signal, Northline"],
        ["Tessaly", "1", "1", "1", "90%", "Northline"],
    ]
    app.segmented_control(key="copies").set_value(texts_story.ONCE).run()
    assert not app.exception
    assert cells(drawn(app, "by_country")["rows"]) == [
        ["Not known", "2", "2", "Harbour Ledger, Northline"],
    ]
    assert cells(drawn(app, "story_companies")["rows"])[0][:3] == ["Norvane", "2", "1"]


@pytest.mark.slow
def test_outlets_of_one_house_are_one_publisher(
    own: DataFolder, open_page: Open, watchlist: Path
) -> None:
    houses = "".join(
        f'[[outlet]]\nname = "{name}"\ndomain = "{name[:3].lower()}.example"\npublisher = "Sea"\n'
        for name in ("Valley Signal", "Northline")
    )
    watchlist.write_text(WATCHLIST + houses, encoding="utf-8")
    app = open_page(own, "stories", story=STORY)
    assert not app.exception
    assert "3 outlets of 2 publishers" in drawn(app, "story_head")["meta"]
    assert drawn(app, "by_country")["rows"][0][2]["text"] == "2"
    assert "2 more outlets, 2 publishers in all, within 24 h." in said(app)


@pytest.mark.slow
def test_headlines_with_what_they_replaced_and_what_their_source_had(
    own: DataFolder, open_page: Open
) -> None:
    with writing(own) as connection:
        with transaction(connection):
            changed = draft_of(PIECES[0], 1000, title="Norvane to keep Aldmoor plant", seen_at=SEEN)
            revise_articles(connection, [(1000, 600_000, "digest", changed)])
        publish(own, connection)
    rows = drawn(open_page(own, "stories", story=STORY), "headlines")["rows"]
    assert [(row[1]["text"], row[2]["text"]) for row in rows] == [
        ("Harbour Ledger", "Norvane to close Aldmoor plant"),
        ("Valley Signal", "Norvane shuts Aldmoor plant"),
        ("Northline", "What Aldmoor means for Tessaly"),
        ("Harbour Ledger", "Norvane to keep Aldmoor plant"),
    ]
    marked = [[run["text"].strip() for run in row[2].get("runs", ()) if run.get("mark")]
              for row in rows]  # fmt: skip
    assert marked == [[], ["to close"], [], ["close"]]


def test_nobody_is_first_by_a_time_that_is_not_known(tmp_path: Path, open_page: Open) -> None:
    pieces = [
        PIECES[0],
        replace(PIECES[1], at=PIECES[1].at.replace(hour=0), confidence=DateConfidence.DAY),
        PIECES[2],
    ]  # fmt: skip
    own = build_archive(tmp_path / "own", pieces, watchlist=WATCHLIST)
    app = open_page(own, "stories", story=STORY)
    assert not app.exception
    when = "Perhaps first at Harbour Ledger, Thu 20 Mar 2025, 10:00"
    assert drawn(app, "story_head")["kicker"] == when
    dates = [row[0] for row in drawn(app, "story_articles")["rows"]]
    assert [(cell["text"], cell["sub"]) for cell in dates] == [
        ("Thu 20 Mar 2025, 10:00", ""), ("Thu 20 Mar 2025", ""),
        ("Fri 21 Mar 2025, 10:00", "+24 h"),
    ]  # fmt: skip
    assert "Harbour Ledger was first of those that give a time; 1 more outlet" in said(app)
    assert "1 article gives a day without a time and is not drawn." in said(app)


def test_quotes_that_were_carried(own: DataFolder, open_page: Open) -> None:
    quotes = drawn(open_page(own, "stories", story=STORY), "quotes")
    assert [column["label"] for column in quotes["columns"][1:]] == ["Valley Signal", "Northline"]
    [[quoted, copy, report]] = quotes["rows"]
    assert quoted["text"] == "“We looked at every other way”"
    assert copy["badge"]["text"] == "Carried"
    assert report == {"sub": texts_story.NOT_THERE}


@pytest.mark.slow
def test_a_merge_shows_both_before_and_can_be_undone(own: DataFolder, open_page: Open) -> None:
    before = figures(open_page(own, dates=["2025-01-01", "2025-12-31"]))["Stories"]
    app = open_page(own, "stories", story=STORY)
    app.text_input(key="merge_with").set_value("tessaly opens").run()
    assert not app.exception
    [chosen] = [box for box in app.selectbox if box.label == texts_story.WHICH_STORY]
    assert chosen.value == int(OTHER)
    titles = [card["title"] for card in drawn(app, f"side_{texts_story.OTHER_STORY}")["items"]]
    assert titles == ["Tessaly opens an office"]
    app.text_input(key="name_merging").set_value("Ana").run()
    app.button(key="merge_now").click().run()
    assert not app.exception
    # The older of the two goes on, whichever page it was decided on; the other link leads there.
    merged = headlines(own, open_page, STORY)
    assert len(merged) == 4
    assert headlines(own, open_page, OTHER) == merged
    assert figures(open_page(own, dates=["2025-01-01", "2025-12-31"]))["Stories"] == str(
        int(before) - 1
    )
    app = open_page(own, "stories", story=STORY)
    assert "Merged 3 articles with 1 article: decided by Ana" in "\n".join(
        text.value for text in app.text
    )
    [made] = Desk(own).decisions(KIND)
    app.button(key=f"undo_{made.id}").click().run()
    assert not app.exception
    assert len(headlines(own, open_page, STORY)) == 3
    assert headlines(own, open_page, OTHER) == ["Tessaly opens an office"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("http://x.example/stories?story=1003&company=Tessaly", [1003]),
        ("https://x.example/articles?article=1003", [1003]),
        ("stories?story=999999", []),
        ("no such words", []),
    ],
)
def test_the_other_story_is_found_by_words_or_link(
    own: DataFolder, open_page: Open, asked: str, found: list[int]
) -> None:
    app = open_page(own, "stories", story=STORY)
    app.text_input(key="merge_with").set_value(asked).run()
    assert not app.exception
    boxes = [box for box in app.selectbox if box.label == texts_story.WHICH_STORY]
    assert [box.value for box in boxes] == found
    assert (texts_story.NO_OTHER in said(app)) is not bool(found)


@pytest.mark.slow
def test_a_story_is_not_merged_with_itself(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "stories", story=STORY)
    app.text_input(key="merge_with").set_value("http://x.example/?article=1002").run()
    assert texts_story.SAME_STORY in said(app)
    app.text_input(key="merge_with").set_value("(tessaly").run()
    assert texts.BAD_QUERY in said(app)


@pytest.mark.slow
def test_articles_split_off_are_a_story_of_their_own_and_back(
    own: DataFolder, open_page: Open
) -> None:
    app = open_page(own, "stories", story=STORY)
    app.multiselect(key="split_off").set_value([1001, 1002]).run()
    titles = [card["title"] for card in drawn(app, f"side_{texts_story.STAYS}")["items"]]
    assert titles == [PIECES[0].title]
    app.button(key="split_now").click().run()
    assert not app.exception
    assert headlines(own, open_page, STORY) == [PIECES[0].title]
    assert headlines(own, open_page, COPY) == [PIECES[1].title, PIECES[2].title]
    app = open_page(own, "stories", story=COPY)
    assert "Split off 2 of 3 articles: decided by dashboard" in app.text[0].value
    [made] = Desk(own).decisions(KIND)
    assert drawn(app, f"part_{made.id}")["more"]["to"] == f"stories?story={STORY}"
    assert [row[3]["badge"]["text"] for row in drawn(app, "story_articles")["rows"]] == [
        "Own report", "Own report",
    ]  # fmt: skip
    app.button(key=f"undo_{made.id}").click().run()
    assert len(headlines(own, open_page, COPY)) == 3


def test_all_articles_cannot_be_split_off(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "stories", story=STORY)
    app.multiselect(key="split_off").set_value([1000, 1001, 1002]).run()
    assert texts_story.ONE_STAYS in said(app)
    assert not [button for button in app.button if button.key == "split_now"]

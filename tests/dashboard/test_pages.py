"""Every page in every state, run as Streamlit runs it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from monitor.dashboard import texts, texts_feeds, texts_sources
from monitor.models import Draft
from monitor.store.articles import revise_articles
from monitor.store.database import transaction, writing
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder, current_generation
from monitor.store.publish import publish
from monitor.store.rereading import REEXTRACTION
from tests.archive import SEEN, Piece, build_archive
from tests.dashboard.conftest import HOSTILE, ORIGINAL, PIECES, WATCHLIST, Open

PAGES = (
    "today",
    "overview",
    "stories",
    "articles",
    "feeds",
    "watchlist",
    "reports",
    "alerts",
)


def drawn(app: AppTest, key: str) -> dict[str, Any]:
    """What a component on the page was given."""
    [found] = [e for e in app.get("bidi_component") if e.proto.id.endswith(f"-{key}")]
    data: dict[str, Any] = json.loads(found.proto.json)
    return data


def said(app: AppTest) -> str:
    """All words that Streamlit itself draws."""
    kinds = (app.title, app.subheader, app.caption, app.markdown, app.warning, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


@pytest.mark.parametrize("page", PAGES)
def test_pages_draw_without_error(page: str, archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive, page)
    assert not app.exception
    assert [title.value for title in app.title] == [page.capitalize()]
    assert "Sample archive" in said(app)


@pytest.mark.parametrize("page", PAGES)
def test_no_database_yet_says_what_to_do(page: str, tmp_path: Path, open_page: Open) -> None:
    app = open_page(DataFolder(tmp_path / "nothing"), page)
    assert not app.exception
    assert texts.NO_DATABASE in said(app)
    assert "python -m monitor ingest" in said(app)
    assert not app.title


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_database_says_what_to_do(page: str, tmp_path: Path, open_page: Open) -> None:
    empty = build_archive(tmp_path / "empty", [], watchlist=WATCHLIST)
    app = open_page(empty, page)
    assert not app.exception
    if page == "feeds":
        rows = drawn(app, "feeds")["rows"]
        assert [row[0]["badge"]["text"] for row in rows] == ["Waiting", "Waiting"]
    elif page not in ("watchlist", "alerts"):
        assert texts.NO_ARTICLES in said(app)
    assert "Sample archive" not in said(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_damaged_database_is_explained(page: str, tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "damaged", PIECES[:1], watchlist=WATCHLIST)
    for path in folder.published.glob("*.duckdb"):
        path.write_bytes(b"no database" * 1000)
    app = open_page(folder, page)
    assert not app.exception
    assert texts.BAD_DATABASE in said(app)
    assert "cannot open the published generation" in app.code[0].value


def test_a_broken_watchlist_is_explained(
    archive: DataFolder, watchlist: Path, open_page: Open
) -> None:
    watchlist.write_text('[[company]]\nname = ""\n', encoding="utf-8")
    app = open_page(archive)
    assert not app.exception
    assert texts.BAD_WATCHLIST in said(app)
    assert "company[0].name must not be empty" in said(app)


@pytest.mark.slow
def test_values_in_the_url_that_mean_nothing_are_ignored(
    archive: DataFolder, open_page: Open
) -> None:
    nonsense: dict[str, str | list[str]] = {
        "company": ["Nobody", HOSTILE], "topic": "x", "outlet": "-1", "language": "q" * 5000,
        "dates": ["2025-99-99", "yesterday"], "count": "votes", "undated": "perhaps",
        "stories_page": "-4", "articles_page": "nan", "stories_order": "up",
    }  # fmt: skip
    plain = figures(open_page(archive))
    app = open_page(archive, **nonsense)
    assert not app.exception
    assert figures(app) == plain
    for page in ("stories", "articles"):
        assert not open_page(archive, page, **nonsense).exception


@pytest.mark.parametrize("value", ["x", "9" * 30, "٣"])
def test_an_id_that_does_not_exist_is_said(
    value: str, archive: DataFolder, open_page: Open
) -> None:
    story = open_page(archive, "stories", story=value)
    article = open_page(archive, "articles", article=value)
    assert not story.exception
    assert not article.exception
    assert texts.NO_SUCH_STORY in said(story)
    assert texts.NO_SUCH_ARTICLE in said(article)


def test_a_link_to_what_was_found_since_shows_that_and_says_so(
    archive: DataFolder, open_page: Open
) -> None:
    def shown(app: AppTest) -> int:
        assert not app.exception
        return len(drawn(app, "articles")["rows"])

    since = (SEEN + timedelta(minutes=5)).isoformat()
    span = ["1990-01-01", "2100-01-01"]
    every = open_page(archive, "articles", dates=span)
    app = open_page(archive, "articles", dates=span, seen_since=since)
    assert 0 < shown(app) == shown(every) - 5
    button = app.button(key="found")
    assert button.label == "Found since Thu 10 Apr 2025, 14:05"  # the team's zone
    app = button.click().run()
    assert shown(app) == shown(every)
    assert not [b for b in app.button if b.key == "found"]
    app = open_page(archive, "articles", dates=span, seen_until=since)
    assert shown(app) == 5
    assert app.button(key="found").label == "Found before Thu 10 Apr 2025, 14:05"
    for nonsense in ("soon", "2025-04-10T12:05"):
        assert shown(open_page(archive, "articles", dates=span, seen_since=nonsense)) == shown(
            every
        )


def test_default_dates_are_the_latest_days_with_data(archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive)
    assert app.date_input[0].value == (date(2025, 2, 20), date(2025, 3, 21))
    # The article of January is outside, the one without a date inside.
    assert figures(app) == {"Mentions": "6", "Stories": "3", "Articles": "5", "Outlets": "4"}
    assert "1 article without a date is not drawn." in said(app)


@pytest.mark.parametrize("dates", ["2025-03-20", ["2025-03-20", "2025-03-20"]])
def test_a_link_to_one_day_shows_that_day(
    dates: str | list[str], archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, dates=dates, undated="false")
    assert not app.exception
    assert "\n20 Mar 2025 · times in Europe/Berlin" in said(app)
    assert figures(app)["Articles"] == "3"


def test_filters_narrow_every_figure_and_can_be_cleared(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, company="Tessaly", undated="false")
    assert app.multiselect(key="company").value == ["Tessaly"]
    assert figures(app) == {"Mentions": "1", "Stories": "1", "Articles": "1", "Outlets": "1"}
    app.button(key="clear").click().run()
    assert figures(app)["Articles"] == "5"


def test_counting_stories_changes_the_charts(archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive, count="Stories")
    assert "Stories per day" in said(app)
    assert not app.exception


def test_nothing_for_these_filters_offers_to_clear_them(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, dates=["2025-03-01", "2025-03-02"], undated="false")
    assert texts.NO_ROWS in said(app)
    app.button(key="clear_empty").click().run()
    assert not app.exception
    assert figures(app)["Articles"] == "5"


def test_nothing_in_these_dates_offers_all_dates(archive: DataFolder, open_page: Open) -> None:
    dates = ["2025-03-01", "2025-03-02"]
    app = open_page(archive, company="Tessaly", dates=dates, undated="false")
    assert app.button(key="all_dates").label == "Show all dates · 2 articles"
    app.button(key="all_dates").click().run()
    assert not app.exception
    assert figures(app)["Articles"] == "2"
    assert app.multiselect(key="company").value == ["Tessaly"]
    app = open_page(archive, company="Tessaly", topic="Labour", dates=dates, undated="false")
    assert not [b for b in app.button if b.key == "all_dates"]  # no date has any


@pytest.mark.slow
def test_one_day_only(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "one", PIECES[:1], watchlist=WATCHLIST)
    app = open_page(folder)
    assert not app.exception
    assert app.date_input[0].value == (date(2025, 3, 20), date(2025, 3, 20))
    assert figures(app)["Articles"] == "1"


def test_only_undated_articles(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "undated", [PIECES[5]], watchlist=WATCHLIST)
    app = open_page(folder)
    assert not app.exception
    assert not app.date_input
    assert texts.NO_CHART in said(app)
    assert figures(app)["Articles"] == "1"


def test_nothing_new_shows_the_last_day_with_coverage(archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive)
    assert (
        "Nothing new since yesterday. The last day with coverage is Friday 21 March 2025"
        in said(app)
    )
    assert [item["title"] for item in drawn(app, "new")["items"]] == [PIECES[2].title]


def test_what_came_today_is_new(
    tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.archive.SEEN", datetime.now(UTC))
    folder = build_archive(
        tmp_path / "new", [Piece("Norvane today", companies={"Norvane": True}, text="Norvane.")]
    )
    app = open_page(folder)
    assert [item["title"] for item in drawn(app, "new")["items"]] == ["Norvane today"]
    assert "Nothing new" not in said(app)


def test_stories_are_listed_and_link_to_themselves(archive: DataFolder, open_page: Open) -> None:
    items = drawn(open_page(archive, "stories"), "stories")["items"]
    story = next(item for item in items if item["title"] == PIECES[0].title)
    assert story["to"] == "stories?story=1000"
    assert story["note"] == "3 articles · 3 outlets · 2 carry the same text"
    assert [chip["text"] for chip in story["chips"]] == ["Norvane", "Tessaly"]


def test_a_story_shows_who_carried_it_and_two_copies_side_by_side(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, "stories", story="1000")
    assert not app.exception
    rows = drawn(app, "story_articles")["rows"]
    assert [row[1]["text"] for row in rows] == ["Harbour Ledger", "Valley Signal", "Northline"]
    assert [row[3]["badge"]["text"] for row in rows] == ["Original", "Reprint", "Own report"]
    assert rows[1][3]["text"] == "carries the text of Harbour Ledger"
    shown = drawn(app, "compare")
    assert (shown["left"]["name"], shown["right"]["name"]) == ("Harbour Ledger", "Valley Signal")
    different = [(p["left"].strip(), p["right"].strip())
                 for row in shown["rows"] for p in row["parts"] if not p["same"]]  # fmt: skip
    assert ("close", "shut") in different
    assert ("“We", '"We') in different


def test_a_story_shows_what_each_copy_made_of_each_paragraph(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, "stories", story="1000")
    table = drawn(app, "glance")
    assert [column["label"] for column in table["columns"]] == ["Paragraph", "Valley Signal"]
    carried, *paragraphs = table["rows"]
    assert carried[1]["to"] == "stories?story=1000&left=1000&right=1001"
    assert [row[1]["badge"]["text"] for row in paragraphs] == ["Changed", "Kept", "Changed"]
    app.selectbox(key="reference_first").set_value(1002).run()
    assert texts.NO_COPIES in said(app)


def test_a_pasted_text_is_measured_at_every_outlet_and_compared(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, "stories", story="1000")
    app.text_area(key="own_text").set_value(HOSTILE + "\n\n" + PIECES[0].text).run()
    assert not app.exception
    table = drawn(app, "glance")
    assert [column["label"] for column in table["columns"]] == [
        "Paragraph", "Harbour Ledger", "Valley Signal", "Northline"
    ]  # fmt: skip
    [first] = [row for row in table["rows"] if row[0].get("text", "").startswith("<script>")]
    assert [cell["badge"]["text"] for cell in first[1:]] == ["Cut", "Cut", "Cut"]
    shown = drawn(app, "compare")
    assert (shown["left"]["name"], shown["right"]["name"]) == (texts.OWN_TEXT, "Harbour Ledger")
    assert not any(row["heading"] for row in shown["rows"])


def test_a_story_shows_when_each_outlet_joined(archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive, "stories", story="1000")
    assert "Harbour Ledger was first; 2 more outlets within 24 h." in said(app)
    lags = [row[0]["sub"] for row in drawn(app, "story_articles")["rows"]]
    assert [lag.partition(" ·")[0] for lag in lags[1:]] == ["+5 h", "+24 h"]
    app = open_page(archive, "stories", story="1003")  # one outlet: nothing to pick up
    assert texts.PICKUP not in said(app)


def test_a_story_was_first_where_it_was_earliest_not_where_it_was_copied(
    tmp_path: Path, open_page: Open
) -> None:
    day, original, copy = PIECES[0].at, PIECES[0], PIECES[1]
    assert day is not None
    pieces = (
        original, copy,
        Piece("Aldmoor to lose its plant", "Northline", day - timedelta(hours=2),
              "Tessaly is not affected.", {"Norvane": True, "Tessaly": False}, story=0),
    )  # fmt: skip
    folder = build_archive(tmp_path / "earlier", pieces, watchlist=WATCHLIST)
    head = drawn(open_page(folder, "stories", story="1000"), "story_head")
    assert head["kicker"] == "First at Northline, Thu 20 Mar 2025, 08:00"
    assert [part["text"] for part in head["title"]] == [original.title]
    assert [chip["text"] for chip in head["chips"]] == ["Norvane", "Tessaly"]


def test_wording_only_hides_typography(archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive, "stories", story="1000", wording="true")
    different = [p["left"].strip() for row in drawn(app, "compare")["rows"] for p in row["parts"]
                 if not p["same"]]  # fmt: skip
    assert "close" in different
    assert "“We" not in different


@pytest.mark.slow
def test_any_two_of_a_story_can_be_compared(archive: DataFolder, open_page: Open) -> None:
    app = open_page(archive, "stories", story="1000", left="1001", right="1002")
    shown = drawn(app, "compare")
    assert (shown["left"]["name"], shown["right"]["name"]) == ("Valley Signal", "Northline")
    app = open_page(archive, "stories", story="1000", left="1001", right="1001")
    assert texts.CHOOSE_TWO in said(app)


def test_an_article_shows_its_text_and_why_it_is_tagged(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, "articles", article="1002")
    assert not app.exception
    head = drawn(app, "article_head")
    assert "Northline · Fri 21 Mar 2025, 10:00 (date certain)" in head["kicker"]
    assert head["more"] == {
        "to": "stories?story=1000", "text": "The whole story: 3 articles at 3 outlets"
    }  # fmt: skip
    company, how, why = drawn(app, "tags")["rows"][0]
    assert company["chips"][0]["text"] == "Tessaly"
    assert how["text"] == "Main subject, in the headline"
    marked = [run["text"] for run in why["runs"] if run.get("mark")]
    assert marked == ["Tessaly", "Tessaly"]


def test_search_finds_by_words_and_explains_a_query_that_does_not_parse(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, "articles", q="title:aldmoor AND NOT shuts")
    titles = {row[2]["text"] for row in drawn(app, "articles")["rows"]}
    assert titles == {PIECES[0].title, PIECES[2].title}
    app = open_page(archive, "articles", q="plant AND (")
    assert not app.exception
    assert texts.BAD_QUERY in said(app)
    assert "plant AND (\n" in app.code[0].value
    app = open_page(archive, "articles", q="zebra")
    assert texts.NO_HITS in said(app)
    app = open_page(archive, "articles", q="plant OR company:Norvana")
    assert texts.UNKNOWN_NAME in said(app)
    assert app.code[0].value == (
        "plant OR company:Norvana\n                 ^ there is no company 'norvana'; "
        "did you mean 'Norvane'?"
    )
    assert drawn(app, "articles")["rows"]
    assert texts.UNKNOWN_NAME not in said(open_page(archive, "articles", q="company:norvane"))


def test_dates_that_are_missing_or_inferred_are_said(archive: DataFolder, open_page: Open) -> None:
    rows = drawn(open_page(archive, "articles"), "articles")["rows"]
    dates = {row[2]["text"]: row[0]["text"] for row in rows}
    assert dates[PIECES[5].title] == "No date"
    assert dates[PIECES[0].title] == "Thu 20 Mar 2025, 10:00"


def test_a_feed_that_broke_comes_first_with_what_to_do(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, "feeds")
    state, feed, *_, trouble, _ = drawn(app, "feeds")["rows"][0]
    assert state["badge"]["text"] == "Failing"
    assert feed["text"] == "Harbour Ledger"
    assert trouble["text"] == "The server answered 503 (3 times in a row)"
    assert trouble["sub"] == "Nothing: the server is busy. It is tried again."
    assert texts_feeds.OFFLINE not in said(app)
    assert figures(app)["Failing"] == "1"


def test_where_no_feed_can_be_reached_it_is_said_once(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "offline", [], watchlist=WATCHLIST)
    with writing(folder) as connection:
        connection.execute(
            "UPDATE feed SET polled_at = now(), failures = 1, error = $error",
            {"error": "the host name 'harbourledger.example' is not known"},
        )
        publish(folder, connection)
    app = open_page(folder, "feeds")
    assert said(app).count(texts_feeds.OFFLINE) == 1
    assert [row[5]["sub"] for row in drawn(app, "feeds")["rows"]] == ["", ""]


def revised(root: Path) -> DataFolder:
    """An archive whose first article was changed: first its headline, then a figure."""
    folder = build_archive(root, PIECES[:1], watchlist=WATCHLIST)
    wording = Draft(
        url_key="harbourledger.example/1000", url="https://harbourledger.example/1000",
        outlet="Harbour Ledger", domain="harbourledger.example", title="Aldmoor plant to close",
        text=ORIGINAL, seen_at=SEEN + timedelta(days=1), published_at=PIECES[0].at,
    )  # fmt: skip
    corrected = replace(
        wording,
        text=ORIGINAL.replace("About 400", "About 450"),
        seen_at=SEEN + timedelta(days=2),
    )
    with writing(folder) as connection:
        with transaction(connection):
            for revision_id, draft in enumerate((wording, corrected), start=600_000):
                revise_articles(connection, [(1000, revision_id, str(revision_id), draft)])
        publish(folder, connection)
    return folder


@pytest.mark.slow
def test_any_two_wordings_of_an_article_are_compared(tmp_path: Path, open_page: Open) -> None:
    folder = revised(tmp_path / "revised")
    app = open_page(folder, "articles", article="1000")
    assert not app.exception
    rows = drawn(app, "revisions")["rows"]
    assert [row[2]["text"] for row in rows] == ["As first seen", "Headline", "Text"]
    shown = drawn(app, "compare")
    assert (shown["left"]["name"], shown["right"]["name"]) == ("Version 2", "Version 3")
    assert [(c["left"], c["right"], c["place"]) for c in shown["changes"]] == [("400", "450", 1)]
    first, last = shown["link"]["left"], shown["link"]["right"]
    app = open_page(folder, "articles", article="1000", left="500000", right=last)
    shown = drawn(app, "compare")
    assert (shown["left"]["name"], shown["right"]["name"]) == ("Version 1", "Version 3")
    assert shown["rows"][0]["heading"]
    assert not all(part["same"] for part in shown["rows"][0]["parts"])
    assert first not in (shown["link"]["left"], shown["link"]["right"])


def read_again(folder: DataFolder, text: str) -> None:
    """The first article's newest wording, read again by a better extractor."""
    with writing(folder) as connection:
        better = Draft(
            url_key="harbourledger.example/1000", url="https://harbourledger.example/1000",
            outlet="Harbour Ledger", domain="harbourledger.example", title=PIECES[0].title,
            text=text, seen_at=SEEN + timedelta(days=3), published_at=PIECES[0].at,
            made_by=REEXTRACTION,
        )  # fmt: skip
        with transaction(connection):
            revise_articles(connection, [(1000, 700_000, "better", better)])
        publish(folder, connection)


@pytest.mark.slow
def test_what_was_only_read_better_is_no_change_of_the_publisher(
    tmp_path: Path, open_page: Open
) -> None:
    folder = build_archive(tmp_path / "again", PIECES[:1], watchlist=WATCHLIST)
    read_again(folder, ORIGINAL.replace("About 400", "About 4,000"))
    app = open_page(folder, "articles", article="1000")
    assert texts_sources.NO_CHANGE in said(app)
    assert texts_sources.REVISIONS not in said(app)
    assert texts_sources.ONE_WORDING in said(app)
    rows = drawn(app, "revisions")["rows"]
    assert [row[0]["text"] for row in rows] == ["Version 1", "Version 1, read again"]
    assert rows[1][2] == {
        "badge": {"text": "Read again"}, "sub": texts_sources.READ_AGAIN_MEANS
    }  # fmt: skip
    shown = drawn(app, "compare")
    assert shown["places"] == 1  # it is shown what differs, and not listed as changed
    assert shown["changes"] == []


@pytest.mark.slow
def test_a_change_is_measured_against_the_better_reading_before_it(
    tmp_path: Path, open_page: Open
) -> None:
    folder = revised(tmp_path / "both")
    read_again(folder, ORIGINAL + "\n\nMore.")
    app = open_page(folder, "articles", article="1000")
    rows = drawn(app, "revisions")["rows"]
    assert [row[0]["text"] for row in rows] == [
        "Version 1", "Version 2", "Version 3", "Version 3, read again"
    ]  # fmt: skip
    assert texts_sources.REVISIONS in said(app)
    # First to be seen is what the publisher changed last.
    shown = drawn(app, "compare")
    assert (shown["left"]["name"], shown["right"]["name"]) == ("Version 2", "Version 3")
    assert [(c["left"], c["right"]) for c in shown["changes"]] == [("400", "450")]
    assert texts_sources.ALSO_READ_AGAIN not in said(app)
    app = open_page(folder, "articles", article="1000", left="500000", right="700000")
    assert texts_sources.ALSO_READ_AGAIN in said(app)


@pytest.mark.slow
def test_an_article_says_where_its_facts_came_from(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "facts", PIECES[:2], watchlist=WATCHLIST)
    with writing(folder) as connection:
        connection.execute(
            """
            UPDATE article SET page_type = 'live blog', date_confidence = 'low', sources = $sources
            WHERE article_id = 1000
            """,
            {"sources": json.dumps({"title": "JSON-LD, og:title, heading", "date": "URL",
                                    "outlet": "address", "language": HOSTILE,
                                    "refused": "1970-01-01 (meta): before the web had news"})},
        )  # fmt: skip
        publish(folder, connection)
    app = open_page(folder, "articles", article="1000")
    assert not app.exception
    rows = {row[0]["text"]: row[1:] for row in drawn(app, "sources")["rows"]}
    assert rows["Headline"][1]["text"] == (
        "The page's data for search engines (JSON-LD) · its preview for sharing (OpenGraph) · "
        "the heading on the page"
    )
    assert rows["Date"][0]["sub"].startswith("A guess")
    assert rows["Date"][1] == {
        "text": "The address", "sub": "Not taken: 1970-01-01 (meta): before the web had news",
    }  # fmt: skip
    assert rows["Authors"][0] == {"sub": texts_sources.NOT_KNOWN}
    assert rows["Language"][1]["text"] == HOSTILE
    assert rows["Text"][1]["text"] == "The article's own page"
    assert rows["Page"][0]["text"] == "Live blog"
    assert drawn(app, "article_head")["badges"][-1]["text"] == "Live blog"
    # Of what was kept before this was noted, nothing is made up.
    rows = {row[0]["text"]: row[1:] for row in drawn(
        open_page(folder, "articles", article="1001"), "sources")["rows"]}  # fmt: skip
    assert rows["Headline"][1] == {"sub": texts_sources.NOT_NOTED}


def test_an_article_that_never_changed_has_nothing_to_compare(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, "articles", article="1000")
    assert texts_sources.REVISIONS not in said(app)


def test_newer_data_is_offered_and_not_forced(
    archive: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(drawn: str) -> None:
        from monitor.dashboard import frame

        frame.newer(drawn)

    monkeypatch.setenv("MONITOR_DATA", str(archive.root))
    older = AppTest.from_function(page, args=("g000000",)).run()
    assert texts.NEWER in said(older)
    assert [button.label for button in older.button] == [texts.NEWER_SHOW]
    newest = AppTest.from_function(page, args=(current_generation(archive),)).run()
    assert texts.NEWER not in said(newest)


@pytest.mark.slow
def test_every_list_has_its_files_and_says_how_many_rows_will_come(
    archive: DataFolder, open_page: Open
) -> None:
    def buttons(app: AppTest) -> list[str]:
        return [button.proto.label for button in app.get("download_button")]

    def more(rows: str) -> list[str]:
        return [f"Excel · {rows}", "How it was made"]

    articles, stories = "Articles CSV · 6 rows", "Stories CSV · 3 rows"
    new = "Articles CSV · 2 rows"
    assert buttons(open_page(archive)) == [articles, *more("6 rows"), stories, new]
    assert buttons(open_page(archive, "stories")) == [stories, *more("3 rows")]
    assert buttons(open_page(archive, "articles")) == [articles, *more("6 rows")]
    searched = buttons(open_page(archive, "articles", q="union"))
    assert searched == ["Articles CSV · 1 row", *more("1 row")]
    assert buttons(open_page(archive, "stories", story="1000")) == ["Articles CSV · 4 rows"]
    assert buttons(open_page(archive, "feeds")) == ["Feeds CSV · 2 rows"]


def test_the_files_of_a_page_are_chosen_by_report_format_and_columns(
    archive: DataFolder, open_page: Open
) -> None:
    app = open_page(archive, "articles")
    assert "A row for each article and company, latest first." in said(app)
    assert list(app.selectbox(key="files_columns_articles").options) == [
        "Standard", "As Meltwater", "As Meltwater, older", "As Media Cloud"]  # fmt: skip
    app.segmented_control(key="files_report").set_value("share-of-voice").run()
    app.segmented_control(key="files_format").set_value("CSV").run()
    assert not app.exception
    assert "A row for each company, in both counts: mentions and stories." in said(app)
    assert [b.proto.label for b in app.get("download_button")][1] == "CSV · 2 rows"
    assert [box.key for box in app.selectbox] == []


@pytest.mark.slow
def test_the_sample_is_removed_in_two_steps(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "sample", PIECES, watchlist=WATCHLIST)
    app = open_page(folder, "articles")
    assert HOSTILE in [row[2]["text"] for row in drawn(app, "articles")["rows"]]
    app.button(key="remove_sample").click().run()
    assert not app.exception
    assert HOSTILE not in [row[2]["text"] for row in drawn(app, "articles")["rows"]]
    assert "Sample archive" not in said(app)
    assert len(Desk(folder).decisions("remove_sample")) == 1
    assert texts.NO_SUCH_ARTICLE in said(open_page(folder, "articles", article="1004"))

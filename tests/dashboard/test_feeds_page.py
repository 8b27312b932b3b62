"""The Feeds page with feeds in every state, one feed by itself, and the days without feeds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.config import parse_config
from monitor.dashboard import feed_rows, texts, texts_feeds
from monitor.store.database import insert, writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.queries import feeds_and_health
from monitor.store.reader import Reader
from monitor.store.watched import record_entries, sync_watchlist
from tests.archive import Piece, build_archive
from tests.dashboard.conftest import HOSTILE, Open
from tests.dashboard.test_pages import drawn, figures, said

NAMES = ("fine", "gone", "hollow", "bodiless", "still", "less", "fresh")
WATCHLIST = '[team]\ntimezone = "UTC"\n[[company]]\nname = "Norvane"\n' + "".join(
    f'[[feed]]\nurl = "https://{name}.example/rss"\noutlet = "The {name}"\n' for name in NAMES
)
NOW = datetime.now(UTC)


def polls(
    feed_id: int, days: Iterable[int], outcome: str, *, new: int = 4, **more: Any
) -> list[dict[str, Any]]:
    return [
        {"pass_id": 1, "feed_id": feed_id, "polled_at": NOW - timedelta(days=ago),
         "outcome": outcome, "entries": 20, "new_entries": new if outcome == "new" else 0,
         "latency": 0.25, "http_status": 200, **more}
        for ago in days
    ]  # fmt: skip


def entries(feed_id: int, newest_days: float) -> list[dict[str, Any]]:
    return [
        {"feed_id": feed_id, "guid": str(n), "outcome": "article", "article_id": 1,
         "seen_at": NOW - timedelta(days=newest_days + n / 4)}
        for n in range(20)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Polled once a day for 38 days; what is bad began a few days ago."""
    pieces = [
        Piece(f"Norvane {ago}", "The fine", NOW - timedelta(days=ago), "Norvane.",
              {"Norvane": True}) for ago in (0, 3, 9)
    ]  # fmt: skip
    folder = build_archive(tmp_path_factory.mktemp("feeds"), pieces, watchlist=WATCHLIST)
    refused = "the server refuses us this page (403)"
    nothing = "cannot parse feed 'x': expected XML, got an empty answer"
    feeds = {
        1: polls(1, range(38), "new"),
        2: polls(2, range(4, 38), "new")
        + polls(2, range(4), "failed", error=refused, http_status=403),
        3: polls(3, range(5, 38), "new") + polls(3, range(5), "empty"),
        4: polls(4, range(2, 38), "new") + polls(4, range(2), "empty", error=nothing),
        5: polls(5, range(20, 38), "new") + polls(5, range(20), "unchanged"),
        6: polls(6, range(7, 38), "new") + polls(6, range(7), "new", new=1),
    }
    with writing(folder) as connection:
        insert(connection, "poll", [row for rows in feeds.values() for row in rows])
        seen = {1: 0, 2: 4, 3: 5, 4: 2, 5: 20, 6: 0}
        record_entries(connection, [row for i, at in seen.items() for row in entries(i, at)])
        connection.execute(
            """
            UPDATE feed SET polled_at = $now, succeeded_at = $now, entries = 20, failures = 0,
                weekly = 28, due_why = 'rhythm', next_due_at = now() + INTERVAL 90 MINUTE
            WHERE feed_id <= 6
            """,
            {"now": NOW},
        )
        for feed_id, error in ((2, refused), (4, nothing)):
            connection.execute(
                "UPDATE feed SET failures = 4, error = $error, due_why = 'failure' "
                "WHERE feed_id = $id",
                {"id": feed_id, "error": error},
            )
        connection.execute("UPDATE feed SET entries = 0 WHERE feed_id = 3")
        connection.execute("UPDATE feed SET moved_to = 'https://new.example/' WHERE feed_id = 1")
        publish(folder, connection)
    return folder


@pytest.fixture
def watchlist(tmp_path: Path) -> Path:
    path = tmp_path / "watchlist.toml"
    path.write_text(WATCHLIST, encoding="utf-8")
    return path


def test_the_worst_come_first_each_with_what_to_do(folder: DataFolder, open_page: Open) -> None:
    app = open_page(folder, "feeds")
    assert not app.exception
    rows = {row[1]["text"].removeprefix("The "): row for row in drawn(app, "feeds")["rows"]}
    assert list(rows) == ["gone", "bodiless", "hollow", "still", "less", "fresh", "fine"]
    assert {name: row[0]["badge"]["text"] for name, row in rows.items()} == {
        "gone": "Failing", "bodiless": "Empty", "hollow": "Empty", "still": "Quiet",
        "less": "Fine", "fresh": "Waiting", "fine": "Fine",
    }  # fmt: skip
    assert texts_feeds.STOPPED not in said(app)
    assert texts_feeds.OFFLINE not in said(app)
    assert figures(app) == {"Fine": "2", "Failing": "1", "Empty": "2", "Quiet": "1", "Waiting": "1"}
    happened = {name: row[5]["text"] for name, row in rows.items()}
    assert happened["gone"] == "The server refuses us this page (403) (4 times in a row)"
    assert happened["bodiless"] == "The address answers with nothing (4 times in a row)"
    assert happened["hollow"] == "The address answers with a feed that has nothing in it"
    assert happened["still"].startswith("Nothing new since ")
    assert happened["still"].endswith("an entry about every 6 hours")
    assert happened["fine"] == ""
    assert all(rows[name][5]["sub"] for name in ("gone", "bodiless", "hollow", "still"))
    assert "https://new.example/" in rows["fine"][5]["sub"]


def test_each_feed_shows_its_days_its_times_and_what_is_usual(
    folder: DataFolder, open_page: Open
) -> None:
    rows = {row[1]["text"]: row for row in drawn(open_page(folder, "feeds"), "feeds")["rows"]}
    gone, hollow, less = rows["The gone"], rows["The hollow"], rows["The less"]
    marks = gone[2]["strip"]
    assert len(marks) == 30
    assert [mark["failed"] for mark in marks[-4:]] == [1, 1, 1, 1]
    assert not any(mark["failed"] or mark["none"] for mark in marks[:-5])
    assert marks[-1]["title"].endswith("1 poll, 1 failed")
    assert gone[2]["sub"] == "87% answered"
    assert gone[2]["label"].count("failed") == 4
    assert hollow[2]["sub"] == "100% answered, 5 times empty"
    assert [mark["empty"] for mark in hollow[2]["strip"][-5:]] == [1] * 5
    assert gone[3] == {"text": "0.25\N{NO-BREAK SPACE}s", "sub": "95% in 0.25\N{NO-BREAK SPACE}s"}
    assert rows["The fine"][4]["text"] == "4"
    assert rows["The fine"][4]["sub"] == "usually 4"
    assert (less[4]["text"], less[4]["sub"]) == ("1", "Less than usual: 4")
    assert rows["The fine"][6]["sub"] == "It brings about 28 entries a week."
    assert rows["The fine"][6]["text"] == "In 1 hour"
    assert gone[6]["sub"] == "It failed, so it is asked less often."
    waiting = rows["The fresh"]
    assert (waiting[2], waiting[6]["text"]) == ({"sub": "Not polled"}, "In the next pass")


@pytest.mark.slow  # opens several pages
def test_the_list_is_narrowed_by_state_and_words(folder: DataFolder, open_page: Open) -> None:
    def shown(**params: str) -> list[str]:
        app = open_page(folder, "feeds", **params)
        assert not app.exception
        return [row[1]["text"] for row in drawn(app, "feeds")["rows"]]

    assert shown(feed_state="Empty") == ["The bodiless", "The hollow"]
    assert shown(feed_state="Less than usual") == [
        "The gone", "The bodiless", "The hollow", "The less"
    ]  # fmt: skip
    assert shown(feed_text="GONE example") == ["The gone"]
    assert shown(feed_state="no such state") == shown()
    app = open_page(folder, "feeds", feed_state="Empty", feed_text="gone")
    assert texts_feeds.NO_FEED_HERE in said(app)
    assert "0 of 7 feeds" in said(app)


@pytest.mark.slow  # opens several pages
def test_many_feeds_are_paged(tmp_path: Path, open_page: Open) -> None:
    many = "".join(
        f'[[feed]]\nurl = "https://h{n}.example/"\noutlet = "Outlet {n:03}"\n' for n in range(120)
    )
    folder = build_archive(tmp_path / "many", [], watchlist=many)
    pages = [drawn(open_page(folder, "feeds", feeds_page=str(n)), "feeds")["rows"] for n in (1, 3)]
    assert [len(rows) for rows in pages] == [50, 20]
    assert pages[1][0][1]["text"] == "Outlet 100"


def test_one_feed_is_shown_day_by_day(folder: DataFolder, open_page: Open) -> None:
    app = open_page(folder, "feeds", feed="2")
    assert not app.exception
    head = drawn(app, "feed_head")
    assert [part["text"] for part in head["title"]] == ["The gone"]
    assert head["badges"][0]["text"] == "Failing"
    words = "\n".join(part["text"] for line in head["paragraphs"] for part in line)
    assert "watch another of its feeds" in words
    assert "Next poll: in 1 hour" in words
    assert "It failed, so it is asked less often." in words
    assert figures(app)["Answered"] == "87%"
    charts = app.get("vega_lite_chart")
    assert len(charts) == 3
    rows = drawn(app, "polls")["rows"]
    assert len(rows) == 20
    assert rows[0][1]["badge"]["text"] == "Failed"
    assert rows[0][6]["text"] == "The server refuses us this page (403)"


@pytest.mark.parametrize(("feed", "words"), [("7", "It has not been polled"), ("99", "no such")])
def test_a_feed_without_polls_and_one_that_is_not_there(
    feed: str, words: str, folder: DataFolder, open_page: Open
) -> None:
    app = open_page(folder, "feeds", feed=feed)
    assert not app.exception
    assert words in said(app)


@pytest.mark.slow  # opens several pages
def test_feeds_of_the_sample_are_said_not_to_be_polled(tmp_path: Path, open_page: Open) -> None:
    folder = DataFolder(tmp_path / "sample")
    with writing(folder) as connection:
        sync_watchlist(connection, parse_config(WATCHLIST), sample=True)
        then = NOW - timedelta(days=400)
        insert(connection, "poll", polls(1, [400], "new"))
        record_entries(connection, entries(1, 400))
        connection.execute(
            "UPDATE feed SET polled_at = $at, entries = 20, next_due_at = $at", {"at": then}
        )
        publish(folder, connection)
    app = open_page(folder, "feeds")
    first, *_ = [r for r in drawn(app, "feeds")["rows"] if r[1]["text"] == "The fine"]
    assert first[0]["badge"]["text"] == "Sample"
    assert first[5]["text"] == (
        f"Part of the sample, and not polled: nothing new since {then.day} {then:%B %Y}"
    )
    assert first[6]["text"] == "Never"
    assert figures(app)["Fine"] == "0"
    assert texts_feeds.STOPPED not in said(app)
    one = open_page(folder, "feeds", feed="1")
    assert not one.exception
    assert len(one.get("vega_lite_chart")) == 3  # as it was recorded


def test_a_job_that_does_not_run_is_said(tmp_path: Path, open_page: Open) -> None:
    folder = build_archive(tmp_path / "stopped", [], watchlist=WATCHLIST)
    with writing(folder) as connection:
        connection.execute(
            "UPDATE feed SET polled_at = now() - INTERVAL 9 HOUR, entries = 1, "
            "next_due_at = now() - INTERVAL 8 HOUR WHERE feed_id < 3"
        )
        publish(folder, connection)
    app = open_page(folder, "feeds")
    assert texts_feeds.STOPPED in said(app)
    rows = drawn(app, "feeds")["rows"]
    assert "Due 8 hours ago" in [row[6]["text"] for row in rows]


@pytest.mark.slow
def test_days_without_feeds_are_shaded_where_their_outlets_are_shown(
    folder: DataFolder, open_page: Open
) -> None:
    app = open_page(folder)
    assert not app.exception
    [coverage, _] = app.get("vega_lite_chart")
    spec = json.loads(coverage.proto.spec)
    assert [layer["mark"].get("ariaRoleDescription") for layer in spec["layer"]] == [None, "bar"]
    assert texts_feeds.GAP_MEANS in coverage.proto.alt
    assert "The gone" in coverage.proto.alt
    legend = [chip["text"] for chip in drawn(app, "legend")["chips"]]
    assert legend == ["Norvane", texts_feeds.FEEDS_DOWN]
    assert texts.verbatim("Feeds down: The hollow") in said(app)
    app = open_page(folder, outlet="The fine")
    [coverage, _] = app.get("vega_lite_chart")
    [bars] = json.loads(coverage.proto.spec)["layer"]
    assert bars["mark"]["ariaRoleDescription"] == "bar"
    assert texts_feeds.GAP_MEANS not in said(app)


@pytest.mark.slow
def test_a_hostile_name_in_the_caption_stays_text(tmp_path: Path, open_page: Open) -> None:
    name = HOSTILE.replace('"', "")
    watchlist = "[[company]]\nname = 'Norvane'\n[[feed]]\nurl = 'https://a.example/'\n" + (
        f"outlet = {json.dumps(name)}\n"
    )
    piece = Piece("Norvane", name, NOW, "Norvane.", {"Norvane": True})
    folder = build_archive(tmp_path / "hostile", [piece], watchlist=watchlist)
    with writing(folder) as connection:
        insert(connection, "poll", polls(1, [0], "failed"))
        publish(folder, connection)
    [caption] = [c.value for c in open_page(folder).caption if texts_feeds.GAP_MEANS[:9] in c.value]
    assert "<script>" not in caption
    assert r"\<script\>" in caption


def test_choosing_needs_every_word(folder: DataFolder) -> None:
    reader = Reader.open(folder)
    known = feeds_and_health(reader, now=NOW)
    assert list(feed_rows.chosen(known, state="", words="still RSS")["outlet"]) == ["The still"]
    assert feed_rows.chosen(known, state="quiet", words="gone").empty
    assert len(feed_rows.chosen(known, state="", words="  ")) == len(NAMES)
    assert feed_rows.chosen(known, state="", words="(.*").empty
    reader.close()

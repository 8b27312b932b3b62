"""What the queries answer, on a small archive and against counting by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config import parse_config
from monitor.filters import Filters, period_bounds
from monitor.models import Role
from monitor.store import queries
from monitor.store.database import insert, writing
from monitor.store.publish import publish
from monitor.store.reader import Reader
from monitor.store.watched import record_entries, sync_watchlist
from tests.archive import SEEN, Piece, build_archive

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


PIECES = [
    Piece("Acme opens a plant", "Daily Ledger", at("2025-03-29T23:30"), "Acme built it.",
          {"Acme": True}, ("Industry",), role=Role.ORIGINAL, authors=("Ann Lee", "Bo Ray")),
    Piece("Acme opens a plant here", "Valley Post", None, "Acme built it.",
          {"Acme": True}, ("Industry",), copy_of=0, role=Role.REPRINT),
    Piece("Acme and Borealis trade", "Valley Post", at("2025-03-30T22:30"), "Both did.",
          {"Acme": True, "Borealis": False}, ("Trade",), story=0),
    Piece("Borealis grows", "Nordwind", at("2025-04-02T08:00"), "It grew.",
          {"Borealis": True}, ("Trade", "Industry"), language="de"),
    Piece("Rain again", "Nordwind", at("2025-04-02T09:00"), "Wet.", language="de"),
    Piece("Undated words", "Daily Ledger", None, "Cobalt said so.", {"Cobalt": False}),
    Piece("Shown as an example", "Sample Sun", at("2025-03-31T10:00"), "Acme again.",
          {"Acme": False}, sample=True),
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    reader = Reader.open(build_archive(tmp_path_factory.mktemp("archive"), PIECES))
    yield reader
    reader.close()


def series(frame: pd.DataFrame, by: str = "company") -> dict[tuple[str, str], int]:
    """The non-zero counts."""
    return {
        (str(r.day.date()), getattr(r, by)): r.count_
        for r in frame.rename(columns={"count": "count_"}).itertuples()
        if r.count_
    }


def test_coverage_counts_days_of_the_teams_zone_and_fills_quiet_ones(reader: Reader):
    frame = queries.coverage(reader, Filters(sample=False), tz=BERLIN)
    assert list(frame.columns) == ["day", "company", "count", "unsure"]
    # 23:30 UTC is past midnight in Berlin; the next day has 23 hours there. The copy
    # without a date has the original's.
    assert series(frame) == {
        ("2025-03-30", "Acme"): 2,
        ("2025-03-31", "Acme"): 1,
        ("2025-03-31", "Borealis"): 1,
        ("2025-04-02", "Borealis"): 1,
    }
    assert len(frame) == 4 * 2  # four days × two series


def test_the_same_moment_is_another_day_elsewhere(reader: Reader):
    frame = queries.coverage(reader, Filters(companies=("Acme",), sample=False), tz=NEW_YORK)
    assert series(frame) == {("2025-03-29", "Acme"): 2, ("2025-03-30", "Acme"): 1}


def test_stories_count_copies_once(reader: Reader):
    filters = Filters(sample=False, companies=("Acme",))
    days = queries.coverage(reader, filters, tz=BERLIN, count="stories")
    assert series(days) == {("2025-03-30", "Acme"): 1, ("2025-03-31", "Acme"): 1}
    month = queries.coverage(reader, filters, tz=BERLIN, count="stories", step="month")
    assert series(month) == {("2025-03-01", "Acme"): 1}
    week = queries.coverage(reader, filters, tz=BERLIN, step="week")
    assert series(week) == {("2025-03-24", "Acme"): 2, ("2025-03-31", "Acme"): 1}


def test_hours_are_those_of_the_teams_clock_and_one_that_comes_twice_is_one(tmp_path: Path):
    moments = ("2025-10-25T23:30", "2025-10-26T00:30", "2025-10-26T01:30", "2025-10-26T02:30")
    pieces = [Piece("Acme", at=at(m), companies={"Acme": True}) for m in moments]
    reader = Reader.open(build_archive(tmp_path, pieces))
    day = date(2025, 10, 26)  # the clocks go back at 3
    hours = queries.coverage(reader, Filters(since=day, until=day), tz=BERLIN, step="hour")
    found = hours[hours["count"] > 0]
    assert [(d.hour, n) for d, n in zip(found["day"], found["count"], strict=True)] == [
        (1, 1), (2, 2), (3, 1)
    ]  # fmt: skip
    assert len(hours) == 24
    reader.close()


def test_coverage_by_topic_outlet_and_altogether(reader: Reader):
    trade = Filters(topics=("Trade",))
    assert series(queries.coverage(reader, trade, tz=BERLIN, by="topic"), "topic") == {
        ("2025-03-31", "Trade"): 1, ("2025-04-02", "Trade"): 1}  # fmt: skip
    assert series(queries.coverage(reader, trade, tz=BERLIN, by="outlet"), "outlet") == {
        ("2025-03-31", "Valley Post"): 1, ("2025-04-02", "Nordwind"): 1}  # fmt: skip
    total = queries.coverage(reader, trade, tz=BERLIN, by=None)
    assert list(total.columns) == ["day", "count", "unsure"]
    assert list(total["count"]) == [1, 0, 1]


def test_only_the_companies_asked_for_are_shown_and_counted(reader: Reader):
    filters = Filters(companies=("borealis",))
    assert set(queries.coverage(reader, filters, tz=BERLIN)["company"]) == {"Borealis"}
    assert queries.totals(reader, filters, tz=BERLIN).mentions == 2
    assert list(queries.share_of_voice(reader, filters, tz=BERLIN)["share"]) == [1.0]
    subject = replace(filters, subject_only=True)
    assert queries.totals(reader, subject, tz=BERLIN).articles == 1
    # The article is there because Acme is its subject; Borealis is only named in it.
    both = queries.share_of_voice(reader, Filters(subject_only=True, sample=False), tz=BERLIN)
    assert both[["company", "count"]].values.tolist() == [["Acme", 3], ["Borealis", 1]]


def test_kinds_narrow_and_values_widen(reader: Reader):
    count = queries.count_articles
    assert count(reader, Filters(companies=("Acme", "Borealis")), tz=BERLIN) == 5
    assert count(reader, Filters(companies=("Acme",), topics=("Trade",)), tz=BERLIN) == 1
    assert count(reader, Filters(languages=("DE",)), tz=BERLIN) == 2
    assert count(reader, Filters(outlets=("Nordwind", "Valley Post")), tz=BERLIN) == 4
    assert count(reader, Filters(sample=False), tz=BERLIN) == 6


@pytest.mark.parametrize("kind", ["companies", "topics", "outlets", "languages"])
def test_a_name_nobody_knows_is_an_empty_answer(reader: Reader, kind: str):
    filters = Filters(**{kind: ("Nobody",)})
    assert queries.totals(reader, filters, tz=BERLIN) == queries.Totals(0, 0, 0, 0, 0, 0)
    assert queries.articles(reader, filters, tz=BERLIN).empty
    assert queries.stories(reader, filters, tz=BERLIN).empty
    assert queries.share_of_voice(reader, filters, tz=BERLIN).empty
    for by in ("company", "topic", "outlet", None):
        assert queries.coverage(reader, filters, tz=BERLIN, by=by).empty


def test_totals(reader: Reader):
    totals = queries.totals(reader, Filters(), tz=BERLIN)
    assert totals == queries.Totals(articles=7, stories=5, mentions=7, outlets=4, undated=1, rows=8)


def test_choices(reader: Reader):
    choices = queries.choices(reader, tz=BERLIN)
    assert choices.companies == ("Acme", "Borealis", "Cobalt")
    assert choices.topics == ("Industry", "Trade")
    assert choices.outlets == ("Daily Ledger", "Nordwind", "Sample Sun", "Valley Post")
    assert choices.languages == ("de", "en")
    assert (choices.first_day, choices.last_day) == (date(2025, 3, 30), date(2025, 4, 2))
    assert (choices.undated, choices.sample) == (1, True)


def test_a_period_is_whole_days_and_keeps_the_undated_if_asked(reader: Reader):
    day = Filters(since=date(2025, 3, 31), until=date(2025, 3, 31))
    titles = list(queries.articles(reader, day, tz=BERLIN)["title"])
    assert titles == ["Shown as an example", "Acme and Borealis trade", "Undated words"]
    without = replace(day, undated=False)
    assert queries.count_articles(reader, without, tz=BERLIN) == 2
    assert queries.totals(reader, without, tz=BERLIN).undated == 0
    every_dated = Filters(undated=False)
    assert "Undated words" not in list(queries.articles(reader, every_dated, tz=BERLIN)["title"])


def test_the_article_list(reader: Reader):
    frame = queries.articles(reader, Filters(sample=False), tz=BERLIN)
    assert list(frame["article_id"]) == [1004, 1003, 1002, 1001, 1000, 1005]
    assert str(frame["dated_at"].dtype) == "datetime64[us, Europe/Berlin]"
    copy = frame.set_index("article_id").loc[1001]
    assert copy["inferred"]
    assert copy["dated_at"] == PIECES[0].at
    assert copy["outlet"] == "Valley Post"
    assert (copy["companies"], copy["topics"]) == (["Acme"], ["Industry"])
    page = queries.articles(reader, Filters(sample=False), tz=BERLIN, limit=2, offset=2)
    assert list(page["article_id"]) == [1002, 1001]
    oldest = queries.articles(reader, Filters(sample=False), tz=BERLIN, order="oldest")
    assert list(oldest["article_id"]) == [1000, 1001, 1002, 1003, 1004, 1005]


def test_what_was_first_seen_since(reader: Reader):
    filters = Filters(seen_since=SEEN + timedelta(minutes=5))
    frame = queries.articles(reader, filters, tz=BERLIN, order="new")
    assert list(frame["article_id"]) == [1006, 1005]
    between = Filters(seen_since=SEEN + timedelta(minutes=4), seen_until=filters.seen_since)
    assert list(queries.articles(reader, between, tz=BERLIN)["article_id"]) == [1004]


def test_the_articles_of_one_story(reader: Reader):
    frame = queries.articles(reader, Filters(story=1000), tz=BERLIN, order="oldest")
    assert list(frame["article_id"]) == [1000, 1001, 1002]
    assert queries.count_articles(reader, Filters(story=77), tz=BERLIN) == 0


def test_what_search_found_narrows(reader: Reader):
    filters = Filters(query="plant", companies=("Acme",))
    found = [500_000, 500_001, 500_003]
    assert queries.count_articles(reader, filters, tz=BERLIN, found=found) == 2
    assert queries.count_articles(reader, filters, tz=BERLIN, found=[]) == 0
    with pytest.raises(ValueError, match="search"):
        queries.count_articles(reader, filters, tz=BERLIN)


def test_one_article_with_why(reader: Reader):
    article = queries.article(reader, 1002, tz=BERLIN)
    assert article is not None
    assert (article.title, article.text, article.outlet) == (
        "Acme and Borealis trade", "Both did.", "Valley Post")  # fmt: skip
    assert [(m.company, m.subject) for m in article.mentions] == [
        ("Acme", True), ("Borealis", False)]  # fmt: skip
    assert article.mentions[0].evidence[0].text == "Acme"
    assert [t.topic for t in article.topics] == ["Trade"]
    assert article.dated_at == PIECES[2].at
    assert [r.title for r in article.revisions] == ["Acme and Borealis trade"]
    assert queries.article(reader, 1) is None


def test_texts(reader: Reader):
    assert queries.texts(reader, [1003, 1004, 7]) == {
        1003: ("Borealis grows", "It grew."), 1004: ("Rain again", "Wet.")}  # fmt: skip
    assert queries.texts(reader, []) == {}
    assert queries.revision_texts(reader, [500_003]) == {500_003: ("Borealis grows", "It grew.")}


def test_the_story_list(reader: Reader):
    frame = queries.stories(reader, Filters(sample=False), tz=BERLIN).set_index("story_id")
    assert list(frame.index) == [1004, 1003, 1000, 1005]
    story = frame.loc[1000]
    assert story["title"] == "Acme opens a plant"
    assert (story["articles"], story["copies"], story["outlets"]) == (3, 2, 2)
    assert story["outlet_names"] == ["Daily Ledger", "Valley Post"]
    assert story["companies"] == ["Acme", "Borealis"]
    assert story["roles"] == {"original": 1, "reprint": 1, "independent": 1}
    assert (story["first_at"], story["last_at"]) == (PIECES[0].at, PIECES[2].at)
    largest = queries.stories(reader, Filters(), tz=BERLIN, order="size", limit=1)
    assert list(largest["story_id"]) == [1000]
    assert queries.count_stories(reader, Filters(), tz=BERLIN) == 5


def test_one_story(reader: Reader):
    frame = queries.story(reader, 1000, tz=BERLIN)
    assert list(frame["article_id"]) == [1000, 1001, 1002]
    assert list(frame["role"]) == ["original", "reprint", "independent"]
    assert frame["source_id"].tolist()[1] == 1000
    assert frame["authors"][0] == ["Ann Lee", "Bo Ray"]
    assert frame["role_evidence"][0] == ()
    assert queries.story(reader, 77).empty


def test_a_merged_story_is_found_under_its_old_id(tmp_path: Path):
    folder = build_archive(tmp_path, PIECES)
    with writing(folder) as connection:
        merged = [(5, 6), (6, 1003)]
        insert(
            connection,
            "story_redirect",
            [{"story_id": a, "merged_into": b, "merged_at": SEEN} for a, b in merged],
        )
        publish(folder, connection)
    reader = Reader.open(folder)
    assert list(queries.story(reader, 5)["article_id"]) == [1003]
    reader.close()


def test_an_archive_without_articles(tmp_path: Path):
    reader = Reader.open(build_archive(tmp_path, []))
    choices = queries.choices(reader, tz=BERLIN)
    assert (choices.first_day, choices.undated, choices.sample) == (None, 0, False)
    assert queries.totals(reader, Filters(), tz=BERLIN) == queries.Totals(0, 0, 0, 0, 0, 0)
    for frame in (
        queries.coverage(reader, Filters(), tz=BERLIN),
        queries.share_of_voice(reader, Filters(), tz=BERLIN),
        queries.stories(reader, Filters(), tz=BERLIN),
        queries.articles(reader, Filters(), tz=BERLIN),
        queries.story(reader, 1),
        queries.feeds(reader),
        queries.passes(reader),
    ):
        assert frame.empty
        assert len(frame.columns)
    reader.close()


def test_feeds_in_trouble_come_first_and_say_what_to_do(tmp_path: Path):
    feeds = "".join(
        f'[[feed]]\nurl = "https://{name}.example/feed"\noutlet = "{name}"\n'
        for name in ("fresh", "gone", "quiet", "fine", "empty")
    )
    folder = build_archive(tmp_path, [], watchlist=feeds)
    old = SEEN - timedelta(days=30)
    with writing(folder) as connection:
        connection.execute(
            """
            UPDATE feed SET polled_at = $now, succeeded_at = $now, entries = 5
            WHERE url NOT LIKE '%fresh%'
            """,
            {"now": SEEN},
        )
        connection.execute(
            "UPDATE feed SET failures = 3, error = 'not found' WHERE url LIKE '%gone%'"
        )
        connection.execute("UPDATE feed SET entries = 0 WHERE url LIKE '%empty%'")
        ids = dict(
            connection.execute("SELECT split_part(url, '.', 1), feed_id FROM feed").fetchall()
        )
        feed_id = {name.removeprefix("https://"): i for name, i in ids.items()}
        record_entries(
            connection,
            [
                {"feed_id": feed_id[name], "guid": str(i), "seen_at": seen, "outcome": "article",
                 "article_id": i}
                for i, (name, seen) in enumerate([("quiet", old), ("fine", SEEN), ("fine", SEEN)])
            ],
        )  # fmt: skip
        insert(
            connection,
            "poll",
            [{"pass_id": 1, "feed_id": feed_id["gone"], "polled_at": SEEN, "outcome": "failed",
              "http_status": 404}],
        )  # fmt: skip
        insert(
            connection,
            "pass",
            [{"pass_id": 1, "kind": "ingest", "started_at": old, "finished_at": SEEN, "feeds": 5}],
        )
        publish(folder, connection)
    reader = Reader.open(folder)
    frame = queries.feeds(reader, tz=BERLIN)
    assert frame[["outlet", "state"]].values.tolist() == [
        ["gone", "failing"], ["empty", "empty"], ["quiet", "quiet"],
        ["fresh", "not polled yet"], ["fine", "ok"]]  # fmt: skip
    rows = frame.set_index("outlet")
    assert rows.loc["gone", "error"] == "Not found"
    assert rows["connected"].all()
    assert "new address" in rows.loc["gone", "what_to_do"]
    assert "nothing in it" in rows.loc["empty", "error"]
    assert rows.loc["quiet", "error"] == "Nothing new since 11 March 2025"
    assert "outlet's site" in rows.loc["quiet", "what_to_do"]
    assert (rows.loc["fine", "what_to_do"], rows.loc["fine", "articles"]) == ("", 2)
    passes = queries.passes(reader, tz=BERLIN)
    assert passes[["kind", "feeds"]].values.tolist() == [["ingest", 5]]
    assert passes["seconds"][0] == 30 * 86400
    reader.close()


def test_a_feed_is_quiet_by_its_own_rhythm_and_by_the_dates_of_its_entries(tmp_path: Path):
    every = {"hourly": 1, "daily": 24, "weekly": 24 * 7}
    ages = {  # hours since the newest entry → whether that is quiet
        "hourly": {70: False, 74: True}, "daily": {119: False, 122: True},
        "weekly": {24 * 34: False, 24 * 36: True},
    }  # fmt: skip
    cases = [(name, age, quiet) for name, of in ages.items() for age, quiet in of.items()]
    urls = [f"https://{name}.example/{age}" for name, age, _ in cases]
    watchlist = "".join(f'[[feed]]\nurl = "{url}"\noutlet = "Mill"\n' for url in urls)
    times = [SEEN - timedelta(hours=age + n * every[name]) for name, age, _ in cases
             for n in range(20)]  # fmt: skip
    pieces = [Piece(f"Mill {n}", at=at) for n, at in enumerate(times)]
    folder = build_archive(tmp_path, pieces, watchlist=watchlist)
    with writing(folder) as connection:
        connection.execute("UPDATE feed SET polled_at = $now, entries = 20", {"now": SEEN})
        # All were seen only now, in the first poll: what counts is when they were published.
        record_entries(
            connection,
            [{"feed_id": 1 + n // 20, "guid": str(n), "seen_at": SEEN, "outcome": "article",
              "article_id": 1000 + n} for n in range(len(pieces))],
        )  # fmt: skip
        publish(folder, connection)
    reader = Reader.open(folder)
    rows = queries.feeds(reader, tz=BERLIN).set_index("url")
    for url, (_, _, quiet) in zip(urls, cases, strict=True):
        assert rows.loc[url, "state"] == ("quiet" if quiet else "ok"), url
    assert "an entry about every day" in rows.loc["https://daily.example/122", "error"]
    assert rows.loc["https://daily.example/122", "usual_s"] == 86_400
    reader.close()


def test_a_feed_of_the_sample_is_never_fine(tmp_path: Path):
    folder = build_archive(tmp_path, [Piece("Mill", at=SEEN)])
    feeds = "".join(f'[[feed]]\nurl = "https://{n}.example/"\noutlet = "O"\n' for n in "ab")
    with writing(folder) as connection:
        sync_watchlist(connection, parse_config(feeds), sample=True)
        connection.execute("UPDATE feed SET polled_at = $now, entries = 1", {"now": SEEN})
        connection.execute(
            "UPDATE feed SET failures = 1, error = 'the server has a fault (500)' WHERE feed_id = 2"
        )
        entry = {"feed_id": 1, "guid": "1", "seen_at": SEEN, "outcome": "article"}
        record_entries(connection, [{**entry, "article_id": 1000}])
        publish(folder, connection)
    reader = Reader.open(folder)
    rows = queries.feeds(reader, tz=BERLIN)
    assert list(rows["state"]) == ["sample", "sample"]
    assert set(rows["error"]) == {
        "Part of the sample, and not polled: nothing new since 10 April 2025",
        "Part of the sample, and not polled. When it was recorded: the server has a fault (500)",
    }
    assert queries.feeds(reader, sample=False).empty
    reader.close()


# --- what always holds -------------------------------------------------------------------

COMPANIES = ("Acme", "Borealis", "Cobalt", "Nobody")
filters_of_any_kind = st.builds(
    Filters,
    companies=st.lists(st.sampled_from(COMPANIES), max_size=2, unique=True).map(tuple),
    topics=st.lists(st.sampled_from(["Trade", "Industry"]), max_size=1).map(tuple),
    outlets=st.lists(st.sampled_from(["Nordwind", "Valley Post"]), max_size=2).map(tuple),
    languages=st.lists(st.sampled_from(["en", "de"]), max_size=1).map(tuple),
    since=st.none() | st.dates(date(2025, 3, 28), date(2025, 4, 3)),
    until=st.none() | st.dates(date(2025, 3, 28), date(2025, 4, 3)),
    undated=st.booleans(),
    subject_only=st.booleans(),
    sample=st.booleans(),
)


def by_hand(filters: Filters, tz: ZoneInfo) -> list[tuple[int, set[str]]]:
    """The articles that pass, and the companies that count in each."""
    kept = []
    for i, piece in enumerate(PIECES):
        dated = piece.at or (PIECES[piece.copy_of].at if piece.copy_of is not None else None)
        day = dated.astimezone(tz).date() if dated else None
        named = {c for c, subject in piece.companies.items() if subject or not filters.subject_only}
        wanted = named & set(filters.companies) if filters.companies else named
        in_period = (
            filters.undated
            if day is None
            else (filters.since or day) <= day <= (filters.until or day)
        )
        if (
            in_period
            and (wanted or not (filters.companies or filters.subject_only))
            and (not filters.topics or set(filters.topics) & set(piece.topics))
            and (not filters.outlets or piece.outlet in filters.outlets)
            and (not filters.languages or piece.language in filters.languages)
            and (filters.sample or not piece.sample)
        ):
            kept.append((1000 + i, wanted))
    return kept


zones = st.sampled_from([BERLIN, NEW_YORK, ZoneInfo("Asia/Kolkata")])


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(filters=filters_of_any_kind, tz=zones)
def test_every_answer_agrees_with_counting_by_hand(reader: Reader, filters: Filters, tz: ZoneInfo):
    check_against_counting_by_hand(reader, filters, tz)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(filters=filters_of_any_kind, tz=zones)
def test_every_answer_agrees_with_counting_by_hand_often(
    reader: Reader, filters: Filters, tz: ZoneInfo
):
    check_against_counting_by_hand(reader, filters, tz)


def check_against_counting_by_hand(reader: Reader, filters: Filters, tz: ZoneInfo) -> None:
    kept = by_hand(filters, tz)
    frame = queries.articles(reader, filters, tz=tz, limit=None)
    assert set(frame["article_id"]) == {i for i, _ in kept}
    totals = queries.totals(reader, filters, tz=tz)
    assert totals.articles == len(kept) == queries.count_articles(reader, filters, tz=tz)
    assert totals.mentions == sum(len(companies) for _, companies in kept)
    assert totals.undated == frame["dated_at"].isna().sum()
    voice = queries.share_of_voice(reader, filters, tz=tz)
    assert voice["count"].sum() == totals.mentions
    assert voice.empty or voice["share"].sum() == pytest.approx(1)
    stories = queries.stories(reader, filters, tz=tz, limit=None)
    assert stories["articles"].sum() == totals.articles
    assert len(stories) == totals.stories == queries.count_stories(reader, filters, tz=tz)
    dated = {i for i, at_ in zip(frame["article_id"], frame["dated_at"], strict=True) if at_ == at_}
    for by, count in product(("company", None), ("mentions", "stories")):
        days = queries.coverage(reader, filters, tz=tz, by=by, count=count)
        if count == "mentions":
            expected = sum(len(c) if by else 1 for i, c in kept if i in dated)
            assert days["count"].sum() == expected
        assert not days.duplicated(["day", *([by] if by else [])]).any()
        if filters.since and not days.empty:
            assert days["day"].min().date() == filters.since


@given(
    seconds=st.integers(1_420_000_000, 2_110_000_000),  # 2015 to 2036
    since=st.dates(date(2015, 1, 2), date(2036, 1, 1)),
    length=st.integers(0, 3),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "America/Havana", "Asia/Beirut", "America/Sao_Paulo",
         "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"]
    ),
)  # fmt: skip
def test_bounds_hold_exactly_the_moments_of_their_days(
    seconds: int, since: date, length: int, zone: str
):
    tz, moment = ZoneInfo(zone), datetime.fromtimestamp(seconds, UTC)
    until = since + timedelta(days=length)
    start, end = period_bounds(since, until, tz=tz)
    assert start is not None
    assert end is not None
    for instant in (moment, start, start - timedelta(microseconds=1), end):
        day = instant.astimezone(tz).date()
        assert (start <= instant < end) == (since <= day <= until)


def test_days_on_which_the_clocks_change():
    start, end = period_bounds(date(2025, 3, 30), date(2025, 3, 30), tz=BERLIN)
    assert end - start == timedelta(hours=23)
    start, end = period_bounds(date(2025, 10, 26), date(2025, 10, 26), tz=BERLIN)
    assert end - start == timedelta(hours=25)
    assert period_bounds(date.min, date.max, tz=BERLIN)[1] is None

"""What alerts say of an archive: each condition with its reason, one alert a story, told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Config, parse_config
from monitor.errors import ConfigError
from monitor.filters import Filters
from monitor.models import Draft, Role
from monitor.reports.alerts import events, filters_of
from monitor.reports.telling import look_back, tell
from monitor.store.articles import insert_articles, revise_articles
from monitor.store.database import transaction, writing
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.grouping import place
from monitor.store.letters import Posted
from monitor.store.outbox import Outbox
from monitor.store.publish import publish
from monitor.store.reader import Reader
from monitor.store.told import AlertMemory
from monitor.store.views import save_view
from tests.archive import SEEN, Piece, _draft, _placements, build_archive

pytestmark = pytest.mark.slow  # a database is made and published for each
START = SEEN - timedelta(minutes=1)
NOW = SEEN + timedelta(hours=2)  # 10 April 2025, at 16:00 in Berlin
OUTLETS = ("Mill News", "Harbour Ledger", "Valley Signal", "Northline", "Daily Ledger", "The Post")
BASE = """
[team]
timezone = "Europe/Berlin"
dashboard = "https://desk.example"
[[company]]
name = "Norvane"
[[company]]
name = "Tessaly"
[[channel]]
name = "team"
kind = "slack"
url = "https://hooks.example/x"
""" + "".join(
    f'[[outlet]]\nname = "{name}"\ndomain = "o{n}.example"\ntier = {1 if n == 1 else 3}\n'
    for n, name in enumerate(OUTLETS)
)


def config_of(when: str, more: str = "") -> Config:
    return parse_config(
        f'{BASE}\n[[alert]]\nname = "Watch"\nwhen = {when}\nto = ["TEAM"]\n{more}\n'
    )


def story(*outlets: int, companies: tuple[str, ...] = ("Norvane",)) -> list[Piece]:
    at = SEEN - timedelta(hours=3)
    return [
        Piece(f"Norvane shuts plant, {OUTLETS[n]}", OUTLETS[n], at + timedelta(minutes=i),
              "It shuts.", dict.fromkeys(companies, True), story=0 if i else None)
        for i, n in enumerate(outlets)
    ]  # fmt: skip


class Desks:
    """A folder with a memory, and an alert that is there since `START`."""

    def __init__(self, folder: DataFolder, config: Config) -> None:
        self.folder, self.config, self.desk = folder, config, Desk(folder)
        self.memory, self.outbox = AlertMemory(self.desk), Outbox(self.desk)
        self.tell(now=START)

    def tell(self, *, now: datetime = NOW) -> int:
        reader = Reader.open(self.folder)
        try:
            return tell(self.config.alert[0], reader, self.config, folder=self.folder,
                        desk=self.desk, memory=self.memory, now=now)  # fmt: skip
        finally:
            reader.close()

    def posted(self) -> list[Posted]:
        return sorted(self.outbox.newest(), key=lambda row: row.id)

    def subjects(self) -> list[str]:
        return [row.letter.message.subject for row in self.posted()]

    def add(self, pieces: list[Piece], first: int) -> None:
        """Publish the pieces from number `first` on; those before are there."""
        ids = [1000 + i for i in range(len(pieces))]
        with writing(self.folder) as connection:
            with transaction(connection):
                insert_articles(
                    connection,
                    [(i, i + 499_000, f"digest {i}", _draft(p, i))
                     for i, p in list(zip(ids, pieces, strict=True))[first:]],
                )  # fmt: skip
                place(connection, list(_placements(pieces, ids))[first:])
            publish(self.folder, connection)


def test_a_first_tier_1_outlet_is_told_once(tmp_path: Path) -> None:
    config = config_of('["first-tier-1"]')
    desks = Desks(build_archive(tmp_path, story(0, 2), watchlist=config), config)
    assert desks.tell() == 0  # no tier-1 outlet has it
    pieces = [*story(0, 2), *story(0, 1)[1:]]
    desks.add(pieces, 2)
    assert desks.tell() == 1
    assert desks.tell() == 0
    [row] = desks.posted()
    assert row.letter.message.subject == "Watch: Norvane shuts plant, Mill News"
    assert row.letter.message.text.split("\n\n") == [
        "Norvane shuts plant, Mill News",
        "Harbour Ledger is the first tier-1 outlet that carries it, as “Norvane shuts plant, "
        "Harbour Ledger”.",
        "Named in it: Norvane.",
        "The alert “Watch” says when a first tier-1 outlet carries a story.",
    ]
    assert row.letter.message.link == "https://desk.example/stories?story=1000"


def test_what_was_there_before_the_alert_is_not_told(tmp_path: Path) -> None:
    config = config_of('["first-tier-1", "story-outlets"]', "outlets = 2")
    folder = build_archive(tmp_path, story(0, 1, 2), watchlist=config)
    desks = Desks(folder, config)
    late = config_of('["first-tier-1", "story-outlets"]', "outlets = 3")  # another definition
    desks.config = late
    assert desks.tell() == 0  # begins now
    assert desks.tell(now=NOW + timedelta(hours=1)) == 0


def test_a_story_that_grows_is_one_alert_and_its_updates(tmp_path: Path) -> None:
    config = config_of('["story-outlets", "first-tier-1"]', "outlets = 2")
    pieces = story(0, 2, 3, 4, 1)
    desks = Desks(build_archive(tmp_path, pieces[:1], watchlist=config), config)
    told = []
    for count in range(2, 6):
        desks.add(pieces[:count], count - 1)
        told.append(desks.tell())
    assert told == [1, 0, 1, 1]  # at two, at four, and with the tier-1 outlet
    assert desks.subjects() == [
        "Watch: Norvane shuts plant, Mill News",
        "Watch, update 1: Norvane shuts plant, Mill News",
        "Watch, update 2: Norvane shuts plant, Mill News",
    ]
    rows = desks.posted()
    assert [row.letter.kind for row in rows] == ["alert", "update", "update"]
    assert {row.letter.thread for row in rows} == {rows[0].letter.key}
    assert "4 outlets carry it" in rows[1].letter.message.text
    assert "Update 1 of an alert about the same story." in rows[1].letter.message.text


def test_stories_that_are_merged_go_on_as_one_alert(tmp_path: Path) -> None:
    config = config_of('["first-tier-1"]')
    pieces = [*story(0), Piece("Norvane plant to go", OUTLETS[1], SEEN - timedelta(hours=2), "x")]
    desks = Desks(build_archive(tmp_path, pieces, watchlist=config), config)
    assert desks.subjects() == ["Watch: Norvane plant to go"]
    with writing(desks.folder) as connection:
        connection.execute("UPDATE article SET story_id = 1000")
        connection.execute("INSERT INTO story_redirect VALUES (1001, 1000, now())")
        publish(desks.folder, connection)
    assert desks.tell() == 0


def test_a_changed_headline_says_both_wordings(tmp_path: Path) -> None:
    config = config_of('["headline-changed"]', 'companies = ["Norvane"]')
    desks = Desks(build_archive(tmp_path, story(0), watchlist=config), config)
    with writing(desks.folder) as connection:
        draft = Draft(url_key="k", url=None, outlet=OUTLETS[0], domain=None, text="It shuts.",
                      title="Norvane keeps plant", seen_at=SEEN + timedelta(hours=1))  # fmt: skip
        with transaction(connection):
            revise_articles(connection, [(1000, 900_000, "x", draft)])
        publish(desks.folder, connection)
    assert desks.tell() == 1
    assert desks.tell() == 0
    [row] = desks.posted()
    assert row.letter.message.subject == "Watch: Norvane keeps plant"
    assert "changed its headline, which was “Norvane shuts plant, Mill News”." in (
        row.letter.message.text
    )


def spiky() -> list[Piece]:
    calm = [
        Piece(f"Norvane, day {day}", OUTLETS[day % 3], SEEN - timedelta(days=40 - day), "Calm.",
              {"Norvane": True})
        for day in range(40)
    ]  # fmt: skip
    hot = [
        Piece(f"Norvane recall {n}", OUTLETS[n % 3], SEEN - timedelta(minutes=40 - n), "Hot.",
              {"Norvane": True}, story=None if n == 0 else 40)
        for n in range(12)
    ]  # fmt: skip
    return calm + hot


def test_a_spike_names_its_figures_and_its_story(tmp_path: Path) -> None:
    config = config_of('["spike"]')
    desks = Desks(build_archive(tmp_path, spiky(), watchlist=config), config)
    assert [r.letter.message.subject for r in desks.posted()] == ["Watch: Norvane recall 0"]
    [row] = desks.posted()
    said = "Norvane had 12 reports on Thursday 10 April, where 1 is usual; most of them are about"
    assert said in row.letter.message.text
    assert desks.tell() == 0


def test_silent_feeds_are_one_alert_a_day(tmp_path: Path) -> None:
    feeds = "".join(
        f'[[feed]]\nurl = "https://o{n}.example/rss"\noutlet = "{OUTLETS[n]}"\n' for n in range(3)
    )
    config = config_of('["feed-dead"]', feeds)
    folder = build_archive(tmp_path, story(0), watchlist=config)
    with writing(folder) as connection:
        connection.execute(
            """
            UPDATE feed SET polled_at = $now, succeeded_at = $ago, failures = 9,
                error = 'the server has a fault (500)' WHERE url NOT LIKE '%o2%'
            """,
            {"now": NOW, "ago": NOW - timedelta(days=2)},
        )
        publish(folder, connection)
    desks = Desks(folder, config)
    [row] = desks.posted()
    assert row.letter.message.text.count("has not answered with anything since") == 2
    assert "Tuesday 8 April, 16:00: The server has a fault (500)." in row.letter.message.text
    assert desks.tell() == 0

    def polled(feed: str, *, failures: int, at: datetime) -> int:
        with writing(folder) as connection:
            connection.execute(
                f"""
                UPDATE feed SET polled_at = $at, failures = $failures, entries = 3,
                    succeeded_at = CASE WHEN $failures = 0 THEN $at ELSE succeeded_at END
                WHERE url LIKE '%{feed}%'
                """,
                {"at": at, "failures": failures},
            )
            connection.execute("DELETE FROM rhythm")
            connection.execute(
                "INSERT INTO rhythm (feed_id, newest_at) SELECT feed_id, $at FROM feed", {"at": at}
            )
            publish(folder, connection)
        return desks.tell(now=at)

    later = NOW + timedelta(days=1)
    assert polled("o0", failures=0, at=later) == 1
    row = desks.posted()[-1]
    assert row.letter.kind == "update"
    assert row.letter.message.subject == "Watch, update 1: Mill News: a feed works again"
    assert "newest entry is of Friday 11 April, 16:00." in row.letter.message.text
    assert "o1.example" not in row.letter.message.text
    assert desks.tell(now=later) == 0
    # Silent once more, it is told once more, and so is its end.
    again = later + timedelta(days=2)
    assert polled("o0", failures=9, at=again) == 1
    assert desks.posted()[-1].letter.kind == "alert"
    assert polled("o0", failures=0, at=again + timedelta(hours=1)) == 1
    assert desks.posted()[-1].letter.thread == desks.posted()[-2].letter.thread


def test_a_feed_that_failed_today_is_no_alert(tmp_path: Path) -> None:
    feed = f'[[feed]]\nurl = "https://o0.example/rss"\noutlet = "{OUTLETS[0]}"\n'
    config = config_of('["feed-dead"]', feed)
    folder = build_archive(tmp_path, story(0), watchlist=config)
    with writing(folder) as connection:
        connection.execute(
            "UPDATE feed SET polled_at = $now, succeeded_at = $ago, failures = 9, error = 'x'",
            {"now": NOW, "ago": START - timedelta(hours=3)},
        )
        publish(folder, connection)
    assert Desks(folder, config).posted() == []


def test_companies_and_queries_narrow_an_alert(tmp_path: Path) -> None:
    pieces = [*story(1), *story(1, companies=("Tessaly",))]
    config = config_of('["first-tier-1"]', 'companies = ["Tessaly"]')
    desks = Desks(build_archive(tmp_path, pieces, watchlist=config), config)
    [row] = desks.posted()
    assert "Named in it: Tessaly." in row.letter.message.text
    config = config_of('["first-tier-1"]', 'query = "nowhere"')
    assert Desks(desks.folder, config).tell() == 0
    assert len(desks.posted()) == 1


def test_a_saved_view_is_followed_without_its_period(tmp_path: Path) -> None:
    config = config_of('["spike"]', 'view = "morning ROUND"')
    desk = Desk(DataFolder(tmp_path))
    with pytest.raises(ConfigError, match="alert 'Watch': view: there is no saved view 'morning R"):
        filters_of(config.alert[0], desk, now=NOW)
    values = {"company": ["Gap"], "dates": ["2025-01-01", "2025-01-31"], "subject": True}
    save_view(desk, name="Morning round", page="stories", team=True, by="ann", values=values)
    assert filters_of(config.alert[0], desk, now=NOW) == Filters(
        companies=("Gap",), subject_only=True
    )


def test_history_is_looked_back_on_by_dates_of_publication(tmp_path: Path) -> None:
    config = config_of('["first-tier-1", "story-outlets"]', "outlets = 3")
    folder = build_archive(tmp_path, story(0, 1, 2), watchlist=config)
    told = look_back(
        config.alert[0], Reader.open(folder), config, folder=folder, desk=Desk(folder),
        since=NOW - timedelta(days=14), now=NOW + timedelta(days=3),
    )  # fmt: skip
    assert [[event.condition for event in events_] for events_ in told] == [
        ["story-outlets", "first-tier-1"]
    ]
    assert Outbox(Desk(folder)).newest() == []


def test_what_is_hostile_stays_on_its_line(tmp_path: Path) -> None:
    config = config_of('["first-tier-1"]')
    piece = Piece("A\nBcc: x\r\n\u202e<b>", OUTLETS[1], SEEN, "x", role=Role.ORIGINAL)
    folder = build_archive(tmp_path, [piece], watchlist=config)
    [event] = events(config.alert[0], Filters(), Reader.open(folder), config, since=START, now=NOW)
    assert event.title == "A Bcc: x <b>"


def test_an_old_article_that_was_brought_in_is_no_news(tmp_path: Path) -> None:
    config = config_of('["first-tier-1"]')
    piece = Piece("Old", OUTLETS[1], datetime(2024, 1, 1, tzinfo=UTC), "x")
    desks = Desks(build_archive(tmp_path, [piece], watchlist=config), config)
    assert desks.tell() == 0
    assert date(2024, 1, 1) < START.date()

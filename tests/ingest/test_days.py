"""A date without a time of day is that day, wherever the team is."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Config, parse_config
from monitor.filters import Filters
from monitor.ingest.service import open_archive
from monitor.store.database import writing
from monitor.store.folder import DataFolder, current_generation
from monitor.store.placing import catch_up
from monitor.store.publish import publish
from monitor.store.queries import articles, coverage, stories, story
from monitor.store.reader import Reader
from monitor.store.schema import MIGRATIONS
from tests.imported import import_file
from tests.ingest.test_run import NOW, page, rows, run
from tests.reporting import csv_of
from tests.server import LocalServer

THAT_DAY = date(2025, 4, 2)
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Mill News</title><item>'
    "<title>A second wheel</title><link>{link}</link><guid>1</guid><pubDate>{date}</pubDate>"
    "</item></channel></rss>"
)
ZONES = ["America/New_York", "Pacific/Honolulu", "Europe/Berlin", "Asia/Tokyo", "Pacific/Auckland",
         "UTC"]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def config_in(zone: str, server: LocalServer) -> Config:
    return parse_config(
        f'[team]\ntimezone = "{zone}"\n[[company]]\nname = "Acme"\nabout = "Acme, a maker of mills"'
        f'\n[[feed]]\nurl = "{server.url("/feed")}"\noutlet = "Mill News"\n'
    )


def serve(server: LocalServer, *, published: str, dated: str) -> None:
    link = server.add("/mill", page("A second wheel for the mill", published=published))
    server.add("/feed", FEED.format(link=link, date=dated))


def days(reader: Reader, config: Config) -> list[date]:
    frame = coverage(reader, Filters(), tz=config.tz)
    return [at.date() for at, n in zip(frame["day"], frame["count"], strict=True) if n]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("published", "dated"),
    [
        ("2025-04-02", ""),
        ("", "Wed, 02 Apr 2025"),
        ("2025-04-02", "Wed, 02 Apr 2025 00:00:00 GMT"),
    ],
)
def test_a_day_is_counted_shown_found_and_exported_as_that_day(
    server: LocalServer, folder: DataFolder, zone: str, published: str, dated: str
) -> None:
    serve(server, published=published, dated=dated)
    config = config_in(zone, server)
    run(folder, config)
    reader = Reader.open(folder)
    assert days(reader, config) == [THAT_DAY]
    hours = coverage(reader, Filters(), tz=config.tz, step="hour")
    assert (hours["count"].sum(), hours["unsure"].sum()) == (1, 1)  # nobody knows the hour
    assert coverage(reader, Filters(), tz=config.tz)["unsure"].sum() == 0
    only = Filters(since=THAT_DAY, until=THAT_DAY, companies=("Acme",), undated=False)
    [row] = articles(reader, only, tz=config.tz).to_dict("records")
    assert (row["dated_at"].date(), row["day_only"]) == (THAT_DAY, True)
    [told] = stories(reader, only, tz=config.tz).to_dict("records")
    assert (told["first_at"].date(), told["first_day_only"]) == (THAT_DAY, True)
    text = csv_of(folder, reader, "articles", only, config=config).decode("utf-8-sig")
    [line] = csv.DictReader(text.splitlines())
    assert (line["Date"], line["Time"], line["Date Confidence"]) == ("2025-04-02", "", "day")
    text = csv_of(folder, reader, "stories", only, config=config).decode("utf-8-sig")
    [line] = csv.DictReader(text.splitlines())
    assert (line["First Date"], line["First Time"]) == ("2025-04-02", "")
    reader.close()


def test_nine_in_tokyo_is_a_time(server: LocalServer, folder: DataFolder) -> None:
    serve(server, published="2025-04-02T09:00:00+09:00", dated="Wed, 02 Apr 2025 09:00:00 +0900")
    config = config_in("America/New_York", server)
    run(folder, config)
    reader = Reader.open(folder)
    assert days(reader, config) == [THAT_DAY - timedelta(days=1)]  # it was eight in the evening
    reader.close()


def test_days_follow_the_team_to_another_zone(server: LocalServer, folder: DataFolder) -> None:
    serve(server, published="2025-04-02", dated="")
    run(folder, config_in("America/New_York", server))
    tokyo = config_in("Asia/Tokyo", server)
    with open_archive(folder, tokyo):
        pass
    reader = Reader.open(folder)
    assert days(reader, tokyo) == [THAT_DAY]
    assert reader.rows("SELECT DISTINCT dated_at FROM mention") == [
        (datetime(2025, 4, 1, 15, tzinfo=UTC),)
    ]
    reader.close()
    name = current_generation(folder)
    with open_archive(folder, tokyo):  # it is there already
        pass
    assert current_generation(folder) == name


def back(folder: DataFolder) -> None:
    """As the version before kept it: a day is of medium confidence, at its beginning in UTC."""
    with writing(folder) as connection:
        for table in ("article", "mention"):
            connection.execute(f"UPDATE {table} SET dated_at = '2025-04-02T00:00:00Z'")
        connection.execute("UPDATE article SET date_confidence = 'medium'")
        connection.execute("UPDATE revision SET extractor = 'older'")
        connection.execute("DELETE FROM setting WHERE key = 'days_placed_in'")
        number = next(n for n, (name, _) in enumerate(MIGRATIONS) if "days without" in name)
        connection.execute("DELETE FROM migration WHERE number > $number", {"number": number})


def test_an_older_archive_is_brought_up_without_a_revision(
    server: LocalServer, folder: DataFolder
) -> None:
    serve(server, published="2025-04-02", dated="Wed, 02 Apr 2025 00:00:00 GMT")
    config = config_in("America/New_York", server)
    run(folder, config)
    back(folder)
    again = run(folder, config, now=NOW + timedelta(hours=2))  # its page is looked at again
    assert server.count("/mill") == 2
    assert (again.counts.unchanged, again.counts.revisions) == (1, 0)
    assert rows(folder, "SELECT revisions, date_confidence FROM article") == [(1, "day")]
    assert rows(folder, "SELECT count(*) FROM revision") == [(1,)]
    reader = Reader.open(folder)
    assert days(reader, config) == [THAT_DAY]
    reader.close()
    server.add("/mill", page("The mill has its wheel", published="2025-04-02"))
    run(folder, config, now=NOW + timedelta(hours=7))
    # The date that is known agrees with itself: that makes it no surer.
    assert rows(folder, "SELECT revisions, date_confidence FROM article") == [(2, "day")]


def test_moving_cut_short_is_made_up_for(server: LocalServer, folder: DataFolder) -> None:
    serve(server, published="2025-04-02", dated="")
    config = config_in("America/New_York", server)
    run(folder, config)
    back(folder)
    with writing(folder) as connection:
        assert catch_up(connection) == 1
        assert catch_up(connection) == 0


def test_who_gives_a_time_comes_before_who_gives_that_day(folder: DataFolder) -> None:
    lines = [("Daily", "2025-04-02"), ("Ledger", "2025-04-02T15:00:00Z"), ("Post", "2025-04-03")]
    config = parse_config('[team]\ntimezone = "America/New_York"\n[[company]]\nname = "Acme"\n')
    source = folder.root.parent / "pages.jsonl"
    text = " ".join(f"The mill on the river gets wheel {n} of its own." for n in range(40))
    source.write_text("".join(
        f'{{"title": "A second wheel for the mill", "text": "{text}", "outlet": "{outlet}",'
        f' "published_at": "{published}", "url": "https://{outlet.lower()}.example/{n}"}}\n'
        for n, (outlet, published) in enumerate(lines)
    ))  # fmt: skip
    with open_archive(folder, config) as archive:
        _, failures = import_file(archive, source, now=NOW)
        assert failures == []
        publish(folder, archive.connection)
    reader = Reader.open(folder)
    [told] = stories(reader, Filters(), tz=config.tz).to_dict("records")
    assert told["outlet_names"] == ["Ledger", "Daily", "Post"]
    whole = story(reader, told["story_id"], tz=config.tz)
    assert whole["outlet"].tolist() == ["Ledger", "Daily", "Post"]
    # Nobody knows which of the first two was earlier.
    assert set(whole["role"]) == {"unknown"}
    reader.close()

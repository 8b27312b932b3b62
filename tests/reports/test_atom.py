"""The Atom feed: what RFC 4287 asks for, hostile text as text, ids that stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import feedparser
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.filters import Filters
from monitor.reports.atom import MOST, Entry, atom, entries, feed_id
from monitor.store.database import writing
from monitor.store.publish import publish
from monitor.store.reader import Reader
from tests.archive import SEEN, Piece, build_archive

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2025, 4, 1, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:8501/"
A = "{http://www.w3.org/2005/Atom}"
NO_TITLE = "(without a headline)"
HOSTILE = "<script>alert(1)</script> & ]]> \0\x0b\ufffe <b>Órbita</b> 🌍"
PIECES = [
    Piece("Acme opens", "Daily", AT, "Acme opened.", {"Acme": True}, ("steel",),
          authors=("A. Lee",)),
    Piece("Acme opens, too", "Weekly", AT + timedelta(days=1), "So it did.", {"Acme": True},
          story=0),
    Piece(HOSTILE, "Evil", None, HOSTILE, url=None),
]  # fmt: skip


def document(items: list[Entry], **more: str) -> bytes:
    facts = {"title": "All", "own_id": "urn:x", "link": f"{BASE}feed/articles.atom", "page": BASE}
    return atom(items, **(facts | more))


def entry_of(text: str) -> Entry:
    return Entry(
        id="urn:x:1", title=text, link="https://daily.example/1?a=1&b=2", page=BASE, updated=AT,
        summary=text, authors=[text], categories=[text],
    )  # fmt: skip


def test_articles_are_entries(tmp_path: Path) -> None:
    reader = Reader.open(build_archive(tmp_path, PIECES))
    items = entries(reader, "articles", Filters(), tz=BERLIN, base=BASE)
    told = feedparser.parse(document(items))
    assert not told.bozo
    assert told.version == "atom10"
    assert told.feed.updated == "2025-04-10T12:02:00Z"
    hostile, _, first = told.entries
    assert (first.title, first.summary, first.author) == ("Acme opens", "Acme opened.", "A. Lee")
    assert [tag.term for tag in first.tags] == ["Acme", "steel", "Daily"]
    assert (first.published, first.updated) == ("2025-04-01T12:00:00Z", "2025-04-10T12:00:00Z")
    assert [(link.rel, link.href) for link in first.links] == [
        ("alternate", "https://daily.example/1000"),
        ("related", f"{BASE}articles?article=1000"),
    ]
    # Without an address of its own it is read in the dashboard.
    assert [(link.rel, link.href) for link in hostile.links] == [
        ("alternate", f"{BASE}articles?article=1002")
    ]
    assert hostile.title_detail.type == hostile.summary_detail.type == "text/plain"
    assert "published" not in hostile
    reader.close()


def test_stories_are_entries_that_are_new_with_every_outlet(tmp_path: Path) -> None:
    folder = build_archive(tmp_path / "one", PIECES[:1])
    reader = Reader.open(folder)
    [before] = entries(reader, "stories", Filters(), tz=BERLIN, base=BASE)
    reader.close()
    reader = Reader.open(build_archive(tmp_path / "two", PIECES))
    now = {e.title: e for e in entries(reader, "stories", Filters(), tz=BERLIN, base=BASE)}
    reader.close()
    grown = now["Acme opens"]
    assert (grown.id, grown.link) == (before.id, f"{BASE}stories?story=1000")
    assert (before.updated, grown.updated) == (SEEN, SEEN + timedelta(minutes=1))
    assert (before.summary, grown.summary) == ("1 × Daily", "2 × Daily, Weekly")
    assert len({e.id for e in now.values()}) == 2


def test_a_changed_article_keeps_its_id_and_is_new(tmp_path: Path) -> None:
    folder, found = build_archive(tmp_path, PIECES[:1]), []
    for _ in range(2):
        reader = Reader.open(folder)
        found += entries(reader, "articles", Filters(), tz=BERLIN, base=BASE)
        reader.close()
        with writing(folder) as connection:
            connection.execute(
                "UPDATE article SET updated_at = $at", {"at": SEEN + timedelta(hours=3)}
            )
            publish(folder, connection)
    was, now = found
    assert was.id == now.id
    assert now.updated - was.updated == timedelta(hours=3)


def test_at_most_a_hundred_the_newest(tmp_path: Path) -> None:
    many = [
        Piece(f"No. {n}", "Daily", AT - timedelta(days=n), "It is so.") for n in range(MOST + 7)
    ]
    reader = Reader.open(build_archive(tmp_path, many))
    items = entries(reader, "articles", Filters(), tz=BERLIN, base=BASE)
    reader.close()
    assert len(items) == MOST
    assert items[0].title == f"No. {MOST + 6}"  # the last one that came


def test_feeds_of_other_filters_are_other_feeds() -> None:
    acme = Filters(companies=("Acme",))
    ids = {feed_id("articles", Filters()), feed_id("articles", acme), feed_id("stories", acme)}
    assert len(ids) == 3
    assert feed_id("articles", acme) == feed_id("articles", Filters(companies=("Acme",)))


def test_a_feed_without_entries_is_one() -> None:
    told = feedparser.parse(document([]))
    assert not told.bozo
    assert (told.entries, told.feed.updated) == ([], "1970-01-01T00:00:00Z")


@given(st.text())
@example(HOSTILE)
@example("\ud800 half a character")
def test_any_text_is_text(text: str) -> None:
    root = ET.fromstring(document([entry_of(text)], title=text))
    kept = "".join(c for c in text if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or
                   "\ue000" <= c <= "\ufffd" or c > "\uffff")  # fmt: skip
    [entry] = root.findall(f"{A}entry")
    assert read(entry.find(f"{A}author/{A}name")) == newlines(kept)
    assert read(entry.find(f"{A}title")) == (" ".join(kept.split()) or NO_TITLE)
    if kept:
        assert read(entry.find(f"{A}summary")) == newlines(kept)
    assert not [element for element in root.iter() if element.tag.endswith("script")]


def read(element: ET.Element | None) -> str:
    assert element is not None
    assert not list(element)
    return newlines(element.text or "")


def newlines(text: str) -> str:
    """As XML reads every kind of them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")

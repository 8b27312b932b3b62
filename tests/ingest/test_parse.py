"""Feeds as they really come: formats, charsets, dates, damage, and hostile ones."""

from __future__ import annotations

import json
import re
import tarfile
import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from monitor.errors import ParseError
from monitor.ingest.charsets import without_ruins
from monitor.ingest.feed_text import plain, read_authors, read_date
from monitor.ingest.parse import MAX_ENTRIES, parse_feed
from monitor.models import Entry, ParsedFeed

FEEDS = Path(__file__).parent / "feeds"
URL = "https://harbour.example/feeds/all.xml"
NOW = datetime(2025, 4, 4, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def parse(data: bytes | str, content_type: str = "", url: str = URL) -> ParsedFeed:
    raw = data.encode() if isinstance(data, str) else data
    return parse_feed(raw, url=url, content_type=content_type, now=NOW)


def rss(items: str, head: str = "") -> str:
    return f'{head}<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def item(title: str, link: str = "https://harbour.example/1") -> str:
    return f"<item><title>{title}</title><link>{link}</link></item>"


def test_rss() -> None:
    feed = parse((FEEDS / "wire.rss").read_bytes())
    assert (feed.title, feed.language, feed.ttl_seconds) == ("Harbour & Mill", "en", 3600)
    first, guid, relative, no_page = feed.entries
    assert first == Entry(
        feed_url=URL,
        guid="harbour-1",
        url="https://harbour.example/night?a=1&b=2",
        title="Ferry line & port agree on night sailings",
        summary="The café on deck stays open.",
        content_html="<p>The café on deck stays open.</p><p>Tickets cost £9.</p>",
        authors=("Ann Lee", "Bo Ray"),
        published_at=utc(2025, 4, 1, 20, 54),
    )
    assert guid.url == guid.guid == "https://harbour.example/guid"
    assert guid.authors == ("Cy Day",)
    assert guid.published_at == utc(2025, 4, 2, 7)
    assert relative.url == relative.guid == "https://harbour.example/relative"
    assert relative.published_at is None
    assert no_page.url is None
    assert no_page.published_at is None
    assert no_page.guid
    assert feed.skipped == ("item 5 has neither a link nor a title",)


def test_atom() -> None:
    feed = parse((FEEDS / "desk.atom").read_bytes())
    assert (feed.title, feed.language, feed.ttl_seconds) == ("Schreibtisch", "de", None)
    first, second = feed.entries
    assert first.url == "https://desk.example/blog/eins"
    assert first.guid == "tag:desk.example,2025:1"
    assert first.published_at == utc(2025, 4, 1, 19, 54)
    assert first.updated_at == utc(2025, 4, 2, 8)
    assert first.authors == ("Mia Kern",)
    assert "<p>Erster Absatz.</p><p>Zweiter.</p>" in first.content_html
    assert second.authors == ("Jo Blau",)
    assert second.published_at == second.updated_at == utc(2025, 4, 3, 4, 30)
    assert second.summary == "Kurz gesagt."


def test_rdf() -> None:
    (entry,) = parse((FEEDS / "notes.rdf").read_bytes()).entries
    assert entry.title == "A quiet week at the quarry"
    assert entry.published_at == utc(2025, 4, 1, 16)
    assert entry.authors == ("Ed Moss",)


def test_json_feed() -> None:
    feed = parse((FEEDS / "garden.json").read_bytes(), "application/feed+json")
    assert (feed.title, feed.language) == ("Garden", "en")
    first, second = feed.entries
    assert (first.guid, first.url) == ("7", "https://harbour.example/plums")
    assert first.title == "Plums & pears"
    assert first.published_at == utc(2025, 4, 1, 15)
    assert first.authors == second.authors == ("Ivy Lane",)
    assert second.content_html == "<p>One.</p><p>Two &lt;b&gt;.</p>"
    assert len(feed.skipped) == 2


@pytest.mark.parametrize(
    ("data", "content_type", "got"),
    [
        (b"", "text/xml", "an empty answer"),
        (b" \n ", "text/xml", "an empty answer"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "application/rss+xml", "text/html"),
        (b"<!-- <rss> --><html lang=en>", "text/html", "text/html"),
        (b"Forbidden", "text/plain; charset=utf-8", "text/plain"),
        (b"<catalog><item/></catalog>", "text/xml", "a document of <catalog>"),
        (b"<rss><channel><title>Half a f", "text/xml", "damaged or incomplete XML"),
        (b'{"version": "https://jsonfeed', "application/json", "damaged or incomplete JSON"),
        (b'{"error": "no"}', "application/json", "other JSON"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image/png", "image/png"),
    ],
)
def test_what_is_no_feed_is_named(data: bytes, content_type: str, got: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(data, content_type)
    assert str(caught.value).startswith(f"cannot parse feed '{URL}': expected ")
    assert got in str(caught.value)


def test_a_feed_may_be_empty() -> None:
    feed = parse(rss(""))
    assert (feed.title, feed.entries, feed.skipped) == ("T", (), ())


def test_of_a_feed_that_breaks_off_the_whole_items_are_kept() -> None:
    whole = rss(item("One") + item("Two") + item("Three costs $400 million"))
    feed = parse(whole[: whole.index("$400") + 2])
    assert [entry.title for entry in feed.entries] == ["One", "Two"]
    assert feed.skipped == ("item 3 is not complete: the feed breaks off",)


def test_damaged_markup_loses_no_item() -> None:
    feed = parse(rss(item("A & B &nbsp; C", "https://harbour.example/?a=1&b=2") + item("\x0bD")))
    assert [entry.title for entry in feed.entries] == ["A & B C", "D"]
    assert feed.entries[0].url == "https://harbour.example/?a=1&b=2"


def test_items_beyond_the_cap_are_counted_and_cost_no_time() -> None:
    start = time.process_time()
    feed = parse(rss("".join(item(f"N{i}") for i in range(25_000))))
    assert time.process_time() - start < 5
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.entries[-1].title == f"N{MAX_ENTRIES - 1}"
    assert set(feed.skipped) == {"beyond the first 2,000 items"}
    assert len(feed.entries) + len(feed.skipped) == 25_000


BOMB = (
    '<!DOCTYPE r [<!ENTITY a "' + "x" * 50_000 + '">\n<!ENTITY b "' + "&a;" * 50 + '">'
    '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "before", ["", '<?xml version="1.0"?>', "<!-- <a -->", "junk\n", "<!DOCTYPE x>\n"]
)
def test_declared_entities_are_never_expanded(before: str, encoding: str) -> None:
    start = time.process_time()
    items = item("&b;&f;" * 200) + item("Two")
    feed = parse(rss(items, head=before + BOMB).encode(encoding))
    assert time.process_time() - start < 5
    assert feed.entries[-1].title == "Two"
    assert "xxx" not in feed.entries[0].title
    assert "root:" not in feed.entries[0].title


def test_too_deep_markup_is_refused() -> None:
    with pytest.raises(ParseError, match="200,000 elements"):
        parse("<rss><channel><item>" + "<a>" * 200_001)


TITLE = "Müller’s “größter” Café – 5 €"


@pytest.mark.parametrize(
    ("declared", "actual", "header"),
    [
        ("utf-8", "utf-8", "text/xml"),  # no charset: not US-ASCII, as an old RFC has it
        ("utf-8", "utf-8", "text/xml; charset=ISO-8859-1"),
        ("iso-8859-1", "utf-8", "application/xml"),
        ("iso-8859-1", "cp1252", "application/xml"),
        ("windows-1252", "cp1252", "application/xml; charset=utf-8"),
        ("utf-8", "cp1252", "application/xml"),
        ("", "utf-8", ""),
        ("", "cp1252", "text/xml; charset=windows-1252"),
        ("utf-16", "utf-16", "application/xml"),
        ("utf-16", "utf-16-le", "application/xml"),
        ("utf-16", "utf-8", "application/xml"),
        ("utf-8", "utf-8-sig", "application/xml"),
        ("no-such-charset", "utf-8", "application/xml; charset=x"),
        ("utf-7", "utf-8", "application/xml; charset=utf-7"),
    ],
)
def test_charsets_are_told_by_bytes(declared: str, actual: str, header: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    (entry,) = parse(rss(item(TITLE), head=head).encode(actual), header).entries
    assert entry.title == TITLE


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("shift_jis", "東京の新聞"),
        ("iso-2022-jp", "東京の新聞"),
        ("gb2312", "北京新闻"),
        ("euc-kr", "서울 뉴스"),
        ("koi8-r", "Новости"),
    ],
)
def test_other_scripts(encoding: str, text: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert parse(rss(item(text), head=head).encode(encoding)).entries[0].title == text


def test_a_few_bad_bytes_do_not_change_the_charset() -> None:
    data = rss(item("größer " * 20)).encode().replace("ß".encode(), b"\xdf", 1)
    title = parse(data).entries[0].title
    assert title.count("größer") == 19
    assert "Ã" not in title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 01 Apr 2025 15:54:00 EST", utc(2025, 4, 1, 20, 54)),
        ("Tue, 01 Apr 2025 15:54 EDT", utc(2025, 4, 1, 19, 54)),
        ("Tue, 01 Apr 2025 15:54:00 ET", utc(2025, 4, 1, 19, 54)),
        ("Wed, 01 Jan 2025 15:54:00 ET", utc(2025, 1, 1, 20, 54)),
        ("Tue, 1 Apr 25 15:54:00 +0200", utc(2025, 4, 1, 13, 54)),
        ("Tue, 01 Apr 2025 15:54:00", utc(2025, 4, 1, 15, 54)),
        ("Tue, 01 Apr 2025 15:54:00 GMT", utc(2025, 4, 1, 15, 54)),
        ("Tue, 01 Apr 2025 15:54:00 BST", utc(2025, 4, 1, 14, 54)),
        ("Tue, 01 Apr 2025 15:54:00 +0000 (UTC)", utc(2025, 4, 1, 15, 54)),
        ("1 April 2025 15:54 GMT+02:00", utc(2025, 4, 1, 13, 54)),
        ("Apr 1, 2025 3:54 PM EDT", utc(2025, 4, 1, 19, 54)),
        ("April 1, 2025", utc(2025, 4, 1)),
        ("2025-04-01T15:54:00+0530", utc(2025, 4, 1, 10, 24)),
        ("2025-04-01T15:54:00-05", utc(2025, 4, 1, 20, 54)),
        ("2025-04-01 15:54:00 +02:00", utc(2025, 4, 1, 13, 54)),
        ("2025-04-01T15:54:00.5Z", utc(2025, 4, 1, 15, 54) + timedelta(seconds=0.5)),
        ("2025-04-01", utc(2025, 4, 1)),
        ("2025", None),
        ("yesterday", None),
        ("0000-00-00", None),
        ("Tue, 31 Apr 2025 15:54:00 GMT", None),
        ("2025-04-01T15:54:00+99:00", None),
        ("", None),
    ],
)
def test_dates(text: str, expected: datetime | None) -> None:
    assert read_date(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "day_only"),
    [
        ("Tue, 01 Apr 2025", True),
        ("2025-04-01", True),
        ("Tue, 01 Apr 2025 00:00:00 GMT", True),  # what programs make of a bare day
        ("2025-04-01T00:00:00Z", True),
        ("Tue, 01 Apr 2025 09:00:00 +0900", False),  # the same moment, and meant
        ("Tue, 01 Apr 2025 00:00:01 GMT", False),
    ],
)
def test_an_entry_knows_whether_its_feed_gives_a_time(text: str, day_only: bool) -> None:
    item = f"<item><title>x</title><link>https://a.example/x</link><pubDate>{text}</pubDate></item>"
    [entry] = parse(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode()).entries
    assert (entry.published_at, entry.day_only) == (read_date(text)[0], day_only)


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2090, 1, 1)),  # noqa: DTZ001
    st.integers(-12 * 4, 14 * 4),
)
def test_a_date_reads_back_in_every_zone(moment: datetime, quarters: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * quarters)))
    assert read_date(aware.isoformat())[0] == aware
    assert read_date(aware.strftime("%a, %d %b %Y %H:%M:%S %z"))[0] == aware


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AT&amp;amp;T &#8217;s <b>plan</b>", "AT&T ’s plan"),
        ("a < b and c > d", "a < b and c > d"),
        ("One<br>Two<p>Three", "One Two Three"),
        ("in<b>side</b>", "inside"),
        ("Open\u00adAI\u200b\u202e", "OpenAI"),
        ("it\u0092s", "it’s"),
        ("tab\tline\n\x07bell", "tab line bell"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("ruined", "text"),
    [
        ("AcmeÂ\xa0rises", "Acme\xa0rises"),
        ("Acme, Â\xa05 mills", "Acme, \xa05 mills"),
        ("Acâ€‹me", "Acme"),
        ("ï»¿Acme", "Acme"),
        ("What “â€™” means", "What “â€™” means"),
        ("BARAGEÂ\xa0NOI", "BARAGEÂ\xa0NOI"),
    ],
)
def test_ruins_of_invisible_marks_are_dropped_and_letters_left_alone(
    ruined: str, text: str
) -> None:
    assert without_ruins(ruined) == text


def test_long_text_is_cut_at_a_word() -> None:
    assert plain("word " * 100, limit=22) == "word word word word…"


@given(st.text(st.characters(codec=None)))
def test_plain_text_is_clean_whatever_comes(text: str) -> None:
    clean = plain(text)
    clean.encode()
    assert clean == " ".join(clean.split())
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", clean)


@given(st.binary(max_size=400), st.sampled_from([b"", b"<rss><channel><item>", b"{"]))
def test_no_bytes_raise_anything_but_parse_error(data: bytes, start: bytes) -> None:
    try:
        feed = parse(start + data)
    except ParseError:
        return
    assert isinstance(feed, ParsedFeed)


JSON_KEYS = st.sampled_from(["id", "url", "title", "authors", "author", "name", "date_published"])
JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(JSON_KEYS, inner),
)


@settings(max_examples=40)
@given(JSON)
def test_json_of_any_shape_is_read_or_skipped(value: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [value, value]}
    parsed = parse(json.dumps(feed))
    assert len(parsed.entries) + len(parsed.skipped) == 2


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee and Bo Ray", ("Ann Lee", "Bo Ray")),
        ("Ann Lee, Bo Ray, and Cy Day", ("Ann Lee", "Bo Ray", "Cy Day")),
        ("desk@harbour.example (Ann Lee)", ("Ann Lee",)),
        ("Ann Lee <ann@harbour.example>", ("Ann Lee",)),
        ("Lee, Ann", ("Lee, Ann",)),
        ("Mill & Sons", ("Mill & Sons",)),
        ("Ann Lee; ann lee", ("Ann Lee",)),
        ("noreply@harbour.example", ()),
        ("admin", ()),
    ],
)
def test_bylines(line: str, names: tuple[str, ...]) -> None:
    assert read_authors([line]) == names


# UTF-8 read as Windows-1252, or characters that were lost: "Ã©", "â€™", "Ð¿", "ï¿½", "�", C1.
_LOST = "‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€"
MOJIBAKE = re.compile(f"[ÃÂÅÐÑâðï][\x80-\xbf{_LOST}]|[\ufffd\x80-\x9f]")
EXPLAINS = "http://adam.scherlis.com/?p=451"  # an article about mojibake, which shows some


@pytest.mark.corpora
@pytest.mark.slow
def test_every_captured_feed(corpora: Path) -> None:
    """Nothing unhandled, every item accounted for, no mojibake, dates as a second reader's."""
    total = dated = 0
    with tarfile.open(corpora / "feeds" / "real-feeds.tar.xz") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is None or not member.name.endswith(".xml"):
                continue
            data = stream.read()
            feed = parse_feed(data, url=f"https://feeds.example/{member.name}")
            items = _raw_items(data)
            assert len(items) == len(feed.entries) + len(feed.skipped), member.name
            total += 1
            assert not MOJIBAKE.search(feed.title), feed.title
            for entry in feed.entries:
                plain_fields = (entry.title, entry.summary, *entry.authors)
                for text in (*plain_fields, entry.content_html):
                    assert entry.guid == EXPLAINS or not MOJIBAKE.search(text), (entry.guid, text)
                for text in plain_fields:
                    assert not re.search(r"&(amp|lt|gt|quot|nbsp|#\d+);|</\w+>", text), entry
            named = [item for item in items if _is_named(item)]
            for raw, entry in zip(named, feed.entries, strict=True):
                expected = _raw_date(raw)
                if expected is not None:
                    assert entry.published_at == expected, (member.name, entry.guid)
                    dated += 1
    assert total == 102
    assert dated > 3500


def _is_named(raw: etree._Element) -> bool:
    texts = (raw.findtext(f"{{*}}{name}") for name in ("title", "link", "guid"))
    return raw.find("{*}link[@href]") is not None or any(t and t.strip() for t in texts)


def _raw_items(data: bytes) -> list[etree._Element]:
    parser = etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False)
    root = etree.fromstring(re.sub(rb"^<\?xml.*?\?>", b"", data), parser)
    return list(root.iter("{*}item", "{*}entry"))


def _raw_date(raw: etree._Element) -> datetime | None:
    """The item's date, read by the standard library, where it has a zone in numbers, Z or GMT."""
    for name in ("pubDate", "published", "date", "updated"):
        text = (raw.findtext(f"{{*}}{name}") or "").strip()
        if re.search(r"([+-]\d\d:?\d\d|Z|GMT)$", text):
            iso = text[:4].isdecimal()
            return datetime.fromisoformat(text) if iso else parsedate_to_datetime(text)
    return None

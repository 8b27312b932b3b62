"""Extraction rules on small inputs, and what must hold for any bytes whatsoever."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.ingest.extract import extract_page
from monitor.ingest.extract.credit import agency_byline, split_credit
from monitor.ingest.extract.dates import is_dateline, read_dateline, read_stamp, read_url, reconcile
from monitor.ingest.extract.furniture import is_furniture
from monitor.ingest.extract.lines import Line, with_subheads
from monitor.ingest.extract.names import authors_of, copyright_owner
from monitor.ingest.extract.title import headline
from monitor.models import DateConfidence, Extracted

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FIRST = (
    "The waterworks of Alder Bay will replace the oldest of its pipes this autumn, the board "
    "decided on Monday after a winter of leaks that closed three schools."
)
SECOND = (
    "Residents were told to expect closed streets from September. “It will be loud for a while "
    "and quiet for fifty years,” said the chief engineer, Tove Ahlgren."
)


def page(head: str = "", body: str = "", *, lang: str = "en") -> bytes:
    text = f"<p>{FIRST}</p><p>{SECOND}</p>"
    return (
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'>{head}</head>"
        f"<body><article><h1>Old pipes of Alder Bay to go this autumn</h1>{text}{body}</article>"
        "</body></html>"
    ).encode()


def only(data: bytes, **options: str) -> Extracted:
    (article,) = extract_page(data, now=NOW, **options)
    return article


# Dates


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("April 1, 2025, 3:54 PM ET", "2025-04-01T19:54:00+00:00"),
        ("January 5, 2025 at 9 a.m. ET", "2025-01-05T14:00:00+00:00"),
        ("Published 1 April 2025 15:54 BST", "2025-04-01T14:54:00+00:00"),
        ("3:54 PM EDT, April 1, 2025", "2025-04-01T19:54:00+00:00"),
        ("Tuesday, Apr. 1st, 2025 12:05 am PST", "2025-04-01T08:05:00+00:00"),
        ("2025-04-01 15:54 +02:00", "2025-04-01T13:54:00+00:00"),
        ("1. April 2025, 15:54 Uhr", "2025-04-01T15:54:00+00:00"),
        ("1 de abril de 2025", "2025-04-01T00:00:00+00:00"),
        ("2025年4月1日", "2025-04-01T00:00:00+00:00"),
        ("31/03/2025", "2025-03-31T00:00:00+00:00"),
        ("Updated May 2, 2025. Published April 1, 2025", "2025-04-01T00:00:00+00:00"),
        ("Published April 1, 2025 | Updated May 2, 2025", "2025-04-01T00:00:00+00:00"),
    ],
)
def test_dateline_is_read_in_utc(line: str, expected: str) -> None:
    stated = read_dateline(line)
    assert stated is not None
    assert stated.when.isoformat() == expected


@pytest.mark.parametrize(
    "line",
    ["4 hours ago", "Updated May 2, 2025", "03/04/2025", "February 30, 2025", "May 2025", ""],
)
def test_what_names_no_publication_day_is_no_date(line: str) -> None:
    assert read_dateline(line) is None


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2025-04-01T19:54:00Z", "2025-04-01T19:54:00+00:00"),
        ("2025-04-01T15:54:00.123-0400", "2025-04-01T19:54:00+00:00"),
        ("Tue, 01 Apr 2025 19:54:00 GMT", "2025-04-01T19:54:00+00:00"),
        ("20250401", "2025-04-01T00:00:00+00:00"),
        ("1743537240", "2025-04-01T19:54:00+00:00"),
    ],
)
def test_machine_stamp_is_read_in_utc(stamp: str, expected: str) -> None:
    stated = read_stamp(stamp)
    assert stated is not None
    assert stated.when.isoformat() == expected


def test_confidence_follows_what_is_stated() -> None:
    exact, day = read_stamp("2025-04-01T19:54:00Z"), read_stamp("2025-04-01")
    naive, url = read_stamp("2025-04-01T19:54:00"), read_url("https://a.example/2025/04/01/x")
    assert reconcile([exact], now=NOW)[1] is DateConfidence.HIGH
    assert reconcile([day, exact], now=NOW) == (exact and exact.when, DateConfidence.HIGH)
    # A clock without a zone is not surer for a second source that names the same day.
    assert reconcile([naive, day], guessed=[url], now=NOW)[1] is DateConfidence.MEDIUM
    assert reconcile([naive], now=NOW)[1] is DateConfidence.MEDIUM
    assert reconcile([day], now=NOW)[1] is DateConfidence.DAY
    assert reconcile([], guessed=[url], now=NOW)[1] is DateConfidence.LOW
    assert reconcile([None], now=NOW) == (None, DateConfidence.NONE)


@pytest.mark.parametrize(
    ("stamp", "confidence"),
    [
        ("24 November 2025", DateConfidence.DAY),
        ("2025-11-24", DateConfidence.DAY),
        ("2025-11-24T00:00:00", DateConfidence.DAY),  # what programs make of a bare day
        ("2025-11-24T00:00:00Z", DateConfidence.DAY),
        ("2025-11-24T09:00:00+09:00", DateConfidence.HIGH),  # the same moment, and meant
        ("2025-11-24T00:01:00Z", DateConfidence.HIGH),
        ("2025-11-24T09:00:00", DateConfidence.MEDIUM),
    ],
)
def test_a_day_is_told_from_a_time(stamp: str, confidence: DateConfidence) -> None:
    assert reconcile([read_stamp(stamp)], now=NOW.replace(year=2026))[1] is confidence


def test_future_date_is_refused() -> None:
    future, past = read_stamp("2027-01-01T00:00:00Z"), read_stamp("2026-05-01T00:00:00Z")
    assert reconcile([future], now=NOW) == (None, DateConfidence.NONE)
    assert reconcile([future, past], now=NOW)[0] == datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ("2098-01-01T00:00:00Z", "2098-01-01 (meta): in the future"),
        ("1970-01-01T00:00:00Z", "1970-01-01 (meta): before the web had news"),
        ("1999-11-30T00:00:00Z", "1999-11-30 (meta): what programs make of no date"),
        ("2008-05-01T10:00:00Z", "2008-05-01 (meta): before the outlet was founded"),
        ("2009-05-01T10:00:00Z", None),
        ("1999-11-30T09:30:00Z", "1999-11-30 (meta): before the outlet was founded"),
    ],
)
def test_a_refused_date_is_noted_and_the_next_source_believed(
    declared: str, why: str | None
) -> None:
    data = page(f'<meta property="article:published_time" content="{declared}">',
                "<time datetime='2026-04-02T10:00:00Z'>April 2</time>")  # fmt: skip
    (found,) = extract_page(data, now=NOW, founded=datetime(2009, 1, 1, tzinfo=UTC))
    assert found.sources.get("refused") == why
    believed = "2026-04-02T10:00:00Z" if why else declared
    assert found.published_at == datetime.fromisoformat(believed)


def test_the_day_of_the_placeholder_is_a_day_like_others() -> None:
    for stamp in ("1999-11-30", "1999-11-30T09:30:00Z"):
        stated = read_stamp(stamp)
        assert reconcile([stated], now=NOW)[0] == (stated and stated.when)


def test_date_of_a_side_list_is_not_the_articles() -> None:
    aside = "<aside class='latest'><time datetime='2026-05-05T10:00:00Z'>May 5</time></aside>"
    article = only(page(body=aside))
    assert (article.published_at, article.date_confidence) == (None, DateConfidence.NONE)


# Names and titles


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["By Edda Voss and Jon Abary"], ("Edda Voss", "Jon Abary")),
        (["EDDA VOSS, Senior Business Reporter"], ("Edda Voss",)),
        (["Edda Voss", "edda voss"], ("Edda Voss",)),
        (["https://bay.example/authors/voss", "Bay Ledger", "Staff Writer"], ()),
        (["Edda Voss for Bay Ledger", "Updated: March 3, 2025"], ("Edda Voss",)),
        (["Ludwig van der Aa; Ana de la Cruz"], ("Ludwig van der Aa", "Ana de la Cruz")),
    ],
)
def test_authors_are_persons_without_furniture(
    values: list[str], expected: tuple[str, ...]
) -> None:
    assert authors_of(values, outlets=["Bay Ledger"], strict=True) == expected


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("Copyright © 2031 Coast Reader. All rights reserved.", "Coast Reader"),
        ("© 2020–2031 Moor Weekly Ltd.", "Moor Weekly"),
        ("(c) Tidewater Times, Inc.", "Tidewater Times"),
        ("All rights are left.", None),
    ],
)
def test_outlet_of_a_copyright_line(line: str, owner: str | None) -> None:
    assert copyright_owner([line]) == owner


def test_headline_loses_the_outlet_and_keeps_its_own_dash() -> None:
    title = "Old pipes – and new ones – for Alder Bay"
    assert (
        headline(
            declared=[f"{title} | Bay Ledger"],
            headings=[],
            document_title=f"{title} - bayledger",
            outlets=["Bay Ledger"],
        )
        == title
    )


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        (
            "<p class='meta'><span class='p-author h-card'>Edda Voss-Lind</span></p>",
            "Edda Voss-Lind",
        ),
        (
            "<div class='info'>Published on <span>March 3, 2026</span> By Edda Voss</div>",
            "Edda Voss",
        ),
        ("<div class='info'>Published  By Edda Voss</div>", "Edda Voss"),
        ("<p class='by'>By Edda Voss<br>Bay Ledger Weekend</p>", "Edda Voss"),
        ("<p class='by'>Edda Voss</p><p class='date'>3 March 2026</p>", "Edda Voss"),
        ("<p class='autor'>Von Edda Voss, 3. März 2026, 06:00 Uhr</p>", "Edda Voss"),
    ],
)
def test_byline_gives_its_person_and_leaves_the_text(byline: str, expected: str) -> None:
    article = only(page().replace(b"</h1>", f"</h1>{byline}".encode()))
    assert article.authors == (expected,)
    assert article.text == f"{FIRST}\n\n{SECOND}"


def test_what_stands_above_the_text_is_not_in_it() -> None:
    head = (
        "<span class='rubric'>Waterworks</span><h1>Old pipes of Alder Bay to go this autumn</h1>"
        "<h2>Three schools were closed in a winter of leaks, and the board has had enough.</h2>"
        "<p>By Edda Voss<br>Bay Ledger</p><p>Posted March 3, 2026 at 1:05 p.m.</p>"
    )
    bare = page().replace(b"<h1>Old pipes of Alder Bay to go this autumn</h1>", head.encode())
    article = only(bare)
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert article.description.startswith("Three schools were closed")
    assert article.authors == ("Edda Voss",)
    assert str(article.published_at) == "2026-03-03 13:05:00+00:00"
    assert article.date_confidence is DateConfidence.MEDIUM  # by a clock of unknown zone


def test_a_standfirst_is_told_by_its_class_where_no_byline_follows() -> None:
    summary = "Three schools were closed in a winter of leaks, and the board has had enough."
    mark = f"</h1><p class='article__dek'>{summary}</p>"
    article = only(page().replace(b"</h1>", mark.encode()))
    assert (article.text, article.description) == (f"{FIRST}\n\n{SECOND}", summary)


def test_first_paragraph_without_a_byline_below_it_is_text() -> None:
    article = only(page(f"<meta name='description' content='{FIRST}'>"))
    assert article.text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize("opening", ["By noon it was over.", "By Monday all of it was over."])
def test_short_first_sentence_is_no_byline(opening: str) -> None:
    article = only(page().replace(b"</h1>", f"</h1><p>{opening}</p>".encode()))
    assert article.text == f"{opening}\n\n{FIRST}\n\n{SECOND}"


def test_subheads_between_paragraphs_taken_singly_are_kept() -> None:
    shown = ((FIRST, 0), ("What it costs", 2), (SECOND, 0), ("Read on", 2), ("Elsewhere", 0))
    lines = [Line(text, heading=level) for text, level in shown]
    assert with_subheads([FIRST, SECOND], lines) == [FIRST, "What it costs", SECOND]
    whole = [FIRST, "What it costs", SECOND]
    assert with_subheads(whole, lines) == whole
    assert with_subheads([], lines) == []


# Credit


@pytest.mark.parametrize(
    "line",
    [
        "This story was originally featured on Bayledger.example",
        "This article first appeared in Moor Weekly.",
        "This post was originally published on Moor Weekly and is reprinted with permission.",
        "Originally published on Moor Weekly",
        "Republished with permission from Moor Weekly.",
        "A version of this article was first published by Moor Weekly.",
        "This is a shortened version of an article first published by Moor Weekly.",
        "Estuary Wire contributed this report.",
        "From the Moor Weekly. Shortened.",
        "Dieser Artikel erschien zuerst im Moorblatt.",
    ],
)
def test_credit_line_leaves_the_text_and_is_kept(line: str) -> None:
    assert split_credit([FIRST, SECOND, line]) == ([FIRST, SECOND], line)


def test_wire_mark_stays_in_the_text_and_is_kept_as_credit() -> None:
    lead = f"ALDER BAY, March 3 (Reuters) - {FIRST}"
    assert split_credit([lead, SECOND]) == ([lead, SECOND], "(Reuters)")
    assert split_credit([lead], outlet="Reuters") == ([lead], None)


@pytest.mark.parametrize(
    "line",
    [
        "The comet first appeared in the northern sky in March.",
        "Correction: this article originally misspelled the name of the chief engineer.",
        "This article was reprinted on coastreader.example.",
        "From the first hour on. It took longer than the board had planned.",
        "He contributed the story that everybody at the works still tells.",
    ],
)
def test_what_only_resembles_a_credit_line_is_none(line: str) -> None:
    assert split_credit([FIRST, line]) == ([FIRST, line], None)


@pytest.mark.parametrize(
    "line",
    [
        "This story was originally featured on Bay Ledger",
        "This article was originally published on March 3, 2025 and has been updated.",
    ],
)
def test_credit_line_without_another_source_is_dropped(line: str) -> None:
    assert split_credit([FIRST, line], outlet="Bay Ledger") == ([FIRST], None)


def test_a_contribution_leaves_the_text_and_is_no_credit() -> None:
    article = only(page(body="<p>Additional reporting by Estuary Wire.</p>"))
    assert (article.text, article.credit) == (f"{FIRST}\n\n{SECOND}", None)


@pytest.mark.parametrize(
    "line", ["Moor Weekly contributed this report.", "From Moor Weekly. Edited."]
)
def test_credit_of_the_outlet_itself_is_none(line: str) -> None:
    assert split_credit([FIRST, line], outlet="Moor Weekly") == ([FIRST], None)


def test_agency_byline_is_a_credit_not_an_author() -> None:
    assert agency_byline(["Edda Voss", "The Associated Press"]) == "The Associated Press"
    assert agency_byline(["By Estuary Wire"]) == "Estuary Wire"
    assert agency_byline(["Estuary Wire"], outlet="Estuary Wire") is None
    assert agency_byline(["Bay Ledger Staff and Wire"]) is None
    article = only(page("<meta name='author' content='The Associated Press'>"))
    assert (article.authors, article.credit) == ((), "The Associated Press")


def test_linked_credit_line_is_kept_and_not_in_the_text() -> None:
    link = "<a href='https://b.example/'>b.example</a>"
    line = f"<p><em>This story was originally featured on {link}</em></p>"
    article = only(page(body=line), url="https://coastreader.example/pipes")
    assert article.credit == "This story was originally featured on b.example"
    assert article.text == f"{FIRST}\n\n{SECOND}"


def test_canonical_link_to_another_site_declares_a_copy() -> None:
    head = "<link rel='canonical' href='https://bayledger.example/pipes'>"
    article = only(page(head), url="https://coastreader.example/pipes")
    assert article.url == "https://coastreader.example/pipes"
    assert article.credit == "canonical link to https://bayledger.example/pipes"


def test_canonical_link_to_the_same_site_is_the_url() -> None:
    head = "<link rel='canonical' href='/pipes?utm_source=x'>"
    article = only(page(head), url="https://m.bayledger.example/pipes?amp=1")
    assert article.url == "https://m.bayledger.example/pipes"
    assert article.credit is None


# Characters


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("cp1252", "<meta charset='iso-8859-1'>"),
        ("cp1252", "<meta charset='utf-8'>"),
        ("iso8859-15", "<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-15'>"),
    ],
)
def test_charset_is_told_by_the_bytes(encoding: str, declared: str) -> None:
    words = "Während der Überschwemmung fiel in Köln für zwölf Stunden der Strom aus, hieß es. " * 3
    text = f"<html lang='de'><head>{declared}</head><body><h1>Größere Flut in Köln</h1><p>{words}"
    article = only(text.encode(encoding))
    assert article.title == "Größere Flut in Köln"
    assert article.text == words.strip()
    assert article.language == "de"


def test_declared_charset_beats_a_guess() -> None:
    words = "Наводнение закрыло мост через реку на двенадцать часов, сообщил совет. " * 3
    text = f"<html><head><meta charset=windows-1251><title>Мост закрыт водой</title><p>{words}"
    article = only(text.encode("cp1251"))
    assert (article.title, article.language) == ("Мост закрыт водой", "ru")


def test_controls_are_stripped_and_titles_bounded() -> None:
    title = "Pipes\0 \x07of\u202e " + "very long words " * 100
    linked = json.dumps({"@type": "NewsArticle", "headline": title})
    article = only(
        page(f"<script type='application/ld+json'>{linked}</script>").replace(
            b"<h1>Old pipes of Alder Bay to go this autumn</h1>", b""
        )
    )
    assert article.title.startswith("Pipes of very long")
    assert len(article.title) <= 500


# Text files


def test_text_with_headline_and_byline() -> None:
    text = (
        f"Old pipes of Alder Bay to go\n\nBy Tove Ahlgren\nMarch 3, 2025\n\n{FIRST}\n\n{SECOND}\n"
    )
    article = only(text.encode())
    assert article.title == "Old pipes of Alder Bay to go"
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert article.authors == ("Tove Ahlgren",)
    assert article.date_confidence is DateConfidence.DAY


@pytest.mark.parametrize(
    ("label", "stamp", "closing"),
    [
        ("Technology", "Posted on 3 March 2025", "Read more"),
        ("Markets", "By Tove Ahlgren | March 3, 2025 9:00 AM GMT", "Continue reading →"),
        ("Ville", "Publié le 3 mars 2025 à 10h30", "Lire la suite"),
    ],
)
def test_aggregator_of_another_form(label: str, stamp: str, closing: str) -> None:
    parts = [
        f"{label}\n\n{title}\n\n{stamp}\n\n{FIRST}\n\n{SECOND} {number}.\n\n{FIRST}\n\n{closing}\n"
        for number, title in enumerate(("Old pipes to go at last", "New streets to come soon"))
    ]
    articles = extract_page("\n".join(parts).encode(), now=NOW)
    assert [a.title for a in articles] == ["Old pipes to go at last", "New streets to come soon"]
    assert [a.published_at and a.published_at.date().isoformat() for a in articles] == [
        "2025-03-03"
    ] * 2
    assert all(closing not in a.text and label not in a.text for a in articles)


def test_aggregator_with_a_date_for_some_articles_only() -> None:
    stamps = (
        "Published\n\non\n\nMarch 3, 2025",
        "Published\n\non",
        "Published\n\non\n\nBy Ann Lee",
    )
    titles = [f"Old pipes to go at last in part {name}" for name in ("one", "two", "three")]
    parts = [
        f"Local\n\n{title}\n\n{stamp}\n\n{FIRST}\n\n{SECOND}\n\n{FIRST}\n\nRead more\n"
        for title, stamp in zip(titles, stamps, strict=True)
    ]
    articles = extract_page("\n".join(parts).encode(), now=NOW)
    assert [a.title for a in articles] == titles
    assert [a.published_at is not None for a in articles] == [True, False, False]
    assert [a.authors for a in articles] == [(), (), ("Ann Lee",)]


# One article stays one


def test_headline_with_a_span_of_time_is_no_dateline() -> None:
    assert is_dateline("Posted 4 hours ago")
    assert is_dateline("By Jon Abary · 2 days ago")
    assert not is_dateline("The board raises $40bn and reopens a works it closed six years ago")
    assert not is_dateline("Bridge that fell 20 years ago today is rebuilt, one rivet at a time")


def test_live_blog_comments_and_teasers_do_not_split_a_page() -> None:
    text = f"<p>{FIRST}</p><p>{SECOND}</p>"
    entry = f"<article class='entry'><h2>Update {{}} from the works</h2>{text}</article>"
    live = '<script type=\'application/ld+json\'>{"@type": "LiveBlogPosting"}</script>'
    entries = "".join(entry.format(n) for n in range(4))
    assert len(extract_page(page(live, entries), now=NOW)) == 1
    comment = f"<article class='comment'><p>{FIRST}</p><p>{SECOND}</p></article>" * 5
    assert len(extract_page(page(body=comment), now=NOW)) == 1
    teaser = (
        "<article class='card'><h3>Streets of Alder Bay close</h3><p>By Jon Abary</p></article>"
    )
    assert len(extract_page(page(body=teaser * 6), now=NOW)) == 1


def test_sections_of_one_article_do_not_split_it() -> None:
    section = f"<h2>What comes {{}} in the works</h2><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p>"
    body = "".join(section.format(word) for word in ("first", "second", "third"))
    assert len(extract_page(page(body=body), now=NOW)) == 1


# Anything at all


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 50,
        b"\x89PNG\r\n" + bytes(range(256)),
        b"<html><body>",
        b"just one line",
        b"<div>" * 200_000,
        b"<html><head><script type='application/ld+json'>" + b"[" * 90_000 + b"</script>",
    ],
)
def test_no_article_is_a_parse_error(data: bytes) -> None:
    with pytest.raises(ParseError, match=r"^cannot read (page|text): "):
        extract_page(data)


def test_deep_nesting_and_cut_markup_still_give_the_headline() -> None:
    start = b"<html><body><h1>Old pipes of Alder Bay to go</h1>"
    deep = only(start + b"<b><i>" * 20_000 + FIRST.encode())
    cut = only(start + f"<p>{FIRST}</p><p>{SECOND}</p><p class='a".encode())
    assert deep.title == cut.title == "Old pipes of Alder Bay to go"
    assert cut.text == f"{FIRST}\n\n{SECOND}"


PIECES = [
    *("<article>", "</article>", "<h1>", "</h1>", "<h2>A headline of words</h2>", "<p>", "<li>"),
    *(f"<p>{FIRST}</p>", f"<p>{SECOND}</p>", FIRST, "By Jon Abary", "Published", "on", "\n\n"),
    *("<time datetime='2025-13-45T99:99'>", "99999999999999 2025-99-99", "© 2025", "Read more"),
    *("<table><tr><td>", "<!--", "]]>", "<svg><title>", "&#0;", "&#xD800;", "\x00", "\ufffe"),
    '<script type=\'application/ld+json\'>{"@type":[1,{}],"headline":[[]]}</script>',
    '<script type=\'application/ld+json\'>{"@type":"Article","author":{"name":3}}</script>',
    "<link rel=canonical href='http://[bad'><meta property='og:url' content='//x:99999/'>",
]
MARKUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=40), max_size=30).map("".join)


def check(data: bytes, kind: str | None) -> None:
    try:
        articles = extract_page(data, url="https://a.example/2025/02/31/x", kind=kind)
    except ParseError:
        return
    assert articles
    for article in articles:
        assert article.title == article.title.strip() != ""
        assert len(article.title) <= 500
        assert "\n" not in article.title
        for text in (article.title, article.text, article.credit or "", *article.authors):
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", text)
        assert (article.published_at is None) == (article.date_confidence is DateConfidence.NONE)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([None, "html", "text"]))
def test_any_bytes_give_articles_or_a_parse_error(data: bytes, kind: str | None) -> None:
    check(data, kind)


@settings(max_examples=120, deadline=None)
@given(MARKUP, st.sampled_from([None, "html", "text"]))
def test_any_markup_gives_articles_or_a_parse_error(text: str, kind: str | None) -> None:
    check(text.encode("utf-8", "replace"), kind)


def test_a_long_line_of_digits_is_read_at_once() -> None:
    """The label expression backtracks over digits; without its bound this does not end."""
    assert not is_furniture("1" * 300_000)


def test_two_sources_that_agree_on_the_moment_outvote_the_first() -> None:
    wrong = read_stamp("2023-06-07T17:00:00-07:00")
    right = read_stamp("2023-06-07T17:00:00+00:00")
    assert reconcile([wrong, right, right], now=NOW) == (right and right.when, DateConfidence.HIGH)
    assert reconcile([wrong, right], now=NOW)[0] == (wrong and wrong.when)


def test_when_a_page_was_changed_is_only_a_guess_at_its_date() -> None:
    head = '<meta property="article:modified_time" content="2024-09-04T19:51:56Z">'
    body = "<h1>All the shrines of the bay</h1><p>There are many shrines around the bay.</p>"
    (found,) = extract_page(f"<html><head>{head}</head><body>{body}</body></html>".encode())
    assert found.published_at == datetime(2024, 9, 4, 19, 51, tzinfo=UTC)
    assert found.date_confidence is DateConfidence.LOW
    assert found.sources["date"] == "last change"

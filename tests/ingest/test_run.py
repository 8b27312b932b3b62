"""A whole pass against a real server, into a real database: what is kept, and what is not again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Config, parse_config
from monitor.ingest.archive import Archive, Kept
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.prepare import Prepared
from monitor.ingest.run import Pass, PassResult
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from tests.server import LocalServer, Reply

NOW = datetime(2025, 4, 3, 12, tzinfo=UTC)
PARAGRAPHS = [
    "The mill on the river is to get a second wheel, its owners told a meeting on Wednesday.",
    "Acme, which bought the mill in spring, said it would pay for the wheel and the new weir.",
    "Neighbours asked about the noise. They were promised a visit by an engineer before summer.",
    "The council votes next week, and both sides say that they expect a narrow result.",
]


def page(title: str, *paragraphs: str, published: str = "2025-04-02T18:30:00+02:00") -> str:
    body = "".join(f"<p>{p}</p>" for p in paragraphs or PARAGRAPHS)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
        <meta property="og:title" content="{title}">
        <meta property="article:published_time" content="{published}"></head>
        <body><nav><a href="/">Home</a></nav><article><h1>{title}</h1>{body}</article>
        <footer>Imprint</footer></body></html>"""


def feed(*items: tuple[str, str, str]) -> str:
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{guid}</guid>"
        "<pubDate>Wed, 02 Apr 2025 16:30:00 GMT</pubDate>"
        "<description>A short summary of it.</description></item>"
        for guid, title, link in items
    )
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Mill News</title>'
        f"<link>http://x.example/</link>{entries}</channel></rss>"
    )


def config_for(server: LocalServer, *paths: str) -> Config:
    feeds = "".join(
        f'[[feed]]\nurl = "{server.url(path)}"\noutlet = "Mill News"\n' for path in paths
    )
    return parse_config(f'[[company]]\nname = "Acme"\nabout = "Acme, a maker of mills"\n{feeds}')


def run(folder: DataFolder, config: Config, *, now: datetime = NOW) -> PassResult:
    async def poll(archive: Archive) -> PassResult:
        async with HttpFetcher(allow_hosts=["127.0.0.1"], timeout=3) as fetcher:
            return await Pass(archive, fetcher, clock=lambda: now).run()

    with open_archive(folder, config) as archive:
        return asyncio.run(poll(archive))


def one_article(server: LocalServer, folder: DataFolder) -> tuple[str, Config]:
    """A feed with one article, read in a first pass: the article's address, and the config."""
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/feed", feed(("1", "A second wheel", link)))
    config = config_for(server, "/feed")
    run(folder, config)
    return link, config


def rows(folder: DataFolder, sql: str) -> list[tuple[object, ...]]:
    reader = Reader.open(folder)
    try:
        return reader.rows(sql)
    finally:
        reader.close()


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def test_a_feed_becomes_tagged_articles(server: LocalServer, folder: DataFolder) -> None:
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/feed", feed(("1", "A second wheel", link)), content_type="application/rss+xml")
    result = run(folder, config_for(server, "/feed"))
    assert (result.feeds, result.failing, result.entries) == (1, 0, 1)
    assert result.counts.articles == 1
    [(title, outlet, published, confidence, status, companies)] = rows(
        folder,
        """
        SELECT a.title, o.name, a.published_at, a.date_confidence, a.text_status,
            (SELECT list(c.name) FROM company c WHERE list_contains(a.company_ids, c.company_id))
        FROM article a JOIN outlet o USING (outlet_id)
        """,
    )
    assert (title, outlet) == ("A second wheel for the mill", "Mill News")
    assert published == datetime(2025, 4, 2, 16, 30, tzinfo=UTC)
    assert (confidence, status) == ("high", "full")
    assert companies == ["Acme"]
    [(text,)] = rows(folder, "SELECT text FROM body")
    assert text == "\n\n".join(PARAGRAPHS)


@pytest.mark.slow
def test_a_second_pass_changes_nothing(server: LocalServer, folder: DataFolder) -> None:
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/feed", feed(("1", "A second wheel", link)), etag='"v1"')
    config = config_for(server, "/feed")
    run(folder, config)
    tables = ("article", "revision", "body", "mention", "entry", "group_key")
    before = [rows(folder, f"SELECT * FROM {t}") for t in tables]
    result = run(folder, config, now=NOW + timedelta(minutes=30))
    assert (result.counts.articles, result.counts.revisions) == (0, 0)
    after = [rows(folder, f"SELECT * FROM {t}") for t in tables]
    assert after == before
    assert server.count("/mill") == 1
    assert rows(folder, "SELECT outcome FROM poll ORDER BY polled_at") == [
        ("new",),
        ("unchanged",),
    ]


@pytest.mark.slow
def test_each_poll_counts_what_its_own_feed_brought(
    server: LocalServer, folder: DataFolder
) -> None:
    """Also where feeds are read at the same time, and one lists another's article."""
    links = [server.add(f"/{n}", page(f"Wheel number {n} turns")) for n in range(5)]
    items = [(str(n), f"Wheel {n}", link) for n, link in enumerate(links)]
    server.add("/one", feed(*items[:3]))
    server.add("/two", feed(*items[3:]))
    config = config_for(server, "/one", "/two")
    run(folder, config)
    brought = "SELECT new_entries, new_articles FROM poll ORDER BY polled_at, feed_id"
    assert rows(folder, brought) == [(3, 3), (2, 2)]
    server.add("/two", feed(*items[2:]))  # it lists one more, which is here already
    server.add("/one", feed(*items[:2], ("2", "Wheel 2, corrected", links[2])))
    run(folder, config, now=NOW + timedelta(hours=1))
    assert rows(folder, brought)[2:] == [(0, 0), (1, 0)]


@pytest.mark.slow
def test_a_feed_that_lies_about_change_is_found_out(
    server: LocalServer, folder: DataFolder
) -> None:
    """No validators, the same bytes: the hash of the body tells."""
    _, config = one_article(server, folder)
    run(folder, config, now=NOW + timedelta(hours=1))
    assert rows(folder, "SELECT outcome FROM poll ORDER BY polled_at") == [
        ("new",),
        ("unchanged",),
    ]


@pytest.mark.slow
def test_a_changed_entry_becomes_a_revision_and_keeps_the_old_wording(
    server: LocalServer, folder: DataFolder
) -> None:
    link, config = one_article(server, folder)
    server.add("/mill", page("The mill gets its second wheel", *PARAGRAPHS, "It voted yes."))
    server.add("/feed", feed(("1", "The mill gets its wheel", link)))
    result = run(folder, config, now=NOW + timedelta(hours=1))
    assert (result.counts.articles, result.counts.revisions) == (0, 1)
    assert rows(folder, "SELECT title, revisions FROM article") == [
        ("The mill gets its second wheel", 2)
    ]
    assert rows(folder, "SELECT title FROM revision ORDER BY revision_id") == [
        ("A second wheel for the mill",),
        ("The mill gets its second wheel",),
    ]
    assert rows(folder, "SELECT count(*) FROM body") == [(2,)]
    # Back to the first wording: it is known, so nothing is added.
    server.add("/mill", page("A second wheel for the mill"))
    server.add("/feed", feed(("1", "A second wheel!", link)))
    assert run(folder, config, now=NOW + timedelta(hours=2)).counts.revisions == 0


@pytest.mark.slow
def test_two_feeds_of_one_page_make_one_article(server: LocalServer, folder: DataFolder) -> None:
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/a", feed(("1", "A second wheel", link)))
    server.add("/b", feed(("x", "Mill: second wheel", link + "?utm_source=b#top")))
    config = config_for(server, "/a", "/b")
    run(folder, config)
    run(folder, config, now=NOW + timedelta(hours=1))
    assert rows(folder, "SELECT count(*) FROM article") == [(1,)]
    assert rows(folder, "SELECT count(*), count(DISTINCT article_id) FROM entry") == [(2, 1)]


def test_what_cannot_be_had_is_recorded_and_the_rest_goes_on(
    server: LocalServer, folder: DataFolder
) -> None:
    good = server.add("/mill", page("A second wheel for the mill"))
    gone = server.url("/gone")
    server.routes["/broken"] = Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")
    server.add("/html", "<html><body>Sorry</body></html>")
    server.add("/feed", feed(("1", "A wheel", good), ("2", "Gone for good", gone)))
    config = config_for(server, "/feed", "/html", "/broken", "/missing")
    result = run(folder, config)
    assert (result.feeds, result.failing) == (4, 3)
    assert result.outcomes == {
        "article": 1,
        "article: its page could not be had: HTTP 404": 1,
    }
    assert sorted(rows(folder, "SELECT title, text_status FROM article")) == [
        ("A second wheel for the mill", "full"),
        ("Gone for good", "headline"),
    ]
    errors = dict(rows(folder, "SELECT regexp_extract(url, '/[a-z]+$'), error FROM feed"))  # type: ignore[arg-type]
    assert errors["/feed"] is None
    assert "expected XML, got text/html" in errors["/html"]
    assert "404" in errors["/missing"]
    assert errors["/broken"]


def test_a_feeds_own_text_stands_in_for_a_page_that_cannot_be_had(
    server: LocalServer, folder: DataFolder
) -> None:
    content = "".join(f"&lt;p&gt;{p}&lt;/p&gt;" for p in PARAGRAPHS)
    entry = feed(("1", "A second wheel", server.url("/gone"))).replace(
        "A short summary of it.", content
    )
    entry = entry.replace("<description>", "<content:encoded>").replace(
        "</description>", "</content:encoded>"
    )
    entry = entry.replace(
        '<rss version="2.0">',
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">',
    )
    server.add("/feed", entry)
    run(folder, config_for(server, "/feed"))
    [(title, status, text)] = rows(
        folder, "SELECT title, text_status, text FROM article JOIN body USING (revision_id)"
    )
    assert (title, status) == ("A second wheel", "feed")
    assert PARAGRAPHS[0] in str(text)
    assert PARAGRAPHS[-1] in str(text)


@pytest.mark.slow
def test_a_changed_watchlist_tags_history_again(server: LocalServer, folder: DataFolder) -> None:
    one_article(server, folder)
    wider = parse_config(
        '[[topic]]\nname = "mills"\nquery = "mill AND wheel"\n'
        f'[[feed]]\nurl = "{server.url("/feed")}"\noutlet = "Mill News"\n'
    )
    run(folder, wider, now=NOW + timedelta(hours=1))
    assert rows(folder, "SELECT name FROM topic_tag JOIN topic USING (topic_id)") == [("mills",)]
    assert rows(folder, "SELECT len(company_ids), len(topic_ids) FROM article") == [(0, 1)]
    assert rows(folder, "SELECT name, watched FROM company") == [("Acme", False)]


@pytest.mark.slow
def test_a_redirect_to_a_known_article_does_not_date_or_sign_it_anew(
    server: LocalServer, folder: DataFolder
) -> None:
    """Another feed's entry may lead there: the article stays its publisher's."""
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/own", feed(("1", "A second wheel", link)))
    run(folder, config_for(server, "/own"))
    before = rows(folder, "SELECT title, authors, published_at, revisions FROM article")
    server.redirect("/go", link)
    other = feed(("x", "Mine now", server.url("/go"))).replace("02 Apr 2025", "07 Jan 2020")
    server.add("/other", other)
    result = run(folder, config_for(server, "/own", "/other"), now=NOW + timedelta(minutes=30))
    assert rows(folder, "SELECT title, authors, published_at, revisions FROM article") == before
    assert result.outcomes["duplicate: leads to an article that is here already"] == 1


def test_an_impossible_address_costs_its_entry_only(
    server: LocalServer, folder: DataFolder
) -> None:
    link = server.add("/mill", page("A second wheel for the mill"))
    server.add("/feed", feed(("1", "A wheel", link), ("2", "No port", "http://a.example:99999/x")))
    result = run(folder, config_for(server, "/feed"))
    assert (result.failing, result.counts.articles) == (0, 2)


def test_feeds_that_are_kept_together_count_their_own(
    server: LocalServer, folder: DataFolder
) -> None:
    shared = server.add("/shared", page("A wheel that both feeds have"))
    paths = []
    for number in range(12):
        link = server.add(f"/own{number}", page(f"Wheel {number} is ordered", f"No. {number}."))
        items = (("own", f"Wheel {number}", link), ("shared", "A wheel", shared))
        paths.append(f"/feed{number}")
        server.add(paths[-1], feed(*items))
    result = run(folder, config_for(server, *paths))
    assert (result.failing, result.counts.articles) == (0, 13)
    polled = rows(folder, "SELECT new_articles FROM poll")
    assert sum(int(str(new)) for (new,) in polled) == 13
    assert {int(str(new)) for (new,) in polled} == {1, 2}


def test_what_cannot_be_kept_costs_its_own_feed_alone(
    server: LocalServer, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        link = server.add(f"/own{number}", page(f"Wheel {number} is ordered", f"No. {number}."))
        server.add(f"/feed{number}", feed(("own", f"Wheel {number}", link)))
    config = config_for(server, *(f"/feed{number}" for number in range(6)))
    keep = Archive.keep

    def faulty(self: Archive, items: list[Prepared], *, now: datetime) -> Kept:
        if any("Wheel 3" in item.draft.title for item in items):
            raise ValueError("a bug that one article meets")
        return keep(self, items, now=now)

    with monkeypatch.context() as patch:
        patch.setattr(Archive, "keep", faulty)
        result = run(folder, config)
    assert (result.failing, result.counts.articles) == (1, 5)
    [(error,)] = rows(folder, "SELECT error FROM feed WHERE url LIKE '%/feed3'")
    assert "a bug that one article meets" in str(error)
    assert run(folder, config).counts.articles == 1

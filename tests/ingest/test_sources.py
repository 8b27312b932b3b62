"""Where feeds come from: news sitemaps, discovery from a site's address, OPML."""

from __future__ import annotations

import asyncio
import io
import os
import threading
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from monitor.cli import app
from monitor.config import Config, parse_config
from monitor.errors import FetchError, ParseError
from monitor.ingest.discover import FoundFeed, discover, feed_links
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.opml import read_opml, write_opml
from monitor.ingest.parse import parse_feed
from monitor.watchlist import WatchlistChangedError
from tests.ingest.test_run import feed
from tests.server import LocalServer

NOW = datetime(2025, 4, 3, 12, tzinfo=UTC)
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
  <url><loc>https://mill.example/about</loc></url>
  <url><loc>https://mill.example/1</loc><n:news>
    <n:publication><n:name>Mill News</n:name><n:language>en</n:language></n:publication>
    <n:publication_date>2025-04-02T18:30:00+02:00</n:publication_date>
    <n:title>A second wheel &amp; a weir</n:title></n:news></url>
  <url><loc>/2</loc><lastmod>2025-04-03T08:00:00Z</lastmod><n:news>
    <n:publication><n:name>Mill News</n:name><n:language>en</n:language></n:publication>
    <n:title>Vote &x; tomorrow</n:title></n:news></url>
</urlset>"""


def test_a_news_sitemap_is_a_feed() -> None:
    parsed = parse_feed(SITEMAP.encode(), url="https://mill.example/news.xml", now=NOW)
    assert (parsed.title, parsed.language) == ("Mill News", "en")
    second, first = parsed.entries
    assert (first.url, first.title) == ("https://mill.example/1", "A second wheel & a weir")
    assert first.published_at == datetime(2025, 4, 2, 16, 30, tzinfo=UTC)
    assert second.url == "https://mill.example/2"
    assert second.published_at == datetime(2025, 4, 3, 8, tzinfo=UTC)
    assert "root:" not in second.title


@pytest.mark.parametrize(
    "text",
    ["<urlset><url><loc>https://x.example/</loc></url></urlset>", "<urlset/>", "<urlset><ur"],
)
def test_a_sitemap_without_news_is_no_feed(text: str) -> None:
    with pytest.raises(ParseError, match="a sitemap without news"):
        parse_feed(text.encode(), url="https://x.example/sitemap.xml", now=NOW)


def found(server: LocalServer, path: str) -> list[FoundFeed]:
    async def go() -> list[FoundFeed]:
        async with HttpFetcher(allow_hosts=[server.netloc], timeout=2) as fetcher:
            return await discover(fetcher, server.url(path), now=NOW)

    return asyncio.run(go())


def test_feeds_that_a_page_declares_are_found_and_read(server: LocalServer) -> None:
    server.add("/rss", feed(("1", "A wheel", "/1"), ("2", "A weir", "/2")))
    server.add("/dead", status=404)
    server.add("/news-sitemap.xml", SITEMAP)
    server.add("/robots.txt", f"Sitemap: {server.url('/news-sitemap.xml')}\nSitemap: /all.xml\n")
    server.add(
        "/",
        '<link rel="alternate" type="application/rss+xml" href="rss">'
        '<link rel="Alternate" type="application/atom+xml; charset=utf-8" href="/dead">'
        '<link rel="stylesheet" href="/feed.css"><a href="http://10.0.0.1/rss">other</a>',
    )
    rss, sitemap = found(server, "/")
    assert (rss.url, rss.title, rss.entries) == (server.url("/rss"), "Mill News", 2)
    assert rss.newest_at == datetime(2025, 4, 2, 16, 30, tzinfo=UTC)
    assert rss.weekly == 2
    assert (sitemap.url, sitemap.entries) == (server.url("/news-sitemap.xml"), 2)


def test_a_feeds_own_address_is_that_feed(server: LocalServer) -> None:
    server.add("/new", feed(("1", "A wheel", "/1")))
    server.redirect("/old", "/new", status=308)
    assert [f.url for f in found(server, "/old")] == [server.url("/new")]


def test_without_links_the_usual_places_are_tried(server: LocalServer) -> None:
    server.add("/", "<html><body>Welcome</body></html>")
    server.add("/feed.xml", feed(("1", "A wheel", "/1")))
    assert [f.url for f in found(server, "/")] == [server.url("/feed.xml")]


def test_a_site_without_feeds_and_a_site_that_is_not_there(server: LocalServer) -> None:
    server.add("/", "<html><body>Welcome</body></html>")
    assert found(server, "/") == []
    with pytest.raises(FetchError):
        found(server, "/nowhere")


@given(st.binary(max_size=300))
def test_any_page_may_be_looked_at(data: bytes) -> None:
    for link in feed_links(data, "https://x.example/"):
        assert link.startswith("http")


OPML = """<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<opml version="1.0"><body><outline text="Local">
<outline type="rss" text="The &quot;Mill&quot; &amp; more" xmlUrl="https://mill.example/rss"/>
<outline text="https://weir.example/" XMLURL="https://weir.example/feed"/>
<outline text="again" xmlUrl="https://mill.example/rss"/>
<outline text="&x;" xmlUrl="javascript:alert(1)"/></outline></body></opml>"""


def test_an_opml_file_is_read_with_its_folders_and_oddities() -> None:
    feeds, refused = read_opml(OPML.encode(), name="feeds.opml")
    assert [(f.url, f.title) for f in feeds] == [
        ("https://mill.example/rss", 'The "Mill" & more'),
        ("https://weir.example/feed", "weir.example"),
    ]
    assert refused == ["'javascript:alert(1)' is not an http(s) address"]


@pytest.mark.parametrize("data", [b"", b"<html/>", b"feeds", b"\xff\xfe\x00"])
def test_what_is_no_opml_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError, match="expected OPML"):
        read_opml(data, name="x.opml")


TITLES = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"),
    min_size=1,
).filter(lambda t: t.strip())


@given(st.lists(TITLES, max_size=5))
def test_a_watchlists_feeds_come_back_from_opml(titles: list[str]) -> None:
    config = Config.model_validate(
        {"feed": [{"url": f"https://x.example/{i}", "outlet": t} for i, t in enumerate(titles)]}
    )
    feeds, refused = read_opml(write_opml(config), name="x")
    assert {f.url for f in feeds} == {f.url for f in config.feed}
    assert not refused


def test_opml_goes_into_the_watchlist_and_out_again(tmp_path: Path) -> None:
    watchlist, file = tmp_path / "watchlist.toml", tmp_path / "feeds.opml"
    head = '# Our list.\n\n[[feed]]\nurl = "https://old.example/rss" # keep\noutlet = "Old"\n'
    watchlist.write_text(head)
    file.write_text(OPML)
    run = CliRunner()
    arguments = ["opml", "import", str(file), "--watchlist", str(watchlist)]
    arguments += ["--data", str(tmp_path / "data")]
    assert run.invoke(app, arguments).exit_code == 3  # one was no web address
    text = watchlist.read_text()
    [kept] = (tmp_path / "data" / "watchlist-history").iterdir()
    assert kept.read_text() == head
    assert text.startswith(head.rstrip())
    config = parse_config(text)
    assert [f.outlet for f in config.feed] == ["Old", 'The "Mill" & more', "weir.example"]
    run.invoke(app, arguments)
    assert watchlist.read_text() == text
    out = tmp_path / "out.opml"
    run.invoke(app, ["opml", "export", "-o", str(out), "--watchlist", str(watchlist)])
    feeds, _ = read_opml(out.read_bytes(), name="out")
    assert {f.url for f in feeds} == {f.url for f in config.feed}


def test_opml_is_not_written_over_what_somebody_else_wrote(tmp_path: Path) -> None:
    watchlist, pipe = tmp_path / "watchlist.toml", tmp_path / "feeds.opml"
    watchlist.write_text("# Ours.\n")
    os.mkfifo(pipe)  # read to its end only once somebody has written
    arguments = ["opml", "import", str(pipe), "--watchlist", str(watchlist),
                 "--data", str(tmp_path / "data")]  # fmt: skip

    def change() -> None:
        with pipe.open("w") as file:  # opens when the command reads
            watchlist.write_text("# Theirs.\n")
            file.write(OPML)

    other = threading.Thread(target=change)
    other.start()
    done = CliRunner().invoke(app, arguments)
    other.join()
    assert isinstance(done.exception, WatchlistChangedError)
    assert watchlist.read_text() == "# Theirs.\n"


def test_discover_prints_what_can_go_into_the_watchlist(
    server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_ALLOW_HOSTS", server.netloc)
    watchlist = tmp_path / "watchlist.toml"
    watchlist.write_text("")
    title = 'Mill "News" \\ today'
    server.add("/rss", feed(("1", "A wheel", "/1")).replace("Mill News", title))
    server.add("/", '<link rel="alternate" type="application/rss+xml" href="/rss">')
    done = CliRunner().invoke(app, ["discover", server.url("/"), "--watchlist", str(watchlist)])
    assert done.exit_code == 0
    assert ", newest 2025-04-02 16:30 UTC\n" in done.stdout
    [section] = tomllib.load(io.BytesIO(done.stdout.encode()))["feed"]
    assert section == {"url": server.url("/rss"), "outlet": title}

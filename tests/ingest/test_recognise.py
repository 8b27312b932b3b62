"""Walls, challenges and error pages are told from articles, and articles about them stay."""

from __future__ import annotations

import contextlib

import pytest

from monitor.errors import ParseError
from monitor.ingest.extract import extract_page
from monitor.ingest.recognise import PageType, page_type, recognise
from monitor.models import Extracted
from monitor.urls import url_key

LONG = [
    "The council met on Tuesday evening to hear what the owners of the mill want to build there.",
    "Acme told it that the new wheel would turn by the end of autumn, if the weir is repaired.",
    "Nobody from the anglers' club spoke, although its chairman had announced that he would.",
    "A second meeting is planned before the summer, with an engineer who is to answer questions.",
]


def page(title: str, *paragraphs: str, head: str = "", body: str = "") -> bytes:
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body><main><h1>{title}"
        f"</h1>{text}</main>{body}</body></html>"
    ).encode()


def what(data: bytes, *, url: str = "https://a.example/news/1", asked: str | None = None) -> str:
    found: list[Extracted] = []
    with contextlib.suppress(ParseError):
        found = extract_page(data, url=url)
    return recognise(data, found, url=url, asked=asked) or "an article"


CONSENT = [
    "We and our partners store cookies on your device to measure what is read.",
    "With your consent, our partners process personal data such as geolocation data.",
    "You can change your privacy choices at any time in our privacy dashboard.",
]
NOT_FREE = (
    '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":%s}</script>'
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (page("Just a moment...", "Checking whether the connection is secure."), "bot challenge"),
        (
            page("Access denied", "Prove it.", body="<div class='g-recaptcha'></div>"),
            "bot challenge",
        ),
        (page("Pardon Our Interruption", "Something made us think of a bot."), "bot challenge"),
        (page("Before you continue to Mill News", *CONSENT), "consent wall"),
        (page("Mill News", *CONSENT), "consent wall"),
        (page("Page not found", "Try the search."), "soft 404"),
        (page("404 | Mill News", "It has moved, or was never there."), "soft 404"),
        (page("Seite nicht gefunden", "Hier ist nichts."), "soft 404"),
        (page("A second wheel", LONG[0], head=NOT_FREE % "false"), "paywall"),
        (page("A second wheel", LONG[0], head=NOT_FREE % '"False"'), "paywall"),
        (page("A second wheel", LONG[0], "Subscribe to continue reading."), "paywall"),
        (page("Mill News", body="<noscript>Please enable JavaScript.</noscript>"), "JavaScript"),
        (page("A second wheel", *LONG), "an article"),
        (page("A second wheel", *LONG * 4, head=NOT_FREE % "false"), "an article"),
        (page("A second wheel", *LONG, head=NOT_FREE % "true"), "an article"),
        (page("Regulator fines Acme over its cookie consent", *LONG), "an article"),
        (page("Cookies, and what they store", *CONSENT, *LONG), "an article"),
        (page("Just a moment of quiet at the mill", *LONG), "an article"),
        (page("Road not found on any map", *LONG * 3), "an article"),
    ],
)
def test_what_a_page_is(data: bytes, expected: str) -> None:
    assert expected in what(data)


def test_an_address_that_leads_home_is_a_soft_404() -> None:
    data = page("Mill News", *LONG)
    asked = "https://a.example/news/1"
    assert "front page" in what(data, url="https://www.a.example/", asked=asked)
    assert what(data, url="https://a.example/news/one", asked=asked) == "an article"


def test_consent_hosts_are_believed() -> None:
    assert "consent" in what(page("x", *LONG), url="https://consent.a.example/collectConsent?s=1")


def test_page_types_are_told_apart() -> None:
    one = extract_page(page("A second wheel", *LONG))
    live = page("Live", head='<script>{"@type": "LiveBlogPosting"}</script>')
    section = page("Mills", head='<script>{"@type": ["CollectionPage"]}</script>')
    url = "https://a.example/news/1"
    assert page_type(page("x"), one, url=url) is PageType.ARTICLE
    assert page_type(page("x"), one * 2, url=url) is PageType.SEVERAL
    assert page_type(live, one, url=url) is PageType.LIVE
    assert page_type(section, one, url=url) is PageType.LIST
    assert page_type(page("x"), one, url="https://a.example/") is PageType.LIST


@pytest.mark.parametrize(
    "variant",
    [
        "https://www.a.example/news/1",
        "http://a.example/news/1/",
        "https://m.a.example/news/1",
        "https://amp.a.example/news/1?amp=1",
        "https://a.example/news/1/amp",
        "https://a.example/news/1/amp/",
        "https://a.example/news/1?outputType=amp",
        "https://a.example/news/1.amp",
    ],
)
def test_amp_and_mobile_variants_are_one_page(variant: str) -> None:
    assert url_key(variant) == "a.example/news/1"


@pytest.mark.parametrize("url", ["https://a.example/amp-hour", "https://a.example/x?ampere=1"])
def test_what_only_looks_like_a_variant_stays(url: str) -> None:
    assert url_key(url) == url.removeprefix("https://")

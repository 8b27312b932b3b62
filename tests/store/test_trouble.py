"""Failures of feeds in plain words: each is made by the code that would record it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.errors import ParseError
from monitor.ingest.failures import dead, reason, too_slow
from monitor.ingest.parse import parse_feed
from monitor.net.addresses import forbidden
from monitor.store.queries.trouble import explain


@pytest.mark.parametrize(
    ("body", "content_type", "happened"),
    [
        (b"<!doctype html><html><p>Hello", "text/html", "with a web page, not a feed"),
        (b"", "application/rss+xml", "with nothing"),
        (b'{"a": 1}', "application/json", "with data that is no feed"),
        (b"<svg></svg>", "image/svg+xml", "with a document of <svg>, not a feed"),
        (b"plain words", "text/plain", "with text/plain, not a feed"),
    ],
)
def test_what_came_instead_of_a_feed(body: bytes, content_type: str, happened: str) -> None:
    with pytest.raises(ParseError) as failure:
        parse_feed(
            body, url="https://a.example/feed", content_type=content_type,
            now=datetime(2025, 4, 1, tzinfo=UTC),
        )  # fmt: skip
    trouble = explain(str(failure.value))
    assert trouble.kind == "unreadable"
    assert trouble.happened == f"The address answers {happened}"
    assert trouble.what_to_do


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (404, "new address"),
        (410, "new address"),
        (403, "refuses us"),
        (429, "busy. It is tried again"),
        (503, "busy. It is tried again"),
        (500, "has a fault. It is tried again"),
        (418, "Check the feed's address"),
    ],
)
def test_advice_fits_the_answer(status: int, advice: str) -> None:
    trouble = explain(reason(status))
    assert trouble.kind == "answer"
    assert advice in trouble.what_to_do
    assert f"({status})" in trouble.happened


def test_the_status_of_the_poll_counts_where_the_words_hold_none() -> None:
    assert "new address" in explain("not found", 404).what_to_do
    assert explain("not found", 200).kind == "other"


@pytest.mark.parametrize(
    "error",
    [
        "the host name 'a.example' is not known",
        "the server cannot be reached",
        "the server cannot be reached: it does not answer",
        str(dead("a.example:443", "https://a.example/feed")),
    ],
)
def test_no_connection_is_told_apart(error: str) -> None:
    assert explain(error).kind == "no connection"


def test_every_other_failure_has_advice() -> None:
    for error in (
        str(too_slow("https://a.example/feed", 20)),
        str(forbidden("a.example", "10.0.0.1", "https://a.example/feed")),
        "the address leads back to itself (redirect loop)",
        "the server's certificate or encryption is not valid",
        "the answer is larger than 5 MB",
        "internal error: KeyError: 'x'",
    ):
        trouble = explain(error)
        assert trouble.kind == "other"
        assert trouble.what_to_do
        assert trouble.happened.casefold() == error.casefold()

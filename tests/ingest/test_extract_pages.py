"""Stored pages of invented outlets, each beside the articles that must come of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.ingest.extract import extract_page
from monitor.models import Extracted

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2032, 1, 1, tzinfo=UTC)
URLS = {
    "masthead.html": "https://uppermoorcourier.example/farm/lambs.htm",
    "sections.html": "https://coastreader.example/money",
    "aggregator.html": "https://coastreader.example/local",
    "article.html": "https://bayledger.example/ports/ferry-service?utm_source=feed",
    "posts.html": "https://moorweekly.example/posts",
}


def as_json(article: Extracted, fields: list[str]) -> dict[str, object]:
    values = {name: getattr(article, name) for name in fields}
    if values.get("published_at"):
        values["published_at"] = values["published_at"].isoformat()
    values["authors"] = list(article.authors)
    return values


@pytest.mark.parametrize("expected", sorted(PAGES.glob("*.json")), ids=lambda path: path.stem)
def test_page_gives_the_articles_beside_it(expected: Path) -> None:
    page = expected.with_suffix("")
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    found = extract_page(page.read_bytes(), url=URLS.get(page.name), now=NOW)
    assert [as_json(a, list(w)) for a, w in zip(found, wanted, strict=True)] == wanted

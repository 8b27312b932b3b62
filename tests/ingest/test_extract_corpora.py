"""What the seed documents and the real pages of the corpora must give."""

from __future__ import annotations

import difflib
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.extraction import measure, ours, pages
from monitor.ingest.extract import extract_page
from monitor.models import DateConfidence, Extracted

pytestmark = pytest.mark.corpora

FEATURED = "This story was originally featured on Fortune.com"
AROUND = [
    "Recommended Video",
    "Brainstorm",
    "Register here",
    "About the Author",
    "has written about digital and enterprise tech",
    "Getty Images",
    "speaks into a microphone",
    "Latest in Tech",
    "Most Popular",
    "Mark Gurman",
    "Redfin",
    "Customer Support",
    "All Rights Reserved",
    "Source link",
    "Continue Reading",
    "Copyright",
    "Miami Select",
    "Connect with us",
    "Trending",
    "Published",
    "originally featured",
]


@pytest.fixture(scope="module")
def reprints(corpora: Path) -> list[Extracted]:
    return extract_page(next((corpora / "seeds").glob("000_*.txt")).read_bytes())


@pytest.fixture(scope="module")
def original(corpora: Path) -> Extracted:
    (article,) = extract_page(next((corpora / "seeds").glob("001_*.txt")).read_bytes())
    return article


def test_aggregator_page_holds_four_articles(reprints: list[Extracted]) -> None:
    assert [a.title for a in reprints] == [
        "Why OpenAI caved to open source on the same day as its $300 billion flex (hint: it’s not"
        " just about DeepSeek)",
        "Jeep maker Stellantis is already taking drastic actions to shut down some production"
        " following Trump’s tariffs",
        "Gap, Nike and Levi’s took years to diversify from China. Now sky high tariffs on nations"
        " like Vietnam are ruining their strategies",
        "‘Fake news’—Tesla’s Elon Musk dashes investor hopes he may finally be leaving politics,"
        " insisting he’s not going anywhere",
    ]


def test_third_is_a_headline_only(reprints: list[Extracted]) -> None:
    assert [bool(a.text) for a in reprints] == [True, True, False, True]


def test_credit_lines_are_kept_as_facts(reprints: list[Extracted], original: Extracted) -> None:
    assert [a.credit for a in reprints] == [FEATURED, FEATURED, None, FEATURED]
    assert original.credit is None


def test_aggregator_gives_no_dates_and_no_authors(reprints: list[Extracted]) -> None:
    assert {(a.published_at, a.date_confidence, a.authors) for a in reprints} == {
        (None, DateConfidence.NONE, ())
    }


def test_original_has_its_author_and_the_minute(original: Extracted) -> None:
    assert original.authors == ("Sharon Goldman",)
    assert original.published_at == datetime(2025, 4, 1, 19, 54, tzinfo=UTC)
    assert original.date_confidence is DateConfidence.HIGH


def test_outlets_are_those_of_the_footers(reprints: list[Extracted], original: Extracted) -> None:
    assert {a.outlet for a in reprints} == {"Miami Select"}
    assert original.outlet == "Fortune"


@pytest.mark.parametrize("words", AROUND)
def test_nothing_that_stands_around_is_in_a_text(
    words: str, reprints: list[Extracted], original: Extracted
) -> None:
    assert all(words not in article.text for article in (*reprints, original))


def test_headings_and_ledes_stay(reprints: list[Extracted], original: Extracted) -> None:
    for article in (reprints[0], original):
        assert "\n\nWhy the turnaround?\n\n" in article.text
        assert article.text.startswith("To judge by his social feeds")
    assert reprints[3].text.startswith("Elon Musk denied rumors he would soon be leaving")


def test_reprint_and_original_differ_in_62_places(
    reprints: list[Extracted], original: Extracted
) -> None:
    old, new = reprints[0].text.split(), original.text.split()
    edits = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    assert sum(tag != "equal" for tag, *_ in edits) == 62


def test_reprint_and_original_share_their_shingles(
    reprints: list[Extracted], original: Extracted
) -> None:
    one, two = (
        {tuple(words[i : i + 5]) for i in range(len(words) - 4)}
        for words in (re.findall(r"\w+", a.text.lower()) for a in (reprints[0], original))
    )
    assert len(one & two) / len(one | two) > 0.85


@pytest.mark.slow
def test_a_sample_of_pages_stays_above_its_floor(corpora: Path) -> None:
    score = measure(ours, list(pages(corpora, "aef", limit=12)))
    assert score.f1 > 0.9
    assert score.split == 0


@pytest.mark.slow
def test_aef_stays_above_its_floors(corpora: Path) -> None:
    score = measure(ours, list(pages(corpora, "aef")))
    assert score.pages == 205
    assert score.f1 >= 0.93
    assert score.share("title") >= 0.90
    assert score.share("authors") >= 0.82
    assert score.share("date") >= 0.85
    assert score.split == 0


@pytest.mark.slow
def test_scrapinghub_stays_above_its_floors(corpora: Path) -> None:
    score = measure(ours, list(pages(corpora, "scrapinghub")))
    assert score.pages == 181
    assert score.f1 >= 0.962
    assert score.split == 0

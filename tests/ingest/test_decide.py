"""Decisions about what was read: dates, outlets, identity."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.config import parse_config
from monitor.ingest.decide import (
    UNKNOWN_OUTLET,
    digest,
    draft,
    from_feed,
    reconcile_dates,
    resolve_outlet,
)
from monitor.models import DateConfidence as Confidence
from monitor.models import Entry, Extracted, TextStatus

NOW = datetime(2025, 4, 3, 12, tzinfo=UTC)
AT = datetime(2025, 4, 2, 16, 30, tzinfo=UTC)
DAY = datetime(2025, 4, 2, tzinfo=UTC)
CONFIG = parse_config(
    """
    [[outlet]]
    name = "Mill News"
    domain = "millnews.example"
    language = "en"
    aliases = ["MN"]
    [[outlet]]
    name = "Mill News Local"
    domain = "local.millnews.example"
    """
)


def entry(published: datetime | None = AT) -> Entry:
    return Entry(
        feed_url="https://millnews.example/feed", guid="1", url=None, title="From the feed",
        summary="Its summary.", authors=("F. Eed",), published_at=published,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("page", "confidence", "feed", "expected"),
    [
        (None, Confidence.NONE, None, (None, Confidence.NONE)),
        (None, Confidence.NONE, AT, (AT, Confidence.MEDIUM)),
        (AT, Confidence.MEDIUM, AT + timedelta(seconds=40), (AT, Confidence.HIGH)),
        (AT, Confidence.HIGH, AT + timedelta(hours=9), (AT, Confidence.HIGH)),
        # the page gives the day, the feed the time
        (AT.replace(hour=0, minute=0), Confidence.MEDIUM, AT, (AT, Confidence.MEDIUM)),
        (AT - timedelta(days=30), Confidence.LOW, AT, (AT, Confidence.MEDIUM)),
        # its day ends hours later in the west, and began hours earlier in the east
        (AT.replace(day=1, hour=0, minute=0), Confidence.MEDIUM, AT.replace(hour=1, minute=30),
         (AT.replace(hour=1, minute=30), Confidence.MEDIUM)),
        (AT.replace(day=3, hour=0, minute=0), Confidence.MEDIUM, AT, (AT, Confidence.MEDIUM)),
        # a clock that hangs nobody says where
        (AT.replace(hour=12), Confidence.MEDIUM, AT, (AT, Confidence.MEDIUM)),
        # two days off is no zone's doing
        (AT.replace(hour=0, minute=0), Confidence.MEDIUM, AT.replace(day=4),
         (AT.replace(hour=0, minute=0), Confidence.LOW)),
        # they disagree by days: the page's, and said to be doubtful
        (AT - timedelta(days=30), Confidence.MEDIUM, AT,
         (AT - timedelta(days=30), Confidence.LOW)),
    ],
)  # fmt: skip
def test_dates_of_feed_and_page_are_weighed(
    page: datetime | None,
    confidence: Confidence,
    feed: datetime | None,
    expected: tuple[datetime | None, Confidence],
) -> None:
    found = Extracted(title="t", text="x", published_at=page, date_confidence=confidence)
    assert reconcile_dates(found, entry(feed)) == expected


@pytest.mark.parametrize(
    ("page", "confidence", "day_only", "expected"),
    [
        (None, Confidence.NONE, True, Confidence.DAY),
        # two midnights agree on the day alone
        (DAY, Confidence.DAY, True, Confidence.DAY),
        (DAY, Confidence.LOW, True, Confidence.DAY),
        (DAY, Confidence.DAY, False, Confidence.MEDIUM),  # nine in Tokyo
        (DAY, Confidence.MEDIUM, True, Confidence.MEDIUM),
        (DAY, Confidence.MEDIUM, False, Confidence.HIGH),
        (DAY, Confidence.HIGH, True, Confidence.HIGH),
        (DAY - timedelta(days=1), Confidence.DAY, True, Confidence.DAY),
    ],
)
def test_two_days_agree_on_no_time(
    page: datetime | None, confidence: Confidence, day_only: bool, expected: Confidence
) -> None:
    found = Extracted(title="t", text="x", published_at=page, date_confidence=confidence)
    dated = replace(entry(DAY), day_only=day_only)
    assert reconcile_dates(found, dated) == (DAY, expected)


@pytest.mark.parametrize(
    ("url", "feed_outlet", "stated", "expected"),
    [
        ("https://www.millnews.example/a", None, "Else", "Mill News"),
        ("https://local.millnews.example/a", "Mill News", None, "Mill News Local"),
        ("https://notmillnews.example/a", None, None, "notmillnews.example"),
        # an aggregator's feed links to a site nobody listed: the page speaks for itself
        ("https://other.example/a", "Mill News", "The Other", "The Other"),
        (None, None, "mn", "Mill News"),
        (None, None, None, UNKNOWN_OUTLET),
    ],
)
def test_the_outlet_is_found_by_address_first(
    url: str | None, feed_outlet: str | None, stated: str | None, expected: str
) -> None:
    name, _, _ = resolve_outlet(CONFIG, url=url, outlet=feed_outlet, stated=stated)
    assert name == expected


def test_the_page_wins_and_the_feed_fills_its_gaps() -> None:
    kept = draft(
        Extracted(title="From the page", text="Words.", url="https://millnews.example/a?utm_x=1"),
        config=CONFIG, now=NOW, page_url="https://www.millnews.example/a", entry=entry(),
        outlet="Mill News",
    )  # fmt: skip
    assert (kept.title, kept.authors, kept.description) == (
        "From the page", ("F. Eed",), "Its summary.",
    )  # fmt: skip
    assert (kept.url_key, kept.language) == ("millnews.example/a", "en")
    assert (kept.published_at, kept.text_status) == (AT, TextStatus.FULL)


def test_an_agency_in_the_feeds_byline_is_a_credit_and_no_author() -> None:
    item = replace(entry(), authors=("Ann Lee", "Estuary Newswire"))
    kept = draft(Extracted(title="t", text="x"), config=CONFIG, now=NOW, entry=item)
    assert (kept.authors, kept.credit) == (("Ann Lee",), "Estuary Newswire")


def test_the_language_of_a_feeds_own_text_is_told_from_the_text() -> None:
    words = "Der Fährbetrieb wird im Sommer verdoppelt, beschloss der Rat am Dienstag. " * 4
    found, status = from_feed(replace(entry(), title="Mehr Fähren im Sommer"), words)
    assert (found.language, status) == ("de", TextStatus.FEED)


def test_one_of_several_on_a_page_takes_nothing_from_the_entry_that_led_there() -> None:
    kept = draft(
        Extracted(title="Second, of four", text=""), config=CONFIG, now=NOW, alone=False,
        page_url="https://millnews.example/business/", entry=entry(), outlet="Mill News",
    )  # fmt: skip
    assert kept.url_key == "millnews.example/business#second-of-four"
    assert (kept.published_at, kept.authors, kept.description) == (None, (), "")
    assert kept.text_status is TextStatus.HEADLINE


def test_a_canonical_link_to_another_site_does_not_rename_the_page() -> None:
    kept = draft(
        Extracted(title="t", text="x", url="https://original.example/a"), config=CONFIG, now=NOW,
        page_url="https://millnews.example/copy",
    )  # fmt: skip
    assert kept.url == "https://millnews.example/copy"


def test_a_digest_sees_headline_text_and_date_and_nothing_else() -> None:
    def mark(**changes: object) -> str:
        fields = {"title": "t", "text": "x", "published_at": AT,
                  "date_confidence": Confidence.HIGH, **changes}  # fmt: skip
        return digest(draft(Extracted(**fields), config=CONFIG, now=NOW))  # type: ignore[arg-type]

    assert mark() == mark(language="de", authors=("A",), description="other")
    assert len({mark(), mark(title="u"), mark(text="y"), mark(published_at=NOW)}) == 4


def test_every_fact_says_where_it_comes_from() -> None:
    found = Extracted(
        title="A second wheel", text="Text.", published_at=AT, url="https://x.example/a",
        date_confidence=Confidence.HIGH, language="en",
        sources={"title": "JSON-LD, heading", "date": "JSON-LD", "language": "text"},
    )  # fmt: skip
    entry = Entry("https://x.example/f", "1", "https://x.example/a", "A second wheel",
                  authors=("Ann Lee",), published_at=AT)  # fmt: skip
    kept = draft(found, config=CONFIG, now=NOW, page_url="https://x.example/a", entry=entry,
                 outlet="Feed's Own")  # fmt: skip
    assert kept.sources == {
        "title": "JSON-LD, heading, feed", "authors": "feed", "date": "JSON-LD, feed",
        "outlet": "feed", "language": "text",
    }  # fmt: skip


FOUNDED = parse_config(
    '[[outlet]]\nname = "Mill News"\ndomain = "millnews.example"\nfounded = 2009\n'
)
BEFORE, FIRST = datetime(2008, 12, 30, tzinfo=UTC), datetime(2008, 12, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("page", "feed", "expected", "refused"),
    [
        (BEFORE, AT, (AT, Confidence.MEDIUM, "feed"), "2008-12-30 (meta)"),
        (AT, BEFORE, (AT, Confidence.HIGH, "meta"), "2008-12-30 (feed)"),
        (BEFORE, BEFORE, (None, Confidence.NONE, None), "2008-12-30 (feed)"),
        (BEFORE, None, (None, Confidence.NONE, None), "2008-12-30 (meta)"),
        # New Year's Day had begun in the east.
        (FIRST, None, (FIRST, Confidence.HIGH, "meta"), ""),
        (AT.replace(year=2010), AT, (AT.replace(year=2010), Confidence.HIGH, "meta"), ""),
    ],
)
def test_a_date_before_the_outlet_was_founded_is_refused(
    page: datetime, feed: datetime | None, expected: tuple[object, ...], refused: str
) -> None:
    found = Extracted(title="t", text="x", published_at=page, date_confidence=Confidence.HIGH,
                      sources={"date": "meta"})  # fmt: skip
    url = "https://millnews.example/a"
    kept = draft(found, config=FOUNDED, now=NOW, page_url=url, entry=entry(feed))
    assert (kept.published_at, kept.date_confidence, kept.sources.get("date")) == expected
    noted = kept.sources.get("refused", "")
    assert refused in noted
    assert ("before the outlet was founded" in noted) == bool(refused)
    # Of an outlet of which nobody says when it was founded nothing is refused.
    kept = draft(found, config=CONFIG, now=NOW, page_url=url, entry=entry(feed))
    assert kept.published_at == page
    assert "refused" not in kept.sources

"""What is made of query results before it is drawn: evidence, comparisons, words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.glance import carried
from monitor.dashboard import rows, texts, texts_feeds, texts_sources
from monitor.dashboard.comparison import compared, summary
from monitor.dashboard.evidence import in_sentences, marked, marked_paragraphs
from monitor.ingest.extract import sources
from monitor.ingest.recognise import PageType
from monitor.models import DateConfidence, DueWhy, Evidence, TextStatus

TEXT = (
    "One thing happened. Then Acme said that it would not sell. “Why?” they asked.\n\nNobody knew."
)


def evidence(start: int, end: int) -> Evidence:
    return Evidence("text", start, end, TEXT[start:end], "name")


def test_the_matched_words_are_shown_in_their_sentence() -> None:
    start = TEXT.index("Acme")
    [parts] = in_sentences(TEXT, [evidence(start, start + 4)])
    assert "".join(part["text"] for part in parts) == "Then Acme said that it would not sell."
    assert [part["text"] for part in parts if part.get("mark")] == ["Acme"]


def test_a_sentence_is_shown_once_however_much_it_holds() -> None:
    found = [evidence(at, at + 4) for at in (TEXT.index("Acme"), TEXT.index("sell"))]
    [parts] = in_sentences(TEXT, [*found, found[0]])
    assert [part["text"] for part in parts if part.get("mark")] == ["Acme", "sell"]


def test_a_very_long_sentence_is_cut_around_the_words() -> None:
    text = "word " * 200 + "Acme " + "more " * 200
    [parts] = in_sentences(text, [Evidence("text", 1000, 1004, "Acme", "name")])
    shown = "".join(part["text"] for part in parts)
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "Acme" in shown
    assert len(shown) < 260


def test_evidence_about_the_whole_article_has_no_place() -> None:
    assert in_sentences(TEXT, [Evidence("text", 0, 0, "", "rule")]) == []
    assert in_sentences(TEXT, [Evidence("text", 5, 99_999, "gone", "rule")]) == []


spans = st.lists(st.tuples(st.integers(-3, 120), st.integers(-3, 120)), max_size=8)


@given(st.text(alphabet="ab. \n<>&$*", max_size=100), spans)
def test_marking_never_changes_the_text(text: str, pairs: list[tuple[int, int]]) -> None:
    given_spans = [(Evidence("text", a, b, "", "r"), "title", "#000") for a, b in pairs]
    assert "".join(part["text"] for part in marked(text, given_spans)) == text
    shown = marked_paragraphs(text, given_spans)
    joined = "".join(part["text"] for parts in shown for part in parts)
    assert "".join(joined.split()) == "".join(text.split())
    for sentence in in_sentences(text, [item for item, _, _ in given_spans]):
        assert any(part.get("mark") for part in sentence)
        whole = "".join(part["text"] for part in sentence)
        assert whole in text


words = st.text(alphabet='ab,.“" \n<é', max_size=60)


@given(words, words, st.booleans())
def test_comparing_shows_every_word_of_both(left: str, right: str, hide: bool) -> None:
    result = compared(("Title", left), ("Title", right), hide_typographic=hide)
    for side, text in (("left", left), ("right", right)):
        body = [row for row in result.rows if not row["heading"]]
        shown = "".join(part[side] for row in body for part in row["parts"])
        assert "".join(shown.split()) == "".join(text.split())


def test_differences_are_counted_and_typography_told_apart() -> None:
    left = ("T", "“Yes,” was all he said. It is open source.")
    right = ("U", '"Yes," was all she said. It is open-source.')
    result = compared(left, right)
    assert result.differences == 3
    assert result.typographic == 2
    said = summary(result, left="A", right="B")
    assert said[:2] == [
        "The headlines differ", "3 differences, 2 of them only in typography"
    ]  # fmt: skip
    assert said[2].startswith("B kept ")
    wording = compared(left, right, hide_typographic=True)
    assert (result.places, wording.places) == (3, 1)
    shown = wording.rows
    different = [p["left"].strip() for row in shown for p in row["parts"] if not p["same"]]
    assert different == ["T", "he"]
    numbered = [p["place"] for row in result.rows for p in row["parts"] if p.get("place")]
    assert numbered == [1, 2, 3]
    assert summary(compared(left, left), left="A", right="B") == ["The two texts are the same"]


def test_headlines_without_a_word_in_common_are_a_row_like_any_other() -> None:
    """A phone draws what is not moved: a row that did not say so was left out there."""
    heading, body = compared(("Mill closes", "It shut."), ("Jobs gone", "It shut.")).rows
    assert heading.keys() == body.keys()
    assert (heading["heading"], heading["missing"], heading["moved"]) == (True, None, None)
    assert [(p["left"], p["right"]) for p in heading["parts"]] == [("Mill closes", "Jobs gone")]


def test_the_share_kept_is_the_same_at_a_glance() -> None:
    left = "The co-founder said “yes” to 1,000 deckhands on Monday."
    right = 'The cofounder said "yes" to 1000 deckhands on Friday.'
    result = compared(("T", left), ("T", right))
    assert result.kept == carried(left, right).kept == 8 / 9


def test_a_moved_paragraph_is_said_where_it_stood_and_where_it_stands() -> None:
    first = "The union wants to keep forty deckhands until the end of the season."
    rest = "The ferry line said on Monday that it would stop.\n\nNobody had expected that at all."
    result = compared(
        ("T", f"{first}\n\n{rest}"), ("T", f"{rest}\n\n" + first.replace("for", "fif"))
    )
    moved = [(i, row["missing"], row["moved"]) for i, row in enumerate(result.rows) if row["moved"]]
    assert moved == [(1, "right", True), (4, "left", True)]
    assert (result.differences, result.moved) == (1, 1)
    assert [(c["left"], c["right"]) for c in result.changes] == []
    assert result.kept == 28 / 29
    said = summary(result, left="A", right="B")
    assert said[:2] == ["1 difference", "1 paragraph moved"]


def test_a_text_without_a_headline_is_compared_without_one() -> None:
    assert not any(row["heading"] for row in compared(("", "One."), ("Title", "One.")).rows)


def test_times_are_said_in_the_teams_zone() -> None:
    at = datetime(2025, 4, 1, 22, 30, tzinfo=UTC)
    berlin = ZoneInfo("Europe/Berlin")
    assert texts.moment(at, berlin) == "Wed 2 Apr 2025, 00:30"
    assert texts.moment(None, berlin) == texts.moment(pd.NaT, berlin) == "No date"
    assert texts.dated(at, berlin, inferred=True, day_only=False) == "about Wed 2 Apr 2025, 00:30"
    assert texts.dated(at, berlin, inferred=False, day_only=True) == "Wed 2 Apr 2025"


def test_how_long_ago() -> None:
    now = datetime(2025, 4, 1, tzinfo=UTC)
    assert texts.ago(None, now) == "never"
    assert texts.ago(now + timedelta(minutes=1), now) == "just now"
    assert texts.ago(now - timedelta(minutes=1), now) == "1 minute ago"
    assert texts.ago(now - timedelta(days=3, hours=1), now) == "3 days ago"


def test_many_companies_become_a_number() -> None:
    shown = rows.chips(["A", "B", "C"], {"A": "#111111"}, most=2)
    assert [chip["text"] for chip in shown] == ["A", "B", "and 1 more"]
    assert shown[0]["color"] == "#111111"


def test_when_a_feed_is_polled_next_and_why() -> None:
    now = datetime(2025, 4, 1, 12, tzinfo=UTC)
    said = [texts_feeds.until(now + timedelta(seconds=s), now)
            for s in (90 * 60, 61, 59, -59 * 60, -3 * 3600)]  # fmt: skip
    assert said == ["In 1 hour", "In 1 minute", "Now", "Now", "Due 3 hours ago"]
    assert texts_feeds.until(None, now) == texts_feeds.until(pd.NaT, now) == "In the next pass"
    assert texts_feeds.why_then("rhythm", 0.6) == "It brings about 1 entry a week."
    assert all(texts_feeds.why_then(why, 7.0) for why in DueWhy)
    assert texts_feeds.why_then(None, 7.0) == texts_feeds.why_then("else", 7.0) == ""


def test_a_share_that_is_not_all_is_never_said_to_be() -> None:
    assert texts_feeds.percent(0.9999) == "99%"
    assert texts_feeds.percent(1.0) == "100%"
    assert texts_feeds.in_days(0.5, 1, 4) == "50% answered, 1 time empty"
    assert texts_feeds.in_days(float("nan"), 0, 0) == "Not polled"


def test_every_source_and_kind_of_page_that_is_noted_has_words() -> None:
    """A source that extraction begins to note without words for it would be shown raw."""
    noted = {
        *sources.TITLES, *sources.AUTHORS, *sources.GUESSES, *sources.DATES, sources.TEXT,
        sources.HEADER, "heading", "title element", "page",
        "feed", "import", "address", "watchlist",
    }  # fmt: skip
    for name in noted:
        assert texts_sources.found_in(name).casefold() != name.casefold(), name
    assert set(texts_sources.PAGE_TYPES) == {str(kind) for kind in PageType}
    assert set(texts_sources.CONFIDENCE) == {*map(str, DateConfidence), "inferred"}
    assert set(texts_sources.TEXT) == set(map(str, TextStatus))
    assert texts_sources.found_in("JSON-LD, something new").endswith(" · something new")
    assert texts_sources.found_in("") == ""

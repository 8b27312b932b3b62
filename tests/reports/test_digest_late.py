"""What is found only after its day's digest was made: in the next one, apart, and bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.config import parse_config
from monitor.filters import Filters
from monitor.links import page_link
from monitor.reports.digest_facts import make_digest
from monitor.reports.digest_html import as_html
from monitor.reports.digest_late import found_late
from monitor.reports.digest_parts import Digest
from monitor.reports.digest_span import Span, last_days
from monitor.reports.digest_text import as_text
from monitor.reports.digest_words import in_words
from monitor.store.queries import totals
from monitor.store.reader import Reader
from tests.archive import Piece, build_archive

BERLIN = ZoneInfo("Europe/Berlin")
CONFIG = parse_config("""
[team]
timezone = "Europe/Berlin"
[[company]]
name = "Acme"
[[company]]
name = "Borealis"
""")
NOW = datetime(2025, 3, 31, 5, 30, tzinfo=UTC)  # 7:30 of a Monday; the clocks changed on Sunday
BEFORE = datetime(2025, 3, 30, 5, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2025, 3, 30, 10, tzinfo=UTC)  # of the day that it tells of


def piece(
    title: str, at: datetime, seen: datetime, *, story: int | None = None, outlet: str = "Post",
    text: str = "",
) -> Piece:  # fmt: skip
    about = {name: True for name in ("Acme", "Borealis") if name in title}
    return Piece(title, outlet, at, text, about, story=story, seen=seen)


PIECES = [
    piece("Acme opens a plant", NOON - DAY, NOON - DAY),
    piece("Acme plant, one more report", NOON - DAY, NOON, story=0, outlet="Ledger"),
    piece("Acme sells its harbour", NOON - 2 * DAY, NOON),
    piece("Acme sold a harbour: reactions", NOON - DAY, NOON, story=2, outlet="Ledger"),
    piece("Borealis sues a supplier", NOON - 7 * DAY, BEFORE - timedelta(minutes=2)),
    piece("Borealis, of long ago", NOON - 8 * DAY, NOON),
    piece("Acme, found this noon", NOON - DAY, NOW + HOUR),
    piece("Acme, found before", NOON - DAY, BEFORE - HOUR),
    piece("Rain all week", NOON - DAY, NOON),
    piece("Acme recalls leaking kettles in Aldmoor", NOON, NOON, text="Kettles leak in Aldmoor."),
    piece("Leaking kettles: Acme recalls thousands", NOON - DAY, NOON, outlet="Ledger",
          text="Kettles leak in Aldmoor."),
    piece("Borealis names a chief", NOON, NOON),
    piece("Borealis seeks a chief", NOON - DAY, NOON, story=11, outlet="Ledger"),
]  # fmt: skip


def reader_of(root: Path, pieces: list[Piece]) -> Reader:
    return Reader.open(build_archive(root, pieces, watchlist=CONFIG))


def digest_of(reader: Reader, filters: Filters | None = None, span: Span | None = None) -> Digest:
    return make_digest(
        reader, CONFIG, name="Morning", filters=filters or Filters(),
        span=span or last_days(1, NOW, BERLIN), asked="ana",
    )  # fmt: skip


def test_a_new_story_of_an_earlier_day_is_told_and_what_was_known_is_counted(
    tmp_path: Path,
) -> None:
    digest = digest_of(reader_of(tmp_path, PIECES))
    assert [(line.title, line.articles) for line in digest.late.lines] == [
        ("Acme sells its harbour", 2), ("Borealis sues a supplier", 1)
    ]  # fmt: skip
    assert digest.late.more == 1  # about nobody: counted, as among the day's stories
    assert digest.late.joined == 2  # one of a story told before, one of a story told here
    [kettles] = [line for line in digest.top if "kettles" in line.title]
    assert [also.title for also in kettles.also] == ["Leaking kettles: Acme recalls thousands"]
    assert (kettles.articles, kettles.fresh) == (1, 0)  # its figures stay those of the day
    sheet = in_words(digest, base="https://monitor.example")
    [section] = [s for s in sheet.sections if s.title.startswith("Found since")]
    assert section.note.startswith("Of 23–29 March 2025, and found only after")
    assert [entry.number for entry in section.entries] == [3, 4]
    assert section.more
    assert section.more.link == "and 1 more story, 2 articles of stories that were known before"
    assert section.more.href == page_link(
        "https://monitor.example", "articles", digest.late.filters
    )
    assert "seen_since=" in section.more.href
    assert "seen_until=" in section.more.href
    for form in (as_text(sheet), as_html(sheet)):
        assert "Acme sells its harbour" in form
        assert "2 articles of stories that were known" in " ".join(form.split())


def test_the_figures_stay_those_of_the_day(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, PIECES)
    digest = digest_of(reader)
    total = totals(reader, digest.filters, tz=BERLIN)
    assert (digest.mentions.now, digest.stories.now) == (total.mentions, total.stories) == (2, 2)
    assert digest.more == 0
    assert {company.company: company.mentions for company in digest.companies} == {
        "Acme": 1, "Borealis": 1
    }  # fmt: skip


def test_a_view_tells_what_is_new_to_it(tmp_path: Path) -> None:
    """A story that was known by an outlet outside the view was in no digest of that view."""
    digest = digest_of(reader_of(tmp_path, PIECES), Filters(outlets=("Ledger",)))
    assert "Acme plant, one more report" in {line.title for line in digest.late.lines}


def test_an_import_of_history_does_not_flood(tmp_path: Path) -> None:
    pieces = [
        piece(f"Acme note {n}: {word} of {word}ville", NOON - (1 + n % 30) * DAY, NOON)
        for n, word in enumerate(f"{a}{b}{b}o" for a in "bdfklmnprs" for b in "aeioukltrm")
    ]
    digest = digest_of(reader_of(tmp_path, pieces))
    assert len(digest.late.lines) == 5
    assert sum(len(line.story_ids) for line in digest.late.lines) + digest.late.more == 28
    assert digest.late.joined == 0


def test_with_nothing_found_late_there_is_no_such_part(tmp_path: Path) -> None:
    sheet = in_words(digest_of(reader_of(tmp_path, PIECES[:1])), base="")
    assert not [s for s in sheet.sections if s.title.startswith("Found since")]


def test_each_late_article_is_in_the_next_digest_and_no_other(tmp_path: Path) -> None:
    """Day by day for two weeks, on weekdays only, over a change of the clocks."""
    begins = datetime(2025, 3, 20, 6, 30, tzinfo=UTC)
    dues = [
        datetime(2025, 3, 20, 7, 30, tzinfo=BERLIN) + n * DAY for n in range(15)
        if (20 + n) % 7 not in (1, 2)  # the 22nd and 23rd are a weekend
    ]  # fmt: skip
    spans = [Span(before.date(), due.date() - DAY, due, before) for before, due in pairwise(dues)]
    pieces = [
        piece(f"Acme {n}", begins - (n % 5) * DAY + (n % 7) * HOUR, begins + n * 7 * HOUR)
        for n in range(40)
    ]
    reader = reader_of(tmp_path, pieces)
    told: dict[int, int] = {}
    for span in spans:
        late = found_late(reader, Filters(), span, CONFIG, found=None)
        for story_id in late.new:
            told[story_id] = told.get(story_id, 0) + 1
    for n, one in enumerate(pieces):
        # The first digest after it was seen; late where its day was told of before that.
        due = [s for s in spans if s.before <= (one.seen or begins) < s.now]
        assert one.at
        late = [s for s in due if s.since - 7 * DAY <= one.at.astimezone(BERLIN).date() < s.since]
        assert told.get(1000 + n, 0) == len(late)
    assert len(told) > 10

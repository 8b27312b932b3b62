"""Digests of real archives: what they say, and that every form of them says the same."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.analysis.metrics import period_before
from monitor.config import Config, parse_config
from monitor.filters import Filters
from monitor.models import DateConfidence, Role
from monitor.reports.digest import digest_message, digest_sheet, file_name
from monitor.reports.digest_facts import make_digest
from monitor.reports.digest_html import as_html
from monitor.reports.digest_parts import Digest
from monitor.reports.digest_pdf import as_pdf
from monitor.reports.digest_sheet import Sheet
from monitor.reports.digest_span import last_days
from monitor.reports.digest_text import WIDTH, as_text, width
from monitor.reports.digest_words import in_words
from monitor.store import queries
from monitor.store.queries.coverage import counts
from monitor.store.reader import Reader
from tests.archive import Piece, build_archive
from tests.reports.digests import digest_with

BASE = "https://monitor.example"
OUTLETS = ("Ledger", "Post", "Signal")
WATCHLIST = """
[team]
timezone = "Europe/Berlin"
[[company]]
name = "Acme"
[[company]]
name = "Borealis"
[[topic]]
name = "Mills"
query = "mill*"
[[outlet]]
name = "Ledger"
domain = "ledger.example"
tier = 1
[[outlet]]
name = "Post"
domain = "post.example"
tier = 3
[[outlet]]
name = "Signal"
domain = "signal.example"
"""
DAY = date(2025, 3, 30)  # the clocks change on it: 23 hours
NOON = datetime(2025, 3, 30, 10, tzinfo=UTC)
MORNING = datetime(2025, 3, 31, 5, 30, tzinfo=UTC)  # 7:30 of the 31st
YESTERDAY = last_days(1, MORNING, ZoneInfo("Europe/Berlin"))
HOSTILE = (
    "<script>alert(1)</script> & \u202eevil\u202c \x00\x1b[31m #panic() *b* مرحبا שלום 標題 👨‍👩‍👧"
)
LONG = "x" * 500


def config() -> Config:
    return parse_config(WATCHLIST)


def quarter() -> list[Piece]:
    """A calm quarter: one report a day about each company."""
    return [
        Piece(f"{name} note {n}", OUTLETS[n % 3], NOON - timedelta(days=n), "Calm as ever.",
              {name: True})
        for n in range(1, 91) for name in ("Acme", "Borealis")
    ]  # fmt: skip


def busy() -> list[Piece]:
    """The quarter, then a day on which Acme is in the news, and the morning after."""
    pieces = quarter()
    first = len(pieces)
    recall = "Acme recalls its kettles: 4,000 of them may leak, the company said in Aldmoor."
    pieces.append(Piece("Acme recalls kettles - Ledger", "Ledger", NOON, recall, {"Acme": True},
                        ("Mills",), role=Role.ORIGINAL))  # fmt: skip
    pieces += [
        Piece("Acme recalls kettles", OUTLETS[n % 3], NOON + timedelta(minutes=n), recall,
              {"Acme": True}, copy_of=first, role=Role.REPRINT)
        for n in (1, 2)
    ]  # fmt: skip
    pieces += [
        Piece(f"Acme recall, own report {n}", OUTLETS[n % 3], NOON + timedelta(minutes=10 + n),
              f"Report {n} on kettles.", {"Acme": True}, story=first)
        for n in range(10)
    ]  # fmt: skip
    pieces += [
        Piece("Leaking kettles: what Acme recalls", "Signal", NOON + timedelta(hours=1), recall,
              {"Acme": True}),
        Piece("Borealis opens a mill", "Post", NOON, "A mill.", {"Borealis": True}, ("Mills",)),
        Piece("Rain all week", "Post", NOON, "Rain."),
        Piece("Acme recall goes on", "Post", MORNING - timedelta(hours=3), recall, {"Acme": True},
              story=first),
        Piece("Shops react: Acme recalls leaking kettles", "Signal", MORNING - timedelta(hours=2),
              recall, {"Acme": True}),
        Piece("Borealis names a chief", "Signal", MORNING - timedelta(hours=2), "A chief.",
              {"Borealis": True}),
        Piece("Borealis, too late", "Signal", MORNING + timedelta(hours=1), "Late.",
              {"Borealis": True}),
        Piece("Acme, undated", "Post", None, "Undated.", {"Acme": True}),
    ]  # fmt: skip
    return pieces


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader.open(
        build_archive(tmp_path_factory.mktemp("busy"), busy(), watchlist=WATCHLIST)
    )  # fmt: skip


def digest_of(
    reader: Reader, filters: Filters | None = None, days: int = 1, *,
    now: datetime = MORNING, found: list[int] | None = None,
) -> Digest:  # fmt: skip
    return make_digest(
        reader, config(), name="Morning", filters=filters or Filters(), asked="ana",
        span=last_days(days, now, config().tz), found=found,
    )  # fmt: skip


class Seen(HTMLParser):
    """The words, tags and addresses of a document."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self._inside: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        if tag in ("style", "title"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words += data.split()


@pytest.mark.slow
def test_the_figures_are_those_of_the_pages(reader: Reader) -> None:
    tz = config().tz
    for days, filters in (
        (1, Filters()), (7, Filters(companies=("Acme",))), (1, Filters(topics=("Mills",))),
        (3, Filters()),
    ):  # fmt: skip
        digest = digest_of(reader, filters, days)
        span = digest.span
        shown = replace(filters, since=span.since, until=span.until, undated=False)
        assert digest.filters == shown
        total = queries.totals(reader, shown, tz=tz)
        since, until = period_before(span.since, span.until)
        before = queries.totals(reader, replace(shown, since=since, until=until), tz=tz)
        for kind in ("mentions", "stories", "outlets"):
            figure = getattr(digest, kind)
            assert (figure.now, figure.before) == (getattr(total, kind), getattr(before, kind))
        listed = queries.stories(reader, shown, tz=tz, limit=None).set_index("story_id")
        for line in digest.told:
            if line not in digest.fresh:
                row = listed.loc[line.story_id]
                assert (line.articles, line.outlets) == (row["articles"], row["outlets"])
                assert line.copies == row["copies"]
        voice = queries.share_of_voice(reader, shown, tz=tz).set_index("company")
        stories = counts(reader, shown, tz=tz, count="stories").set_index("company")["count"]
        assert [c.company for c in digest.companies] == list(voice.index)
        for company in digest.companies:
            assert company.mentions == voice["count"][company.company]
            assert company.share == pytest.approx(voice["share"][company.company])
            assert company.stories == stories[company.company]
        told = {i for line in digest.told for i in line.story_ids} & set(listed.index)
        assert digest.more == total.stories - len(told)


def test_what_is_usual_is_the_middle_of_the_same_days(reader: Reader) -> None:
    digest = digest_of(reader, Filters(companies=("Borealis",)))
    assert (digest.mentions.now, digest.mentions.before, digest.mentions.usual) == (1, 1, 1)
    week = digest_of(reader, Filters(companies=("Borealis",)), 7)
    assert (week.mentions.now, week.mentions.before, week.mentions.usual) == (7, 7, 7)
    early = digest_of(reader, now=MORNING - timedelta(days=70))  # three weeks into the archive
    assert early.mentions.usual is None


def test_who_is_not_mentioned_any_more_is_said(reader: Reader) -> None:
    quiet = digest_of(reader, now=MORNING + timedelta(days=2))
    assert {c.company: c.before for c in quiet.gone} == {"Acme": 2, "Borealis": 2}
    text = as_text(in_words(quiet, base=BASE))
    assert "Mentioned the day before and not now: Acme (2) and Borealis (2)." in text


def test_what_is_unusual_comes_with_its_story_and_only_there(reader: Reader) -> None:
    digest = digest_of(reader)
    [line] = digest.unusual
    assert line.title == "Acme recalls kettles"  # without the outlet's name
    [spike] = line.unusual
    assert (spike.company, spike.day) == ("Acme", DAY)
    assert (line.articles, line.outlets, line.copies) == (13, 3, 3)
    assert line.first_outlet == "Ledger"
    assert line.first_at == NOON
    assert line.carried_by == ("Post", "Signal")  # by tier
    assert line.fresh == 1  # this morning's goes on with it
    assert [also.title for also in line.also] == [  # the same event in stories of their own
        "Leaking kettles: what Acme recalls", "Shops react: Acme recalls leaking kettles",
    ]  # fmt: skip
    assert [other.title for other in digest.top] == ["Borealis opens a mill"]


def test_this_morning_is_apart_and_ends_now(reader: Reader) -> None:
    digest = digest_of(reader)
    assert [line.title for line in digest.fresh] == ["Borealis names a chief"]
    assert digest.fresh[0].articles == 1
    assert digest_of(reader, days=7).fresh == ()
    next_day = digest_of(reader, now=MORNING + timedelta(days=1))
    assert {line.title for line in next_day.told} >= {"Borealis, too late", "Acme recall goes on"}


def test_topics_may_be_about_nobody(reader: Reader) -> None:
    titles = {line.title for line in digest_of(reader).told}
    assert "Rain all week" not in titles
    sheet = in_words(digest_of(reader, Filters(topics=("Mills",))), base=BASE)
    assert sheet.lead.startswith("2 stories, 2 more than the day before")


def test_a_search_needs_what_it_found(reader: Reader) -> None:
    with pytest.raises(ValueError, match="query"):
        digest_of(reader, Filters(query="mill"))
    tz = config().tz
    these = Filters(since=DAY, until=DAY, companies=("Borealis",), undated=False)
    [article_id] = queries.articles(reader, these, tz=tz)["article_id"]
    digest = digest_of(reader, Filters(query="mill"), found=[int(article_id) + 499_000])
    assert digest.stories.now == 1
    assert [line.title for line in digest.told] == ["Borealis opens a mill"]


def test_notable_outlets_name_no_told_story_again(reader: Reader) -> None:
    [ledger] = [o for o in digest_of(reader).notable if o.outlet == "Ledger"]
    assert (ledger.tier, ledger.title, ledger.told) == (1, "", (1,))
    assert ledger.articles == 5


def test_an_outlets_first_article_on_a_company_is_notable(tmp_path: Path) -> None:
    pieces = [
        Piece("Rain", "Post", NOON - timedelta(days=40), "Rain."),
        Piece("Acme grows", "Post", NOON, "Growth.", {"Acme": True}),
    ]
    reader = Reader.open(build_archive(tmp_path, pieces, watchlist=WATCHLIST))
    [post] = digest_of(reader).notable
    assert (post.outlet, post.tier, post.first_about) == ("Post", 3, ("Acme",))
    sheet = in_words(digest_of(reader), base=BASE)
    assert "Tier 3 · for the first time about Acme" in as_text(sheet)


def test_the_period_is_of_local_days_also_when_the_clocks_change(tmp_path: Path) -> None:
    midnight = datetime(2025, 3, 29, 23, tzinfo=UTC)  # 0:00 of the 30th in Berlin
    ends = datetime(2025, 3, 30, 22, tzinfo=UTC)  # 0:00 of the 31st, 23 hours later
    minute = timedelta(minutes=1)
    pieces = [
        Piece(f"Acme {at:%d %H:%M}", "Post", at, "", {"Acme": True})
        for at in (midnight - minute, midnight, ends - minute, ends)
    ]
    reader = Reader.open(build_archive(tmp_path, pieces, watchlist=WATCHLIST))
    digest = digest_of(reader)
    assert (digest.span.since, digest.span.until) == (DAY, DAY)
    assert (digest.mentions.now, digest.mentions.before) == (2, 1)
    assert {line.title for line in digest.top} == {"Acme 29 23:00", "Acme 30 21:59"}
    assert [line.title for line in digest.fresh] == ["Acme 30 22:00"]
    just_before = digest_of(reader, now=ends - minute)
    assert just_before.span.until == date(2025, 3, 29)
    week = last_days(7, MORNING, config().tz)
    assert (week.since, week.until, week.days) == (date(2025, 3, 24), DAY, 7)


def test_a_few_days_are_named_and_set_against_as_many_before(reader: Reader) -> None:
    digest = digest_of(reader, Filters(companies=("Borealis",)), 3)  # Friday to Sunday
    assert (digest.mentions.now, digest.mentions.before, digest.mentions.usual) == (3, 3, 3)
    sheet = in_words(digest, base=BASE)
    when = "Friday 28 to Sunday 30 March 2025"
    assert sheet.kicker == f"Digest of 3 days · {when}"
    assert sheet.subject == f"Morning, {when}: 3 mentions in 3 stories"
    assert sheet.lead == (
        "3 mentions, as many as in the 3 days before; 3 are usual for Friday to Sunday."
    )
    assert sheet.figures[0].notes == ("3 days before: 3", "Usual 3")
    [companies] = [s for s in sheet.sections if s.title == "Companies"]
    assert companies.table
    assert companies.table.columns[2] == "3 days before"
    assert "Period: 2025-03-28 to 2025-03-30" in as_text(sheet)
    assert sheet.footer[-2].href.endswith("&digest_period=3%20days&digest_day=2025-03-31")
    assert "dates=2025-03-28&dates=2025-03-30" in sheet.link
    assert [line.title for line in digest.fresh] == ["Borealis names a chief"]
    for days, now, said in (
        (4, datetime(2025, 3, 3, 7, tzinfo=UTC), "Thursday 27 February to Sunday 2 March 2025"),
        (3, datetime(2026, 1, 2, 7, tzinfo=UTC),
         "Tuesday 30 December 2025 to Thursday 1 January 2026"),
        (7, datetime(2026, 1, 2, 7, tzinfo=UTC), "26 December 2025 – 1 January 2026"),
        (7, datetime(2025, 3, 3, 7, tzinfo=UTC), "24 February – 2 March 2025"),
    ):  # fmt: skip
        assert in_words(digest_of(reader, days=days, now=now), base=BASE).kicker.endswith(
            f" · {said}"
        )


def test_an_empty_archive_says_so_in_every_form(tmp_path: Path) -> None:
    reader = Reader.open(build_archive(tmp_path, [], watchlist=WATCHLIST))
    for days, before in (
        (1, "as on the day before"), (3, "as in the 3 days before"), (7, "as on the week before")
    ):  # fmt: skip
        sheet = in_words(digest_of(reader, days=days), base=BASE)
        assert "Nothing was found in this period." in as_text(sheet)
        assert "Nothing was found in this period." in as_html(sheet)
        assert as_pdf(sheet).startswith(b"%PDF")
        assert sheet.lead == f"No mention, {before}."


def texts_of(sheet: Sheet) -> list[str]:
    """Everything a sheet says but addresses, and headings that text writes its own way."""
    said = [sheet.lead, sheet.kicker, sheet.closing]
    said += [figure.value for figure in sheet.figures]
    for section in sheet.sections:
        said += [section.note, *section.lines]
        for e in section.entries:
            said += [e.title, *e.why, *e.meta, *e.names, *(n.text + n.link for n in e.notes)]
        said += [cell for row in (section.table.rows if section.table else ()) for cell in row]
        said += [section.more.text + section.more.link] if section.more else []
    return [*said, *(note.text + note.link for note in sheet.footer)]


def test_text_and_html_say_all_of_it(reader: Reader) -> None:
    sheet = in_words(digest_of(reader), base=BASE)
    in_html = " ".join(Seen(as_html(sheet)).words)
    in_text = " ".join(as_text(sheet).split())
    for said in texts_of(sheet):
        assert " ".join(said.split()) in in_html
        assert all(word in in_text for word in said.split())
    numbers = re.compile(r"\d[\d,.]*")
    assert set(numbers.findall(in_html)) <= {n.strip(".") for n in numbers.findall(in_text)} | set(
        numbers.findall(in_text)
    )


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    pieces = [
        Piece(HOSTILE, "Ledger", NOON, HOSTILE, {"Acme": True}, url="javascript:alert(1)"),
        Piece(f"Acme {LONG}", "<b>Evil</b> \u202e", NOON, LONG, {"Acme": False}),
        Piece("", "Post", NOON, "", {"Borealis": True}),
    ]
    reader = Reader.open(build_archive(tmp_path, pieces, watchlist=WATCHLIST))
    sheet = digest_sheet(
        reader, config(), name=HOSTILE, filters=Filters(), span=YESTERDAY, base=BASE,
        asked=f"ana\r\nBcc: {HOSTILE}",
    )  # fmt: skip
    made = digest_message(sheet, MORNING.astimezone(config().tz).date(), pdf=True)
    seen = Seen(made.html)
    assert "script" not in seen.tags
    assert "b" not in seen.tags
    assert seen.handlers == []
    assert seen.addresses
    assert all(address.startswith(f"{BASE}/") for address in seen.addresses)
    assert "<script>alert(1)</script>" in " ".join(seen.words)
    for said in (made.subject, made.text.replace("\n", ""), " ".join(seen.words)):
        assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", said)
    assert "Without a headline" in made.text
    [(name, content)] = made.attachments
    assert re.fullmatch(r"digest_[\w-]+_2025-03-31\.pdf", name)
    assert content.startswith(b"%PDF")


@pytest.mark.parametrize("base", ["", "javascript:alert(1)//", "monitor.example"])
def test_without_a_web_address_there_are_no_links(reader: Reader, base: str) -> None:
    sheet = digest_sheet(
        reader, config(), name="Morning", filters=Filters(), span=YESTERDAY, base=base,
        asked="ana",
    )  # fmt: skip
    made = digest_message(sheet, MORNING.date())
    assert made.link == ""
    assert Seen(made.html).addresses == []
    assert "://" not in made.text


def test_the_footer_says_what_was_asked(reader: Reader) -> None:
    sheet = digest_sheet(
        reader, config(), name="Mills", filters=Filters(topics=("Mills",), subject_only=True),
        span=last_days(7, MORNING, config().tz), base=BASE, asked="ana",
    )  # fmt: skip
    assert [note.text for note in sheet.footer[:-2]] == [
        "Asked by: ana", "Made: 2025-03-31 07:30 (Europe/Berlin)",
        "Period: 2025-03-24 to 2025-03-30", "Topics: Mills",
        "Companies count: as main subjects only", f"Watchlist: version {config().version}",
        f"Archive: generation {reader.generation}", "Program: Media Monitor 0.1.0",
    ]  # fmt: skip
    assert sheet.footer[-2].href == (
        f"{BASE}/reports?topic=Mills&subject=true&digest_period=Week&digest_day=2025-03-31"
    )  # fmt: skip
    assert sheet.footer[-1].href == sheet.link == (
        f"{BASE}/stories?topic=Mills&dates=2025-03-24&dates=2025-03-30&undated=false&subject=true"
    )  # fmt: skip
    assert file_name(sheet, DAY, "pdf") == "digest_Mills_2025-03-30.pdf"


title = st.text(st.characters(codec="utf-8"), max_size=90) | st.sampled_from([LONG, HOSTILE])


@pytest.mark.slow
@given(st.lists(title, min_size=1, max_size=3), title)
@settings(max_examples=25, deadline=None)
def test_text_is_72_columns_wide_whatever_is_told(titles: list[str], name: str) -> None:
    made = in_words(digest_with(titles, name), base=BASE)
    for line in as_text(made).split("\n"):
        assert width(line) <= WIDTH or "://" in line
    seen = Seen(as_html(made))
    assert seen.tags == Seen(as_html(in_words(digest_with(["plain"], "plain"), base=BASE))).tags
    assert all(address.startswith(BASE) for address in seen.addresses)


archives = st.lists(
    st.builds(
        Piece,
        title=st.sampled_from(
            ["Acme recalls kettles", "Acme recall of kettles widens", "Borealis opens a mill",
             "Mill of Borealis opens in Aldmoor", "Acme and Borealis talk", ""]
        ),
        outlet=st.sampled_from(OUTLETS),
        at=st.datetimes(
            datetime(2025, 3, 27), datetime(2025, 3, 31, 6)  # noqa: DTZ001
        ).map(lambda at: at.replace(tzinfo=UTC)),
        companies=st.sampled_from([{}, {"Acme": True}, {"Borealis": True, "Acme": False}]),
        story=st.none() | st.just(0),
        confidence=st.sampled_from([DateConfidence.HIGH, DateConfidence.LOW]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.mark.slow
@given(archives, st.sampled_from([1, 3, 7]))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_story_is_told_twice(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[Piece], days: int
) -> None:
    folder = build_archive(tmp_path_factory.mktemp("any"), pieces, watchlist=WATCHLIST)
    reader = Reader.open(folder)
    digest = digest_of(reader, days=days)
    told = [story_id for line in digest.told for story_id in line.story_ids]
    assert len(told) == len(set(told))
    assert digest.more >= 0
    assert as_pdf(in_words(digest, base=BASE)).startswith(b"%PDF")
    reader.close()

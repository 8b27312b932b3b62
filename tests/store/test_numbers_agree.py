"""The pages' numbers agree with each other, whatever the filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.analysis.metrics import OTHER, period_before, share
from monitor.filters import Filters
from monitor.models import DateConfidence, Role
from monitor.store import queries
from monitor.store.queries.bylines import bylines, count_bylines
from monitor.store.queries.coverage import By, Count, Step, counts
from monitor.store.queries.export import export_rows
from monitor.store.queries.outlets import count_outlets, outlets
from monitor.store.queries.stories import largest_stories
from monitor.store.queries.versus import Split, profiles, versus
from monitor.store.reader import Reader
from tests.archive import Piece, build_archive

BERLIN = ZoneInfo("Europe/Berlin")
COMPANIES, TOPICS = ("Acme", "Borealis", "Cobalt"), ("Labour", "Trade")
OUTLETS = {"Daily": 1, "Post": 2, "Weekly": 2, "Blog": None, "Quiet": 1}
AUTHORS = ("Ann Lee", "Bo Ray", "Cy Day")
FIRST = datetime(2025, 3, 27, 5, tzinfo=UTC)  # the clocks change on the 30th
ROLES = (Role.ORIGINAL, Role.REPRINT, Role.UNKNOWN, Role.REWRITE)
SURE = (DateConfidence.HIGH, DateConfidence.MEDIUM, DateConfidence.LOW)


def piece(i: int) -> Piece:
    """Every third is a copy, every seventh has no date, every fourth another story's."""
    named = {name: (i + n) % 3 == 0 for n, name in enumerate(COMPANIES) if (i >> n) % 2}
    copied = i % 3 == 2 and i > 3
    dated = i % 7 > 0
    about = next(iter(named), "") if i % 2 else ""  # in the headline
    outlet = list(OUTLETS)[i % 4] if named else "Quiet"  # which names no company
    authors = AUTHORS[: i % 3] + AUTHORS[2 : 2 + i % 2] + AUTHORS[: i % 5 == 0] * 2
    return Piece(
        f"Piece {i} {about}", outlet, FIRST + timedelta(hours=5 * i) if dated else None,
        "Words.", named, tuple(t for n, t in enumerate(TOPICS) if (i >> n) % 3),
        copy_of=i - 2 if copied else None, story=0 if i % 4 == 3 and not copied else None,
        role=ROLES[i % 4] if copied else Role.INDEPENDENT, language="de" if i % 5 == 0 else "en",
        authors=authors, sample=i % 11 == 0,
        confidence=SURE[i % 3] if dated else None,
    )  # fmt: skip


WATCHLIST = "\n".join([
    *(f'[[company]]\nname = "{name}"' for name in COMPANIES),
    *(f'[[topic]]\nname = "{name}"\nquery = "x"' for name in TOPICS),
    *(f'[[outlet]]\nname = "{name}"\ndomain = "{name.lower()}.example"'
      + (f"\ntier = {tier}" if tier else "") for name, tier in OUTLETS.items()),
])  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    pieces = [piece(i) for i in range(40)]
    folder = build_archive(tmp_path_factory.mktemp("agree"), pieces, watchlist=WATCHLIST)
    reader = Reader.open(folder)
    yield reader
    reader.close()


def some(*names: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Mostly none, or every filter would be empty."""
    chosen = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True).map(tuple)
    return st.one_of(st.just(()), st.just(()), st.just(()), chosen)


filters_of = st.builds(
    Filters, companies=some(*COMPANIES, "nobody"), topics=some(*TOPICS), outlets=some(*OUTLETS),
    tiers=some("Tier 1", "Tier 2", "No tier", "Tier 9"), languages=some("de", "en"),
    authors=some(*AUTHORS), since=st.none() | st.dates(date(2025, 3, 26), date(2025, 3, 30)),
    until=st.none() | st.dates(date(2025, 3, 30), date(2025, 4, 5)), undated=st.booleans(),
    subject_only=st.booleans(), firsts_only=st.booleans(), sample=st.booleans(),
)  # fmt: skip


def check(reader: Reader, f: Filters, step: Step) -> None:
    total = queries.totals(reader, f, tz=BERLIN)
    listed = queries.articles(reader, f, tz=BERLIN, limit=None)
    assert len(listed) == total.articles == queries.count_articles(reader, f, tz=BERLIN)
    exported = [row for batch in export_rows(reader, f, tz=BERLIN) for row in batch]
    assert len({row.article_id for row in exported}) == total.articles
    assert len(exported) == total.rows
    assert len(queries.stories(reader, f, tz=BERLIN, limit=None)) == total.stories
    assert total.stories == queries.count_stories(reader, f, tz=BERLIN) <= total.articles
    # An article without a company is no mention; its story counts.
    unnamed = len({row.article_id for row in exported if not row.company})
    assert total.rows - total.mentions == unnamed
    assert total.stories <= total.mentions + unnamed
    over_time(reader, f, total, step)
    of_companies(reader, f, total)
    of_stories(reader, f)
    of_writers(reader, f, total)


def over_time(reader: Reader, f: Filters, total: queries.Totals, step: Step) -> None:
    dated = queries.totals(reader, replace(f, undated=False), tz=BERLIN)
    assert dated.articles == total.articles - total.undated
    for by in (*get_args(By), None):
        mentions, stories = (
            queries.coverage(reader, f, tz=BERLIN, by=by, step=step, count=count)
            for count in get_args(Count)
        )
        if by in (None, "outlet", "tier"):
            assert mentions["count"].sum() == dated.articles
        elif by == "company":
            assert mentions["count"].sum() == dated.mentions
        assert (stories["count"] <= mentions["count"]).all()
        for frame in (mentions, stories):
            assert ((frame["unsure"] >= 0) & (frame["unsure"] <= frame["count"])).all()
        if by and len(mentions):
            name = mentions[by].iloc[0]
            folded = queries.coverage(reader, f, tz=BERLIN, by=by, step=step, named=(name,))
            assert set(folded[by]) <= {name, OTHER}
            assert folded["count"].sum() == mentions["count"].sum()
            assert folded["unsure"].sum() == mentions["unsure"].sum()
    if f.since and f.until and f.since <= f.until:
        since, until = period_before(f.since, f.until)
        earlier = replace(f, since=since, until=until)
        later = (f.since - since).days
        plain = queries.coverage(reader, earlier, tz=BERLIN)
        moved = queries.coverage(reader, earlier, tz=BERLIN, later=later)
        assert moved["count"].tolist() == plain["count"].tolist()
        assert moved["day"].tolist() == (plain["day"] + timedelta(days=later)).tolist()


def of_companies(reader: Reader, f: Filters, total: queries.Totals) -> None:
    voice = queries.share_of_voice(reader, f, tz=BERLIN)
    assert voice["count"].sum() == total.mentions
    assert voice.empty or voice["share"].sum() == pytest.approx(1)
    known = profiles(reader, f, tz=BERLIN).set_index("company")
    stories = counts(reader, f, tz=BERLIN, count="stories").set_index("company")["count"]
    mentions = voice.set_index("company")["count"]
    assert known["mentions"].to_dict() == mentions.to_dict()
    assert known["stories"].to_dict() == stories.to_dict()
    assert (known["stories"] <= known["mentions"]).all()
    assert (known["subject"] <= known["mentions"]).all()
    assert (known[["headline", "lead", "body"]].sum(axis=1) == known["mentions"]).all()
    for by in get_args(Split):
        for count in get_args(Count):
            shares = share(versus(reader, f, tz=BERLIN, by=by, count=count), within=by)
            sums = shares.groupby(by)["share"].sum()
            assert sums.tolist() == pytest.approx([1] * len(sums))
        found = versus(reader, f, tz=BERLIN, by=by)
        if by != "topic":
            assert found.groupby("company")["count"].sum().to_dict() == mentions.to_dict()
        parts = tuple(found[by].unique()[:1])
        only = versus(reader, f, tz=BERLIN, by=by, parts=parts)
        expected = found[found[by].isin(parts)]
        assert only.to_numpy().tolist() == expected.to_numpy().tolist()
        most = versus(reader, f, tz=BERLIN, by=by, most=2)
        sums = found.groupby(by)["count"].sum()
        shown = sums[most[by].unique()]
        assert len(shown) == min(2, len(sums))
        assert sums.drop(shown.index).max() <= shown.min() or len(shown) == len(sums)
        expected = found[found[by].isin(shown.index)]
        assert most.to_numpy().tolist() == expected.to_numpy().tolist()


def of_stories(reader: Reader, f: Filters) -> None:
    largest = largest_stories(reader, f, tz=BERLIN, limit=2)
    voice = queries.share_of_voice(reader, f, tz=BERLIN)
    assert set(largest["company"]) <= set(voice["company"])
    for name in voice["company"]:
        of_one = replace(f, companies=(name,))
        expected = queries.stories(reader, of_one, tz=BERLIN, order="size", limit=2)
        found = largest[largest["company"] == name].drop(columns="company")
        assert found.to_dict("records") == expected.to_dict("records")


def of_writers(reader: Reader, f: Filters, total: queries.Totals) -> None:
    who = outlets(reader, f, tz=BERLIN)
    assert len(who) == total.outlets == count_outlets(reader, f, tz=BERLIN)
    assert who["articles"].sum() == total.articles
    assert who["mentions"].sum() == total.mentions
    assert (who["stories"] <= who["articles"]).all()
    by_outlet = counts(reader, f, tz=BERLIN, by="outlet").set_index("outlet")["count"]
    assert who.set_index("name")["articles"].to_dict() == by_outlet.to_dict()
    signed = bylines(reader, f, tz=BERLIN)
    assert len(signed) == count_bylines(reader, f, tz=BERLIN)
    for row in signed.itertuples():
        if f.authors and row.name not in f.authors:
            continue  # signed together with one who is asked for
        own = replace(f, authors=(row.name,))
        assert row.articles == queries.count_articles(reader, own, tz=BERLIN)
        assert row.articles == sum(row.outlets.values())
        assert row.mentions == queries.totals(reader, own, tz=BERLIN).mentions
        newest = queries.articles(reader, own, tz=BERLIN, limit=1).iloc[0]
        assert (row.latest_id, row.latest_title) == (newest["article_id"], newest["title"])


@pytest.mark.slow
@example(Filters(), "week")
@example(Filters(since=date(2025, 3, 29), until=date(2025, 4, 1), topics=("Trade",)), "hour")
@given(filters_of, st.sampled_from(get_args(Step)))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_numbers_of_all_pages_agree_under_any_filter(
    reader: Reader, filters: Filters, step: Step
) -> None:
    check(reader, filters, step)


def test_the_filters_are_what_they_say(reader: Reader) -> None:
    pieces = [piece(i) for i in range(40)]
    firsts = [p for p in pieces if p.role in (Role.ORIGINAL, Role.INDEPENDENT)]
    assert queries.count_articles(reader, Filters(firsts_only=True), tz=BERLIN) == len(firsts)
    assert len(firsts) < len(pieces)
    for tier in (1, 2, None):
        wanted = Filters(tiers=(f"tier {tier}" if tier else "no tier",))
        there = [p for p in pieces if OUTLETS[p.outlet] == tier]
        assert queries.count_articles(reader, wanted, tz=BERLIN) == len(there)
    both = Filters(tiers=("Tier 2",), outlets=("Daily", "Post"))
    at_post = [p for p in pieces if p.outlet == "Post"]
    assert queries.count_articles(reader, both, tz=BERLIN) == len(at_post)
    ann = [p for p in pieces if "Ann Lee" in p.authors]
    assert queries.count_articles(reader, Filters(authors=("Ann Lee",)), tz=BERLIN) == len(ann)
    assert queries.count_articles(reader, Filters(authors=("ann",)), tz=BERLIN) == 0
    acme = [p for p in pieces if p.companies.get("Acme")]
    only = Filters(subject_only=True, companies=("Acme",))
    assert queries.count_articles(reader, only, tz=BERLIN) == len(acme)
    subjects = [p for p in pieces if any(p.companies.values())]
    assert queries.count_articles(reader, Filters(subject_only=True), tz=BERLIN) == len(subjects)

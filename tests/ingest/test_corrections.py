"""Corrections hold through retagging, a changed watchlist, a restored backup and a new desk."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.analysis.corrections import Verdict
from monitor.analysis.tagging import Tagger
from monitor.config import Config, parse_config
from monitor.filters import Filters
from monitor.ingest.service import apply_desk, open_archive, retag_all
from monitor.models import Draft
from monitor.store.corrections import Target, correct, held_in, rename, undo
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.overlay import open_corrected, with_decisions
from monitor.store.publish import publish
from monitor.store.queries import article, coverage, share_of_voice, totals
from monitor.store.reader import Reader
from tests.reporting import csv_of

UTC_ZONE = ZoneInfo("UTC")
ACME = '[[company]]\nname = "Acmecorp"\nabout = "Acmecorp, a maker of mills"\n'
BETA = '[[company]]\nname = "Betabrand"\nabout = "Betabrand, a bank"\n'
TOPIC = '[[topic]]\nname = "Mills"\nquery = "mill*"\n'
CONFIG = parse_config(ACME + BETA + TOPIC)
TEXTS = {
    "a": ("Acmecorp opens a mill", "Acmecorp opened a mill. It is the third this year."),
    "b": ("Rates rise", "Betabrand raised its rates, Acmecorp said in a note."),
    "c": ("Weather", "It rained."),
}


def drafts() -> list[Draft]:
    return [
        Draft(url_key=f"x.example/{key}", url=f"https://x.example/{key}", outlet="X",
              domain="x.example", title=title, text=text, seen_at=datetime(2025, 4, 1, tzinfo=UTC),
              published_at=datetime(2025, 4, 1, tzinfo=UTC))
        for key, (title, text) in TEXTS.items()
    ]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    with open_archive(folder, CONFIG) as archive:
        archive.keep(drafts(), now=datetime(2025, 4, 1, tzinfo=UTC))
        publish(folder, archive.connection)
    return folder


def tags(folder: DataFolder, *, laid_over: Config | None = None) -> dict[str, list[str]]:
    """Per article its companies (subjects in capitals) and topics, by both ways they are kept."""
    reader = Reader.open(folder)
    if laid_over:
        reader = with_decisions(reader, held_in(folder), [], lambda: Tagger(laid_over), name="test")
    found = {}
    for i, key in reader.rows("SELECT article_id, url_key FROM article"):
        detail = article(reader, i)
        assert detail
        companies = [m.company.upper() if m.subject else m.company for m in detail.mentions]
        [(listed, subjects)] = reader.rows(
            """
            SELECT (SELECT list(name) FROM company WHERE list_contains(a.company_ids, company_id)),
                len(a.subject_ids) FROM article a WHERE article_id = $id
            """,
            {"id": i},
        )
        assert sorted(n.lower() for n in listed or []) == sorted(n.lower() for n in companies)
        assert subjects == sum(m.subject for m in detail.mentions)
        found[key[-1]] = sorted(companies) + [t.topic for t in detail.topics]
    reader.close()
    return found


def decide(folder: DataFolder, key: str, name: str, verdict: Verdict, kind: str = "company") -> int:
    desk = Desk(folder)
    made = correct(desk, Target(0, f"x.example/{key}"), kind, name, verdict, by="ana")  # type: ignore[arg-type]
    desk.close()
    return made


def take_back(folder: DataFolder, made: int) -> None:
    desk = Desk(folder)
    undo(desk, made, by="ben")
    desk.close()


MACHINE = {"a": ["ACMECORP", "Mills"], "b": ["Acmecorp", "Betabrand"], "c": []}


@pytest.mark.slow
def test_laid_over_and_applied_are_the_same_and_undo_brings_the_machine_back(
    folder: DataFolder,
) -> None:
    assert {k: sorted(v) for k, v in tags(folder).items()} == {
        k: sorted(v) for k, v in MACHINE.items()
    }
    before = tags(folder)
    first = decide(folder, "a", "Acmecorp", Verdict.NOT)
    decide(folder, "c", "Betabrand", Verdict.TAGGED)
    decide(folder, "b", "Acmecorp", Verdict.SUBJECT)
    decide(folder, "c", "Mills", Verdict.TAGGED, kind="topic")
    shown = tags(folder, laid_over=CONFIG)
    assert shown["a"] == ["Mills"]
    assert shown["c"] == ["Betabrand", "Mills"]
    assert "ACMECORP" in shown["b"]
    assert tags(folder) == before
    assert apply_desk(folder, CONFIG)
    assert not apply_desk(folder, CONFIG)
    assert tags(folder) == shown == tags(folder, laid_over=CONFIG)
    take_back(folder, first)
    assert tags(folder, laid_over=CONFIG)["a"] == before["a"]
    assert apply_desk(folder, CONFIG)
    assert tags(folder)["a"] == before["a"]


def test_counts_charts_and_reports_follow_at_once(folder: DataFolder) -> None:
    decide(folder, "a", "Acmecorp", Verdict.NOT)
    decide(folder, "c", "Betabrand", Verdict.TAGGED)
    reader = with_decisions(
        Reader.open(folder), held_in(folder), [], lambda: Tagger(CONFIG), name="t"
    )
    voice = share_of_voice(reader, Filters(), tz=UTC_ZONE).set_index("company")["count"]
    assert voice.to_dict() == {"Betabrand": 2, "Acmecorp": 1}
    chart = coverage(reader, Filters(companies=("Betabrand",)), tz=UTC_ZONE)
    assert chart["count"].sum() == 2
    assert totals(reader, Filters(companies=("Acmecorp",)), tz=UTC_ZONE).articles == 1
    csv = csv_of(folder, reader).decode("utf-8-sig")
    assert "decided by ana, " in csv
    assert csv == csv_of(folder, open_corrected(folder, CONFIG)).decode("utf-8-sig")


@pytest.mark.slow
def test_corrections_survive_retagging_and_a_changed_watchlist(folder: DataFolder) -> None:
    decide(folder, "a", "Acmecorp", Verdict.NOT)
    decide(folder, "c", "Betabrand", Verdict.TAGGED)
    apply_desk(folder, CONFIG)
    corrected = tags(folder)
    with open_archive(folder, CONFIG) as archive:
        assert retag_all(archive) == 3
    assert tags(folder) == corrected
    without = parse_config(ACME + TOPIC)
    apply_desk(folder, without)
    assert tags(folder)["c"] == []
    assert tags(folder)["a"] == ["Mills"]
    apply_desk(folder, CONFIG)
    assert tags(folder) == corrected


@pytest.mark.slow
def test_corrections_survive_a_restored_backup(folder: DataFolder, tmp_path: Path) -> None:
    shutil.copytree(folder.root / "live", tmp_path / "early")
    decide(folder, "a", "Acmecorp", Verdict.NOT)
    apply_desk(folder, CONFIG)
    corrected = tags(folder)
    # An older database with the newer desk.
    shutil.rmtree(folder.root / "live")
    shutil.copytree(tmp_path / "early", folder.root / "live")
    assert apply_desk(folder, CONFIG)
    assert tags(folder) == corrected
    # The database and the desk together, elsewhere.
    other = DataFolder(tmp_path / "other")
    shutil.copytree(folder.root / "live", other.root / "live")
    shutil.copy(folder.desk, other.desk)
    with open_archive(other, CONFIG) as archive:
        retag_all(archive)
    assert tags(other) == corrected
    # A newer database with a desk from before: what was decided since is not known any more.
    folder.desk.unlink()
    assert apply_desk(folder, CONFIG)
    assert "ACMECORP" in tags(folder)["a"]


def test_a_new_wording_and_a_rebuilt_archive_keep_corrections(
    folder: DataFolder, tmp_path: Path
) -> None:
    decide(folder, "a", "Acmecorp", Verdict.NOT)
    rebuilt = DataFolder(tmp_path / "rebuilt")
    rebuilt.create()
    shutil.copy(folder.desk, rebuilt.desk)
    with open_archive(rebuilt, CONFIG) as archive:
        archive.keep(drafts(), now=datetime(2025, 4, 2, tzinfo=UTC))
        publish(rebuilt, archive.connection)
    assert tags(rebuilt)["a"] == ["Mills"]


def test_corrections_follow_a_renamed_company_until_that_is_taken_back(folder: DataFolder) -> None:
    desk = Desk(folder)
    target = Target(1, "x.example/a")
    correct(desk, target, "company", "Acmecorp", Verdict.NOT, by="Ada")
    correct(desk, target, "topic", "Acmecorp", Verdict.TAGGED, by="Ada")
    decided = rename(desk, "company", "Acmecorp", "Acme", by="Ada")
    rename(desk, "company", "Acme", "Acme Mills", by="Ada")
    correct(desk, target, "company", "Acmecorp", Verdict.PASSING, by="Bo")  # another of that name
    names = {(c.kind, c.name, c.verdict) for c in held_in(folder)["x.example/a"]}
    assert names == {
        ("company", "Acme Mills", Verdict.NOT), ("topic", "Acmecorp", Verdict.TAGGED),
        ("company", "Acmecorp", Verdict.PASSING),
    }  # fmt: skip
    undo(desk, decided, by="Ada")
    names = {(c.kind, c.name, c.verdict) for c in held_in(folder)["x.example/a"]}
    assert names == {
        ("topic", "Acmecorp", Verdict.TAGGED), ("company", "Acmecorp", Verdict.PASSING)
    }  # fmt: skip
    desk.close()

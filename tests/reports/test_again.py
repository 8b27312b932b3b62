"""A report asked for again: the same bytes while its generation is kept, and after that what
history still has, with every row and column named that is another."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.analysis.corrections import Verdict
from monitor.config import Config, parse_config
from monitor.errors import ExportError
from monitor.filters import Filters
from monitor.ingest.service import apply_desk, open_archive
from monitor.models import DateConfidence, Draft
from monitor.reports.again import Differences, differences, export_again, in_words
from monitor.reports.asked import from_json
from monitor.reports.fingerprints import MOST
from monitor.store.corrections import Target, correct
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.overlay import open_corrected
from monitor.store.publish import publish
from monitor.store.story_decisions import merge, undo
from tests.reporting import report_of

CONFIG = parse_config(
    """
    [team]
    timezone = "Europe/Berlin"
    [[company]]
    name = "Acmecorp"
    [[company]]
    name = "Betabrand"
    [[topic]]
    name = "mills"
    query = "mill*"
    [[outlet]]
    name = "Daily"
    domain = "daily.example"
    """
)
pytestmark = pytest.mark.slow
APRIL = datetime(2025, 4, 2, 10, tzinfo=UTC)
TEXT = (
    "Acmecorp will close its old mill by the river in autumn, it said on Wednesday. About 400 "
    "people work there. The union asked for talks before anything is signed. The company looked at "
    "every other way for a year, its chief executive said, among them a sale to the workers and a "
    "smaller mill further down the valley, and found none that would pay. The town's mayor called "
    "the news a heavy blow for families that have worked at the river for four generations, and "
    "wants help from the region for a training centre in the empty halls."
)


def draft(key: str, title: str, text: str, day: int, outlet: str = "Daily") -> Draft:
    return Draft(
        url_key=key, url=f"https://daily.example/{key}", outlet=outlet, domain=None, title=title,
        text=text, seen_at=APRIL + timedelta(days=day), published_at=APRIL + timedelta(days=day),
        date_confidence=DateConfidence.HIGH, language="en", authors=("A. Lee",),
    )  # fmt: skip


FIRST = (
    draft("a", "Acmecorp to close its mill", TEXT, 0),
    draft("b", "Betabrand hires", "Betabrand hires a hundred people, it said.", 1),
    draft("c", "Rain", "It rained for a week, and nobody in town was glad of it.", 2),
)


def keep(folder: DataFolder, *drafts: Draft, config: Config = CONFIG, day: int = 3) -> None:
    """A pass that brings `drafts`, and its generation."""
    with open_archive(folder, config) as archive:
        archive.keep(drafts, now=APRIL + timedelta(days=day))
        publish(folder, archive.connection)


@dataclass
class Made:
    """A report as it was made on the first day."""

    folder: DataFolder
    file: Path
    data: bytes

    def again(self, config: Config = CONFIG) -> tuple[bytes, Differences, tuple[str, ...]]:
        asked, then = from_json(self.file)
        export, missing = export_again(self.folder, asked, config, sparing=True)
        data = b"".join(export.csv(prints=True))
        found = differences(then, export.written, asked.layout.headings, name="then")
        return data, found, missing


Make = Callable[..., Made]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    keep(folder, *FIRST)
    return folder


@pytest.fixture
def make(folder: DataFolder, tmp_path: Path) -> Make:
    def made(report: str = "articles", filters: Filters | None = None, **more: object) -> Made:
        export = report_of(folder, open_corrected(folder, CONFIG), report, filters,  # type: ignore[arg-type]
                           config=CONFIG, **more)  # fmt: skip
        data = b"".join(export.csv(prints=True))
        file = tmp_path / str(len(list(tmp_path.iterdir()))) / f"{report}.csv.json"
        file.parent.mkdir()
        file.write_text(export.sidecar(), encoding="utf-8")
        return Made(folder, file, data)

    return made


def article_id(folder: DataFolder, key: str) -> int:
    rows = open_corrected(folder, CONFIG).rows(
        "SELECT article_id FROM article WHERE url_key = $key", {"key": key}
    )
    return int(rows[0][0])


def forget(folder: DataFolder) -> None:
    """Only the newest generation is left."""
    for path in sorted(folder.published.glob("g*.duckdb"))[:-1]:
        path.unlink()


def test_while_its_generation_is_kept_it_is_the_same_bytes(folder: DataFolder, make: Make) -> None:
    made = make()
    keep(folder, draft("d", "Acmecorp again", "Acmecorp said more.", 3))
    again, found, missing = made.again()
    assert (again, missing, bool(found)) == (made.data, (), False)


@pytest.mark.parametrize("report", ["articles", "stories", "coverage", "share-of-voice"])
def test_a_week_and_three_generations_later_it_is_the_same_bytes(
    folder: DataFolder, make: Make, report: str
) -> None:
    made = make(report)
    for day in range(4, 11):
        keep(folder, draft(f"d{day}", f"Acmecorp, day {day}", "Acmecorp said more.", day), day=day)
    assert made.file.exists()
    _, then = from_json(made.file)
    assert not (folder.published / f"{then['asked']['archive']['generation']}.duckdb").exists()
    again, found, missing = made.again()
    assert again == made.data
    assert not found
    assert missing == (f"generation {then['asked']['archive']['generation']} is no longer kept",)


def test_an_old_wording_comes_back_with_its_tags(folder: DataFolder, make: Make) -> None:
    made = make()
    keep(folder, draft("a", "Mill stays, says Betabrand", "Betabrand takes it over.", 0), day=5)
    forget(folder)
    again, found, _ = made.again()
    assert again == made.data
    assert not found


def test_a_day_without_a_time_was_that_day_also_then(folder: DataFolder, make: Make) -> None:
    day = datetime(2025, 4, 2, tzinfo=UTC)
    first = replace(draft("e", "Acmecorp on Wednesday", "Acmecorp said so.", 0), published_at=day,
                    date_confidence=DateConfidence.DAY)  # fmt: skip
    keep(folder, first)
    made = make("coverage")
    timed = replace(first, title="Acmecorp at nine", published_at=day + timedelta(hours=7),
                    date_confidence=DateConfidence.HIGH)  # fmt: skip
    keep(folder, timed, day=5)
    forget(folder)
    again, found, _ = made.again()
    assert again == made.data
    assert not found


def test_a_copy_that_came_later_changes_nothing_of_then(folder: DataFolder, make: Make) -> None:
    made = make()
    keep(folder, draft("copy", "Acmecorp to close its mill", TEXT, 3, "Weekly"), day=5)
    forget(folder)
    now = report_of(folder, open_corrected(folder, CONFIG), config=CONFIG)
    assert b"original" in b"".join(now.csv())
    again, found, _ = made.again()
    assert again == made.data
    assert not found


def test_corrections_are_those_of_then(folder: DataFolder, make: Make) -> None:
    plain = make().data
    desk = Desk(folder)
    correct(
        desk, Target(article_id(folder, "a"), "a"), "company", "Acmecorp", Verdict.NOT, by="ana"
    )
    made = make()
    assert made.data != plain
    correct(desk, Target(article_id(folder, "c"), "c"), "company", "Betabrand", Verdict.TAGGED,
            by="ana")  # fmt: skip
    desk.close()
    assert made.again()[:2] == (made.data, Differences())
    apply_desk(folder, CONFIG)
    forget(folder)
    assert make().data != made.data
    assert made.again()[:2] == (made.data, Differences())


def test_many_decisions_fit_into_the_memory_of_a_command(folder: DataFolder, make: Make) -> None:
    """A command takes little memory, and lays what ingest has not done yet over what it reads."""
    more = [draft(f"n{n}", f"Acmecorp opens shop {n}", f"{TEXT} {n}", 4) for n in range(300)]
    keep(folder, *more, day=4)
    kept = open_corrected(folder, CONFIG)
    desk = Desk(folder)
    for number, key in kept.rows("SELECT article_id, url_key FROM article")[:250]:
        correct(desk, Target(number, key), "company", "Acmecorp", Verdict.NOT, by="ana")
    desk.close()
    kept.close()
    reader = open_corrected(folder, CONFIG, sparing=True)
    then = b"".join(report_of(folder, reader, config=CONFIG).csv())
    reader.close()
    assert then == (made := make()).data
    for day in range(5, 8):
        keep(folder, draft(f"d{day}", f"Day {day}", TEXT, day), day=day)
    forget(folder)
    assert made.again()[:2] == (made.data, Differences())


def test_the_rules_of_then_are_kept_with_the_archive(folder: DataFolder, make: Make) -> None:
    made = make()
    changed = parse_config('[[company]]\nname = "Betabrand"\nexclude = ["Betabrand hires"]\n')
    keep(folder, config=changed, day=5)
    forget(folder)
    again, found, _ = made.again(changed)
    assert not found
    assert again == made.data


def test_what_history_does_not_keep_is_named_by_row_and_column(
    folder: DataFolder, make: Make
) -> None:
    made = make()
    a, b = article_id(folder, "a"), article_id(folder, "b")
    with open_archive(folder, CONFIG) as archive:
        archive.connection.execute(
            "UPDATE article SET authors = ['Somebody Else'], language = 'fr' WHERE url_key = 'a'"
        )
        for table in ("article", "mention", "revision"):
            archive.connection.execute(f"DELETE FROM {table} WHERE article_id = {b}")
        publish(folder, archive.connection)
    forget(folder)
    _, found, missing = made.again()
    assert found.gone == ((str(b), "Betabrand"),)
    assert found.changed == {(str(a), "Acmecorp"): ("Author Name", "Language")}
    assert (found.added, found.reordered) == ((), False)
    assert list(in_words(found)) == [
        f"1 row is no longer there: {b} × Betabrand",
        f"1 row is not as then in Author Name, Language: {a} × Acmecorp",
    ]
    assert "is no longer kept" in missing[0]


def test_another_archive_under_the_same_name_is_not_taken_for_it(
    folder: DataFolder, make: Make
) -> None:
    made = make()
    _, then = from_json(made.file)
    kept = folder.published / f"{then['asked']['archive']['generation']}.duckdb"
    keep(folder, draft("d", "Acmecorp again", "Acmecorp said more.", 3), day=6)
    newest = sorted(folder.published.glob("g*.duckdb"))[-1]
    shutil.copyfile(newest, kept)
    again, found, missing = made.again()
    assert (again, bool(found)) == (made.data, False)
    assert missing


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.update(form=7), "expected the .json that was written beside a report"),
        (lambda d: d["asked"]["filters"].update(since="soon"), "asked.filters.since: "),
        (lambda d: d["asked"].update(report="books"), "asked.report: "),
        (lambda d: d["asked"].update(columns=["Titel"]), "asked: asks for 'Titel'"),
        (lambda d: d["asked"].update(timezone="Mars/Base"), "asked: "),
        (lambda d: d["asked"]["archive"].pop("through"), "asked.archive.through: "),
    ],
)
def test_a_file_that_is_none_is_refused_by_its_key(
    make: Make, change: Callable[[dict], object], said: str
) -> None:
    made = make()
    data = json.loads(made.file.read_text())
    change(data)
    made.file.write_text(json.dumps(data))
    with pytest.raises(ExportError, match=r"articles\.csv\.json") as raised:
        made.again()
    assert said in str(raised.value)


def test_of_very_many_rows_it_says_only_whether_they_are_the_same(make: Make) -> None:
    made = make()
    data = json.loads(made.file.read_text()) | {"rows": MOST + 1, "fingerprints": None}
    made.file.write_text(json.dumps(data))
    again, found, _ = made.again()
    assert again == made.data
    assert list(in_words(found)) == [
        "not the bytes of then (200,001 rows then, 3 rows now); which rows are others cannot be "
        "said of more than 200,000"
    ]
    assert found.as_json()["rows_can_be_named"] is False


@pytest.mark.parametrize("report", ["articles", "stories"])
@pytest.mark.parametrize("generation", ["kept", "gone"])
def test_stories_merged_by_hand_are_those_of_then(
    folder: DataFolder, make: Make, report: str, generation: str
) -> None:
    plain = make(report)
    desk = Desk(folder)
    decided = merge(desk, ["b"], ["c"], by="ana")
    merged = make(report)
    assert merged.data != plain.data
    undo(desk, decided, by="ana")
    merge(desk, ["a"], ["c"], by="ana")
    desk.close()
    apply_desk(folder, CONFIG)
    if generation == "gone":
        forget(folder)
    assert plain.again()[:2] == (plain.data, Differences())
    assert merged.again()[:2] == (merged.data, Differences())


@pytest.mark.parametrize("damage", [None, {"keys": "!"}, {"keys": "", "rows": "", "cells": ""}])
def test_damaged_fingerprints_are_said(make: Make, damage: object) -> None:
    made = make()
    data = json.loads(made.file.read_text())
    data["fingerprints"] = damage
    made.file.write_text(json.dumps(data))
    with pytest.raises(ExportError, match="then: fingerprints"):
        made.again()

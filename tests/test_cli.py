"""The commands as a person or a program runs them, exit status and all."""

from __future__ import annotations

import csv
import getpass
import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from monitor.analysis.corrections import Verdict
from monitor.cli import COMMANDS, app, main
from monitor.commands.exporting import put
from monitor.commands.options import json_lines
from monitor.log import logger
from monitor.store.corrections import Target, correct
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader
from monitor.store.views import save_view

ROOT = Path(__file__).resolve().parent.parent
WATCHLIST = """
[[company]]
name = "Acme"
about = "Acme, a maker of mills"
[[topic]]
name = "mills"
query = "mill* NOT pepper"
[[outlet]]
name = "Mill News"
domain = "millnews.example"
"""
RECORD = {
    "title": "Acme buys the =mill", "text": "Acme said on Monday that it had bought the mill.",
    "url": "https://millnews.example/a", "published_at": "2025-04-02T10:00:00Z",
}  # fmt: skip


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


class Run:
    """Runs a command in a data folder of its own: in this process, through the real `main`."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]
    ) -> None:
        self.data, self.watchlist = folder / "data", folder / "watchlist.toml"
        self.watchlist.write_text(WATCHLIST)
        self._patch, self._captured = patch, captured

    def __call__(self, *arguments: str, stdin: str = "") -> Done:
        self._patch.setenv("MONITOR_DATA", str(self.data))
        self._patch.setenv("MONITOR_WATCHLIST", str(self.watchlist))
        self._patch.setattr(sys, "argv", ["monitor", *arguments])
        self._patch.setattr(sys, "stdin", io.StringIO(stdin))
        before = logger.handlers[:], logger.propagate, logger.level
        try:
            main()
            status = 0
        except SystemExit as ended:
            status = int(ended.code or 0)
        finally:  # or the next test's log lines go to this one's closed standard error
            logger.handlers[:], logger.propagate, _ = before
            logger.setLevel(before[2])
        out, err = self._captured.readouterr()
        return Done(status, out, err)


@pytest.fixture
def monitor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    return Run(tmp_path, monkeypatch, capfd)


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_every_command_has_help_and_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    group = get_command(app)
    for name in COMMANDS:
        command = group.get_command(typer.Context(group), name)
        assert (command.help or "").strip(), name
        assert f"`{name}" in readme, f"the README does not name {name}"


def test_every_command_takes_the_data_folder_and_the_watchlist() -> None:
    waiting = [get_command(app)]
    while waiting:
        command = waiting.pop()
        if hasattr(command, "list_commands"):
            context = typer.Context(command)
            waiting += [command.get_command(context, name)
                        for name in command.list_commands(context)]  # fmt: skip
        else:
            options = {name for param in command.params for name in param.opts}
            assert {"--data", "--watchlist"} <= options, command.name


@pytest.mark.slow
def test_two_that_write_a_file_at_once_mix_nothing(tmp_path: Path) -> None:
    target = tmp_path / "report.csv"

    def outer(path: Path) -> None:
        with path.open("wb") as file:
            file.write(b"first ")
            put(target, lambda other: other.write_bytes(b"the other, and longer"))
            file.write(b"half and second half")

    put(target, outer)
    assert target.read_bytes() == b"first half and second half"
    with pytest.raises(KeyError):
        put(target, lambda path: {path.write_bytes(b"begun"): 1}[0])
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]


def test_import_status_search_and_export_agree(monitor: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD) + "\n" + json.dumps({"title": "Rain", "text": "Wet."}))
    first = monitor("import", str(source))
    assert (first.returncode, first.stderr.strip()) == (
        0, "2 new articles, 0 revisions, 0 already here, 0 not imported",
    )  # fmt: skip
    again = monitor("import", str(source))
    assert "0 new articles, 0 revisions, 2 already here" in again.stderr
    [state] = lines(monitor("status", "--json").stdout)
    assert (state["articles"], state["stories"], state["mentions"]) == (2, 2, 1)
    assert state["last_pass"]["kind"] == "import"
    found = lines(monitor("search", "bought AND mill", "--json").stdout)
    assert [hit["title"] for hit in found] == [RECORD["title"]]
    assert monitor("search", "nothing-like-it").returncode == 1
    assert (
        "there is no language 'english'; did you mean 'en'?"
        in monitor("search", "mill lang:english").stderr
    )
    report = tmp_path / "out.csv"
    done = monitor("export", "articles", "--company", "Acme", "-o", str(report))
    assert done.returncode == 0, done.stderr
    with report.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["Company"], row["Title"], row["Date"]) == ("Acme", RECORD["title"], "2025-04-02")
    asked = monitor(
        "export", "articles", "--query", "company:acme OR topic:nothing", "-o", str(report)
    )
    assert asked.returncode == 0, asked.stderr
    with report.open(encoding="utf-8-sig", newline="") as file:
        assert [line["Title"] for line in csv.DictReader(file)] == [RECORD["title"]]
    wrong = monitor("export", "articles", "--query", "a (b")
    assert wrong.returncode != 0
    assert "character 3" in wrong.stderr


@pytest.mark.slow
def test_a_report_goes_with_how_it_was_made_and_comes_again(monitor: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD))
    monitor("import", str(source))
    report, again = tmp_path / "out.csv", tmp_path / "again.csv"
    asked = ("--company", "Acme", "--since", "2025-04-01", "--columns", "mediacloud")
    done = monitor("export", "articles", *asked, "-o", str(report))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    how = json.loads((tmp_path / "out.csv.json").read_text())
    assert (how["rows"], how["bytes"]) == (1, report.stat().st_size)
    assert how["sha256"] == hashlib.sha256(report.read_bytes()).hexdigest()
    assert how["asked"]["filters"]["companies"] == ["Acme"]
    assert how["asked"]["by"] == getpass.getuser()
    link = "http://127.0.0.1:8501/articles?company=Acme&dates=2025-04-01&dates=2100-01-01"
    assert how["asked"]["link"] == f"{link}&undated=false"
    done = monitor("export", "--again", str(report) + ".json", "-o", str(again))
    assert (done.returncode, done.stderr) == (0, "1 rows, byte for byte as they were then.\n")
    assert again.read_bytes() == report.read_bytes()
    assert json.loads((tmp_path / "again.csv.json").read_text())["again"]["identical"] is True
    monitor("import", write(tmp_path, {**RECORD, "title": "Acme buys two mills"}))
    for _ in range(3):
        monitor("retag", "--all")
    done = monitor("export", "--again", str(report) + ".json", "-o", str(again))
    assert (done.returncode, again.read_bytes()) == (0, report.read_bytes()), done.stderr
    how["fingerprints"] = {"keys": "", "rows": "", "cells": ""}
    how["sha256"] = "0"
    (tmp_path / "out.csv.json").write_text(json.dumps(how))
    wrong = monitor("export", "--again", str(report) + ".json")
    assert wrong.returncode == 1
    assert "out.csv.json: fingerprints: cannot be read" in wrong.stderr


def write(folder: Path, record: dict[str, Any]) -> str:
    """A file of one record to import."""
    path = folder / "more.jsonl"
    path.write_text(json.dumps(record))
    return str(path)


@pytest.mark.slow
def test_a_report_for_excel(monitor: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD))
    monitor("import", str(source))
    book = tmp_path / "out.xlsx"
    assert monitor("export", "stories", "-o", str(book)).returncode == 0
    assert book.read_bytes().startswith(b"PK")
    again = tmp_path / "again.xlsx"
    done = monitor("export", "--again", str(book) + ".json", "-o", str(again))
    assert (done.returncode, again.read_bytes()) == (0, book.read_bytes())
    assert monitor("export", "coverage", "--by", "outlet").stdout.startswith("\ufeffDate,Outlet,")


@pytest.mark.slow
def test_a_report_on_standard_output_is_the_same_bytes(monitor: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD))
    monitor("import", str(source))
    report = tmp_path / "out.csv"
    monitor("export", "stories", "-o", str(report))
    piped = subprocess.run(
        [sys.executable, "-m", "monitor", "--data", str(monitor.data), "export", "stories"],
        capture_output=True, cwd=ROOT, timeout=120, check=True,
        env={**os.environ, "MONITOR_WATCHLIST": str(monitor.watchlist)},
    )  # fmt: skip
    assert piped.stdout == report.read_bytes() != b""


def test_the_seams_answer_line_by_line(monitor: Run, tmp_path: Path) -> None:
    tagged = lines(
        monitor("tag", stdin="\n".join(json.dumps({"id": i, **RECORD}) for i in "ab")).stdout
    )
    assert [line["id"] for line in tagged] == ["a", "b"]
    [mention] = tagged[0]["mentions"]
    assert (mention["company"], mention["subject"], mention["place"]) == ("Acme", True, "headline")
    evidence = mention["evidence"][0]
    assert RECORD["title"][evidence["start"] : evidence["end"]] == evidence["text"] == "Acme"
    assert [t["topic"] for t in tagged[0]["topics"]] == ["mills"]
    grouped = lines(
        monitor("group", stdin="\n".join(json.dumps({"id": i, **RECORD}) for i in "ab")).stdout
    )
    assert [set(line) for line in grouped] == [{"id", "story", "copy_group", "role"}] * 2
    assert {line["story"] for line in grouped} == {"a"}
    page = tmp_path / "page.txt"
    page.write_bytes(b"\x00\x01\x02")
    asked = "\n".join(json.dumps({"path": str(p)}) for p in (page, tmp_path / "missing.html"))
    answer = monitor("extract", "--jsonl", stdin=asked)
    assert answer.returncode == 3
    assert [(line["path"], line["articles"]) for line in lines(answer.stdout)] == [
        (str(page), []), (str(tmp_path / "missing.html"), []),
    ]  # fmt: skip
    assert all(line["error"] for line in lines(answer.stdout))


NOT_ROWS = [
    "{not json", "[1]", '{"id": ' + "[" * 100_000 + "]" * 100_000 + "}",
    '{"id": ' + "9" * 5_000 + "}", '{"id": NaN}', '{"id": ["x"]}',
]  # fmt: skip


@pytest.mark.parametrize("seam", ["tag", "group"])
def test_a_bad_line_is_answered_and_the_others_go_on(monitor: Run, seam: str) -> None:
    good = [json.dumps({"id": i, **RECORD}) for i in "ab"]
    bad = [json.dumps({"id": "c", **RECORD, key: 5}) for key in ("title", "text", "outlet", "url")]
    if seam == "group":
        dates = ("soon", "0001-01-01T00:00+14:00", "9999-12-31")
        bad += [json.dumps({"id": "c", **RECORD, "published_at": date}) for date in dates]
    done = monitor(seam, stdin="\ufeff" + "\n".join([good[0], *NOT_ROWS, *bad, "", good[1]]))
    assert done.returncode == 3, done.stderr
    first, *wrong, last = lines(done.stdout)
    assert (first["id"], last["id"]) == ("a", "b")
    assert not {"error"} & (set(first) | set(last))
    assert [line["id"] for line in wrong] == [None] * len(NOT_ROWS) + ["c"] * len(bad)
    assert all(set(line) == {"id", "error"} and line["error"] for line in wrong)
    if seam == "group":
        assert first["story"] == last["story"] == "a"
    else:
        assert first["mentions"] == last["mentions"] != []


def test_what_cannot_be_written_as_utf8_json_is_still_answered(monitor: Run) -> None:
    rows = [{"id": "\ud800", "title": "Acme \udfff buys a mill", "text": "Acme \ud800."}]
    stdin = "\n".join(json.dumps(row) for row in rows) + '\n{"id": 1e999, "title": "Acme"}'
    for seam in ("tag", "group"):
        done = monitor(seam, stdin=stdin)
        assert done.returncode == 0, done.stderr
        assert [line["id"] for line in lines(done.stdout)] == ["?", None]


def test_extract_answers_every_line(monitor: Run, tmp_path: Path) -> None:
    paths = ["a\0b", None, 5, "", "\ud800.html", str(tmp_path)]
    asked = [*NOT_ROWS[:-2], *(json.dumps({"path": p}) for p in paths)]
    asked.append(json.dumps({"path": "page.txt", "url": 5}))
    done = monitor("extract", "--jsonl", stdin="\n".join(asked))
    assert done.returncode == 3, done.stderr
    answers = lines(done.stdout)
    assert len(answers) == len(asked)
    assert all(a["articles"] == [] and a["error"] for a in answers)
    assert [a["path"] for a in answers[4:]] == [
        "a\0b", None, None, None, "?.html", str(tmp_path), "page.txt",
    ]  # fmt: skip


def test_lines_that_are_not_utf8_are_bad_lines() -> None:
    raw = io.BytesIO(b'\xef\xbb\xbf{"id": 1}\n{"id": "\xff"}\n{"id": 3}\n')
    first, second, third = json_lines(io.TextIOWrapper(raw, encoding="ascii"))
    assert (first, third) == ({"id": 1}, {"id": 3})
    assert str(second) == "line 2: not valid JSON: expected UTF-8 text"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["status"], 1, "nothing has been published"),
        (["export", "articles", "--since", "soon"], 2, "--since: expected a day like"),
        (["search", '"open'], 1, "character"),
        (["ingest", "--every", "often"], 2, "--every: expected a time with its unit"),
        (["ingest", "--every", "15"], 2, "like 30s, 15m, 2h or 1d, got '15'"),
        (["up", "--every", "0m"], 2, "like 30s, 15m, 2h or 1d, got '0m'"),
        (["--data"], 2, "requires an argument"),
        (["check", "--watchlist", "nowhere.toml"], 1, "cannot read the watchlist"),
        (["export", "articles", "--since", "2025-05-01", "--until", "2025-04-01"], 2, "is after"),
        (["export"], 2, "expected articles, stories, coverage, share-of-voice or feeds"),
        (["export", "articles", "--again", "x.json"], 2, "leave out what a row is of"),
        (["export", "--again", "nowhere.json"], 1, "cannot read 'nowhere.json': No such file"),
        (["export", "books"], 2, "books"),
        (["extract"], 2, "either the paths of pages or --jsonl"),
        (["extract", "--jsonl", "page.html"], 2, "either the paths of pages or --jsonl"),
    ],
)
def test_a_mistake_ends_in_one_clear_line(
    monitor: Run, arguments: list[str], status: int, message: str
) -> None:
    done = monitor(*arguments)
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_name_that_nothing_has_is_no_empty_report(monitor: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD))
    monitor("import", str(source))
    done = monitor("export", "articles", "--company", "Acmee")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--company: there is no 'Acmee'" in done.stderr
    assert "did you mean 'Acme'?" in done.stderr
    assert monitor("export", "stories", "--topic", "nothing").returncode == 2
    assert monitor("export", "stories", "--outlet", "Mill Newz").returncode == 2
    assert monitor("export", "articles", "--company", "acme").stdout.count("\n") == 2
    wrong = monitor("export", "articles", "--columns", "meltwatr")
    assert "no set of columns 'meltwatr'; did you mean 'meltwater'?" in wrong.stderr
    wrong = monitor("export", "articles", "--format", "xlsx")
    assert (wrong.returncode, "expected -o FILE.xlsx" in wrong.stderr) == (2, True)


def test_keywords_are_names_and_not_the_words_beside_them(monitor: Run, tmp_path: Path) -> None:
    monitor.watchlist.write_text(
        '[[company]]\nname = "Target"\nabout = "Target, the retailer"\ncontext = ["stores"]\n'
    )
    source = tmp_path / "in.jsonl"
    text = "Target, the retailer, said that its stores had sold more. Target said so on Monday."
    source.write_text(json.dumps({"title": "Target to open stores", "text": text}))
    monitor("import", str(source))
    [row] = csv.DictReader(io.StringIO(monitor("export", "articles").stdout.lstrip("\ufeff")))
    assert row["Keywords"] == "Target"
    assert "context: stores" in row["Tagged By"]


def test_corrections_are_printed_and_label_what_the_tagger_learns_from(
    monitor: Run, tmp_path: Path
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"title": "Acme opens a mill", "text": "Acme opened it."}))
    monitor("import", str(source))
    assert monitor("corrections").stdout == ""
    folder = DataFolder(monitor.data)
    desk = Desk(folder)
    [(key, article_id)] = Reader.open(folder).rows("SELECT url_key, article_id FROM article")
    target = Target(article_id, key)
    correct(desk, target, "company", "Acme", Verdict.NOT, by="Ada")
    correct(desk, target, "company", "Nobody", Verdict.NOT, by="Ada")  # watched no more
    correct(desk, target, "topic", "mills", Verdict.NOT, by="Ada")
    said = monitor("corrections").stdout.splitlines()
    assert [line.partition("  ")[2] for line in said] == [
        "Ada: not company Acme: Acme opens a mill",
        "Ada: not company Nobody: Acme opens a mill",
        "Ada: not topic mills: Acme opens a mill",
    ]
    [label] = lines(monitor("corrections", "--labels").stdout)
    assert (label["company"], label["label"]) == ("Acme", 0)
    assert (label["title"], label["description"]) == ("Acme opens a mill", "Acme opened it.")


@pytest.mark.slow
def test_what_could_be_read_of_a_file_decides_the_exit_status(monitor: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("no JSON\n")
    assert monitor("import", str(source)).returncode == 1
    source.write_text("no JSON\n" + json.dumps(RECORD))
    assert monitor("import", str(source)).returncode == 3
    for name in ("nowhere.html", "nowhere"):
        done = monitor("import", name)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"not imported: {name}: cannot be read: No such file" in done.stderr


def test_check_says_what_each_rule_means(monitor: Run) -> None:
    said = monitor("check").stdout
    assert "company Acme" in said
    assert "meant is: Acme, a maker of mills" in said
    assert "mill…, but not pepper" in said
    monitor.watchlist.write_text(WATCHLIST + '\n[[company]]\nname = ""\n')
    wrong = monitor("check")
    assert wrong.returncode == 1
    assert "watchlist.toml:13: company[1].name must not be empty" in wrong.stderr


@pytest.mark.slow
def test_a_digest_is_printed_and_written(monitor: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD))
    assert monitor("import", str(source)).returncode == 0
    done = monitor("digest", "--at", "2025-04-03", "--company", "Acme")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("COVERAGE\nDaily digest · Wednesday 2 April 2025\n")
    assert "1. Acme buys the =mill" in done.stdout
    assert f"Asked by: {getpass.getuser()}" in done.stdout
    files = {suffix: tmp_path / f"d.{suffix}" for suffix in ("html", "text", "pdf")}
    options = [part for suffix, path in files.items() for part in (f"--{suffix}", str(path))]
    done = monitor("digest", "--days", "3", "--at", "2025-04-04")
    assert "Digest of 3 days · Tuesday 1 to Thursday 3 April 2025\n" in done.stdout
    done = monitor("digest", "--days", "3", "--week")
    assert (done.returncode, "got both" in done.stderr) == (2, True)
    done = monitor("digest", "--week", "--at", "2025-04-07T08:00", "--query", "mill", *options)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "Acme buys the =mill" in files["text"].read_text(encoding="utf-8")
    assert "Acme buys the =mill" in files["html"].read_text(encoding="utf-8")
    assert files["pdf"].read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_a_digest_of_a_saved_view(monitor: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD))
    assert monitor("import", str(source)).returncode == 0
    desk = Desk(DataFolder(monitor.data))
    save_view(desk, name="Mills", page="stories", values={"topic": ["mills"]}, team=True, by="ana")
    done = monitor("digest", "--view", "mills", "--at", "2025-04-03")
    assert done.stdout.startswith("MILLS\n"), done.stderr
    assert "Topics: mills" in done.stdout
    for arguments, said in (
        (("--view", "Mils"), "did you mean 'Mills'?"),
        (("--view", "Mills", "--company", "Acme"), "leave the other options out"),
        (("--at", "soon"), "--at: expected a day or time"),
        (("--company", "Acne"), "did you mean 'Acme'?"),
    ):
        done = monitor("digest", *arguments)
        assert done.returncode == 2
        assert said in done.stderr

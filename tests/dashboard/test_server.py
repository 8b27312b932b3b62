"""The addresses beside the pages, asked for by HTTP of a real server."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path

import openpyxl
import pytest

from monitor.dashboard.downloads import Download, _file
from monitor.filters import Filters
from monitor.store.folder import DataFolder
from tests.archive import build_archive
from tests.dashboard.conftest import PIECES, WATCHLIST
from tests.serving import ROOT, Served, serving

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = build_archive(tmp_path_factory.mktemp("served") / "data", PIECES, watchlist=WATCHLIST)
    with serving(folder, WATCHLIST) as server:
        yield server


def get(served: Served, path: str, *, method: str = "GET", **headers: str) -> Answer:
    request = urllib.request.Request(f"{served.url}/{path}", method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


def by_command(served: Served, *arguments: str) -> bytes:
    return subprocess.run(
        [sys.executable, "-m", "monitor", "export", *arguments], env=served.environment,
        capture_output=True, check=True, timeout=120, cwd=ROOT,
    ).stdout  # fmt: skip


@pytest.mark.parametrize(
    ("report", "query", "arguments", "filters"),
    [
        ("articles", "", (), Filters()),
        ("articles", "company=Norvane&undated=false&dates=2025-03-01&dates=2025-03-31&q=plant",
         ("--company", "Norvane", "--since", "2025-03-01", "--until", "2025-03-31", "--query",
          "plant"), None),
        ("articles", "columns=meltwater&topic=Labour", ("--columns", "meltwater", "--topic",
                                                       "Labour"), None),
        ("stories", "outlet=Northline", ("--outlet", "Northline"), Filters(outlets=("Northline",))),
        ("coverage", "by=outlet&step=month", ("--by", "outlet", "--step", "month"), None),
        ("coverage", "", (), Filters()),
        ("share-of-voice", "language=en", ("--language", "en"), Filters(languages=("en",))),
        ("feeds", "", (), Filters()),
    ],
)  # fmt: skip
def test_the_page_the_command_and_the_address_give_the_same_bytes(
    served: Served, report: str, query: str, arguments: tuple[str, ...], filters: Filters | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    streamed = get(served, f"export/{report}.csv?{query}")
    assert (streamed.status, streamed.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert streamed.headers["Content-Disposition"] == f'attachment; filename="{report}.csv"'
    assert streamed.body.count(b"\r\n") > 1
    assert streamed.body == by_command(served, report, *arguments)
    if filters is not None:
        monkeypatch.setenv("MONITOR_DATA", str(served.folder.root))
        monkeypatch.setenv("MONITOR_WATCHLIST", str(served.watchlist))
        assert _file(Download(report, filters, "x")).data() == streamed.body  # type: ignore[arg-type]


def test_what_goes_beside_it_says_who_and_of_what(served: Served) -> None:
    answer = get(served, "export/articles.csv.json?company=Norvane")
    assert answer.headers["Content-Type"] == "application/json"
    how = json.loads(answer.body)
    assert how["asked"]["by"] == "the export address"
    assert how["asked"]["link"].startswith(f"{served.url}/articles?company=Norvane&dates=")
    assert how["bytes"] == len(get(served, "export/articles.csv?company=Norvane").body)


def test_a_workbook_by_address(served: Served) -> None:
    answer = get(served, "export/articles.xlsx?story=1000")
    book = openpyxl.load_workbook(io.BytesIO(answer.body))
    assert book.sheetnames == ["Articles", "Asked"]
    assert book["Articles"].max_row == 5


def test_it_is_compressed_for_who_asks_for_that(served: Served) -> None:
    plain = get(served, "export/articles.csv")
    packed = get(served, "export/articles.csv", **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def test_asking_for_the_head_makes_no_report(served: Served) -> None:
    answer = get(served, "export/articles.xlsx", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert get(served, "export/articles.csv", method="POST").status == 405


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("books.csv", "there is no file 'books.csv': expected one of articles, stories, coverage"),
        ("articles.pdf", "there is no file 'articles.pdf'"),
        ("articles.csv?compnay=x", "unknown parameter 'compnay'"),
        ("articles.csv?company=Norvana", "did you mean 'Norvane'?"),
        ("articles.csv?dates=soon", "dates: expected a day like 2025-04-01, got 'soon'"),
        ("articles.csv?columns=meltwatr", "did you mean 'meltwater'?"),
        ("articles.csv?q=a+(b", "character 3"),
        ("coverage.csv?by=author", "by: expected one of company, topic, outlet, tier, got"),
    ],
)
def test_what_cannot_be_answered_is_said(served: Served, path: str, said: str) -> None:
    answer = get(served, f"export/{path}")
    assert (answer.status, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert said in answer.body.decode()


def test_the_pages_are_there_too_and_nobody_else_can_reach_them(served: Served) -> None:
    assert b"<title>" in get(served, "").body
    assert b"<title>" in get(served, "stories").body
    listening = {
        line.split()[1] for path in ("/proc/net/tcp", "/proc/net/tcp6") if Path(path).exists()
        for line in Path(path).read_text().splitlines()[1:] if line.split()[3] == "0A"
    }  # fmt: skip
    port = f":{int(served.url.rsplit(':', 1)[1]):04X}"
    assert [at for at in listening if at.endswith(port)] == [f"0100007F{port}"]


def test_before_anything_was_published_it_says_so(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data"), WATCHLIST) as empty:
        answer = get(empty, "export/articles.csv")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert b"nothing has been published" in answer.body

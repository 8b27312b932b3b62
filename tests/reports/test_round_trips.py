"""Whatever an outlet writes: stored, exported, and read back by the programs that people use."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import duckdb
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.columns import ARTICLE_COLUMNS
from monitor.filters import Filters
from monitor.reports.csv import unguard
from monitor.store.folder import DataFolder
from monitor.store.queries import articles
from monitor.store.reader import Reader
from tests.archive import Piece, build_archive
from tests.reporting import NOON, csv_of, report_of

pytestmark = pytest.mark.slow
AWKWARD = [
    '=HYPERLINK("http://x.example","y")', "+1 for all", "-5 degrees", "@home", "'=quoted",
    "plain", 'He said "no", twice', "two\nlines", "tab\tin it", "\tfirst a tab", " =1+1", "＝1+1",
    "שלום, עולם", "\u202etfel ot thgir", "👩‍👩‍👧 family", "nul \0 in it", "\0=1+1",
    "_x0041_ is no A", "a; b; c", "semi;colon", "then;=1+1", "; =2", "comma, comma",
    "”“’‘«»", "2025-04-01", "1/2", "1e5", "0012", "TRUE", "\u2028line separator",
    "e\u0301 composed", "x" * 300, "\ufeffmark",
]  # fmt: skip
any_text = st.text(st.characters(exclude_categories=["Cs"])) | st.builds(
    str.__add__,
    st.sampled_from(["=", "+", "-", "@", "\t=", " -", "'=", "\0="]),
    st.text(max_size=9),
).map(lambda text: text.encode("utf-8", "replace").decode())
SOFFICE = shutil.which("soffice")


class Archive:
    """An archive of articles with these texts as title, text and author in turn."""

    def __init__(self, root: Path, texts: list[str]) -> None:
        pieces = [
            Piece(title=text, outlet="Daily", at=NOON - timedelta(hours=n), text=texts[n - 1],
                  authors=(texts[n - 2],), companies={"Acme": True} if n % 2 else {})
            for n, text in enumerate(texts)
        ]  # fmt: skip
        self.folder: DataFolder = build_archive(root, pieces)
        self.reader = Reader.open(self.folder)
        frame = articles(self.reader, Filters(), tz=UTC_ZONE, limit=None)
        # NUL is dropped from every file: no two programs read it alike.
        self.stored = [
            (str(row.article_id), *(value.replace("\0", "") for value in
             (row.title, row.opening, "; ".join(row.authors))))
            for row in frame.itertuples()
        ]  # fmt: skip

    def csv(self) -> bytes:
        return csv_of(self.folder, self.reader)

    def workbook(self, path: Path) -> None:
        report_of(self.folder, self.reader, file_format="xlsx").excel(path)


UTC_ZONE = ZoneInfo("UTC")
WANTED = ("Document ID", "Title", "Opening Text", "Author Name")
Rows = list[tuple[str, ...]]


def chosen(rows: list[dict[str, str]]) -> Rows:
    return [tuple(unguard(row[name] or "") for name in WANTED) for row in rows]


def by_csv(data: bytes) -> Rows:
    return chosen(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))))


def by_pandas(path: Path) -> Rows:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return chosen(frame.to_dict("records"))


def by_duckdb(path: Path) -> Rows:
    names = ", ".join(f"'{name}': 'VARCHAR'" for name in ARTICLE_COLUMNS)
    frame = duckdb.execute(
        f"""
        SELECT * FROM read_csv($path, header = true, delim = ',', quote = '"', escape = '"',
            columns = {{{names}}}, parallel = false, new_line = '\\r\\n')
        """,
        {"path": str(path)},
    ).df()
    return chosen(frame.fillna("").to_dict("records"))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(any_text, min_size=12, max_size=24))
def test_any_text_comes_back_by_csv_pandas_duckdb_and_openpyxl(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as root:
        compare(Archive(Path(root), [*texts, *AWKWARD]), Path(root))


def compare(archive: Archive, root: Path) -> None:
    data, path = archive.csv(), root / "articles.csv"
    path.write_bytes(data)
    assert by_csv(data) == archive.stored
    assert by_pandas(path) == archive.stored
    assert by_duckdb(path) == archive.stored
    archive.workbook(root / "articles.xlsx")
    sheet = openpyxl.load_workbook(root / "articles.xlsx").worksheets[0]
    heading, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    unescape = openpyxl.utils.escape.unescape
    found = [
        tuple(unescape(str(row[heading.index(name)] or "")) for name in WANTED) for row in rows
    ]
    assert found == archive.stored
    archive.reader.close()


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(tmp_path_factory.mktemp("awkward"), AWKWARD)


def soffice(*arguments: str, root: Path) -> None:
    if SOFFICE is None:
        pytest.skip("LibreOffice is not on this machine")
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{root}/profile", "--headless", *arguments,
         "--outdir", str(root)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip


def as_an_office_keeps_it(rows: Rows) -> Rows:
    """A cell's lines end in line feeds, and there are no control characters in it."""
    return [
        tuple(re.sub(r"[\x00-\x08\x0b-\x1f]", "", re.sub(r"\r\n?", "\n", cell)) for cell in row)
        for row in rows
    ]


TO_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"


def test_libreoffice_shows_the_workbook_as_stored(awkward: Archive, tmp_path: Path) -> None:
    awkward.workbook(tmp_path / "articles.xlsx")
    soffice("--convert-to", TO_CSV, str(tmp_path / "articles.xlsx"), root=tmp_path)
    [made] = tmp_path.glob("articles*.csv")
    text = made.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    found: Rows = [tuple(row[name] for name in WANTED) for row in rows]
    assert as_an_office_keeps_it(found) == as_an_office_keeps_it(awkward.stored)


def test_libreoffice_shows_the_csv_as_stored(awkward: Archive, tmp_path: Path) -> None:
    (tmp_path / "articles.csv").write_bytes(awkward.csv())
    (tmp_path / "out").mkdir()
    every_column_is_text = "/".join(f"{n}/2" for n in range(1, len(ARTICLE_COLUMNS) + 1))
    soffice(f"--infilter=CSV:44,34,76,1,{every_column_is_text}", "--convert-to", TO_CSV,
            str(tmp_path / "articles.csv"), root=tmp_path / "out")  # fmt: skip
    [made] = (tmp_path / "out").glob("articles*.csv")
    found = by_csv(b"\xef\xbb\xbf" + made.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    assert as_an_office_keeps_it(found) == as_an_office_keeps_it(awkward.stored)


def formulas_in(data: bytes, root: Path, *, separator: str = ",") -> int:
    """How many cells become formulas where LibreOffice is told to evaluate what looks like one."""
    root.mkdir()
    (root / "articles.csv").write_bytes(data)
    evaluate = f"--infilter=CSV:{ord(separator)},34,76,1,,0,false,true,false,false,false,0,true"
    soffice(evaluate, "--convert-to", "fods", str(root / "articles.csv"), root=root)
    table = ElementTree.parse(root / "articles.fods").getroot()
    name = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    cells = list(table.iter(f"{name}table-cell"))
    assert len(cells) > len(AWKWARD)
    return sum(cell.get(f"{name}formula") is not None for cell in cells)


def test_libreoffice_runs_nothing_of_the_csv(awkward: Archive, tmp_path: Path) -> None:
    guarded = awkward.csv()
    assert formulas_in(guarded, tmp_path / "guarded") == 0
    assert formulas_in(guarded.replace(b"'", b""), tmp_path / "open") > 0


def test_nor_where_a_semicolon_ends_a_cell(awkward: Archive, tmp_path: Path) -> None:
    """As in Excel wherever the decimal mark is a comma."""
    guarded = awkward.csv()
    assert formulas_in(guarded, tmp_path / "guarded", separator=";") == 0
    assert formulas_in(guarded.replace(b"'", b""), tmp_path / "open", separator=";") > 0

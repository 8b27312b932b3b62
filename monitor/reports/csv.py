"""CSV: what a file of it looks like, whoever asks; docs/reports.md says what each column means.

One way of writing for the dashboard, the command line and the streamed address, so that the same
filters give the same bytes: UTF-8 with a byte order mark (Excel reads accents
wrongly without it), CRLF and quotes as in RFC 4180. Text that a spreadsheet
would run as a formula gets an apostrophe in front of it; numbers and dates are left as
they are, because a guard on them corrupts negative figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from monitor.columns import ColumnSet
from monitor.reports.tables import Cell, Row, frame_rows

BOM = b"\xef\xbb\xbf"
_ROWS = 1_000  # in a chunk of bytes

# What spreadsheets take for the start of a formula, also behind white space, and in
# the full-width forms that East Asian versions accept; after OWASP, "CSV Injection".
# Apostrophes in front count too, or guarded text could not be told from text that
# begins with one.
_FORMULA = r"'*[^\S\n\r]*[=+\-@\t\r＝＋－＠]"
# A cell begins at its start, and for a spreadsheet whose list separator is a semicolon, as it is
# in most of Europe, behind each semicolon and line break as well: it does not see our quotes.
_BEGINS = r"(?:\A|(?<=[;\n\r]))"
_OPEN = re.compile(f"{_BEGINS}(?={_FORMULA})")
_GUARDED = re.compile(f"{_BEGINS}'(?={_FORMULA})")
_WITHIN = re.compile(rf"[;\n\r]{_FORMULA}")
# How such text begins: looked at first, because most text does not.
_FIRST = frozenset("'=+-@＝＋－＠") | {chr(c) for c in range(0x3001) if chr(c).isspace()}


def guard(text: str) -> str:
    """`text` with an apostrophe in front of what a spreadsheet would run as a formula."""
    return _OPEN.sub("'", text)


def unguard(text: str) -> str:
    """What `guard` was given: ``unguard(guard(text)) == text`` for every text."""
    return _GUARDED.sub("", text)


def csv_file(rows: Iterable[Sequence[Row]], columns: ColumnSet) -> Iterator[bytes]:
    """A file of `rows`, in parts; each row has the cells of `columns`.

    NUL characters are dropped, for no two readers of CSV agree on them.
    """
    text = [kind in ("text", "link") for kind in columns.kinds]
    yield BOM + _encode([columns.headings], [True] * len(text))
    for batch in rows:
        for at in range(0, len(batch), _ROWS):
            yield _encode(batch[at : at + _ROWS], text)


def frame_csv(frame: pd.DataFrame) -> bytes:
    """A whole file of `frame`, headings included, its index left out: the numbers behind a chart.

    Cells are as `frame_rows` has them.
    """
    text = [True] * len(frame.columns)
    headings = [str(name) for name in frame.columns]
    return BOM + _encode([headings], text) + _encode(frame_rows(frame), text)


def _encode(rows: Iterable[Sequence[Cell]], text: Sequence[bool]) -> bytes:
    """`rows` as RFC 4180 has them, as Python's csv module writes them but in half the time."""
    lines = []
    for row in rows:
        cells = []
        for cell, is_text in zip(row, text, strict=True):
            if cell is None:
                cells.append("")
            elif not is_text or not isinstance(cell, str):
                cells.append(str(cell))
            else:
                if "\0" in cell:
                    cell = cell.replace("\0", "")
                broken = "\n" in cell or "\r" in cell
                if cell and (
                    cell[0] in _FIRST or ((broken or ";" in cell) and _WITHIN.search(cell))
                ):
                    cell = guard(cell)
                if broken or "," in cell or '"' in cell:
                    cell = '"' + cell.replace('"', '""') + '"'
                cells.append(cell)
        # A lone blank cell is quoted, or its line would be taken for none.
        lines.append(",".join(cells) if cells != [""] else '""')
    lines.append("")
    return "\r\n".join(lines).encode("utf-8", errors="replace")

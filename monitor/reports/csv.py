"""CSV files: how text gets into one, and lists as they stand on a page.

One way of writing for the dashboard and the command line, so that the same
filters give the same bytes: UTF-8 with a byte order mark (Excel reads accents
wrongly without it), CRLF and quotes as in RFC 4180. Text that a spreadsheet
would run as a formula gets an apostrophe in front; numbers and dates are left as
they are, because a guard on them corrupts negative figures.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

BOM = b"\xef\xbb\xbf"

# What spreadsheets take for the start of a formula, also behind white space, and in
# the full-width forms that East Asian versions accept; after OWASP, "CSV Injection".
# Apostrophes in front count too, or guarded text could not be told from text that
# begins with one.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r＝＋－＠]")


def guard(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet would run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """What `guard` was given: ``unguard(guard(text)) == text`` for every text."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


def encode_rows(rows: Iterable[Sequence[Any]], *, text: Sequence[bool]) -> bytes:
    """Rows as CSV without a byte order mark; `text` says which columns are guarded.

    None and NaN are blank, lists are joined by ``"; "``, mappings become
    ``"key value; …"``, booleans yes and no, times ISO 8601 with their offset. NUL
    characters are dropped, for no reader of CSV agrees on them.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        cells = [_cell(value) for value in row]
        writer.writerow([guard(c) if is_text else c for c, is_text in zip(cells, text, strict=True)])
    return buffer.getvalue().encode("utf-8", errors="replace")


def frame_csv(frame: pd.DataFrame, *, text_columns: Collection[str] | None = None) -> bytes:
    """A whole CSV file of `frame`, headings included, its index left out.

    `text_columns` are those to guard; by default all that hold neither numbers,
    times nor booleans.
    """
    if text_columns is None:
        text_columns = [
            name
            for name, dtype in frame.dtypes.items()
            if not (pd.api.types.is_numeric_dtype(dtype) or _is_time(dtype))
        ]
    heading = encode_rows([list(frame.columns)], text=[True] * len(frame.columns))
    columns = [frame[name].astype(object) for name in frame.columns]
    rows = zip(*columns, strict=True)
    text = [name in text_columns for name in frame.columns]
    return BOM + heading + encode_rows(rows, text=text)


def _is_time(dtype: Any) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(dtype))


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        midnight = value.tzinfo is None and not (value.hour or value.minute or value.second)
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_cell(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(_cell(item) for item in value)
    return str(value).replace("\0", "")

"""A digest's sheet as plain text, 72 columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from monitor.reports.digest_sheet import Entry, Note, Section, Sheet, Table

WIDTH = 72
_INDENT = "   "


def as_text(sheet: Sheet) -> str:
    """All of `sheet`; lines are no wider than 72 columns, but for addresses."""
    parts = [
        [*_wrap(sheet.title.upper()), *_wrap(sheet.kicker)],
        _wrap(sheet.lead),
        [line for figure in sheet.figures
         for line in _wrap(f"{figure.label}: {figure.value} ({'; '.join(figure.notes).lower()})")],
        *([*_section(section)] for section in sheet.sections),
        ["-" * WIDTH, *_wrap(sheet.closing)],
        [line for note in sheet.footer for line in _note(note, "")],
    ]  # fmt: skip
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def width(text: str) -> int:
    """How many columns `text` takes: ideographs and most emoji two, marks none."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _section(section: Section) -> Iterator[str]:
    yield section.title.upper()
    yield "-" * width(section.title)
    if section.note:
        yield from _wrap(section.note)
    for entry in section.entries:
        yield ""
        yield from _entry(entry)
    if section.table:
        yield from _table(section.table)
    if section.more:
        yield from ([""] if section.entries else [])
        yield from _note(section.more, "")
    if section.lines and section.table:
        yield ""
    for line in section.lines:
        yield from _wrap(line)


def _entry(entry: Entry) -> Iterator[str]:
    number = f"{entry.number}. " if entry.number else "- "
    yield from _wrap(entry.title, first=number.ljust(len(_INDENT)), rest=_INDENT)
    for line in (*entry.why, *entry.meta, *([", ".join(entry.names)] if entry.names else ())):
        yield from _wrap(line, first=_INDENT, rest=_INDENT)
    for note in entry.notes:
        yield from _note(note, _INDENT, address=False)
    if entry.href:
        yield f"{_INDENT}{entry.href}"


def _note(note: Note, indent: str, *, address: bool = True) -> Iterator[str]:
    yield from _wrap(f"{note.text}{note.link}", first=indent, rest=indent)
    if note.href and address:
        yield f"{indent}{note.href}"


def _table(table: Table) -> Iterator[str]:
    """Columns as wide as what is in them; a long name is cut."""
    heads = [_head(column) for column in table.columns]
    wide = [max(width(row[n]) for row in (heads, *table.rows)) for n in range(len(heads))]
    wide[0] = min(wide[0], WIDTH - sum(wide[1:]) - 2 * (len(wide) - 1))
    for row in (heads, *table.rows):
        cells = [_cut(row[0], wide[0])]
        cells += [" " * (wide[n] - width(cell)) + cell for n, cell in enumerate(row) if n]
        yield "  ".join(cells).rstrip()


def _head(column: str) -> str:
    return column.removesuffix(" of voice")


def _cut(text: str, columns: int) -> str:
    if width(text) > columns:
        while width(text) > columns - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (columns - width(text))


def _wrap(text: str, *, first: str = "", rest: str = "") -> list[str]:
    """`text` in lines of at most 72 columns; words too long for one are broken."""
    lines, line = [], first
    empty = True
    for word in text.split():
        if not empty and width(line) + 1 + width(word) > WIDTH:
            lines.append(line)
            line, empty = rest, True
        line += word if empty else f" {word}"
        empty = False
        while width(line) > WIDTH:
            at = len(line)
            while width(line[:at]) > WIDTH:
                at -= 1
            lines.append(line[:at])
            line = rest + line[at:]
    return [*lines, line]

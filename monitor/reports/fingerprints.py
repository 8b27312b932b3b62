"""Fingerprints of a report's rows: enough to say later which row and which column is another.

For each row its key (an article's id and company, a story's id …), a checksum of the whole row and
a byte for each cell, so that a report of a thousand rows takes some ten kilobytes and nothing of
its text. Kept compressed while rows pass, so that memory does not grow with the text.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any

from monitor.columns import Report
from monitor.errors import ExportError
from monitor.reports.tables import Cell, Row

# Where in a full row its key stands.
KEYS: Mapping[Report, tuple[int, ...]] = {
    "articles": (2, 16), "stories": (0,), "coverage": (0, 1), "share-of-voice": (0,),
    "feeds": (1,),
}  # fmt: skip
_PARTS = ("keys", "rows", "cells")
MOST = 200_000  # rows; of more, none are kept, for they would take as much room as a report does
_LIMIT = 4 << 30  # bytes that a part may unpack to


@dataclass(frozen=True, slots=True)
class Print:
    """One row's fingerprint."""

    key: tuple[str, ...]
    row: bytes  # checksum of all its cells
    cells: bytes  # one byte for each


class Prints:
    """Collects the fingerprints of rows with `width` cells."""

    def __init__(self, width: int) -> None:
        self.count = 0
        self._all = Struct(f"<{width}I")
        self._packers = {part: zlib.compressobj() for part in _PARTS}
        self._packed: dict[str, list[bytes]] = {part: [] for part in _PARTS}

    def add(self, keys: Sequence[Sequence[Cell]], rows: Sequence[Row]) -> None:
        """Take in some rows and their keys; nothing is kept once there are more than `MOST`."""
        if self.count + len(rows) > MOST:
            self.count = MOST + 1
            self._packed = {part: [] for part in _PARTS}
            return
        made = [make_print(key, row, self._all) for key, row in zip(keys, rows, strict=True)]
        self.count += len(made)
        self._put("keys", "".join("\t".join(p.key) + "\n" for p in made).encode())
        self._put("rows", b"".join(p.row for p in made))
        self._put("cells", b"".join(p.cells for p in made))

    def _put(self, part: str, data: bytes) -> None:
        self._packed[part].append(self._packers[part].compress(data))

    def as_json(self) -> dict[str, str] | None:
        """All of them as text, None where there are too many; no more can be added."""
        if self.count > MOST:
            return None
        for part, packer in self._packers.items():
            self._packed[part].append(packer.flush())
        return {
            part: base64.b64encode(b"".join(pieces)).decode()
            for part, pieces in self._packed.items()
        }


def make_print(key: Sequence[Cell], row: Row, all_cells: Struct) -> Print:
    """The fingerprint of one row; `all_cells` packs a number for each cell."""
    crc = zlib.crc32
    sums = [0 if cell is None else crc(str(cell).encode("utf-8", "replace")) for cell in row]
    packed = all_cells.pack(*sums)
    return Print(tuple(map(_said, key)), crc(packed).to_bytes(4, "little"), packed[::4])


def read_prints(written: Mapping[str, Any], width: int, *, name: str) -> Iterator[Print]:
    """The fingerprints among what was `written` of a report.

    Raises ExportError that names the file `name` where they are not those of `Prints.as_json`.
    """
    said = f"{name}: fingerprints"
    data = written.get("fingerprints")
    if written.get("rows", 0) > MOST:
        raise ExportError(
            f"{said}: are not kept of more than {MOST:,} rows, so nothing is compared"
        )
    if not isinstance(data, Mapping):
        raise ExportError(f"{said}: expected what was written with the report, got nothing")
    try:
        parts = {part: _unpack(data[part]) for part in _PARTS}
        keys = parts["keys"].decode().split("\n")[:-1]
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise ExportError(f"{said}: cannot be read: {error}") from error
    if len(parts["rows"]) != 4 * len(keys) or len(parts["cells"]) != width * len(keys):
        raise ExportError(f"{said}: expected {len(keys)} rows of {width} cells, got another number")
    for n, key in enumerate(keys):
        yield Print(
            tuple(key.split("\t")), parts["rows"][4 * n : 4 * n + 4],
            parts["cells"][width * n : width * (n + 1)],
        )  # fmt: skip


def _unpack(text: str) -> bytes:
    reader = zlib.decompressobj()
    data = reader.decompress(base64.b64decode(text, validate=True), _LIMIT)
    if not reader.eof:
        raise ValueError("it is cut short or far too long")
    return data


def _said(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).split())

"""A report asked for again, as of then: the same bytes, or what is another and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.config import Config
from monitor.reports.asked import Asked
from monitor.reports.export import Export
from monitor.reports.fingerprints import Print, read_prints
from monitor.store.as_of import as_of
from monitor.store.folder import DataFolder
from monitor.store.state import State

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """How the rows of now differ from those of then; nothing at all where they are the same."""

    gone: tuple[Key, ...] = ()
    added: tuple[Key, ...] = ()
    changed: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)  # key → columns
    reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.gone or self.added or self.changed or self.reordered)

    def as_json(self) -> dict[str, Any]:
        """For the file beside the report."""
        return {
            "gone": [list(key) for key in self.gone], "added": [list(key) for key in self.added],
            "changed": [{"row": list(k), "columns": list(c)} for k, c in self.changed.items()],
            "reordered": self.reordered,
        }  # fmt: skip


def export_again(
    folder: DataFolder, asked: Asked, config: Config, *, sparing: bool = False
) -> tuple[Export, tuple[str, ...]]:
    """The report of then, ready to be written, and what of its state is not kept any more."""
    a = asked.archive
    state = State(a.generation, a.through, a.decisions, a.tagged_with)
    past = as_of(folder, state, config, sparing=sparing)
    return Export(folder, past.reader, asked), past.missing


def differences(
    then: Mapping[str, Any], now: Mapping[str, Any], headings: Sequence[str], *, name: str
) -> Differences:
    """How `now` differs from `then`: what was written of two reports with the columns `headings`.

    Raises ExportError where `then`, read from the file `name`, has no fingerprints of its rows.
    """
    before = {p.key: p for p in read_prints(then, len(headings), name=name)}
    after = {p.key: p for p in read_prints(now, len(headings), name=name)}
    kept = [key for key in before if key in after]
    return Differences(
        gone=tuple(key for key in before if key not in after),
        added=tuple(key for key in after if key not in before),
        changed={key: _columns(before[key], after[key], headings) for key in kept
                 if before[key].row != after[key].row},
        reordered=kept != [key for key in after if key in before],
    )  # fmt: skip


def _columns(before: Print, after: Print, headings: Sequence[str]) -> tuple[str, ...]:
    pairs = zip(headings, before.cells, after.cells, strict=True)
    return tuple(heading for heading, was, is_now in pairs if was != is_now)


def in_words(found: Differences, *, most: int = 50) -> Iterator[str]:
    """The differences for a person, a line for each kind, at most `most` rows of each named."""
    for rows, what in ((found.gone, "no longer there"), (found.added, "not there then")):
        if rows:
            yield f"{_rows(len(rows))} {what}: {_some(map(_said, rows), len(rows), most)}"
    by_columns: dict[tuple[str, ...], list[Key]] = {}
    for key, columns in found.changed.items():
        by_columns.setdefault(columns, []).append(key)
    for columns, keys in sorted(by_columns.items(), key=lambda item: -len(item[1])):
        named = ", ".join(columns) or "a column that cannot be told"
        yield (
            f"{_rows(len(keys))} not as then in {named}: {_some(map(_said, keys), len(keys), most)}"
        )
    if found.reordered:
        yield "the rows stand in another order"


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def _said(key: Key) -> str:
    return " × ".join(part for part in key if part)


def _some(names: Iterable[str], count: int, most: int) -> str:
    shown = [name for name, _ in zip(names, range(most), strict=False)]
    return ", ".join(shown) + (f" and {count - most:,} more" if count > most else "")

"""Two texts laid out for the side-by-side view: rows of runs, kept or different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.analysis.alignment import Alignment, Difference, align, differences
from monitor.dashboard import texts
from monitor.dashboard.changed import changes, shown


@dataclass(frozen=True, slots=True)
class Compared:
    """The rows for the component, and the figures to say above them."""

    rows: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, Any], ...]  # the figures and names that differ, most telling first
    places: int  # differences that are marked: those in typography may be hidden
    headline: bool  # whether the headlines differ
    differences: int  # places where the two texts differ
    typographic: int  # of these, quotes, dashes, hyphens, capitals, spacing
    kept: float  # share of the left text's words that the right one has


def compared(
    left: tuple[str, str], right: tuple[str, str], *, hide_typographic: bool = False
) -> Compared:
    """Two (title, text) pairs, aligned. Titles are the first row and not counted."""
    titles, bodies = align(left[0], right[0]), align(left[1], right[1])
    found = differences(bodies)
    marked = [d for d in found if not (hide_typographic and d.typographic)]
    in_title = [d for d in differences(titles) if not (hide_typographic and d.typographic)]
    return Compared(
        rows=(
            *_facing(_rows(titles, in_title, heading=True), left[0], right[0]),
            *_rows(bodies, marked, heading=False),
        ),
        changes=tuple(shown(changes(bodies, marked))),
        places=len(marked),
        headline=bool(in_title),
        differences=len(found),
        typographic=sum(d.typographic for d in found),
        kept=bodies.kept_left,
    )


def summary(result: Compared, *, left: str, right: str) -> list[str]:
    """The figures in words; `left` and `right` are how the two are called."""
    headline = ["The headlines differ"] if result.headline else []
    if not result.differences:
        return [*headline, "The two texts are the same"]
    said = texts.plural(result.differences, "difference")
    if result.typographic:
        every = result.typographic == result.differences
        said += f", {'all' if every else result.typographic} of them only in typography"
    return [*headline, said, f"{right} kept {result.kept:.0%} of the words of {left}"]


def _rows(
    alignment: Alignment, marked: Sequence[Difference], *, heading: bool
) -> Sequence[dict[str, Any]]:
    """Rows of runs; what is not in `marked` counts as kept. Those of the text are numbered."""
    places = {(d.row, d.segment): i for i, d in enumerate(marked, start=1)}
    rows = []
    for r, row in enumerate(alignment.rows):
        parts = [
            {
                "same": (r, s) not in places,
                "place": None if heading else places.get((r, s)),
                "left": segment.left,
                "right": segment.right,
            }
            for s, segment in enumerate(row.segments)
        ]
        for side in ("left", "right"):
            _strip_end(parts, side)
        missing = "left" if row.left is None else "right" if row.right is None else None
        rows.append({"heading": heading, "missing": missing, "parts": parts})
    return rows


def _facing(titles: Sequence[dict[str, Any]], left: str, right: str) -> Sequence[dict[str, Any]]:
    """Headlines face each other, also where they have no word in common."""
    if all(row["missing"] is None for row in titles):
        return titles
    parts = [{"same": False, "left": left, "right": right}]
    return [{"heading": True, "missing": None, "parts": parts}]


def _strip_end(parts: list[dict[str, Any]], side: str) -> None:
    """Take the white space after a paragraph's last word away: it would show as an empty line."""
    for part in reversed(parts):
        part[side] = part[side].rstrip()
        if part[side]:
            return

"""Two texts laid out for the side-by-side view: rows of runs, kept or different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.analysis.alignment import Difference, align, differences_in
from monitor.analysis.moves import Passage, passages
from monitor.analysis.words import words_of
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
    moved: int  # paragraphs that stand elsewhere
    kept: float  # share of the left text's words that the right one has, typography apart


def compared(
    left: tuple[str, str], right: tuple[str, str], *, hide_typographic: bool = False
) -> Compared:
    """Two (title, text) pairs, aligned.

    Titles are the first row and not counted; a pasted text has none, and then neither is shown.
    """
    if not left[0] or not right[0]:
        left, right = ("", left[1]), ("", right[1])
    titles, bodies = align(left[0], right[0]), align(left[1], right[1])
    parts, headings = passages(bodies), passages(titles)
    found = differences_in(part.segments for part in parts)
    marked = [d for d in found if not (hide_typographic and d.typographic)]
    in_title = [
        d
        for d in differences_in(part.segments for part in headings)
        if not (hide_typographic and d.typographic)
    ]
    # A word with other quotation marks is carried, as at a glance.
    kept = sum(part.words_kept for part in parts) + sum(
        len(words_of(d.left)) for d in found if d.typographic
    )
    return Compared(
        rows=(
            *(
                _facing(_rows(headings, in_title, heading=True), left[0], right[0])
                if left[0]
                else ()
            ),
            *_rows(parts, marked, heading=False),
        ),
        changes=tuple(shown(changes(parts, marked))),
        places=len(marked),
        headline=bool(in_title),
        differences=len(found),
        typographic=sum(d.typographic for d in found),
        moved=sum(part.moved for part in parts),
        kept=kept / bodies.words_left if bodies.words_left else 0.0,
    )


def summary(result: Compared, *, left: str, right: str) -> list[str]:
    """The figures in words; `left` and `right` are how the two are called."""
    headline = ["The headlines differ"] if result.headline else []
    if not result.differences and not result.moved:
        return [*headline, "The two texts are the same"]
    said = texts.plural(result.differences, "difference")
    if result.typographic:
        every = result.typographic == result.differences
        said += f", {'all' if every else result.typographic} of them only in typography"
    moved = [f"{texts.plural(result.moved, 'paragraph')} moved"] if result.moved else []
    return [*headline, said, *moved, f"{right} kept {result.kept:.0%} of the words of {left}"]


def _rows(
    parts: Sequence[Passage], marked: Sequence[Difference], *, heading: bool
) -> Sequence[dict[str, Any]]:
    """Rows of runs; what is not in `marked` counts as kept. Places of the text are numbered.

    A passage that was moved has two rows: where it stood, and where it stands.
    """
    places = {(d.row, d.segment): i for i, d in enumerate(marked, start=1)}
    rows: list[tuple[int, dict[str, Any]]] = []
    for r, passage in enumerate(parts):
        runs = [
            {
                "same": (r, s) not in places,
                "place": None if heading else places.get((r, s)),
                "left": segment.left,
                "right": segment.right,
            }
            for s, segment in enumerate(passage.segments)
        ]
        for side in ("left", "right"):
            _strip_end(runs, side)
        missing = "left" if passage.left is None else "right" if passage.right is None else None
        row = {"heading": heading, "missing": missing, "moved": None, "parts": runs}
        if passage.moved and passage.left is not None:
            down = passage.row > passage.left
            rows.append((passage.left, {**row, "missing": "right", "moved": down}))
            row |= {"missing": "left", "moved": down}
        rows.append((passage.row, row))
    return [row for _, row in sorted(rows, key=lambda item: item[0])]


def _facing(titles: Sequence[dict[str, Any]], left: str, right: str) -> Sequence[dict[str, Any]]:
    """Headlines face each other, also where they have no word in common."""
    if all(row["missing"] is None for row in titles):
        return titles
    parts = [{"same": False, "left": left, "right": right}]
    return [{"heading": True, "missing": None, "moved": None, "parts": parts}]


def _strip_end(parts: list[dict[str, Any]], side: str) -> None:
    """Take the white space after a paragraph's last word away: it would show as an empty line."""
    for part in reversed(parts):
        part[side] = part[side].rstrip()
        if part[side]:
            return

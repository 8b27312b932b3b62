"""Notes of the team on the time axis, "launch" on the 3rd of March: kept on the desk, for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.store.desk import Decision, Desk

KIND = "note"  # of the desk's decisions
LONGEST = 60  # characters; more does not fit a chart


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody noted about a day of the team's."""

    id: int
    day: date
    text: str
    by: str
    at: datetime  # when it was first written


def add_note(desk: Desk, day: date, text: str, *, by: str) -> int:
    """Keep a note; returns its id. White space is made one, and what is too long is cut.

    Raises ValueError where there are no words.
    """
    words = " ".join(text.split())[:LONGEST].strip()
    if not words:
        raise ValueError("a note needs words")
    return desk.decide(KIND, {"day": day.isoformat(), "text": words}, by=by)


def remove_note(desk: Desk, note_id: int, *, by: str) -> int:
    """Take a note away, for all; the desk still knows it."""
    return desk.undo(KIND, note_id, by=by)


def restore_note(desk: Desk, note_id: int, *, by: str) -> int:
    """Bring a note back that was taken away, as its author's; returns its new id.

    Raises ValueError where there never was one.
    """
    for d in desk.decisions(KIND):
        if d.id == note_id and "undo" not in d.payload:
            first = _note(d)
            again = d.payload | {"by": first.by, "at": first.at.isoformat()}
            return desk.decide(KIND, again, by=by)
    raise ValueError(f"no note has the id {note_id}")


def notes(desk: Desk) -> list[Note]:
    """The notes that stand, by day and then as they were written."""
    return sorted((_note(d) for d in desk.standing(KIND)), key=lambda note: (note.day, note.at))


def _note(d: Decision) -> Note:
    p = d.payload
    at = datetime.fromisoformat(p["at"]) if "at" in p else d.at
    return Note(d.id, date.fromisoformat(p["day"]), p["text"], p.get("by", d.by), at)

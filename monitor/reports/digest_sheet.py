"""A digest as it is laid out, whatever shows it: every word and number is in here once.

Mail, text, PDF and the dashboard's preview draw a Sheet and add nothing to it, so that all of them
say the same. Text is plain (`monitor.reports.plain`), addresses are http(s) or blank.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """A line with what leads on from it: `text` before, then `link` as the words of `href`."""

    text: str
    link: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it is set against."""

    label: str
    value: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a list: a headline, why it stands there, and what is known of it."""

    title: str
    href: str = ""
    number: int | None = None
    why: tuple[str, ...] = ()
    meta: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first of them a name; `parts` (0..1) are how long each row's bar is."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    parts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the sheet. `lines` stand for themselves, `more` is what it has no room for."""

    title: str
    entries: tuple[Entry, ...] = ()
    table: Table | None = None
    lines: tuple[str, ...] = ()
    note: str = ""
    more: Note | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of a digest. `preheader` is what a mailbox shows beside the subject."""

    subject: str
    preheader: str
    kicker: str
    title: str
    lead: str
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    footer: tuple[Note, ...]
    closing: str
    link: str = ""

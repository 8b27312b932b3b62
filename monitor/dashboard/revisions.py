"""An article's wordings: what its publisher changed, and what was only read better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from monitor.dashboard import texts, texts_sources
from monitor.dashboard.components import table
from monitor.dashboard.data import ask
from monitor.dashboard.rows import Item
from monitor.dashboard.side_by_side import Side, side_by_side
from monitor.store.queries import RevisionDetail, revision_texts

COLUMNS: Sequence[dict[str, Any]] = (
    {"label": "Version", "width": "11rem", "phone": "inline"},
    {"label": "Seen", "width": "12rem", "align": "nowrap", "phone": "inline"},
    {"label": "Changed", "width": "17rem", "phone": "bare"},
    {"label": "Headline then", "phone": "bare"},
)


def draw(revisions: Sequence[RevisionDetail], tz: ZoneInfo) -> None:
    """Every wording with what changed in it, and any two of them side by side."""
    if len(revisions) < 2:
        return
    if changed(revisions):
        st.subheader(texts_sources.REVISIONS, anchor=False)
    else:
        st.subheader(texts_sources.READ_AGAIN, anchor=False)
        st.caption(texts_sources.NO_CHANGE)
    wordings = ask(revision_texts, tuple(r.revision_id for r in revisions))
    lines = revision_rows(revisions, wordings, tz=tz)
    table(COLUMNS, lines, label="Wordings of this article", key="revisions")
    ids = [r.revision_id for r in revisions]
    names = texts_sources.names([r.reread for r in revisions])
    sides = {
        r.revision_id: Side(name, texts.moment(r.seen_at, tz))
        for r, name in zip(revisions, names, strict=True)
    }
    newest = newest_change(revisions)
    # The newest change beside the wording before it, else beside what the address asks for.
    side_by_side(
        sides,
        read=lambda pair: ask(revision_texts, pair),
        first=ids[newest - 1],
        beside=lambda left: ids[newest] if left != ids[newest] else ids[newest - 1],
        note=lambda left, right: between(revisions, left, right),
    )


def changed(revisions: Sequence[RevisionDetail]) -> int:
    """How often the publisher changed the article."""
    return sum(not r.reread for r in revisions[1:])


def newest_change(revisions: Sequence[RevisionDetail]) -> int:
    """The position of the publisher's newest change; of the newest reading where there is none."""
    own = [i for i, r in enumerate(revisions) if i and not r.reread]
    return own[-1] if own else len(revisions) - 1


def between(revisions: Sequence[RevisionDetail], left: int, right: int) -> tuple[str, bool]:
    """What to say above two wordings, and whether the publisher made any of their differences.

    `left` and `right` are ids of revisions.
    """
    at = {r.revision_id: i for i, r in enumerate(revisions)}
    first, last = sorted((at[left], at[right]))
    steps = [r.reread for r in revisions[first + 1 : last + 1]]
    if all(steps):
        return (texts_sources.ONE_WORDING if steps else ""), False
    return (texts_sources.ALSO_READ_AGAIN if any(steps) else ""), True


def revision_rows(
    revisions: Sequence[RevisionDetail], wordings: Mapping[int, tuple[str, str]], *, tz: ZoneInfo
) -> list[list[Item]]:
    """One row a wording of an article, oldest first, for `COLUMNS`.

    `wordings` are (title, text) by revision. What was only read better is no change.
    """
    lines: list[list[Item]] = []
    before: tuple[str, str] | None = None
    names = texts_sources.names([r.reread for r in revisions])
    for revision, name in zip(revisions, names, strict=True):
        now = wordings.get(revision.revision_id, (revision.title, ""))
        lines.append([
            {"text": name},
            {"text": texts.moment(revision.seen_at, tz)},
            {"badge": {"text": texts_sources.READ_AGAIN_BADGE},
             "sub": texts_sources.READ_AGAIN_MEANS} if revision.reread
            else {"text": texts_sources.what_changed(before, now)},
            {"text": revision.title},
        ])  # fmt: skip
        before = now
    return lines

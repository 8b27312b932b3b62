"""The quotes of a story's original, and what of them each outlet carried."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from monitor.analysis.glance import Fate
from monitor.analysis.quotes import Quote, Repeated, quotes, repeated
from monitor.dashboard import texts_story as said
from monitor.dashboard.components import table
from monitor.dashboard.rows import Item
from monitor.dashboard.side_by_side import Side, Texts

_MOST = 6  # outlets in the table
_EXCERPT = 90  # characters of a changed wording
_CACHED = 50

_quotes = st.cache_data(max_entries=_CACHED, show_spinner=False)(quotes)
_repeated = st.cache_data(max_entries=_CACHED, show_spinner=False)(repeated)


def quotes_carried(
    sides: Mapping[int, Side],
    copy_groups: Mapping[int, int],
    *,
    read: Callable[[tuple[int, ...]], Texts],
) -> None:
    """The table: the quotes of the first of `sides` that has any, beside all others.

    A copy dropped what it does not have; a report in other words owes the quotes nothing.
    """
    if len(sides) < 2:
        return
    found = read(tuple(sides))
    reference = next((i for i in sides if i in found and _quotes(found[i][1])), None)
    if reference is None:
        return
    quoted = _quotes(found[reference][1])
    others = [i for i in sides if i != reference]
    st.subheader(said.QUOTES, anchor=False)
    st.caption(said.QUOTES_NOTE.format(outlet=sides[reference].name))
    there = _repeated(quoted, {i: found[i][1] for i in others if i in found})
    ranked = sorted(there, key=lambda i: -sum(r.fate is not Fate.CUT for r in there[i]))
    shown = ranked[:_MOST]
    if len(ranked) > len(shown):
        st.caption(said.MORE_OUTLETS.format(shown=len(shown), all=len(ranked)))
    columns: list[dict[str, Any]] = [{"label": said.QUOTED, "width": "40%", "phone": "bare"}]
    columns += [{"label": sides[i].name} for i in shown]
    copies = [copy_groups.get(i) == copy_groups.get(reference) for i in shown]
    table(columns, quote_rows(quoted, [there[i] for i in shown], copies=copies),
          label=said.QUOTES, key="quotes")  # fmt: skip


def quote_rows(
    quoted: Sequence[Quote], there: Sequence[Sequence[Repeated]], *, copies: Sequence[bool]
) -> list[list[Item]]:
    """One row a quoted sentence: who said it, and its fate in each of the texts `there`.

    `copies` says which of them are copies of the text that quotes.
    """
    return [
        [{"text": f"“{quote.text}”", "sub": quote.speaker},
         *(_cell(fates[n], copy=copy) for fates, copy in zip(there, copies, strict=True))]
        for n, quote in enumerate(quoted)
    ]  # fmt: skip


def _cell(found: Repeated, *, copy: bool) -> Item:
    if found.fate is Fate.CUT and not copy:
        return {"sub": said.NOT_THERE}
    text, tone, meaning = said.QUOTE_FATES[found.fate]
    badge = {"text": text, "tone": tone, "title": meaning}
    if found.fate is not Fate.CHANGED:
        return {"badge": badge}
    words = found.text
    if len(words) > _EXCERPT:
        words = words[:_EXCERPT].rpartition(" ")[0] + " …"
    return {"badge": badge, "text": f"{found.kept:.0%}", "sub": words}

"""All copies of a text in one table: what became of each paragraph at each outlet.

The text that the others are measured against is one of the story's, or one that a
person pastes: a press release, whose fate at each outlet is then the question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from monitor.analysis.glance import Carried, Fate, glance
from monitor.analysis.words import paragraphs
from monitor.dashboard import texts
from monitor.dashboard.components import table
from monitor.dashboard.rows import Item, to_story
from monitor.dashboard.side_by_side import Side, Texts

OWN = 0  # the id of the text that a person pasted; articles have larger ones
_MOST = 6  # outlets in the table
_EXCERPT = 110  # characters of a paragraph
_CACHED = 50

_glance = st.cache_data(max_entries=_CACHED, show_spinner=False)(glance)


def own_text() -> str:
    """The text that a person pasted for this story, empty where there is none."""
    with st.expander(texts.OWN_TEXT_LABEL, icon=":material/content_paste:"):
        return st.text_area(
            texts.OWN_TEXT_LABEL, key="own_text", height=160, help=texts.OWN_TEXT_HELP,
            placeholder=texts.OWN_TEXT_EXAMPLE, label_visibility="collapsed",
        ).strip()  # fmt: skip


def at_a_glance(
    sides: Mapping[int, Side],
    copy_groups: Mapping[int, int],
    *,
    read: Callable[[tuple[int, ...]], Texts],
    story_id: int,
) -> None:
    """The table. `sides` are the texts by id, the first being the one to measure against.

    Against a pasted text all articles are measured; against an article those of its copy group.
    """
    own = OWN in sides
    first = OWN if own else next(iter(sides))
    chosen = st.selectbox(
        texts.REFERENCE, list(sides), format_func=lambda i: sides[i].label, width=360,
        index=list(sides).index(first), key=f"reference_{'own' if own else 'first'}",
    )  # fmt: skip
    if chosen == OWN:
        others = [i for i in sides if i != OWN]
    else:
        group = copy_groups.get(chosen)
        others = [i for i in sides if i not in (OWN, chosen) and copy_groups.get(i) == group]
    if not others:
        st.caption(texts.NO_COPIES)
        return
    found = read((chosen, *others))
    reference = found.get(chosen, ("", ""))[1]
    carried = _glance(reference, {i: found[i][1] for i in others if i in found})
    ranked = sorted(carried, key=lambda i: (-carried[i].kept, others.index(i)))
    shown = ranked[:_MOST]
    if len(ranked) > _MOST:
        st.caption(texts.MOST_COPIES.format(shown=_MOST, all=len(ranked)))
    columns: list[dict[str, Any]] = [{"label": texts.PARAGRAPH, "width": "40%", "phone": "bare"}]
    columns += [{"label": sides[i].name} for i in shown]
    table(
        columns,
        glance_rows(
            paragraphs(reference),
            [carried[i] for i in shown],
            links=[f"{to_story(story_id)}&left={chosen}&right={i}" for i in shown],
        ),
        label=texts.GLANCE,
        key="glance",
    )


def glance_rows(
    parts: Sequence[str], copies: Sequence[Carried], *, links: Sequence[str]
) -> list[list[Item]]:
    """One row a paragraph, with what each copy made of it, and one where words were put in.

    The first row has the share of words that each carried, and leads to the two side by side.
    """
    rows: list[list[Item]] = [
        [
            {"text": texts.CARRIED},
            *(
                {"text": f"{copy.kept:.0%}", "to": link}
                for copy, link in zip(copies, links, strict=True)
            ),
        ]
    ]
    for number, part in enumerate([*parts, None]):
        if any(copy.added[number] for copy in copies):
            cells: list[Item] = [
                {"text": f"+{texts.plural(copy.added[number], 'word')}"}
                if copy.added[number]
                else {}
                for copy in copies
            ]
            rows.append([{"sub": texts.PUT_IN}, *cells])
        if part is not None and part.strip():
            rows.append([{"text": _excerpt(part)}, *(_cell(copy, number) for copy in copies)])
    return rows


def _cell(copy: Carried, number: int) -> Item:
    cell = copy.cells[number]
    text, tone, meaning = texts.FATES[cell.fate]
    badge = {"text": text, "tone": tone, "title": meaning}
    whole = cell.fate is Fate.CUT or cell.kept >= 1.0
    return {"badge": badge} if whole else {"badge": badge, "text": f"{cell.kept:.0%}"}


def _excerpt(paragraph: str) -> str:
    words = " ".join(paragraph.split())
    if len(words) <= _EXCERPT:
        return words
    return words[:_EXCERPT].rpartition(" ")[0] + " …"

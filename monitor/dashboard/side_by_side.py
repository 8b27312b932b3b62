"""Any two of several texts next to each other: chosen by name, kept in the address, compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from monitor.dashboard import texts
from monitor.dashboard.comparison import compared, summary
from monitor.dashboard.components import compare, prose

Texts = dict[int, tuple[str, str]]  # id → (title, text)


@dataclass(frozen=True, slots=True)
class Side:
    """A text that can be chosen: whose it is, and when it was."""

    name: str
    note: str

    @property
    def label(self) -> str:
        """How it stands in the list to choose from."""
        return f"{self.name} · {self.note}"


def side_by_side(
    sides: Mapping[int, Side],
    *,
    read: Callable[[tuple[int, ...]], Texts],
    first: int,
    beside: Callable[[int], int],
    note: Callable[[int, int], tuple[str, bool]] = lambda _, __: ("", True),
) -> None:
    """Two pickers and the comparison.

    `first` stands on the left and ``beside(left)`` on the right where the address does not say
    otherwise: ``left`` and ``right`` hold the ids, ``wording`` whether typography is left out.
    `note` gives what is to be said above two texts, and whether their figures and names that
    differ count as changed.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="pick_two"):
        left = _pick("left", texts.LEFT, sides, first)
        right = _pick("right", texts.RIGHT, sides, beside(left))
        hide = st.toggle(texts.HIDE_TYPOGRAPHY, key="wording", bind="query-params",
                         help=texts.HIDE_TYPOGRAPHY_HELP)  # fmt: skip
    found = read((left, right))
    if left == right or left not in found or right not in found:
        st.caption(texts.CHOOSE_TWO)
        return
    result = compared(found[left], found[right], hide_typographic=hide)
    said, counts = note(left, right)
    if said:
        st.caption(f":material/info: {said}")
    one, other = sides[left].name, sides[right].name
    alike = one == other
    prose(
        key="figures_of_two",
        meta=summary(
            result,
            left="the left text" if alike else one,
            right="The right text" if alike else other,
        ),
    )
    compare(
        {
            "rows": list(result.rows),
            "changes": list(result.changes) if counts else [],
            "places": result.places,
            "left": {"name": one, "note": sides[left].note},
            "right": {"name": other, "note": sides[right].note},
            "link": {"left": str(left), "right": str(right)},
            "words": {
                key: text.format(left=one, right=other) for key, text in texts.COMPARE_WORDS.items()
            },
        },
        key="compare",
    )


def _pick(key: str, label: str, sides: Mapping[int, Side], default: int) -> int:
    """One of the two, kept in the address by its id."""
    asked = st.query_params.get(key, "")
    chosen = int(asked) if asked.isascii() and asked.isdigit() else default
    widget = f"pick_{key}"

    def keep() -> None:
        st.query_params[key] = str(st.session_state[widget])

    # The address decides, also after a step back in the browser's history.
    st.session_state[widget] = chosen if chosen in sides else default
    return st.selectbox(
        label, list(sides), format_func=lambda i: sides[i].label, key=widget, on_change=keep,
        width=360,
    )  # fmt: skip

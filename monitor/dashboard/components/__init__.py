"""What Streamlit has no widget for: cards, a table that wraps, running text, two copies compared.

Each is a script that builds elements from JSON; fetched text reaches the page
only as text nodes (`dom.js`), never as markup. A ``to`` is a page of the dashboard
with its query, ``stories?story=12``; the link takes the filters along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from monitor.dashboard import texts, texts_coverage

_HERE = Path(__file__).parent
_ROOT = '<div class="root"></div>'


def _component(name: str) -> Any:
    """The component whose script and style lie beside this file."""
    parts = {kind: (_HERE / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("js", "css")}
    return st.components.v2.component(
        f"monitor_{name}",
        html=_ROOT,
        css=(_HERE / "base.css").read_text(encoding="utf-8") + parts["css"],
        js=(_HERE / "dom.js").read_text(encoding="utf-8") + parts["js"],
    )


_cards, _table = _component("cards"), _component("table")
_prose, _compare = _component("prose"), _component("compare")
_image, _mail = _component("image"), _component("mail")
_menu = _component("menu")

Part = Mapping[str, Any]  # {"text", "mark"?, "title"?, "color"?}
Cell = Mapping[str, Any]  # {"text"?, "to"?, "href"?, "runs"?, "chips"?, "badge"?, "sub"?}


def closing_menu() -> None:
    """Nothing to be seen: on a phone the menu of pages closes once one is chosen."""
    _menu(key="menu")


def cards(items: Sequence[Mapping[str, Any]], *, key: str, columns: int = 1) -> None:
    """A list of headlines. An item has ``title, to`` and may have ``kicker, note, chips``."""
    full = [{"badges": [], "chips": [], **item} for item in items]
    _cards(data={"items": full, "columns": columns}, key=key)


def table(
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Sequence[Cell]],
    *,
    label: str,
    key: str,
    stack: bool = True,
) -> None:
    """A table whose cells wrap, and whose rows stack on a phone unless `stack` is False.

    A column has ``label`` and may have ``align`` (``right``, ``nowrap``), ``width``, ``phone``
    (``inline`` or ``bare``: stacked without its label; ``half``: two beside each other) and
    ``sort``: a click on its head then sorts the rows shown by the cells' ``sort``, else ``text``.
    """
    data = {
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "label": label,
        "stack": stack,
        "words": {"sort": texts.SORT},
    }
    _table(data=data, key=key)


def prose(
    *,
    key: str,
    title: Sequence[Part] = (),
    kicker: str = "",
    back: Mapping[str, str] | None = None,
    more: Mapping[str, str | bool] | None = None,
    meta: Sequence[str] = (),
    link: Mapping[str, str] | None = None,
    badges: Sequence[Mapping[str, str]] = (),
    chips: Sequence[Mapping[str, str]] = (),
    paragraphs: Sequence[Sequence[Part]] = (),
) -> None:
    """A heading with what belongs to it, and paragraphs of running text.

    `back` and `more` are links ``{"to", "text"}``; `more` may have a ``title``, and be ``alone``:
    then it has its own filters and takes none along.
    """
    data = {
        "title": list(title), "kicker": kicker, "meta": list(meta), "link": link,
        "back": back, "more": more,
        "badges": list(badges), "chips": list(chips), "paragraphs": [list(p) for p in paragraphs],
    }  # fmt: skip
    _prose(data=data, key=key)


def compare(data: Mapping[str, Any], *, key: str) -> None:
    """Two texts side by side, as `monitor.dashboard.comparison.compared` lays them out."""
    _compare(data=data, key=key)


def image(
    *,
    chart: str,
    title: str,
    subtitle: str,
    legend: Sequence[Mapping[str, Any]],
    name: str,
    key: str,
) -> None:
    """Buttons that save the chart under the key `chart` as a PNG or SVG called `name`.

    The picture carries its title, and what the colours mean: `legend` as the chips of `prose`.
    """
    data = {
        "chart": chart, "title": title, "subtitle": subtitle, "name": name,
        "legend": [{"text": chip["text"], "color": chip.get("color")} for chip in legend],
        "words": texts_coverage.IMAGE,
    }  # fmt: skip
    _image(data=data, key=key, width=92)


def mail(html: str, *, width: int, title: str, key: str) -> None:
    """A whole HTML document, `width` pixels wide where there is room; `title` says what it is.

    It is shut in: nothing in it runs, and it loads nothing. Its links open beside the dashboard.
    """
    _mail(data={"html": html, "width": width, "title": title}, key=key)

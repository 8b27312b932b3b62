"""A digest's sheet as an HTML document: a mail, and a page of its own in a browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from monitor.reports.digest_sheet import Sheet

_DARK = {None: "(prefers-color-scheme: dark)", True: "all", False: "not all"}
TEMPLATES = Path(__file__).parent / "templates"


def as_html(sheet: Sheet, *, dark: bool | None = None) -> str:
    """All of `sheet` as a whole document; every text in it is escaped.

    Its colours are what its reader's client prefers; with `dark` given, a preview of one.
    """
    return _template().render(sheet=sheet, dark_when=_DARK[dark])


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True,
    )  # fmt: skip
    return environment.get_template("digest.html.j2")

"""A digest's sheet as an HTML document: a mail, and a page of its own in a browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from monitor.reports.digest_sheet import Sheet

TEMPLATES = Path(__file__).parent / "templates"


def as_html(sheet: Sheet) -> str:
    """All of `sheet` as a whole document; every text in it is escaped."""
    return _template().render(sheet=sheet)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True,
    )  # fmt: skip
    return environment.get_template("digest.html.j2")

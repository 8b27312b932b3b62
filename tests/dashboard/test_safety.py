"""Fetched text is hostile: no code of the dashboard may make markup of it."""

from __future__ import annotations

import re
from pathlib import Path

from monitor import dashboard

ROOT = Path(dashboard.__file__).parent
MARKUP = re.compile(
    r"innerHTML\s*=|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser"
)


def test_components_build_elements_only() -> None:
    scripts = sorted((ROOT / "components").glob("*.js"))
    assert len(scripts) >= 5
    assert [path.name for path in scripts if MARKUP.search(path.read_text())] == []


def test_pages_never_allow_html() -> None:
    code = {path: path.read_text() for path in ROOT.rglob("*.py")}
    assert [path.name for path, text in code.items() if "unsafe_allow" in text] == []
    drawn = [m for text in code.values() for m in re.findall(r"st\.html\((.*?)\)", text)]
    assert drawn == ['_ASSETS / "page.css"']

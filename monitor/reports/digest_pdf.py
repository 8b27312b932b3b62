"""A digest's sheet as a PDF, set by Typst: its compiler and its fonts come with the package.

Texts go to it as JSON in an input, never as markup. A script that neither its fonts nor the
machine's have is drawn as boxes; it never fails.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from monitor.reports.digest_html import TEMPLATES
from monitor.reports.digest_sheet import Sheet

_UNBROKEN = re.compile(r"[^\s\u200b]{40}(?=\S)")  # longer than any word: would run off the paper
_MAY_BREAK = "\u200b"


def as_pdf(sheet: Sheet) -> bytes:
    """All of `sheet` on A4 pages."""
    import typst  # loads a compiler, which only a PDF needs

    made: bytes = typst.compile(
        (TEMPLATES / "digest.typ").read_bytes(),
        sys_inputs={"sheet": json.dumps(_breakable(asdict(sheet)))},
    )
    return made


def _breakable(value: Any) -> Any:
    """`value` with places in very long words at which a line may end; addresses stay."""
    if isinstance(value, str):
        return _UNBROKEN.sub(lambda found: found[0] + _MAY_BREAK, value)
    if isinstance(value, list | tuple):
        return [_breakable(item) for item in value]
    if isinstance(value, dict):
        return {k: v if k in ("href", "link") and "://" in str(v) else _breakable(v)
                for k, v in value.items()}  # fmt: skip
    return value

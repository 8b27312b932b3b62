"""Texts as every receiver takes them."""

from __future__ import annotations


def clean(text: str) -> str:
    """`text` without control characters, which some receivers refuse; lines and tabs stay."""
    kept = (c for c in text if c in "\n\t" or (c >= " " and not 0x7F <= ord(c) < 0xA0))
    return "".join(kept).encode("utf-8", "replace").decode()

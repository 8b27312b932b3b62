"""English that reports and pages share."""

from __future__ import annotations


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 article``, ``1,204 articles``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def are_usual(expected: float) -> str:
    """How many are usual: ``4 are``, ``1 is``, ``hardly any are``."""
    usual = round(expected)
    return "hardly any are" if usual < 1 else f"{usual:,} {'is' if usual == 1 else 'are'}"

"""The English of the Outlets page; see `texts`."""

from __future__ import annotations

OUTLETS = "Outlets"

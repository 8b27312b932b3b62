"""Going through a DataFrame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows, with columns as attributes."""
    return iter(frame.itertuples())

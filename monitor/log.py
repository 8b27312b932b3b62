"""Logs are an event and its fields, on standard error: ``feed updated  feed=… new=3``."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

logger = logging.getLogger("monitor")


def setup(level: str | None = None) -> None:
    """Send log lines to standard error; `level` defaults to ``MONITOR_LOG`` or INFO."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel((level or os.environ.get("MONITOR_LOG") or "INFO").upper())


def event(name: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log `name` with `fields`, each value on one line."""
    if logger.isEnabledFor(level):
        logger.log(level, "%s", _line(name, fields))


def _line(name: str, fields: dict[str, Any]) -> str:
    parts = [f"{key}={_value(value)}" for key, value in fields.items() if value is not None]
    return "  ".join([name, " ".join(parts)]).rstrip()


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    text = str(value)
    # repr keeps control characters of fetched text from forging log lines.
    return text if text.isprintable() and " " not in text else repr(text)

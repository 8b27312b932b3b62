"""Outlets and bylines as table rows and as the rows of their CSV. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.analysis.frames import each
from monitor.dashboard import texts_outlets
from monitor.dashboard.rows import Item, chips, to_article
from monitor.dashboard.texts import moment

_C, _B = texts_outlets.COLUMNS, texts_outlets.BYLINE_COLUMNS
_RIGHT = {"align": "right nowrap", "phone": "half"}
COLUMNS: Sequence[dict[str, Any]] = (
    {"label": texts_outlets.OUTLET, "phone": "bare"},
    {"label": _C["tier"], "width": "5rem", "phone": "half"},
    {"label": _C["country"], "width": "5rem", "phone": "half"},
    *({"label": _C[key], **_RIGHT} for key in ("mentions", "articles", "salience", "subject")),
    *({"label": _C[key], "align": "nowrap", "phone": "half"} for key in ("since", "latest")),
)
BYLINE_COLUMNS: Sequence[dict[str, Any]] = (
    {"label": _B["name"], "width": "20%", "phone": "bare"},
    {"label": _B["outlets"], "width": "20%", "phone": "bare"},
    {"label": _B["articles"], **_RIGHT},
    {"label": _B["subject"], **_RIGHT},
    {"label": _B["companies"], "width": "20%", "phone": "bare"},
    {"label": _B["latest"], "width": "26%"},
)
_OUTLETS_AT = 1


def to_outlet(outlet_id: int) -> str:
    """Where an outlet opens."""
    return f"outlets?outlet_id={outlet_id}"


def to_byline(name: str) -> str:
    """Where a journalist opens."""
    return f"outlets?{urlencode({'byline': name})}"


def outlet_rows(frame: pd.DataFrame, *, tz: ZoneInfo) -> list[list[Item]]:
    """One row an outlet of `queries.outlets`, for `COLUMNS`."""
    return [
        [
            {"to": to_outlet(row.outlet_id), "text": row.name, "sub": row.domain or ""},
            {"text": texts_outlets.tier(_whole(row.tier))},
            {"text": row.country or ""},
            {"text": f"{row.mentions:,}"},
            {"text": f"{row.articles:,}"},
            {"text": _hundredth(row.salience)},
            {"text": _percent(row.subject_share)},
            {"text": "–" if pd.isna(row.first_at) else _day(row.first_at, tz)},
            {"text": _day(row.last_at, tz)},
        ]
        for row in each(frame)
    ]


def byline_rows(
    frame: pd.DataFrame, *, colours: Mapping[str, str], tz: ZoneInfo
) -> list[list[Item]]:
    """One row a byline of `queries.bylines`, for `BYLINE_COLUMNS`."""
    return [
        [
            {"to": to_byline(row.name), "text": row.name},
            {"text": texts_outlets.at_outlets(row.outlets)},
            {"text": f"{row.articles:,}"},
            {"text": _percent(row.subject_share)},
            {"chips": chips(row.companies, colours, most=4)},
            {"to": to_article(row.latest_id), "text": row.latest_title,
             "sub": _day(row.last_at, tz)},
        ]
        for row in each(frame)
    ]  # fmt: skip


def at_one_outlet(
    rows: Sequence[Sequence[Item]],
) -> tuple[list[dict[str, Any]], list[list[Item]]]:
    """Columns and rows of `byline_rows` without the outlets, where all are of one."""
    columns, *lines = ([*row[:_OUTLETS_AT], *row[_OUTLETS_AT + 1 :]]
                       for row in (BYLINE_COLUMNS, *rows))  # fmt: skip
    return columns, lines


def outlets_table(frame: pd.DataFrame) -> pd.DataFrame:
    """`queries.outlets` as its CSV has it."""
    return pd.DataFrame({
        "Outlet": frame["name"], "Domain": frame["domain"], "Tier": frame["tier"],
        "Country": frame["country"], "Mentions": frame["mentions"], "Articles": frame["articles"],
        "Stories": frame["stories"], "Salience": frame["salience"].astype(float).round(3),
        "Subject Share": frame["subject_share"].astype(float).round(3),
        "Since": frame["first_at"], "Latest": frame["last_at"],
    })  # fmt: skip


def bylines_table(frame: pd.DataFrame) -> pd.DataFrame:
    """`queries.bylines` as its CSV has it."""
    return pd.DataFrame({
        "Journalist": frame["name"], "Articles": frame["articles"], "Outlets": frame["outlets"],
        "Companies": frame["companies"], "Mentions": frame["mentions"],
        "Subject Share": frame["subject_share"].astype(float).round(3),
        "First": frame["first_at"], "Latest": frame["last_at"],
        "Latest Title": frame["latest_title"],
    })  # fmt: skip


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _percent(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.0%}"


def _hundredth(value: float) -> str:
    return "–" if pd.isna(value) else f"{100 * value:.0f}"


def _day(value: Any, tz: ZoneInfo) -> str:
    """``1 Apr 2025``."""
    if pd.isna(value):
        return moment(None, tz)
    local = pd.Timestamp(value).tz_convert(tz)
    return f"{local.day} {local:%b %Y}"

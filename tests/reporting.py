"""A report as the dashboard and the command line make it, in one call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.columns import Report
from monitor.config import Config, Team
from monitor.filters import Filters
from monitor.reports.export import Export, ask
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader

NOON = datetime(2025, 4, 11, 12, tzinfo=UTC)
LINK = "http://127.0.0.1:8501/articles"


def report_of(
    folder: DataFolder, reader: Reader, report: Report = "articles", filters: Filters | None = None,
    *, tz: ZoneInfo | None = None, config: Config | None = None, at: datetime = NOON, **more: Any,
) -> Export:  # fmt: skip
    config = config or Config()
    if tz:
        config = config.model_copy(update={"team": Team(timezone=tz.key)})
    asked = ask(
        folder, reader, config, report, filters or Filters(), by="ana", at=at, link=LINK, **more
    )
    return Export(folder, reader, asked)


def csv_of(folder: DataFolder, reader: Reader, *args: Any, **more: Any) -> bytes:
    return b"".join(report_of(folder, reader, *args, **more).csv())

"""The seams: each stage of the pipeline by itself, JSON lines in and out, in the order asked.

A line that cannot be answered is answered with its "error"; the others go on,
and the exit status is 3 at the end. They take --data and --watchlist like every
command, also where they need neither.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.analysis.stories import group as group_items
from monitor.analysis.tagging import Tagger
from monitor.commands.options import (
    DATA,
    WATCHLIST,
    Data,
    UsageError,
    Watchlist,
    answer_json,
    config_of,
    json_lines,
)  # fmt: skip
from monitor.errors import MonitorError
from monitor.ingest.extract import extract_page
from monitor.ingest.importing import PAGES, published_time
from monitor.ingest.run import utc_now
from monitor.models import Extracted, GroupItem

Row = dict[str, Any]
# What one line can do wrong; the others are answered all the same.
_BAD = (MonitorError, ValueError, RecursionError)


def extract(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Pages: .html, or text saved from a browser.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where the page was found.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"path","url"} lines from standard input.')
    ] = False,
    _data: Data = DATA,
    _watchlist: Watchlist = WATCHLIST,
) -> None:
    """Read pages into articles: {"path","articles":[…]}, and "error" where a page holds none."""
    if jsonl == bool(paths):
        raise UsageError("expected either the paths of pages or --jsonl")
    if jsonl:
        asked: Iterable[Row | MonitorError] = json_lines(sys.stdin)
    else:
        asked = ({"path": str(path), "url": url} for path in paths or [])
    failed = False
    for row in asked:
        line: Row = {"path": None, "articles": []}
        try:
            line["articles"] = _articles(row, line)
        except OSError as error:
            line["error"] = f"cannot be read: {error.strerror}"
        except _BAD as error:
            line["error"] = _why(error)
        failed |= "error" in line
        answer_json(line)
    if failed:
        raise typer.Exit(3)


def tag(watchlist: Watchlist = WATCHLIST, _data: Data = DATA) -> None:
    """Tag articles from standard input by the watchlist: {"id","mentions":[…],"topics":[…]}."""
    tagger = Tagger(config_of(watchlist))
    failed = False
    for row in json_lines(sys.stdin):
        line: Row = {"id": None}
        try:
            row, line["id"] = _row(row), _id(row)
            tags = tagger.tag(
                title=_text(row, "title") or "", text=_text(row, "text") or "",
                outlet=_text(row, "outlet"), url=_text(row, "url"), language=_text(row, "language"),
            )  # fmt: skip
            line |= asdict(tags)
            for mention in line["mentions"]:
                mention["salience_parts"] = next(
                    (e["text"] for e in mention["evidence"] if e["field"] == "salience"), ""
                )
                mention["evidence"] = [e for e in mention["evidence"] if e["field"] != "salience"]
        except _BAD as error:
            line["error"], failed = _why(error), True
        answer_json(line)
    if failed:
        raise typer.Exit(3)


def group(_data: Data = DATA, _watchlist: Watchlist = WATCHLIST) -> None:
    """Group articles from standard input: {"id","story","copy_group","role"}."""
    now = utc_now()
    items: list[GroupItem] = []
    lines: list[Row] = []
    for number, row in enumerate(json_lines(sys.stdin)):
        line: Row = {"id": None}
        lines.append(line)
        try:
            row, line["id"] = _row(row), _id(row, default=number)
            items.append(_group_item(number, row, now))
        except _BAD as error:
            line["error"] = _why(error)
    for placement in group_items(items):
        lines[int(placement.id)] |= {
            "story": lines[int(placement.story)]["id"],
            "copy_group": lines[int(placement.copy_group)]["id"],
            "role": str(placement.role),
        }
    for line in lines:
        answer_json(line)
    if any("error" in line for line in lines):
        raise typer.Exit(3)


def _articles(row: Row | MonitorError, line: Row) -> list[Row]:
    row = _row(row)
    path = row.get("path")
    if not isinstance(path, str) or not path:
        raise MonitorError(f"path must be text, got {type(path).__name__}")
    line["path"] = path
    if "\0" in path:
        raise MonitorError("path must not hold a NUL character")
    kind = PAGES.get(Path(path).suffix.lower())
    found = extract_page(Path(path).read_bytes(), url=_text(row, "url"), kind=kind)
    return [_extracted(item) for item in found]


def _row(row: Row | MonitorError) -> Row:
    if isinstance(row, MonitorError):
        raise row
    return row


def _id(row: Row, *, default: int | None = None) -> str | float | None:
    value = row.get("id", default)
    if value is not None and not isinstance(value, str | int | float):
        raise MonitorError(f"id must be text or a number, got {type(value).__name__}")
    return value


def _text(row: Row, key: str) -> str | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise MonitorError(f"{key} must be text, got {type(value).__name__}")
    # Halves of surrogate pairs one for one, so that offsets into the text stay what they were.
    return value.encode("utf-8", "replace").decode()


def _why(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _group_item(number: int, row: Row, now: datetime) -> GroupItem:
    published, confidence = published_time(row.get("published_at"), now=now)
    return GroupItem(
        id=number,  # by place, so that two lines with one id stay two articles
        title=_text(row, "title") or "", text=_text(row, "text") or "",
        published_at=published,
        date_confidence=confidence,
        outlet=_text(row, "outlet"), url=_text(row, "url"), credit=_text(row, "credit"),
    )  # fmt: skip


def _extracted(item: Extracted) -> dict[str, Any]:
    fields = asdict(item)
    fields.pop("description")
    return fields

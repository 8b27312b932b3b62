"""The seams: each stage of the pipeline by itself, JSON lines in and out, in the order asked."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.analysis.stories import group as group_items
from monitor.analysis.tagging import Tagger
from monitor.commands.options import (
    WATCHLIST,
    Watchlist,
    answer_json,
    config_of,
    json_lines,
    moment,
)  # fmt: skip
from monitor.errors import MonitorError
from monitor.ingest.extract import extract_page
from monitor.ingest.importing import PAGES
from monitor.models import DateConfidence, Extracted, GroupItem


def extract(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Pages: .html, or text saved from a browser.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where the page was found.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"path","url"} lines from standard input.')
    ] = False,
) -> None:
    """Read pages into articles: {"path","articles":[…]}, and "error" where a page holds none."""
    if jsonl:
        asked: Iterable[tuple[str, str | None]] = (
            (str(row.get("path", "")), row.get("url")) for row in json_lines(sys.stdin)
        )
    else:
        asked = [(str(path), url) for path in paths or []]
    failed = False
    for path, address in asked:
        line: dict[str, Any] = {"path": path, "articles": []}
        try:
            kind = PAGES.get(Path(path).suffix.lower())
            found = extract_page(Path(path).read_bytes(), url=address, kind=kind)
            line["articles"] = [_extracted(item) for item in found]
        except OSError as error:
            line["error"] = f"cannot be read: {error.strerror}"
        except MonitorError as error:
            line["error"] = str(error)
        failed |= "error" in line
        answer_json(line)
    if failed:
        raise typer.Exit(3)


def tag(watchlist: Watchlist = WATCHLIST) -> None:
    """Tag articles from standard input by the watchlist: {"id","mentions":[…],"topics":[…]}."""
    tagger = Tagger(config_of(watchlist))
    for row in json_lines(sys.stdin):
        tags = tagger.tag(
            title=str(row.get("title") or ""), text=str(row.get("text") or ""),
            outlet=row.get("outlet"), url=row.get("url"),
        )  # fmt: skip
        answer_json({"id": row.get("id"), **asdict(tags)})


def group() -> None:
    """Group articles from standard input: {"id","story","copy_group","role"}."""
    rows = list(json_lines(sys.stdin))
    names = {number: row.get("id", number) for number, row in enumerate(rows)}
    items = [_group_item(number, row) for number, row in enumerate(rows)]
    for placement in group_items(items):
        answer_json(
            {"id": names[int(placement.id)], "story": names[int(placement.story)],
             "copy_group": names[int(placement.copy_group)], "role": str(placement.role)}
        )  # fmt: skip


def _group_item(number: int, row: dict[str, Any]) -> GroupItem:
    published = moment(row.get("published_at"), f"line {number + 1}: published_at")
    return GroupItem(
        id=number,  # by place, so that two lines with one id stay two articles
        title=str(row.get("title") or ""), text=str(row.get("text") or ""),
        published_at=published,
        date_confidence=DateConfidence.MEDIUM if published else DateConfidence.NONE,
        outlet=row.get("outlet"), url=row.get("url"), credit=row.get("credit"),
    )  # fmt: skip


def _extracted(item: Extracted) -> dict[str, Any]:
    fields = asdict(item)
    fields.pop("description")
    return fields

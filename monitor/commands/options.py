"""What all commands share: where data and watchlist are, and how they print."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.progress import Progress

from monitor.config import Config, load_config
from monitor.errors import MonitorError
from monitor.store.folder import DataFolder

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "data" / "sample"

Data = Annotated[
    Path,
    typer.Option("--data", envvar="MONITOR_DATA", help="The data folder.", show_default="data/"),
]
Watchlist = Annotated[
    Path,
    typer.Option("--watchlist", envvar="MONITOR_WATCHLIST", help="The watchlist file.",
                 show_default="data/watchlist.toml"),
]  # fmt: skip
DATA = ROOT / "data"
WATCHLIST = ROOT / "data" / "watchlist.toml"


class UsageError(MonitorError):
    """An option's value cannot be used; exit status 2, like any misuse of the command line."""


def folder_of(data: Path) -> DataFolder:
    """The data folder at `data`."""
    return DataFolder(data.resolve())


def config_of(watchlist: Path) -> Config:
    """The validated watchlist."""
    return load_config(watchlist)


@contextlib.contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[], None]]:
    """A progress bar where a person watches, nothing where output goes elsewhere.

    Gives what to call after each of `total` steps.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)


def say(message: str) -> None:
    """A line for the person at the terminal; standard output stays for answers."""
    print(message, file=sys.stderr)  # noqa: T201 -- the command line's own voice


def answer(message: str) -> None:
    """A line of the command's answer."""
    print(message, flush=True)  # noqa: T201 -- the command line's own voice


def answer_json(value: Any) -> None:
    """A value as one JSON line; dataclasses, dates and tuples in their plain form."""
    answer(json.dumps(value, default=_plain, ensure_ascii=False))


def json_lines(source: TextIO) -> Iterable[dict[str, Any]]:
    """The JSON objects of `source`, one a line; a line that is none raises MonitorError."""
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise MonitorError(f"line {number}: expected JSON: {error.msg}") from error
        if not isinstance(value, dict):
            raise MonitorError(f"line {number}: expected a JSON object, got {line.strip()[:60]!r}")
        yield value


def day(text: str | None, option: str) -> date | None:
    """`text` as a day; UsageError names the option where it is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: expected a day like 2025-04-01, got {text!r}") from None


def moment(value: Any, where: str) -> datetime | None:
    """`value` as a time with zone (UTC where it gives none); MonitorError names `where`."""
    if value in (None, ""):
        return None
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        raise MonitorError(f"{where}: expected an ISO time, got {value!r}") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"cannot write {type(value).__name__} as JSON")

"""What all commands share: where data and watchlist are, and how they print."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, ProgressColumn, Task
from rich.text import Text

from monitor.config import Config, load_config
from monitor.errors import MonitorError
from monitor.jsonl import json_object
from monitor.store.folder import DataFolder

_SAY_EVERY = 60.0  # seconds
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
Names = list[str] | None
Companies = Annotated[Names, typer.Option(help="Only this company; may be given again.")]
Topics = Annotated[Names, typer.Option(help="Only this topic; may be given again.")]
Outlets = Annotated[Names, typer.Option(help="Only this outlet; may be given again.")]
Languages = Annotated[Names, typer.Option(help="Only this language, as de; may be given again.")]
Query = Annotated[
    str | None, typer.Option(help="Only what this query finds, as in `search`.")
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
def progress(total: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar with its rate where a person watches; a line a minute elsewhere.

    Gives what to call with how many of `total` steps were done since the last call.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(total, label)
        return
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), _Rate())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)


class _Rate(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f} a second" if speed else "")


def _lines(total: int, label: str) -> Callable[[int], None]:
    started = said = time.monotonic()
    steps = 0

    def step(count: int) -> None:
        nonlocal said, steps
        steps += count
        now = time.monotonic()
        if now - said >= _SAY_EVERY:
            said = now
            say(f"{label}: {steps:,} of {total:,}, {steps / (now - started):.1f} a second")

    return step


def say(message: str) -> None:
    """A line for the person at the terminal; standard output stays for answers."""
    print(message, file=sys.stderr)  # noqa: T201 -- the command line's own voice


def answer(message: str) -> None:
    """A line of the command's answer; what standard output cannot encode becomes a "?"."""
    encoding = sys.stdout.encoding or "utf-8"
    sayable = message.encode(encoding, "replace").decode(encoding)
    print(sayable, flush=True)  # noqa: T201 -- the command line's own voice


def answer_json(value: Any) -> None:
    """A value as one JSON line; dataclasses, dates and tuples plain, NaN and infinities null."""
    try:
        line = json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False)
    except ValueError:
        loose = json.dumps(value, default=_plain)
        plain = json.loads(loose, parse_constant=lambda _: None)
        line = json.dumps(plain, ensure_ascii=False)
    answer(line)


def json_lines(source: TextIO) -> Iterator[dict[str, Any] | MonitorError]:
    """For each line of `source` that is not blank its JSON object, or why it holds none.

    Where `source` has bytes below it, they are read as UTF-8 line by line.
    """
    lines: Iterable[str | bytes] = getattr(source, "buffer", source)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield json_object(line)
        except MonitorError as error:
            yield MonitorError(f"line {number}: {error}")


def day(text: str | None, option: str) -> date | None:
    """`text` as a day; UsageError names the option where it is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: expected a day like 2025-04-01, got {text!r}") from None


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"cannot write {type(value).__name__} as JSON")

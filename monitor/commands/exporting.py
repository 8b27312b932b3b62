"""`export`: reports as files, and a report of before once more."""

from __future__ import annotations

import getpass
import secrets
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from monitor.columns import STANDARD, Report
from monitor.commands.options import (
    DATA,
    WATCHLIST,
    Companies,
    Data,
    Languages,
    Names,
    Outlets,
    Query,
    Topics,
    UsageError,
    Watchlist,
    config_of,
    day,
    folder_of,
    say,
)  # fmt: skip
from monitor.config import Config
from monitor.errors import ExportError
from monitor.filters import Filters
from monitor.links import page_link
from monitor.reports.again import Differences, differences, export_again, in_words
from monitor.reports.asked import Format, from_json
from monitor.reports.export import SUFFIX, Export, ask, query_slips, unknown_names
from monitor.store.folder import DataFolder
from monitor.store.overlay import open_corrected
from monitor.store.queries.coverage import By, Step, choices

_IN_PART = 3  # exit status


def export(
    what: Annotated[
        Report | None, typer.Argument(help="What a row is of; not with --again.")
    ] = None,
    company: Companies = None,
    topic: Topics = None,
    outlet: Outlets = None,
    language: Languages = None,
    tier: Annotated[
        Names, typer.Option(help="Only outlets of this tier, as 'Tier 1'; may be given again.")
    ] = None,
    byline: Annotated[
        Names, typer.Option(help="Only what this author signed; may be given again.")
    ] = None,
    query: Query = None,
    since: Annotated[str | None, typer.Option(help="First day, as 2025-04-01.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, included.")] = None,
    subject_only: Annotated[
        bool, typer.Option("--subject-only", help="Companies only where they are a main subject.")
    ] = False,
    firsts_only: Annotated[
        bool, typer.Option("--firsts-only", help="No copies: only first publications.")
    ] = False,
    columns: Annotated[
        str, typer.Option(help="A set of columns: the program's, or of the watchlist.")
    ] = STANDARD,
    by: Annotated[By, typer.Option(help="What coverage is counted by.")] = "company",
    step: Annotated[Step, typer.Option(help="What coverage is counted for.")] = "day",
    file_format: Annotated[
        Literal["csv", "xlsx"] | None,
        typer.Option("--format", help="By default what the output file's name ends with, or csv."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; standard output without it.")
    ] = None,
    again: Annotated[
        Path | None,
        typer.Option(help="The .json beside a report: the same report again, as of then."),
    ] = None,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Write a report: CSV safe to open in a spreadsheet, or Excel, with a .json that says how."""
    config, folder = config_of(watchlist), folder_of(data)
    if again is not None:
        if what is not None:
            raise UsageError("--again: the file says what is asked for; leave out what a row is of")
        _again(again, output, folder, config)
        return
    if what is None:
        raise UsageError("expected articles, stories, coverage, share-of-voice or feeds")
    first, last = day(since, "--since"), day(until, "--until")
    if first and last and first > last:
        raise UsageError(f"--since {first} is after --until {last}")
    filters = Filters(
        companies=tuple(company or ()), topics=tuple(topic or ()), outlets=tuple(outlet or ()),
        languages=tuple(language or ()), since=first, until=last,
        undated=not (since or until),  # asked for a period, an article without a date is not in it
        query=query or "", subject_only=subject_only, firsts_only=firsts_only,
        tiers=tuple(tier or ()), authors=tuple(byline or ()),
    )  # fmt: skip
    reader = open_corrected(folder, config, sparing=True)
    for parameter, said in unknown_names(reader, filters, config):
        raise UsageError(f"--{parameter}: {said}")
    if filters.query:
        for slip in query_slips(choices(reader, tz=config.tz), filters.query, config):
            say(f"--query: {slip}")
    asked = ask(
        folder, reader, config, what, filters, by=getpass.getuser(), at=datetime.now(UTC),
        link=page_link(config.team.dashboard, what, filters),
        columns=columns, series=by, step=step, file_format=_format(file_format, output),
    )  # fmt: skip
    made = Export(folder, reader, asked)
    _write(made, output)
    _put_beside(made, output)


def _again(file: Path, output: Path | None, folder: DataFolder, config: Config) -> None:
    """Write the report that `file` is of once more, and say what could not be as it was."""
    asked, then = from_json(file)
    made, missing = export_again(folder, asked, config, sparing=True)
    _write(made, output)
    if same := made.written.get("sha256") == then.get("sha256"):
        said, found = ["byte for byte as they were then"], Differences()
    else:
        found = differences(then, made.written, asked.layout.headings, name=file.name)
        said = [*missing, *in_words(found)] if found else ["all with the values of then"]
    made.written["again"] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "by": getpass.getuser(),
        "identical": same, "not_kept": [] if same else missing, **found.as_json(),
    }  # fmt: skip
    _put_beside(made, output)
    if found:
        say("\n".join(said))
        raise typer.Exit(_IN_PART)
    say(f"{made.written['rows']:,} rows, {said[0]}.")


def _write(made: Export, output: Path | None) -> None:
    if made.asked.format == "xlsx":
        if output is None:
            raise UsageError("an Excel file is not for standard output: expected -o FILE.xlsx")
        put(output, lambda path: made.excel(path, prints=True))
        return
    parts = made.csv(prints=True)
    if output is not None:
        put(output, lambda path: _write_parts(path, parts))
        return
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def _write_parts(path: Path, parts: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(parts)


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make the file; it appears whole or not at all, also where two make it at once."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial")
    try:
        write(partial)
        partial.replace(path)
    except OSError as error:
        raise ExportError(f"cannot write {str(path)!r}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def _put_beside(made: Export, output: Path | None) -> None:
    if output is not None:
        beside = Path(f"{output}{SUFFIX}")
        put(beside, lambda path: path.write_text(made.sidecar(), encoding="utf-8"))


def _format(chosen: Format | None, output: Path | None) -> Format:
    if chosen:
        return chosen
    return "xlsx" if output and output.suffix.lower() == ".xlsx" else "csv"

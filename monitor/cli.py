"""The command line: ``python -m monitor COMMAND``; `--help` says the rest.

Exit status: 0 done, 1 it could not be done (the message says why), 2 the
command line itself was wrong, 3 done in part.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.commands import (
    archive,
    exporting,
    feeds,
    importing,
    reading,
    retagging,
    seams,
    serve,
)
from monitor.commands.options import UsageError, say
from monitor.errors import MonitorError

app = typer.Typer(
    name="monitor", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False, help="What is written about the companies a team watches.",
)  # fmt: skip
app.command()(serve.up)
app.command()(serve.ingest)
app.command("import")(importing.import_)
app.command()(importing.reextract)
app.command("discover")(feeds.discover_)
app.command()(exporting.export)
app.command()(reading.search)
app.command()(reading.status)
app.command()(reading.check)
app.command()(retagging.retag)
app.command()(seams.extract)
app.command()(seams.tag)
app.command()(seams.group)
app.add_typer(archive.sample, name="sample")
app.add_typer(feeds.opml, name="opml")


@app.callback(invoke_without_command=True)
def everywhere(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", help="The data folder, for every command.")
    ] = None,
    watchlist: Annotated[
        Path | None, typer.Option("--watchlist", help="The watchlist file, for every command.")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """What is written about the companies a team watches."""
    if version:
        print(__version__)  # noqa: T201 -- the answer asked for
        raise typer.Exit
    # Commands read these variables where their own option is not given.
    for variable, value in (("MONITOR_DATA", data), ("MONITOR_WATCHLIST", watchlist)):
        if value is not None:
            os.environ[variable] = str(value)
    if context.invoked_subcommand is None:
        raise typer.Exit(2)


def main() -> None:
    """Run a command; an error that is not a bug ends in one clear line, not a traceback."""
    try:
        app()
    except UsageError as error:
        say(f"monitor: {error}")
        sys.exit(2)
    except MonitorError as error:
        say(f"monitor: {error}")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has left; that is its right.
        os._exit(0)  # without flushing what nobody reads
    except KeyboardInterrupt:
        sys.exit(130)

"""The command line: ``python -m monitor COMMAND``; `--help` says the rest.

Exit status: 0 done, 1 it could not be done (the message says why), 2 the
command line itself was wrong, 3 done in part.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from monitor import __version__
from monitor.commands.options import UsageError, say
from monitor.errors import MonitorError

# Command → module of `monitor.commands` and what of it is the command (or a group of them).
COMMANDS = {
    "up": ("serve", "up"),
    "ingest": ("serve", "ingest"),
    "import": ("importing", "import_"),
    "reextract": ("importing", "reextract"),
    "discover": ("feeds", "discover_"),
    "export": ("exporting", "export"),
    "digest": ("digest", "digest"),
    "search": ("reading", "search"),
    "status": ("reading", "status"),
    "check": ("reading", "check"),
    "retag": ("retagging", "retag"),
    "corrections": ("correcting", "corrections"),
    "extract": ("seams", "extract"),
    "tag": ("seams", "tag"),
    "group": ("seams", "group"),
    "alerts": ("sending", "alerts"),
    "outbox": ("sending", "outbox"),
    "sample": ("archive", "sample"),
    "opml": ("feeds", "opml"),
}


_PLAIN: dict[str, Any] = {
    "add_completion": False, "rich_markup_mode": None, "pretty_exceptions_enable": False,
}  # fmt: skip


class _Commands(TyperGroup):
    """Commands that are imported when they are asked for.

    Together they bring fifty megabytes and half a second that each does without most of.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        found = getattr(import_module(f"monitor.commands.{module}"), name)
        outer = typer.Typer(**_PLAIN)
        if isinstance(found, typer.Typer):
            outer.add_typer(found, name=cmd_name)
        else:
            outer.command(cmd_name)(found)
        return get_group(outer).commands[cmd_name]


app = typer.Typer(
    name="monitor", cls=_Commands, no_args_is_help=True,
    help="What is written about the companies a team watches.", **_PLAIN,
)  # fmt: skip


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

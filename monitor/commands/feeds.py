"""Finding feeds and handing lists of them over: `discover` and `opml`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.options import (
    DATA,
    WATCHLIST,
    Data,
    Watchlist,
    answer,
    answer_json,
    config_of,
    folder_of,
    say,
)  # fmt: skip
from monitor.config import Config, parse_config
from monitor.errors import ExportError, MonitorError
from monitor.ingest.discover import FoundFeed, discover
from monitor.ingest.fetch import HttpFetcher
from monitor.ingest.opml import ListedFeed, read_opml, write_opml
from monitor.ingest.run import utc_now
from monitor.ingest.service import allowed_hosts
from monitor.urls import host_of
from monitor.watchlist import digest, read, save

opml = typer.Typer(help="Lists of feeds, as feed readers exchange them.", no_args_is_help=True)


def discover_(
    url: Annotated[str, typer.Argument(help="A site's address, or a page of it.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    watchlist: Watchlist = WATCHLIST,
    _data: Data = DATA,
) -> None:
    """Find a site's feeds and news sitemaps; what it prints can go into the watchlist.

    Exit status 1: it has none.
    """
    found = asyncio.run(_discover(config_of(watchlist), url))
    for feed in found:
        if as_json:
            answer_json(feed)
        else:
            newest = f", newest {feed.newest_at:%Y-%m-%d %H:%M} UTC" if feed.newest_at else ""
            weekly = f", about {feed.weekly:.0f} a week" if feed.weekly is not None else ""
            answer(f"# {feed.entries} entries{weekly}{newest}")
            answer(_section(feed.url, feed.title or host_of(feed.url)))
    if not found:
        say(f"no feed found at {url!r}")
        raise typer.Exit(1)


async def _discover(config: Config, url: str) -> list[FoundFeed]:
    allowed = (*config.fetch.allow_hosts, *allowed_hosts())
    async with HttpFetcher(
        allow_hosts=allowed, contact=config.fetch.contact, spacing=config.fetch.spacing
    ) as fetcher:
        return await discover(fetcher, url, now=utc_now())


@opml.command("export")
def export(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; standard output without it.")
    ] = None,
    watchlist: Watchlist = WATCHLIST,
    _data: Data = DATA,
) -> None:
    """Write the watchlist's feeds as OPML."""
    document = write_opml(config_of(watchlist))
    if output is None:
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
    else:
        _replace(output, document)


@opml.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="An OPML file.")],
    watchlist: Watchlist = WATCHLIST,
    data: Data = DATA,
) -> None:
    """Add an OPML file's feeds to the watchlist; those that are there stay as they are.

    The version before is kept beside the data. Where somebody changes the watchlist meanwhile,
    nothing is written. Exit status 3: some of the feeds were no web addresses.
    """
    before = read(watchlist)
    known = {feed.url.lower() for feed in parse_config(before, name=watchlist.name).feed}
    try:
        feeds, refused = read_opml(file.read_bytes(), name=file.name)
    except OSError as error:
        raise MonitorError(f"cannot read {error.filename!r}: {error.strerror}") from error
    new = list({f.url.lower(): f for f in feeds if f.url.lower() not in known}.values())
    if new:
        save(watchlist, _with(before, new), seen=digest(before),
             history=folder_of(data).watchlist_history, now=utc_now())  # fmt: skip
    for line in refused:
        say(f"not added: {line}")
    say(f"{len(new)} feeds added, {len(feeds) - len(new)} already there, {len(refused)} not added")
    if refused:
        raise typer.Exit(3)


def _with(text: str, feeds: list[ListedFeed]) -> str:
    """The watchlist's text with sections at its end: comments and order stay the team's own."""
    sections = "\n".join(_section(feed.url, feed.title) for feed in feeds)
    return f"{text.rstrip()}\n\n{sections}".lstrip("\n")


def _section(url: str, outlet: str) -> str:
    """A [[feed]] in TOML, whose basic strings escape as JSON's do."""
    return f"[[feed]]\nurl = {_string(url)}\noutlet = {_string(outlet)}\n"


def _string(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ExportError(f"cannot write {str(path)!r}: {error.strerror}") from error

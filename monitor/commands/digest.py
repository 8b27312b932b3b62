"""`digest`: the morning's or the week's brief, as text, HTML or PDF."""

from __future__ import annotations

import getpass
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.commands.exporting import put
from monitor.commands.options import (
    DATA,
    WATCHLIST,
    Companies,
    Data,
    Languages,
    Outlets,
    Query,
    Topics,
    UsageError,
    Watchlist,
    answer,
    config_of,
    folder_of,
    say,
)  # fmt: skip
from monitor.errors import meant
from monitor.filters import Filters
from monitor.links import filters_of_view
from monitor.reports.digest import digest_sheet
from monitor.reports.digest_html import as_html
from monitor.reports.digest_pdf import as_pdf
from monitor.reports.digest_span import MOST, last_days
from monitor.reports.digest_text import as_text
from monitor.reports.export import found_by, unknown_names
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.overlay import open_corrected
from monitor.store.views import saved_views, view_called

NAME = "Coverage"  # of a digest that is of no saved view
_MORNING = time(7, 30)  # that a digest is of, where only a day is given


def digest(
    view: Annotated[
        str | None, typer.Option(help="A saved view of the team, instead of filters.")
    ] = None,
    company: Companies = None,
    topic: Topics = None,
    outlet: Outlets = None,
    language: Languages = None,
    query: Query = None,
    days: Annotated[
        int | None, typer.Option(help="So many days instead of one.", min=1, max=MOST)
    ] = None,
    week: Annotated[bool, typer.Option("--week", help="Seven days: --days 7.")] = False,
    at: Annotated[
        str | None,
        typer.Option(help="As if made then, in the team's zone: 2025-04-24 or 2025-04-24T07:30."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the mail's HTML to this file.")] = None,
    text: Annotated[Path | None, typer.Option(help="Write the text to this file.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write a PDF to this file.")] = None,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Sum up yesterday, or the last days: prints the text, or writes the files asked for."""
    config, folder = config_of(watchlist), folder_of(data)
    now = _moment(at, config.tz) if at else datetime.now(UTC)
    filters = Filters(
        companies=tuple(company or ()), topics=tuple(topic or ()), outlets=tuple(outlet or ()),
        languages=tuple(language or ()), query=query or "",
    )  # fmt: skip
    if week and days:
        raise UsageError("--week and --days: expected one of them, got both")
    reader = open_corrected(folder, config, sparing=True)
    name = NAME
    if view:
        if filters != Filters():
            raise UsageError("--view: the view says what is filtered; leave the other options out")
        name, filters = _of_view(folder, view, now.astimezone(config.tz).date())
    else:
        for parameter, said in unknown_names(reader, filters, config):
            raise UsageError(f"--{parameter}: {said}")
    sheet = digest_sheet(
        reader, config, name=name, filters=filters,
        span=last_days(MOST if week else days or 1, now, config.tz),
        base=config.team.dashboard, asked=getpass.getuser(),
        found=found_by(folder, reader, filters.query),
    )  # fmt: skip
    made: list[tuple[Path, bytes]] = []
    if html:
        made.append((html, as_html(sheet).encode()))
    if text:
        made.append((text, as_text(sheet).encode()))
    if pdf:
        made.append((pdf, as_pdf(sheet)))
    for path, content in made:
        put(path, partial(_write, content))
    if made:
        say(f"{sheet.subject}: {', '.join(str(path) for path, _ in made)}")
    else:
        answer(as_text(sheet).rstrip("\n"))


def _of_view(folder: DataFolder, name: str, today: date) -> tuple[str, Filters]:
    """A saved view's name, as it is written, and its filters."""
    desk = Desk(folder)
    found = view_called(desk, name)
    if found is None:
        names = [view.name for view in saved_views(desk)]
        raise UsageError(f"--view: nobody saved a view {name!r}{meant(name, names)}")
    return found.name, filters_of_view(found.values, today=today)


def _moment(text: str, tz: ZoneInfo) -> datetime:
    """A time in the team's zone; of a day alone, its morning."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"--at: expected a day or time like 2025-04-24T07:30, got {text!r}"
        ) from None
    if at.tzinfo is None:
        at = datetime.combine(at.date(), at.time() if ":" in text else _MORNING, tzinfo=tz)
    return at


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)

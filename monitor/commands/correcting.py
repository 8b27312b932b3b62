"""What people decided about tags: `corrections`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from monitor.analysis.corrections import Correction, Verdict
from monitor.commands.options import (
    DATA,
    WATCHLIST,
    Data,
    Watchlist,
    answer,
    answer_json,
    config_of,
    folder_of,
)  # fmt: skip
from monitor.config import Config
from monitor.store.articles import Wording, wordings
from monitor.store.corrections import held_in, ids_of
from monitor.store.reader import Reader

# As labelled items have it: 0 not this company, 1 in passing, 2 a subject.
_LABELS = {Verdict.NOT: 0, Verdict.TAGGED: 1, Verdict.PASSING: 1, Verdict.SUBJECT: 2}


def corrections(
    labels: Annotated[
        bool, typer.Option("--labels", help="As labelled items, to measure and to fit the model.")
    ] = False,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Print the corrections of tags that hold, a line each."""
    config, folder = config_of(watchlist), folder_of(data)
    held = held_in(folder)
    reader = Reader.open(folder)
    there = ids_of(reader.rows, list(held))
    for batch in wordings(reader.rows, there.values()):
        for article in batch:
            for item in held[article.url_key]:
                if not labels:
                    answer(f"{item.at:%Y-%m-%d %H:%M}  {item.by}: {item.verdict} "
                           f"{item.kind} {item.name}: {article.title}")  # fmt: skip
                    continue
                for label in _label(config, item, article):
                    answer_json(label)
    reader.close()


def _label(config: Config, item: Correction, article: Wording) -> Iterator[dict[str, Any]]:
    """One correction of a company as a labelled item; nothing where it is not watched."""
    about = {c.name: c.about for c in config.company}
    if item.kind == "company" and item.name in about:
        yield {
            "company": item.name, "meaning": about[item.name], "label": _LABELS[item.verdict],
            "title": article.title, "description": article.text, "outlet": article.outlet,
            "url": article.url,
        }  # fmt: skip

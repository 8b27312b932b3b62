"""What the archive says: `search`, `status`, `check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from monitor.analysis.query import parse_query
from monitor.analysis.query_words import explain_query
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
from monitor.config import Config
from monitor.filters import Filters
from monitor.reports.alert_messages import says_when
from monitor.reports.export import query_slips
from monitor.store import queries
from monitor.store.reader import Reader
from monitor.store.search import search_revisions
from monitor.store.status import status as archive_status

Names = list[str] | None


def search(
    query: Annotated[str, typer.Argument(help='Words, "phrases", AND OR NOT, prefix*.')],
    limit: Annotated[int, typer.Option(help="At most this many.", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """Search headlines and texts; newest first. Exit status 1: nothing found."""
    config, folder = config_of(watchlist), folder_of(data)
    parsed = parse_query(query)
    reader = Reader.open(folder)
    for slip in query_slips(queries.choices(reader, tz=config.tz), query, config):
        say(str(slip))
    found = search_revisions(folder, parsed, reader)
    hits = queries.articles(reader, Filters(query=query), tz=config.tz, limit=limit, found=found)
    for row in hits.to_dict("records"):
        date = row["dated_at"]
        if date is None or date != date:
            date, shown = None, "no date"
        elif row["day_only"]:
            date = date.date()
            shown = f"{date:%Y-%m-%d}"
        else:
            shown = f"{date:%Y-%m-%d %H:%M}"
        if as_json:
            answer_json(
                {"id": row["article_id"], "published_at": date,
                 "outlet": row["outlet"], "title": row["title"], "url": row["url"],
                 "story": row["story_id"]}
            )  # fmt: skip
        else:
            answer(f"{shown:16}  {_line(row['outlet'])}: {_line(row['title'])}")
    if hits.empty:
        say(f"nothing found for {query!r}")
        raise typer.Exit(1)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data: Data = DATA,
    watchlist: Watchlist = WATCHLIST,
) -> None:
    """The last pass, what the archive holds, and feeds in trouble."""
    state = archive_status(Reader.open(folder_of(data)))
    if as_json:
        answer_json(state)
        return
    last: dict[str, Any] | None = state["last_pass"]
    answer(f"generation   {state['generation']}")
    answer(f"last pass    {_pass(last)}")
    for key in ("articles", "stories", "mentions", "revisions"):
        answer(f"{key:12} {state[key]:,}")
    if state["undated"]:
        answer(f"{'undated':12} {state['undated']:,}")
    if state["sample"]:
        answer(f"{'sample':12} {state['sample']:,} of the articles are the sample archive's")
    feeds = state["feeds"]
    answer(f"{'feeds':12} {feeds['watched']} watched, {feeds['failing']} in trouble, "
           f"{feeds['not_polled']} not polled yet")  # fmt: skip
    for feed in state["feeds_in_trouble"]:
        answer(f"  {_line(feed['outlet'])}: {_line(feed['url'])}: {_line(feed['error'])}")


def check(watchlist: Watchlist = WATCHLIST, _data: Data = DATA) -> None:
    """Validate the watchlist and say what each rule means."""
    config = config_of(watchlist)
    for line in _meaning(config):
        answer(line)
    say(f"{watchlist.name} is valid (version {config.version}).")


def _meaning(config: Config) -> Iterator[str]:
    for company in config.company:
        yield f"company {company.name}"
        for label, names in (
            ("also called", company.aliases), ("its brands", company.brands),
            ("its products", company.products), ("its people speak for it", company.people),
            ("tickers", company.tickers), ("words that speak for it", company.context),
            ("is not meant in", company.exclude),
        ):  # fmt: skip
            if names:
                yield f"    {label}: {', '.join(names)}"
        if company.about:
            yield f"    meant is: {company.about}"
    for topic in config.topic:
        yield f"topic {topic.name}"
        yield f"    an article is about it when it has {explain_query(parse_query(topic.query))}"
    for feed in config.feed:
        yield f"feed {feed.url}  for {feed.outlet}"
    for alert in config.alert:
        yield f"alert {alert.name}"
        yield f"    tells {', '.join(alert.to)} when {says_when(alert)}"
    for digest in config.digest:
        yield f"digest {digest.name}  {digest.every.text}, to {', '.join(digest.to)}"
    yield (
        f"{len(config.company)} companies, {len(config.topic)} topics, {len(config.feed)} feeds, "
        f"{len(config.outlet)} outlets; times in {config.team.timezone}"
    )


def _pass(last: dict[str, Any] | None) -> str:
    if last is None:
        return "none yet"
    changed = "better readings" if last["kind"] == "reextract" else "revisions"
    return (
        f"{last['kind']}, ended {last['finished_at']:%Y-%m-%d %H:%M} UTC: "
        f"{last['articles']} new articles, {last['revisions']} {changed}, "
        f"{last['failing']} of {last['feeds']} feeds failing"
    )


def _line(text: Any) -> str:
    """Fetched text for a terminal: no control characters, which could drive it."""
    return "".join(c if c.isprintable() else " " for c in str(text))

"""What an alert would say: the events that its conditions find in a generation, each with a reason.

An event's key names what happened, so that it is told once however often it is found. Its thread is
what it is news of: all events of one story are one alert and its updates.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from monitor.analysis.frames import each
from monitor.analysis.hours import moment
from monitor.config import Config
from monitor.config.sending import Alert, Condition, Digest
from monitor.errors import ConfigError
from monitor.filters import Filters
from monitor.links import filters_of_view, page_link
from monitor.reports.plain import plain
from monitor.reports.words import are_usual
from monitor.store.desk import Desk
from monitor.store.letters import digest_of
from monitor.store.queries import changed_headlines, feeds, unusual
from monitor.store.queries.pickups import pickups
from monitor.store.queries.unusual import Unusual
from monitor.store.told import Told
from monitor.store.views import view_called

if TYPE_CHECKING:
    from monitor.store.reader import Reader

_DEAD_AFTER = timedelta(hours=24)  # a feed that fails for less may be a server under repair
_DEAD_FAILURES = 3  # in a row
FEEDS = ("feed", "offline", "well")  # the kinds of events, in their keys, that are of feeds
_MOST = 100  # changed headlines looked at


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `title` and `reason` are on one line; `reason` is a clause.

    `story` is the story that it is news of, None where it is of none.
    """

    key: str
    thread: str
    condition: Condition
    title: str
    reason: str
    link: str
    at: datetime
    companies: tuple[str, ...] = ()
    story: int | None = None


def filters_of(selection: Alert | Digest, desk: Desk, *, now: datetime) -> Filters:
    """What part of the coverage `selection` is on; a saved view's own period is left aside.

    Raises ConfigError where it names a view that nobody saved.
    """
    if selection.view is None:
        return Filters(
            companies=selection.companies, topics=selection.topics, query=selection.query or ""
        )
    view = view_called(desk, selection.view)
    kind = "alert" if isinstance(selection, Alert) else "digest"
    if view is None:
        raise ConfigError(
            f"{kind} {selection.name!r}: view: there is no saved view {selection.view!r}"
        )
    try:
        found = filters_of_view(view.values, today=now.date())
    except ValueError as error:
        raise ConfigError(f"{kind} {selection.name!r}: view {view.name!r}: {error}") from error
    return replace(found, since=None, until=None)


def definition(alert: Alert, filters: Filters) -> str:
    """What an alert watches, as a short text: another one is another alert."""
    return digest_of(json.dumps([sorted(alert.when), alert.outlets, repr(filters)]))


def events(
    alert: Alert, filters: Filters, reader: Reader, config: Config, *, since: datetime,
    now: datetime, found: Sequence[int] | None = None,
    came: Literal["seen", "published"] = "seen",
) -> list[Event]:  # fmt: skip
    """What happened since `since`, the oldest first.

    `found` are the revisions that the filters' query matches. `came` is when an article counts as
    having come up: when it was first seen, or when it was published, for a look back over history.
    """
    by: dict[Condition, Iterator[Event]] = {
        "spike": _spikes(reader, filters, config, since=since, now=now, found=found),
        "headline-changed": _changes(reader, filters, config, since=since, now=now, found=found),
        "feed-dead": _dead(reader, filters, config, now=now),
    }
    happened = [event for condition in alert.when for event in by.get(condition, ())]
    if {"first-tier-1", "story-outlets"} & set(alert.when):
        stories = pickups(reader, filters, since=since, tz=config.tz, found=found, came=came)
        for row in each(stories):
            happened += [e for e in _pickup(row, alert, config) if e.condition in alert.when]
    return sorted(happened, key=lambda event: (event.at, event.key))


def _spikes(
    reader: Reader, filters: Filters, config: Config, *, since: datetime, now: datetime,
    found: Sequence[int] | None,
) -> Iterator[Event]:  # fmt: skip
    today = now.astimezone(config.tz).date()
    day = since.astimezone(config.tz).date()
    found_by_day: list[Unusual] = []
    while day <= today:  # one by one: over several days it is each company's strongest alone
        found_by_day += unusual(reader, filters, tz=config.tz, until=day, days=1, found=found)
        day += timedelta(days=1)
    for spike in found_by_day:
        link = replace(filters, companies=(spike.company,), since=spike.day, until=spike.day)
        yield Event(
            key=f"spike|{spike.company}|{spike.day}", thread=f"story:{spike.story_id}",
            condition="spike", title=plain(spike.title), reason=_spike(spike),
            link=page_link(config.team.dashboard, "stories", link),
            at=min(now, moment(spike.day + timedelta(days=1), time(), config.tz)),
            companies=(spike.company,), story=spike.story_id,
        )  # fmt: skip


def _spike(found: Unusual) -> str:
    return (
        f"{plain(found.company)} had {found.count:,} reports on {found.day:%A} {found.day.day} "
        f"{found.day:%B}, where {are_usual(found.expected)} usual; most of them are about this"
    )


def _changes(
    reader: Reader, filters: Filters, config: Config, *, since: datetime, now: datetime,
    found: Sequence[int] | None,
) -> Iterator[Event]:  # fmt: skip
    frame = changed_headlines(
        reader, filters, since=since, until=now, tz=config.tz, limit=_MOST, found=found
    )
    for row in each(frame):
        outlet = plain(row.outlet) if isinstance(row.outlet, str) else "An outlet"
        story = None if pd.isna(row.story_id) else int(row.story_id)
        thread = f"article:{row.article_id}" if story is None else f"story:{story}"
        yield Event(
            key=f"headline|{row.article_id}|{row.seen_at.timestamp():.0f}", thread=thread,
            condition="headline-changed", title=plain(row.after),
            reason=f"{outlet} changed its headline, which was “{plain(row.before)}”",
            link=_story_link(config, story), at=row.seen_at.to_pydatetime(),
            companies=tuple(row.companies), story=story,
        )  # fmt: skip


def _pickup(row: Any, alert: Alert, config: Config) -> Iterator[Event]:
    """What a row of `pickups` says: that a tier-1 outlet has it, that it crossed a number."""
    story = int(row.story_id)
    common: dict[str, Any] = {
        "thread": f"story:{story}", "title": plain(row.title), "story": story,
        "link": _story_link(config, story), "at": row.latest_at.to_pydatetime(),
        "companies": tuple(row.companies),
    }  # fmt: skip
    if isinstance(row.tier_1, str) and not row.tier_1_before:
        reason = f"{plain(row.tier_1)} is the first tier-1 outlet that carries it"
        if row.tier_1_title != row.title:
            reason += f", as “{plain(row.tier_1_title)}”"
        yield Event(key=f"tier-1|story:{story}", condition="first-tier-1", reason=reason, **common)
    now, before = int(row.outlets), int(row.outlets_before)
    wanted = alert.outlets or 0
    if wanted and now >= wanted and _level(now, wanted) > _level(before, wanted):
        reason = f"{now:,} outlets carry it"
        reason += f", {before:,} did before" if before else f"; you asked for {wanted:,}"
        key = f"outlets|story:{story}|{_level(now, wanted)}"
        yield Event(key=key, condition="story-outlets", reason=reason, **common)


def _level(outlets: int, wanted: int) -> int:
    """How often `wanted` was doubled to come to `outlets`, counted from 1; 0 is below it.

    A story that goes on growing is news again at twice as many outlets, not at each one.
    """
    return (outlets // wanted).bit_length()


def _dead(reader: Reader, filters: Filters, config: Config, *, now: datetime) -> Iterator[Event]:
    day = now.astimezone(config.tz).date()
    frame = feeds(reader, tz=config.tz, sample=False)
    common: dict[str, Any] = {
        "thread": f"feeds:{day}", "condition": "feed-dead", "at": now,
        "link": page_link(config.team.dashboard, "feeds", Filters(since=day, until=day)),
    }  # fmt: skip
    polled = frame[frame["polled_at"].notna()]
    if len(polled) > 1 and not polled["connected"].any():
        yield Event(
            key=f"offline|{day}", title="No feed can be reached",
            reason="none of them could be reached at its last poll: this machine may be offline",
            **common,
        )  # fmt: skip
        return
    wanted = {name.casefold() for name in filters.outlets}
    for row in each(frame):
        since = _dead_since(row, now)
        outlet = plain(row.outlet) if isinstance(row.outlet, str) else "An outlet"
        if since is None or (wanted and outlet.casefold() not in wanted):
            continue
        last = _when(since) if since.year > 1 else ""
        reason = f"the feed {plain(row.url)} has " + (
            f"brought nothing since {last}" if row.state == "quiet" and last
            else f"not answered with anything since {last}" if last else "never answered"
        )  # fmt: skip
        if row.error and row.state != "quiet":
            reason += f": {plain(row.error)}"
        yield Event(
            key=f"feed|{row.url}|{since:%Y-%m-%dT%H:%M}", title=f"{outlet}: a feed is silent",
            reason=reason, **common,
        )  # fmt: skip


def recovered(
    told: Sequence[Told], reader: Reader, config: Config, *, now: datetime
) -> Iterator[Event]:
    """That what was silent works again: once for each time that this was `told`.

    `told` has the `FEEDS` kinds, the oldest first. Each is an update of what told of the silence.
    """
    silent: dict[str, Told] = {}
    for item in told:
        kind, _, rest = item.key.partition("|")
        name = "offline" if kind == "offline" else rest.rpartition("|")[0]
        if kind == "well":
            silent.pop(name, None)
        else:
            silent[name] = item
    if not silent:
        return
    frame = feeds(reader, tz=config.tz, sample=False)
    common: dict[str, Any] = {
        "condition": "feed-dead", "at": now,
        "link": page_link(config.team.dashboard, "feeds", Filters()),
    }  # fmt: skip
    if (offline := silent.get("offline")) and frame["connected"][frame["polled_at"].notna()].any():
        yield Event(
            key=f"well|{offline.key}", thread=offline.thread, title="Feeds can be reached again",
            reason="feeds could be reached at their last poll", **common,
        )  # fmt: skip
    for row in each(frame[frame["state"] == "ok"]):
        if (again := silent.get(row.url)) is None:
            continue
        outlet = plain(row.outlet) if isinstance(row.outlet, str) else "An outlet"
        reason = f"the feed {plain(row.url)} works again"
        if not pd.isna(row.newest_at):
            reason += f", its newest entry is of {_when(row.newest_at)}"
        yield Event(
            key=f"well|{again.key.partition('|')[2]}", thread=again.thread,
            title=f"{outlet}: a feed works again", reason=reason, **common,
        )  # fmt: skip


def _when(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B}, {at:%H:%M}"


def _dead_since(row: Any, now: datetime) -> datetime | None:
    """When a feed last was well; None where it is, the year 1 where it never was."""
    never = datetime.min.replace(tzinfo=now.tzinfo)
    match row.state:
        case "failing" if int(row.failures) >= _DEAD_FAILURES:
            last = row.succeeded_at
        case "quiet" | "empty":
            last = row.newest_at
        case _:
            return None
    if not isinstance(last, pd.Timestamp):
        return never
    since: datetime = last.to_pydatetime()
    return since if now - since >= _DEAD_AFTER else None


def _story_link(config: Config, story: int | None) -> str:
    filters = Filters(story=story)
    return page_link(config.team.dashboard, "stories" if story else "articles", filters)

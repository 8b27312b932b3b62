"""The headlines of a story in the order they appeared, and what changed in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.analysis.alignment import difference, facing
from monitor.dashboard import texts
from monitor.dashboard import texts_story as said
from monitor.dashboard.rows import Item, to_article

COLUMNS: Sequence[dict[str, Any]] = (
    {"label": "Seen", "width": "10.5rem", "align": "nowrap", "phone": "inline"},
    {"label": "Outlet", "width": "10rem", "phone": "inline"},
    {"label": "Headline", "phone": "bare"},
)
_LATEST = pd.Timestamp.max.tz_localize("UTC")
_GONE = "#d55e00"  # as in the side-by-side view


@dataclass(frozen=True, slots=True)
class _Appeared:
    """A headline of `article` (a row of `queries.story`); `before` is what it replaced."""

    at: Any
    article: Any
    title: str
    before: str | None


def _is_day(appeared: _Appeared) -> bool:
    """Whether only the day is known."""
    return appeared.before is None and bool(appeared.article.day_only)


def _latest(appeared: _Appeared) -> pd.Timestamp:
    """When it had appeared at the latest."""
    if pd.isna(appeared.at):
        return _LATEST
    latest: pd.Timestamp = appeared.at + pd.Timedelta(days=int(_is_day(appeared)))
    return latest


def headline_rows(
    headlines: pd.DataFrame, articles: pd.DataFrame, *, tz: ZoneInfo
) -> list[list[Item]]:
    """One row a headline, for `COLUMNS`: of `queries.headlines` and `queries.story`.

    An article's first headline appeared when it was published, a changed one when that was seen.
    Beside it stands what it replaced, or what the source of a copy had, with the words that went.
    """
    about: dict[int, Any] = dict(zip(articles["article_id"], articles.itertuples(), strict=True))
    now: dict[int, str] = {}
    first: dict[int, str] = {}
    appeared = []
    columns = (headlines[name] for name in ("article_id", "seen_at", "title"))
    for i, seen_at, title in zip(*columns, strict=True):
        before = now.get(i)
        at = about[i].dated_at if before is None else seen_at
        appeared.append(_Appeared(at, about[i], title, before))
        first.setdefault(i, title)
        now[i] = title
    # Of one time, what was dated by itself comes before what was dated by its copy.
    appeared.sort(key=lambda a: (_latest(a), bool(a.article.inferred)))
    return [
        [
            {
                "text": texts.dated(
                    a.at,
                    tz,
                    inferred=a.before is None and bool(a.article.inferred),
                    day_only=_is_day(a),
                )
            },
            {"text": a.article.outlet or "Unknown outlet"},
            _headline(a, _source(a.article, about, first)),
        ]
        for a in appeared
    ]


def _source(article: Any, about: dict[int, Any], first: dict[int, str]) -> tuple[str, str] | None:
    """The outlet and first headline of what `article` copies."""
    source = None if pd.isna(article.source_id) else int(article.source_id)
    if source is None or source not in first:
        return None
    return about[source].outlet or "Unknown outlet", first[source]


def _headline(appeared: _Appeared, source: tuple[str, str] | None) -> Item:
    item = {"text": appeared.title, "to": to_article(int(appeared.article.article_id))}
    if appeared.before is not None:
        runs = _marked(appeared.before, appeared.title)
        return {**item, "runs": [{"text": said.WAS_HEADLINE}, *runs]}
    if source is None:
        return item
    if source[1] == appeared.title:
        return {**item, "sub": said.SAME_HEADLINE.format(outlet=source[0])}
    runs = _marked(source[1], appeared.title)
    if not any(run["mark"] for run in runs):
        return {**item, "sub": said.SAME_WORDS.format(outlet=source[0])}
    return {**item, "runs": [{"text": f"{source[0]}: "}, *runs]}


def _marked(old: str, new: str) -> list[Item]:
    """`old`, with what is not in `new` marked."""
    runs: list[Item] = []
    for at, segment in enumerate(facing(old, new)):
        found = difference(segment, row=0, at=at)
        if segment.left:
            marked = found is not None and not found.typographic
            runs.append({"text": segment.left, "mark": marked, "color": _GONE})
    return runs

"""Query results as what the components draw: cards, table rows, chips. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.analysis.frames import each
from monitor.dashboard import texts
from monitor.dashboard.colours import colour_of
from monitor.dashboard.evidence import in_sentences
from monitor.models import Evidence
from monitor.store.queries import ArticleDetail

_CHIPS = 6  # companies named on a card; the rest is a number
_OUTLETS = 4
Item = dict[str, Any]


def to_story(story_id: int) -> str:
    """Where a story opens."""
    return f"stories?story={story_id}"


def to_article(article_id: int) -> str:
    """Where an article opens."""
    return f"articles?article={article_id}"


def chips(names: Sequence[str], colours: Mapping[str, str], *, most: int = _CHIPS) -> list[Item]:
    """Companies with their colour."""
    shown = [{"text": name, "color": colour_of(name, colours)} for name in names[:most]]
    more = len(names) - most
    return [*shown, {"text": f"and {more} more", "muted": True}] if more > 0 else shown


def role_badge(role: object) -> Item | None:
    """What an article is among its story's articles."""
    if not isinstance(role, str) or role not in texts.ROLES:
        return None
    text, tone, meaning = texts.ROLES[role]
    return {"text": text, "tone": tone, "title": f"{text}: {meaning}"}


def story_cards(frame: pd.DataFrame, *, colours: Mapping[str, str], tz: ZoneInfo) -> list[Item]:
    """One card a story of `queries.stories`."""
    return [
        {
            "to": to_story(row.story_id),
            "title": row.title,
            "kicker": f"{_period(row, tz)} · {_some(row.outlet_names)}",
            "note": _how_many(row.articles, row.outlets, row.copies),
            "chips": chips(row.companies, colours),
        }
        for row in each(frame)
    ]


def article_cards(frame: pd.DataFrame, *, colours: Mapping[str, str], tz: ZoneInfo) -> list[Item]:
    """One card an article of `queries.articles`."""
    return [
        {
            "to": to_article(row.article_id),
            "title": row.title,
            "kicker": f"{_date(row, tz)} · {row.outlet or 'Unknown outlet'}",
            "chips": chips(row.companies, colours, most=4),
        }
        for row in each(frame)
    ]


ARTICLE_COLUMNS: Sequence[dict[str, Any]] = (
    {"label": "Date", "width": "10.5rem", "align": "nowrap", "sort": True, "phone": "inline"},
    {"label": "Outlet", "width": "9.5rem", "sort": True, "phone": "inline"},
    {"label": "Headline", "sort": True, "phone": "bare"},
    {"label": "Companies", "width": "19%", "sort": True, "phone": "bare"},
    {"label": "Topics", "width": "17%", "sort": True},
    {"label": "Role", "width": "6.5rem", "sort": True},
)


def article_rows(
    frame: pd.DataFrame, *, colours: Mapping[str, str], tz: ZoneInfo
) -> list[list[Item]]:
    """One row an article of `queries.articles`, for `ARTICLE_COLUMNS`."""
    return [
        [
            _date_cell(row, tz),
            {"text": row.outlet or "Unknown outlet"},
            {"to": to_article(row.article_id), "text": row.title,
             "sub": texts.TEXT_STATUS.get(row.text_status, "")},
            {"chips": chips(row.companies, colours, most=4), "sort": " ".join(row.companies)},
            {"text": ", ".join(row.topics)},
            _role_cell(row.role),
        ]
        for row in each(frame)
    ]  # fmt: skip


def _role_cell(role: object) -> Item:
    """A badge where an article has or is a copy; most are neither, which is said quietly."""
    badge = role_badge(role)
    quiet = {"sub": texts.ROLES["independent"][0]} if role == "independent" else {"badge": badge}
    return {**quiet, "sort": str(role)}


STORY_COLUMNS: Sequence[dict[str, Any]] = (
    {"label": "Published", "width": "10.5rem", "align": "nowrap", "phone": "inline"},
    {"label": "Outlet", "width": "10rem", "phone": "inline"},
    {"label": "Headline", "phone": "bare"},
    {"label": "Role", "width": "36%", "phone": "bare"},
)


def story_article_rows(frame: pd.DataFrame, *, tz: ZoneInfo) -> list[list[Item]]:
    """One row an article of `queries.story`, for `STORY_COLUMNS`."""
    outlets = dict(zip(frame["article_id"], frame["outlet"], strict=True))
    first = next(each(frame), None)  # the first mover
    return [
        [
            _lagging(_date_cell(row, tz), row, first, tz),
            {"text": row.outlet or "Unknown outlet"},
            {"to": to_article(row.article_id), "text": row.title, "sub": _words(row)},
            {"badge": role_badge(row.role),
             "text": role_words(row.role, outlets.get(row.source_id)),
             "runs": _evidence_runs(row.role_evidence, tz)},
        ]
        for row in each(frame)
    ]  # fmt: skip


def _lagging(cell: Item, row: Any, first: Any, tz: ZoneInfo) -> Item:
    """A date's cell with how much later than the first mover it is.

    In whole days, from two on, where only the day of either is known.
    """
    lag = ""
    if not pd.isna(row.dated_at):
        seconds = (row.dated_at - first.dated_at).total_seconds()
        if row.day_only or first.day_only:
            days = (row.dated_at.tz_convert(tz).date() - first.dated_at.tz_convert(tz).date()).days
            seconds = days * 86_400 if days > 1 else 0
        lag = texts.after(seconds)
    return {**cell, "sub": " · ".join(filter(None, (lag, cell["sub"])))}


def role_words(role: object, source: str | None) -> str:
    """What a role means here: ``carries the text of Fortune``."""
    if role in ("reprint", "rewrite") and source:
        return f"carries {'the' if role == 'reprint' else 'parts of the'} text of {source}"
    return texts.ROLES[role][2] if isinstance(role, str) and role in texts.ROLES else ""


TAG_COLUMNS: Sequence[dict[str, Any]] = (
    {"label": "Tag", "width": "9rem", "phone": "bare"},
    {"label": "How", "width": "10.5rem", "phone": "bare"},
    {"label": "Why", "phone": "bare"},
)
_PLACES = {"headline": "in the headline", "lead": "in the first paragraph", "body": "further down"}


def tag_rows(detail: ArticleDetail, *, colours: Mapping[str, str]) -> list[list[Item]]:
    """One row a company or topic of an article, for `TAG_COLUMNS`."""
    fields = {"title": detail.title, "text": detail.text}
    rows: list[list[Item]] = []
    for m in detail.mentions:
        how = "Main subject" if m.subject else "In passing"
        rows.append([
            {"chips": [{"text": m.company, "color": colour_of(m.company, colours)}]},
            {"text": f"{how}, {_PLACES.get(m.place, m.place)}",
             "sub": f"{m.score:.0%} sure · weight {m.salience:.0%}"},
            _why(fields, m.evidence),
        ])  # fmt: skip
    rows.extend(
        [{"text": t.topic}, {"text": "Topic"}, _why(fields, t.evidence)] for t in detail.topics
    )
    return rows


def _why(fields: Mapping[str, str], evidence: Sequence[Evidence], *, most: int = 3) -> Item:
    """Where the matched words stand, and the rules that matched."""
    sentences = [
        sentence
        for field, text in fields.items()
        for sentence in in_sentences(text, [e for e in evidence if e.field == field], most=most)
    ]
    runs: list[Item] = []
    for sentence in sentences[:most]:
        runs += [{"text": "\n"}] if runs else []
        runs += sentence
    rules = list(dict.fromkeys(e.rule for e in evidence if e.rule and e.field != "salience"))
    said = [f"Matched by {'; '.join(rules[:most])}"] if rules else []
    said += [f"Weight: {item.text}" for item in evidence if item.field == "salience"]
    return {"runs": runs, "sub": ". ".join(said)}


def _evidence_runs(evidence: Iterable[Evidence], tz: ZoneInfo) -> list[Item]:
    runs: list[Item] = []
    for item in evidence:
        said = _stated(item.text, tz) if item.field == "published_at" else item.text
        runs += [{"text": "\n"}] if runs else []
        runs.append({"text": item.rule + (": " if said else "")})
        runs += [{"text": said, "mark": True}] if said else []
    return runs


def _stated(iso: str, tz: ZoneInfo) -> str:
    """A day or moment of evidence, as the dates beside it are written."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return texts.moment(at, tz) if at.tzinfo else texts.day(at.date())


def _words(row: Any) -> str:
    status = texts.TEXT_STATUS.get(row.text_status, "")
    return status or ("" if pd.isna(row.words) else texts.plural(int(row.words), "word"))


def _date(row: Any, tz: ZoneInfo) -> str:
    return texts.dated(row.dated_at, tz, inferred=bool(row.inferred), day_only=bool(row.day_only))


def _date_cell(row: Any, tz: ZoneInfo) -> Item:
    note = texts.CONFIDENCE["low"] if row.date_confidence == "low" else ""
    note = "taken from another copy" if row.inferred else note
    sort = "" if pd.isna(row.dated_at) else pd.Timestamp(row.dated_at).isoformat()
    return {"text": _date(row, tz), "sub": note, "sort": sort}


def _period(story: Any, tz: ZoneInfo) -> str:
    if pd.isna(story.first_at):
        return texts.moment(None, tz)
    start, end = (
        texts.dated(at, tz, inferred=False, day_only=bool(only))
        for at, only in ((story.first_at, story.first_day_only),
                         (story.last_at, story.last_day_only))
    )  # fmt: skip
    if start.partition(",")[0] == end:
        return end  # nothing of that day has a time, or the earliest has none
    if start.partition(",")[0] == end.partition(",")[0]:
        if start == end or "," not in start:
            return start
        return f"{start}–{end.partition(', ')[2]}"
    return f"{start.partition(',')[0]} – {end.partition(',')[0]}"


def _some(outlets: Sequence[str]) -> str:
    more = len(outlets) - _OUTLETS
    return ", ".join(outlets[:_OUTLETS]) + (f" and {more} more" if more > 0 else "")


def _how_many(articles: int, outlets: int, copies: int) -> str:
    said = [texts.plural(articles, "article")]
    if outlets > 1:
        said.append(texts.plural(outlets, "outlet"))
    if copies > 1:
        said.append(f"{copies} carry the same text")
    return " · ".join(said)

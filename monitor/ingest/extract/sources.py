"""Which of a page's statements a fact was taken from: kept with the fact, for whoever doubts it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.ingest.extract.dates import Stated, refusal
from monitor.ingest.extract.title import without_outlet
from monitor.ingest.extract.words import key, short_title

JSON_LD, META, BYLINE, HEADER, TEXT, URL = "JSON-LD", "meta", "byline", "header", "text", "URL"
TITLES = (JSON_LD, "og:title", "twitter:title", "dc.title")  # as `headline` is given them
AUTHORS = (JSON_LD, META, "author link", BYLINE, HEADER)  # as `author_values` gives them
GUESSES = (URL, "last change")
DATES = (JSON_LD, META, "dateline")  # as `stated_dates` gives them


def title_sources(
    title: str,
    *,
    declared: Sequence[str],
    headings: Iterable[str],
    document_title: str,
    outlets: Sequence[str],
) -> str:
    """The sources that state `title`, the most trusted first: "JSON-LD, og:title, heading"."""
    names = [key(name) for name in outlets]
    stated = [*zip(TITLES, declared, strict=False), *(("heading", h) for h in headings),
              ("title element", document_title)]  # fmt: skip
    wanted = key(title)
    same = (
        name for name, said in stated
        if said and wanted in (key(said), key(without_outlet(short_title(said), names=names)))
    )  # fmt: skip
    return ", ".join(dict.fromkeys(same))


def date_sources(
    published: datetime | None, *, stated: Sequence[Stated | None], guessed: Sequence[Stated | None]
) -> str:
    """The sources that state the time `published`; else which of the guesses it is."""
    same = [n for n, s in zip(DATES, stated, strict=False) if s and s.when == published]
    if not same:
        guesses = zip(GUESSES, guessed, strict=False)
        same = [n for n, g in guesses if g and g.when == published][:1]
    return ", ".join(same)


def refused_dates(
    stated: Sequence[Stated | None], *, now: datetime, founded: datetime | None
) -> str:
    """The dates that the page states and nobody can have published at: "1970-01-01 (meta): …"."""
    return "; ".join(
        refused(s.day, name, why)
        for name, s in zip(DATES, stated, strict=False)
        if s and (why := refusal(s, now=now, founded=founded))
    )


def refused(day: str, source: str, why: str) -> str:
    """How a date that was refused is noted."""
    return f"{day} ({source}): {why}"


def known(**sources: str) -> dict[str, str]:
    """`sources` without those that are empty."""
    return {fact: source for fact, source in sources.items() if source}

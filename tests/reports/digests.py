"""A digest of literal values, with given texts in every place that fetched text can reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.filters import Filters
from monitor.reports.digest_parts import (
    Also,
    CompanyLine,
    Digest,
    Figure,
    GapLine,
    HeadlineChange,
    LateLines,
    NotableOutlet,
    StoryLine,
)
from monitor.reports.digest_span import Span
from monitor.store.queries import Unusual

DAY = date(2025, 3, 30)
NOW = datetime(2025, 3, 31, 5, 30, tzinfo=UTC)


def digest_with(titles: list[str], name: str) -> Digest:
    """One entry a title in each list."""
    texts = dict(enumerate(titles))
    spike = Unusual(name, DAY, 12, 1.2, 100, titles[0], 5, 3)
    lines = [
        StoryLine(
            100 + n, title, (name, title) * 3, 5, 3, 2, name, NOW, (title, name),
            also=(Also(200 + n, title, 1),) * 5, unusual=(spike,) if n == 0 else (), fresh=n,
        )
        for n, title in texts.items()
    ]  # fmt: skip
    figure = Figure(12, 4, 7.5)
    return Digest(
        name=name, span=Span(DAY, DAY, NOW, NOW - timedelta(days=1)), now=NOW,
        filters=Filters(since=DAY, until=DAY, undated=False, topics=(name,)),
        mentions=figure, stories=figure, outlets=Figure(0, 0, None),
        unusual=tuple(lines[:1]), top=tuple(lines[1:]), more=3, fresh=(),
        late=LateLines(
            Filters(since=DAY - timedelta(days=7), until=DAY - timedelta(days=1), topics=(name,)),
            tuple(replace(line, story_id=line.story_id + 1000, also=()) for line in lines), 2, 9,
        ),
        companies=tuple(CompanyLine(title, 3, 5, 1, 0.25) for title in titles), more_companies=1,
        gone=tuple(CompanyLine(title, 0, 5, 0, 0.0) for title in titles),
        changes=tuple(
            HeadlineChange(n, 100, name, NOW, title, f"{title}!", n) for n, title in texts.items()
        ),
        more_changes=2,
        notable=tuple(
            NotableOutlet(title, 1, 3, (name, title), title, n, (1,)) for n, title in texts.items()
        ),
        gaps=(GapLine("failing", tuple(titles), (DAY,)), GapLine("not running", (), (DAY,))),
        asked=name, watchlist="v", generation="g000001", timezone="Europe/Berlin",
    )  # fmt: skip

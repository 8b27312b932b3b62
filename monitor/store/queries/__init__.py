"""The questions that the dashboard, the reports and the command line ask of a generation.

Each takes a Reader and Filters and gives a DataFrame or a frozen value; times
are in the zone asked for, names are sorted, and a name that is not in the
database gives an empty answer.
"""

from monitor.store.queries.articles import (
    ArticleDetail,
    MentionDetail,
    RevisionDetail,
    TopicDetail,
    article,
    articles,
    count_articles,
    revision_texts,
    texts,
)
from monitor.store.queries.coverage import (
    Choices,
    Totals,
    choices,
    coverage,
    share_of_voice,
    totals,
)
from monitor.store.queries.edits import changed_headlines
from monitor.store.queries.export import ExportRow, export_rows
from monitor.store.queries.feeds import feeds, passes
from monitor.store.queries.gaps import gaps
from monitor.store.queries.health import feed_days, feed_health, feed_polls, feeds_and_health
from monitor.store.queries.stories import (
    count_stories,
    current_story,
    stories,
    story,
    story_chunks,
)
from monitor.store.queries.story_parts import headlines, stories_of, story_companies
from monitor.store.queries.unusual import Unusual, unusual

__all__ = [
    "ArticleDetail",
    "Choices",
    "ExportRow",
    "MentionDetail",
    "RevisionDetail",
    "TopicDetail",
    "Totals",
    "Unusual",
    "article",
    "articles",
    "changed_headlines",
    "choices",
    "count_articles",
    "count_stories",
    "coverage",
    "current_story",
    "export_rows",
    "feed_days",
    "feed_health",
    "feed_polls",
    "feeds",
    "feeds_and_health",
    "gaps",
    "headlines",
    "passes",
    "revision_texts",
    "share_of_voice",
    "stories",
    "stories_of",
    "story",
    "story_chunks",
    "story_companies",
    "texts",
    "totals",
    "unusual",
]

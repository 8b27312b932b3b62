"""Which of the watchlist's topics an article is about: each topic is a query."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.analysis.document import Document
from monitor.analysis.query import parse_query
from monitor.analysis.query_match import Matcher
from monitor.config import Topic
from monitor.models import TopicTag


class TopicTagger:
    """The topics of one watchlist, their queries compiled once.

    Raises QueryError where a topic's query does not parse.
    """

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._topics = [(t.name, Matcher(parse_query(t.query, topics=False))) for t in topics]

    def tag(self, document: Document) -> tuple[TopicTag, ...]:
        """The topics whose query `document` matches, in the watchlist's order."""
        return tuple(
            TopicTag(name, evidence)
            for name, matcher in self._topics
            if (evidence := matcher.match(document)) is not None
        )

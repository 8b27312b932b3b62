"""Topics: each is a query, and an article has those it matches."""

from __future__ import annotations

import pytest

from monitor.analysis.document import Document
from monitor.analysis.topics import TopicTagger
from monitor.config import Topic
from monitor.errors import QueryError

TAGGER = TopicTagger(
    [
        Topic(name="ferries", query="ferr*"),
        Topic(name="strikes", query="title:strike NOT lightning"),
    ]
)


def test_topics_come_in_the_watchlists_order_with_their_evidence():
    found = TAGGER.tag(Document(title="Strike stops ferries", text="No ferry left."))
    assert [tag.topic for tag in found] == ["ferries", "strikes"]
    assert [e.text for e in found[0].evidence] == ["ferries", "ferry"]
    assert [e.field for e in found[0].evidence] == ["title", "text"]


def test_an_article_about_nothing_watched_has_no_topic():
    assert TAGGER.tag(Document(title="Lightning strike", text="A barn burnt.")) == ()


def test_a_query_that_does_not_parse_is_an_error():
    with pytest.raises(QueryError):
        TopicTagger([Topic(name="broken", query="(a")])

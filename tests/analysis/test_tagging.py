"""The tagger as ingest uses it: made once, sent to workers, the same answer every time."""

from __future__ import annotations

import pickle

from monitor.analysis.tagging import Tagger
from monitor.config import parse_config

CONFIG = parse_config(
    """
    [[company]]
    name = "Zorbex"
    about = "Zorbex, the maker of battery chips"
    [[topic]]
    name = "jobs"
    query = "hire* OR hiring"
    """
)
ARTICLE = {"title": "Zorbex hires 900", "text": "Zorbex said it would."}


def test_companies_and_topics_of_an_article():
    tags = Tagger(CONFIG).tag(**ARTICLE)
    assert [m.company for m in tags.mentions] == ["Zorbex"]
    assert [t.topic for t in tags.topics] == ["jobs"]


def test_a_tagger_can_be_sent_to_a_worker():
    tagger = Tagger(CONFIG)
    assert pickle.loads(pickle.dumps(tagger)).tag(**ARTICLE) == tagger.tag(**ARTICLE)


def test_an_empty_watchlist_and_an_empty_article_give_nothing():
    assert Tagger(parse_config("")).tag(**ARTICLE).mentions == ()
    assert Tagger(CONFIG).tag(title="", text="").topics == ()

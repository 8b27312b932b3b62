"""The default watchlist: it is whole, and the seed documents come out as they must."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.analysis.query import FACTS, FIELDS, parse_query
from monitor.analysis.tagging import Tagger
from monitor.config import (
    Company,
    Config,
    Feed,
    Fetch,
    Outlet,
    Team,
    Topic,
    load_config,
    parse_config,
)
from monitor.ingest.extract import extract_page
from monitor.models import Extracted, Tags

FILE = Path(__file__).resolve().parent.parent / "data" / "watchlist.toml"
TOPICS = {
    "funding and valuation", "deliveries and earnings", "open-weight models", "product launches",
    "tariffs and trade", "layoffs and production", "labour", "regulation and policy", "legal",
    "leadership", "mergers and acquisitions", "security incidents", "ESG", "politics",
}  # fmt: skip


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(FILE)


@pytest.fixture(scope="module")
def tagger(config) -> Tagger:
    return Tagger(config)


def test_every_company_says_which_one_is_meant(config):
    assert len(config.company) >= 28
    assert [c.name for c in config.company if not c.about] == []


def test_the_topics_a_team_expects_are_there(config):
    assert {topic.name for topic in config.topic} == TOPICS


def test_every_feed_belongs_to_an_outlet_that_is_described(config):
    outlets = {outlet.name for outlet in config.outlet}
    assert len(config.feed) >= 25
    assert {feed.outlet for feed in config.feed} <= outlets
    assert all(o.country and o.language and o.tier for o in config.outlet)


# Sentences of our own, one for each thing a careless rule would get wrong.
@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("The performance gap between the two engines is narrow.", set()),
        ("To target developers, the firm cut prices.", set()),
        ("She took a Gap Year in Peru.", set()),
        ("Analysts raised their price target to $90.", set()),
        ("The album is in the Fortune 500 of jazz, he joked.", set()),
        ("He was X-rayed on an Xbox Series X box.", set()),
        ("Gap Inc. and its Old Navy stores sold fewer jeans.", {"Gap"}),
        ("Target's stores and Walmart both cut prices for shoppers.", {"Target"}),
        ("Dodge and Jeep dealers have too many trucks.", {"Stellantis"}),
        ("Shoppers asked ChatGPT for advice.", {"OpenAI"}),
    ],
)
def test_everyday_words_are_told_from_companies(tagger, text, companies):
    assert {m.company for m in tagger.tag(title="", text=text).mentions} == companies


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("Bakery chain raises $9 million in seed round from investors", {"funding and valuation"}),
        ("Mill lays off 300 as it halts production of flour", {"layoffs and production"}),
        ("Dock workers vote for strike over pay", {"labour"}),
        ("Ferry line agrees to acquire rival in $2 billion deal", {"mergers and acquisitions"}),
        ("Clinic tells patients of data breach", {"security incidents"}),
        ("Tariffs on steel double", {"tariffs and trade"}),
        ("Chair maker names Ana Ruiz as new chief executive", {"leadership"}),
        ("Ferry line sued over late boats", {"legal"}),
        ("Choir to sing in the park on Sunday", set()),
    ],
)
def test_topics_of_plain_headlines(tagger, title, topics):
    assert {t.topic for t in tagger.tag(title=title, text="").topics} == topics


# --- the seed documents --------------------------------------------------------------------------

PASSING = {
    "DeepSeek", "Meta", "Databricks", "Forrester", "Google", "Anthropic", "Amazon", "Alibaba",
    "Mistral", "Cohere", "AI21 Labs", "X", "LinkedIn",
}  # fmt: skip


@pytest.fixture(scope="module")
def seeds(corpora, tagger) -> dict[str, list[tuple[Extracted, Tags]]]:
    """Every seed article with its tags, by the word of its headline that tells it."""
    found: dict[str, list[tuple[Extracted, Tags]]] = {}
    for path in sorted((corpora / "seeds").glob("*.txt")):
        for article in extract_page(path.read_bytes()):
            tags = tagger.tag(
                title=article.title, text=article.text, outlet=article.outlet, url=article.url
            )
            key = next(w for w in ("OpenAI", "Jeep", "Gap", "Tesla") if w in article.title)
            found.setdefault(key, []).append((article, tags))
    return found


def companies(tags: Tags) -> tuple[set[str], set[str]]:
    subjects = {m.company for m in tags.mentions if m.subject}
    return subjects, {m.company for m in tags.mentions} - subjects


@pytest.mark.corpora
def test_seed_companies(seeds):
    assert len(seeds["OpenAI"]) == 2
    for _, tags in seeds["OpenAI"]:
        assert companies(tags) == ({"OpenAI"}, PASSING)
    assert companies(seeds["Jeep"][0][1]) == ({"Stellantis"}, set())
    assert companies(seeds["Gap"][0][1]) == ({"Gap", "Nike", "Levi Strauss"}, set())
    assert companies(seeds["Tesla"][0][1]) == ({"Tesla"}, {"Wedbush"})


@pytest.mark.corpora
def test_seed_places_of_posts_and_sources_say_so(seeds):
    for _, tags in seeds["OpenAI"]:
        rules = {m.company: m.evidence[0].rule for m in tags.mentions}
        assert "place of a post" in rules["X"]
        assert "place of a post" in rules["LinkedIn"]
    wedbush = next(m for m in seeds["Tesla"][0][1].mentions if m.company == "Wedbush")
    assert "source" in wedbush.evidence[0].rule


@pytest.mark.corpora
def test_seed_topics(seeds):
    expected = {
        "OpenAI": {"open-weight models", "funding and valuation"},
        "Jeep": {"tariffs and trade", "layoffs and production"},
        "Gap": {"tariffs and trade"},
        "Tesla": {"leadership", "politics", "deliveries and earnings"},
    }
    for key, topics in expected.items():
        for _, tags in seeds[key]:
            assert {tag.topic for tag in tags.topics} == topics


# --- its documentation ---------------------------------------------------------------------------


def test_every_key_of_the_watchlist_is_documented():
    text = (FILE.parent.parent / "docs" / "watchlist.md").read_text(encoding="utf-8")
    for section in (Company, Topic, Feed, Outlet, Team, Fetch):
        for key in section.model_fields:
            assert f"`{key}`" in text or f"{key} = " in text, f"{section.__name__}.{key}"


def test_the_examples_in_the_documentation_are_valid():
    text = (FILE.parent.parent / "docs" / "watchlist.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL))
    config = parse_config(examples)
    assert (len(config.company), len(config.topic), len(config.feed)) == (1, 1, 1)


def test_the_queries_in_the_documentation_are_valid():
    text = (FILE.parent.parent / "docs" / "queries.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| (`.+?`(?:, `.+?`)*) \| ", text, re.MULTILINE)
    parsed = [parse_query(query) for row in shown for query in re.findall(r"`(.+?)`", row)]
    examples = re.findall(r"^\| .+ \| `(.+)` \|$", text, re.MULTILINE)
    assert len(parsed) >= 20
    assert len([parse_query(query) for query in examples]) == 5
    for name in (*FIELDS, *FACTS):
        assert f"`{name}:" in text

"""The two documents the product was described with: each line of what must become of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis.alignment import align, differences
from monitor.config import load_config
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.reader import Reader
from tests.conftest import ROOT
from tests.imported import import_file

pytestmark = pytest.mark.corpora
NOW = datetime(2025, 12, 7, tzinfo=UTC)
OPENAI = "Why OpenAI caved to open"
OTHERS = {
    "Jeep maker Stellantis": "Jeep maker Stellantis is already taking drastic actions to shut down "
    "some production following Trump’s tariffs",
    "Gap, Nike": "Gap, Nike and Levi’s took years to diversify from China. Now sky high tariffs on "
    "nations like Vietnam are ruining their strategies",
    "Fake news": "‘Fake news’—Tesla’s Elon Musk dashes investor hopes he may finally be leaving "
    "politics, insisting he’s not going anywhere",
}


@pytest.fixture(scope="module")
def reader(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = DataFolder(tmp_path_factory.mktemp("seeds"))
    config = load_config(ROOT / "data" / "watchlist.toml")
    with open_archive(folder, config) as archive:
        for path in sorted((corpora / "seeds").glob("*.txt")):
            _, failures = import_file(archive, path, now=NOW)
            assert failures == []
        publish(folder, archive.connection)
    opened = Reader.open(folder)
    yield opened
    opened.close()


def one(reader: Reader, sql: str, **params: Any) -> Any:
    [(value,)] = reader.rows(sql, params)
    return value


def companies(reader: Reader, title: str, outlet: str = "%") -> dict[str, tuple[bool, str]]:
    rows = reader.rows(
        """
        SELECT c.name, m.subject, m.evidence FROM mention m JOIN article a USING (article_id)
            JOIN company c USING (company_id) JOIN outlet o ON o.outlet_id = a.outlet_id
        WHERE starts_with(ltrim(a.title, '‘'), $title) AND o.name LIKE $outlet
        """,
        {"title": title, "outlet": outlet},
    )
    return {name: (subject, evidence) for name, subject, evidence in rows}


def topics(reader: Reader, title: str) -> set[str]:
    rows = reader.rows(
        """
        SELECT DISTINCT t.name FROM topic_tag g JOIN article a USING (article_id)
            JOIN topic t USING (topic_id)
        WHERE starts_with(ltrim(a.title, '‘'), $title)
        """,
        {"title": title},
    )
    return {name for (name,) in rows}


def bodies(reader: Reader) -> tuple[str, str]:
    rows = reader.rows(
        """
        SELECT b.text FROM article a JOIN body b USING (revision_id) JOIN outlet o USING (outlet_id)
        WHERE starts_with(a.title, $title) ORDER BY o.name = 'Fortune'
        """,
        {"title": OPENAI},
    )
    (reprint,), (original,) = rows
    return reprint, original


def test_five_articles_in_four_stories(reader: Reader) -> None:
    assert one(reader, "SELECT count(*) FROM article") == 5
    assert one(reader, "SELECT count(DISTINCT story_id) FROM article") == 4
    rows = reader.rows("SELECT title FROM article WHERE NOT starts_with(title, $t)", {"t": OPENAI})
    assert {title for (title,) in rows} == set(OTHERS.values())


def test_the_openai_story_has_an_original_and_a_reprint(reader: Reader) -> None:
    rows = reader.rows(
        """
        SELECT o.name, a.role, a.credit, a.role_evidence, a.copy_group_id, a.source_id, a.article_id
        FROM article a JOIN outlet o USING (outlet_id)
        WHERE starts_with(a.title, $title) ORDER BY o.name
        """,
        {"title": OPENAI},
    )
    fortune, miami = rows
    assert (fortune[0], fortune[1]) == ("Fortune", "original")
    assert (miami[0], miami[1]) == ("Miami Select", "reprint")
    assert fortune[4] == miami[4]
    assert miami[5] == fortune[6]
    assert miami[2] == "This story was originally featured on Fortune.com"
    assert "Fortune.com" in miami[3]


def test_the_bodies_differ_in_62_places(reader: Reader) -> None:
    reprint, original = bodies(reader)
    found = differences(align(reprint, original))
    assert len(found) == 62
    pairs = {(d.left.strip(), d.right.strip()) for d in found}
    for left, right in (("he", "Rao"), ("that said", "noting")):
        assert any(left in a and right in b for a, b in pairs), (left, right)
    a, b = reprint.split(), original.split()
    opcodes = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    assert sum(1 for op, *_ in opcodes if op != "equal") == 62


def test_nothing_of_the_surroundings_is_in_a_text(reader: Reader) -> None:
    around = (
        "Recommended Video", "Brainstorm", "Sharon Goldman", "Copyright", "Miami Select",
        "Source link", "Continue Reading", "Connect with us", "Most Popular", "Latest in Tech",
        "Nathan Laine", "Redfin", "Terms of Use", "All Rights Reserved",
    )  # fmt: skip
    texts = "\n".join(t for (t,) in reader.rows("SELECT text FROM body"))
    assert [phrase for phrase in around if phrase in texts] == []


def test_one_article_has_only_its_headline(reader: Reader) -> None:
    rows = reader.rows(
        "SELECT title, text_status, text FROM article JOIN body USING (revision_id) "
        "WHERE text_status <> 'full'"
    )
    assert rows == [(OTHERS["Gap, Nike"], "headline", "")]


def test_dates_are_known_or_said_to_be_inferred(reader: Reader) -> None:
    at = datetime(2025, 4, 1, 19, 54, tzinfo=UTC)
    rows = reader.rows(
        """
        SELECT o.name, published_at, date_confidence, inferred_at, starts_with(title, $title)
        FROM article JOIN outlet o USING (outlet_id) ORDER BY ALL
        """,
        {"title": OPENAI},
    )
    assert rows[0] == ("Fortune", at, "high", None, True)
    assert [r for r in rows if r[0] == "Miami Select"] == [
        ("Miami Select", None, "none", at, True),
        *[("Miami Select", None, "none", None, False)] * 3,
    ]


@pytest.mark.parametrize("outlet", ["Fortune", "Miami Select"])
def test_companies_of_article_1(reader: Reader, outlet: str) -> None:
    found = companies(reader, OPENAI, outlet)
    passing = {
        "DeepSeek", "Meta", "Databricks", "Forrester", "Google", "Anthropic", "Amazon", "Alibaba",
        "Mistral", "Cohere", "AI21 Labs",
    }  # fmt: skip
    places = {"X", "LinkedIn"}
    assert {"OpenAI"} | passing <= set(found) <= {"OpenAI"} | passing | places
    assert [name for name, (subject, _) in found.items() if subject] == ["OpenAI"]
    for name in places & set(found):
        assert "place of a post" in found[name][1]


def test_companies_of_the_other_articles(reader: Reader) -> None:
    jeep = companies(reader, "Jeep maker")
    assert jeep["Stellantis"][0]
    assert "Jeep" in jeep["Stellantis"][1]
    assert set(jeep) == {"Stellantis"}
    assert set(companies(reader, "Gap, Nike")) == {"Gap", "Nike", "Levi Strauss"}
    tesla = companies(reader, "Fake news")
    assert set(tesla) == {"Tesla", "Wedbush"}
    assert (tesla["Tesla"][0], tesla["Wedbush"][0]) == (True, False)


def test_topics(reader: Reader) -> None:
    assert topics(reader, OPENAI) == {"open-weight models", "funding and valuation"}
    assert topics(reader, "Jeep maker") == {"tariffs and trade", "layoffs and production"}
    assert topics(reader, "Gap, Nike") == {"tariffs and trade"}
    assert topics(reader, "Fake news") == {"leadership", "politics", "deliveries and earnings"}


def test_importing_both_again_changes_nothing(
    reader: Reader, corpora: Path, tmp_path: Path
) -> None:
    """In the other order, and then again: the same stories and roles either way."""
    folder = DataFolder(tmp_path)
    config = load_config(ROOT / "data" / "watchlist.toml")
    paths = sorted((corpora / "seeds").glob("*.txt"), reverse=True)
    with open_archive(folder, config) as archive:
        for _ in range(2):
            for path in paths:
                kept, _ = import_file(archive, path, now=NOW)
        assert kept.counts.articles == kept.counts.revisions == 0
        publish(folder, archive.connection)
    other = Reader.open(folder)
    sql = """
        SELECT title, o.name, role, inferred_at, count(*) OVER (PARTITION BY story_id) AS together
        FROM article JOIN outlet o USING (outlet_id) ORDER BY ALL
        """
    assert other.rows(sql) == reader.rows(sql)
    other.close()

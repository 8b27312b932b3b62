"""What an outlet repeats on its own pages is learned, and dropped from its texts."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest import learned
from monitor.ingest.extract import extract_page
from monitor.store.folder import DataFolder
from monitor.store.furniture import OFTEN
from tests.ingest.test_run import NOW, config_for, feed, page, rows, run
from tests.server import LocalServer

STANDING = "The Bay Ledger has told the news of the bay and its mills since the year 1899."
ASKED = "Acme did not answer our questions about the mill before this report was printed."


BOX = "Get the five stories of the bay that you need to know, in your inbox at seven."


def report(number: int, *, last: str = STANDING, middle: str = ASKED) -> str:
    paragraphs = [
        f"Report {number}, part {part}: the mill by the bay turned its wheel {number} times and "
        f"ground {number * part} sacks of flour for the people of ward {number}."
        for part in range(1, 6)
    ]
    return page(f"Wheel {number} turns again", *paragraphs[:3], middle, *paragraphs[3:], last)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def serve(server: LocalServer, *pages: str) -> None:
    entries = [(str(n), f"Wheel {n}", server.add(f"/{n}", page)) for n, page in enumerate(pages)]
    server.add("/feed", feed(*entries))


@pytest.mark.slow
def test_a_line_that_ends_an_outlets_articles_is_no_part_of_them(
    server: LocalServer, folder: DataFolder
) -> None:
    serve(server, *(report(n) for n in range(OFTEN)))
    config = config_for(server, "/feed")
    run(folder, config)
    texts = [text for (text,) in rows(folder, "SELECT text FROM body")]
    assert len(texts) == OFTEN
    assert all(STANDING not in text for text in texts)
    assert all(text.count("\n\n") == 5 and ASKED in text for text in texts)
    # A later pass knows it, and a page that did not change is still the same article.
    serve(server, *(report(n) for n in range(OFTEN + 1)))
    later = run(folder, config, now=NOW + timedelta(hours=2))
    assert (later.counts.articles, later.counts.revisions) == (1, 0)
    assert rows(folder, f"SELECT count(*) FROM body WHERE contains(text, '{STANDING}')") == [(0,)]


def test_a_box_in_the_middle_of_an_outlets_articles_is_no_part_of_them(
    server: LocalServer, folder: DataFolder
) -> None:
    serve(server, *(report(n, middle=BOX) for n in range(OFTEN)))
    run(folder, config_for(server, "/feed"))
    texts = [text for (text,) in rows(folder, "SELECT text FROM body")]
    assert len(texts) == OFTEN
    assert all(BOX not in text and text.count("\n\n") == 4 for text in texts)


@pytest.mark.parametrize("middle", [ASKED, BOX])
@pytest.mark.parametrize("longer", [1, 3])
def test_a_story_told_again_and_again_keeps_all_of_it(longer: int, middle: str) -> None:
    """Other headlines and beginnings, longer ones perhaps than all else: the rest is the same."""
    text = text_of(report(1, middle=middle))
    lines: dict[int, set[int]] = defaultdict(set)
    for n in range(3 * OFTEN):
        news = [f"Update {n}.{m}: {'what is new of the wheel ' * m * longer}." for m in (1, 2)]
        for mark, context in learned.seen_in("\n\n".join([*news, text])):
            lines[mark].add(context)
    known = {mark for mark, contexts in lines.items() if len(contexts) >= OFTEN}
    assert learned.without(text, known.__contains__) == text


def test_a_block_of_several_lines_is_learned_wherever_it_stands() -> None:
    block = ["Get our newsletter", BOX, "You can leave the newsletter at any time."]
    end = [STANDING, "Write to us at the harbour.", "Printed on the bay's own paper."]
    lines: dict[int, set[int]] = defaultdict(set)
    texts = []
    for n in range(OFTEN):
        parts = text_of(report(n, last="")).split("\n\n")
        texts.append("\n\n".join([*parts[:2], *block, *parts[2:], *end]))
        for mark, context in learned.seen_in(texts[-1]):
            lines[mark].add(context)
    known = {mark for mark, contexts in lines.items() if len(contexts) >= OFTEN}
    for text in texts:
        left = learned.without(text, known.__contains__).split("\n\n")
        assert left == [p for p in text.split("\n\n") if p not in (*block, *end)]


def text_of(html: str) -> str:
    [found] = extract_page(html.encode())
    return found.text


@pytest.mark.parametrize(
    "line",
    [
        BOX,
        "Be the first to get Breaking News",
        "Install the Bay News app for free",
        "Want to bookmark your favourite articles to read later? Start your subscription today.",
        "Tell us what YOU think...",
        "You might like",
        "Lesen Sie auch",
        "Abonnieren Sie unseren Newsletter und verpassen Sie nichts.",
        "Lire aussi",
        "Inscrivez-vous à notre infolettre pour tout savoir.",
        "Receba em seu e-mail nosso ebook, um guia completo e gratuito.",
    ],
)
def test_what_offers_something_to_the_reader(line: str) -> None:
    assert learned.offers(line)


@pytest.mark.parametrize(
    "line",
    [
        ASKED,
        STANDING,
        "Acme, which also publishes a newsletter, was founded in 1899.",
        "“You can subscribe to our newsletter,” the chief executive said.",
        "You can check the road conditions before you travel.",
        "The free app has four million users, the company said.",
        "Some key quotes from the interview:",
        "Here’s the thing:",
        "Why it matters",
        "What happens next",
        "Reuters contributed to this report.",
        "Your comments must reach the agency by 1 May.",
        "If you receive an evacuation alert, move to higher ground.",
        "Sign up for health insurance by 15 December, officials say.",
        "Shares of Acme fell 4% on Tuesday.",
        BOX * 4,
    ],
)
def test_what_reports_say_again_and_again_is_no_offer(line: str) -> None:
    assert not learned.offers(line)


def test_an_article_printed_under_many_addresses_keeps_its_last_line(
    server: LocalServer, folder: DataFolder
) -> None:
    serve(server, *[report(1)] * (OFTEN + 1))
    run(folder, config_for(server, "/feed"))
    found = rows(folder, f"SELECT count(*) FROM body WHERE contains(text, '{STANDING}')")
    assert found == [(OFTEN + 1,)]


def test_a_few_articles_teach_nothing(server: LocalServer, folder: DataFolder) -> None:
    serve(server, *(report(n) for n in range(OFTEN - 1)))
    run(folder, config_for(server, "/feed"))
    found = rows(folder, f"SELECT count(*) FROM body WHERE contains(text, '{STANDING}')")
    assert found == [(OFTEN - 1,)]


LINES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=12)


@given(LINES, st.sets(st.sampled_from("abcdefgh")))
def test_only_edges_are_dropped_and_once(lines: list[str], standing: set[str]) -> None:
    known = {mark for line in standing for mark in learned.marks(line)}
    text = "\n\n".join(lines)
    left = learned.without(text, known.__contains__)
    assert left in text
    assert left
    assert len(left.split("\n\n")) >= min(2, len(lines))

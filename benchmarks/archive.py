"""Archives of any size for the dashboard's benchmarks, the same for the same numbers.

    python -m benchmarks.archive FOLDER [--articles 1000000] [--seed 1] [--search/--no-search]

Three years of articles up to the end of 2025, full-length texts of made words, by 2,000 outlets
about 200 invented companies and 12 topics, with what real archives have: a weekly rhythm, few
outlets and companies with most of the articles, one story in three told by several outlets, copies
of the same text, headlines changed afterwards, articles without a date, feeds that fail for days,
and spikes of which the cause stands in the headlines. What was planted is in `planted.json`.
The folder is a data folder as any other: `watchlist.toml` lies in it, and the dashboard opens it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.analysis.ordinary import WORDS_FILE
from monitor.config import Config, load_config
from monitor.ingest.service import open_archive
from monitor.store.database import Connection
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.search import index_new

OUTLETS, COMPANIES, TOPICS, YEARS = 2000, 200, 12, 3
END = datetime(2026, 1, 1, tzinfo=UTC)
START = END - timedelta(days=365 * YEARS)
DAYS = (END - START).days
_CHUNK = 20_000  # articles written at a time
_PARAGRAPHS = 20_000  # that texts are put together from
_WEEKDAY = np.array([1.15, 1.2, 1.2, 1.15, 1.0, 0.45, 0.45])  # Monday first
_SPIKE = 8  # times the company's usual day, at least
_CAUSES = ("recall", "merger", "lawsuit", "outage", "walkout", "breach", "verdict", "buyout")
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)  # of ids

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spike:
    """A day on which a company was in the news far more than usual, and why."""

    company: str
    day: str  # ISO date, UTC
    articles: int
    cause: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Which article is what; all arrays have one entry an article, in order of time.

    `source` is the article whose text an article carries, `story` the one that founded its
    story (each is itself where it is its own). `companies` has up to three columns, -1 where
    there is none. `cause` is an index of _CAUSES, or -1.
    """

    seconds: Ints  # since START
    outlet: Ints
    companies: Ints
    topic: Ints
    source: Ints
    story: Ints
    cause: Ints
    spikes: list[Spike]


def made_names(rng: np.random.Generator, count: int) -> list[str]:
    """Capitalised words that nobody uses, each once."""
    first = ["Nor", "Vel", "Quan", "Bri", "Tal", "Zor", "Kem", "Hal", "Ost", "Fen", "Lum", "Ard"]
    middle = ["da", "vi", "ro", "ke", "nu", "li", "sto", "mar", "bex", "tho"]
    last = ["ra", "nex", "corp", "dyne", "via", "mont", "lis", "tek", "vane", "ax"]
    every = [a + b + c for a in first for b in middle for c in last]
    return [str(name) for name in rng.choice(every, size=count, replace=False)]


def plan(rng: np.random.Generator, articles: int, names: list[str]) -> Plan:
    """What is written when, by whom and about whom."""
    days = _spread(rng, articles)
    day_of = np.repeat(np.arange(DAYS), days)
    hours = rng.normal(13, 4, articles).clip(0, 23.99)
    seconds = (day_of * 86400 + hours * 3600).astype(np.int64)
    company = rng.choice(COMPANIES, size=(articles, 3), p=_zipf(COMPANIES, 0.8))
    held = rng.random((articles, 3)) < np.array([0.85, 0.3, 0.1])
    companies = np.where(held, company, -1)
    cause = np.full(articles, -1)
    spikes = _plant(rng, day_of, companies, cause, names)
    order = np.argsort(seconds, kind="stable")
    seconds, companies, cause = seconds[order], companies[order], cause[order]
    outlet = rng.choice(OUTLETS, size=articles, p=_zipf(OUTLETS, 0.9))
    source, story = _families(rng, articles, cause)
    # Copies and reports of a story are about what its founder is about.
    companies, cause = companies[story], cause[story]
    topic = rng.integers(0, TOPICS, articles)[story]
    return Plan(seconds, outlet, companies, topic, source, story, cause, spikes)


def _spread(rng: np.random.Generator, articles: int) -> Ints:
    """How many articles each day has, of `articles`."""
    weekday = np.array([(START + timedelta(days=d)).weekday() for d in range(DAYS)])
    weights = _WEEKDAY[weekday] * rng.normal(1.0, 0.06, DAYS).clip(0.7, 1.3)
    return rng.multinomial(articles, weights / weights.sum()).astype(np.int64)


def _zipf(count: int, exponent: float) -> npt.NDArray[np.float64]:
    weights = 1.0 / np.arange(1, count + 1) ** exponent
    return weights / weights.sum()


def _plant(
    rng: np.random.Generator, day_of: Ints, companies: Ints, cause: Ints, names: list[str]
) -> list[Spike]:
    """Turn some days' articles into reports of one thing; about three a company in all."""
    spikes = []
    for company in range(min(COMPANIES, 60)):
        usual = (companies == company).any(axis=1).sum() / DAYS
        for _ in range(3):
            day = int(rng.integers(60, DAYS - 1))
            there = np.flatnonzero((day_of == day) & (cause < 0))
            wanted = max(12, round(_SPIKE * usual))
            if len(there) < 2 * wanted:
                continue
            chosen = rng.choice(there, size=wanted, replace=False)
            what = int(rng.integers(len(_CAUSES)))
            companies[chosen] = [company, -1, -1]
            cause[chosen] = what
            date = f"{START + timedelta(days=day):%Y-%m-%d}"
            spikes.append(Spike(names[company], date, wanted, _CAUSES[what]))
    return spikes


def _families(rng: np.random.Generator, articles: int, cause: Ints) -> tuple[Ints, Ints]:
    """Whose text each article carries, and whose story it belongs to, of those shortly before."""
    own = np.arange(articles)
    reach = max(2, articles // DAYS)  # about a day's articles
    before = np.maximum(0, own - rng.integers(1, reach, articles))
    kind = rng.random(articles)
    # Only what founds a story is followed, so that no story but a planted one is a spike itself.
    free = (cause < 0) & (cause[before] < 0) & (kind[before] >= 0.4)
    copied, told = free & (kind < 0.15), free & (kind >= 0.15) & (kind < 0.4)
    return np.where(copied, before, own), np.where(copied | told, before, own)


def paragraphs(rng: np.random.Generator) -> list[str]:
    """Paragraphs of ordinary words, the short ones most often."""
    listed = WORDS_FILE.read_text(encoding="utf-8").splitlines()
    words = np.array(sorted((w for w in listed if w.isalpha()), key=lambda w: (len(w), w)))
    picked = rng.choice(len(words), size=(_PARAGRAPHS, 60), p=_zipf(len(words), 0.95))
    return [
        " ".join(words[row[:30]]).capitalize() + ". " + " ".join(words[row[30:]]).capitalize() + "."
        for row in picked
    ]


def rows(
    rng: np.random.Generator, made: Plan, names: list[str], texts: list[str]
) -> Iterator[pd.DataFrame]:
    """All articles, some at a time: what the tables are filled from."""
    verbs = ["opens", "cuts", "plans", "sells", "expands", "delays", "weighs", "drops", "launches"]
    things = ["plant", "jobs", "prices", "unit", "fund", "service", "deal", "device", "network"]
    count = len(made.seconds)
    start = int((START - _EPOCH).total_seconds())
    # One paragraph in front is the article's own, and a copy's is its source's.
    seeds = rng.integers(0, 2**31, count)[made.source]
    lengths = rng.integers(5, 12, count)[made.source]
    for at in range(0, count, _CHUNK):
        n = np.arange(at, min(at + _CHUNK, count))
        ids = ((start + made.seconds[n]) << 20) + n
        source, story = made.source[n], made.story[n]
        frame = pd.DataFrame({"n": n, "article_id": ids, "outlet": made.outlet[n] + 1})
        frame["story_id"] = ((start + made.seconds[story]) << 20) + story
        frame["copy_group_id"] = ((start + made.seconds[source]) << 20) + source
        frame["dated_at"] = pd.to_datetime(made.seconds[n], unit="s", utc=True, origin=_origin())
        frame["topic"] = made.topic[n] + 1
        frame["companies"] = [[int(c) + 1 for c in r if c >= 0] for r in made.companies[n]]
        told = (made.cause[n], made.companies[n, 0], seeds[n])
        frame["title"] = [
            f"{names[c] if c >= 0 else 'City'} "
            + (f"{_CAUSES[w]} widens as {things[s % 9]} stops" if w >= 0
               else f"{verbs[s % 9]} {things[s // 9 % 9]} after {texts[s % 997].split()[3]} review")
            for w, c, s in zip(*told, strict=True)
        ]  # fmt: skip
        frame["text"] = [
            f"{title}. {texts[s % _PARAGRAPHS]}\n\n"
            + "\n\n".join(texts[(s * 31 + k * 7919) % _PARAGRAPHS] for k in range(length))
            for title, s, length in zip(frame["title"], seeds[n], lengths[n], strict=True)
        ]
        frame["undated"] = (seeds[n] + n) % 200 == 0
        frame["role"] = np.where(source == n, "independent", "reprint")
        frame["source_id"] = np.where(source == n, 0, frame["copy_group_id"])
        yield frame


def _origin() -> Any:
    return pd.Timestamp(START.replace(tzinfo=None))


_ARTICLES = """
    INSERT INTO article BY NAME
    SELECT article_id, 'https://o' || outlet || '.example/' || n AS url, 'k' || n AS url_key,
        outlet AS outlet_id, title, ['By ' || split_part(title, ' ', 1) || ' Writer'] AS authors,
        '' AS description, CASE WHEN undated THEN NULL ELSE dated_at END AS published_at,
        CASE WHEN undated THEN 'none' WHEN n % 7 = 0 THEN 'low' ELSE 'high' END AS date_confidence,
        published_at AS dated_at, dated_at + INTERVAL 20 MINUTE AS first_seen_at,
        CASE WHEN n % 11 = 0 THEN 'de' ELSE 'en' END AS language, 'full' AS text_status,
        len(string_split(text, ' '))::INTEGER AS words, left(text, 300) AS opening,
        article_id AS revision_id, 1 AS revisions, companies AS company_ids,
        companies[:1] AS subject_ids, [topic]::INTEGER[] AS topic_ids, story_id, copy_group_id,
        role, nullif(source_id, 0) AS source_id, 'article' AS page_type, false AS sample
    FROM chunk ORDER BY chunk.dated_at
"""
_OTHERS = (
    """
    INSERT INTO revision BY NAME SELECT article_id AS revision_id, article_id,
        dated_at + INTERVAL 20 MINUTE AS seen_at, title, dated_at AS published_at,
        md5(title) AS digest FROM chunk ORDER BY article_id
    """,
    "INSERT INTO body SELECT article_id, article_id, text FROM chunk ORDER BY article_id",
    """
    INSERT INTO mention BY NAME
    SELECT article_id, company_id, outlet AS outlet_id, story_id,
        CASE WHEN undated THEN NULL ELSE dated_at END AS dated_at,
        CASE WHEN place = 'headline' THEN 0.9 ELSE 0.3 END AS salience,
        place = 'headline' AS subject, place, 0.95 AS score,
        '[{"field": "title", "start": 0, "end": 6, "text": "", "rule": "name"}]' AS evidence
    FROM (SELECT *, unnest(companies) AS company_id,
            CASE WHEN company_id = companies[1] THEN 'headline' ELSE 'body' END AS place
          FROM chunk) ORDER BY dated_at
    """,
    """
    INSERT INTO topic_tag BY NAME SELECT article_id, topic AS topic_id,
        CASE WHEN undated THEN NULL ELSE dated_at END AS dated_at, '[]' AS evidence
    FROM chunk ORDER BY dated_at
    """,
    """
    INSERT INTO entry BY NAME SELECT outlet AS feed_id, 'k' || n AS guid, 'k' || n AS url_key,
        dated_at AS seen_at, 'article' AS outcome, article_id FROM chunk ORDER BY article_id
    """,
)
# Once a day, every feed; one in forty fails, for five days together.
_POLLS = """
    INSERT INTO poll BY NAME
    SELECT day AS pass_id, feed_id, $start + to_days(day::INTEGER) AS polled_at,
        CASE WHEN hash(feed_id, day // 5) % 40 = 0 THEN 'failed' ELSE 'new' END AS outcome,
        20 AS entries, 1 AS new_articles, 0.4 AS seconds, 0.1 + (feed_id % 10) / 20.0 AS latency
    FROM range(0, $days) AS d(day), range(1, $feeds + 1) AS f(feed_id)
"""


def watchlist(names: list[str]) -> str:
    """The watchlist of these companies, topics, outlets and feeds."""
    parts = ['[team]\ntimezone = "Europe/Berlin"\n']
    parts += [f'[[company]]\nname = "{name}"\n' for name in names]
    parts += [f'[[topic]]\nname = "Topic {n:02}"\nquery = "topicword{n}"\n' for n in range(TOPICS)]
    countries = ["US", "GB", "DE", "FR", "IN"]
    parts += [
        f'[[outlet]]\nname = "Outlet {n:04}"\ndomain = "o{n}.example"\n'
        f'tier = {1 + (n > 50) + (n > 400)}\ncountry = "{countries[n % 5]}"\n'
        for n in range(1, OUTLETS + 1)
    ]
    parts += [
        f'[[feed]]\nurl = "https://o{n}.example/feed"\noutlet = "Outlet {n:04}"\n'
        for n in range(1, OUTLETS + 1)
    ]
    return "\n".join(parts)


def fill(connection: Connection, config: Config, made: Plan, rng: np.random.Generator) -> None:
    """All tables but the lists, which the watchlist gave."""
    names = [company.name for company in config.company]
    for chunk in rows(rng, made, names, paragraphs(rng)):
        connection.register("chunk", chunk)
        for sql in (_ARTICLES, *_OTHERS):
            connection.execute(sql)
        connection.unregister("chunk")
    # A twentieth of the headlines was another at first.
    connection.execute(
        """
        INSERT INTO revision BY NAME SELECT article_id - 1 AS revision_id, article_id,
            first_seen_at AS seen_at, 'First: ' || title AS title, published_at, 'first' AS digest
        FROM article WHERE hash(article_id) % 20 = 0 ORDER BY article_id
        """
    )
    connection.execute("UPDATE article SET revisions = 2 WHERE hash(article_id) % 20 = 0")
    feeds = min(OUTLETS, max(20, len(made.seconds) // 100))
    connection.execute(_POLLS, {"start": START, "days": DAYS, "feeds": feeds})
    connection.execute(
        "UPDATE feed SET polled_at = $end, succeeded_at = $end, entries = 20, title = 'Feed'",
        {"end": END},
    )


def make(folder: Path, *, articles: int, seed: int = 1, search: bool = True) -> Plan:
    """An archive of `articles` in `folder`, published and (with `search`) indexed."""
    rng = np.random.default_rng(seed)
    names = made_names(rng, COMPANIES)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "watchlist.toml").write_text(watchlist(names), encoding="utf-8")
    config = load_config(folder / "watchlist.toml")
    made = plan(rng, articles, names)
    planted = {"articles": articles, "seed": seed, "spikes": [asdict(s) for s in made.spikes]}
    (folder / "planted.json").write_text(json.dumps(planted, indent=1), encoding="utf-8")
    data = DataFolder(folder)
    with open_archive(data, config) as archive:
        fill(archive.connection, config, made, rng)
        publish(data, archive.connection)
        if search:
            index_new(data, archive.connection)
    return made


def main() -> None:
    """Make an archive and say how long it took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--search", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    started = time.perf_counter()
    made = make(options.folder, articles=options.articles, seed=options.seed, search=options.search)
    size = sum(path.stat().st_size for path in options.folder.rglob("*") if path.is_file())
    print(f"{len(made.seconds):,} articles, {len(made.spikes)} spikes, {size / 2**30:.2f} GiB, "
          f"{time.perf_counter() - started:.0f} s")  # fmt: skip
    with duckdb.connect(str(DataFolder(options.folder).live), read_only=True) as connection:
        [(stories, copies)] = connection.execute(
            "SELECT count(DISTINCT story_id), count(*) FILTER (WHERE role = 'reprint') FROM article"
        ).fetchall()
    print(f"{stories:,} stories, {copies:,} copies")


if __name__ == "__main__":
    main()

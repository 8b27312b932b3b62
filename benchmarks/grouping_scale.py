"""Whether grouping stays as quick and as sure when the archive grows, beside MinHash-LSH.

    python -m benchmarks.grouping_scale [--articles 100000] [--peer 100000] [--corpora DIR]
    python -m benchmarks.grouping_scale --articles 20000 --standing 100000 1000000

Articles of invented texts come in batches of a thousand, through the store and the grouping that
ingest uses: kept with their text, looked up by their keys, placed, and kept where they were
placed. Left out are what does not depend on grouping: fetching, extraction, tagging, the
search index, publishing. Texts are resampled from the vocabulary of the corpora's pages, in their
frequencies; each has words of its own event. One in ten is a near copy of one of the 50,000
before it: cut to its first half, one word in ten edited, or wrapped in another text.

Printed are the seconds for each thousand, the ratio of the last thousand to the first thousand
after 100,000 (at most 1.3), peak memory (under 3 GB), and the recall of planted copies (at least
.97). Times are of this process, its database's threads included, and the median of ten thousands,
so that others beside it count little. A million articles one batch after the other take the better
part of an hour. With --standing the articles come on top of archives of these sizes, whose articles
are made within the database, their keys being random numbers, and the last thousand on the largest
is measured against the last on the smallest: that shows, in minutes, what grows with an archive.

With --peer so many of the same texts go into datasketch's MinHashLSH first, in a process of its own
(pip install datasketch==2.0.0 scipy); it keeps no text, and tells no stories. Ends with 1 where a
limit is missed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.extraction import corpora_folder
from monitor.analysis.copies import SHINGLE
from monitor.analysis.group_keys import candidate_keys
from monitor.analysis.stories import Grouper
from monitor.analysis.story_decisions import Held
from monitor.analysis.words import normal_words
from monitor.ingest.prepare import group_item
from monitor.models import DateConfidence, Draft
from monitor.store import grouping, neighbours
from monitor.store.articles import copy_down, insert_articles
from monitor.store.database import Connection, transaction, writing
from monitor.store.folder import DataFolder

BATCH = 1_000
TEN = 10
WARM = 100_000  # articles; the first thousand after them is what the last is measured against
BACK = 50_000  # copies are of one of so many before
COPIED = 0.1
A_DAY = 5_000  # articles
BANDS = 16  # keys of a text of such a length
WORDS = (60, 140)
OWN = 12  # words of an event's own in each text
MOST_SLOWER, MOST_MEMORY, LEAST_RECALL = 1.3, 3 * 2**30, 0.97
PERMUTATIONS, THRESHOLD = 128, 0.3
_START = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Planted:
    """An article, and the number of the one that it copies, if any."""

    title: str
    text: str
    copies: int | None


class Writer:
    """Makes texts: the same for the same number, so that copied ones need not be kept.

    The first is number `base`.
    """

    def __init__(self, corpora: Path, base: int = 0) -> None:
        self._base = base
        counts: Counter[str] = Counter()
        for name in ("aef", "scrapinghub"):
            path = corpora / "pages" / f"{name}.jsonl"
            for line in path.read_text(encoding="utf-8").splitlines():
                counts.update(json.loads(line)["text"].split())
        self._words = np.array(list(counts))
        shares = np.array(list(counts.values()), dtype=np.float64)
        self._steps = np.cumsum(shares / shares.sum())

    def article(self, number: int) -> Planted:
        """Article `number`."""
        chance = random.Random(number)
        if number >= self._base + BATCH and chance.random() < COPIED:
            source = chance.randrange(max(self._base, number - BACK), number - number % BATCH)
            if self._is_own(source):
                return Planted(f"Report {number} of it", self._copy(number, source), source)
        return Planted(f"Report {number}", " ".join(self._own(number)), None)

    def _is_own(self, number: int) -> bool:
        return number < self._base + BATCH or random.Random(number).random() >= COPIED

    def _own(self, number: int) -> list[str]:
        pick = np.random.default_rng(number)
        count = int(pick.integers(*WORDS))
        words = self._words[np.searchsorted(self._steps, pick.random(count))].tolist()
        for _ in range(OWN):
            words[int(pick.integers(count))] = f"Zq{number:x}{int(pick.integers(4))}"
        return list(words)

    def _copy(self, number: int, source: int) -> str:
        chance = random.Random(-number)
        words = self._own(source)
        kind = chance.choice(("cut", "edited", "wrapped"))
        if kind == "cut":
            return " ".join(words[: max(40, len(words) // 2)])
        if kind == "wrapped":
            around = self._own(-number % 2**32)[:80]
            return " ".join([*around[:40], *words, *around[40:]])
        return " ".join(chance.choice(words) if chance.random() < 0.1 else word for word in words)


def batches(writer: Writer, count: int, base: int = 0) -> Iterator[list[tuple[int, Planted]]]:
    """All articles, numbered from `base`, a batch at a time."""
    for start in range(base, base + count, BATCH):
        yield [(n, writer.article(n)) for n in range(start, min(base + count, start + BATCH))]


def stand(connection: Connection, count: int) -> None:
    """Let there be `count` articles before the first, each a story, like to none."""
    connection.execute(
        """
        INSERT INTO article BY NAME SELECT
            i + 1 AS article_id, 'https://x.example/' || i AS url, 'x.example/' || i AS url_key,
            1 AS outlet_id, 'Report ' || i AS title, i + 1 AS revision_id, 1 AS revisions,
            'high' AS date_confidence, 'independent' AS role, '[]' AS role_evidence,
            i + 1 AS story_id, i + 1 AS copy_group_id,
            $start::TIMESTAMPTZ + i * INTERVAL (86400 / $a_day) SECONDS AS published_at,
            published_at AS dated_at
        FROM range($count) r(i);
        """,
        {"count": count, "start": _START, "a_day": A_DAY},
    )
    connection.execute(
        """
        INSERT INTO body BY NAME SELECT i + 1 AS revision_id, i + 1 AS article_id,
            array_to_string(list_transform(range(20), k -> md5((i * 20 + k)::VARCHAR)), ' ') AS text
        FROM range($count) r(i)
        """,
        {"count": count},
    )
    connection.execute(
        """
        INSERT INTO group_key BY NAME SELECT (hash(i * 36 + k) >> 1)::BIGINT AS key,
            CASE WHEN k < $bands THEN 0 ELSE 1 END AS kind, i + 1 AS article_id,
            $start::TIMESTAMPTZ + i * INTERVAL (86400 / $a_day) SECONDS AS dated_at
        FROM range($count) r(i), range($bands + 16) s(k)
        """,
        {"count": count, "start": _START, "a_day": A_DAY, "bands": BANDS},
    )


def keep(connection: Connection, batch: list[tuple[int, Planted]]) -> dict[int, int]:
    """Keep and place a batch as ingest does; the copy group of each article, by number."""
    drafts = {}
    for number, planted in batch:
        at = _START + timedelta(days=number / A_DAY)
        drafts[number + 1] = Draft(
            url_key=f"x.example/{number}", url=f"https://x{number % 900}.example/{number}",
            outlet=f"Outlet {number % 900}", domain=f"x{number % 900}.example", title=planted.title,
            text=planted.text, seen_at=at, published_at=at, date_confidence=DateConfidence.HIGH,
        )  # fmt: skip
    items = [group_item(i, draft) for i, draft in drafts.items()]
    keys = {int(item.id): candidate_keys(item) for item in items}
    dated = {int(item.id): item.published_at for item in items}
    with transaction(connection):
        insert_articles(connection, [(i, i, str(i), draft) for i, draft in drafts.items()])
        grouping.replace_keys(connection, keys, dated)
        near = neighbours.candidates(connection, list(keys), Held())
        grouper = Grouper(near.placed, copied=near.copied)
        grouper.add_all(items, keys=keys)
        placed = grouper.placements()
        touched = set(grouping.place(connection, placed.values()))
        merged = {int(old): int(new) for old, new in grouper.merged.items()}
        touched |= set(grouping.merge_stories(connection, merged, at=_START))
        touched |= set(grouping.infer_dates(connection, sorted(touched)))
        copy_down(connection, sorted(touched))
    return {i - 1: int(placed[i].copy_group) - 1 for i in drafts}


def peer(corpora: Path, count: int) -> None:
    """MinHash-LSH over 5-shingles: print what it finds, in what time and memory."""
    from datasketch import MinHash, MinHashLSH

    writer, index = Writer(corpora), MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    found = asked = 0
    seconds: list[float] = []
    for batch in batches(writer, count):
        start = time.process_time()
        for number, planted in batch:
            words = normal_words(planted.text)
            one = MinHash(num_perm=PERMUTATIONS)
            one.update_batch([" ".join(words[i : i + SHINGLE]).encode() for i in range(len(words))])
            near = index.query(one)
            index.insert(number, one)
            if planted.copies is not None:
                asked += 1
                found += planted.copies in near
        seconds.append(time.process_time() - start)
    print(f"MinHash-LSH at {THRESHOLD}: {count:,} articles, recall {found / asked:.4f}, "
          f"the last thousand in {seconds[-1]:.2f} s, the first in {seconds[0]:.2f} s, "
          f"{_peak() / 2**20:.0f} MB", flush=True)  # fmt: skip


def main() -> int:
    """Run, print, and say by the exit status whether the limits are kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--peer", type=int, default=0)
    parser.add_argument("--standing", type=int, nargs="+", default=[])
    parser.add_argument("--corpora", type=Path, default=corpora_folder())
    options = parser.parse_args()
    if options.peer:
        other = multiprocessing.get_context("spawn").Process(
            target=peer, args=(options.corpora, options.peer)
        )
        other.start()
        other.join()
    if options.standing:
        results = [run(options.corpora, options.articles, base) for base in options.standing]
    else:
        results = [run(options.corpora, options.articles, 0)]
    return max(*(_report(*result) for result in results), _compare(results, options.standing))


Result = tuple[dict[int, int], dict[int, int], list[float]]


def run(corpora: Path, count: int, base: int) -> Result:
    """The copy group of each article, the source of each copy, the seconds of each thousand."""
    writer = Writer(corpora, base)
    groups: dict[int, int] = {}
    sources: dict[int, int] = {}
    seconds: list[float] = []
    clock = 0.0
    with (
        tempfile.TemporaryDirectory() as folder,
        writing(DataFolder(Path(folder))) as connection,
    ):
        stand(connection, base)
        for batch in batches(writer, count, base):
            sources |= {n: p.copies for n, p in batch if p.copies is not None}
            start = time.process_time(), time.perf_counter()
            groups |= keep(connection, batch)
            seconds.append(time.process_time() - start[0])
            clock += time.perf_counter() - start[1]
            if len(seconds) % TEN == 0:
                print(
                    f"{base + len(groups):9,} articles: {median(seconds[-TEN:]):.2f} s a thousand, "
                    f"{clock / TEN:.2f} s by the clock, {_peak() / 2**20:.0f} MB",
                    flush=True,
                )
                clock = 0.0
    return groups, sources, seconds


def _report(groups: dict[int, int], sources: dict[int, int], _: list[float]) -> int:
    recall = sum(groups[n] == groups[source] for n, source in sources.items()) / len(sources)
    strangers = Counter(groups.values()).most_common(1)[0][1]
    print(f"recall of {len(sources):,} copies {recall:.4f}; largest copy group {strangers}")
    print(f"peak memory {_peak() / 2**20:.0f} MB")
    return int(recall < LEAST_RECALL or _peak() > MOST_MEMORY)


def _compare(results: list[Result], standing: list[int]) -> int:
    """Print how much longer the last thousand takes on the most articles; 1 if too much."""
    (*_, few), (*_, many) = results[0], results[-1]
    start = WARM // BATCH if len(few) > WARM // BATCH + TEN and not standing else -TEN
    first, last = median(few[start : start + TEN or None]), median(many[-TEN:])
    print(f"a thousand took {first:.2f} s at first, {last:.2f} s at last: "
          f"{last / first:.2f} times as long")  # fmt: skip
    return int(last > MOST_SLOWER * first)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    sys.exit(main())

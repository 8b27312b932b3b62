"""How well pages are read, beside trafilatura alone, in one run over the corpora's pages.

    python -m benchmarks.extraction [--corpora DIR] [--limit N]

Text is measured as the article extraction benchmark of Scrapinghub does: precision and
recall of the multiset of 4-word shingles, averaged over pages, and the F1 of these two.
Title, authors and date are right or wrong: compared in lower case without punctuation,
authors as a set, dates to the day in UTC.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import re
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trafilatura

from monitor.errors import ParseError
from monitor.ingest.extract import extract_page
from monitor.ingest.extract.words import key

SETS = ("aef", "scrapinghub")
COLUMNS = ("set", "reader", "pages", "text F1", "title", "authors", "date", "split", "pages/s")
SHINGLE = 4  # words


@dataclass(slots=True)
class Read:
    """What a reader made of one page."""

    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    articles: int = 0


@dataclass(slots=True)
class Score:
    """Sums over the pages of one set."""

    precisions: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    split: int = 0
    seconds: float = 0.0

    @property
    def f1(self) -> float:
        """F1 of the mean precision and the mean recall of shingles."""
        p = sum(self.precisions) / max(1, len(self.precisions))
        r = sum(self.recalls) / max(1, len(self.recalls))
        return 2 * p * r / (p + r) if p + r else 0.0

    def share(self, name: str) -> float:
        """The share of pages whose `name` is right."""
        return self.right[name] / max(1, self.pages)


def corpora_folder() -> Path:
    """Where the corpora are: ``$MONITOR_CORPORA``, else beside the repository."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpora"
    return Path(os.environ.get("MONITOR_CORPORA") or beside)


def pages(
    corpora: Path, name: str, *, limit: int | None = None
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The truth and the bytes of each page of a set, in the order of its list."""
    folder = corpora / "pages"
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[:limit]
    rows = {row["file"]: row for row in map(json.loads, lines)}
    with tarfile.open(folder / f"{name}-html.tar.xz") as archive:
        for member in archive:
            row = rows.get(Path(member.name).name)
            file = archive.extractfile(member) if row else None
            if row and file:
                data = file.read()
                yield row, gzip.decompress(data) if member.name.endswith(".gz") else data


def ours(data: bytes, url: str) -> Read:
    """The first article of a page, as the product reads it."""
    try:
        articles = extract_page(data, url=url, kind="html")
    except ParseError:
        return Read()
    first = articles[0]
    day = f"{first.published_at:%Y-%m-%d}" if first.published_at else ""
    return Read(first.text, first.title, first.authors, day, len(articles))


def alone(data: bytes, url: str) -> Read:
    """The page as trafilatura reads it by its defaults, with its own metadata."""
    document = trafilatura.bare_extraction(data, url=url, with_metadata=True)
    if document is None:
        return Read()
    names = tuple((document.author or "").split("; "))
    return Read(document.text or "", document.title or "", names, document.date or "", 1)


def measure(read: Callable[[bytes, str], Read], rows: list[tuple[dict[str, Any], bytes]]) -> Score:
    """The score of a reader over `rows`."""
    score = Score()
    for row, data in rows:
        started = time.process_time()
        found = read(data, row["url"])
        score.seconds += time.process_time() - started
        score.pages += 1
        score.split += found.articles > 1
        _add_shingles(score, _shingles(row["text"]), _shingles(found.text))
        if "title" in row:
            wanted = {key(name) for name in re.split(r",| and ", row["authors"] or "")} - {""}
            score.right["title"] += key(row["title"]) == key(found.title)
            score.right["authors"] += wanted == {key(name) for name in found.authors} - {""}
            # "NaT" is how the set writes that a page has no date.
            score.right["date"] += (row["date"] or "").replace("NaT", "") == found.date
    return score


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))


def _add_shingles(
    score: Score, truth: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]
) -> None:
    shared = (truth & found).total()
    if found:
        score.precisions.append(shared / found.total())
    if truth:
        score.recalls.append(shared / truth.total())


def main() -> None:
    """Print a line for each set and reader."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpora", type=Path, default=corpora_folder())
    parser.add_argument("--limit", type=int, help="pages of each set")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    row_form = "{:12} {:12} {:>5} {:>8} {:>6} {:>8} {:>6} {:>6} {:>8}"
    print(row_form.format(*COLUMNS))
    for name in SETS:
        rows = list(pages(options.corpora, name, limit=options.limit))
        for label, read in (("ours", ours), ("trafilatura", alone)):
            score = measure(read, rows)
            facts = [
                f"{score.share(fact):.3f}" if "title" in rows[0][0] else "-"
                for fact in ("title", "authors", "date")
            ]
            speed = f"{score.pages / score.seconds:.1f}"
            print(
                row_form.format(
                    name, label, score.pages, f"{score.f1:.4f}", *facts, score.split, speed
                )
            )


if __name__ == "__main__":
    main()

"""How fast articles are tagged, beside bare scans for the same names: for benchmarks.tagging."""

from __future__ import annotations

import json
import random
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick, Implementation

from monitor.analysis.names import KNOWN_FILE
from monitor.analysis.ordinary import WORDS_FILE
from monitor.analysis.tagging import Tagger
from monitor.config import Company, Config

WORDS = 800
NEWS = (
    3  # names of watched companies in an article: news pages have 2.7 in 800 words, of 1.2 of the
)
# 258 best-known companies
DENSE = 10  # … where an article is about the market as a whole
ORDINARY = 20  # one name in so many is an ordinary word, as of the 500 largest American companies
MILLION = 1_000_000


def speed(corpora: Path) -> None:
    """Print articles a second for lists of 50, 500 and 5,000 names, beside bare scans."""
    print(f"speed: articles of {WORDS} words, one core, articles a second; the bare scan finds the")
    print("  same names in headline and text, any case, between word boundaries, and no more")
    print(f"  {'names':>6}{'in each':>9}{'tagged':>9}{'bare scan':>11}{'share':>7}", end="")
    print(f"{'scan alone':>12}{'flashtext':>11}")
    for count in (50, 500, 5_000):
        for named in (NEWS, DENSE):
            _speed_of(count, named)
    _speed_of_pages(corpora / "pages" / "aef.jsonl")


def _speed_of(count: int, named: int) -> None:
    rng = random.Random(7)
    words = sorted(w for w in WORDS_FILE.read_text(encoding="utf-8").split() if w.isalpha())
    names = _made_names(rng, words, count)
    vocabulary = rng.sample(words, 4_000)
    articles = [_article(rng, vocabulary, names, named) for _ in range(100)]
    _print_speed(names, articles, str(named))


def _speed_of_pages(pages: Path) -> None:
    """The same on real news pages, with the best-known companies among 500 names."""
    if not pages.is_file():
        return
    rows = [json.loads(line) for line in pages.read_text(encoding="utf-8").splitlines()]
    rng = random.Random(7)
    words = sorted(w for w in WORDS_FILE.read_text(encoding="utf-8").split() if w.isalpha())
    known = [
        line for line in KNOWN_FILE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    ]
    names = [*filter(None, known), *_made_names(rng, words, 500 - len(known))]
    _print_speed(names, [(row["title"] or "", row["text"] or "") for row in rows], "pages")


def _print_speed(names: list[str], articles: list[tuple[str, str]], label: str) -> None:
    tagger = Tagger(Config(company=tuple(Company(name=n, about=f"{n}, the bank") for n in names)))
    lower = [name.lower() for name in names]
    # The quickest of the library's kinds, as the tagger has it.
    scan = AhoCorasick(lower, implementation=Implementation.DFA)
    tagging = _rate(lambda title, text: tagger.tag(title=title, text=text), articles)
    bare = _rate(lambda title, text: (_bare(scan, title), _bare(scan, text)), articles)
    alone = _rate(lambda _, text: scan.find_matches_as_indexes(text.lower()), articles)
    print(f"  {len(names):>6}{label:>9}{tagging:>9.0f}{bare:>11.0f}{tagging / bare:>7.2f}", end="")
    print(f"{alone:>12.0f}{_flashtext(lower, articles):>11}")
    if label == "pages" or (label == str(NEWS) and len(names) == 500):
        _print_retagging(articles, tagging)


def _print_retagging(articles: list[tuple[str, str]], tagging: float) -> None:
    """What a million articles would take, beside unpacking their text as an archive does."""
    packed = [tuple(zlib.compress(part.encode()) for part in article) for article in articles]
    reading = _rate(lambda *parts: [zlib.decompress(part).decode() for part in parts], packed)
    minutes = MILLION / tagging / 60
    print(f"  {'':15}a million of these: {minutes:.0f} minutes of one core, "
          f"{reading / tagging:.1f} times unpacking their text (from {len(articles)})")  # fmt: skip


def _bare(scan: AhoCorasick, text: str) -> list[tuple[int, int, int]]:
    """The least that finding names takes: all of them, in any case, between word boundaries."""
    lower = text.lower()
    size = len(lower)
    return [
        (pattern, start, end)
        for pattern, start, end in scan.find_matches_as_indexes(lower, overlapping=True)
        if not (start and lower[start - 1].isalnum()) and not (end < size and lower[end].isalnum())
    ]


def _flashtext(names: list[str], articles: list[tuple[str, str]]) -> str:
    """Articles a second of flashtext's keyword processor, where it is installed."""
    try:
        from flashtext import KeywordProcessor
    except ImportError:
        return "-"
    processor = KeywordProcessor()
    processor.add_keywords_from_list(names)
    find = processor.extract_keywords
    rate = _rate(lambda title, text: (find(title), find(text, span_info=True)), articles)
    return f"{rate:.0f}"


def _made_names(rng: random.Random, words: list[str], count: int) -> list[str]:
    ordinary = [word.capitalize() for word in rng.sample(words, count // ORDINARY)]
    made: dict[str, None] = dict.fromkeys(ordinary)
    while len(made) < count:
        made["".join(rng.choices("aeioulnrstdm", k=rng.randint(5, 9))).capitalize()] = None
    return list(made)


def _article(
    rng: random.Random, vocabulary: list[str], names: list[str], named: int
) -> tuple[str, str]:
    """A made article that names two companies for each three names in it."""
    some = rng.sample(names, max(1, named * 2 // 3))
    said = rng.choices(vocabulary, k=WORDS - named) + rng.choices(some, k=named)
    rng.shuffle(said)
    sentences = [" ".join(said[i : i + 20]) for i in range(0, WORDS, 20)]
    text = ".\n\n".join(s[:1].upper() + s[1:] for s in sentences) + "."
    return " ".join(rng.choices(vocabulary, k=8)).capitalize() + " " + some[0], text


def _rate(work: Any, articles: Sequence[tuple[Any, ...]]) -> float:
    best = 0.0
    for _ in range(5):
        start = time.process_time()
        for article in articles:
            work(*article)
        best = max(best, len(articles) / (time.process_time() - start))
    return best

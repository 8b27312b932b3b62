"""How fast articles are tagged, beside bare scans for the same names: for benchmarks.tagging."""

from __future__ import annotations

import json
import random
import time
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick, Implementation

from monitor.analysis.lexicon import DETERMINERS, FUNCTION_WORDS
from monitor.analysis.names import KNOWN_FILE
from monitor.analysis.ordinary import WORDS_FILE
from monitor.analysis.tagging import Tagger
from monitor.config import Company, Config
from monitor.models import Tags

WORDS = 800
# Names of watched companies in an article: news pages have 2.7 in 800 words, of 1.2 of the 258
# best-known companies.
NEWS = 3
DENSE = 10  # … where an article is about the market as a whole
ORDINARY = 20  # one name in so many is an ordinary word, as of the 500 largest American companies
FEW, MANY = 50, 5_000
MILLION = 1_000_000
_NO_NAMES = FUNCTION_WORDS | DETERMINERS


def speed(corpora: Path) -> None:
    """Print articles a second for lists of 50, 500 and 5,000 names, beside bare scans."""
    print(f"speed: articles of {WORDS} words, one core, articles a second; the bare scan finds the")
    print("  same names in headline and text, any case, between word boundaries, and no more")
    print(f"  {'names':>6}{'in each':>9}{'tagged':>9}{'bare scan':>11}{'share':>7}", end="")
    print(f"{'scan alone':>12}{'flashtext':>11}")
    for count in (FEW, 500, MANY):
        for named in (NEWS, DENSE):
            _print_speed(*_made(count, named), str(named))
    pages = _pages(corpora / "pages" / "aef.jsonl")
    if pages:
        known = _known()
        _print_speed([*known, *_made_names(random.Random(7), 500 - len(known))], pages, "pages")
    print(f"growth: how many times slower with {MANY:,} names than with {FEW}, in turns")
    for named in (NEWS, DENSE):
        _print_growth(f"{named} names in each", _made(FEW, named), _made(MANY, named))
        few = _made(FEW, named), _made(MANY, named, ordinary=FEW // ORDINARY)
        _print_growth(f"{named}, as many ordinary words in both", *few)
    if pages:
        joined = "\n".join(text for _, text in pages)
        most = sorted(_known(), key=lambda name: -joined.count(name))[: FEW * 9 // 10]
        lists = [[*most, *_made_names(random.Random(7), n - len(most))] for n in (FEW, MANY)]
        _print_growth("pages, and the same companies in both", *((n, pages) for n in lists))


Made = tuple[list[str], list[tuple[str, str]]]  # names, and articles as (title, text)


def _made(count: int, named: int, *, ordinary: int | None = None) -> Made:
    """`count` made names, as many of them `ordinary` words, and made articles with `named` each."""
    rng = random.Random(7)
    names = _made_names(rng, count, ordinary=ordinary)
    vocabulary = rng.sample(_words(), 4_000)
    return names, [_article(rng, vocabulary, names, named) for _ in range(100)]


def _pages(file: Path) -> list[tuple[str, str]]:
    """Real news pages, where they are."""
    if not file.is_file():
        return []
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [(row["title"] or "", row["text"] or "") for row in rows]


def _known() -> list[str]:
    """The best-known companies."""
    lines = KNOWN_FILE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and line[0] != "#"]


@cache
def _words() -> list[str]:
    """Ordinary words, in so far as a company may be called so: none is "The", and few "As"."""
    every = WORDS_FILE.read_text(encoding="utf-8").split()
    return sorted(w for w in every if w.isalpha() and len(w) > 3 and w not in _NO_NAMES)


def _tagger(names: Sequence[str]) -> Tagger:
    return Tagger(Config(company=tuple(Company(name=n, about=f"{n}, the bank") for n in names)))


def _print_growth(label: str, few: Made, many: Made) -> None:
    """By processor time, each the best of rounds in turns, so that a busy machine counts little."""
    best = [float("inf")] * 2
    taggers = [_tagger(names) for names, _ in (few, many)]
    for _ in range(20):
        for i, (tagger, (_, articles)) in enumerate(zip(taggers, (few, many), strict=True)):
            best[i] = min(best[i], 1 / _rate(_tags(tagger), articles, rounds=1))
    print(f"  {label:40}{best[1] / best[0]:6.2f}")


def _tags(tagger: Tagger) -> Callable[[str, str], Tags]:
    return lambda title, text: tagger.tag(title=title, text=text)


def _print_speed(names: list[str], articles: list[tuple[str, str]], label: str) -> None:
    tagger = _tagger(names)
    lower = [name.lower() for name in names]
    # The quickest of the library's kinds, as the tagger has it.
    scan = AhoCorasick(lower, implementation=Implementation.DFA)
    tagging = _rate(_tags(tagger), articles)
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
    print(
        f"  {'':15}a million of these: {minutes:.0f} minutes of one core, "
        f"{reading / tagging:.1f} times unpacking their text"
    )
    print(f"  {'':15}(extrapolated from {len(articles)})")


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


def _made_names(rng: random.Random, count: int, *, ordinary: int | None = None) -> list[str]:
    some = rng.sample(_words(), count // ORDINARY if ordinary is None else ordinary)
    made: dict[str, None] = dict.fromkeys(word.capitalize() for word in some)
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


def _rate(work: Any, articles: Sequence[tuple[Any, ...]], *, rounds: int = 5) -> float:
    best = 0.0
    for _ in range(rounds):
        start = time.process_time()
        for article in articles:
            work(*article)
        best = max(best, len(articles) / (time.process_time() - start))
    return best

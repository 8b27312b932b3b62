"""How surely copies are found, by kind, beside plain MinHash-LSH at its best threshold.

    python -m benchmarks.copies [CORPORA]      the peer needs: pip install datasketch==2.0.0

Copies are made of real pages' texts: cut to the first 30 %, one word in ten edited, wrapped in
another article's text, two merged into one, under another headline, with paragraphs in another
order. Near misses are none: the same event by different hands (ECB+ reports no two of which have
20 words in a row in common: those that have are of one agency's text), and one speech quoted.

Each copy and each near miss is put to the grouping as it comes, among all originals: a copy is
found if it shares its original's copy group (recall), a pair in one group is right if one was
made of the other (precision). The peer finds pairs by the words' 5-shingles.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from monitor.analysis.copies import SHINGLE
from monitor.analysis.stories import Grouper
from monitor.analysis.words import normal_words, paragraphs
from monitor.models import GroupItem

FEWEST = 150  # words of a page that is worth copying
EDITED = 0.1  # share of words
QUOTE = 90  # words of the speech that two articles quote
ONE_HAND = 20  # words in a row that no two people write alike
PERMUTATIONS = 128
THRESHOLDS = [n / 20 for n in range(1, 19)]


@dataclass(frozen=True, slots=True)
class Case:
    """A text made of `sources`; `kind` says how. A near miss has no sources."""

    kind: str
    title: str
    text: str
    sources: frozenset[int]


def main() -> int:
    """Print recall by kind, precision, and false pairs by kind, for this and for the peer."""
    root = Path(__file__).resolve().parent.parent
    default = os.environ.get("MONITOR_CORPORA") or str(root.parent / "shared" / "corpora")
    corpora = Path(sys.argv[1] if len(sys.argv) > 1 else default)
    if not corpora.is_dir():
        print(f"no corpora at {corpora}; set MONITOR_CORPORA")
        return 1
    originals = pages(corpora)
    cases = list(made(originals, corpora, random.Random(11)))
    print(f"{len(originals)} pages, {len(cases)} texts made of them or beside them")
    start = time.perf_counter()
    found = by_grouping(originals, cases)
    report("this", originals, cases, found, time.perf_counter() - start)
    by_peer(originals, cases)
    return 0


def pages(corpora: Path) -> list[str]:
    """The texts of the corpora's pages, each once."""
    texts: dict[str, None] = {}
    for name in ("aef", "scrapinghub"):
        for line in (corpora / "pages" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"]
            if len(text.split()) >= FEWEST:
                texts.setdefault(text)
    return list(texts)


def made(originals: list[str], corpora: Path, chance: random.Random) -> Iterable[Case]:
    """One copy of each kind of each page, and the near misses."""
    for number, text in enumerate(originals):
        other = chance.choice([n for n in range(len(originals)) if n != number])
        words, own = text.split(), frozenset({number})
        around = originals[other].split()
        first, last = around[: len(around) // 2], around[len(around) // 2 :]
        yield Case("cut to the first 30 %", "", " ".join(words[: len(words) * 3 // 10]), own)
        yield Case("one word in ten edited", "", edited(words, chance), own)
        yield Case("wrapped in another", "", f"{' '.join(first)}\n\n{text}\n\n{' '.join(last)}",
                   frozenset({number, other}))  # fmt: skip
        yield Case("two merged", "", f"{text}\n\n{originals[other]}", frozenset({number, other}))
        yield Case("under another headline", "Something else entirely", text, own)
        parts = [part.strip() for part in paragraphs(text)]
        chance.shuffle(parts)
        yield Case("paragraphs reordered", "", "\n\n".join(parts), own)
    yield from near_misses(originals, corpora, chance)


def edited(words: list[str], chance: random.Random) -> str:
    """`words` with one in ten replaced, dropped or followed by another of the text."""
    out: list[str] = []
    for word in words:
        act = chance.choice("rda") if chance.random() < EDITED else "k"
        spare = chance.choice(words)
        out += {"r": [spare], "d": [], "a": [word, spare], "k": [word]}[act]
    return " ".join(out)


def near_misses(originals: list[str], corpora: Path, chance: random.Random) -> Iterable[Case]:
    """Reports of one event by different hands, and articles that quote one speech."""
    seen: set[tuple[str, ...]] = set()
    lines = (corpora / "stories" / "ecbplus.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        text = json.loads(line)["text"]
        words = normal_words(text)
        runs = {tuple(words[i : i + ONE_HAND]) for i in range(len(words) - ONE_HAND + 1)}
        if seen.isdisjoint(runs):
            seen |= runs
            yield Case("same event, other hands", "", text, frozenset())
    speech = " ".join(chance.choice(originals).replace('"', "").split()[:QUOTE])
    for text in chance.sample(originals, 60):
        own = " ".join(text.split()[:20][::-1] + text.split()[::-1][:150])
        yield Case("one speech quoted", "", f"{own}\n\n“{speech},” they said.", frozenset())


def by_grouping(originals: list[str], cases: list[Case]) -> dict[int, int]:
    """The copy group of each original (by number) and each case (after them)."""
    grouper = Grouper()
    for number, text in enumerate(originals):
        grouper.add(GroupItem(id=number, title=f"Page {number}", text=text))
    groups = {}
    for at, case in enumerate(cases, start=len(originals)):
        placed = grouper.add(GroupItem(id=at, title=case.title or f"Copy {at}", text=case.text))
        groups[at] = int(placed.copy_group)
    groups |= {n: int(grouper.placements()[n].copy_group) for n in range(len(originals))}
    return groups


def report(
    name: str, originals: list[str], cases: list[Case], groups: dict[int, int], seconds: float
) -> None:
    """Recall by kind of copy; precision over the pairs of a case and an original."""
    members = defaultdict(list)
    for number in range(len(originals)):
        members[groups[number]].append(number)
    hit, asked, wrong = Counter[str](), Counter[str](), Counter[str]()
    right = 0
    for at, case in enumerate(cases, start=len(originals)):
        together = set(members[groups[at]])
        if case.sources:
            asked[case.kind] += 1
            hit[case.kind] += bool(together & case.sources)
        right += len(together & case.sources)
        wrong[case.kind] += len(together - case.sources)
    misses = [n for n, case in enumerate(cases, start=len(originals)) if not case.sources]
    for a, b in combinations(misses, 2):  # two near misses in one group: both by ECB+ or a speech
        if groups[a] == groups[b]:
            wrong[cases[a - len(originals)].kind] += 1
    show(name, hit, asked, wrong, right, seconds)


def show(
    name: str, hit: Counter[str], asked: Counter[str], wrong: Counter[str], right: int, spent: float
) -> None:
    """Print one way's figures."""
    false = sum(wrong.values())
    print(
        f"{name}: recall {sum(hit.values()) / sum(asked.values()):.3f}  "
        f"precision {right / max(1, right + false):.3f}  {spent:.1f} s"
    )
    for kind in [*asked, *(k for k in wrong if k not in asked)]:
        recall = f"recall {hit[kind] / asked[kind]:.3f}" if asked[kind] else "a near miss "
        print(f"    {kind:26}{recall}   false pairs {wrong[kind]}")


def by_peer(originals: list[str], cases: list[Case]) -> None:
    """MinHash-LSH over 5-shingles, at the threshold with the best F1 over all pairs."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("MinHash-LSH: datasketch is not installed")
        return
    start = time.perf_counter()
    texts = [*originals, *(case.text for case in cases)]
    hashes = []
    for text in texts:
        words = normal_words(text)
        one = MinHash(num_perm=PERMUTATIONS)
        one.update_batch([" ".join(words[i : i + SHINGLE]).encode() for i in range(len(words))])
        hashes.append(one)
    hashed = time.perf_counter() - start
    best: tuple[float, tuple[Counter[str], Counter[str], Counter[str], int, float], float] | None
    best = None
    for threshold in THRESHOLDS:
        start = time.perf_counter()
        index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
        hit, asked, wrong = Counter[str](), Counter[str](), Counter[str]()
        right = 0
        for at, one in enumerate(hashes):
            near = {n for n in index.query(one) if one.jaccard(hashes[n]) >= threshold}
            index.insert(at, one)
            if at < len(originals):
                continue
            case = cases[at - len(originals)]
            together = {n for n in near if n < len(originals)}
            if case.sources:
                asked[case.kind] += 1
                hit[case.kind] += bool(together & case.sources)
            right += len(together & case.sources)
            wrong[case.kind] += len(together - case.sources)
            if not case.sources:
                wrong[case.kind] += sum(
                    n >= len(originals) and not cases[n - len(originals)].sources for n in near
                )
        recall = sum(hit.values()) / sum(asked.values())
        precision = right / max(1, right + sum(wrong.values()))
        f1 = 2 * recall * precision / max(1e-9, recall + precision)
        spent = hashed + time.perf_counter() - start
        if best is None or f1 > best[0]:
            best = f1, (hit, asked, wrong, right, spent), threshold
    assert best is not None
    show(f"MinHash-LSH at {best[2]:.2f}", *best[1])


if __name__ == "__main__":
    sys.exit(main())

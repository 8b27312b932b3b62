"""How well stories are told apart: ECB+ and SemEval-2022 task 8, beside TF-IDF average link.

    python -m benchmarks.stories [CORPORA]

ECB+: adjusted Rand index and B-cubed, the number of stories unknown. SemEval: F1 of
"same story" (overall similarity of 2 or less) over all pairs.
All in one batch in file order, and one at a time in random orders.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path

from monitor.analysis.stories import Grouper, group
from monitor.models import GroupItem

ORDERS = (None, 1, 2, 3)  # seeds; None is the order of the file


@dataclass(frozen=True, slots=True)
class BCubed:
    """B-cubed (Bagga and Baldwin 1998), each 0..1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def adjusted_rand(truth: Sequence[object], found: Sequence[object]) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985): 1 the same partition, 0 chance."""
    both, a, b = Counter(zip(truth, found, strict=True)), Counter(truth), Counter(found)
    together = sum(comb(n, 2) for n in both.values())
    in_a, in_b = (sum(comb(n, 2) for n in side.values()) for side in (a, b))
    expected = in_a * in_b / comb(len(truth), 2)
    return (together - expected) / ((in_a + in_b) / 2 - expected)


def b_cubed(truth: Sequence[object], found: Sequence[object]) -> BCubed:
    """B-cubed precision and recall of the partition `found`."""
    both, a, b = Counter(zip(truth, found, strict=True)), Counter(truth), Counter(found)
    pairs = list(zip(truth, found, strict=True))
    return BCubed(
        precision=sum(both[p] / b[p[1]] for p in pairs) / len(pairs),
        recall=sum(both[p] / a[p[0]] for p in pairs) / len(pairs),
    )


def _stories(items: Sequence[GroupItem], seed: int | None) -> dict[int | str, int | str]:
    """The story of each item: all at once, or where `seed` orders them, one at a time."""
    if seed is None:
        return {p.id: p.story for p in group(items)}
    grouper = Grouper()
    ordered = list(items)
    random.Random(seed).shuffle(ordered)
    for item in ordered:
        grouper.add(item)
    return {id_: p.story for id_, p in grouper.placements().items()}


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ecbplus(folder: Path) -> None:
    """Print ARI and B-cubed on ECB+."""
    documents = _lines(folder / "ecbplus.jsonl")
    items = [GroupItem(str(d["id"]), "", str(d["text"])) for d in documents]
    truth = [d["story"] for d in documents]
    print(f"ECB+  {len(items)} documents, {len(set(truth))} stories")
    print("      TF-IDF average link at .80: ARI .806  B3 .869 (threshold chosen on the set)")
    for seed in ORDERS:
        start = time.perf_counter()
        stories = _stories(items, seed)
        found = [stories[i.id] for i in items]
        b3 = b_cubed(truth, found)
        order = "one batch   " if seed is None else f"random {seed}    "
        print(
            f"      {order} ARI {adjusted_rand(truth, found):.3f}  B3 {b3.f1:.3f} "
            f"(P {b3.precision:.3f} R {b3.recall:.3f})  stories {len(set(found))}  "
            f"{time.perf_counter() - start:.1f} s"
        )


@dataclass(frozen=True, slots=True)
class SameStory:
    """How "same story" was answered, each 0..1."""

    precision: float
    recall: float
    f1: float


def same_story(folder: Path, *, seed: int | None = None) -> SameStory:
    """The answers on the SemEval pairs, in one batch or in the order of `seed`."""
    pairs = _lines(folder / "semeval22.jsonl")
    items = [
        GroupItem(f"{d['pair_id']}/{n}", "", str(d[f"text{n}"])) for d in pairs for n in (1, 2)
    ]
    truth = _same(pairs)
    story = _stories(items, seed)
    found = [story[f"{d['pair_id']}/1"] == story[f"{d['pair_id']}/2"] for d in pairs]
    hits = sum(t and f for t, f in zip(truth, found, strict=True))
    return SameStory(
        hits / max(1, sum(found)), hits / sum(truth), 2 * hits / (sum(truth) + sum(found))
    )


def _same(pairs: Sequence[dict[str, object]]) -> list[bool]:
    return [float(str(d["overall"])) <= 2 for d in pairs]


def semeval(folder: Path) -> None:
    """Print F1 of "same story" on the SemEval pairs."""
    truth = _same(pairs := _lines(folder / "semeval22.jsonl"))
    print(f"SemEval  {len(pairs)} pairs, {sum(truth)} of one story; TF-IDF cosine F1 .82")
    for seed in ORDERS:
        found = same_story(folder, seed=seed)
        order = "one batch   " if seed is None else f"random {seed}    "
        print(f"      {order} F1 {found.f1:.3f}  P {found.precision:.3f}  R {found.recall:.3f}")


def main() -> int:
    """Measure both sets; exit status 2 where they are not found."""
    here = Path(__file__).resolve().parent.parent.parent / "shared" / "corpora"
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("MONITOR_CORPORA")
    folder = Path(given or here) / "stories"
    if not folder.is_dir():
        print(f"no corpora at {folder}; name their folder or set MONITOR_CORPORA", file=sys.stderr)
        return 2
    ecbplus(folder)
    semeval(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How fast two long texts are aligned, and how much is kept, beside difflib on words.

    python -m benchmarks.alignment [CORPORA]

Invented texts of about 5,000 words, one an edited copy of the other: with the same
paragraphs, with paragraphs cut anew after every 40 words (so that hardly one begins
where it did), and as one paragraph, where nothing but the word alignment works. Then
twenty such copies at a glance, and the two seed documents where CORPORA holds them:
there the alignment must keep no fewer words than difflib's. Ends with 1 where a limit
is missed. Times are of this process, so that others beside it do not count.
"""

from __future__ import annotations

import difflib
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.extraction import corpora_folder
from monitor.analysis.alignment import align, differences
from monitor.analysis.glance import glance
from monitor.ingest.extract import extract_page

WORDS = 5_000
EDITED = 0.1  # share of words replaced, dropped or added
RUNS = 7
COPIES = 20
SLOWEST = 0.150  # seconds for two long texts
TIMES = 20  # as fast as difflib, where paragraphs are not cut anew
GLANCE = 1.0  # seconds for all copies at a glance


def long_text(chance: random.Random) -> list[str]:
    """Words in about the frequencies of prose (Zipf), from an invented vocabulary."""
    vocabulary = [f"w{n}" + "x" * min(6, n.bit_length() // 2) for n in range(3_000)]
    return chance.choices(vocabulary, [1 / (n + 1) for n in range(len(vocabulary))], k=WORDS)


def edited(words: list[str], chance: random.Random) -> list[str]:
    """`words` with one in ten replaced, dropped or followed by a new one."""
    out: list[str] = []
    for word in words:
        act = chance.choice("rda") if chance.random() < EDITED else "k"
        out += {"r": ["other"], "d": [], "a": [word, "more"], "k": [word]}[act]
    return out


def in_paragraphs(words: list[str], size: int) -> str:
    """`words` as text with a blank line after every `size` of them."""
    return "\n\n".join(" ".join(words[i : i + size]) for i in range(0, len(words), size))


def copy_of(words: list[str], chance: random.Random) -> str:
    """An edited copy with the same paragraphs."""
    parts = [edited(words[i : i + 40], chance) for i in range(0, len(words), 40)]
    return "\n\n".join(map(" ".join, parts))


def best_time(action: Callable[[], object], runs: int = RUNS) -> float:
    """The shortest of a few runs, in seconds of this process."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times)


def by_difflib(left: list[str], right: list[str]) -> int:
    """The words that difflib keeps."""
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def long_pairs() -> bool:
    """Print times and kept words of two long texts; whether they are within the limits."""
    chance = random.Random(5)
    words = long_text(chance)
    changed = edited(words, chance)
    peer_time = best_time(lambda: by_difflib(words, changed))
    peer_kept = by_difflib(words, changed)
    print(f"difflib on words    {peer_time * 1000:7.0f} ms  kept {peer_kept}")
    fine = True
    for name, left, right, counts in (
        ("same paragraphs", in_paragraphs(words, 40), copy_of(words, chance), True),
        ("paragraphs cut anew", in_paragraphs(words, 40), in_paragraphs(changed, 40), False),
        ("one paragraph", " ".join(words), " ".join(changed), True),
    ):
        seconds = best_time(lambda a=left, b=right: align(a, b))  # type: ignore[misc]
        alignment, times = align(left, right), peer_time / seconds
        fine &= seconds < SLOWEST and (times >= TIMES or not counts)
        print(
            f"{name:20}{seconds * 1000:7.0f} ms  kept {alignment.words_kept}  "
            f"places {len(differences(alignment))}  {times:.1f} times as fast, "
            f"keeps {alignment.words_kept / peer_kept:.4f} as much"
        )
    return fine


def at_a_glance() -> bool:
    """Print how long all copies at a glance take; whether that is within the limit."""
    chance = random.Random(6)
    words = long_text(chance)
    reference = in_paragraphs(words, 40)
    copies = {n: copy_of(words, chance) for n in range(COPIES)}
    seconds = best_time(lambda: glance(reference, copies), runs=3)
    print(f"{COPIES} copies at a glance {seconds:.2f} s")
    return seconds < GLANCE


def seeds(corpora: Path) -> bool:
    """Print what is kept of each seed article; whether it is never less than difflib keeps."""
    found = [article for path in sorted((corpora / "seeds").glob("*.txt"))
             for article in extract_page(path.read_bytes())]  # fmt: skip
    if not found:
        print(f"no seeds in {corpora}; set MONITOR_CORPORA")
        return True
    fine = True
    for n, one in enumerate(found):
        for other in found[n + 1 :]:
            kept = align(one.text, other.text).words_kept
            peer = by_difflib(one.text.split(), other.text.split())
            alike = 2 * peer > min(len(one.text.split()), len(other.text.split())) > 0
            if alike:  # unrelated texts have only small words in common, and face nothing
                fine &= kept >= peer
                print(f"seeds: kept {kept}, by difflib {peer}")
    return fine


def main() -> int:
    """All three; 1 where a limit is missed."""
    corpora = Path(sys.argv[1]) if len(sys.argv) > 1 else corpora_folder()
    results = [long_pairs(), at_a_glance(), seeds(corpora)]
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main())

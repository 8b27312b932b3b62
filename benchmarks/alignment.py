"""How fast two long texts are aligned, and how much is kept, beside difflib on words.

    python -m benchmarks.alignment

Invented texts of about 5,000 words, one an edited copy of the other: with the same
paragraphs, with paragraphs cut anew after every 40 words (so that hardly one begins
where it did), and as one paragraph, where nothing but the word alignment works.
"""

from __future__ import annotations

import difflib
import random
import sys
import time
from collections.abc import Callable

from monitor.analysis.alignment import align, differences

WORDS = 5_000
EDITED = 0.1  # share of words replaced, dropped or added
RUNS = 3


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


def best_time(action: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Print times and kept words, each as a ratio beside difflib's."""
    chance = random.Random(5)
    words = long_text(chance)
    changed = edited(words, chance)

    def by_difflib() -> difflib.SequenceMatcher[str]:
        matcher = difflib.SequenceMatcher(None, words, changed, autojunk=False)
        matcher.get_opcodes()
        return matcher

    peer_time = best_time(by_difflib)
    peer_kept = sum(m.size for m in by_difflib().get_matching_blocks())
    print(f"difflib on words    {peer_time * 1000:7.0f} ms  kept {peer_kept}")
    kept_together = [edited(words[i : i + 40], chance) for i in range(0, len(words), 40)]
    for name, left, right in (
        ("same paragraphs", in_paragraphs(words, 40), "\n\n".join(map(" ".join, kept_together))),
        ("paragraphs cut anew", in_paragraphs(words, 40), in_paragraphs(changed, 40)),
        ("one paragraph", " ".join(words), " ".join(changed)),
    ):
        seconds = best_time(lambda a=left, b=right: align(a, b))  # type: ignore[misc]
        alignment = align(left, right)
        print(
            f"{name:20}{seconds * 1000:7.0f} ms  kept {alignment.words_kept}  "
            f"places {len(differences(alignment))}  {peer_time / seconds:.1f} times as fast, "
            f"keeps {alignment.words_kept / peer_kept:.4f} as much"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

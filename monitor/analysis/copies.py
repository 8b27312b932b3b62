"""Which articles carry another's text, and what part of it.

Two steps. `bands` gives an article a few keys; two texts that share a passage
share a key, so candidates are found by look-up. `overlap` then measures exactly.

The keys are winnowed shingle hashes (Schleimer, Wilkerson, Aiken 2003: the least
hash in every window of shingles) rather than MinHash bands. MinHash looks for
texts alike as wholes; a text cut to its first third, or wrapped in a page of
others, has a Jaccard of .3 or less, where MinHash needs far more keys to find
it. A winnowed key belongs to a passage and is found wherever the passage goes.

Under 30 words a text proves less, and more has to speak for it: `group_keys.same_brief`
asks for agreeing headlines, outlets and times beside what is measured here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from monitor.analysis.terms import names_and_figures
from monitor.analysis.words import normal_words

SHINGLE = 5  # words; the measure of seeds.md, and long enough that chance repeats none
FEWEST = 30  # words; a shorter text is a brief or a caption, and proves nothing by itself
SHORTEST = 15  # words of a brief that can be measured at all: eleven shingles
BRIEF = 8  # words; a shorter text ("Read more in our app") may stand under anything, and so may
# a shorter headline ("Stock market today")
_WINDOW = 50  # shingles between two keys at most
_MOST_KEYS = 48

# A copy holds this share of the shorter text: copy edits of one word in ten leave
# .9^5 = .59 of its shingles, background passages that two reports share stay below .3.
_COPY = 0.4
_FEWEST_SHARED = 20  # shingles, about 25 words in a row: less is a quote or a stock sentence
# A brief's: one edit in twenty words leaves .69 of them, one in ten .59.
_BRIEF_COPY = 0.55
_BRIEF_SHARED = 7
_BRIEF_FACTS = 0.75
_FEWEST_FACTS = 3
# Where so much is shared, less of it has to stand outside quotation marks: edits blur where these
# begin and end. Reports that quote one speech share hardly anything else.
_MOST = 0.5
_OUTSIDE = 0.3
# Templates ("shares of X fell Y %") repeat the words around other names and figures.
_SAME_FACTS = 0.5
_VERBATIM = 0.98  # of the words: no room for other names and figures

_QUOTED = re.compile(r"“[^”\n]{0,2000}(?:”|$|(?=\n))|\"[^\"\n]{1,2000}\"|``.{1,2000}?''")

Shingles = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common, in shingles of five normalised words; shares are 0..1.

    `outside_quotes` is the larger of the two shares when what stands in quotation
    marks is left out of both; `facts` the share of the names and figures of the
    text with fewer that the other one has too.
    """

    shared: int
    jaccard: float
    a_in_b: float
    b_in_a: float
    outside_quotes: float
    facts: float

    @property
    def containment(self) -> float:
        """The larger share: 1 where one text is wholly in the other."""
        return max(self.a_in_b, self.b_in_a)


_NOTHING = Overlap(0, 0.0, 0.0, 0.0, 0.0, 0.0)


def bands(text: str) -> tuple[int, ...]:
    """Keys of `text` (signed 64-bit, ascending, at most 48) that its copies share; none if short.

    Stable across processes and versions: the store keeps them. The least of the first passage is
    always among them: a brief is most often the beginning of a story.
    """
    hashes = _hashes(normal_words(text))
    if len(hashes) < SHORTEST - SHINGLE + 1:
        return ()
    # Shorter windows for shorter texts; the least of a long window is also the least of every
    # shorter one that holds it, so texts of different length still meet.
    window = max(4, min(_WINDOW, len(hashes) // 10))
    least = np.lib.stride_tricks.sliding_window_view(hashes, window).min(axis=1)
    keys = np.unique(least)[: _MOST_KEYS - 1]
    keys = np.union1d(keys, hashes[: SHORTEST - SHINGLE + 1].min())
    return tuple(sorted(int(key) for key in keys.view(np.int64)))


def brief_key(title: str, text: str) -> int | None:
    """One key (signed 64-bit) of a text too short for `bands`, with its headline.

    Two briefs with one key have the same words throughout: they are copies.
    None where there is hardly any text, or enough of it to be measured.
    """
    words = normal_words(text)
    if not BRIEF <= len(words) < FEWEST:
        return None
    return _key([*normal_words(title), "|", *words])


def headline_key(title: str) -> int | None:
    """One key (signed 64-bit) of a headline of eight words or more, None of a shorter one."""
    words = normal_words(title)
    return None if len(words) < BRIEF else _key([*words, "|"])


def _key(words: Sequence[str]) -> int:
    digest = blake2b(" ".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def overlap(a: str, b: str, *, brief: bool = False) -> Overlap:
    """What `a` and `b` have in common; nothing where either is too short to tell.

    With `brief`, also of texts that are too short to be copies by that alone.
    """
    (all_a, own_a), (all_b, own_b) = _shingles(a), _shingles(b)
    fewest = (SHORTEST if brief else FEWEST) - SHINGLE + 1
    if min(len(all_a), len(all_b)) < fewest:
        return _NOTHING
    shared = _common(all_a, all_b)
    if not shared:
        return _NOTHING
    if min(len(own_a), len(own_b)) < fewest:  # all quotation, a transcript: that is its text
        own_a, own_b = all_a, all_b
    own = _common(own_a, own_b) / min(len(own_a), len(own_b))
    return Overlap(
        shared=shared,
        jaccard=shared / (len(all_a) + len(all_b) - shared),
        a_in_b=shared / len(all_a),
        b_in_a=shared / len(all_b),
        outside_quotes=own,
        facts=_facts_in_common(a, b),
    )


def is_copy(found: Overlap) -> bool:
    """Whether one of two texts carries the other's, or both a third's.

    Two reports that quote one speech are not copies: what counts is the text
    outside quotation marks. Two transcripts of the speech are: they have no other.
    """
    outside = _OUTSIDE if found.containment >= _MOST else _COPY
    return (
        found.shared >= _FEWEST_SHARED
        and found.containment >= _COPY
        and found.outside_quotes >= outside
        and (found.facts >= _SAME_FACTS or found.containment >= _VERBATIM)
    )


def is_brief_copy(a: str, b: str) -> bool:
    """Whether one of two texts, at least one of them a brief, has the other's words and facts.

    Notices of one form ("shares of … fell …") do too, so that their names and figures decide.
    """
    found = overlap(a, b, brief=True)
    return (
        found.shared >= _BRIEF_SHARED
        and found.containment >= _BRIEF_COPY
        and found.facts >= _BRIEF_FACTS
        and (found.containment >= _VERBATIM
             or min(len(_facts(a)), len(_facts(b))) >= _FEWEST_FACTS)
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _shingles(text: str) -> tuple[Shingles, Shingles]:
    """The distinct shingles of `text`, sorted: of all of it, and of what is outside quotes."""
    everything = np.unique(_hashes(normal_words(text)))
    own = np.unique(_hashes(normal_words(_QUOTED.sub(" ", text))))
    return everything, own


def _facts_in_common(a: str, b: str) -> float:
    fewer, more = sorted((_facts(a), _facts(b)), key=len)
    return len(fewer & more) / len(fewer) if fewer else 1.0


_facts = lru_cache(maxsize=1024)(names_and_figures)


def _hashes(words: list[str]) -> Shingles:
    """One hash for each run of five words, in order (repeats kept)."""
    count = len(words) - SHINGLE + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    codes = np.array([_word_hash(w) for w in words], dtype=np.uint64)
    mixed = np.zeros(count, dtype=np.uint64)
    for k in range(SHINGLE):
        mixed = _scramble(mixed + codes[k : k + count])
    return mixed


@lru_cache(maxsize=100_000)
def _word_hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")


def _scramble(x: Shingles) -> Shingles:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014): every bit depends on every bit."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _common(a: Shingles, b: Shingles) -> int:
    return len(np.intersect1d(a, b, assume_unique=True))

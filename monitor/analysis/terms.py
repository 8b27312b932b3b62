"""What an article is about, as weighted terms: the measure of stories.

The weights are the same for every article everywhere: no counting over an
archive, so two articles are equally alike whatever else was read, in whatever
order it came. They stand on what holds for news in general: short words are
common, long ones and those outside a list of ordinary words rarer; names and
figures tell events of one kind apart; what an article is about stands first.
Measured on ECB+ (average link), they did no worse than document frequencies
counted over the whole set, or than a table of word frequencies.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice

from monitor.analysis.ordinary import is_ordinary
from monitor.analysis.words import MARKED, fold

_LEAD = 150  # words: news says who, what, where first; the rest is background shared by others
# The first word counts as if it stood there five times, the fortieth not twice: a lead tells the
# event, later sentences what else is known. On ECB+, pairs within a topic are told apart with an
# area under the curve of .917 so, of .895 without; half or double of either number does as well.
_FIRST = 2.0
_FADES = 20  # words
# Shares of names and figures. Which of two events of a kind it is, is in them (.55 to .7 do about
# as well on ECB+); whether it is one event at all, more in the other words (SemEval, .4 to .5).
_WHICH = 0.65
_WHAT = 0.45
_NAMES = 6  # with fewer names and figures, they weigh less: one common name is not half an event
_KEYS = 16  # terms an article is looked up by
FEWEST_TERMS = 5  # with fewer, nothing is known well enough to compare
_PIECE = re.compile(rf"{MARKED}+(?:['’]{MARKED}+)*|[.!?।:\"“”`\n]+")
_TITLE_CASE = 0.7
_UNLISTED = 2.0  # a word that is no ordinary one is about so much rarer than its length says

# Words that any report may hold: function words, reporting verbs, times and measures.
_COMMON_WORDS = """
    the a an and or but if of to in on at by for from with without into onto over under out up
    down off about after before between during through against he she it they we you i his her its
    their our your my him them us me who whom whose which what that this these those there here
    when where why how is are was were be been being am has have had having do does did done will
    would can could may might must shall should not no nor so as than then too very just also only
    more most less least much many some any all both each every other another such own same say
    says said saying tell tells told add adds added accord according report reports reported new
    news first last next one two three year years day days week weeks month months time today
    yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday january february
    march april june july august september october november december people person man men woman
    women make makes made making get gets got go goes went going come comes came coming take takes
    took taken give gave given know known see seen think like well back still even now while since
    until because mr mrs ms dr part include includes including around among early late near home
    way long old good big high end set use used using per cent percent million billion
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_SUFFIXES = (
    ("ational", "ate"), ("ations", ""), ("ation", ""), ("ingly", ""), ("edly", ""), ("ments", ""),
    ("ment", ""), ("ings", ""), ("ing", ""), ("ers", ""), ("ies", "y"), ("ied", "y"), ("ed", ""),
    ("er", ""), ("es", ""), ("ly", ""), ("s", ""), ("e", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """An article's terms by 64-bit key, weighted in two ways, each of length 1 (or empty).

    In `which`, names and figures weigh most: which event it is. In `what`, the
    other words have their say: what happened. Where there are few names, both are
    the same. `keys` are the heaviest terms of both, to store and look up candidates by.
    """

    which: Mapping[int, float]
    what: Mapping[int, float]
    keys: tuple[int, ...]


@lru_cache(maxsize=1024)  # what is new is compared with the same recent articles again and again
def profile(title: str, text: str) -> Profile:
    """The Profile of an article by its headline and the first words of its text."""
    named, told = _weigh(title, text)
    which, what = _blend(named, told, _WHICH), _blend(named, told, _WHAT)
    heaviest = sorted(which, key=lambda term: (-which[term] - what[term], term))[:_KEYS]
    return Profile(
        {term_key(term): weight for term, weight in which.items()},
        {term_key(term): weight for term, weight in what.items()},
        tuple(term_key(term) for term in heaviest),
    )


def shared_words(a: tuple[str, str], b: tuple[str, str], *, most: int = 8) -> list[str]:
    """Why two articles, each (title, text), are alike: the words that weigh most in both."""
    one, two = (_blend(*_weigh(*article), _WHAT) for article in (a, b))
    common = sorted(one.keys() & two.keys(), key=lambda term: (-one[term] * two[term], term))
    return common[:most]


def _weigh(title: str, text: str) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of an article's terms, by stem: of its names and figures, of its other words."""
    counts: Counter[str] = Counter()
    names: Counter[str] = Counter()
    places: defaultdict[str, float] = defaultdict(float)
    spelling: dict[str, str] = {}
    body = text.lstrip()
    head = "" if body.startswith(title.strip()) else title
    words = chain(_read(head, trust_capitals=not _title_cased(head)), _read(body))
    for place, (word, is_name) in enumerate(islice(words, _LEAD)):
        term = stem(word)
        counts[term] += 1
        names[term] += is_name
        places[term] += 1.0 + _FIRST * math.exp(-place / _FADES)
        spelling.setdefault(term, word)
    told: dict[str, float] = {}
    named: dict[str, float] = {}
    for term, count in counts.items():
        word = spelling[term]
        if word in _COMMON:
            continue
        weight = (1.0 + math.log(places[term])) * _rarity(word)
        if word[0].isdigit() or names[term] * 2 >= count:
            named[term] = weight
        else:
            told[term] = weight if is_ordinary(word) else weight * _UNLISTED
    return named, told


def _blend(named: dict[str, float], told: dict[str, float], most: float) -> dict[str, float]:
    """Both, of length 1 together; `named` has the share `most` of the square, less if it is few."""
    share = most * min(1.0, len(named) / _NAMES) if told else 1.0
    return {
        term: weight * math.sqrt(part_share)
        for part, part_share in ((named, share), (told, 1.0 - share))
        for term, weight in _unit(part).items()
    }


def names_and_figures(text: str) -> frozenset[str]:
    """The words of `text` that are figures, or capitalised where no sentence begins."""
    return frozenset(w for w, is_name in _read(text) if is_name or w[0].isdigit())


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Lower-case `word` without its English ending; longer stems only, so that names survive."""
    for suffix, restored in _SUFFIXES:
        if len(word) - len(suffix) >= 4 and word.endswith(suffix):
            if suffix == "s" and word.endswith(("ss", "us", "is")):
                continue
            word = word.removesuffix(suffix) + restored
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


@lru_cache(maxsize=100_000)
def term_key(term: str) -> int:
    """A signed 64-bit key for `term`, the same in every process and version."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), signed=True)


def _read(text: str, *, trust_capitals: bool = True) -> Iterator[tuple[str, bool]]:
    """The folded words of `text`, and whether each is written as a name."""
    begins = True
    for match in _PIECE.finditer(text):
        piece = match[0]
        if not piece[0].isalnum():
            begins = True
            continue
        word = fold(piece).replace("’", "'").removesuffix("'s").replace("'", "")
        if word:
            yield word, trust_capitals and not begins and piece[0].isupper()
        begins = False


def _title_cased(headline: str) -> bool:
    """Whether Every Word Is Capitalised, so that capitals tell nothing."""
    longer = [w for w in headline.split() if len(w) > 3 and w[0].isalpha()]
    return sum(w[0].isupper() for w in longer) > _TITLE_CASE * len(longer)


def _rarity(word: str) -> float:
    """About -ln of the share of news articles that hold `word`, guessed from its shape."""
    if word[0].isdigit():
        return (1.2, 3.5, 4.6)[min(len(word), 3) - 1]
    return (0.7, 0.7, 2.3, 3.0, 3.5, 3.9)[min(len(word), 6) - 1]


def _unit(weights: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
    return {term: w / length for term, w in weights.items()}

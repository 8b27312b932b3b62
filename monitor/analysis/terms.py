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
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice, pairwise

from monitor.analysis.ordinary import is_ordinary
from monitor.analysis.words import LETTER, fold

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
_SHORT = 5  # with fewer terms, nothing is known well enough to compare
_AT = tuple(1.0 + _FIRST * math.exp(-place / _FADES) for place in range(_LEAD))
_PIECE = re.compile(rf"{LETTER}+(?:['’]{LETTER}+)*|[.!?।:\"“”`\n]+")
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

    terms: array[int]
    weights_which: array[float]
    weights_what: array[float]
    keys: tuple[int, ...]

    @property
    def which(self) -> dict[int, float]:
        """Key → weight, names and figures weighing most."""
        return dict(zip(self.terms, self.weights_which, strict=True))

    @property
    def what(self) -> dict[int, float]:
        """Key → weight, the other words having their say."""
        return dict(zip(self.terms, self.weights_what, strict=True))

    @property
    def comparable(self) -> bool:
        """Whether there is enough to compare: a bare "Morning briefing" is about nothing."""
        return len(self.terms) >= _SHORT


def profile(title: str, text: str) -> Profile:
    """The Profile of an article by its headline and the first words of its text."""
    named, told = _weigh(title, text)
    parts = _unit(named), _unit(told)
    which, what = _blend(*parts, _WHICH), _blend(*parts, _WHAT)
    # Both have the same terms in the same order.
    heaviest = sorted(
        (-one - other, term)
        for (term, one), other in zip(which.items(), what.values(), strict=True)
    )[:_KEYS]
    return Profile(
        array("q", [term_key(term) for term in which]),
        array("d", which.values()),
        array("d", what.values()),
        tuple(term_key(term) for _, term in heaviest),
    )


def shared_words(a: tuple[str, str], b: tuple[str, str], *, most: int = 8) -> list[str]:
    """Why two articles, each (title, text), are alike: the words that weigh most in both."""
    one, two = (_terms(*article) for article in (a, b))
    common = sorted(one.keys() & two.keys(), key=lambda term: (-one[term] * two[term], term))
    return common[:most]


def _terms(title: str, text: str) -> dict[str, float]:
    """As `Profile.what`, by the terms themselves."""
    named, told = _weigh(title, text)
    return _blend(_unit(named), _unit(told), _WHAT)


def _weigh(title: str, text: str) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of an article's terms, by stem: of its names and figures, of its other words."""
    body = text.lstrip()
    head = "" if body.startswith(title.strip()) else title
    seen = chain(_read(head, trust_capitals=not _title_cased(head)), _read(body))
    # By stem: how often, how often as a name, how near the beginning; and the word met first.
    found: dict[str, tuple[list[float], str]] = {}
    for (word, is_name), near in zip(islice(seen, _LEAD), _AT, strict=False):
        term = stem(word)
        if term in found:
            tally = found[term][0]
            tally[0] += 1
            tally[1] += is_name
            tally[2] += near
        else:
            found[term] = [1, is_name, near], word
    told: dict[str, float] = {}
    named: dict[str, float] = {}
    for term, ((count, names, places), word) in found.items():
        as_name, as_word = _rarities(word)
        if not as_name:
            continue
        if word[0].isdigit() or names * 2 >= count:
            named[term] = (1.0 + math.log(places)) * as_name
        else:
            told[term] = (1.0 + math.log(places)) * as_word
    return named, told


def _blend(named: dict[str, float], told: dict[str, float], most: float) -> dict[str, float]:
    """Both, of length 1 each, as one of length 1.

    `named` has the share `most` of the square, less if it is few.
    """
    share = most * min(1.0, len(named) / _NAMES) if told else 1.0
    one, other = math.sqrt(share), math.sqrt(1.0 - share)
    found = {term: weight * one for term, weight in named.items()}
    found.update((term, weight * other) for term, weight in told.items())
    return found


def names_and_figures(text: str) -> frozenset[str]:
    """The words of `text` that are figures, or capitalised where no sentence begins."""
    return frozenset(w for w, is_name in _read(text) if is_name or w[0].isdigit())


def word_pairs(text: str) -> frozenset[tuple[int, int]]:
    """The keys of two telling words in a row ("subscription service"), figures left out."""
    keys = [
        None if len(word) < 2 or word[0].isdigit() or word in _COMMON else term_key(stem(word))
        for word, _ in _read(text)
    ]  # fmt: skip
    return frozenset((a, b) for a, b in pairwise(keys) if a is not None and b is not None)


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
    for match in _PIECE.finditer(text.replace("_", " ")):
        piece = match[0]
        first = piece[0]
        if not first.isalnum():
            begins = True
            continue
        word = piece.lower() if piece.isascii() else fold(piece).replace("’", "'")
        if "'" in word:
            word = word.removesuffix("'s").replace("'", "")
        if word:
            yield word, trust_capitals and not begins and first.isupper()
        begins = False


def _title_cased(headline: str) -> bool:
    """Whether Every Word Is Capitalised, so that capitals tell nothing."""
    longer = [w for w in headline.split() if len(w) > 3 and w[0].isalpha()]
    return sum(w[0].isupper() for w in longer) > _TITLE_CASE * len(longer)


@lru_cache(maxsize=100_000)
def _rarities(word: str) -> tuple[float, float]:
    """How rare `word` is as a name or figure, and as any other word; 0 what any report may hold.

    About -ln of the share of news articles that hold it, guessed from its shape.
    """
    if word in _COMMON:
        return 0.0, 0.0
    if word[0].isdigit():
        rarity = (1.2, 3.5, 4.6)[min(len(word), 3) - 1]
    else:
        rarity = (0.7, 0.7, 2.3, 3.0, 3.5, 3.9)[min(len(word), 6) - 1]
    return rarity, rarity if is_ordinary(word) else rarity * _UNLISTED


def _unit(weights: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
    return {term: w / length for term, w in weights.items()}

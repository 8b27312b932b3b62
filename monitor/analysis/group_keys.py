"""What grouping looks articles up by, and reads of one: its terms, its passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from monitor.analysis.clusters import APART, dot
from monitor.analysis.copies import (
    BRIEF,
    FEWEST,
    bands,
    brief_key,
    headline_key,
    is_brief_copy,
)
from monitor.analysis.outlets import suffix_start
from monitor.analysis.terms import Profile, profile
from monitor.analysis.words import fold, normal_words
from monitor.models import GroupItem
from monitor.urls import site_of

# Reports of one event come within days of each other; later ones are of what followed.
WINDOW = timedelta(days=APART)
# Keys held by more texts than this are boilerplate or everyday words; only the latest count.
POSTINGS = 64
SHARED_TERMS = 2  # candidate_keys().terms that an article must share to be worth comparing
_PROOF = 1200  # characters
# Articles whose reading is remembered. Those of a batch are read twice; what they are about (some
# 3 kB) is asked again for days: they are what later ones are compared with.
_REMEMBERED = 2048
_ABOUT_REMEMBERED = 16_384
_SAME_HEADLINE = 0.35  # likeness, 0..1, of two headlines over one brief


@dataclass(frozen=True, slots=True)
class Keys:
    """Signed 64-bit keys to store with an article and to look candidates up by.

    A candidate shares one of `bands`, or, published within `WINDOW`, at least
    `SHARED_TERMS` of `terms`.
    """

    bands: tuple[int, ...]
    terms: tuple[int, ...]


def candidate_keys(item: GroupItem) -> Keys:
    """The Keys of `item`: stable across processes and versions."""
    return Keys(copy_keys(item), about_of(item).keys)


def about_of(item: GroupItem) -> Profile:
    """The Profile of `item`, its headline without the outlet's name at the end."""
    title = _headline(item)
    key = _about_key(title, item)
    found = _about.get(key)
    if found is None:
        found = profile(title, item.text)
    _remember(key, found)
    return found


def remember_about(item: GroupItem, about: Profile) -> None:
    """Let `about_of` answer with what another process has found for `item`."""
    _remember(_about_key(_headline(item), item), about)


def _about_key(title: str, item: GroupItem) -> int:
    return hash((title, item.text))  # the text itself would be most of what is remembered


def _remember(key: int, about: Profile) -> None:
    if _about.pop(key, None) is None and len(_about) >= _ABOUT_REMEMBERED:
        del _about[next(iter(_about))]  # the one that came first
    _about[key] = about


_about: dict[int, Profile] = {}


def copy_keys(item: GroupItem) -> tuple[int, ...]:
    """What copies of `item` are looked up by: passages, all of a brief, its headline."""
    known = _short(item)
    more = (key for key in (known.brief, known.headline) if key is not None)
    return (*bands(item.text), *more)


def has_text(item: GroupItem) -> bool:
    """Whether there is more of `item` than its headline."""
    return _short(item).has_text


def site(item: GroupItem) -> str:
    """What tells one outlet from another: its registered domain, else its name; "" if unknown."""
    return site_of(item.url) if item.url else fold(item.outlet or "")


def same_brief(a: GroupItem, b: GroupItem) -> bool:
    """Whether `a` and `b` are one text, where one of them has too few words to tell by these alone.

    Never more than `WINDOW` apart: notices come again. Then, briefs that are word for word the
    same, headline and all. Else only at another outlet, for an outlet uses its own phrases again:
    a brief of 15 words or more that has most of the other's words and facts, under a headline
    that tells of the same; or, where one has nothing but a headline, one of eight words or more
    that is word for word the other's. Of 331 such headlines among 96,000 real ones hardly any was
    not of one agency's text or release; of those at one outlet every sixth was a column that
    comes daily.
    """
    one, other = _short(a), _short(b)
    if one.is_long and other.is_long:
        return False
    if a.published_at and b.published_at and abs(a.published_at - b.published_at) > WINDOW:
        return False
    if one.brief is not None and one.brief == other.brief:
        return True
    if site(a) and site(a) == site(b):
        return False
    if not (one.has_text and other.has_text):
        return one.headline is not None and one.headline == other.headline
    heads = [profile(_headline(item), "").what for item in (a, b)]
    return (
        dot(*heads) >= _SAME_HEADLINE
        and is_brief_copy(a.text, b.text)
        # A line that stands under everything has nothing of what headlines tell.
        and not profile("", a.text).what.keys().isdisjoint(heads[0].keys() | heads[1].keys())
    )


@dataclass(frozen=True, slots=True)
class _Short:
    """What of an article counts where it is short."""

    brief: int | None
    headline: int | None
    has_text: bool

    @property
    def is_long(self) -> bool:
        """Whether its text tells by itself what it is a copy of."""
        return self.has_text and self.brief is None


@lru_cache(maxsize=_REMEMBERED)
def _short(item: GroupItem) -> _Short:
    if len(normal_words(item.text[:_PROOF])) > FEWEST:  # a long text need not be read to its end
        return _Short(None, headline_key(_headline(item)), True)
    return _Short(
        brief_key(item.title, item.text), headline_key(_headline(item)),
        len(normal_words(item.text)) >= BRIEF,
    )  # fmt: skip


def _headline(item: GroupItem) -> str:
    return item.title[: suffix_start(item.title, outlet=item.outlet, url=item.url)]

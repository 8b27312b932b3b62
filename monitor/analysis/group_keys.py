"""What grouping looks articles up by, and reads of one: its terms, its passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from monitor.analysis.clusters import APART
from monitor.analysis.copies import bands, brief_key
from monitor.analysis.outlets import suffix_start
from monitor.analysis.terms import Profile, profile
from monitor.models import GroupItem

# Reports of one event come within days of each other; later ones are of what followed.
WINDOW = timedelta(days=APART)
SHARED_TERMS = 2  # candidate_keys().terms that an article must share to be worth comparing


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
    end = suffix_start(item.title, outlet=item.outlet, url=item.url)
    return profile(item.title[:end], item.text)


def copy_keys(item: GroupItem) -> tuple[int, ...]:
    """What copies of `item` are looked up by: passages, or all of it where it is a brief."""
    brief = brief_key(item.title, item.text)
    return bands(item.text) if brief is None else (brief,)


def same_brief(a: GroupItem, b: GroupItem) -> bool:
    """Whether two briefs are word for word the same, and not the same notice a week later."""
    key = brief_key(a.title, a.text)
    if key is None or key != brief_key(b.title, b.text):
        return False
    if a.published_at is None or b.published_at is None:
        return True
    return abs(a.published_at - b.published_at) <= WINDOW

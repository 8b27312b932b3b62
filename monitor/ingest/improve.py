"""Whether a page that was read again came out better: pure."""

from __future__ import annotations

from dataclasses import replace

from monitor.ingest.decide import FEED
from monitor.ingest.extract.dates import BEFORE_FOUNDING
from monitor.ingest.extract.sources import refused
from monitor.models import DateConfidence, Draft
from monitor.store.rereading import Present

_LEAST = 0.5  # of the words that were there; a text that shrinks more is no better
_TRUST = (DateConfidence.NONE, DateConfidence.LOW, DateConfidence.DAY, DateConfidence.MEDIUM,
          DateConfidence.HIGH)  # fmt: skip


def improved(old: Present, new: Draft) -> Draft | None:
    """`new` as a wording of the article `old`, with what only `old` has; None where it is worse."""
    if len(new.text.split()) < _LEAST * len(old.text.split()):
        return None
    trusted = _TRUST.index(new.date_confidence) >= _TRUST.index(old.date_confidence)
    impossible = _is_refused(old, new)
    dated = new if impossible or (new.published_at and trusted) else old
    return replace(
        new, url_key=old.url_key, url=old.url or new.url, outlet=old.outlet,
        authors=new.authors or old.authors, credit=new.credit or old.credit,
        description=new.description or old.description, published_at=dated.published_at,
        date_confidence=dated.date_confidence, sample=old.sample,
        undated=impossible and new.published_at is None,
    )  # fmt: skip


def _is_refused(old: Present, new: Draft) -> bool:
    """Whether the date of `old` lies before its outlet was founded, as is known by now.

    What is known of an article is read again as if its feed said it.
    """
    if old.published_at is None:
        return False
    said = refused(f"{old.published_at:%Y-%m-%d}", FEED, BEFORE_FOUNDING)
    return said in new.sources.get("refused", "")


def differs(old: Present, new: Draft) -> bool:
    """Whether a reader would see any of `new`: headline, text, date, authors or credit."""
    return (new.title, new.text, new.published_at, new.authors, new.credit) != (
        old.title, old.text, old.published_at, old.authors, old.credit
    )  # fmt: skip

"""The English of where an article's facts come from, and of its wordings; see `texts`."""

from __future__ import annotations

from collections.abc import Sequence

HEADING = "Where these facts come from"
COLUMNS = ("Fact", "What is kept", "Found in")
FACTS = {
    "title": "Headline", "authors": "Authors", "date": "Date", "outlet": "Outlet",
    "language": "Language", "text": "Text", "page": "Page",
}  # fmt: skip
NOT_KNOWN = "Not known"
NOT_NOTED = "Not noted"
REFUSED = "Not taken: {said}"
CONFIDENCE = {
    "high": "Certain: stated with its time and zone, or alike by two sources.",
    "medium": "Likely: stated once, or without a time zone.",
    "day": "As the page or feed gives it: the day, without a time.",
    "low": "A guess, from the address, the text or the time of a change.",
    "inferred": "Its own is not known: taken from the earliest copy of the same text.",
    "none": "No date was found.",
}
PAGE_TYPES = {
    "article": ("An article", ""),
    "live blog": ("Live blog", "It is added to for as long as it runs."),
    "list": ("List", "It leads to other articles more than it says itself."),
    "several articles": ("Several articles", "Its page carries others too."),
}
TEXT = {"full": "the article's own page", "feed": "the feed", "headline": "nowhere"}

_SOURCES = {
    "JSON-LD": "the page's data for search engines (JSON-LD)",
    "og:title": "its preview for sharing (OpenGraph)",
    "twitter:title": "its preview for X (Twitter card)",
    "dc.title": "its library data (Dublin Core)",
    "heading": "the heading on the page",
    "title element": "the name of the browser tab (title)",
    "header": "the lines round the headline",
    "meta": "meta elements of the page",
    "author link": "a link marked as the author's",
    "byline": "the byline",
    "dateline": "the date printed on the page",
    "URL": "the address",
    "last change": "the time of the page's last change",
    "feed": "the feed",
    "import": "whoever imported it",
    "address": "the address",
    "page": "what the page says of itself",
    "text": "the words of the text",
    "watchlist": "the watchlist",
}

REVISIONS = "Changes since it was first seen"
READ_AGAIN = "Read again since it was first seen"
NO_CHANGE = "Its publisher has not changed it: the same page was read again, and better."
READ_AGAIN_BADGE = "Read again"
READ_AGAIN_MEANS = "Not a change by the publisher: the same page, read better."
ONE_WORDING = (
    "The publisher changed nothing between these two: what differs is how the page was read."
)
ALSO_READ_AGAIN = (
    "Between these two the page was also read anew, and better: not every difference is the "
    "publisher's."
)


def found_in(source: str) -> str:
    """``JSON-LD, heading`` in plain words, as one sentence without a full stop."""
    said = [_SOURCES.get(name, name) for name in source.split(", ") if name]
    text = " · ".join(said)
    return text[:1].upper() + text[1:]


def version(number: int, *, reread: bool = False) -> str:
    """How one wording of an article is called; the publisher's are numbered."""
    return f"Version {number}, read again" if reread else f"Version {number}"


def what_changed(before: tuple[str, str] | None, now: tuple[str, str]) -> str:
    """What of a (title, text) is not as it was; the headline first."""
    if before is None:
        return "As first seen"
    changed = [name for name, a, b in zip(("headline", "text"), before, now, strict=True) if a != b]
    return " and ".join(changed).capitalize() or "Nothing that is shown"


def names(reread: Sequence[bool]) -> list[str]:
    """What an article's wordings are called, oldest first; `reread` says which are readings."""
    numbers = 0
    said = []
    for again in reread:
        numbers += not again
        said.append(version(numbers, reread=again))
    return said

"""The English of an entry of the watchlist: its fields, what a change would do, removing it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from monitor.dashboard.texts import ADD, plural, verbatim

NO_SUCH_ENTRY = "The watchlist has no such entry any more."
NOTHING_CHANGED = "Change something to see what it would do."
FIELDS = {
    "name": ("Name", "How the dashboard and the CSV call it. A company's is also looked for."),
    "about": ("Which one is meant", "One sentence, as you would tell a new colleague."),
    "aliases": ("Other names", "One on each line."),
    "brands": ("Brands", "They count as the company. One on each line."),
    "products": ("Products", "Naming one names the company. One on each line."),
    "people": ("People", "They support it; a person alone is no mention. One on each line."),
    "tickers": ("Tickers", "Counted only where written as one: (NYSE: GAP), $GAP."),
    "context": ("Words that speak for it", "One on each line."),
    "exclude": ("Phrases that are not it", "Such as: performance gap. One on each line."),
    "ambiguous": ("Names that also mean something else", "Which of the names above."),
    "query": ("Query", 'Words, "phrases", AND OR NOT, NEAR/5, prefix\\*.'),
    "medtop": ("IPTC Media Topic", "Such as medtop:11000000; may stay empty."),
    "domain": ("Domain", "Without www."), "country": ("Country", "Two letters, such as US."),
    "language": ("Language", "Two letters, such as en."),
    "founded": ("Founded", "The year or day of its first issue; earlier dates are refused."),
    "tier": ("Tier", "1 national or global to 4 local or niche."),
    "url": ("Address", "Of an RSS, Atom or JSON feed or of a news sitemap."),
    "outlet": ("Outlet", "The publication that it speaks for."),
    "publisher": ("Publisher", "Its house; all outlets of one count as one in a story's pickup."),
}  # fmt: skip
ENOUGH = "A name and one sentence are enough to begin with."
RARER = "Brands, products, people, and what the name also means"
PREVIEW, PREVIEWING = "What this would change", "Looking through history …"
PREVIEW_OF, WINDOWS = "Look through", ("Last 90 days", "All history")
GAINS, LOSES, MOVES = "Gains", "Loses", "Subject or passing"
GAINED_EXAMPLES, LOST_EXAMPLES = "Would come in", "Would go"
NO_EFFECT = "No article there would change."
COUNT_ALL = "Decide all of them"
SAVE = "Save"
EXAMPLES = {
    ("company", "name"): "Gap",
    ("company", "about"): "Gap Inc., the American clothing retailer.",
    ("company", "aliases"): "Gap Inc",
    ("topic", "name"): "tariffs and trade",
    ("topic", "query"): 'tariff* OR "trade war"',
    ("outlet", "name"): "Example News", ("outlet", "domain"): "example.com",
    ("feed", "url"): "https://example.com/rss.xml", ("feed", "outlet"): "Example News",
}  # fmt: skip
TO_BEGIN = {
    "company": "Once there is a name, what it would bring in stands here, with a button to save.",
    "topic": "Once there are a name and a query, what they would bring in stands here, with a "
    "button to save.",
    "outlet": "Once there are a name and a domain, a button to save stands here.",
    "feed": "Once there are an address and an outlet, a button to save stands here.",
}
LIKE_THIS = "To keep all like this out, exclude the phrase that stands around the name there."
LIKE_PHRASES = "Phrase"
LIKE_NOTHING = "The name does not stand in that article, so there is no phrase to exclude."
LIKE_NO_NAME = "None of its names stands in that article. Add the one that does."
LIKE_MEANT = "To bring all like this in, choose words of that article that speak for it."
LIKE_WORDS = "Words"
LIKE_NO_WORDS = "The article has no further words that could speak for it."
REMOVE, REMOVE_IT, KEEP = "Remove …", "Remove it", "Keep it"
REMOVING = {
    "company": "Its mentions go from every page. Corrections are kept, in case it comes back.",
    "topic": "Its tags go from every page. Corrections are kept, in case it comes back.",
    "outlet": "Its articles stay. What is written here of its country, tier and house goes.",
    "feed": "It is not polled any more. What it brought stays.",
}
REMOVED = "Removed. The watchlist of before is kept."


def problems(lines: Iterable[str]) -> tuple[str, str]:
    """What is wrong with an entry, as Markdown, and what it still lacks; each may be empty.

    A line begins with the key that it speaks of, ``outlet is missing``.
    """
    wrong, missing = [], []
    for line in lines:
        key, _, rest = line.partition(" ")
        label = FIELDS.get(key, (key,))[0]
        if rest == "is missing":
            missing.append(label)
        else:
            wrong.append(verbatim(f"{label} {rest}"))
    return "\n\n".join(wrong), f"Still missing: {', '.join(missing)}." if missing else ""


def coverage_of(section: str, name: str, *, saved: bool = False) -> dict[str, str | bool]:
    """A link from an entry to what it brings in, right after it was `saved` with that word."""
    done = f"{name} is saved. " if saved else ""
    if section == "feed":
        return {"to": "feeds", "text": f"{'Saved. ' if saved else ''}See how the feeds do"}
    if section not in ("company", "topic"):
        return {"to": "outlets", "text": f"{done}See the outlets"}
    to = "overview" if section == "company" else "articles"
    return {"to": f"{to}?{urlencode({section: name})}", "text": f"{done}See its coverage",
            "alone": True}  # fmt: skip


def preview_of(candidates: int, decided: int, *, counted: bool) -> str:
    """What a preview looked at."""
    about = "" if counted else "About "
    said = f"{about}{plural(candidates, 'article')} could be touched"
    return f"{said}." if decided == candidates else f"{said}; {decided:,} of them were decided."


def heading(section: str, name: str | None, *, removing: bool) -> str:
    """What the form of an entry is about, as Markdown."""
    if not name:
        return ADD[section]
    return f"Remove {verbatim(name)}?" if removing else verbatim(name)

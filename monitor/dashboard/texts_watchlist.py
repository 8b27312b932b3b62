"""The English of an entry of the watchlist: its fields, what a change would do, removing it."""

from __future__ import annotations

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
SAVE, SAVED = "Save", "Saved. History follows in the background."
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

"""The English of a story's page, beside `texts`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from monitor.analysis.story_decisions import Act, StoryDecision
from monitor.dashboard.texts import moment, plural

MERGE, SPLIT = "Merge with another story", "Split off articles"
MERGE_HELP = (
    "What you decide holds for these articles, shows at once, and is never undone by the machine. "
    "The merged story keeps the link of the earlier one; the other link leads there."
)
SPLIT_HELP = (
    "The articles you choose become a story of their own, and are never put together with the rest "
    "again. It shows at once and can be taken back."
)
SEARCH_OTHER = "The other story: words from it, or its link"
SEARCH_OTHER_EXAMPLE = "tesla deliveries, or https://…/stories?story=…"
WHICH_STORY, THIS_STORY, OTHER_STORY = "Which one", "This story", "The other story"
NO_OTHER = "No other story matches. Try fewer words, or paste the story's link."
SAME_STORY = "That is this story."
MERGE_NOW, SPLIT_NOW = "Merge these two", "Split off"
MERGED, SPLIT_DONE = "Merged.", "Split off."
CHOOSE_ARTICLES = "Articles to split off"
GOES, STAYS = "Becomes a story of its own", "Stays here"
ONE_STAYS = "At least one article has to stay."
THE_OTHER_PART = "The other part"

COPIES_COUNT = "Copies count"
EACH, ONCE = "Each", "Once"
COPIES_HELP = (
    "Each: every article counts. Once: articles that carry one text count as one, at the outlet "
    "that had it first."
)
MOST_COMPANIES = "The {shown} that weigh most are shown, of {all}."
WHERE, WHO_IS_IN_IT = "Outlets by tier and country", "Companies in it"
TIERS = {
    1: "1 · national or global", 2: "2 · large or leading", 3: "3 · trade or regional",
    4: "4 · local or niche",
}  # fmt: skip
NOT_KNOWN = "Not known"
HEADLINES = "Headlines in order of appearance"
SAME_HEADLINE = "As {outlet} has it"
SAME_WORDS = "The words of {outlet}"
WAS_HEADLINE = "Before: "
QUOTES = "Quotes carried and dropped"
QUOTES_NOTE = "Quoted sentences of {outlet}, wherever they stand at the others."
MORE_OUTLETS = "The {shown} outlets that carry most of them are shown, of {all}."
QUOTED, NOT_THERE = "Quoted", "Not there"
QUOTE_FATES = {
    "kept": ("Carried", "good", "The same words; quotation marks may differ."),
    "changed": ("Changed", "warn", "In other words or in part; the figure is the share kept."),
    "cut": ("Dropped", "bad", "It does not stand there."),
}


def counts(articles: int, texts: int, outlets: int, publishers: int) -> list[str]:
    """How large a story is: ``6 articles · 4 texts · 5 outlets of 4 publishers``."""
    said = [plural(articles, "article")]
    if texts < articles:
        said.append(plural(texts, "text"))
    houses = f" of {plural(publishers, 'publisher')}" if publishers < outlets else ""
    return [*said, plural(outlets, "outlet") + houses]


def decision(made: StoryDecision, tz: ZoneInfo) -> str:
    """``Split off 2 of 5 articles: decided by Ana, Tue 1 Apr 2025, 15:54``."""
    one, other = len(made.one), len(made.other)
    if made.act is Act.MERGE:
        what = f"Merged {plural(one, 'article')} with {plural(other, 'article')}"
    else:
        what = f"Split off {one} of {plural(one + other, 'article')}"
    return f"{what}: decided by {made.by}, {moment(made.at, tz)}"


def first_at(outlet: str | None, when: str, *, sure: bool) -> str:
    """Where a story was first; not `sure` where another outlet gives the day without a time."""
    name = outlet or "an unknown outlet"
    return f"First at {name}, {when}" if sure else f"Perhaps first at {name}, {when}"


def timeless_note(count: int) -> str:
    """What a chart of times leaves out."""
    which = (
        "gives a day without a time and is" if count == 1 else "give a day without a time and are"
    )
    return f"{plural(count, 'article')} {which} not drawn."

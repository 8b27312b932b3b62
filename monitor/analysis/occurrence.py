"""What the place where a name stands says about its meaning: signals, by name, 0 to 1.

No signal knows which name it is about. They are what a reader goes by: capitals where ordinary
words have none, neighbouring words and grammar, longer names around it, lists of companies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.analysis.lexicon import (
    BUSINESS_NOUNS,
    BUSINESS_VERBS,
    COMPLEMENTS,
    DETERMINERS,
    ILLNESS,
    LEGAL_FORMS,
    OTHER_HEADS,
    OWNED,
    PEOPLE_WORDS,
    PLACE_PREPOSITIONS,
    STATES,
    VERB_LEADS,
)
from monitor.analysis.ordinary import CALENDAR, is_given_name, is_ordinary, is_verb

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
_OF = frozenset({"of", "at", "for", "from", "in", "with", "on"})
_NOUN_OF = re.compile(r"(?<!\w)(\w+) \w+ $")
_OF_COMPANIES = BUSINESS_NOUNS | BUSINESS_VERBS | LEGAL_FORMS
_ROW_LEFT = re.compile(r"[A-Z][\w.&'’-]*(?:,| and| or|, and|, or| &) $")
_ROW_RIGHT = re.compile(r"(?:,| and| or|, and|, or| &) [A-Z]")
# "Corona, California": a town, whatever else has its name.
STATE_AFTER = re.compile(rf", (?:{'|'.join(sorted(STATES))})\b")
_TO_WORD = re.compile(r" to (\w+)", re.IGNORECASE)
_OPENERS = " \t\"'“”‘’([{*_…"
_ENDERS = ".!?:;\n•|–—·>]}"
_STOPS = (". ", "? ", "! ", "\n", " | ", " - ")
# Letters of scripts without capitals or the Latin ones: a Latin name there is a name.
_OTHER_SCRIPT = re.compile("[\u0370-\u04ff\u0590-\u0dff\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af]{3}")
_SMALL = 4  # headline style leaves words up to this length in lower case


def in_title_case(text: str, start: int) -> bool:
    """Whether the sentence around `start` has its words capitalised as headlines have.

    The word at `start` is a name, whose capital tells nothing of the others.
    """
    left = max(text.rfind(mark, max(0, start - 200), start) for mark in _STOPS)
    ends = (text.find(mark, start, start + 200) for mark in _STOPS)
    right = min((end for end in ends if end >= 0), default=start + 200)
    begin = max(left + 1, start - 200)
    # Without the first word, which has a capital anyway, and the name's own.
    others = _tokens(text[begin:start])[1:] + _tokens(text[start:right])[1:]
    longer = [word[0].isupper() for word in others if len(word) > _SMALL and word[0].isalpha()]
    return len(longer) > 1 and sum(longer) >= 0.7 * len(longer)


def _tokens(text: str) -> list[str]:
    """The words of `text`; most stand between spaces, where nothing has to be searched for."""
    found = []
    for part in text.split():
        if part.isalnum():
            found.append(part)
        else:
            found += _TOKEN.findall(part)
    return found


def _before(text: str, start: int) -> tuple[str, str]:
    """The word before `start` and what stands between."""
    window = text[max(0, start - 40) : start]
    found = list(_TOKEN.finditer(window))
    if not found or (found[-1].start() == 0 and start > 40):
        return "", window
    last = found[-1]
    return last.group(), window[last.end() :]


def _after(text: str, end: int) -> tuple[str, str]:
    """The word after `end` and what stands between."""
    window = text[end : end + 40]
    first = _TOKEN.search(window)
    return (first.group(), window[: first.start()]) if first else ("", window)


def sentence_initial(text: str, start: int) -> bool:
    """Whether a sentence, a quotation or a heading begins at `start`."""
    i = start - 1
    while i >= 0 and text[i] in _OPENERS:
        if text[i] in '“‘"' and i < start:
            return True
        i -= 1
    return i < 0 or text[i] in _ENDERS


@dataclass(frozen=True, slots=True)
class _Around:
    """The words beside a name, in lower case and as written."""

    before: str
    gap_before: str
    after: str
    gap_after: str
    possessive: bool

    @classmethod
    def of(cls, text: str, start: int, end: int) -> _Around:
        before, gap_before = _before(text, start)
        own = _POSSESSIVE.match(text, end)
        after, gap_after = _after(text, own.end() if own else end)
        ends_possessive = text[start:end].lower().endswith(("'s", "’s"))
        return cls(before, gap_before, after, gap_after, bool(own) or ends_possessive)

    @property
    def touching(self) -> bool:
        return self.gap_before == " " and bool(self.before)

    @property
    def leading(self) -> bool:
        return self.gap_after == " " and bool(self.after)


def _bare(word: str) -> str:
    """`word` in lower case, without a possessive ending."""
    return word.lower().replace("’", "'").removesuffix("'s")


def follows_given_name(text: str, start: int) -> bool:
    """Whether a person's given name stands right before `start`: "Zach" in "Zach Lowe"."""
    if not text[max(0, start - 25) : start].rstrip(". ").rpartition(" ")[2][:1].isupper():
        return False  # nearly always, and quicker to see than what follows
    before, gap = _before(text, start)
    if gap not in (" ", ". ") or not before[:1].isupper():
        return False
    if gap == ". ":  # an initial: "Michael J. Fox"
        return len(before) == 1
    if len(before) > 1 and before.isupper() and not text[start : start + 2].isupper():
        return False  # "a PIA Zorbex 777": what is written in capitals is no given name
    if not is_given_name(before.lower()):
        return False
    earlier, _ = _before(text, start - len(gap) - len(before))
    if earlier[:1].isupper() and is_given_name(earlier.lower()):
        return False  # "Anne Frank Zorbex": the name is complete before it
    sure = not in_title_case(text, start) and not sentence_initial(text, start - 1 - len(before))
    return sure or not is_ordinary(before.lower())


def signals(
    text: str,
    start: int,
    end: int,
    *,
    about: frozenset[str] = frozenset(),
    industry: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """What speaks for and against the name at `start`:`end` meaning a company.

    `about` are words of the sentence that says which company is meant. A signal that does not
    hold is left out.
    """
    around = _Around.of(text, start, end)
    title_case = in_title_case(text, start)
    initial = sentence_initial(text, start)
    capitals = text[start:end].isupper() and end - start > 1
    before, after = around.before.lower().replace("’", "'"), _bare(around.after)
    touching, leading = around.touching, around.leading
    on: dict[str, float] = {}

    def say(signal: str, holds: object) -> None:
        if holds:
            on[signal] = 1.0

    say("capital mid-sentence", not title_case and not initial and not capitals)
    say("capital in title case", title_case and not capitals)
    say("sentence begins with it", initial and not title_case)
    own = text[start:end].lower()
    say("a day, month or feast", own in CALENDAR)
    say("also a verb or determiner", is_verb(own) or own in DETERMINERS)
    say("headline begins with it", initial and title_case)
    say("all capitals", capitals)
    say("a single letter", end - start == 1)
    near = text[max(0, start - 30) : end + 30]
    say("in another script", not near.isascii() and _OTHER_SCRIPT.search(near))
    say("possessive", around.possessive)
    say("a place's state after", STATE_AFTER.match(text, end))
    say("preposition before", touching and before in PLACE_PREPOSITIONS)
    say("list of names", _in_list(text, start, end, title_case=title_case))
    noun = touching and before in _OF and _NOUN_OF.search(text[max(0, start - 40) : start])
    say("business noun before", noun and noun[1].lower() in BUSINESS_NOUNS)
    say("article before", touching and before in DETERMINERS)
    say("possessive before", touching and before.endswith("'s"))
    say("number before", before[:1].isdigit() and len(around.gap_before) <= 1)
    say("verb position", touching and before in VERB_LEADS)
    say("title before", touching and before.rstrip(".") in PEOPLE_WORDS)
    say("given name before", follows_given_name(text, start))

    hyphen = text[end : end + 1] == "-"
    say("owned or backed by it", hyphen and after in OWNED)
    say("hyphenated", around.gap_before == "-" or (hyphen and after not in OWNED))
    beside = leading or around.possessive
    say("legal form after", leading and after in LEGAL_FORMS)
    say("business noun after", beside and after in BUSINESS_NOUNS)
    if leading:
        say("business verb after", after in BUSINESS_VERBS)
        say("third-person verb after", after not in _OF_COMPANIES and _third_person(around.after))
        say(
            "article before and noun after",
            touching
            and before in DETERMINERS
            and around.after.islower()
            and after not in _OF_COMPANIES
            and after not in about,
        )
        say("to + verb after", after == "to" and _verb_follows(text, end))
        say("-ing after", after.endswith("ing") and around.after.islower())
        say("complement after", after in COMPLEMENTS)
        say("other kind of name after", after in OTHER_HEADS or after in ILLNESS)
        say("model number after", any(c.isdigit() for c in around.after) and after[0].isalpha())
    say("word of about beside", {after, before} & about and (leading or touching))
    if not title_case:
        own_word = any(after in group for group in (BUSINESS_NOUNS, LEGAL_FORMS, about, industry))
        say(
            "capitalised word before",
            touching
            and around.before[:1].isupper()
            and not before.endswith("'s")
            and not any(before in group for group in (DETERMINERS, PLACE_PREPOSITIONS, about))
            and not sentence_initial(text, start - 1 - len(before)),
        )
        full_name = is_given_name(own) and leading and around.after[:1].isupper()
        say("begins a person's name", full_name and not own_word)
        say(
            "capitalised word after",
            leading and around.after[:1].isupper() and not own_word and not around.possessive,
        )
    return on


def _verb_follows(text: str, end: int) -> bool:
    """Whether " to" after `end` leads to a verb: "to cut", not "to Rome"."""
    match = _TO_WORD.match(text, end)
    if match is None or match[1].lower() in DETERMINERS:
        return False
    return match[1].islower() or is_verb(match[1].lower())


def _third_person(word: str) -> bool:
    """Whether `word` looks like a verb of the third person: "extends"."""
    return (
        word.islower()
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is"))
        and word not in BUSINESS_NOUNS
        and is_verb(word)
    )


def _in_list(text: str, start: int, end: int, *, title_case: bool) -> bool:
    """Whether it stands in a row of capitalised names: "Microsoft, Visa and Mastercard"."""
    if title_case:
        left = re.search(r"\w, $", text[max(0, start - 8) : start])
        return bool(left or re.match(r", \w", text[end : end + 4]))
    left = _ROW_LEFT.search(text[max(0, start - 30) : start])
    return bool(left or _ROW_RIGHT.match(text[end : end + 8]))

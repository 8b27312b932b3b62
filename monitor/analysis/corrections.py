"""What people decided about tags, laid over what the machine found.

Decisions are kept as they were made and never change; what holds follows from all of them: for
each article and company (or topic) the last one that was not taken back. They are applied after
every tagging, so a machine never overwrites them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from monitor.analysis.folding import stem, words
from monitor.analysis.lexicon import DETERMINERS, EMPTY, FUNCTION_WORDS, VERB_LEADS
from monitor.analysis.salience import SUBJECT
from monitor.analysis.sentences import sentence_at
from monitor.models import Evidence, Mention, Place, Tags, TopicTag

Kind = Literal["company", "topic"]
FIELD = "desk"  # where a decision's evidence says that it stands
_PASSING = 0.2  # the salience of a company that only a person saw
_LETTERS = 4  # shorter words seldom tell a company
_TELL_NOTHING = DETERMINERS | EMPTY | FUNCTION_WORDS | VERB_LEADS
_MOST = 3  # places of a company that only a person saw


class Verdict(StrEnum):
    """What a person decided about one company or topic in one article."""

    NOT = "not"  # it is not meant
    TAGGED = "tagged"  # it is
    SUBJECT = "subject"  # it is, and the article is about it
    PASSING = "passing"  # it is, but only named in passing


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision. `article` is the article's `url_key`, which outlives its id."""

    id: int
    article: str
    kind: Kind
    name: str
    verdict: Verdict
    by: str
    at: datetime

    @property
    def rule(self) -> str:
        """How a tag's evidence, and so the CSV, speaks of it."""
        what = {Verdict.SUBJECT: "subject ", Verdict.PASSING: "passing "}.get(self.verdict, "")
        return f"{what}decided by {self.by}, {self.at:%Y-%m-%d}"


def in_effect(
    made: Iterable[Correction], undone: Iterable[int] = ()
) -> dict[str, tuple[Correction, ...]]:
    """article → the corrections that hold for it: the last of each name that was not undone."""
    gone = set(undone)
    last: dict[tuple[str, str, str], Correction] = {}
    for item in sorted(made, key=lambda c: c.id):
        if item.id not in gone:
            last[item.article, item.kind, item.name] = item
    held: dict[str, list[Correction]] = {}
    for item in last.values():
        held.setdefault(item.article, []).append(item)
    return {article: tuple(items) for article, items in held.items()}


def mark(corrections: Sequence[Correction]) -> str:
    """A digest that differs where what holds for an article differs."""
    rows = sorted(
        json.dumps({**asdict(c), "at": c.at.isoformat()}, sort_keys=True) for c in corrections
    )
    return sha256("\n".join(rows).encode()).hexdigest()[:16]


def apply(
    tags: Tags, corrections: Sequence[Correction], *, title: str, text: str,
    names: Mapping[str, Sequence[str]],
) -> Tags:  # fmt: skip
    """`tags` of an article as `corrections` will have them.

    `names` gives for each watched company and topic the names by which it is looked for in
    `title` and `text` where only a person saw it; what is not among them is not watched any more,
    and its corrections wait until it is.
    """
    mentions = {m.company: m for m in tags.mentions}
    topics = {t.topic: t for t in tags.topics}
    for item in corrections:
        if item.name not in names:
            continue
        said = Evidence(FIELD, 0, 0, "", item.rule)
        if item.kind == "topic":
            if item.verdict is Verdict.NOT:
                topics.pop(item.name, None)
            else:
                found = topics.get(item.name, TopicTag(item.name))
                topics[item.name] = replace(found, evidence=(said, *found.evidence))
        elif item.verdict is Verdict.NOT:
            mentions.pop(item.name, None)
        else:
            mention = mentions.get(item.name) or _seen(item.name, title, text, names[item.name])
            mentions[item.name] = _decided(mention, item.verdict, said)
    ordered = sorted(mentions.values(), key=lambda m: -m.salience)
    return Tags(mentions=tuple(ordered), topics=tuple(topics.values()))


def phrases_around(text: str, start: int, end: int) -> list[str]:
    """A name with the word after it, before it, and both: what an exclusion could be.

    Only words on the same line that nothing but spaces or hyphens parts from the name.
    """
    after = re.match(r"[ -](\w+(?:[’'-]\w+)*)", text[end:])
    before = re.search(r"(\w+(?:[’'-]\w+)*)[ -]$", text[:start])
    first, last = (before.start() if before else start), (after.end() if after else 0) + end
    spans = [(start, last), (first, end), (first, last)]
    return [text[a:b] for a, b in dict.fromkeys(spans) if (a, b) != (start, end)]


def words_beside(title: str, text: str, names: Sequence[str], *, most: int = 12) -> list[str]:
    """Words that could speak for a company where its `names` stand in an article.

    Those of the headline and of the sentences with a name, folded; the most frequent in the
    article first. Empty where no name stands there.
    """
    own = {stem(word) for name in names for word, _, _ in words(name)}
    found: dict[str, None] = {}
    for field in (title, text):
        for match in _named(names).finditer(field):
            found |= {w: None for w, _, _ in words(sentence_at(field, match.start(), match.end()))}
    if not found:
        return []
    found |= {w: None for w, _, _ in words(title)}
    telling = [
        w for w in found
        if len(w) >= _LETTERS and w.isalpha() and stem(w) not in own and w not in _TELL_NOTHING
    ]  # fmt: skip
    often = Counter(word for field in (title, text) for word, _, _ in words(field))
    return sorted(telling, key=lambda word: -often[word])[:most]


def _decided(mention: Mention, verdict: Verdict, said: Evidence) -> Mention:
    subject, weight = mention.subject, mention.salience
    if verdict is Verdict.SUBJECT:
        subject, weight = True, max(weight, SUBJECT)
    elif verdict is Verdict.PASSING:
        subject, weight = False, min(weight, SUBJECT - 0.001)
    return replace(
        mention, subject=subject, salience=weight, score=1.0, evidence=(said, *mention.evidence)
    )


def _seen(company: str, title: str, text: str, names: Sequence[str]) -> Mention:
    """A company that only a person saw, with the places where its names stand, if any."""
    pattern = _named(names)
    places = [
        Evidence(field, m.start(), m.end(), m[0], f"named {m[0]}")
        for field, value in (("title", title), ("text", text))
        for m in pattern.finditer(value)
    ][:_MOST]
    in_title = any(e.field == "title" for e in places)
    return Mention(
        company=company, salience=_PASSING, subject=False, score=1.0,
        place=Place.HEADLINE if in_title else Place.BODY, evidence=tuple(places),
    )  # fmt: skip


def _named(names: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first))

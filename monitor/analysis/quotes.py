"""What is quoted in a text, by whom, and what of it other outlets carried.

Question answered: which quoted sentences of an original did each outlet print, which
in other words or in part, and which not at all? Own reports of one event often have
nothing in common but the quotes, so these are looked for anywhere in a text, in
quotation marks or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cdist

from monitor.analysis.glance import Fate
from monitor.analysis.sentences import sentence_spans
from monitor.analysis.words import normal_words, spelled

_FEWEST = 4  # words; less is a word put in quotation marks
_MOST = 40  # quoted sentences of one text
# Share of a quoted sentence's words, in their order, that make it the same said otherwise. Two
# unrelated sentences of news have up to .4 in common, of their small words.
_ALIKE = 0.6
_AROUND = 120  # characters before and after a quote where its speaker is looked for

_QUOTED = re.compile(
    r"„(?P<low>[^“”\n]{2,2000})[“”]"
    r"|“(?P<curly>[^“”\n]{2,2000})(?:”|(?=\n)|$)"
    r"|«\s?(?P<angle>[^«»\n]{2,2000}?)\s?»"
    r"|\"(?P<plain>[^\"\n]{2,2000})\""
    # Single marks are apostrophes too: only what ends as speech does.
    r"|(?<!\w)‘(?P<single>[^‘\n]{2,1000}?[,.?!])’(?!\w)"
)
_VERB = (
    r"(?:said|says|told|tells|added|adds|wrote|writes|argued|argues|explained|explains|noted|notes"
    r"|continued|asked|asks|warned|warns|posted|insisted|insists|acknowledged|admitted|claimed"
    r"|claims|stated|conceded|replied|declared|recalled)"
)
_NAME = (
    r"(?P<name>(?!(?:The|This|That|These|Those|It|But|And|In|On|At|As|When|If|We|You|They|He|She|I)\b)"
    r"(?:[A-Z]\.|[A-Z][\w’'-]+)(?:\s(?:de|von|van|der|den|al|bin|la|le|da|di|[A-Z]\.|[A-Z][\w’'-]+)){0,4})"
)
_SAID_AFTER = re.compile(
    rf"[”\"’»“]?,?\s*(?:{_VERB}\s+{_NAME}|{_NAME}(?:,[^,.”“\"\n]{{1,80}},)?\s+{_VERB}\b"
    rf"|according to {_NAME})".replace("(?P<name>", "(")
)
_SAID_BEFORE = re.compile(
    rf"{_NAME}(?:,[^,.”“\"\n]{{1,80}},)?\s+{_VERB}\b[^.!?”“\"\n]{{0,60}}[,:]?\s*$"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """One quoted sentence without its marks; `speaker` is "" where nobody is named near it."""

    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """What became of a quoted sentence: kept, changed or cut; `kept` is the share of its words.

    `text` is how it stands there, "" where it is cut.
    """

    fate: Fate
    kept: float
    text: str


def quotes(text: str) -> list[Quote]:
    """The quoted sentences of `text`, each once, in their order."""
    found: dict[tuple[str, ...], Quote] = {}
    speaker, paragraph = "", -1
    for match in _QUOTED.finditer(text):
        here = text.count("\n", 0, match.start())
        # "He said" may be anybody, but within a paragraph one person goes on speaking.
        speaker = _speaker(text, match) or (speaker if here == paragraph else "")
        paragraph = here
        said = match[match.lastgroup or 0]
        for start, end in sentence_spans(said):
            sentence = said[start:end].strip().rstrip(",")
            words = tuple(normal_words(sentence))
            if len(words) >= _FEWEST and len(found) < _MOST:
                found.setdefault(words, Quote(sentence, speaker))
    return list(found.values())


def repeated(said: Sequence[Quote], texts: Mapping[int, str]) -> dict[int, list[Repeated]]:
    """What became of the quoted sentences `said` in each of `texts`, in their order."""
    return {id_: _in(said, text) for id_, text in texts.items()}


def _in(said: Sequence[Quote], text: str) -> list[Repeated]:
    whole = spelled(text)
    passages = list(_passages(text))
    numbers: dict[str, int] = {}

    def coded(words: Sequence[str]) -> list[int]:
        return [numbers.setdefault(word, len(numbers)) for word in words]

    wanted = [normal_words(quote.text) for quote in said]
    near = cdist(
        [coded(words) for words in wanted], [coded(words) for _, words, _ in passages],
        scorer=LCSseq.similarity,
    )  # fmt: skip
    found = []
    for quote, words, shared in zip(said, wanted, near, strict=True):
        if spelled(quote.text) in whole:
            found.append(Repeated(Fate.KEPT, 1.0, ""))
            continue
        best, kept, there = 0.0, 0.0, ""
        for (passage, own, quoted), common in zip(passages, shared, strict=True):
            share = int(common) / len(words)
            # A part of it, quoted: most of the passage's words are its.
            alike = max(share, int(common) / len(own) if quoted and int(common) >= _FEWEST else 0.0)
            if (alike, share) > (best, kept):
                best, kept, there = alike, share, passage
        changed = best >= _ALIKE
        found.append(
            Repeated(Fate.CHANGED, kept, there) if changed else Repeated(Fate.CUT, 0.0, "")
        )
    return found


def _passages(text: str) -> Iterator[tuple[str, list[str], bool]]:
    """The quotes and the sentences of `text`: as they stand, their words, whether quoted."""
    for match in _QUOTED.finditer(text):
        said = match[match.lastgroup or 0]
        for start, end in sentence_spans(said):
            if words := normal_words(said[start:end]):
                yield said[start:end].strip(), words, True
    for start, end in sentence_spans(text):
        if words := normal_words(text[start:end]):
            yield text[start:end].strip(), words, False


def _speaker(text: str, quote: re.Match[str]) -> str:
    """The name of who says `quote`, "" where none stands beside it."""
    line_end = text.find("\n", quote.end())
    after = text[quote.end() : min(quote.end() + _AROUND, len(text) if line_end < 0 else line_end)]
    start = max(text.rfind("\n", 0, quote.start()) + 1, quote.start() - _AROUND)
    before = text[start : quote.start()]
    if match := _SAID_AFTER.match(after):
        return next(name for name in match.groups() if name)
    if match := _SAID_BEFORE.search(before):
        return match["name"]
    return ""

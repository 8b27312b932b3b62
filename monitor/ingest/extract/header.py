"""What stands above an article's text: section, headline, standfirst, byline, dateline.

The same few lines open every article of an outlet and none of them is its text. They are
told by where they stand: between the headline and the last line that says who wrote it or
when. A standfirst is the outlet's summary of the article, so it is a description of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from monitor.ingest.extract.furniture import is_furniture
from monitor.ingest.extract.lines import Line
from monitor.ingest.extract.plain import is_header_fact
from monitor.ingest.extract.words import ends_sentence, is_prose, key

_BELOW = 12  # lines looked at below the headline
_ABOVE = 3  # lines above it in which a section is named
_LABEL = 40  # characters of the longest section name
_SHORT = 150  # characters from which a line is a paragraph
_LONGEST_STANDFIRST = 350  # characters
_SHORTEST_STANDFIRST = 25
_OPENING = 8  # paragraphs of a text in which lines of its header may have stayed


@dataclass(frozen=True, slots=True)
class Header:
    """The header of an article: its short lines below the headline, and its standfirst.

    `above` and `within` are the words, as `key` gives them, of the section names above the
    headline and of everything from the headline to the last byline or date.
    """

    lines: Sequence[Line] = ()
    standfirst: str = ""
    above: tuple[str, ...] = ()
    within: str = ""


def header_of(lines: Sequence[Line], *, title: str) -> Header:
    """The header under the last heading in a page's `lines` that says `title`."""
    said = key(title)
    starts = [i for i, line in enumerate(lines) if line.heading and key(line.text) == said]
    if not starts:
        return Header()
    start = starts[-1]
    below = lines[start + 1 : start + 1 + _BELOW]
    end = _end(below)
    standfirst = next((n.text for n in below[:end] if _is_standfirst(n)), "")
    rest = takewhile(lambda line: len(line.text) <= _SHORT, below[end:])
    above = lines[max(0, start - _ABOVE) : start]
    return Header(
        lines=[*(n for n in below[:end] if len(n.text) <= _SHORT), *rest],
        standfirst=standfirst,
        above=tuple(key(n.text) for n in above if len(n.text) <= _LABEL),
        within=" ".join((said, *(key(n.text) for n in below[:end]))),
    )


def without_header(paragraphs: Sequence[str], header: Header) -> list[str]:
    """`paragraphs` without those of the first few that stand in `header`."""
    kept: list[str] = []
    for index, line in enumerate(paragraphs):
        said = key(line)
        if f" {said} " in f" {header.within} " or said in header.above:
            continue
        kept.append(line)
        if is_prose(line) or index >= _OPENING:
            return [*kept, *paragraphs[index + 1 :]]
    return kept


def _end(below: Sequence[Line]) -> int:
    """How many of the lines `below` a headline are its header.

    Up to the last byline or date, and the labels right behind it: a role, a place, the outlet.
    """
    end = paragraphs = 0
    for index, line in enumerate(below):
        label = len(line.text) <= _LABEL and not line.heading and not ends_sentence(line.text)
        if is_header_fact(line) or (label and end == index > 0):
            end = index + 1
        elif is_prose(line.text):
            paragraphs += 1
            # Behind the byline comes the text; before it stands one standfirst at most.
            if end or paragraphs > 1 or len(line.text) > _LONGEST_STANDFIRST:
                break
    return end


def _is_standfirst(line: Line) -> bool:
    return (
        _SHORTEST_STANDFIRST <= len(line.text) <= _LONGEST_STANDFIRST
        and len(line.text.split()) >= 4
        and not is_header_fact(line)
        and not is_furniture(line.text)
        and not line.bullet
    )

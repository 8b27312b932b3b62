"""What stands above an article's text: section, headline, standfirst, byline, dateline.

The same few lines open every article of an outlet and none of them is its text. They are
told by where they stand: between the headline and the last line that says who wrote it or
when. A standfirst is the outlet's summary of the article, so it is a description of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from monitor.ingest.extract.dates import Stated, is_dateline, read_dateline
from monitor.ingest.extract.furniture import is_furniture
from monitor.ingest.extract.lines import Line
from monitor.ingest.extract.names import authors_of
from monitor.ingest.extract.words import ends_sentence, is_prose, key

BYLINE = re.compile(
    r"^(?:by|von|par|por|di|door)\b\W*(?:(?-i:[A-ZÀ-Þ])|$)|^(?:written|posted) by\b", re.I
)
# "Published on April 3, 2025 By Ann Lee", "Posted by Ann Lee".
_DATED_BYLINE = re.compile(
    r"^(?P<date>(?:published|posted|updated|filed)\b.{0,60}?)\bby\s+(?-i:[A-ZÀ-Þ])", re.I
)
STAMP = re.compile(
    r"^(?:(?:first )?(?:published|posted|updated|veröffentlicht|publié|publicado|date)(?: on| at)?"
    r"|on)\W*$",
    re.I,
)
HEADER_LINES = 16  # short lines between a headline and its first paragraph: byline, date, caption
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
    headline and what is marked up like them, and of everything from the headline to the last
    byline or date.
    """

    lines: Sequence[Line] = ()
    standfirst: str = ""
    above: tuple[str, ...] = ()
    within: str = ""


def header_of(lines: Sequence[Line], *, title: str, standfirsts: Sequence[str] = ()) -> Header:
    """The header under the last heading in a page's `lines` that says `title`.

    `standfirsts` are the texts that the page marks up as standfirsts or section names; they
    belong to the header wherever they stand.
    """
    said = key(title)
    starts = [i for i, line in enumerate(lines) if line.heading and key(line.text) == said]
    marked = [text for text in standfirsts if len(text) <= _LONGEST_STANDFIRST]
    summary = next((text for text in marked if len(text) >= _SHORTEST_STANDFIRST), "")
    if not starts:
        return Header(standfirst=summary, above=tuple(map(key, marked)))
    start = starts[-1]
    below = lines[start + 1 : start + 1 + _BELOW]
    end = _end(below)
    standfirst = summary or next((n.text for n in below[:end] if _is_standfirst(n)), "")
    rest = takewhile(lambda line: len(line.text) <= _SHORT, below[end:])
    above = lines[max(0, start - _ABOVE) : start]
    return Header(
        lines=[*(n for n in below[:end] if len(n.text) <= _SHORT), *rest],
        standfirst=standfirst,
        above=(*map(key, marked), *(key(n.text) for n in above if len(n.text) <= _LABEL)),
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


def header_date(header: Sequence[Line]) -> Stated | None:
    """The publication date among the lines of an article's header."""
    stated = (line.stamp or read_dateline(line.text) for line in header[:HEADER_LINES])
    return next((date for date in stated if date), None)


def header_authors(header: Sequence[Line]) -> tuple[str, ...]:
    """The persons a byline names among the lines of an article's header."""
    names = []
    for index, line in enumerate(header):
        if re.fullmatch(r"(?:by|von|par|por)\W*", line.text, re.I) and index + 1 < len(header):
            names.append(header[index + 1].text)
        elif len(line.text) < 150 and (byline := _byline_in(line.text)):
            names.append(byline)
    return authors_of(names, strict=True)


def is_header_fact(line: Line) -> bool:
    """Whether `line` of an article's header says who wrote it or when it appeared."""
    if line.stamp or STAMP.match(line.text):
        return True
    if len(line.text) > 80 and ends_sentence(line.text):
        return False
    byline = _byline_in(line.text) if len(line.text) < 150 else ""
    # "By Monday all was over." is a sentence, "By Ann Lee Jr." is not.
    if byline and ends_sentence(line.text):
        return bool(authors_of([byline], strict=True))
    return bool(byline) or is_dateline(line.text)


def _byline_in(text: str) -> str:
    """The byline that `text` is, or that stands behind the date in it; "" where none does."""
    if BYLINE.match(text):
        return text
    behind = _DATED_BYLINE.search(text) if len(text) < 100 else None
    return text[behind.end("date") :].strip() if behind else ""


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

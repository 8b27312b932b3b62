"""A page as lines of visible text, the one form that saved text and HTML share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from monitor.ingest.extract.dates import Stated, read_stamp
from monitor.ingest.extract.words import one_line

_SKIPPED = {"noscript", "template", "iframe", "form", "button", "select",
            "nav", "aside", "footer", "figure", "video", "audio", "head"}  # fmt: skip
HEADINGS = ("h1", "h2", "h3")
_LEVELS = {tag: level for level, tag in enumerate(HEADINGS, start=1)}
_BLOCKS = {"p", "div", "section", "article", "main", "header", "ul", "ol", "li", "blockquote",
           "pre", "table", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "br", "hr", "dl",
           "dt", "dd", "body", "address", "time"}  # fmt: skip
_BULLET = re.compile(r"^\s*(?:[•·▪◦‣*]|[-–](?=\s))\s*")
_MAX_LINES = 10_000  # of a page that are read; the longest real articles have some hundreds


@dataclass(slots=True)
class Line:
    """One non-empty line: its text, and what kind of element opened it."""

    text: str
    bullet: bool = False
    heading: int | None = None  # 1 for h1 … 3, 0 for no heading, None where nothing tells
    stamp: Stated | None = None  # a machine's date that stands with the text
    link: str | None = None  # where the line leads, as written


def read_lines(text: str) -> list[Line]:
    """The non-empty lines of `text`, bullets recognised and taken off."""
    lines: list[Line] = []
    for raw in text.splitlines():
        if len(lines) == _MAX_LINES:
            break
        bullet = _BULLET.match(raw)
        line = one_line(raw[bullet.end() :] if bullet else raw)
        if line:
            lines.append(Line(line, bullet=bool(bullet)))
    return lines


def with_subheads(paragraphs: Sequence[str], lines: Sequence[Line]) -> list[str]:
    """`paragraphs` of a text with the headings that the page's `lines` show between two of them.

    Only where nothing but that heading stands between: trafilatura drops all headings of a
    page of which it takes the paragraphs one by one.
    """
    places = {line.text: index for index, line in enumerate(lines)}
    there = set(paragraphs)
    whole: list[str] = []
    for one, following in pairwise([*paragraphs, ""]):
        whole.append(one)
        between = places.get(one, -3) + 1
        if places.get(following) == between + 1:
            line = lines[between]
            if line.heading and line.text not in there:
                whole.append(line.text)
    return whole


def lines_of(element: HtmlElement) -> list[Line]:
    """The text of `element` as lines, one a block, headings, bullets and `time` stamps marked."""
    lines: list[Line] = []
    buffer: list[str] = []
    line = Line("", heading=0)

    def flush() -> None:
        nonlocal line
        if not buffer:
            return
        line.text = one_line("".join(buffer))
        if line.text:
            lines.append(line)
            line = Line("", heading=0)
        buffer.clear()

    walk = iterwalk(element, events=("start", "end"))
    for event, node in walk:
        tag = node.tag
        if event == "start":
            if not isinstance(tag, str) or tag in _SKIPPED:
                walk.skip_subtree()
                continue
            if len(lines) >= _MAX_LINES:
                break
            if tag in _BLOCKS:
                flush()
                line = Line("", heading=_LEVELS.get(tag, 0), bullet=tag == "li")
            if tag == "time":
                line.stamp = read_stamp(node.get("datetime") or "")
            if tag == "a" and node.get("href") and not line.link:
                line.link = node.get("href")
            if node.text:
                buffer.append(node.text)
        else:
            if tag in _BLOCKS:
                flush()
                line = Line("", heading=0)
            if node.tail and node is not element:
                buffer.append(node.tail)
    flush()
    return lines

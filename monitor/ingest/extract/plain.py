"""Articles in plain text that was saved from a web page: what a browser's "copy all" gives.

Nothing is marked up, so structure is read from form: a headline is a line of several words
with a byline or date close below it, text is lines long enough to be sentences, and a list
is a run of headlines with bylines and no text between them. Where one page holds several
articles, they repeat one form: label, headline, "Published on", text, closing marker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.errors import ParseError
from monitor.ingest.extract.credit import is_credit_line
from monitor.ingest.extract.dates import Stated, is_dateline
from monitor.ingest.extract.furniture import (
    ends_article,
    is_copyright,
    is_furniture,
    is_photo_credit,
    strip_furniture,
)
from monitor.ingest.extract.header import (
    BYLINE,
    HEADER_LINES,
    STAMP,
    header_authors,
    header_date,
)
from monitor.ingest.extract.lines import Line
from monitor.ingest.extract.names import copyright_owner
from monitor.ingest.extract.words import ends_sentence, is_prose, short_title

_NEAR = 5  # lines below a headline in which a byline or date starts
FULL_TEXT = 400  # characters from which a block of a repeating page is an article, not a teaser


@dataclass(slots=True)
class Block:
    """One article of a text, before its facts are reconciled."""

    title: str
    paragraphs: list[str]
    authors: tuple[str, ...] = ()
    dates: list[Stated] = field(default_factory=list)
    link: str | None = None  # where the headline leads


def page_outlet(lines: Sequence[Line]) -> str | None:
    """The outlet that the page's footer names as owner."""
    return copyright_owner(
        (line.text for line in lines), page_text="\n".join(line.text for line in lines)
    )


def articles_in(lines: Sequence[Line]) -> list[Block]:
    """The articles in `lines`, in page order: those of a repeating form, or the one there is.

    Raises ParseError where no line is a headline with text below it.
    """
    headers = headers_in(lines)
    several = repeated(lines, headers)
    if several:
        return several
    return [_single(lines)]


def headers_in(lines: Sequence[Line]) -> list[int]:
    """Where a headline stands with its byline or date below it."""
    return [i for i in range(len(lines)) if _is_header(lines, i)]


def repeated(lines: Sequence[Line], headers: Sequence[int]) -> list[Block]:
    """The articles of a page that repeats one form for each, or [] where it does not.

    They share the markers between headline and text, and a closing marker ("Continue
    Reading", "Source link") or the same label above the headline. At least two must have
    a full text; a block with none of its own but with the closing marker is a headline.
    """
    # By its first marker: a page may have a date or byline for some of its articles only.
    forms: dict[str, list[int]] = {}
    for index in headers:
        forms.setdefault(_form(lines, index)[0], []).append(index)
    best: list[Block] = []
    for starts in forms.values():
        if len(starts) < 2:
            continue
        blocks = _blocks(lines, starts)
        full = sum(len("".join(b.paragraphs)) >= FULL_TEXT for b in blocks)
        if full >= 2 and full * 2 >= len(blocks) and len(blocks) > len(best):
            best = blocks
    return best


def _blocks(lines: Sequence[Line], starts: Sequence[int]) -> list[Block]:
    labels = {lines[i - 1].text for i in starts if i and len(lines[i - 1].text) < 40}
    label = next(iter(labels)) if len(labels) == 1 else None
    ends = [*starts[1:], len(lines)]
    bodies = []
    for start, end in zip(starts, ends, strict=True):
        body = list(lines[start + 1 + len(_form(lines, start)) : end])
        if label and end != len(lines) and body and body[-1].text == label:
            body.pop()
        bodies.append(body)
    closing = closing_marker(bodies)
    if closing is None and label is None:
        return []
    blocks = []
    for start, body in zip(starts, bodies, strict=True):
        texts = [line.text for line in body]
        closed = closing is not None and closing in texts
        if closed:
            body = body[: texts.index(closing or "")]
        header = lines[start + 1 : start + 1 + len(_form(lines, start))]
        block = block_of(lines[start], header, body)
        if block.paragraphs or closed:
            blocks.append(block)
    return blocks


def closing_marker(bodies: Sequence[Sequence[Line]]) -> str | None:
    """What closes each of `bodies`: the first short line below the text of every one."""
    tails = [_below_text(body) for body in bodies]
    everywhere = set(tails[0]).intersection(*tails[1:])
    return min(everywhere, key=tails[0].index, default=None)


def _below_text(body: Sequence[Line]) -> list[str]:
    """The labels of `body` that follow its first paragraph; all of them where it has none."""
    first = next((i for i, line in enumerate(body) if is_prose(line.text)), 0)
    return [
        line.text
        for line in body[first:]
        if len(line.text) <= 40
        and not ends_sentence(line.text)
        and not is_dateline(line.text)
        and not BYLINE.match(line.text)
        and not STAMP.match(line.text)
    ]


def _form(lines: Sequence[Line], index: int) -> tuple[str, ...]:
    """The kinds of the header lines below a headline: what a repeating page repeats."""
    form = []
    for line in lines[index + 1 : index + 1 + _NEAR]:
        if STAMP.match(line.text):
            form.append(line.text.casefold())
        elif is_dateline(line.text):
            form.append("<date>")
        elif BYLINE.match(line.text) and len(line.text) < 100:
            form.append("<byline>")
        else:
            break
    return tuple(form)


def _is_header(lines: Sequence[Line], index: int) -> bool:
    # What stands below it is told at a glance; that it is no label takes seven patterns.
    return lines[index].heading != 0 and bool(_form(lines, index)) and _is_headline(lines[index])


def _is_headline(line: Line) -> bool:
    text = line.text
    if line.heading == 0 or line.bullet or not 12 <= len(text) <= 300:
        return False
    if len(text.split()) < 3 or (text.endswith((".", ":", ";", ",")) and not text.endswith("...")):
        return False
    return not (
        is_furniture(text)
        or is_dateline(text)
        or is_copyright(text)
        or is_credit_line(text)
        or BYLINE.match(text)
        or is_photo_credit(text)
        or ends_article(text)
    )


def _single(lines: Sequence[Line]) -> Block:
    start = _title_index(lines)
    after = start + 1
    body_start = next(
        (
            i
            for i in range(after, min(len(lines), after + 3 * HEADER_LINES))
            if is_prose(lines[i].text) and not is_photo_credit(lines[i].text)
        ),
        None,
    )
    if body_start is None:
        raise ParseError("cannot read text: expected a headline with paragraphs below it")
    return block_of(lines[start], lines[after:body_start], lines[body_start:])


def _title_index(lines: Sequence[Line]) -> int:
    """The headline of the first text: of the lines above it, one with a byline close below."""
    first = next(
        (
            i
            for i, line in enumerate(lines)
            if i
            and is_prose(line.text)
            and not is_photo_credit(line.text)
            and not is_furniture(line.text)
        ),
        None,
    )
    if first is None:
        raise ParseError("cannot read text: expected a headline with paragraphs below it")
    above = [i for i in range(first) if _is_headline(lines[i])]
    for i in above:
        near = lines[i + 1 : min(first, i + 1 + HEADER_LINES)]
        if any(is_dateline(n.text) or BYLINE.match(n.text) or STAMP.match(n.text) for n in near):
            return i
    if above:
        return max(above, key=lambda i: (len(lines[i].text.split()) >= 4, -i))
    if first == 1 or lines[first - 1].text == lines[0].text:
        return 0
    raise ParseError("cannot read text: expected a headline above the first paragraph")


def block_of(title: Line, header: Sequence[Line], body: Sequence[Line]) -> Block:
    """The article under `title`: facts from the short lines of `header`, text from `body`."""
    authors = header_authors(header)
    stated = header_date(header)
    return Block(
        title=short_title(title.text),
        paragraphs=_article_lines(body, title=title.text, authors=authors),
        authors=authors,
        dates=[stated] if stated else [],
        link=title.link,
    )


def _article_lines(body: Sequence[Line], *, title: str, authors: Sequence[str]) -> list[str]:
    """The article's own lines of `body`: up to a list, menu or footer, and no labels."""
    kept: list[str] = []
    for index, line in enumerate(body):
        rest = body[index : index + 8]
        if ends_article(line.text) and sum(is_prose(n.text) for n in rest) < 3:
            break
        if is_copyright(line.text) or _is_menu(rest) or _is_list(body, index):
            break
        if is_photo_credit(line.text) and not is_prose(line.text):
            continue
        kept.append(line.text)
    kept = strip_furniture(kept, title=title, authors=authors)
    return kept if any(is_prose(line) for line in kept) else []


def _is_menu(lines: Sequence[Line]) -> bool:
    short = [line for line in lines[:4] if line.bullet and len(line.text) <= 40]
    return len(short) == 4 and not any(ends_sentence(line.text) for line in short)


def _is_list(lines: Sequence[Line], index: int) -> bool:
    """Whether two headlines with bylines or dates, and no text between, start near `index`."""
    if not _is_header(lines, index):
        return False
    near = range(index + 1, min(len(lines), index + 8))
    return any(_is_header(lines, i) for i in near) and not any(
        is_prose(lines[i].text) and not _is_header(lines, i) for i in near
    )

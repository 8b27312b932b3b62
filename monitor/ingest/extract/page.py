"""What a page is, before anything is read from it: its characters, its tree, its declared facts.

Bytes are decoded by what they are rather than by what a header says, and parsed once;
everything else in this package works on the tree made here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from charset_normalizer import from_bytes
from lxml.etree import ElementDefaultClassLookup, LxmlError, strip_elements
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from monitor.errors import ParseError
from monitor.ingest.charsets import codec_of, marked, without_ruins
from monitor.ingest.extract.words import one_line

_MAX_BYTES = 20_000_000  # above the fetcher's own cap; a larger file is not a page
_MAX_TAGS = 60_000  # the largest page of the corpora has a sixth of it
_MAX_LINKED = 200  # JSON-LD objects looked at

_MAGIC = (b"%PDF-", b"\x89PNG", b"PK\x03\x04", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\x7fELF")
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_DOCUMENT = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
_MARKUP = re.compile(
    r"</?(?:p|div|article|section|main|h[1-6]|span|a|ul|table|meta|script)\b", re.I
)
# lxml.html asks a Python function for the class of every element, to tell forms from the rest.
_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\f\r"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_UNREAD = ("script", "style", "svg")
_ONE_CLASS = ElementDefaultClassLookup(element=HtmlElement)


def decode(data: bytes, *, charset: str | None = None) -> str:
    """`data` as text; `charset` is what its server claims.

    By byte order mark, else UTF-8 where it is valid (or nearly), else the charset that the
    server or the page declares, as browsers have it, else a guess. Raises ParseError for empty,
    oversized and binary data.
    """
    if not data.strip(b"\0 \t\r\n\f"):
        raise ParseError("cannot read page: expected HTML or text, got nothing")
    if len(data) > _MAX_BYTES:
        raise ParseError(f"cannot read page: expected at most {_MAX_BYTES} bytes, got {len(data)}")
    if data.startswith(_MAGIC):
        raise ParseError("cannot read page: expected HTML or text, got a binary file")
    text = _characters(data, charset)
    controls = len(_CONTROL.findall(text, 0, 4000))
    unreadable = text[:4000].count("\ufffd")
    if (controls + unreadable) > len(text[:4000]) // 10:
        raise ParseError("cannot read page: expected HTML or text, got binary data")
    return without_ruins(text)


def _characters(data: bytes, charset: str | None) -> str:
    text = marked(data)
    if text is not None:
        return text
    if data[:200].count(0) > len(data[:200]) // 3:
        return data.decode("utf-16-be" if data[0] == 0 else "utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    # A few broken bytes in much valid multibyte text: UTF-8 cut or damaged, not another charset.
    broken = text.count("\ufffd")
    if broken * 20 < sum(1 for c in text if c > "\x7f"):
        return text
    for encoding in _likely_encodings(data, charset):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("cp1252", "replace")


def _likely_encodings(data: bytes, charset: str | None) -> Iterator[str]:
    declared = _DECLARED.search(data[:8192])
    for label in (charset, declared.group(1) if declared else None):
        name = codec_of(label)
        # A declared UTF-8 was already found untrue.
        if name and name != "utf-8":
            yield name
    guess = from_bytes(data[:20_000]).best()
    if guess is not None:
        yield guess.encoding
    yield "cp1252"


def looks_like_html(text: str) -> bool:
    """Whether `text` is markup rather than what a reader sees."""
    if _DOCUMENT.search(text[:4000]):
        return True
    start = text[:20_000]
    return (text.lstrip()[:1] == "<" and len(_MARKUP.findall(start)) > 1) or len(
        _MARKUP.findall(start)
    ) > max(5, start.count("\n") // 4)


@dataclass(slots=True)
class Page:
    """A parsed page and what its head declares.

    `meta` maps a lowercase name, property or itemprop of a meta element to its
    contents in page order; `linked` holds the JSON-LD objects, flattened.
    """

    tree: HtmlElement
    url: str | None = None
    meta: dict[str, list[str]] = field(default_factory=dict)
    linked: list[dict[str, Any]] = field(default_factory=list)

    def first(self, *names: str) -> str:
        """The first non-empty meta content under `names`, in their order; "" where none is."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")


def parse(text: str, *, url: str | None = None) -> Page:
    """`text` as a Page. Raises ParseError where it is not HTML at all."""
    if text.count("<") > _MAX_TAGS:
        raise ParseError(f"cannot read page: more than {_MAX_TAGS} tags")
    # An XML declaration inside a str makes lxml refuse it.
    source = re.sub(r"^\s*<\?xml[^>]*>", "", text, count=1)
    # collect_ids off and comments dropped, as trafilatura's own parser has it.
    parser = HTMLParser(collect_ids=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        # As bytes, in a sixth of the time that it takes in a str.
        data = source.encode("utf-8", "replace").translate(None, _CONTROLS)
        tree = document_fromstring(data, parser=parser)
    except (LxmlError, ValueError, AssertionError) as error:
        raise ParseError(f"cannot read page: expected HTML, got {error}") from error
    page = Page(tree=tree, url=url)
    for element in tree.iter("meta"):
        content = one_line(element.get("content") or "")
        for attribute in ("property", "name", "itemprop"):
            name = element.get(attribute)
            if name and content:
                page.meta.setdefault(name.strip().lower(), []).append(content)
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            page.linked.extend(_linked(script.text or ""))
            if len(page.linked) > _MAX_LINKED:
                break
    # Nothing in them is text, and a copy of the tree, of which several are made, takes five times
    # as long with them.
    strip_elements(tree, *_UNREAD, with_tail=False)
    return page


def _linked(source: str) -> list[dict[str, Any]]:
    source = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", source
    )
    try:
        value = json.loads(source.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        try:
            value = json.loads(re.sub(r",\s*([}\]])", r"\1", source), strict=False)
        except (ValueError, RecursionError):
            return []
    return list(_objects(value, depth=0))


def _objects(value: Any, *, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:_MAX_LINKED]:
            yield from _objects(item, depth=depth + 1)
    elif isinstance(value, dict):
        yield value
        # Only what says "this page": an ItemList's elements are other pages.
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(value.get(key), dict | list):
                yield from _objects(value[key], depth=depth + 1)

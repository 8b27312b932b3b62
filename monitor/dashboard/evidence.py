"""Why something was tagged, shown: the matched words in their sentence, the rule in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from monitor.analysis.words import paragraphs
from monitor.models import Evidence

_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+")
_AROUND = 110  # characters to either side where a sentence is very long

Part = dict[str, Any]


def in_sentence(text: str, evidence: Evidence) -> list[Part]:
    """The sentence of `text` around the evidence, its words marked."""
    start, end = _span(text, evidence)
    if start == end:
        return [{"text": evidence.text}] if evidence.text else []
    ends = [0, *(m.end() for m in _SENTENCE_END.finditer(text)), len(text)]
    first = max((e for e in ends if e <= start), default=0)
    last = min((e for e in ends if e >= end), default=len(text))
    before, after = text[first:start], text[end:last].rstrip()
    if len(before) > _AROUND:
        before = "… " + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + " …"
    parts: list[Part] = [{"text": before}, {"text": text[start:end], "mark": True}, {"text": after}]
    return [part for part in parts if part["text"]]


def marked(text: str, spans: Iterable[tuple[Evidence, str, str]]) -> list[Part]:
    """`text` as runs, each evidence marked with a (title, colour); joined, they are `text`."""
    kept: list[tuple[int, int, str, str]] = []
    for evidence, title, colour in spans:
        start, end = _span(text, evidence)
        if start < end and all(end <= s or start >= e for s, e, _, _ in kept):
            kept.append((start, end, title, colour))
    parts: list[Part] = []
    at = 0
    for start, end, title, colour in sorted(kept):
        parts.append({"text": text[at:start]})
        parts.append({"text": text[start:end], "mark": True, "title": title, "color": colour})
        at = end
    parts.append({"text": text[at:]})
    return [part for part in parts if part["text"]]


def marked_paragraphs(text: str, spans: Sequence[tuple[Evidence, str, str]]) -> list[list[Part]]:
    """As `marked`, cut into the paragraphs of `text`."""
    cuts = [0]
    for paragraph in paragraphs(text):
        cuts.append(cuts[-1] + len(paragraph))
    cut = []
    for start, end in pairwise(cuts):
        inside = [
            (Evidence(e.field, e.start - start, e.end - start, e.text, e.rule), title, colour)
            for e, title, colour in spans
            if start <= e.start and e.end <= end
        ]
        cut.append(marked(text[start:end].rstrip(), inside))
    return [parts for parts in cut if parts]


def _span(text: str, evidence: Evidence) -> tuple[int, int]:
    """Where the evidence stands, (0, 0) where it speaks about the whole or does not fit."""
    inside = 0 <= evidence.start < evidence.end <= len(text)
    return (evidence.start, evidence.end) if inside else (0, 0)

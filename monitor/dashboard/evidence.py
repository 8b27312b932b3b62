"""Why something was tagged, shown: the matched words in their sentence, the rule in plain words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from monitor.analysis.words import paragraphs
from monitor.models import Evidence

_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+")
_AROUND = 110  # characters to either side where a sentence is very long

Part = dict[str, Any]


def in_sentences(text: str, evidence: Sequence[Evidence], *, most: int = 3) -> list[list[Part]]:
    """The sentences of `text` that hold evidence, each once, with all its matched words marked."""
    ends = [0, *(m.end() for m in _SENTENCE_END.finditer(text)), len(text)]
    held: dict[int, list[tuple[int, int]]] = {}
    for item in evidence:
        start, end = _span(text, item)
        if start < end:
            held.setdefault(bisect_right(ends, start) - 1, []).append((start, end))
    return [_sentence(text, ends[i], ends, sorted(held[i])) for i in sorted(held)[:most]]


def _sentence(
    text: str, first: int, ends: Sequence[int], spans: Sequence[tuple[int, int]]
) -> list[Part]:
    parts: list[Part] = []
    at = first
    for start, end in spans:
        if start < at:  # inside what is marked already
            continue
        parts.append({"text": text[at:start]})
        parts.append({"text": text[start:end], "mark": True})
        at = end
    after = text[at : min(e for e in ends if e >= at)].rstrip()
    before = parts[0]["text"]
    if len(before) > _AROUND:
        parts[0] = {"text": "… " + before[-_AROUND:].partition(" ")[2]}
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + " …"
    return [part for part in [*parts, {"text": after}] if part["text"]]


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

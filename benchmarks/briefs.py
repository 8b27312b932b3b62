"""How surely copies of short texts are found, and what only has their form is not.

    python -m benchmarks.briefs [CORPORA]

Briefs are the headlines and first 15 to 29 words of real pages. Copies: word for word, under
another headline of the same words in part, one word in twenty edited, the headline alone. Near
misses: the same words around another page's names and figures (a template), the same outlet's
headline a day later over another text, and a boilerplate line under every headline.
Needs no peer: texts this short are what MinHash leaves out.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.extraction import corpora_folder
from monitor.analysis.stories import Grouper
from monitor.models import DateConfidence, GroupItem

_DAY = datetime(2025, 4, 1, tzinfo=UTC)
_FACT = re.compile(r"\b(?:[A-Z][\w’'-]+|\d[\d.,]*)\b")
_LINE = "Read the full story in The Morning Brief app and sign up for alerts of 2025 there today"


@dataclass(frozen=True, slots=True)
class Case:
    """A text made of the brief `source`, or beside it where `copy` is False."""

    kind: str
    source: int
    title: str
    text: str
    outlet: str
    hours: float
    copy: bool


def briefs(corpora: Path) -> list[tuple[str, str]]:
    """(headline, first words) of the corpora's pages whose headline has eight words or more."""
    found: dict[str, str] = {}
    for name in ("aef", "scrapinghub"):
        for line in (corpora / "pages" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            page = json.loads(line)
            words, title = (
                page["text"].split(),
                page.get("title") or " ".join(page["text"].split()[:12]),
            )
            if len(words) >= 30 and len(title.split()) >= 8:
                found.setdefault(title, " ".join(words[: 15 + len(found) % 15]))
    return list(found.items())


def made(originals: list[tuple[str, str]], chance: random.Random) -> Iterator[Case]:
    """One of each kind of each brief."""
    for number, (title, text) in enumerate(originals):
        words = title.split()
        other = " ".join(words[len(words) // 2 :])
        yield Case("word for word", number, title, text, "B", 5, True)
        yield Case("half of its headline", number, other, text, "C", 6, True)
        edited = " ".join("other" if chance.random() < 0.05 else w for w in text.split())
        yield Case("one word in twenty edited", number, title, edited, "D", 7, True)
        yield Case("headline alone", number, title, "", "E", 8, True)
        facts = _FACT.findall(originals[(number + 1) % len(originals)][1]) or ["Other"]
        swapped = _FACT.sub(lambda _, f=facts: chance.choice(f), text)
        if swapped != text:
            yield Case("a template", number, f"{facts[0]} {title}", swapped, "F", 9, False)
        later = " ".join(originals[(number + 7) % len(originals)][1].split()[::-1])
        yield Case("a column that comes daily", number, title, later, "A", 24, False)
        yield Case("a line under everything", number, other, _LINE, f"G{number}", 3, False)


def main() -> int:
    """Print recall and false pairs by kind; 1 where precision is under .99."""
    corpora = Path(sys.argv[1]) if len(sys.argv) > 1 else corpora_folder()
    originals = briefs(corpora)
    cases = list(made(originals, random.Random(5)))
    grouper = Grouper()
    for number, (title, text) in enumerate(originals):
        grouper.add(_item(number, title, text, "A", number % 24))
    for at, case in enumerate(cases, start=len(originals)):
        hours = case.source % 24 + case.hours
        grouper.add(_item(at, case.title, case.text, case.outlet, hours))
    group = {id_: p.copy_group for id_, p in grouper.placements().items()}
    hit, asked, wrong = Counter[str](), Counter[str](), Counter[str]()
    for at, case in enumerate(cases, start=len(originals)):
        asked[case.kind] += 1
        together = group[at] == group[case.source]
        hit[case.kind] += together and case.copy
        strangers = {c.source for n, c in enumerate(cases, start=len(originals))
                     if group[n] == group[at]} - {case.source}  # fmt: skip
        wrong[case.kind] += (together and not case.copy) + len(strangers)
    right, false = sum(hit.values()), sum(wrong.values())
    wanted = sum(case.copy for case in cases)
    print(f"{len(originals)} briefs, {len(cases)} made of them or beside them")
    print(f"recall {right / wanted:.3f}  precision {right / (right + false):.3f}")
    for kind, count in asked.items():
        recall = f"recall {hit[kind] / count:.3f}" if hit[kind] else "a near miss "
        print(f"    {kind:28}{recall}   false pairs {wrong[kind]}")
    return int(right / (right + false) < 0.99)


def _item(id_: int, title: str, text: str, outlet: str, hours: float) -> GroupItem:
    at = _DAY + timedelta(hours=hours)
    return GroupItem(id_, title, text, at, DateConfidence.HIGH, outlet)


if __name__ == "__main__":
    sys.exit(main())

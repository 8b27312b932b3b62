"""How well and how fast articles are tagged, beside plain keywords and a bare scan.

    python -m benchmarks.tagging              accuracy (where the corpora are) and speed
    python -m benchmarks.tagging --errors     … and every item decided wrongly
    python -m benchmarks.tagging --fit        fits the company model again and prints its weights
    python -m benchmarks.tagging --labels F   … what people corrected among the labelled items, as
                                              `python -m monitor corrections --labels` prints it

Accuracy is measured on hand-labelled items with ambiguous names, given only the name and one
sentence (`about`); the model that decides an item was fitted without the item's name.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from benchmarks.tagging_speed import speed
from monitor.analysis.companies import CompanyTagger
from monitor.analysis.document import Document
from monitor.config import Company

ROOT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("MONITOR_CORPORA") or ROOT.parent / "shared" / "corpora")
RIDGE = 0.5  # how strongly weights are drawn to 0; up to 1 differs by less than .01 in F1
# Signals of the name itself: the items teach them by the name, of which there are few, so these
# weights are drawn harder.
OF_THE_NAME = frozenset({"also a verb or determiner", "a single letter", "begins a person's name"})
RIDGE_OF_THE_NAME = 8.0
# The model's own .4 becomes .5, as a company missed costs as much as one wrongly named; of .35 to
# .55, .4 gave the best F1 with the item's name held out.
SHIFT = 0.4
ROUNDS = 6  # of choosing each item's telling occurrence, and fitting on it

# What weights are drawn to instead of 0: what a person expects of signals that the labelled items
# teach little or nothing about, as they come with a name and one sentence only.
EXPECTED = {
    "context": 1.5,
    "its people named": 2.5,
    "named surely elsewhere": 3.0,
    "named in several ways": 1.0,
    "named in about as not it": -2.5,
    "a single letter": -3.0,
    "begins a person's name": -2.5,
    "in another script": 2.0,
    "business noun before": 1.0,
    "business noun after": 1.0,
    "business verb after": 1.0,
    "legal form after": 2.0,
    "owned or backed by it": 1.0,
    "given name before": -2.0,
    "title before": -1.0,
    "other kind of name after": -1.5,
    "to + verb after": 1.0,
    "list of names": 1.0,
    "possessive": 0.5,
    "a place's state after": -2.5,
    "a day, month or feast": -4.0,
}

Item = dict[str, Any]
Sample = tuple[list[dict[str, float]], bool]
Model = tuple[dict[str, float], float]


def main() -> None:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fit", action="store_true", help="fit and print the model's weights")
    parser.add_argument("--errors", action="store_true", help="print what was decided wrongly")
    parser.add_argument("--labels", type=Path, help="more labelled items")
    options = parser.parse_args()
    mentions = CORPORA / "mentions" / "mentions.jsonl"
    files = [file for file in (mentions, options.labels) if file and file.is_file()]
    items = [json.loads(x) for file in files for x in file.read_text(encoding="utf-8").splitlines()]
    if items:
        if options.fit:
            print_model(fit(map(sample, items)))
            return
        accuracy(items, errors=options.errors)
    else:
        print(f"accuracy: no labelled items at {mentions}; set MONITOR_CORPORA, or --labels")
    recall()
    speed(CORPORA)


# --- accuracy ------------------------------------------------------------------------------------


def company_of(item: Item) -> Company:
    """The company as a user would enter it: a name and one sentence."""
    return Company(name=item["company"], about=item["meaning"])


def document_of(item: Item) -> Document:
    """An item's words as a tagger reads them."""
    return Document(title=item["title"] or "", text=item["description"] or "")


def sample(item: Item) -> Sample:
    """The signals of an item's occurrences, and whether the company is meant."""
    tagger = CompanyTagger([company_of(item)])
    features = tagger.features(document_of(item), outlet=item["outlet"], url=item["url"])
    return features, item["label"] > 0


def fit(samples: Iterable[Sample]) -> Model:
    """A logistic model of single occurrences, from labels of whole items.

    An item is about the company if its likeliest occurrence is, so that one is fitted on and
    chosen again with the new weights (multiple-instance logistic regression).
    """
    data = [(features, meant) for features, meant in samples if features]
    names = sorted({*EXPECTED} | {name for features, _ in data for f in features for name in f})
    column = {name: i for i, name in enumerate(names)}
    vectors = []
    for features, _ in data:
        rows = np.zeros((len(features), len(names) + 1))
        rows[:, -1] = 1.0
        for row, f in zip(rows, features, strict=True):
            for name, value in f.items():
                row[column[name]] = value
        vectors.append(rows)
    truth = np.array([float(meant) for _, meant in data])
    expected = np.array([*(EXPECTED.get(name, 0.0) for name in names), 0.0])
    ridge = np.array([RIDGE_OF_THE_NAME if n in OF_THE_NAME else RIDGE for n in names] + [1e-3])
    weights = expected.copy()
    for _ in range(ROUNDS):
        chosen = np.array([rows[int(np.argmax(rows @ weights))] for rows in vectors])
        weights = _logistic(chosen, truth, expected=expected, ridge=ridge)
    return dict(zip(names, map(float, weights), strict=False)), float(weights[-1]) + SHIFT


def _logistic(
    x: np.ndarray, y: np.ndarray, *, expected: np.ndarray, ridge: np.ndarray
) -> np.ndarray:
    """Ridge logistic regression by Newton's method; weights are drawn to `expected` as hard as
    `ridge` says.
    """
    weights = expected.copy()
    for _ in range(25):
        p = 1 / (1 + np.exp(-(x @ weights)))
        gradient = x.T @ (p - y) + ridge * (weights - expected)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def print_model(model: Model) -> None:
    """The model as it stands in monitor/analysis/weights.py."""
    weights, bias = model
    print(f"BIAS = {bias:.2f}\nWEIGHTS: dict[str, float] = {{")
    for name, weight in sorted(weights.items(), key=lambda pair: -pair[1]):
        print(f'    "{name}": {weight:.2f},')
    print("}")


def accuracy(items: list[Item], *, errors: bool) -> None:
    """Print F1 of "the company is meant", by name held out, and of subject against passing."""
    truth = [item["label"] > 0 for item in items]
    companies = sorted({item["company"] for item in items})
    print(f"companies: {len(items)} items, {len(companies)} ambiguous names, one sentence each")
    print(f"  {'':34}precision  recall    F1")
    for title, flags in (
        ("keyword, any case", re.IGNORECASE),
        ("keyword, case as in the name", re.RegexFlag(0)),
    ):
        said = [
            bool(re.search(rf"\b{re.escape(i['company'])}\b", _joined(i), flags)) for i in items
        ]
        _print_scores(title, truth, said)
    subject: list[tuple[bool, bool]] = []
    said = [False] * len(items)
    samples = [sample(item) for item in items]
    for name in companies:
        model = fit(s for s, i in zip(samples, items, strict=True) if i["company"] != name)
        for at, item in enumerate(items):
            if item["company"] != name:
                continue
            mentions = _tag(item, model)
            said[at] = bool(mentions)
            if mentions and item["label"] > 0:
                subject.append((item["label"] == 2, mentions[0].subject))
            if errors and said[at] != truth[at]:
                print(f"    {item['label']} {name} | {item['title']} | {item['description'][:160]}")
    _print_scores("this, name held out", truth, said)
    _print_spread(items, truth, said)
    right = sum(a == b for a, b in subject)
    print(f"  subject or passing, of {len(subject)} found: {right / len(subject):.3f} right")


def _print_spread(items: list[Item], truth: Sequence[bool], said: Sequence[bool]) -> None:
    """How much F1 depends on which names were asked: the folds drawn again with replacement."""
    counts: dict[str, list[int]] = {}
    for item, a, b in zip(items, truth, said, strict=True):
        hit, named, meant = counts.setdefault(item["company"], [0, 0, 0])
        counts[item["company"]] = [hit + (a and b), named + b, meant + a]
    folds = np.array(list(counts.values()))
    draws = np.random.default_rng(7).integers(len(folds), size=(2_000, len(folds)))
    hit, named, meant = folds[draws].sum(axis=1).T
    low, high = np.percentile(2 * hit / (named + meant), [5, 95])
    wrong = (folds[:, 1] + folds[:, 2] - 2 * folds[:, 0]).tolist()
    print(f"  F1 over names drawn again: 90 % within {low:.3f} to {high:.3f}")
    worst = sorted(zip(wrong, counts, strict=True), reverse=True)[:6]
    print("  most wrong: " + ", ".join(f"{name} {count}" for count, name in worst))


def _tag(item: Item, model: Model) -> tuple[Any, ...]:
    weights, bias = model
    tagger = CompanyTagger([company_of(item)], weights=weights, bias=bias)
    return tagger.tag(document_of(item), outlet=item["outlet"], url=item["url"])


def _joined(item: Item) -> str:
    return f"{item['title']} {item['description']}"


def _print_scores(title: str, truth: Sequence[bool], said: Sequence[bool]) -> None:
    hit = sum(a and b for a, b in zip(truth, said, strict=True))
    precision, recall = hit / max(sum(said), 1), hit / max(sum(truth), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"  {title:34}{precision:9.3f}{recall:8.3f}{f1:6.3f}")


# --- names that are no words --------------------------------------------------------------------

EVERYDAY = {
    "OpenAI": "OpenAI, the maker of ChatGPT",
    "Nvidia": "Nvidia, the maker of graphics chips",
    "Stellantis": "Stellantis, the carmaker that owns Jeep and Peugeot",
    "Microsoft": "Microsoft, the software company",
    "Netflix": "Netflix, the video streaming service",
    "Samsung": "Samsung, the South Korean maker of phones and chips",
    "Toyota": "Toyota, the Japanese carmaker",
    "Pfizer": "Pfizer, the American drug maker",
    "Walmart": "Walmart, the American retailer",
    "Boeing": "Boeing, the American aircraft maker",
}
SHOWN = 12


def recall() -> dict[str, list[int]]:
    """Print how many headlines with an everyday name are tagged, beside the keyword's count.

    By name: found by both, by the keyword only, by tagging only.
    """
    file = CORPORA / "headlines" / "headlines-2022.parquet"
    if not file.is_file():
        print(f"everyday names: no headlines at {file}; set MONITOR_CORPORA")
        return {}
    rows = duckdb.execute(
        "SELECT title, coalesce(description, ''), outlet, url FROM read_parquet($file)",
        {"file": str(file)},
    ).fetchall()
    tagger = CompanyTagger([Company(name=n, about=about) for n, about in EVERYDAY.items()])
    keywords = {n: re.compile(rf"(?<!\w){n}(?!\w)") for n in EVERYDAY}
    counts = {name: [0, 0, 0] for name in EVERYDAY}
    lost: list[str] = []
    for title, text, outlet, url in rows:
        joined = f"{title} {text}"
        said = {name for name, keyword in keywords.items() if keyword.search(joined)}
        document = Document(title=title or "", text=text)
        tagged = {m.company for m in tagger.tag(document, outlet=outlet, url=url)}
        for name in said | tagged:
            both, only_keyword, only_tagged = counts[name]
            counts[name] = [
                both + (name in said and name in tagged),
                only_keyword + (name not in tagged),
                only_tagged + (name not in said),
            ]
            if name not in tagged:
                lost.append(f"{name} ({outlet}) {title} | {text[:120]}")
    print(f"everyday names in {len(rows):,} headlines, beside the keyword as written:")
    print(f"  {'':12}{'both':>8}{'keyword only':>14}{'this only':>11}")
    for name, (both, only_keyword, only_tagged) in counts.items():
        print(f"  {name:12}{both:>8}{only_keyword:>14}{only_tagged:>11}")
    for line in random.Random(7).sample(lost, min(SHOWN, len(lost))):
        print(f"    keyword only: {line}")
    return counts


if __name__ == "__main__":
    main()

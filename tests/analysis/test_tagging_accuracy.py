"""A floor under the accuracy of company tagging, with the name that is judged held out."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "tagging.py"


@pytest.mark.corpora
@pytest.mark.slow
def test_ambiguous_names_are_told_from_words(corpora, capsys):
    """Keywords reach an F1 of about .5 here, this .91."""
    lines = (corpora / "mentions" / "mentions.jsonl").read_text(encoding="utf-8").splitlines()
    benchmark = runpy.run_path(str(BENCHMARK))
    benchmark["accuracy"]([json.loads(line) for line in lines], errors=False)
    printed = capsys.readouterr().out
    held_out = next(line for line in printed.splitlines() if "name held out" in line)
    precision, recall, f1 = map(float, held_out.split()[-3:])
    assert min(precision, recall) >= 0.87
    assert f1 >= 0.90
    subject = next(line for line in printed.splitlines() if "subject or passing" in line)
    assert float(subject.split()[-2]) >= 0.85


@pytest.mark.corpora
@pytest.mark.slow
def test_everyday_names_are_found_as_by_a_keyword(corpora):
    """Of 2,013 headlines, 5 are left out; three of them name but the outlet's own section."""
    assert (corpora / "headlines" / "headlines-2022.parquet").is_file()
    counts = runpy.run_path(str(BENCHMARK))["recall"]()
    assert len(counts) == 10
    both, only_keyword, _ = map(sum, zip(*counts.values(), strict=True))
    assert both > 2_000
    assert only_keyword <= 5

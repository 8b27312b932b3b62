"""`import` reads pages and records; a bad row is said and the others go on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config import Config
from monitor.errors import ParseError
from monitor.ingest.importing import Failure, prepared, published_time, read_file
from monitor.ingest.prepare import Prepared
from monitor.ingest.workers import Workers
from monitor.models import DateConfidence, Draft, TextStatus

NOW = datetime(2025, 4, 3, 12, tzinfo=UTC)


def read(path: Path, **options: str) -> tuple[list[Draft], list[Failure]]:
    with Workers(Config(), processes=1) as workers:
        found = read_file(path, config=Config(), now=NOW, **options)
        items = list(prepared(found, workers))
    kept = [one for item in items if not isinstance(item, Failure) for one in item]
    return (
        [i.draft if isinstance(i, Prepared) else i for i in kept],
        [i for i in items if isinstance(i, Failure)],
    )


def test_json_lines_keep_going_past_a_bad_one(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    lines = [
        json.dumps({"title": "One", "text": "Words.\x00\x07", "url": "https://a.example/1",
                    "published_at": "2025-04-01T10:00:00+02:00", "authors": ["A. B."],
                    "outlet": "A News", "credit": "(Wire)"}),
        "{not json",
        json.dumps(["a", "list"]),
        json.dumps({"text": "no title"}),
        json.dumps({"title": "Bad date", "published_at": "yesterday"}),
        json.dumps({"title": "Bad URL", "url": "javascript:alert(1)"}),
        json.dumps({"title": 5}),
        "",
        json.dumps({"title": "Two", "description": "Only a summary."}),
    ]  # fmt: skip
    path.write_text("\n".join(lines))
    drafts, failures = read(path)
    one, two = drafts
    assert (one.title, one.text, one.outlet, one.credit) == ("One", "Words.", "A News", "(Wire)")
    assert one.published_at == datetime(2025, 4, 1, 8, tzinfo=UTC)
    assert (one.date_confidence, one.authors) == (DateConfidence.MEDIUM, ("A. B.",))
    assert (two.text_status, two.description, two.url) == (
        TextStatus.HEADLINE, "Only a summary.", None,
    )  # fmt: skip
    assert [f.where.rsplit(":", 1)[1] for f in failures] == ["2", "3", "4", "5", "6", "7"]
    assert "not valid JSON" in failures[0].reason
    assert "ISO time such as" in failures[3].reason
    assert "http(s) URL" in failures[4].reason


def test_csv_with_a_byte_order_mark_and_quoted_lines(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(
        '\ufeffTitle,Text,Outlet,authors\r\n"Zwei, Drei","Ein\r\n\r\nZwei",Bote,A; B\r\n',
        newline="",
    )
    [draft], failures = read(path)
    assert failures == []
    assert (draft.title, draft.outlet, draft.authors) == ("Zwei, Drei", "Bote", ("A", "B"))


@pytest.mark.parametrize("separator", [";", "\t"])
def test_csv_as_a_spreadsheet_with_decimal_commas_saves_it(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "in.csv"
    heading, row = ("Title", "Text", "Outlet"), ("Zwei, Drei", '"Ein, so"', "Bote")
    path.write_text("\ufeff" + "\n".join(separator.join(cells) for cells in (heading, row)))
    [draft], failures = read(path)
    assert failures == []
    assert (draft.title, draft.text, draft.outlet) == ("Zwei, Drei", "Ein, so", "Bote")


def test_a_record_may_name_a_page(tmp_path: Path) -> None:
    paragraphs = "".join(
        f"<p>Paragraph {n} of a page long enough to be read as an article by anyone at all.</p>"
        for n in range(8)
    )
    (tmp_path / "page.html").write_text(
        f"<html><head><title>A page</title></head><body><article><h1>A page</h1>{paragraphs}"
        "</article></body></html>"
    )
    path = tmp_path / "in.jsonl"
    path.write_text(
        json.dumps({"path": "page.html", "url": "https://a.example/x", "outlet": "A"})
        + "\n"
        + json.dumps({"path": "missing.html"})
    )
    [draft], [failure] = read(path)
    assert (draft.title, draft.url, draft.outlet) == ("A page", "https://a.example/x", "A")
    assert draft.text.startswith("Paragraph 0")
    assert failure.where.endswith(":2")


@pytest.mark.parametrize("name", ["x.pdf", "missing.txt", "missing.jsonl"])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    drafts, [failure] = read(tmp_path / name)
    assert drafts == []
    assert name in failure.where
    assert failure.reason


@pytest.mark.parametrize(
    "line",
    [
        '{"title": "X", "authors": 5}',
        '{"title": "X", "authors": ["A", 5]}',
        '{"title": "X", "authors": {"name": "A"}}',
        '{"title": "X", "language": 5}',
        '{"title": "X", "credit": NaN}',
        '{"title": "X", "text": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"title": "X", "id": ' + "9" * 5_000 + "}",
        b'{"title": "\xff"}',
        '{"title": "\u202e\\u2066"}',
        '{"title": "X", "published_at": "0001-01-01T00:00:00+14:00"}',
        '{"title": "X", "published_at": ["2025-04-01"]}',
    ],
)
def test_a_bad_line_never_stops_the_next(tmp_path: Path, line: str | bytes) -> None:
    path = tmp_path / "in.jsonl"
    bad = line if isinstance(line, bytes) else line.encode()
    path.write_bytes(b'\xef\xbb\xbf{"title": "One"}\n' + bad + b'\n{"title": "Two"}\n')
    drafts, [failure] = read(path)
    assert [d.title for d in drafts] == ["One", "Two"]
    assert failure.where == f"{path}:2"
    assert 0 < len(failure.reason) < 200


@pytest.mark.parametrize(
    "given",
    ["0001-01-01", "1899-12-31T23:59:59Z", "2025-04-05T12:00:01Z", "9999-12-31T23:59-12:00"],
)
def test_a_time_at_which_nothing_can_have_been_published_is_refused(given: str) -> None:
    with pytest.raises(ParseError) as caught:
        published_time(given, now=NOW)
    assert str(caught.value) == (
        f"published_at must lie between 1900-01-01 and 2025-04-05, got {given!r}"
    )


def test_times_are_read_as_utc() -> None:
    assert published_time("2025-04-05T13:00:00+02:00", now=NOW) == (
        datetime(2025, 4, 5, 11, tzinfo=UTC), DateConfidence.MEDIUM,
    )  # fmt: skip
    assert published_time(" 1900-01-01 ", now=NOW) == (
        datetime(1900, 1, 1, tzinfo=UTC), DateConfidence.DAY,
    )  # fmt: skip
    assert published_time("", now=NOW) == (None, DateConfidence.NONE)


def test_fields_are_cleaned_of_what_nobody_sees(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    rows = [
        {"title": "A\u202egnirts\u2069", "authors": ["Ann\ud800 \x07 B.", " ", "\u202a"],
         "language": "EN-gb"},
        {"title": "B", "authors": "C. D.\x00; ", "language": "English"},
        {"title": "C", "authors": None, "language": "de"},
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(row) for row in rows))
    drafts, failures = read(path)
    assert failures == []
    assert [(d.title, d.authors, d.language) for d in drafts] == [
        ("Agnirts", ("Ann B.",), "en"), ("B", ("C. D.",), None), ("C", (), "de"),
    ]  # fmt: skip

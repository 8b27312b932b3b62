"""Real changes of headlines replayed: each is one revision, and the same again is nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Config
from monitor.ingest import decide
from monitor.ingest.service import open_archive
from monitor.models import DateConfidence, Draft, Extracted, TextStatus
from monitor.store.folder import DataFolder
from monitor.urls import url_key

START = datetime(2025, 4, 1, tzinfo=UTC)


def draft(url: str, version: list[str | None], now: datetime) -> Draft:
    title, description, published = version
    moment = datetime.fromisoformat(published) if published else None
    if moment and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return decide.draft(
        Extracted(
            title=title or "", text="", url=url, description=description or "",
            published_at=moment,
            date_confidence=DateConfidence.MEDIUM if moment else DateConfidence.NONE,
        ),
        config=Config(), now=now, page_url=url, text_status=TextStatus.HEADLINE,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.corpora
def test_headline_revisions_are_kept_one_by_one(corpora: Path, tmp_path: Path) -> None:
    lines = (corpora / "revisions" / "headline-revisions.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    histories: dict[str, list[Draft]] = {}
    for row in rows:
        for number, version in enumerate(row["versions"]):
            item = draft(row["url"], version, START + timedelta(hours=number))
            histories.setdefault(url_key(row["url"]), []).append(item)
    wordings = {key: list({decide.digest(d): d for d in ds}) for key, ds in histories.items()}
    most = max(map(len, histories.values()))
    with open_archive(DataFolder(tmp_path), Config()) as archive:

        def replay() -> tuple[int, int]:
            articles = revisions = 0
            for number in range(most):
                batch = [ds[number] for ds in histories.values() if number < len(ds)]
                counts = archive.keep(batch, now=START + timedelta(hours=number)).counts
                articles, revisions = articles + counts.articles, revisions + counts.revisions
            return articles, revisions

        expected = sum(len(w) - 1 for w in wordings.values())
        assert replay() == (len(histories), expected)
        assert replay() == (0, 0)
        shown = dict(
            archive.connection.execute(
                "SELECT a.url_key, r.digest FROM article a JOIN revision r USING (revision_id)"
            ).fetchall()
        )
        assert shown == {key: w[-1] for key, w in wordings.items()}

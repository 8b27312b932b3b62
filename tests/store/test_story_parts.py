"""What a story's page asks beside its articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.store.articles import revise_articles
from monitor.store.database import transaction, writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from monitor.store.queries import current_story, headlines, stories_of, story_companies
from monitor.store.reader import Reader
from monitor.store.rereading import REEXTRACTION
from tests.archive import SEEN, Piece, build_archive, draft_of

TZ = ZoneInfo("UTC")
PIECES = (
    Piece("Mill opens", companies={"Acme": True, "Beta": False}),
    Piece("Mill to open", companies={"Acme": False}, story=0),
    Piece("Rain"),
)


def revised(folder: DataFolder, *wordings: tuple[str, str | None]) -> Reader:
    """The first piece with these headlines after its own, each an hour later."""
    with writing(folder) as connection:
        for hours, (title, made_by) in enumerate(wordings, start=1):
            draft = draft_of(PIECES[0], 1000, title=title, seen_at=SEEN + timedelta(hours=hours))
            draft = replace(draft, made_by=made_by)
            with transaction(connection):
                revise_articles(connection, [(1000, 600_000 + hours, f"d{hours}", draft)])
        publish(folder, connection)
    return Reader.open(folder)


def test_headlines_in_order_and_only_what_the_outlet_changed(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, PIECES)
    reader = revised(
        folder, ("Mill opens", None), ("Mill opens late", None), ("Mill opens late!", REEXTRACTION)
    )
    found = headlines(reader, [1000, 1001], tz=TZ)
    assert list(zip(found["article_id"], found["title"], strict=True)) == [
        (1000, "Mill opens"), (1001, "Mill to open"), (1000, "Mill opens late!"),
    ]  # fmt: skip
    assert headlines(reader, [], tz=TZ).empty


def test_companies_of_each_article(tmp_path: Path) -> None:
    reader = Reader.open(build_archive(tmp_path, PIECES))
    found = story_companies(reader, [1000, 1001])
    assert found[["article_id", "company", "subject"]].to_numpy().tolist() == [
        [1000, "Acme", True], [1000, "Beta", False], [1001, "Acme", False],
    ]  # fmt: skip


def test_where_articles_are_and_where_an_old_link_leads(tmp_path: Path) -> None:
    reader = Reader.open(build_archive(tmp_path, PIECES))
    keys = dict(reader.rows("SELECT article_id, url_key FROM article"))
    assert stories_of(reader, [keys[1002], keys[1001], keys[1000]]) == [1000, 1002]
    assert stories_of(reader, ["nowhere"]) == []
    assert [current_story(reader, i) for i in (1000, 1001, 1002, 7)] == [1000, 1000, 1002, 7]

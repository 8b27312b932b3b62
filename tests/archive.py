"""A real data folder with a published generation, from a handful of literal articles.

    folder = build_archive(tmp_path, [Piece("Acme opens a plant", outlet="Daily", at=…,
                                            companies={"Acme": True})])
    reader = Reader.open(folder)

Everything goes through the store's own writing and publishing. Tags and stories
are as given, so that a test of a page or a query does not depend on tagging.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.config import Config, parse_config
from monitor.models import (
    DateConfidence,
    Draft,
    Evidence,
    Mention,
    Place,
    Placement,
    Role,
    Tags,
    TextStatus,
    TopicTag,
)
from monitor.store.articles import copy_down, insert_articles, set_tags
from monitor.store.database import transaction, writing
from monitor.store.folder import DataFolder
from monitor.store.grouping import infer_dates, place
from monitor.store.publish import publish
from monitor.store.search import index_new
from monitor.store.watched import sync_watchlist

SEEN = datetime(2025, 4, 10, 12, tzinfo=UTC)  # the first piece's first sight; then minute by minute
_REVISIONS = 499_000  # a revision's id is its article's and this


@dataclass(frozen=True)
class Piece:
    """One article. `story` and `copy_of` name an earlier piece by its position."""

    title: str
    outlet: str = "Daily Ledger"
    at: datetime | None = None
    text: str = ""
    companies: Mapping[str, bool] = field(default_factory=dict)  # name → main subject
    topics: tuple[str, ...] = ()
    story: int | None = None
    copy_of: int | None = None
    role: Role = Role.INDEPENDENT
    language: str = "en"
    url: str | None = ""  # "" makes one up, None leaves the article without an address
    authors: tuple[str, ...] = ()
    sample: bool = False
    confidence: DateConfidence | None = None  # of the date; high where there is one
    seen: datetime | None = None  # first; in order from SEEN on where it is not given


def build_archive(
    root: Path, pieces: Sequence[Piece], *, watchlist: str | Config | None = None
) -> DataFolder:
    """Write and publish `pieces`; article ids are 1000, 1001, … in their order,
    revision ids 500_000, 500_001, …

    Companies and topics are those of the pieces, or those of `watchlist`.
    """
    folder = DataFolder(root)
    config = watchlist if isinstance(watchlist, Config) else parse_config(
        watchlist or _watchlist(pieces)
    )  # fmt: skip
    ids = [1000 + i for i in range(len(pieces))]
    with writing(folder) as connection:
        with transaction(connection):
            sync_watchlist(connection, config)
            insert_articles(
                connection,
                [
                    (i, i + _REVISIONS, f"digest {i}", _draft(p, i))
                    for i, p in zip(ids, pieces, strict=True)
                ],
            )
            set_tags(connection, {i: _tags(p) for i, p in zip(ids, pieces, strict=True)})
            place(connection, _placements(pieces, ids))
            infer_dates(connection, ids)
            copy_down(connection, ids)
        index_new(folder, connection)
        publish(folder, connection)
    return folder


def _watchlist(pieces: Sequence[Piece]) -> str:
    companies = dict.fromkeys(name for p in pieces for name in p.companies)
    topics = dict.fromkeys(name for p in pieces for name in p.topics)
    outlets = dict.fromkeys(p.outlet for p in pieces)
    return "\n".join(
        [
            *(f'[[company]]\nname = "{name}"' for name in companies),
            *(f'[[topic]]\nname = "{name}"\nquery = "x"' for name in topics),
            *(
                f'[[outlet]]\nname = "{name}"\ndomain = "{_domain(name)}"\ncountry = "US"\ntier = 1'
                for name in outlets
            ),
        ]
    )


def _domain(outlet: str) -> str:
    return outlet.lower().replace(" ", "") + ".example"


def draft_of(piece: Piece, article_id: int, **changed: Any) -> Draft:
    """What `piece` is kept as, or would be with some fields `changed`."""
    return replace(_draft(piece, article_id), **changed)


def _draft(piece: Piece, article_id: int) -> Draft:
    url = f"https://{_domain(piece.outlet)}/{article_id}" if piece.url == "" else piece.url
    return Draft(
        url_key=(url or f"import:{article_id}").removeprefix("https://"),
        url=url,
        outlet=piece.outlet,
        domain=_domain(piece.outlet),
        title=piece.title,
        text=piece.text,
        seen_at=piece.seen or SEEN + timedelta(minutes=article_id - 1000),
        authors=piece.authors,
        published_at=piece.at,
        date_confidence=piece.confidence
        or (DateConfidence.HIGH if piece.at else DateConfidence.NONE),
        language=piece.language,
        text_status=TextStatus.FULL if piece.text else TextStatus.HEADLINE,
        sample=piece.sample,
    )


def _tags(piece: Piece) -> Tags:
    return Tags(
        mentions=tuple(
            Mention(
                company=name,
                salience=0.9 if subject else 0.2,
                subject=subject,
                place=Place.HEADLINE if name in piece.title else Place.BODY,
                score=0.95,
                evidence=_evidence(piece, name, rule="name"),
            )
            for name, subject in piece.companies.items()
        ),
        topics=tuple(TopicTag(name, _evidence(piece, name, rule="query")) for name in piece.topics),
    )


def _evidence(piece: Piece, word: str, *, rule: str) -> tuple[Evidence, ...]:
    """Where `word` stands in the piece, title first."""
    return tuple(
        Evidence(name, at, at + len(word), word, rule)
        for name, value in (("title", piece.title), ("text", piece.text))
        if (at := value.find(word)) >= 0
    )


def _placements(pieces: Sequence[Piece], ids: Sequence[int]) -> Iterable[Placement]:
    for i, piece in zip(ids, pieces, strict=True):
        source = None if piece.copy_of is None else ids[piece.copy_of]
        story = piece.story if piece.story is not None else piece.copy_of
        yield Placement(
            id=i,
            story=i if story is None else ids[story],
            copy_group=i if source is None else source,
            role=piece.role,
            source=source,
        )

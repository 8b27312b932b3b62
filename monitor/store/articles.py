"""Writing articles, their revisions and their tags. Callers hold the transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb

from monitor.models import Draft, Evidence, Tags, TextStatus, is_day
from monitor.store.database import Rows, insert
from monitor.store.days import placed, zone_of
from monitor.store.watched import ensure_outlets, ids_by_name

_OPENING = 300  # characters
_READ = 500  # articles read at a time


@dataclass(frozen=True, slots=True)
class Known:
    """An article that is there already, and every wording it ever had."""

    article_id: int
    digests: frozenset[str]
    text_status: TextStatus
    extractor: str | None  # of the present wording, as in Draft
    capture: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What tagging reads of an article."""

    article_id: int
    url_key: str
    title: str
    text: str
    outlet: str | None
    url: str | None
    language: str | None


def last_id(connection: duckdb.DuckDBPyConnection) -> int:
    """The highest id given out so far."""
    row = connection.execute(
        """
        SELECT greatest(
            (SELECT coalesce(max(article_id), 0) FROM article),
            (SELECT coalesce(max(revision_id), 0) FROM revision),
            (SELECT coalesce(max(pass_id), 0) FROM pass))
        """
    ).fetchone()
    return int(row[0]) if row else 0


def known_articles(
    connection: duckdb.DuckDBPyConnection, url_keys: Iterable[str]
) -> dict[str, Known]:
    """url_key → the article under that key, or that an entry with that key led to."""
    rows = connection.execute(
        """
        WITH wanted AS (SELECT DISTINCT unnest($keys) AS url_key),
        hit AS (
            SELECT w.url_key, a.article_id FROM wanted w JOIN article a USING (url_key)
            UNION
            SELECT w.url_key, e.article_id FROM wanted w JOIN entry e USING (url_key)
            WHERE e.article_id IS NOT NULL
        )
        SELECT h.url_key, h.article_id, list(r.digest), any_value(a.text_status),
            any_value(r.extractor) FILTER (WHERE r.revision_id = a.revision_id),
            any_value(r.capture) FILTER (WHERE r.revision_id = a.revision_id)
        FROM hit h JOIN article a USING (article_id) JOIN revision r USING (article_id)
        GROUP BY ALL ORDER BY h.article_id DESC
        """,
        {"keys": list(url_keys)},
    ).fetchall()
    # Of several articles under one key (a page of four), the first one found stands for it.
    return {
        key: Known(article_id, frozenset(digests), TextStatus(status), extractor, capture or "")
        for key, article_id, digests, status, extractor, capture in rows
    }


def insert_articles(
    connection: duckdb.DuckDBPyConnection, drafts: Sequence[tuple[int, int, str, Draft]]
) -> None:
    """Add articles with their first revision: (article_id, revision_id, digest, draft) each."""
    outlets = ensure_outlets(connection, ((d.outlet, d.domain, d.sample) for *_, d in drafts))
    rows, tz = [], zone_of(connection)
    for article_id, revision_id, _, draft in drafts:
        outlet_id = outlets[draft.outlet.lower()]
        rows.append(
            {"article_id": article_id, "url_key": draft.url_key, "outlet_id": outlet_id,
             "first_seen_at": draft.seen_at, "revisions": 1, "company_ids": [], "subject_ids": [],
             "topic_ids": [], "sample": draft.sample, "dated_at": _placed(draft, tz),
             **_wording(revision_id, draft)}
        )  # fmt: skip
    insert(connection, "article", rows)
    _insert_revisions(connection, drafts)


def revise_articles(
    connection: duckdb.DuckDBPyConnection, drafts: Sequence[tuple[int, int, str, Draft]]
) -> None:
    """Give known articles a new wording; the old ones stay in `revision` and `body`.

    One that the publisher did not make is not counted in `article.revisions`.
    """
    tz = zone_of(connection)
    for article_id, revision_id, _, draft in drafts:
        connection.execute(
            """
            UPDATE article SET url = coalesce($url, url), title = $title, authors = $authors,
                description = $description,
                published_at = CASE WHEN $undated THEN NULL
                    ELSE coalesce($published_at, published_at) END,
                date_confidence = CASE WHEN $published_at IS NULL AND NOT $undated
                    THEN date_confidence ELSE $date_confidence END,
                dated_at = CASE WHEN $undated THEN NULL ELSE coalesce($dated_at, dated_at) END,
                updated_at = $updated_at,
                language = $language, credit = coalesce($credit, credit),
                text_status = $text_status, words = $words, opening = $opening,
                sources = $sources, page_type = $page_type,
                revision_id = $revision_id, revisions = revisions + $own
            WHERE article_id = $article_id
            """,
            {"article_id": article_id, "own": int(draft.made_by is None), "undated": draft.undated,
             "dated_at": _placed(draft, tz), **_wording(revision_id, draft)},
        )  # fmt: skip
    _insert_revisions(connection, drafts)


def set_tags(
    connection: duckdb.DuckDBPyConnection, tags: Mapping[int, Tags], *, replace: bool = True
) -> None:
    """Replace the mentions and topics of the articles in `tags`.

    Names that are not in the database's lists are left out: the watchlist is
    synced before tagging. `replace=False` for articles just inserted. `copy_down` has to follow.
    """
    if not tags:
        return
    ids = list(tags)
    company_ids, topic_ids = ids_by_name(connection, "company"), ids_by_name(connection, "topic")
    if replace:
        for sql in (
            "DELETE FROM mention WHERE article_id IN (SELECT unnest($ids))",
            "DELETE FROM topic_tag WHERE article_id IN (SELECT unnest($ids))",
        ):
            connection.execute(sql, {"ids": ids})
    insert(
        connection,
        "mention",
        [
            {"article_id": i, "company_id": company_ids[m.company], "salience": m.salience,
             "subject": m.subject, "place": m.place, "score": m.score,
             "evidence": evidence_json(m.evidence)}
            for i, t in tags.items() for m in t.mentions if m.company in company_ids
        ],
    )  # fmt: skip
    insert(
        connection,
        "topic_tag",
        [
            {"article_id": i, "topic_id": topic_ids[t.topic], "evidence": evidence_json(t.evidence)}
            for i, tagged in tags.items() for t in tagged.topics if t.topic in topic_ids
        ],
    )  # fmt: skip
    connection.execute(
        """
        UPDATE article SET
            company_ids = coalesce((SELECT list(m.company_id ORDER BY m.salience DESC, m.company_id)
                FROM mention m WHERE m.article_id = article.article_id), []),
            subject_ids = coalesce((SELECT list(m.company_id ORDER BY m.salience DESC, m.company_id)
                FROM mention m WHERE m.article_id = article.article_id AND m.subject), []),
            topic_ids = coalesce((SELECT list(t.topic_id ORDER BY t.topic_id)
                FROM topic_tag t WHERE t.article_id = article.article_id), [])
        WHERE article_id IN (SELECT unnest($ids))
        """,
        {"ids": ids},
    )


def copy_down(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[int]) -> None:
    """Bring what mention and topic rows repeat of their article up to date."""
    for sql in (
        """
        UPDATE mention SET outlet_id = a.outlet_id, story_id = a.story_id, dated_at = a.dated_at
        FROM article a WHERE a.article_id = mention.article_id
            AND mention.article_id IN (SELECT unnest($ids))
        """,
        """
        UPDATE topic_tag SET dated_at = a.dated_at FROM article a
        WHERE a.article_id = topic_tag.article_id
            AND topic_tag.article_id IN (SELECT unnest($ids))
        """,
    ):
        connection.execute(sql, {"ids": list(article_ids)})


def wordings(
    rows: Rows, article_ids: Iterable[int] | None = None, *, after: int = 0
) -> Iterator[list[Wording]]:
    """The present wording of every article, or of `article_ids`, in batches, oldest first.

    Only ids above `after`, so that what was cut short can go on. `rows` asks the database.
    """
    wanted = None if article_ids is None else sorted(i for i in article_ids if i > after)
    at = 0
    while wanted is None or at < len(wanted):
        ids = None if wanted is None else wanted[at : at + _READ]
        at += _READ
        found = rows(
            """
            SELECT a.article_id, a.url_key, a.title, a.description, o.name, a.url, a.language,
                a.revision_id
            FROM article a LEFT JOIN outlet o USING (outlet_id)
            WHERE a.article_id > $after
                AND ($ids IS NULL OR a.article_id IN (SELECT unnest($ids::BIGINT[])))
            ORDER BY a.article_id LIMIT $size
            """,
            {"after": after if wanted is None else 0, "ids": ids, "size": _READ},
        )
        if found:
            texts = _texts(rows, sorted(row[-1] for row in found))
            yield [
                Wording(article_id, key, title, texts[revision] or description or "", *rest)
                for article_id, key, title, description, *rest, revision in found
                if revision in texts
            ]
            after = found[-1][0]
        elif wanted is None:
            return


def _texts(rows: Rows, revisions: Sequence[int]) -> dict[int, str | None]:
    """The texts of `revisions`, which are in order, by revision."""
    # Between two ids: texts are packed by the thousand, and only those of a range are left packed.
    return dict(
        rows(
            """
            SELECT revision_id, text FROM body WHERE revision_id BETWEEN $first AND $last
                AND revision_id IN (SELECT unnest($ids::BIGINT[]))
            """,
            {"first": revisions[0], "last": revisions[-1], "ids": revisions},
        )
    )


def count(connection: duckdb.DuckDBPyConnection) -> int:
    """How many articles there are."""
    row = connection.execute("SELECT count(*) FROM article").fetchone()
    return int(row[0]) if row else 0


def evidence_json(evidence: Iterable[Evidence]) -> str:
    """Evidence as the database keeps it: a JSON list of its fields."""
    return json.dumps([asdict(e) for e in evidence], ensure_ascii=False)


def parse_evidence(text: str | None) -> tuple[Evidence, ...]:
    """Evidence from the JSON that the database keeps."""
    return tuple(Evidence(**item) for item in json.loads(text)) if text else ()


def _wording(revision_id: int, draft: Draft) -> dict[str, object]:
    """The columns that change with a revision."""
    return {
        "revision_id": revision_id, "url": draft.url, "title": draft.title,
        "authors": list(draft.authors), "description": draft.description,
        "published_at": _utc(draft.published_at),
        "date_confidence": str(draft.date_confidence), "updated_at": draft.seen_at,
        "language": draft.language, "credit": draft.credit,
        "text_status": str(draft.text_status), "words": len(draft.text.split()),
        "opening": opening_of(draft.text or draft.description),
        "sources": json.dumps(dict(draft.sources), ensure_ascii=False),
        "page_type": draft.page_type,
    }  # fmt: skip


def opening_of(text: str) -> str:
    """What lists show of a text, so that they need not read it."""
    return " ".join(text.split())[:_OPENING]


def _placed(draft: Draft, tz: ZoneInfo) -> datetime | None:
    only = is_day(draft.published_at, draft.date_confidence)
    return placed(_utc(draft.published_at), day_only=only, tz=tz)


def _utc(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError(f"expected a time with its zone, got {value.isoformat()}")
    return value


def _insert_revisions(
    connection: duckdb.DuckDBPyConnection, drafts: Sequence[tuple[int, int, str, Draft]]
) -> None:
    insert(
        connection,
        "revision",
        [
            {"revision_id": revision_id, "article_id": article_id, "seen_at": draft.seen_at,
             "title": draft.title, "published_at": draft.published_at, "digest": digest,
             "made_by": draft.made_by, "extractor": draft.extractor,
             "capture": draft.capture or None}
            for article_id, revision_id, digest, draft in drafts
        ],
    )  # fmt: skip
    insert(
        connection,
        "body",
        [
            {"revision_id": revision_id, "article_id": article_id, "text": draft.text}
            for article_id, revision_id, _, draft in drafts
        ],
    )

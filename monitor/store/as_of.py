"""The archive as it was: an older state, from its generation where that is kept, else from history.

What history keeps: every article and every wording, each under an id of its time; what people
decided, in order; the rules that tags were made by. From these come back which articles there were
and how they read then, their tags, by tagging the old wording again, and stories that were merged
or split by hand since. What it does not keep: which story an article was put in by itself, and an
article's authors, language and confidence of its date before they changed; for those there is what
holds now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.analysis.tagging import Tagger
from monitor.analysis.watchlist_change import change, from_rules, tagging_version
from monitor.config import Config
from monitor.errors import StoreError
from monitor.store import passes
from monitor.store.articles import opening_of
from monitor.store.candidates import touched
from monitor.store.corrections import held_in
from monitor.store.database import Connection, insert
from monitor.store.days import is_midnight, placed
from monitor.store.folder import DataFolder
from monitor.store.overlay import with_decisions
from monitor.store.reader import Layers, Reader
from monitor.store.state import State, state_of
from monitor.store.story_decisions import decided_in


@dataclass(frozen=True, slots=True)
class Past:
    """An older state: a reader of it, whether it is the very generation, and what is not there."""

    reader: Reader
    kept: bool
    missing: tuple[str, ...] = ()


def as_of(folder: DataFolder, state: State, config: Config, *, sparing: bool = False) -> Past:
    """The archive as it was in `state`; raises NoDatabaseError where there is no archive.

    `config` is the present watchlist.
    """
    held = held_in(folder, through=state.decisions)
    decided = decided_in(folder, through=state.decisions)

    def decisions(reader: Reader, tagger: Tagger | None, retag: Collection[int] = ()) -> Reader:
        return with_decisions(
            reader, held, decided, lambda: tagger or Tagger(config), name="then", retag=retag
        )

    try:
        reader = Reader.open_generation(folder, state.generation, sparing=sparing)
    except StoreError:
        pass
    else:
        there = state_of(reader, folder)
        # After a backup was restored, a generation's name can be another's.
        if (there.through, there.tagged_with) == (state.through, state.tagged_with):
            return Past(decisions(reader, _tagger(reader, state, config)), True)
        reader.close()
    newest = Reader.open(folder, sparing=sparing)
    missing = [f"generation {state.generation} is no longer kept"]
    past = _limited(newest, state.through)
    ids = _reworded(newest, state.through)
    tagger = _tagger(newest, state, config)
    if tagger is None:
        missing.append(f"the rules of {state.tagged_with} are not kept: tags are today's")
    else:
        ids |= _tagged_otherwise(folder, newest, tagger.config)
    return Past(decisions(past, tagger, ids), False, tuple(missing))


def _tagger(reader: Reader, state: State, config: Config) -> Tagger | None:
    """What tagged then; None where its rules are not known any more."""
    if state.tagged_with in (None, tagging_version(config)):
        return Tagger(config)
    rules = from_rules(_setting(reader, passes.rules_key(str(state.tagged_with))) or "")
    return Tagger(rules) if rules else None


def _setting(reader: Reader, key: str) -> str | None:
    rows = reader.rows("SELECT value FROM setting WHERE key = $key", {"key": key})
    return rows[0][0] if rows else None


def _tagged_otherwise(folder: DataFolder, newest: Reader, then: Config) -> set[int]:
    """The articles whose tags can be others by the rules of then than by those of now."""
    now = from_rules(_setting(newest, passes.TAGGED_BY) or "")
    if now is None or tagging_version(now) == tagging_version(then):
        return set()
    return set(touched(folder, newest.rows, change(now, then)))


def _reworded(newest: Reader, through: int) -> set[int]:
    rows = newest.rows(
        "SELECT article_id FROM article WHERE revision_id > $through AND article_id <= $through",
        {"through": through},
    )
    return {row[0] for row in rows}


def _limited(newest: Reader, through: int) -> Reader:
    """`newest` without what came after the id `through`, in the wordings of then."""
    past = _as_they_were(newest, through)

    def make(connection: Connection, layers: Layers) -> None:
        connection.execute(_TABLE)
        insert(connection, "past", past)
        for name, view in _VIEWS.items():
            # A view takes no parameters; an id is a number.
            connection.execute(
                f"CREATE VIEW {name} AS " + view.format(base=layers.base, through=int(through))
            )

    return newest.overlaid("past", make)


def _as_they_were(newest: Reader, through: int) -> Iterable[dict[str, object]]:
    """What was another in articles that have a later wording, or a copy that came later."""
    rows = newest.rows(
        """
        WITH member AS (
            SELECT copy_group_id, count(*) FILTER (WHERE article_id <= $through) AS members,
                min(published_at) FILTER (WHERE article_id <= $through) AS first,
                max(greatest(article_id, revision_id)) > $through AS changed
            FROM article GROUP BY copy_group_id),
        wording AS (
            SELECT article_id, max(revision_id) AS revision_id, count(*) AS revisions,
                arg_max(published_at, revision_id) FILTER (WHERE published_at IS NOT NULL)
                    AS published_at
            FROM revision WHERE revision_id <= $through GROUP BY article_id)
        SELECT a.article_id, w.revision_id, w.revisions, r.title,
            CASE WHEN a.revision_id > $through THEN coalesce(nullif(b.text, ''), a.description, '')
                END AS text,
            a.opening, w.published_at, m.first,
            a.date_confidence IN ('high', 'medium') AND a.published_at = w.published_at AS timed,
            CASE WHEN m.members > 1 THEN a.role ELSE 'independent' END AS role
        FROM article a JOIN member m USING (copy_group_id) JOIN wording w USING (article_id)
            JOIN revision r ON r.revision_id = w.revision_id
            LEFT JOIN body b ON b.revision_id = w.revision_id
        WHERE a.article_id <= $through AND (a.revision_id > $through OR m.changed)
        """,
        {"through": through},
    )
    tz = ZoneInfo(_setting(newest, "timezone") or "UTC")
    for (
        article_id,
        revision_id,
        revisions,
        title,
        text,
        opening,
        printed,
        first,
        timed,
        role,
    ) in rows:
        inferred = None if printed else first
        moment = printed or inferred
        day_only = not timed and is_midnight(moment)
        yield {
            "article_id": article_id, "revision_id": revision_id, "revisions": revisions,
            "title": title, "opening": opening if text is None else opening_of(text),
            "published_at": printed, "inferred_at": inferred,
            "dated_at": placed(moment, day_only=day_only, tz=tz), "role": role,
        }  # fmt: skip


_TABLE = """
CREATE TABLE past (
    article_id BIGINT, revision_id BIGINT, revisions INTEGER, title VARCHAR, opening VARCHAR,
    published_at TIMESTAMPTZ, inferred_at TIMESTAMPTZ, dated_at TIMESTAMPTZ, role VARCHAR)
"""
_TAGS = """
    SELECT t.* FROM {base}.main.{table} t ANTI JOIN past USING (article_id)
    WHERE article_id <= {through}
    UNION ALL BY NAME
    SELECT t.* REPLACE (p.dated_at AS dated_at)
    FROM {base}.main.{table} t JOIN past p USING (article_id)
"""
_VIEWS = {
    "article": """
        SELECT a.* FROM {base}.main.article a ANTI JOIN past USING (article_id)
        WHERE article_id <= {through}
        UNION ALL BY NAME
        SELECT a.* REPLACE (p.revision_id AS revision_id, p.revisions AS revisions,
            p.title AS title, p.opening AS opening, p.published_at AS published_at,
            p.inferred_at AS inferred_at, p.dated_at AS dated_at, p.role AS role)
        FROM {base}.main.article a JOIN past p ON p.article_id = a.article_id
    """,
    "revision": "SELECT * FROM {base}.main.revision WHERE revision_id <= {through}",
    "mention": _TAGS.replace("{table}", "mention"),
    "topic_tag": _TAGS.replace("{table}", "topic_tag"),
    "undated": "SELECT * FROM article WHERE dated_at IS NULL",
}

"""A generation as it will be once ingest has applied what the desk says: decisions show at once.

The few articles that decisions touch are copied into memory, and there the same is done to them as
ingest will do to the live database. They then stand in for those of the generation, under the names
of its own tables. So every list, count, chart and report follows, and no question has to know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from monitor.analysis.story_decisions import StoryDecision
from monitor.analysis.tagging import Tagger
from monitor.config import Config
from monitor.models import Tags
from monitor.store import story_decisions
from monitor.store.articles import copy_down, set_tags, wordings
from monitor.store.corrections import (
    Corrections,
    differing,
    held_in,
    ids_of,
    names_of,
    published,
    tags_of,
)
from monitor.store.database import Connection
from monitor.store.folder import DataFolder
from monitor.store.reader import Layers, Reader

_TABLES = ("article", "mention", "topic_tag")


def with_decisions(
    reader: Reader, held: Corrections, decided: Sequence[StoryDecision],
    tagger: Callable[[], Tagger], *, name: str, retag: Collection[int] = (),
) -> Reader:  # fmt: skip
    """`reader` with the tags and the stories that the desk asks for; itself where it has them.

    `name` tells this overlay from others of the same generation. Articles of `retag` are tagged
    anew as well. `tagger` is only made where something has to be tagged.
    """
    ids = {*ids_of(reader.rows, differing(held, published(reader))).values(), *retag}
    todo = story_decisions.plan(reader.rows, decided)
    if not ids and (todo is None or not todo.placed):
        return reader
    reader.make_room()
    tags = _tags(reader, sorted(ids), held, tagger()) if ids else {}

    def make(connection: Connection, layers: Layers) -> None:
        touched = {*tags, *(todo.placed if todo else ())}
        _copy(connection, sorted(touched), layers)
        _apply(connection, tags, todo)
        _stand_in(connection, layers)

    return reader.overlaid(name, make)


def open_corrected(folder: DataFolder, config: Config, *, sparing: bool = False) -> Reader:
    """The newest generation as the desk has it: what the dashboard shows; as `Reader.open`."""
    reader = Reader.open(folder, sparing=sparing)
    decided = story_decisions.decided_in(folder)
    return with_decisions(reader, held_in(folder), decided, lambda: Tagger(config), name="desk")


def _tags(reader: Reader, ids: Sequence[int], held: Corrections, tagger: Tagger) -> dict[int, Tags]:
    names = names_of(tagger.config)
    return {
        w.article_id: tags_of(tagger, w, held, names)
        for batch in wordings(reader.rows, ids)
        for w in batch
    }


def _copy(connection: Connection, ids: Sequence[int], layers: Layers) -> None:
    over = layers.over
    connection.execute(f"CREATE SCHEMA {over}.own")
    for table in _TABLES:
        connection.execute(
            f"CREATE TABLE {over}.own.{table} AS SELECT * FROM {layers.base}.main.{table} "  # noqa: S608
            "WHERE article_id IN (SELECT unnest($ids::BIGINT[]))",
            {"ids": list(ids)},
        )
    connection.execute(
        f"""
        CREATE TABLE {over}.own.story_redirect AS SELECT * FROM story_redirect;
        CREATE TABLE {over}.own.story_decision (decision_id BIGINT, payload VARCHAR);
        SET search_path = '{over}.own,{layers.below}'
        """  # noqa: S608 -- names that are made here
    )


def _apply(
    connection: Connection, tags: Mapping[int, Tags], todo: story_decisions.Plan | None
) -> None:
    set_tags(connection, tags)
    copy_down(connection, list(tags))
    if todo is not None:
        story_decisions.carry_out(connection, todo, at=datetime.now(UTC))


def _stand_in(connection: Connection, layers: Layers) -> None:
    over = layers.over
    for table in _TABLES:
        connection.execute(
            f"""
            CREATE VIEW {over}.main.{table} AS
                SELECT t.* FROM {layers.base}.main.{table} t
                ANTI JOIN {over}.own.article USING (article_id)
                UNION ALL BY NAME SELECT * FROM {over}.own.{table}
            """  # noqa: S608
        )
    connection.execute(
        f"""
        CREATE VIEW {over}.main.undated AS
            SELECT u.* FROM {layers.base}.main.undated u
            ANTI JOIN {over}.own.article USING (article_id)
            UNION ALL BY NAME SELECT * FROM {over}.own.article WHERE dated_at IS NULL;
        CREATE VIEW {over}.main.story_redirect AS SELECT * FROM {over}.own.story_redirect
        """  # noqa: S608
    )

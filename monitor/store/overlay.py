"""A generation as it will be once ingest has applied what the desk says: corrections show at once.

A few articles' tags are held in memory and stand in for those of the generation, under the names of
its own tables. So every list, count, chart and report follows, and no question has to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from monitor.analysis.tagging import Tagger
from monitor.config import Config
from monitor.models import Tags
from monitor.store.articles import evidence_json, wordings
from monitor.store.corrections import (
    Corrections,
    differing,
    held_in,
    ids_of,
    names_of,
    published,
    tags_of,
)
from monitor.store.database import Connection, insert
from monitor.store.folder import DataFolder
from monitor.store.reader import Reader

_TABLES = """
CREATE TABLE changed (
    article_id BIGINT, company_ids INTEGER[], subject_ids INTEGER[], topic_ids INTEGER[]);
CREATE TABLE new_mention (
    article_id BIGINT, company_id INTEGER, salience FLOAT, subject BOOLEAN, place VARCHAR,
    score FLOAT, evidence VARCHAR);
CREATE TABLE new_topic (article_id BIGINT, topic_id INTEGER, evidence VARCHAR);
"""
_VIEWS = """
CREATE VIEW article AS
    SELECT a.* FROM {base}.main.article a ANTI JOIN changed USING (article_id)
    UNION ALL BY NAME
    SELECT a.* REPLACE (c.company_ids AS company_ids, c.subject_ids AS subject_ids,
        c.topic_ids AS topic_ids)
    FROM {base}.main.article a JOIN changed c ON c.article_id = a.article_id;
CREATE VIEW mention AS
    SELECT m.* FROM {base}.main.mention m ANTI JOIN changed USING (article_id)
    UNION ALL BY NAME
    SELECT n.*, a.outlet_id, a.story_id, a.dated_at
    FROM new_mention n JOIN {base}.main.article a USING (article_id);
CREATE VIEW topic_tag AS
    SELECT t.* FROM {base}.main.topic_tag t ANTI JOIN changed USING (article_id)
    UNION ALL BY NAME
    SELECT n.*, a.dated_at FROM new_topic n JOIN {base}.main.article a USING (article_id);
"""


def with_corrections(
    reader: Reader, held: Corrections, tagger: Callable[[], Tagger], *, name: str
) -> Reader:
    """`reader` with the tags that `held` asks for; itself where it has them all.

    `name` tells this overlay from others of the same generation. `tagger` is only made where
    something has to be tagged.
    """
    ids = ids_of(reader.rows, differing(held, published(reader)))
    return retagged(reader, ids.values(), held, tagger(), name=name) if ids else reader


def open_corrected(folder: DataFolder, config: Config, *, sparing: bool = False) -> Reader:
    """The newest generation as the desk has it: what the dashboard shows; as `Reader.open`."""
    reader = Reader.open(folder, sparing=sparing)
    return with_corrections(reader, held_in(folder), lambda: Tagger(config), name="desk")


def retagged(
    reader: Reader, article_ids: Iterable[int], held: Corrections, tagger: Tagger, *, name: str
) -> Reader:
    """`reader` with articles tagged anew, with the corrections that are `held`."""
    names = names_of(tagger.config)
    tags = {
        w.article_id: tags_of(tagger, w, held, names)
        for batch in wordings(reader.rows, article_ids)
        for w in batch
    }
    companies = dict(reader.rows("SELECT name, company_id FROM company"))
    topics = dict(reader.rows("SELECT name, topic_id FROM topic"))

    def make(connection: Connection, base: str) -> None:
        connection.execute(_TABLES)
        _fill(connection, tags, companies, topics)
        connection.execute(_VIEWS.replace("{base}", base))

    return reader.overlaid(name, make)


def _fill(
    connection: Connection, tags: Mapping[int, Tags], companies: Mapping[str, int],
    topics: Mapping[str, int],
) -> None:  # fmt: skip
    mentions = [(i, companies[m.company], m) for i, t in tags.items() for m in t.mentions
                if m.company in companies]  # fmt: skip
    found = [(i, topics[g.topic], g) for i, t in tags.items() for g in t.topics
             if g.topic in topics]  # fmt: skip
    insert(connection, "changed", [
        {"article_id": i, "company_ids": [c for j, c, _ in mentions if j == i],
         "subject_ids": [c for j, c, m in mentions if j == i and m.subject],
         "topic_ids": sorted(t for j, t, _ in found if j == i)} for i in tags
    ])  # fmt: skip
    insert(connection, "new_mention", [
        {"article_id": i, "company_id": c, "salience": m.salience, "subject": m.subject,
         "place": m.place, "score": m.score, "evidence": evidence_json(m.evidence)}
        for i, c, m in mentions
    ])  # fmt: skip
    insert(connection, "new_topic", [
        {"article_id": i, "topic_id": t, "evidence": evidence_json(g.evidence)}
        for i, t, g in found
    ])  # fmt: skip

"""Corrections of tags: read from the desk, written to it, and which of them a database has.

The database notes for each corrected article which corrections it was tagged with. What differs
from the desk is what still has to be applied, whatever the reason: a new decision, one that was
taken back, a backup of either that was restored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.analysis.corrections import Correction, Kind, Verdict, apply, in_effect, mark
from monitor.analysis.tagging import Tagger
from monitor.config import Config
from monitor.models import Tags
from monitor.store.articles import Wording
from monitor.store.database import Connection, Rows, insert
from monitor.store.desk import Decision, Desk, standing_in
from monitor.store.folder import DataFolder

if TYPE_CHECKING:
    from monitor.store.reader import Reader

KIND = "tag"  # of the desk's decisions
Corrections = Mapping[str, tuple[Correction, ...]]  # article's url_key → what holds for it


@dataclass(frozen=True, slots=True)
class Target:
    """An article as a correction names it."""

    article_id: int
    url_key: str


def correct(
    desk: Desk, target: Target, kind: Kind, name: str, verdict: Verdict, *, by: str
) -> int:  # fmt: skip
    """Keep a decision about the tag `name` of one article; returns its id."""
    payload = {"article": target.url_key, "article_id": target.article_id, "kind": kind,
               "name": name, "verdict": str(verdict)}  # fmt: skip
    return desk.decide(KIND, payload, by=by)


def rename(desk: Desk, kind: Kind, was: str, name: str, *, by: str) -> int:
    """Let all earlier corrections of the company or topic `was` be of `name`; returns the id."""
    return desk.decide(KIND, {"kind": kind, "renamed": was, "name": name}, by=by)


def undo(desk: Desk, correction_id: int, *, by: str) -> int:
    """Take a correction back, by another decision; what held before it holds again."""
    return desk.undo(KIND, correction_id, by=by)


def held(desk: Desk) -> Corrections:
    """What holds by the desk."""
    return _held(desk.standing(KIND))


def held_in(folder: DataFolder, *, through: int | None = None) -> Corrections:
    """What holds by the desk of `folder`, or held when `through` was its newest decision."""
    return _held(standing_in(folder, KIND, through=through))


def _held(decisions: Iterable[Decision]) -> Corrections:
    made: list[Correction] = []
    for d in decisions:
        said = d.payload
        if "renamed" in said:
            was = said["kind"], said["renamed"]
            made = [replace(c, name=said["name"]) if (c.kind, c.name) == was else c for c in made]
        else:
            made.append(Correction(d.id, said["article"], said["kind"], said["name"],
                                   Verdict(said["verdict"]), d.by, d.at))  # fmt: skip
    return in_effect(made)


def names_of(config: Config) -> dict[str, tuple[str, ...]]:
    """By what each watched company and topic is looked for where only a person saw it."""
    names = {c.name: (c.name, *c.aliases, *c.brands, *c.products) for c in config.company}
    return {t.name: () for t in config.topic} | names


def differing(corrections: Corrections, applied: Mapping[str, str]) -> list[str]:
    """The articles whose corrections are not those that were `applied` (url_key → mark)."""
    wanted = {key: mark(items) for key, items in corrections.items()}
    return sorted(k for k in wanted.keys() | applied.keys() if wanted.get(k) != applied.get(k))


def applied(connection: Connection) -> dict[str, str]:
    """url_key → mark of the corrections that the live database's tags have."""
    return dict(connection.execute("SELECT url_key, mark FROM correction").fetchall())


def published(reader: Reader) -> dict[str, str]:
    """As `applied`, of a generation; nothing where an older program published it."""
    if not reader.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'correction'"):
        return {}
    return dict(reader.rows("SELECT url_key, mark FROM correction"))


def ids_of(rows: Rows, keys: Sequence[str]) -> dict[str, int]:
    """url_key → article_id of those that are there."""
    sql = """
        SELECT url_key, article_id FROM article
        WHERE url_key IN (SELECT unnest($keys::VARCHAR[]))
    """
    return dict(rows(sql, {"keys": list(keys)}))


def machine_tags(tagger: Tagger, wording: Wording) -> Tags:
    """What `tagger` finds in an article."""
    return tagger.tag(
        title=wording.title, text=wording.text, outlet=wording.outlet, url=wording.url,
        language=wording.language,
    )  # fmt: skip


def tags_of(
    tagger: Tagger, wording: Wording, corrections: Corrections, names: Mapping[str, Sequence[str]]
) -> Tags:
    """The tags of an article as people will have them; `names` as for `analysis.corrections`."""
    held = corrections.get(wording.url_key, ())
    tags = machine_tags(tagger, wording)
    return apply(tags, held, title=wording.title, text=wording.text, names=names)


def note(connection: Connection, ids: Mapping[str, int], corrections: Corrections) -> None:
    """Note that the articles `ids` are tagged as `corrections` say, in a transaction."""
    connection.execute(
        "DELETE FROM correction WHERE url_key IN (SELECT unnest($keys))", {"keys": list(ids)}
    )
    rows = [
        {"article_id": i, "url_key": key, "mark": mark(corrections[key])}
        for key, i in ids.items() if key in corrections
    ]  # fmt: skip
    insert(connection, "correction", rows)

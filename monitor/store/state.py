"""Which state of the archive an answer is of: what it takes to ask the same again later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.store import corrections, story_decisions
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from monitor.store.queries.watched import tagged_with

if TYPE_CHECKING:
    from monitor.store.reader import Reader


# The desk's decisions that change articles or stories.
DECISIVE = (corrections.KIND, story_decisions.KIND)


@dataclass(frozen=True, slots=True)
class State:
    """A generation, as the desk had it."""

    generation: str  # its name, without what is laid over it
    through: int  # the highest id in it: what has a higher one came later
    decisions: int  # the newest on the desk of those that change articles or stories
    tagged_with: str | None  # a digest of the rules that its tags were made by


def state_of(reader: Reader, folder: DataFolder) -> State:
    """The state that `reader` gives answers of."""
    [(through,)] = reader.rows(
        """
        SELECT greatest((SELECT coalesce(max(article_id), 0) FROM article),
                        (SELECT coalesce(max(revision_id), 0) FROM revision))
        """
    )
    return State(
        generation=reader.generation.partition("+")[0],
        through=int(through),
        decisions=newest_decision(folder),
        tagged_with=tagged_with(reader),
    )


def newest_decision(folder: DataFolder) -> int:
    """The newest decision that changes tags or stories, 0 where there is none."""
    if not folder.desk.exists():
        return 0
    desk = Desk(folder)
    try:
        return desk.newest(*DECISIVE)
    finally:
        desk.close()

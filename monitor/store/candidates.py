"""Which articles a changed watchlist can touch: searched first, so that the rest is never read."""

from __future__ import annotations

from monitor.analysis.query_history import only_words
from monitor.analysis.watchlist_change import Change
from monitor.store.database import Rows
from monitor.store.folder import DataFolder
from monitor.store.search import EVERY, search_names, search_revisions

_ARTICLES = "SELECT article_id FROM article ORDER BY article_id DESC"


def touched(folder: DataFolder, rows: Rows, changed: Change) -> list[int]:
    """The ids of the articles whose tags `changed` can change, newest first.

    Those found by search, and those that have a changed tag now. `rows` asks the database: a
    Reader's or the writer's.
    """
    found = set(search_names(folder, changed.names))
    for query in changed.queries:
        if not only_words(query):  # facts and case are not in the index: every article may match
            return [row[0] for row in rows(_ARTICLES, {})]
        found.update(search_revisions(folder, query, limit=EVERY))
    answer = rows(
        """
        SELECT article_id FROM article WHERE revision_id IN (SELECT unnest($found::BIGINT[]))
        UNION
        SELECT article_id FROM mention JOIN company USING (company_id)
        WHERE list_contains($companies::VARCHAR[], name)
        UNION
        SELECT article_id FROM topic_tag JOIN topic USING (topic_id)
        WHERE list_contains($topics::VARCHAR[], name)
        ORDER BY article_id DESC
        """,
        {"found": list(found), "companies": list(changed.companies),
         "topics": list(changed.topics)},
    )  # fmt: skip
    return [row[0] for row in answer]

"""Which articles a changed watchlist can touch: searched first, so that the rest is never read."""

from __future__ import annotations

from monitor.analysis.query_history import only_words
from monitor.analysis.watchlist_change import Change
from monitor.store.database import Rows
from monitor.store.folder import DataFolder
from monitor.store.search import ALL, EVERY, Within, search_names, search_revisions

_ARTICLES = """
    SELECT article_id FROM article WHERE revision_id BETWEEN $first AND $last
    ORDER BY article_id DESC
"""
_TOUCHED = """
    SELECT article_id FROM article WHERE revision_id IN (SELECT unnest($found::BIGINT[]))
    UNION
    SELECT article_id FROM mention JOIN company USING (company_id)
    WHERE list_contains($companies::VARCHAR[], name)
    UNION
    SELECT article_id FROM topic_tag JOIN topic USING (topic_id)
    WHERE list_contains($topics::VARCHAR[], name)
"""
_WITHIN = """
    SELECT article_id FROM ({touched}) JOIN article USING (article_id)
    WHERE revision_id BETWEEN $first AND $last
""".replace("{touched}", _TOUCHED)


def touched(folder: DataFolder, rows: Rows, changed: Change, *, within: Within = ALL) -> list[int]:
    """The ids of the articles whose tags `changed` can change, newest first.

    Those found by search, and those that have a changed tag now; their newest wording is `within`.
    `rows` asks the database: a Reader's or the writer's.
    """
    bounds = {"first": within[0], "last": within[1]}
    found = set(search_names(folder, changed.names, within=within))
    for query in changed.queries:
        if not only_words(query):  # facts and case are not in the index: every article may match
            return [row[0] for row in rows(_ARTICLES, bounds)]
        found.update(search_revisions(folder, query, limit=EVERY, within=within))
    asked = {"found": list(found), "companies": list(changed.companies),
             "topics": list(changed.topics)}  # fmt: skip
    if within != ALL:
        answer = rows(f"{_WITHIN} ORDER BY article_id DESC", asked | bounds)
    else:
        answer = rows(f"{_TOUCHED} ORDER BY article_id DESC", asked)
    return [row[0] for row in answer]


def is_few(
    folder: DataFolder, rows: Rows, changed: Change, *, within: Within = ALL, most: int
) -> bool:
    """Whether `changed` touches at most about `most` articles `within`: without naming them all."""
    if len(search_names(folder, changed.names, within=within, limit=most)) > most:
        return False
    for query in changed.queries:
        if not only_words(query):
            return False
        if len(search_revisions(folder, query, limit=most + 1, within=within)) > most:
            return False
    [(tagged,)] = rows(
        """
        SELECT (SELECT count(*) FROM mention JOIN company USING (company_id)
                WHERE list_contains($companies::VARCHAR[], name))
             + (SELECT count(*) FROM topic_tag JOIN topic USING (topic_id)
                WHERE list_contains($topics::VARCHAR[], name))
        """,
        {"companies": list(changed.companies), "topics": list(changed.topics)},
    )
    return bool(tagged <= most)

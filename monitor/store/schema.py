"""The tables, as one ordered list of migrations: new ones go at the end, old ones never change.

The SQL must also run on DuckLake, so there are no primary keys, constraints,
sequences, enums or indexes; ids are assigned by the program (`monitor.store.ids`).
Integer keys stand for outlets, companies and topics, and an article carries its
company and topic ids as lists besides the mention rows: measured, both make
filters several times quicker at a million articles.
"""

from __future__ import annotations

import duckdb

from monitor.log import event

_FIRST = """
CREATE TABLE outlet (
    outlet_id INTEGER, name VARCHAR, domain VARCHAR, country VARCHAR, language VARCHAR,
    tier TINYINT, sample BOOLEAN
);
CREATE TABLE company (company_id INTEGER, name VARCHAR, watched BOOLEAN);
CREATE TABLE topic (topic_id INTEGER, name VARCHAR, medtop VARCHAR, watched BOOLEAN);

-- A feed and how it is; `error` is in plain words and NULL while all is well.
CREATE TABLE feed (
    feed_id INTEGER, url VARCHAR, outlet_id INTEGER, sample BOOLEAN, watched BOOLEAN,
    title VARCHAR, etag VARCHAR, last_modified VARCHAR, body_hash VARCHAR,
    polled_at TIMESTAMPTZ, succeeded_at TIMESTAMPTZ, failures INTEGER, error VARCHAR,
    entries INTEGER
);
-- One row a poll. outcome: new, unchanged, empty (answered without a single entry), failed.
CREATE TABLE poll (
    pass_id BIGINT, feed_id INTEGER, polled_at TIMESTAMPTZ, outcome VARCHAR, http_status SMALLINT,
    entries INTEGER, new_articles INTEGER, seconds DOUBLE, error VARCHAR
);
-- One row an entry of a feed. outcome: article, duplicate, failed; `reason` in plain words.
CREATE TABLE entry (
    feed_id INTEGER, guid VARCHAR, url_key VARCHAR, digest VARCHAR, seen_at TIMESTAMPTZ,
    outcome VARCHAR, reason VARCHAR, article_id BIGINT
);

-- One row a canonical URL. `dated_at` is published_at, else inferred_at, else NULL: what time
-- filters use. `revisions` counts the publisher's wordings, the first among them.
CREATE TABLE article (
    article_id BIGINT, url VARCHAR, url_key VARCHAR, outlet_id INTEGER, title VARCHAR,
    authors VARCHAR[], description VARCHAR, published_at TIMESTAMPTZ, date_confidence VARCHAR,
    inferred_at TIMESTAMPTZ, dated_at TIMESTAMPTZ, first_seen_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ,
    language VARCHAR, credit VARCHAR, text_status VARCHAR, words INTEGER, opening VARCHAR,
    revision_id BIGINT, revisions INTEGER, company_ids INTEGER[], subject_ids INTEGER[],
    topic_ids INTEGER[], story_id BIGINT, copy_group_id BIGINT, role VARCHAR, source_id BIGINT,
    role_evidence VARCHAR, sample BOOLEAN
);
-- Every wording an article ever had; the newest is article.revision_id.
CREATE TABLE revision (
    revision_id BIGINT, article_id BIGINT, seen_at TIMESTAMPTZ, title VARCHAR,
    published_at TIMESTAMPTZ, digest VARCHAR
);
CREATE TABLE body (
    revision_id BIGINT, article_id BIGINT, text VARCHAR USING COMPRESSION zstd
);
CREATE TABLE mention (
    article_id BIGINT, company_id INTEGER, outlet_id INTEGER, story_id BIGINT,
    dated_at TIMESTAMPTZ, salience FLOAT, subject BOOLEAN, place VARCHAR, score FLOAT,
    evidence VARCHAR
);
CREATE TABLE topic_tag (
    article_id BIGINT, topic_id INTEGER, dated_at TIMESTAMPTZ, evidence VARCHAR
);

-- What grouping looks candidates up by. kind: 0 a band of the text's MinHash, 1 a telling term.
CREATE TABLE group_key (key BIGINT, kind TINYINT, article_id BIGINT, dated_at TIMESTAMPTZ);
CREATE TABLE story_redirect (story_id BIGINT, merged_into BIGINT, merged_at TIMESTAMPTZ);

-- One row a pass. kind: ingest, import, sample, retag.
CREATE TABLE pass (
    pass_id BIGINT, kind VARCHAR, started_at TIMESTAMPTZ, finished_at TIMESTAMPTZ,
    feeds INTEGER, failing INTEGER, entries INTEGER, articles INTEGER, revisions INTEGER
);
CREATE TABLE setting (key VARCHAR, value VARCHAR);
"""

_SCHEDULE = """
-- A feed's rhythm and when it is asked again. ttl_s: what the feed says of itself. weekly: its
-- entries a week. news_at: when it last had something else. read_at: its last whole answer.
-- moved_to: where a permanent redirect leads. retry_at: the server asked to be left alone until.
-- failure_kind: refused (429, 503), temporary, soft, hard; failure_weight grows with each failure.
ALTER TABLE feed ADD COLUMN next_due_at TIMESTAMPTZ;
ALTER TABLE feed ADD COLUMN retry_at TIMESTAMPTZ;
ALTER TABLE feed ADD COLUMN interval_s INTEGER;
ALTER TABLE feed ADD COLUMN ttl_s INTEGER;
ALTER TABLE feed ADD COLUMN weekly DOUBLE;
ALTER TABLE feed ADD COLUMN news_at TIMESTAMPTZ;
ALTER TABLE feed ADD COLUMN read_at TIMESTAMPTZ;
ALTER TABLE feed ADD COLUMN moved_to VARCHAR;
ALTER TABLE feed ADD COLUMN failure_kind VARCHAR;
ALTER TABLE feed ADD COLUMN failure_weight DOUBLE;
-- latency: seconds for the feed document alone (`seconds` is with its pages); bytes: its size.
ALTER TABLE poll ADD COLUMN latency DOUBLE;
ALTER TABLE poll ADD COLUMN bytes INTEGER;
ALTER TABLE poll ADD COLUMN failure_kind VARCHAR;
"""

# When an article's page is to be looked at again, and when it last was; NULL is never.
_CHECKS = """
ALTER TABLE article ADD COLUMN next_check TIMESTAMPTZ;
ALTER TABLE article ADD COLUMN checked_at TIMESTAMPTZ;
"""

# sources: where each fact of an article comes from, as JSON: {"title": "JSON-LD, heading", …}.
# page_type: article, live blog, list, several articles. made_by: NULL where the publisher made the
# revision, "reextraction" where the same page was read again by a better extractor.
# line_seen: marks of paragraphs of an outlet's texts, each with the contexts it stood in, until it
# is known whether it is the outlet's furniture (`monitor.ingest.learned`).
_FACTS = """
ALTER TABLE article ADD COLUMN sources VARCHAR;
ALTER TABLE article ADD COLUMN page_type VARCHAR;
ALTER TABLE revision ADD COLUMN made_by VARCHAR;
CREATE TABLE line_seen (
    outlet_id INTEGER, line BIGINT, context BIGINT, seen_at TIMESTAMPTZ
);
"""

# One row an article whose tags people corrected: which corrections its tags have, as a digest.
_CORRECTIONS = """
CREATE TABLE correction (article_id BIGINT, url_key VARCHAR, mark VARCHAR);
-- New tags set aside until all of a retagging are there; JSON of `monitor.models.Tags`.
CREATE TABLE retagged (article_id BIGINT, tags VARCHAR);
"""

# new_entries: those of a poll's document that its feed had not listed before; NULL in older rows.
# due_why: why a feed is asked again at next_due_at; one of the names in `monitor.models.DueWhy`.
_HEALTH = """
ALTER TABLE poll ADD COLUMN new_entries INTEGER;
ALTER TABLE feed ADD COLUMN due_why VARCHAR;
"""

# extractor: the version that read the page, NULL where no page was read. capture: where the page is
# in the archive, as "file:offset", so that another version can read the same page again.
_EXTRACTORS = """
ALTER TABLE revision ADD COLUMN extractor VARCHAR;
ALTER TABLE revision ADD COLUMN capture VARCHAR;
"""

# The decisions about stories that the stories here follow; payload: JSON of StoryDecision.
_STORY_DECISIONS = """
CREATE TABLE story_decision (decision_id BIGINT, payload VARCHAR);
"""

# What polls say by days of the team's zone; `monitor.store.hearing` keeps it.
# poll_day: old polls, one row a feed and day. changed: those with outcome new. missed: whether the
# day's first answer held nothing that was known before, NULL on a day without an answer. latency:
# the median in seconds.
# hearing: the first and last day on which a feed was asked, the last on which it answered, whether
# it ever had anything new, whether its last answer was without an entry, and the status of its
# last failed or empty poll.
# unheard: days on which a feed was asked and never answered; failing: not only without an entry.
# silence: days on end without an answer, asked or not; missed is that of the answer that ended it.
# idle_day: nobody was asked, between days on which somebody was.
# rhythm: the articles that a feed brought, when its newest entry was, and the usual seconds between
# its entries (NULL where it has too few); `monitor.store.rhythm` keeps it.
_HEARING = """
CREATE TABLE poll_day (
    feed_id INTEGER, day DATE, polls INTEGER, failed INTEGER, empty INTEGER, changed INTEGER,
    entries INTEGER, missed BOOLEAN, latency DOUBLE
);
CREATE TABLE hearing (
    feed_id INTEGER, first_on DATE, last_on DATE, answered_on DATE, brought BOOLEAN, hollow BOOLEAN,
    http_status SMALLINT
);
CREATE TABLE unheard (feed_id INTEGER, day DATE, failing BOOLEAN);
CREATE TABLE silence (feed_id INTEGER, since DATE, until DATE, missed BOOLEAN);
CREATE TABLE idle_day (day DATE);
CREATE TABLE rhythm (feed_id INTEGER, articles INTEGER, newest_at TIMESTAMPTZ, usual_s DOUBLE);
"""
# undated: the articles without a date once more, so that a period and what has no date can be asked
# one by one; made anew before a generation is published.
UNDATED = """
DROP TABLE IF EXISTS undated;
CREATE TABLE undated AS SELECT * FROM article WHERE dated_at IS NULL
"""

# A day without a time of day was "medium", as its beginning in UTC, or "high" where the feed gave
# it too. Of those only what a line for readers said is sure to have had no time.
_DAYS = """
UPDATE article SET date_confidence = 'day'
WHERE epoch_us(published_at) % 86_400_000_000 = 0 AND (date_confidence = 'medium'
    OR date_confidence = 'high'
        AND json_extract_string(sources, '$.date') IN ('dateline, feed', 'header, feed'))
"""

MIGRATIONS: tuple[tuple[str, str], ...] = (
    ("first tables", _FIRST),
    ("schedule of feeds", _SCHEDULE),
    ("articles are checked again", _CHECKS),
    ("sources of facts, learned furniture, re-extraction", _FACTS),
    ("corrections of tags", _CORRECTIONS),
    ("health of feeds", _HEALTH),
    ("extractors and captures of revisions", _EXTRACTORS),
    ("decisions about stories", _STORY_DECISIONS),
    ("days on which feeds were heard", _HEARING),
    ("articles without a date", UNDATED),
    ("days without a time of day", _DAYS),
)


def is_earlier(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether an earlier version made this database: questions may ask for what it has not."""
    row = connection.execute("SELECT max(number) FROM migration").fetchone()
    return row is not None and row[0] < len(MIGRATIONS)


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Apply what is missing, each migration in a transaction that also records it."""
    connection.execute(
        """
        CREATE TABLE IF NOT EXISTS migration (
            number INTEGER, name VARCHAR, applied_at TIMESTAMPTZ)
        """
    )
    row = connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()
    done = row[0] if row else 0
    for number, (name, sql) in enumerate(MIGRATIONS[done:], start=done + 1):
        connection.begin()
        try:
            connection.execute(sql)
            connection.execute(
                "INSERT INTO migration VALUES ($number, $name, now())",
                {"number": number, "name": name},
            )
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        event("database migrated", number=number, migration=name)

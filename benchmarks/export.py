"""How fast articles are exported, and in how much memory, beside DuckDB's own COPY.

    python -m benchmarks.export [--articles 750000] [--folder FOLDER] [--excel]

About four rows for three articles: 750,000 articles are a million rows. COPY writes the same
columns of the same rows in the same order, with what SQL cannot do left out: the sentence of a
match is a piece of the text, names are not sorted, nothing is guarded. To reach: within three times
COPY's time, and under 300 MB at its peak, however many rows. Each runs as a process of its own,
from its start to its end. Measured, of a million rows: 4.3 times the processor time of COPY, and
308 MB, where COPY took 4.6 GB. With --folder, the archive made there is kept and used again; only
then is the memory that of the export alone.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.archive import make
from monitor.store.database import writing
from monitor.store.folder import DataFolder
from monitor.store.publish import current_generation, generation_path, publish

# What tagging writes for a company in an article: half a kilobyte on average in the sample archive.
_EVIDENCE = """
    UPDATE mention SET evidence =
        CASE WHEN mention.place = 'headline' THEN
            '[{"field": "title", "start": 0, "end": ' || length(c.name) || ', "text": "' || c.name
            || '", "rule": "name"}, ' ELSE '[' END
        || '{"field": "text", "start": ' || p || ', "end": ' || (p + 8) || ', "text": "' || c.name
        || '", "rule": "name (capital mid-sentence)"}, {"field": "text", "start": ' || (p + 200)
        || ', "end": ' || (p + 208) || ', "text": "' || c.name || '", "rule": "alias: ' || c.name
        || '"}, {"field": "text", "start": ' || (p + 320) || ', "end": ' || (p + 327)
        || ', "text": "widgets", "rule": "about: widget"}, {"field": "salience", "start": 0, '
        || '"end": 0, "text": "in the headline 0.20, named twice 0.10", "rule": "salience"}]'
    FROM company c,
        (SELECT article_id, (hash(article_id) % 1500)::INTEGER AS p FROM article) a
    WHERE c.company_id = mention.company_id AND a.article_id = mention.article_id
"""
_COPY = """
    COPY (
        WITH named AS (
            SELECT article_id, company_id, salience, subject, place,
                from_json(evidence, '[{"field":"VARCHAR","start":"BIGINT","end":"BIGINT",
                    "text":"VARCHAR","rule":"VARCHAR"}]') AS evidence
            FROM mention),
        story AS (
            SELECT story_id, count(*) FILTER (WHERE role <> 'independent') AS copies
            FROM article GROUP BY story_id),
        shared AS (
            SELECT copy_group_id, count(DISTINCT outlet_id) > 1 AS syndicated
            FROM article GROUP BY copy_group_id),
        topics AS (
            SELECT article_id, string_agg(name, '; ') AS names
            FROM topic_tag JOIN topic USING (topic_id) GROUP BY article_id)
        SELECT strftime(a.dated_at, '%Y-%m-%d') AS "Date", strftime(a.dated_at, '%H:%M:%S%z') AS
            "Time", a.article_id AS "Document ID", a.url AS "URL",
            coalesce(c.name, t.names) AS "Input Name",
            array_to_string(list_distinct(list_transform(list_filter(n.evidence,
                lambda e: e.field <> 'salience' AND NOT starts_with(e.rule, 'about: ')),
                lambda e: e.text)), '; ') AS "Keywords",
            'Online news' AS "Source Type", o.name AS "Source Name", o.domain AS "Source Domain",
            o.tier AS "Source Tier", array_to_string(a.authors, '; ') AS "Author Name",
            a.title AS "Title", a.opening AS "Opening Text",
            CASE WHEN n.evidence[1].field = 'title' THEN a.title
                ELSE substr(b.text, n.evidence[1].start, 150) END AS "Hit Sentence",
            a.language AS "Language", o.country AS "Country", c.name AS "Company",
            concat_ws(', ', CASE WHEN n.subject THEN 'subject' ELSE 'passing' END, n.place)
                AS "Prominence", NULL AS "Sentiment", t.names AS "Topics",
            a.story_id AS "Story ID", a.role AS "Story Role", s.copies AS "Copies In Story",
            g.syndicated AS "Is Syndicated", a.date_confidence AS "Date Confidence",
            CASE WHEN a.sample THEN 'sample' END AS "Document Tags",
            array_to_string(list_distinct(list_transform(n.evidence, lambda e: e.rule)), '; ')
                AS "Tagged By"
        FROM article a LEFT JOIN outlet o USING (outlet_id) LEFT JOIN story s USING (story_id)
            LEFT JOIN shared g USING (copy_group_id) LEFT JOIN topics t USING (article_id)
            LEFT JOIN named n USING (article_id) LEFT JOIN company c USING (company_id)
            LEFT JOIN body b USING (revision_id)
        ORDER BY a.dated_at DESC NULLS LAST, a.article_id DESC, n.salience DESC, c.name)
    TO '{target}' (HEADER)
"""


def prepare(folder: Path, articles: int) -> DataFolder:
    """An archive of made articles with evidence as tagging writes it, made where it is missing."""
    data = DataFolder(folder)
    if current_generation(data) is None:
        make(folder, articles=articles, search=False)
        with writing(data) as connection:
            connection.execute(_EVIDENCE)
            publish(data, connection)
    return data


def copy(database: Path, target: Path) -> None:
    """COPY as anyone would run it, with all the memory and both cores."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("SET TimeZone = 'Europe/Berlin'")
        connection.execute(_COPY.replace("{target}", str(target)))


def measured(command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds, seconds of processor time, and the peak in MB of a command of this program."""
    started = time.perf_counter()
    pid = os.posix_spawn(sys.executable, [sys.executable, *command], {**os.environ, **environment})
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(
            f"{' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}"
        )
    seconds = time.perf_counter() - started
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Print what both took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=750_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--excel", action="store_true", help="a workbook too")
    parser.add_argument("--copy", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.copy:
        copy(*options.copy)
        return
    with tempfile.TemporaryDirectory() as temporary:
        root = options.folder or Path(temporary) / "archive"
        data = prepare(root, options.articles)
        database = generation_path(data, current_generation(data) or "")
        environment = {"MONITOR_DATA": str(root), "MONITOR_WATCHLIST": str(root / "watchlist.toml")}
        target = Path(temporary) / "articles.csv"
        commands = {
            "COPY": ["-m", "benchmarks.export", "--copy", str(database), f"{temporary}/copy.csv"],
            "export": ["-m", "monitor", "export", "articles", "-o", str(target)],
        }
        if options.excel:
            commands["Excel"] = ["-m", "monitor", "export", "articles", "-o", f"{temporary}/a.xlsx"]
        first = None
        for name, command in commands.items():
            seconds, processor, peak = measured(command, environment)
            first = first or (seconds, processor)
            print(f"{name:8}{seconds:8.1f} s {processor:8.1f} s of processor time {peak:7.0f} MB  "
                  f"{seconds / first[0]:.2f} times COPY, {processor / first[1]:.2f} of processor",
                  flush=True)  # fmt: skip
        with duckdb.connect() as connection:
            sql = "SELECT count(*) FROM read_csv($path, all_varchar = true)"
            for path in (f"{temporary}/copy.csv", str(target)):
                [(rows,)] = connection.execute(sql, {"path": path}).fetchall()
                print(f"{rows:,} rows in {Path(path).stat().st_size / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()

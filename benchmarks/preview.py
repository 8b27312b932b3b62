"""How quickly the watchlist's page says what a new name would change, in one run.

    python -m benchmarks.preview FOLDER [--rounds 5]

FOLDER is one that `benchmarks.archive` made. Of each kind of new entry: the median and the worst
seconds of a preview as the page makes it, over the last 90 days and over all, how many articles the
name could touch, and how many of them were decided in that time; what is not decided is estimated,
and the page says so. To reach: a second. Then what retagging costs beside reading, of a part of the
archive, without writing it down.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import datetime, timedelta
from pathlib import Path

from monitor.analysis.tagging import Tagger
from monitor.config import Company, Config, load_config
from monitor.dashboard.watchlist_form import BUDGET
from monitor.store.articles import wordings
from monitor.store.folder import DataFolder
from monitor.store.preview import preview
from monitor.store.reader import Reader

DAYS = 90
LIMIT = 1.0  # seconds
RETAGGED = 20_000  # articles


def main() -> None:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = DataFolder(options.folder)
    reader = Reader.open(folder)
    config = load_config(options.folder / "watchlist.toml")
    [(articles, last)] = reader.rows("SELECT count(*), max(dated_at) FROM article")
    print(f"preview of a new entry, {articles:,} articles, seconds")
    print(f"  {'':24}{'period':>8}{'p50':>7}{'worst':>7}{'could touch':>13}{'decided':>9}")
    worst = 0.0
    for label, before, after in _changes(reader, config):
        for period, since in (("90 days", last - timedelta(days=DAYS - 1)), ("all", None)):
            slowest = _measure(folder, reader, (before, after), since, options.rounds,
                               f"  {label:24}{period:>8}")  # fmt: skip
            worst = max(worst, slowest)
    print(f"  worst {worst:.2f}, to reach {LIMIT:.2f}: {'reached' if worst <= LIMIT else 'NOT'}")
    _print_retagging(reader, config, articles)


def _print_retagging(reader: Reader, config: Config, articles: int) -> None:
    """Reading articles from the middle of the archive as retagging does, and tagging them."""
    sql = "SELECT article_id FROM article ORDER BY article_id OFFSET $half LIMIT 1"
    [(after,)] = reader.rows(sql, {"half": articles // 2})
    tagger, read = Tagger(config), wordings(reader.rows, after=after)
    reading = tagging = 0.0
    count = 0
    while count < RETAGGED:
        start = time.process_time()
        batch = next(read, [])
        middle = time.process_time()
        for w in batch:
            tagger.tag(title=w.title, text=w.text, outlet=w.outlet, url=w.url, language=w.language)
        reading += middle - start
        tagging += time.process_time() - middle
        count += len(batch)
        if not batch:
            break
    both = reading + tagging
    print(f"retagging {count:,} of them: {both / reading:.1f} times reading them once, "
          f"{count / both:,.0f} articles a second of one core")  # fmt: skip


def _changes(reader: Reader, config: Config) -> list[tuple[str, Config, Config]]:
    """What is looked at: a label, the watchlist before and after."""
    named = reader.rows(
        """
        SELECT c.name FROM mention m JOIN company c USING (company_id)
        GROUP BY c.name ORDER BY count(*) DESC, c.name
        """
    )
    names = [name for (name,) in named]
    common = ("Review", "Foretell", "Commandeer", "Amnesia", "Solve")  # words of the made articles
    new = {
        "a name in no article": Company(name="Zzqorbexia"),
        "an ordinary word": Company(name="Commandeer", about="a shop for clothes"),
        "an everyday word": Company(name=common[0], about="a magazine"),
        "a word, three aliases": Company(name=common[1], aliases=common[2:], about="a phone maker"),
    }
    changes = [(label, config, _with(config, company)) for label, company in new.items()]
    # As if the archive's own had not been watched before: their articles are all decided anew.
    middle = names[len(names) // 2]
    for label, name in (("a rare company", names[-1]), ("a middling company", middle),
                        ("the most frequent one", names[0])):  # fmt: skip
        rest = tuple(c for c in config.company if c.name != name)
        changes.append((label, config.model_copy(update={"company": rest}), config))
    return changes


def _with(config: Config, company: Company) -> Config:
    return config.model_copy(update={"company": (*config.company, company)})


def _measure(
    folder: DataFolder, reader: Reader, change: tuple[Config, Config], since: datetime | None,
    rounds: int, label: str,
) -> float:  # fmt: skip
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        found = preview(reader, folder, *change, {}, since=since, seconds=BUDGET)
        taken.append(time.perf_counter() - start)
    about = "" if found.counted else "≈"
    touch = f"{about}{found.candidates:,}"
    print(f"{label}{statistics.median(taken):7.2f}{max(taken):7.2f}{touch:>13}{found.decided:>9,}",
          flush=True)  # fmt: skip
    return max(taken)


if __name__ == "__main__":
    main()

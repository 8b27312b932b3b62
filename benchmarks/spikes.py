"""Spikes found: planted ones on a made archive, and the strongest among real headlines.

    python -m benchmarks.spikes [--archive FOLDER] [--corpora DIR] [--companies 10] [--strongest 10]

On an archive of `benchmarks.archive`: precision and recall of the planted spikes, and false
alarms for each company and quarter. On the headlines: the strongest days of the companies of the
project's own watchlist that are most in them, each with the headlines of its largest story, for
somebody to look at.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.extraction import corpora_folder
from benchmarks.replay import headlines
from monitor.analysis.spikes import spikes
from monitor.analysis.tagging import Tagger
from monitor.config import load_config
from monitor.filters import Filters
from monitor.store.folder import DataFolder
from monitor.store.queries.unusual import rhythm
from monitor.store.reader import Reader

_WATCHLIST = Path(__file__).resolve().parents[1] / "data" / "watchlist.toml"
_UTC = ZoneInfo("UTC")


def planted(folder: Path) -> None:
    """Print how many of the planted spikes were found, and what else was."""
    told = json.loads((folder / "planted.json").read_text(encoding="utf-8"))
    wanted = {(s["company"], s["day"]) for s in told["spikes"]}
    found = rhythm(Reader.open(DataFolder(folder)), Filters(), tz=_UTC)
    alarms = {
        (found.names[s.series], f"{found.first + timedelta(days=s.day)}")
        for s in spikes(found.counts, found.publishers, found.total, weekday=found.first.weekday())
    }
    hits = len(alarms & wanted)
    quarters = found.counts.shape[1] / 91 * len(found.names)
    print(f"{told['articles']:,} articles, {len(wanted)} planted: "
          f"precision {hits / max(1, len(alarms)):.3f}, recall {hits / max(1, len(wanted)):.3f}, "
          f"false alarms a company and quarter {(len(alarms) - hits) / quarters:.4f}")  # fmt: skip


def real(corpora: Path, companies: int, strongest: int) -> None:
    """Print the strongest days of the companies most written about."""
    tagger = Tagger(load_config(_WATCHLIST))
    every: defaultdict[date, set[str]] = defaultdict(set)
    titles: defaultdict[tuple[str, date], list[tuple[str, str]]] = defaultdict(list)
    for _, outlet, _, title, description, published in headlines(corpora, None):
        if published is not None and title:
            every[published.date()].add(title.casefold())
            tags = tagger.tag(title=title, text=description or "", outlet=outlet)
            for mention in tags.mentions:
                titles[mention.company, published.date()].append((outlet or "", title))
    total = Counter[str]()
    for (company, _), found in titles.items():
        total[company] += len(found)
    names = [name for name, _ in total.most_common(companies)]
    first = min(day for _, day in titles)
    days = (max(day for _, day in titles) - first).days + 1
    counts, publishers = np.zeros((len(names), days)), np.zeros((len(names), days), dtype=int)
    for row, name in enumerate(names):
        for day in range(days):
            there = titles.get((name, first + timedelta(days=day)), ())
            counts[row, day] = len({title.casefold() for _, title in there})
            publishers[row, day] = len({outlet for outlet, _ in there})
    total_a_day = [len(every[first + timedelta(days=day)]) for day in range(days)]
    alarms = spikes(counts, publishers, total_a_day, weekday=first.weekday())
    print(f"headlines: {days} days, {', '.join(f'{n} {total[n]}' for n in names)}")
    print(
        f"{len(alarms)} spikes, {len(alarms) / (days / 91 * len(names)):.2f} a company and quarter"
    )
    for spike in alarms[:strongest]:
        day = first + timedelta(days=spike.day)
        print(f"\n{names[spike.series]}, {day}: {spike.count}, usual {spike.expected:.1f}, "
              f"chance 1 in 10^{spike.score:.1f}")  # fmt: skip
        for outlet, title in titles[names[spike.series], day][:6]:
            print(f"    {outlet}: {title}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--archive", type=Path, nargs="*", default=[])
    parser.add_argument("--corpora", type=Path, default=corpora_folder())
    parser.add_argument("--companies", type=int, default=10)
    parser.add_argument("--strongest", type=int, default=10)
    options = parser.parse_args()
    for folder in options.archive:
        planted(folder)
    if options.corpora.is_dir():
        real(options.corpora, options.companies, options.strongest)


if __name__ == "__main__":
    main()

"""Where the pages get what they show: settings, the newest generation, cached answers.

An answer is cached by its question, its filters and the generation, so that an
unchanged database costs nothing and a new one is seen on the next rerun.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import FunctionType
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from monitor.analysis.query import parse_query
from monitor.analysis.tagging import Tagger
from monitor.analysis.watchlist_change import tagging_version
from monitor.config import Config, load_config
from monitor.dashboard.colours import Colours
from monitor.errors import NoDatabaseError
from monitor.filters import Filters
from monitor.store import story_decisions
from monitor.store.corrections import held
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder, current_generation
from monitor.store.overlay import with_decisions
from monitor.store.reader import Reader
from monitor.store.search import search_revisions
from monitor.store.state import DECISIVE

P = ParamSpec("P")
R = TypeVar("R")
MOST_FOUND = 100_000  # matches of a search that a page looks at
_served: list[bool] = []
# DuckDB lets go of Python's lock, so two answers are found while the page draws others.
_AHEAD = ThreadPoolExecutor(2, thread_name_prefix="ahead")
_ROOT = Path(__file__).resolve().parents[2]


def data_folder() -> DataFolder:
    """The data folder: `MONITOR_DATA`, else `data` beside the program."""
    return DataFolder(Path(os.environ.get("MONITOR_DATA") or _ROOT / "data"))


def watchlist_path() -> Path:
    """The watchlist file: `MONITOR_WATCHLIST`, else the one beside the program."""
    return Path(os.environ.get("MONITOR_WATCHLIST") or _ROOT / "data" / "watchlist.toml")


def config() -> Config:
    """The watchlist, read again when its file changes; raises ConfigError."""
    path = watchlist_path()
    return _config(str(path), path.stat().st_mtime_ns if path.exists() else 0)


def reader() -> Reader:
    """The newest generation, as the desk has it; opened once for all; raises NoDatabaseError.

    What ingest has not applied yet is laid over it, so that a correction shows at once.
    """
    folder = data_folder()
    generation = current_generation(folder)
    if generation is None:
        raise NoDatabaseError(f"nothing has been published in {str(folder.root)!r} yet")
    decided = desk().newest(*DECISIVE)
    if not decided:
        return _reader(str(folder.root), generation)
    rules = tagging_version(config())
    return _decided(str(folder.root), generation, decided, rules)


def ask(question: Callable[Concatenate[Reader, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `question` answers about the newest generation."""
    source = reader()
    # By name: Streamlit looks up the names of the others each time.
    answer: R = _answer(
        question=question, _reader=source, root=str(data_folder().root),
        generation=source.generation, args=args, kwargs=kwargs,
    )  # fmt: skip
    return answer


def ahead(question: Callable[Concatenate[Reader, P], R], *args: P.args, **kwargs: P.kwargs) -> None:
    """Let `question` be answered while the page is being made: `ask` then has it, or waits for it.

    The same arguments as those of `ask`; they must be hashable.
    """
    _begun(question, str(data_folder().root), reader().generation, args, tuple(kwargs.items()))


@lru_cache(maxsize=400)  # nothing is begun twice
def _begun(
    question: Callable[..., Any],
    root: str,
    generation: str,
    args: tuple[Any, ...],
    kwargs: tuple[tuple[str, Any], ...],
) -> None:
    # Its answer is cached as any other; what goes wrong meets the page again when it asks.
    _AHEAD.submit(ask, question, *args, **dict(kwargs))


def work(job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What the pure function `job` makes of its arguments: worked out once for the same ones."""
    done: R = _worked(job=job, args=args, kwargs=kwargs)
    return done


def find(query: str) -> list[int]:
    """The revisions that match `query`, at most the newest `MOST_FOUND`; raises QueryError."""
    source = reader()
    found: list[int] = _found(source, str(data_folder().root), source.generation, query)
    return found


def streamed() -> bool:
    """Whether this server has the addresses of `monitor.dashboard.server` beside the pages."""
    return bool(_served)


def mark_streamed() -> None:
    """Note that it has."""
    _served.append(True)


def remove_sample(*, by: str) -> None:
    """Decide that the sample archive goes; pages leave it out from now on."""
    desk().decide("remove_sample", {"generation": reader().generation}, by=by)


def sample_removed() -> bool:
    """Whether a person removed the sample and ingest has not yet published without it."""
    loaded = ask(_sample_loaded_at)
    return any(loaded is None or d.at >= loaded for d in desk().decisions("remove_sample"))


def desk() -> Desk:
    """What people decided, and where it is written down."""
    return _desk(str(data_folder().root))


def _sample_loaded_at(reader: Reader) -> datetime | None:
    rows = reader.rows("SELECT max(first_seen_at) FROM article WHERE sample")
    return rows[0][0] if rows else None


@lru_cache(maxsize=4)
def _config(path: str, version: int) -> Config:
    return load_config(Path(path))


@lru_cache(maxsize=2)
def _reader(root: str, generation: str) -> Reader:
    return Reader.open(DataFolder(Path(root)))


@lru_cache(maxsize=4)
def _decided(root: str, generation: str, decided: int, rules: str) -> Reader:
    name = f"{generation}_{decided}_{rules}"
    decisions = _desk(root)
    return with_decisions(
        _reader(root, generation), held(decisions), story_decisions.decided(decisions), tagger,
        name=name,
    )  # fmt: skip


def tagger() -> Tagger:
    """The watchlist, compiled once for all visitors."""
    return _tagger(tagging_version(config()))


@lru_cache(maxsize=2)
def _tagger(rules: str) -> Tagger:
    return Tagger(config())


@st.cache_data(max_entries=100, show_spinner=False)
def _found(_reader: Reader, root: str, generation: str, query: str) -> list[int]:
    return search_revisions(DataFolder(Path(root)), parse_query(query), _reader, limit=MOST_FOUND)


@lru_cache(maxsize=2)
def _desk(root: str) -> Desk:
    return Desk(DataFolder(Path(root)))


def _name_of(function: FunctionType) -> str:
    return f"{function.__module__}.{function.__qualname__}"


# Streamlit's own ways take ten times as long for frames, and for two hundred colours.
_KNOWN_BY: dict[str | type[Any], Callable[[Any], Any]] = {
    ZoneInfo: str, Filters: repr, DataFolder: repr, FunctionType: _name_of, Colours: repr,
    pd.DataFrame: pickle.dumps, pd.Series: pickle.dumps,
}  # fmt: skip


@st.cache_data(max_entries=400, show_spinner=False, hash_funcs=_KNOWN_BY)
def _answer(
    question: Callable[..., Any],
    _reader: Reader,
    root: str,
    generation: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    return question(_reader, *args, **kwargs)


@st.cache_data(max_entries=400, show_spinner=False, hash_funcs=_KNOWN_BY)
def _worked(job: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return job(*args, **kwargs)

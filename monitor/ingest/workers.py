"""Worker processes that read pages: one a core, each with one page at a time.

Each worker has a pipe of its own, so it is always known which page it has: one
that dies over a page, or does not end it in time, costs that page and no other.
(concurrent.futures loses the work of all processes when one dies, and cannot
end one that hangs.) The page is tried once more in a fresh process, then given
up with a reason. Workers are replaced after some hundreds of pages, against
leaks in the libraries, and end with the pipe, so none outlives a killed parent.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from multiprocessing.connection import Connection
from types import ModuleType, TracebackType
from typing import Any, Literal, Self, TypeVar

from monitor.config import Config
from monitor.errors import MonitorError, ParseError
from monitor.ingest.memory import give_back
from monitor.ingest.prepare import UNKNOWN, Analysis, FeedTask, PageTask, Prepared, Preparer
from monitor.ingest.recognise import NotAnArticleError
from monitor.log import event
from monitor.models import Draft, ParsedFeed

_SECONDS = 30.0  # for one page; the slowest of the corpora's takes two
_TASKS = 500  # for one worker
_CHUNK = 50  # drafts analysed in one task
_TRIMMED = 30  # tasks between two times that a worker gives back what it freed
# A worker at its end waits until a thread of this process gets Python's lock and has the next page
# for it: by default up to 5 ms, a quarter of what a page takes.
_SWITCH = 0.0005  # seconds
_AHEAD = 8  # items read ahead for each worker

T = TypeVar("T")
Outcome = list[Prepared] | MonitorError  # of a page: its articles, or why there are none

_Work = (
    tuple[Literal["page"], PageTask]
    | tuple[Literal["feed"], FeedTask]
    | tuple[Literal["drafts"], Sequence[Draft]]
)


class Workers:
    """Prepares pages and drafts on all cores; processes start with the first work.

    `seconds` is the time one page may take, `tasks` how many one process does.
    Use as a context manager, or call `close`.
    """

    def __init__(
        self, config: Config, *, processes: int | None = None, seconds: float = _SECONDS,
        tasks: int = _TASKS,
    ) -> None:  # fmt: skip
        self._config, self._seconds, self._tasks = config, seconds, tasks
        self._count = processes or os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="worker")
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        sys.setswitchinterval(_SWITCH)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes; work still under way fails."""
        self._closed = True
        for worker in list(self._all):
            self._end(worker)
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in list(self._all):  # started for a second attempt in between
            self._end(worker)

    async def page(self, task: PageTask) -> list[Prepared]:
        """The articles on a page. Raises ParseError where there is none, or it cannot be read."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read, task)

    async def feed(self, task: FeedTask) -> ParsedFeed:
        """The feed in a document. Raises ParseError where it holds none, or cannot be read."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._feed, task)

    def stream(self, items: Iterable[PageTask | T]) -> Iterator[tuple[PageTask, Outcome] | T]:
        """`items` in order, each page with its articles or why there are none.

        `items` is read only a little ahead, so that few pages are in memory at once.
        """
        waiting: deque[tuple[PageTask, Future[Outcome]] | T] = deque()
        for item in items:
            if isinstance(item, PageTask):
                waiting.append((item, self._threads.submit(self._outcome, item)))
            else:
                waiting.append(item)
            if len(waiting) > _AHEAD * self._count:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())

    def read(self, task: PageTask) -> list[Prepared]:
        """As `page`, for a caller that can wait."""
        try:
            found: list[Prepared] = self._do(("page", task))
        except _LostError as problem:
            event("page given up", level=30, url=task.url, error=problem)
            raise ParseError(f"cannot read page: {problem}") from None
        return found

    def _feed(self, task: FeedTask) -> ParsedFeed:
        try:
            found: ParsedFeed = self._do(("feed", task))
        except _LostError as problem:
            event("feed given up", level=30, url=task.url, error=problem)
            raise ParseError(f"cannot read feed: {problem}") from None
        return found

    def drafts(self, drafts: Sequence[Draft]) -> list[Analysis]:
        """The Analysis of each of `drafts`; UNKNOWN for one that cannot be analysed."""
        chunks = [drafts[i : i + _CHUNK] for i in range(0, len(drafts), _CHUNK)]
        return [found for part in self._threads.map(self._chunk, chunks) for found in part]

    def _chunk(self, drafts: Sequence[Draft]) -> list[Analysis]:
        try:
            return list(self._do(("drafts", drafts)))
        except _LostError as problem:
            if len(drafts) > 1:  # one of them is to blame; the others are to have theirs
                return [found for item in drafts for found in self._chunk([item])]
            event("article not analysed", level=30, article=drafts[0].url_key, error=problem)
            return [UNKNOWN]

    def _outcome(self, task: PageTask) -> Outcome:
        try:
            return self.read(task)
        except MonitorError as problem:
            return problem

    def _do(self, work: _Work) -> Any:
        """The answer to `work`; a second attempt, in a fresh process, where the first ended one."""
        worker = self._take()
        try:
            for attempt in (1, 2):
                try:
                    return worker.answer(work, seconds=self._seconds)
                except _LostError:
                    self._end(worker)
                    worker = self._start()
                    if attempt == 2 or self._closed:
                        raise
        finally:
            self._give(worker)
        raise AssertionError  # the second attempt returned or raised

    def _take(self) -> _Worker:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._start()

    def _give(self, worker: _Worker) -> None:
        if worker.done < self._tasks:
            self._idle.put(worker)
        else:
            self._end(worker)

    def _start(self) -> _Worker:
        with self._lock:  # the fork server is started by the first
            worker = _Worker(self._config)
            self._all.add(worker)
        return worker

    def _end(self, worker: _Worker) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.end()


def _result(
    item: tuple[PageTask, Future[Outcome]] | T,
) -> tuple[PageTask, Outcome] | T:
    return (item[0], item[1].result()) if isinstance(item, tuple) else item


class _LostError(Exception):
    """A worker died over its work, or did not end it in time."""


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, config: Config) -> None:
        # Forked from a server that has the libraries loaded: milliseconds instead of seconds,
        # and no file or lock of this process is inherited.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["monitor.ingest.preload"])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, config), daemon=True)
        with _without_main():
            self._process.start()
        theirs.close()
        self.done = 0

    def answer(self, work: _Work, *, seconds: float) -> Any:
        """What the process makes of `work`; raises _LostError, or the ParseError it raised."""
        self.done += 1
        try:
            self._pipe.send(work)
            if not self._pipe.poll(seconds):
                raise _LostError(f"it takes more than {seconds:g} seconds to read")
            kind, value = self._pipe.recv()
        except (EOFError, OSError):
            raise _LostError("the process that reads it is ended by it") from None
        if kind == "other":
            raise NotAnArticleError(value)
        if kind == "error":
            raise ParseError(value)
        return value

    def end(self) -> None:
        """Kill the process: it holds nothing that would be lost."""
        self._pipe.close()
        self._process.kill()
        self._process.join()


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Let a process start that does not import this one's main module again.

    A worker needs nothing of it, and whatever program uses us (a test runner, a
    dashboard's script) may not bear being run twice.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _work(pipe: Connection, config: Config) -> None:
    """What a worker process does, until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    preparer = Preparer(config)
    # What is loaded stays; a tree dies with its page, and by counting.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    with contextlib.suppress(EOFError, OSError):
        for done in count(1):
            pipe.send(_answer(preparer, pipe.recv()))
            if done % _TRIMMED == 0:
                give_back()


def _answer(preparer: Preparer, work: _Work) -> tuple[str, Any]:
    try:
        match work:
            case ("page", task):
                return "done", preparer.page(task)
            case ("feed", task):
                return "done", preparer.feed(task)
            case (_, drafts):
                return "done", preparer.drafts(drafts)
    except NotAnArticleError as problem:
        return "other", str(problem)
    except MonitorError as problem:
        return "error", str(problem)
    except Exception as problem:  # hostile markup finds any bug; it costs this page only
        return "error", f"internal error: {type(problem).__name__}: {problem}"

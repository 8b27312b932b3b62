"""Many people at once: real sessions over websockets while new generations are published.

    python -m benchmarks.load FOLDER [--people 25] [--minutes 20] [--publish 10]

FOLDER is one that `benchmarks.archive` made; it is added to. Each person has a session of its own
with the dashboard's server, as a browser has one, opens a page, and every few seconds chooses
another company or page. Meanwhile an article comes in and a generation is published every
`--publish` seconds. Prints how long a filter change takes from the request to the page's end,
every error, and the server's memory over time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import random
import statistics
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.dashboard import served
from benchmarks.ingest import family, memory
from monitor.store.database import transaction, writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish

_PAGES = ("", "overview", "stories", "articles")
_THINK = (2.0, 8.0)  # seconds between two clicks of a person
_PORT = 8595


@dataclass
class Seen:
    """What happened: seconds of each kind of run, and what went wrong."""

    opened: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Person:
    """One session: opens pages and chooses companies, as fast as a person does."""

    def __init__(self, session: aiohttp.ClientSession, address: str, seed: int, seen: Seen) -> None:
        self._session, self._address, self._seen = session, address, seen
        self._random = random.Random(seed)
        self._socket: Any = None
        self._page = ""
        self._companies: tuple[str, list[str]] | None = None  # the widget's id and its options

    async def live(self, until: float) -> None:
        """Work until the clock says `until`."""
        url = self._address.replace("http", "ws") + "/_stcore/stream"
        async with self._session.ws_connect(url, max_msg_size=0) as self._socket:
            await self._run(self._seen.opened, page="")
            while time.monotonic() < until:
                await asyncio.sleep(self._random.uniform(*_THINK))
                if self._companies and self._random.random() < 0.8:
                    await self._run(self._seen.changed, company=True)
                else:
                    await self._run(self._seen.opened, page=self._random.choice(_PAGES))

    async def _run(
        self, times: list[float], *, page: str | None = None, company: bool = False
    ) -> None:
        message = BackMsg()
        message.rerun_script.query_string = ""
        if page is not None:
            message.rerun_script.page_name = page
        else:
            message.rerun_script.page_script_hash = self._page
        if company and self._companies:
            widget, options = self._companies
            state = message.rerun_script.widget_states.widgets.add()
            state.id = widget
            state.string_array_value.data.append(self._random.choice(options[:60]))
        started = time.perf_counter()
        await self._socket.send_bytes(message.SerializeToString())
        async with asyncio.timeout(120):
            while True:
                answer = await self._socket.receive()
                if answer.type is not aiohttp.WSMsgType.BINARY:
                    self._seen.errors.append(f"the server closed: {answer.type} {answer.extra}")
                    raise ConnectionError("closed")
                if self._read(ForwardMsg.FromString(answer.data)):
                    break
        times.append(time.perf_counter() - started)

    def _read(self, message: ForwardMsg) -> bool:
        """Take note of an answer; whether the run is at its end."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            found = element.WhichOneof("type")
            if found == "exception":
                self._seen.errors.append(element.exception.message)
            elif found == "multiselect" and element.multiselect.label == "Companies":
                self._companies = element.multiselect.id, list(element.multiselect.options)
        elif kind == "script_finished":
            return message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
            )  # fmt: skip
        return False


def keep_publishing(folder: Path, every: float) -> None:
    """Something comes in and is published, over and over."""
    data, number = DataFolder(folder), 0
    while True:
        time.sleep(every)
        number += 1
        with writing(data) as connection:
            with transaction(connection):
                connection.execute(
                    """
                    INSERT INTO article BY NAME
                    SELECT * REPLACE (max_id + $n AS article_id, max_id + $n AS story_id,
                        max_id + $n AS copy_group_id, $at AS first_seen_at)
                    FROM article, (SELECT max(article_id) AS max_id FROM article)
                    WHERE article_id = (SELECT max(article_id) FROM article)
                    """.replace("SELECT * REPLACE", "SELECT * EXCLUDE (max_id) REPLACE"),
                    {"n": number, "at": datetime.now(UTC)},
                )
            publish(data, connection)


async def crowd(address: str, server: int, people: int, seconds: float) -> tuple[Seen, list[int]]:
    """Let `people` work for `seconds`; what they saw, and the server's memory over time."""
    seen, held = Seen(), list[int]()
    until = time.monotonic() + seconds

    async def one(session: aiohttp.ClientSession, seed: int) -> None:
        await asyncio.sleep(seed * 0.4)
        try:
            await Person(session, address, seed, seen).live(until)
        except Exception as error:
            seen.errors.append(f"{type(error).__name__}: {error}")

    async with aiohttp.ClientSession() as session:
        everybody = [asyncio.create_task(one(session, seed)) for seed in range(people)]
        waiting = asyncio.gather(*everybody)
        while not waiting.done():
            held.append(await asyncio.to_thread(lambda: memory(set(family(server)))))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(waiting), timeout=max(2.0, seconds / 40))
    return seen, held


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=25)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--publish", type=float, default=10, help="seconds")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    writer = context.Process(
        target=keep_publishing, args=(options.folder, options.publish), daemon=True
    )
    writer.start()
    with served(options.folder, _PORT) as dashboard:
        seen, held = asyncio.run(
            crowd(dashboard.address, dashboard.pid, options.people, options.minutes * 60)
        )
    writer.kill()
    for name, times in (("page opened", seen.opened), ("filter changed", seen.changed)):
        ordered = sorted(times)
        p95 = ordered[round(0.95 * (len(ordered) - 1))] if ordered else float("nan")
        middle = statistics.median(ordered) if ordered else float("nan")
        print(
            f"{name:16} {len(times):6} times, median {middle * 1000:6.0f}, p95 {p95 * 1000:6.0f} ms"
        )
    print(f"{len(seen.errors)} errors {sorted(set(seen.errors))[:5]}")
    print("memory over time, MB: " + " ".join(f"{m / 2**20:.0f}" for m in held))


if __name__ == "__main__":
    main()

"""A real HTTP server on loopback that answers as a test tells it to, badly too.

    with LocalServer() as server:
        server.add("/feed", body=b"<rss/>", content_type="application/rss+xml", etag='"1"')
        url = server.url("/feed")
        ...
        assert [r.path for r in server.requests] == ["/feed"]

It runs in a thread of its own, so that blocking tests and other processes can
use it; `LocalServer(host="127.0.0.2")` is another host on the same machine. A
`Trap` is where nobody may come, and `Names` answers the questions for names.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self

from aiohttp.abc import AbstractResolver, ResolveResult


@dataclass(frozen=True)
class Request:
    """One request that the server saw. `headers` has lowercase names."""

    method: str
    path: str  # with its query
    headers: Mapping[str, str]
    at: float  # time.monotonic()
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What to answer.

    `delay` seconds pass before the first byte; `drip` is (bytes, seconds): the
    body goes out in such pieces with such pauses. `etag` and `last_modified`
    answer conditional requests with 304 by themselves. `length` overrides the
    stated Content-Length; `cut` closes the connection after that many bytes
    of the body, `reset` does so with a TCP reset. `endless` repeats the body, of
    no stated length, until the client goes. `raw` is sent instead of all.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    delay: float = 0.0
    drip: tuple[int, float] | None = None
    length: int | None = None
    cut: int | None = None
    reset: bool = False
    endless: bool = False
    raw: bytes | None = None


Answer = Reply | Callable[[Request], Reply]


class LocalServer:
    """Serves `routes` on a free port of `host` while its `with` block runs.

    A route is a path, with or without its query (with wins); others are 404.
    `requests` lists what was asked; `most_at_once` is the largest number of
    requests that were being answered at the same time.
    """

    def __init__(self, *, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = 0
        self.routes: dict[str, Answer] = {}
        self.requests: list[Request] = []
        self.most_at_once = 0
        self._now = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, self.host, 0), self._loop
        ).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def netloc(self) -> str:
        """`host:port`, as allow_hosts takes it."""
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        """The address of `path`, under another `host` name if given."""
        return f"http://{host or self.host}:{self.port}{path}"

    def add(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        content_type: str = "text/html; charset=utf-8",
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        delay: float = 0.0,
        drip: tuple[int, float] | None = None,
    ) -> str:
        """Answer `path` with this; the usual fields of Reply. Returns the address."""
        self.routes[path] = Reply(
            body=body.encode() if isinstance(body, str) else body,
            status=status,
            content_type=content_type,
            headers=headers or {},
            etag=etag,
            last_modified=last_modified,
            delay=delay,
            drip=drip,
        )
        return self.url(path)

    def redirect(self, path: str, to: str, *, status: int = 302) -> str:
        """Answer `path` with a redirect to the path or address `to`. Returns the address."""
        return self.add(path, status=status, headers={"Location": to})

    def count(self, path: str) -> int:
        """How often `path` was asked for."""
        return sum(request.path == path for request in self.requests)

    async def _stop(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while (request := await _read_request(reader)) is not None:
                self.requests.append(request)
                self._now += 1
                self.most_at_once = max(self.most_at_once, self._now)
                try:
                    keep = await _send(writer, self._reply(request), request)
                finally:
                    self._now -= 1
                if not keep:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client went, or the test is over
        finally:
            writer.close()

    def _reply(self, request: Request) -> Reply:
        path = request.path.split("?", 1)[0]
        answer = self.routes.get(request.path) or self.routes.get(path)
        if answer is None:
            return Reply(b"not here", status=404)
        return answer if isinstance(answer, Reply) else answer(request)


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, time.monotonic(), body)


async def _send(writer: asyncio.StreamWriter, reply: Reply, request: Request) -> bool:
    """Answer, and say whether the connection can be used again."""
    if reply.delay:
        await asyncio.sleep(reply.delay)
    if reply.raw is not None:
        await _pieces(writer, reply.raw, reply.drip)
        if reply.reset:
            _reset(writer)
        return False
    status, body = reply.status, reply.body
    if status == 200 and _unchanged(reply, request):
        status, body = 304, b""
    headers = {"Content-Type": reply.content_type, **reply.headers}
    headers |= {"ETag": reply.etag} if reply.etag else {}
    headers |= {"Last-Modified": reply.last_modified} if reply.last_modified else {}
    if status != 304 and "Transfer-Encoding" not in headers and not reply.endless:
        headers["Content-Length"] = str(len(body) if reply.length is None else reply.length)
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    if request.method == "HEAD":
        body = b""
    await _pieces(writer, body if reply.cut is None else body[: reply.cut], reply.drip)
    while reply.endless:  # until the client goes, and writing fails
        writer.write(body)
        await writer.drain()
    await writer.drain()  # the head too
    if reply.reset:
        _reset(writer)
    wrong = reply.reset or reply.cut is not None or (reply.length or 0) > len(body)
    return not wrong and request.headers.get("connection", "").lower() != "close"


async def _pieces(
    writer: asyncio.StreamWriter, data: bytes, drip: tuple[int, float] | None
) -> None:
    size, pause = drip or (max(len(data), 1), 0.0)
    for start in range(0, len(data), size):
        writer.write(data[start : start + size])
        await writer.drain()
        if pause:
            await asyncio.sleep(pause)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the client is told of an error, as a crashed server's system tells it."""
    there = writer.get_extra_info("socket")
    there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _unchanged(reply: Reply, request: Request) -> bool:
    if reply.etag and "if-none-match" in request.headers:
        return request.headers["if-none-match"] == reply.etag
    asked = request.headers.get("if-modified-since")
    return reply.last_modified is not None and asked == reply.last_modified


class Trap:
    """A port on every address of this machine, private ones all, where nobody may come.

    Whoever connects while its `with` block runs fails the test at its end.
    """

    def __enter__(self) -> Self:
        dual = socket.has_dualstack_ipv6()
        self._socket = socket.create_server(
            ("", 0), family=socket.AF_INET6 if dual else socket.AF_INET, dualstack_ipv6=dual,
            backlog=512,
        )  # fmt: skip
        self.port: int = self._socket.getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        came = self.came()
        self._socket.close()
        assert error is not None or came == []

    def came(self) -> list[str]:
        """The addresses that were connected to since this was last asked."""
        found = []
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                connection, _ = self._socket.accept()
                found.append(connection.getsockname()[0])
                connection.close()
        return found

    def url(self, host: str, path: str = "/", *, scheme: str = "http") -> str:
        """The address of the trap under the name or number `host`."""
        return f"{scheme}://{host}:{self.port}{path}"


class Names(AbstractResolver):
    """Answers names from a table; each question takes the next answer, the last for ever.

    An empty answer, like a name that is not there, is none. `asked` are the questions.
    """

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._answers = {name: list(rounds) for name, rounds in answers.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        rounds = self._answers.get(host, [[]])
        answer = rounds.pop(0) if len(rounds) > 1 else rounds[0]
        if not answer:
            raise OSError(None, "no such name")
        return [
            ResolveResult(
                hostname=host, host=address, port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0, flags=socket.AI_NUMERICHOST,
            )
            for address in answer
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing is open."""

"""The dashboard's server: the pages, and beside them reports as files at addresses of their own.

    python -m monitor.dashboard.server --port 8501

``/export/articles.csv?company=Gap&days=30`` streams what the Articles page shows for the same
filters. The parameters are those of `monitor.links`, besides ``columns``, and ``by`` and ``step``
for coverage. With ``.json`` behind it, what goes beside the file. Who may see the pages may fetch
the files: they are at the same address, and nothing else is needed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import parse_qsl

import streamlit as st
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from monitor.columns import STANDARD, Report
from monitor.dashboard.data import config, data_folder, mark_streamed, reader, sample_removed
from monitor.dashboard.texts import language_name
from monitor.errors import ExportError, MonitorError, NoDatabaseError, QueryError
from monitor.links import from_params, page_link
from monitor.reports.asked import Format
from monitor.reports.export import MEDIA_TYPES, SUFFIX, Export, ask, unknown_names
from monitor.store.queries.coverage import By, Step

_APP = Path(__file__).resolve().parents[2] / "app.py"
_OWN = {"columns": STANDARD, "by": "company", "step": "day"}  # parameter → where it is not given
_PATIENCE = 2  # seconds
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class _WrongError(Exception):
    """The address cannot be answered; the message says which part of it and why."""


async def export(request: Request) -> Response:
    """A report as a file, streamed as its rows are read."""
    try:
        return await run_in_threadpool(_answer, request)
    except (_WrongError, QueryError) as error:
        return PlainTextResponse(f"{error}\n", 400, _HEADERS)
    except NoDatabaseError as error:
        return PlainTextResponse(f"{error}\n", 503, {**_HEADERS, "Retry-After": "60"})
    except MonitorError as error:
        return PlainTextResponse(f"{error}\n", 500, _HEADERS)


def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    beside = name.endswith(SUFFIX)
    report, _, suffix = name.removesuffix(SUFFIX).rpartition(".")
    if report not in get_args(Report) or suffix not in get_args(Format):
        reports, formats = ", ".join(get_args(Report)), " or ".join(get_args(Format))
        raise _WrongError(f"there is no file {name!r}: expected one of {reports} as {formats}")
    file_format = cast(Format, suffix)
    made = _export(request, cast(Report, report), file_format)
    media_type = "application/json" if beside else MEDIA_TYPES[file_format]
    headers = {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    if beside:
        made.look_through()
        return Response(made.sidecar(), headers=headers, media_type=media_type)
    if file_format == "xlsx":
        return _workbook(made, headers)
    return StreamingResponse(_begun(made.csv()), headers=headers, media_type=media_type)


def _export(request: Request, report: Report, file_format: Format) -> Export:
    settings, source = config(), reader()
    given = parse_qsl(request.url.query, keep_blank_values=True)
    own = {**_OWN, **{name: value for name, value in given if name in _OWN}}
    for name, known in (("by", get_args(By)), ("step", get_args(Step))):
        if own[name] not in known:
            raise _WrongError(f"{name}: expected one of {', '.join(known)}, got {own[name]!r}")
    now = datetime.now(UTC)
    try:
        filters = from_params(
            [*([("sample", "false")] if sample_removed() else []),
             *((name, value) for name, value in given if name not in _OWN)],
            today=now.astimezone(settings.tz).date(),
        )  # fmt: skip
    except ValueError as error:
        raise _WrongError(str(error)) from None
    for parameter, said in unknown_names(source, filters, settings):
        raise _WrongError(f"{parameter}: {said}")
    link = page_link(str(request.base_url), report, filters, language_name=language_name)
    try:
        asked = ask(
            data_folder(), source, settings, report, filters, by="the export address", at=now,
            link=link, columns=own["columns"], series=cast(By, own["by"]),
            step=cast(Step, own["step"]), file_format=file_format,
        )  # fmt: skip
    except ExportError as error:  # there is no such set of columns
        raise _WrongError(str(error)) from None
    return Export(data_folder(), source, asked)


def _begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    """`parts`, the first two of them made before anything is answered, so that what is wrong with
    the question is an error and not a file that breaks off."""
    first = [part for _, part in zip(range(2), parts, strict=False)]

    def rest() -> Iterator[bytes]:
        yield from first
        yield from parts

    return rest()


def _workbook(made: Export, headers: dict[str, str]) -> Response:
    folder = tempfile.TemporaryDirectory(prefix="media-monitor-")
    path = Path(folder.name) / "report.xlsx"
    try:
        made.excel(path)
    except BaseException:
        folder.cleanup()
        raise
    return _Temporary(folder, path, headers=headers, media_type=MEDIA_TYPES["xlsx"])


class _Temporary(FileResponse):
    """A file that is deleted once it was sent, or could not be."""

    def __init__(self, folder: tempfile.TemporaryDirectory[str], path: Path, **more: Any) -> None:
        super().__init__(path, **more)
        self._folder = folder

    async def __call__(self, *asgi: Any) -> None:
        try:
            await super().__call__(*asgi)
        finally:
            self._folder.cleanup()


@contextlib.asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    mark_streamed()
    yield {}


def make_app() -> st.App:
    """The pages with the addresses beside them."""
    routes = [Route("/export/{name}", export, methods=["GET"])]
    return st.App(_APP, lifespan=_lifespan, routes=routes)


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="The dashboard; `python -m monitor up` starts it.")
    parser.add_argument("--port", type=int, default=8501)
    port = parser.parse_args().port
    os.environ["STREAMLIT_SERVER_PORT"] = str(port)
    os.chdir(_APP.parent)  # where Streamlit finds its settings
    app = make_app()
    uvicorn.run(
        app, host=st.get_option("server.address") or "127.0.0.1", port=port,
        ws_max_size=st.get_option("server.maxMessageSize") * 2**20, log_level="warning",
        ws_per_message_deflate=st.get_option("server.enableWebsocketCompression"),
        # Open pages keep their connection; they are not waited for longer than this.
        timeout_graceful_shutdown=_PATIENCE,
    )  # fmt: skip


if __name__ == "__main__":
    main()

"""What is to be had beside the pages, at addresses of its own: reports as files, Atom feeds.

``/export/articles.csv?company=Gap&days=30`` streams what the Articles page shows for the same
filters, ``/feed/stories.atom?company=Gap`` has the newest of its stories. The parameters are those
of `monitor.links`; files have besides ``columns``, and for coverage ``by`` and ``step``. With
``.json`` behind it, what goes beside a file. Who may see the pages may fetch these: they are at the
same address, and nothing else is needed.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse

from monitor.columns import STANDARD, Report
from monitor.config import Config
from monitor.dashboard import download_texts
from monitor.dashboard.data import config, data_folder, reader, sample_removed
from monitor.dashboard.texts import language_name
from monitor.errors import ExportError, MonitorError, NoDatabaseError, OldArchiveError, QueryError
from monitor.filters import Filters
from monitor.links import from_params, page_link
from monitor.reports import atom
from monitor.reports.asked import Format
from monitor.reports.export import MEDIA_TYPES, SUFFIX, Export, ask, found_by, unknown_names
from monitor.store.queries.coverage import By, Step, choices
from monitor.store.reader import Reader

_OWN = {"columns": STANDARD, "by": "company", "step": "day"}  # parameter → where it is not given
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_FEED = ".atom"


class _WrongError(Exception):
    """The address cannot be answered; the message says which part of it and why."""


async def export(request: Request) -> Response:
    """A report as a file, streamed as its rows are read."""
    return await _answered(_file, request)


async def feed(request: Request) -> Response:
    """The newest articles or stories as an Atom feed; nothing to who has this state of it."""
    return await _answered(_feed, request)


async def _answered(answer: Callable[[Request], Response], request: Request) -> Response:
    try:
        return await run_in_threadpool(answer, request)
    except (_WrongError, QueryError) as error:
        return PlainTextResponse(f"{error}\n", 400, _HEADERS)
    except (NoDatabaseError, OldArchiveError) as error:
        return PlainTextResponse(f"{error}\n", 503, {**_HEADERS, "Retry-After": "60"})
    except MonitorError as error:
        return PlainTextResponse(f"{error}\n", 500, _HEADERS)


def _file(request: Request) -> Response:
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
    filters = _filters([(k, v) for k, v in given if k not in _OWN], source, settings, now)
    link = page_link(str(request.base_url), report, filters)
    try:
        asked = ask(
            data_folder(), source, settings, report, filters, by="the export address", at=now,
            link=link, columns=own["columns"], series=cast(By, own["by"]),
            step=cast(Step, own["step"]), file_format=file_format,
        )  # fmt: skip
    except ExportError as error:  # there is no such set of columns
        raise _WrongError(str(error)) from None
    return Export(data_folder(), source, asked)


def _filters(
    given: Sequence[tuple[str, str]], source: Reader, settings: Config, now: datetime
) -> Filters:
    """What the parameters of an address ask for, of what is there."""
    codes = {language_name(code): code for code in choices(source, tz=settings.tz).languages}
    shown = [("sample", "false")] if sample_removed() else []
    shown += [(k, codes.get(v, v) if k == "language" else v) for k, v in given]
    try:
        filters = from_params(shown, today=now.astimezone(settings.tz).date())
    except ValueError as error:
        raise _WrongError(str(error)) from None
    for parameter, said in unknown_names(source, filters, settings):
        raise _WrongError(f"{parameter}: {said}")
    return filters


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


def _feed(request: Request) -> Response:
    name = request.path_params["name"]
    kind = name.removesuffix(_FEED)
    if kind not in get_args(atom.Kind) or not name.endswith(_FEED):
        kinds = " or ".join(f"{kind}{_FEED}" for kind in get_args(atom.Kind))
        raise _WrongError(f"there is no feed {name!r}: expected {kinds}")
    kind = cast(atom.Kind, kind)
    settings, source, now = config(), reader(), datetime.now(UTC)
    given = parse_qsl(request.url.query, keep_blank_values=True)
    filters = _filters(given, source, settings, now)
    state = (source.generation, settings.version, repr(filters), str(request.url))
    tag = f'W/"{hashlib.sha256(repr(state).encode()).hexdigest()[:32]}"'
    headers = {**_HEADERS, "Cache-Control": "no-cache", "ETag": tag}
    if tag in (known.strip() for known in request.headers.get("If-None-Match", "").split(",")):
        return Response(status_code=304, headers=headers)
    base = str(request.base_url)
    found = found_by(data_folder(), source, filters.query)
    items = atom.entries(source, kind, filters, tz=settings.tz, base=base, found=found)
    document = atom.atom(
        items, title=download_texts.feed_title(kind, filters), own_id=atom.feed_id(kind, filters),
        link=str(request.url), page=page_link(base, kind, filters),
    )  # fmt: skip
    return Response(document, headers=headers, media_type=atom.MEDIA_TYPE)


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

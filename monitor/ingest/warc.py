"""What was fetched, kept as it came: standard WARC files, so that better extractors can reread it.

Each record is a gzip member of its own, appended and flushed at once. A process that
is killed leaves at most one cut record at the end of its file: reading ends there, and
the next process begins a new file, so nothing is ever written behind a cut.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from monitor.errors import ParseError, StoreError

_MAX_FILE = 1024**3  # bytes; the size that the WARC guidelines recommend
_PLACE = re.compile(r"(?P<name>[\w-]+\.warc\.gz):(?P<offset>\d{1,15})")
_MAX_PAGE = 15 * 1024 * 1024  # bytes, as the fetcher's cap
# Of a page in a sixth of the time that zlib's level 3 takes, for a file of nearly its size.
_LEVEL = 2
_GZIP = 31  # zlib's wbits for a gzip member


@dataclass(frozen=True, slots=True)
class Captured:
    """A page as it was fetched. `at` is None where the file does not say.

    `place` is where the archive has it ("file:offset"), "" where it does not.
    """

    url: str
    body: bytes
    at: datetime | None
    content_type: str = ""
    place: str = field(default="", compare=False)


class Recorder:
    """Appends pages to WARC files in `folder`; a file begins with the first page.

    A context manager. Raises StoreError where the disk does not take it.
    """

    def __init__(self, folder: Path, *, max_bytes: int = _MAX_FILE) -> None:
        self._folder, self._max = folder, max_bytes
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def record(self, page: Captured) -> str:
        """Append `page`; returns its place."""
        at = (page.at or datetime.now(UTC)).astimezone(UTC)
        member = isal_zlib.compress(_record(page, at), _LEVEL, wbits=_GZIP)
        try:
            if self._file is None or self._file.tell() >= self._max:
                self._file = self._begin(at)
            place = f"{Path(self._file.name).name}:{self._file.tell()}"
            self._file.write(member)
            self._file.flush()
            return place
        except OSError as error:
            raise StoreError(
                f"cannot write to the archive {str(self._folder)!r}: {error.strerror}"
            ) from error

    def _begin(self, at: datetime) -> BinaryIO:
        self._close()
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max(
            (int(p.name[:6]) for p in self._folder.glob("*.warc.gz") if p.name[:6].isdigit()),
            default=0,
        )
        path = self._folder / f"{number:06d}-{at:%Y%m%dT%H%M%SZ}.warc.gz"
        return path.open("xb")

    def _close(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None


def _record(page: Captured, at: datetime) -> bytes:
    http = StatusAndHeaders(
        "200 OK",
        [("Content-Type", page.content_type or "text/html"),
         ("Content-Length", str(len(page.body)))],
        protocol="HTTP/1.1",
    )  # fmt: skip
    written = io.BytesIO()
    writer = WARCWriter(written, gzip=False)
    record = writer.create_warc_record(
        page.url, "response", payload=io.BytesIO(page.body), length=len(page.body),
        http_headers=http,
        warc_headers_dict={
            "WARC-Date": at.isoformat().replace("+00:00", "Z"),
            # warcio would read the page twice for these, in small pieces.
            "WARC-Payload-Digest": _digest(page.body),
            "WARC-Block-Digest": _digest(http.to_ascii_bytes(), page.body),
        },
    )  # fmt: skip
    writer.write_record(record)
    return written.getvalue()


def _digest(*parts: bytes) -> str:
    digester = Digester("sha1")
    for part in parts:
        digester.update(part)
    return str(digester)


def read_warc(path: Path) -> Iterator[Captured]:
    """The pages in the WARC file at `path`, in order; other records and errors are passed over.

    Ends at a record that is cut. Raises ParseError for what is no WARC file.
    """
    first = True
    with path.open("rb") as file:
        records = ArchiveIterator(file, no_record_parse=False)
        while True:
            try:
                record = next(records)
                page = _captured(record)
                # Only behind the record does warcio say where it began.
                offset = records.get_record_offset() if page else 0
            except StopIteration:
                return
            # warcio trips over a header cut before the address (AttributeError).
            except (ArchiveLoadFailed, AttributeError, EOFError, ValueError, OSError) as error:
                if first:
                    raise ParseError(f"cannot read {path.name!r}: not a WARC file") from error
                return  # what follows a cut or damaged record cannot be trusted
            first = False
            if page is not None:
                yield replace(page, place=f"{path.name}:{offset}")


def captured_at(folder: Path, place: str) -> Captured | None:
    """The page at `place` in the archive in `folder`; None where it is not there any more."""
    match = _PLACE.fullmatch(place)
    if match is None:
        return None
    try:
        with (folder / match["name"]).open("rb") as file:
            file.seek(int(match["offset"]))
            page = _captured(next(ArchiveIterator(file)))
            return page and replace(page, place=place)
    except (StopIteration, ArchiveLoadFailed, AttributeError, EOFError, ValueError, OSError):
        return None


def _captured(record: object) -> Captured | None:
    headers, http = record.rec_headers, record.http_headers  # type: ignore[attr-defined]
    if record.rec_type != "response" or http is None:  # type: ignore[attr-defined]
        return None
    if http.get_statuscode() != "200":
        return None
    body = record.content_stream().read(_MAX_PAGE + 1)  # type: ignore[attr-defined]
    if len(body) > _MAX_PAGE:
        return None
    # The record's own length, not the page's: a cut may also fall into the headers.
    if getattr(record.raw_stream, "limit", 0) > 0:  # type: ignore[attr-defined]
        raise EOFError("the record is cut")
    url = headers.get_header("WARC-Target-URI") or ""
    return Captured(
        url=url.strip("<>"), body=body, at=_time(headers.get_header("WARC-Date")),
        content_type=http.get_header("Content-Type") or "",
    )  # fmt: skip


def _time(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

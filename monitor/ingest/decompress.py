"""Content codings undone piece by piece, so that a bomb can be cut before it is unpacked.

aiohttp could do this too, but takes a gzip or brotli stream that breaks off for
a whole one, and half a page would be stored as an article.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_PIECE = 256 * 1024  # bytes unpacked at a time
_MAX_MEMBERS = 100  # of one gzip stream; more is an attack on our patience
_NO_CODING = frozenset({"", "identity", "none", "utf-8"})  # the last two are servers' mistakes


class Decompressor(Protocol):
    """Undoes one coding. `finished` says whether the stream has come to its end."""

    @property
    def finished(self) -> bool:
        """Whether everything that the stream announced has come."""
        ...

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpack `data`, at most 256 KiB at a time; raises ValueError where it is damaged."""
        ...


def decompressor(coding: str) -> Decompressor:
    """What undoes the Content-Encoding `coding`; raises ValueError for one that is not known."""
    coding = coding.strip().lower()
    if coding in _NO_CODING:
        return _Plain()
    if coding in ("gzip", "x-gzip"):
        return _Zlib(31)  # zlib's number for a gzip header and trailer
    if coding == "deflate":
        return _Zlib(None)
    if coding == "br":
        return _Brotli()
    if coding == "zstd":
        return _Zstd()
    raise ValueError(f"unknown content coding {coding[:50]!r}")


class _Plain:
    finished = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Zlib:
    def __init__(self, bits: int | None) -> None:
        self._bits = bits
        self._stream = zlib.decompressobj(bits) if bits is not None else None
        self._members = 1

    @property
    def finished(self) -> bool:
        return self._stream is not None and self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        if self._stream is None:
            # "deflate" should have a zlib header (RFC 9110, 8.4.1.2), and often has none.
            self._bits = zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS
            self._stream = zlib.decompressobj(self._bits)
        while data:
            if self._stream.eof:
                if not data.startswith(b"\x1f\x8b"):
                    return  # padding after the end
                self._members += 1
                if self._members > _MAX_MEMBERS:
                    raise ValueError("too many gzip members")
                self._stream = zlib.decompressobj(self._bits or 0)
            try:
                piece = self._stream.decompress(data, _PIECE)
            except zlib.error as error:
                raise ValueError(f"damaged gzip or deflate data: {error}") from error
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            if piece:
                yield piece


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def finished(self) -> bool:
        return bool(self._stream.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self._stream.is_finished():
            try:
                piece = self._stream.process(data, output_buffer_limit=_PIECE)
            except brotli.error as error:
                raise ValueError(f"damaged brotli data: {error}") from error
            data = b""
            if piece:
                yield piece
            elif self._stream.can_accept_more_data():
                return


class _Zstd:
    # RFC 9659: who serves the web asks for no larger window than 8 MB.
    def __init__(self) -> None:
        self._stream = self._fresh()
        self._members = 1

    @property
    def finished(self) -> bool:
        return bool(self._stream.eof)

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data or not (self._stream.needs_input or self._stream.eof):
            if self._stream.eof:  # several frames are one body (RFC 8878, 3.1)
                self._members += 1
                if self._members > _MAX_MEMBERS:
                    raise ValueError("too many zstd frames")
                self._stream = self._fresh()
            try:
                piece = self._stream.decompress(data, max_length=_PIECE)
            except zstd.ZstdError as error:
                raise ValueError(f"damaged zstd data: {error}") from error
            data = self._stream.unused_data if self._stream.eof else b""
            if piece:
                yield piece

    @staticmethod
    def _fresh() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})

"""The errors a user can meet, as one tree.

    MonitorError
    ├── ConfigError        the watchlist does not say something usable
    ├── QueryError         a query of the matching language does not parse
    ├── FetchError         a URL could not be had
    │   └── ForbiddenAddressError   it leads to an address that is not public
    ├── ParseError         bytes are not the feed, page or file they should be
    ├── StoreError         the database cannot be opened, read or written
    │   ├── NoDatabaseError         nothing has been published yet
    │   ├── OldArchiveError         an earlier version published last
    │   └── WriterBusyError         another process is writing
    ├── ExportError        a report cannot be written
    └── DeliveryError      a message could not be handed over

A message names the thing, what was expected and what came:
``cannot parse feed 'https://…': expected XML, got text/html``. Where a name is not known, it ends
in what may have been meant: ``; did you mean 'Norvane'?``
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_ALIKE = 0.6


class MonitorError(Exception):
    """Any failure that is the world's or the user's, not a bug of ours."""


class ConfigError(MonitorError):
    """The watchlist is not valid; the message names file, line and key."""


class QueryError(MonitorError):
    """A query does not parse.

    `position` is the 0-based offset of the character at fault in `query`. The message quotes
    what stands around it, with an arrow before that character.
    """

    AROUND = 20  # characters quoted on either side

    def __init__(self, message: str, *, query: str, position: int) -> None:
        self.query = query
        self.position = position
        left = query[max(0, position - self.AROUND) : position]
        right = query[position : position + self.AROUND]
        before = "…" if position > self.AROUND else ""
        after = "…" if position + self.AROUND < len(query) else ""
        quoted = f"{before}{left}→{right}{after}".replace("\n", " ")
        super().__init__(f"{message} (character {position + 1}: {quoted})")


class FetchError(MonitorError):
    """A URL could not be had.

    `kind` is one of ``dns, connect, timeout, http, too_large, redirect,
    forbidden, protocol, robots, held, challenge``; `status` is the HTTP status where one
    came, `retry_after` the seconds for which the server asks to be left alone.
    """

    def __init__(
        self, message: str, *, url: str, kind: str, status: int | None = None,
        retry_after: float | None = None,
    ) -> None:  # fmt: skip
        self.url = url
        self.kind = kind
        self.status = status
        self.retry_after = retry_after
        super().__init__(message)


class ForbiddenAddressError(FetchError):
    """A URL leads to an address that is not public and that no setting allows."""

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(message, url=url, kind="forbidden")


class ParseError(MonitorError):
    """Bytes are not the feed, page or file they were taken for."""


class StoreError(MonitorError):
    """The database cannot be opened, read or written."""


class NoDatabaseError(StoreError):
    """Nothing has been published in this data folder yet."""


class OldArchiveError(StoreError):
    """An earlier version of the program published last; the first start of ingest brings it up."""


class WriterBusyError(StoreError):
    """Another process holds the write lock."""


class ExportError(MonitorError):
    """A report cannot be written."""


class DeliveryError(MonitorError):
    """A message could not be handed over.

    `retry_after` are the seconds for which the receiver asks to be left alone; `hopeless` is
    whether the message itself is at fault, so that it would never be taken.
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, hopeless: bool = False
    ) -> None:
        self.retry_after = retry_after
        self.hopeless = hopeless
        super().__init__(message)


def meant(name: str, known: Iterable[str], *, alike: float | None = None) -> str:
    """``; did you mean 'Norvane'?`` for a name that is like one of `known`, else "".

    `alike` is how like it must be, 0 to 1.
    """
    names = {other.casefold(): other for other in known}
    close = get_close_matches(name.casefold(), names, n=1, cutoff=alike or _ALIKE)
    return f"; did you mean {names[close[0]]!r}?" if close else ""

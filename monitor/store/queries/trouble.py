"""Why a feed could not be read, in plain words, and what a person can do about it.

The words of a failure are all that a poll keeps of it, so its kind is read from
them: the HTTP status in brackets at the end, or what `monitor.ingest` says of
names, connections and documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd

Kind = Literal["no connection", "unreadable", "answer", "other"]

_PARSE = re.compile(r"cannot parse feed .*: expected .+?, got (.+)", re.DOTALL)
_STATUS = re.compile(r"\((\d{3})\)$|\banswered (\d{3})\b")
_UNKNOWN_NAME = re.compile(r"host name .* is not known")
_NO_CONNECTION = re.compile(r"server .*(?:cannot|could not) be reached|connection broke")

_AGAIN = "It is tried again."
# What came instead of a feed → what happened, what to do.
_DOCUMENTS = {
    "text/html": (
        "The address answers with a web page, not a feed",
        "Open it: the feed may have moved, or a login or consent page stands before it. "
        "Look for the feed's address on the outlet's site.",
    ),
    "an empty answer": ("The address answers with nothing", f"Nothing yet. {_AGAIN}"),
    "other JSON": (
        "The address answers with data that is no feed",
        "Look for the feed's address on the outlet's site.",
    ),
}
_DAMAGED = ("The feed is damaged and cannot be read", f"Nothing yet: the outlet made it. {_AGAIN}")
_COMPARE = "Compare with the outlet's site: the feed answers, but brings nothing new."
_TOO_LONG = ("The feed is too long to be read", "Watch a narrower feed of this outlet.")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure: its kind, and two sentences without a full stop and with one."""

    kind: Kind
    happened: str
    what_to_do: str


def explain(error: str, http_status: int | None = None) -> Trouble:
    """What `error`, as a poll recorded it, means to the person who watches the feed."""
    if parse := _PARSE.fullmatch(error):
        return Trouble("unreadable", *_document(parse[1]))
    found = _STATUS.search(error)
    status = int(found[1] or found[2]) if found else http_status
    happened = error[:1].upper() + error[1:]
    if status is not None and status >= 400:
        return Trouble("answer", happened, _status(status))
    if _UNKNOWN_NAME.search(error):
        advice = f"Check the feed's address, and this machine's connection. {_AGAIN}"
        return Trouble("no connection", happened, advice)
    if _NO_CONNECTION.search(error):
        advice = f"Nothing yet. {_AGAIN} If it lasts: does the outlet's site open in a browser?"
        return Trouble("no connection", happened, advice)
    return Trouble("other", happened, _other(error))


def nothing_new(newest: datetime | None, usual_s: float | None) -> Trouble:
    """A feed that answers and brings nothing: since when, and what it used to do (seconds)."""
    if newest is None or pd.isna(newest):
        return Trouble("other", "It has brought nothing so far", _COMPARE)
    happened = f"Nothing new since {newest.day} {newest:%B %Y}"
    if usual_s is not None and not pd.isna(usual_s):
        happened += f"; it used to bring an entry {_every(usual_s)}"
    return Trouble("other", happened, _COMPARE)


def recorded(newest: datetime | None, failure: Trouble | None) -> Trouble:
    """A feed of the sample archive: it is not polled, whatever it did when it was recorded."""
    said = "Part of the sample, and not polled"
    if newest is not None and not pd.isna(newest):
        said += f": nothing new since {newest.day} {newest:%B %Y}"
    if failure:
        then = failure.happened
        said += f". When it was recorded: {then[0].lower()}{then[1:]}"
    return Trouble("other", said, "")


def _every(seconds: float) -> str:
    """``about every 3 hours``, as people count."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if (count := round(seconds / size)) >= 1:
            return f"about every {unit}" if count == 1 else f"about every {count} {unit}s"
    return "every minute or more often"


def _document(got: str) -> tuple[str, str]:
    if got in _DOCUMENTS:
        return _DOCUMENTS[got]
    if got.startswith("damaged"):
        return _DAMAGED
    if got.startswith("more than"):
        return _TOO_LONG
    _, advice = _DOCUMENTS["text/html"]
    return f"The address answers with {got}, not a feed", advice


def _status(status: int) -> str:
    match status:
        case 404 | 410:
            return "The feed has moved or is gone. Look for its new address on the outlet's site."
        case 401 | 402 | 403 | 405 | 406 | 451:
            return "The outlet refuses us. Ask it for access, or watch another of its feeds."
        case 408 | 429 | 503:
            return f"Nothing: the server is busy. {_AGAIN}"
        case _ if status >= 500:
            return f"Nothing yet: the outlet's server has a fault. {_AGAIN}"
        case _:
            return "Check the feed's address in the watchlist."


def _other(error: str) -> str:
    if "allow_hosts" in error:
        return "Do so only for a host of your own; else correct the feed's address."
    if "redirect" in error or "address" in error:
        return "Open the feed in a browser, and put the address it ends at into the watchlist."
    if "certificate" in error:
        return f"Nothing: the outlet has to renew it. {_AGAIN}"
    if "larger than" in error:
        return "Watch a smaller feed of this outlet."
    if error.startswith("internal error"):
        return "Report this: it is a fault of the program. Other feeds are not affected."
    return f"Nothing yet. {_AGAIN} If it lasts: does the address open in a browser?"

"""Memory that was freed, given back to the system, and not kept apart for every thread."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's mallopt
_ARENAS = 2


def _of_c(name: str) -> Callable[..., int] | None:
    """The C library's function `name`; None where it is another one than GNU's."""
    try:
        found: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError, TypeError):
        return None
    return found


_trim, _set_option = _of_c("malloc_trim"), _of_c("mallopt")


def give_back() -> None:
    """Give what was freed back to the system; where the C library cannot, nothing happens.

    glibc keeps what threads freed for these threads: after 4,000 pages that was a quarter of what
    the job's main process held. Takes some 5 ms.
    """
    if _trim is not None:
        _trim(0)


def share_arenas() -> None:
    """Let all threads take their memory from the same places; nothing where glibc is not there.

    Each has one of its own otherwise, with gaps of its own: over 5,000 pages some 25 MB.
    """
    if _set_option is not None:
        _set_option(_ARENA_MAX, _ARENAS)

"""What sections of the watchlist are made of."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from monitor.urls import is_web_url


def _text(value: Any) -> Any:
    if isinstance(value, str):
        value = " ".join(value.split())
        if not value:
            raise ValueError("must not be empty")
    return value


def web_url(value: str) -> str:
    """`value`, an http(s) URL; raises ValueError where it is none."""
    if not is_web_url(value):
        raise ValueError(f"must be an http(s) URL, got {value!r}")
    return value


Text = Annotated[str, BeforeValidator(_text)]
Texts = tuple[Text, ...]


class Section(BaseModel):
    """A section: frozen, and without keys that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def meant(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'Norvane'?`` for a name that is like one of `known`, else ""."""
    names = {other.casefold(): other for other in known}
    close = get_close_matches(name.casefold(), names, n=1)
    return f"; did you mean {names[close[0]]!r}?" if close else ""

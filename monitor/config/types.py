"""What sections of the watchlist are made of."""

from __future__ import annotations

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

"""Writing the watchlist: one entry is added or changed, all else stays to the letter.

Comments and order are kept, the version before is kept beside the data, and nothing is written
over a file that somebody else changed in the meantime.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array, Table

from monitor.config import Config, parse_config
from monitor.errors import ConfigError, MonitorError

Section = Literal["company", "topic", "outlet", "feed"]
KEYS: dict[Section, str] = {"company": "name", "topic": "name", "outlet": "name", "feed": "url"}
_WIDE = 80  # characters of a list from which it stands on several lines


class WatchlistChangedError(MonitorError):
    """The file is not the one that was read: somebody else changed it."""


def digest(text: str) -> str:
    """What tells one version of the file from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(path: Path) -> str:
    """The file's text; raises ConfigError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the watchlist {str(path)!r}: {error}") from error


def put(text: str, section: Section, values: Mapping[str, Any], *, was: str | None = None) -> str:
    """`text` with the entry called `was` as `values` say, or with a new entry.

    Empty values leave their key out; keys that `values` does not name stay. Raises ConfigError
    naming the field where the result is not valid.
    """
    before = parse_config(text)
    document = tomlkit.parse(text)
    try:
        if was is None:
            document.setdefault(section, tomlkit.aot()).append(_filled(tomlkit.table(), values))
        else:
            entry = next(e for e in document[section] if _said(e[KEYS[section]]) == _said(was))
            _filled(entry, values)
        changed = tomlkit.dumps(document)
    except (TOMLKitError, StopIteration, KeyError, TypeError) as error:
        raise ConfigError(f"cannot change the {section} {was!r}: {error or 'not there'}") from error
    _only_this(before, parse_config(changed), section, was)
    return changed


def remove(text: str, section: Section, was: str) -> str:
    """`text` without the entry called `was`; raises ConfigError where it has none."""
    document = tomlkit.parse(text)
    entries = document.get(section, [])
    at = next((i for i, e in enumerate(entries) if _said(e[KEYS[section]]) == _said(was)), None)
    if at is None:
        raise ConfigError(f"cannot remove the {section} {was!r}: not there")
    del entries[at]
    changed = tomlkit.dumps(document)
    parse_config(changed)
    return changed


def save(path: Path, text: str, *, seen: str, history: Path, now: datetime) -> Path:
    """Write `text` in one step; returns where the version before is kept.

    `seen` is the digest of what was read. Raises WatchlistChangedError where the file is another.
    """
    parse_config(text)
    before = read(path)
    if digest(before) != seen:
        raise WatchlistChangedError(f"{path.name} was changed by somebody else; look again")
    try:
        history.mkdir(parents=True, exist_ok=True)
        kept = history / f"{now:%Y%m%dT%H%M%S%fZ}-{seen[:8]}.toml"
        _write(kept, before)
        _write(path, text)
    except OSError as error:
        raise ConfigError(f"cannot write {str(path)!r}: {error.strerror}") from error
    return kept


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        partial.chmod(path.stat().st_mode & 0o777)
    partial.replace(path)


def _filled(entry: Table, values: Mapping[str, Any]) -> Table:
    for key, value in values.items():
        plain = list(value) if isinstance(value, tuple | list) else value
        if plain in (None, "", []):
            entry.pop(key, None)
        elif _plain(entry.get(key)) != _plain(plain):
            entry[key] = _array(plain) if isinstance(plain, list) else plain
    return entry


def _plain(value: object) -> object:
    """`value` as the config reads it: white space and quotes round a number are no difference."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, int | date):
        return str(value)
    return " ".join(value.split()) if isinstance(value, str) else value


def _array(values: Sequence[str]) -> Array:
    array = tomlkit.array()
    array.extend(values)
    return array.multiline(sum(len(v) + 4 for v in values) > _WIDE)


def _said(value: object) -> str:
    return " ".join(str(value).split()).lower()


def _only_this(before: Config, after: Config, section: Section, was: str | None) -> None:
    """Hold that nothing but the one entry differs, however oddly a file is written."""
    for name in KEYS:
        old, new = list(getattr(before, name)), list(getattr(after, name))
        if name == section:
            differing = [i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b]
            fits = len(new) == len(old) + (was is None) and len(differing) <= (was is not None)
        else:
            fits = old == new
        if not fits:
            raise ConfigError(f"the file is written so that {section} cannot be changed here")

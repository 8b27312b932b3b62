"""How far a long piece of work of the ingest job is; a small file that the dashboard reads."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

from monitor.store.folder import DataFolder


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` articles; `process` is who works on it."""

    doing: str
    done: int
    total: int
    process: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0


def note(folder: DataFolder, doing: str, *, done: int, total: int) -> None:
    """Say how far it is; losing this file loses nothing."""
    partial = folder.progress.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(Progress(doing, done, total, os.getpid()))))
    partial.replace(folder.progress)


def clear(folder: DataFolder) -> None:
    """It is done."""
    folder.progress.unlink(missing_ok=True)


def read(folder: DataFolder) -> Progress | None:
    """What is under way; None where nothing is, or who worked on it has died."""
    try:
        found = Progress(**json.loads(folder.progress.read_text()))
        os.kill(found.process, 0)
    except (OSError, ValueError, TypeError):
        return None
    return found

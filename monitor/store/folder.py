"""Where everything of one data folder lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from monitor.errors import StoreError


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The paths of a data folder; nothing is created by naming them."""

    root: Path

    @property
    def live(self) -> Path:
        """The database that the one writer holds open."""
        return self.root / "live" / "monitor.duckdb"

    @property
    def lock(self) -> Path:
        """Locked by whoever writes."""
        return self.root / "live" / "writer.lock"

    @property
    def published(self) -> Path:
        """Read-only generations, one file each."""
        return self.root / "published"

    @property
    def current(self) -> Path:
        """Names the newest generation."""
        return self.published / "current"

    @property
    def search(self) -> Path:
        """The full-text index: derived, may be deleted at any time."""
        return self.root / "search.sqlite"

    @property
    def archive(self) -> Path:
        """What was fetched, as WARC files."""
        return self.root / "archive"

    @property
    def desk(self) -> Path:
        """What people decided."""
        return self.root / "desk.sqlite"

    @property
    def sending(self) -> Path:
        """Locked by whoever sends what is in the outbox."""
        return self.root / "sending.lock"

    @property
    def progress(self) -> Path:
        """How far a long piece of work is."""
        return self.root / "progress.json"

    @property
    def watchlist_history(self) -> Path:
        """Every version of the watchlist that was written over."""
        return self.root / "watchlist-history"

    def create(self) -> None:
        """Make the folders; raises StoreError where that is not possible."""
        try:
            self.live.parent.mkdir(parents=True, exist_ok=True)
            self.published.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"cannot create the data folder {str(self.root)!r}: {error.strerror}"
            ) from error


def current_generation(folder: DataFolder) -> str | None:
    """The name of the newest generation, None where nothing has been published."""
    try:
        return folder.current.read_text().strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"cannot read {str(folder.current)!r}: {error}") from error


def generation_path(folder: DataFolder, name: str) -> Path:
    """The file of generation `name`."""
    return folder.published / f"{name}.duckdb"


def stamp_of(path: Path) -> tuple[int, int] | None:
    """When a file was written last and how large it is; None where it cannot be asked.

    It differs where the file was changed.
    """
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size

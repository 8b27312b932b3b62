"""A small archive: copies, an undated article, hostile text, a feed that broke."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from monitor.models import Role
from monitor.store.database import writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from tests.archive import Piece, build_archive

APP = str(Path(__file__).resolve().parents[2] / "app.py")
HOSTILE = "<script>document.title='x'</script> **Norvane** $x^2$ :red[hot] [a](javascript:alert(1))"
DAY = datetime(2025, 3, 20, 9, tzinfo=UTC)
ORIGINAL = (
    "Norvane will close its plant in Aldmoor in June, the company said on Thursday.\n\n"
    "“We looked at every other way,” its chief executive said.\n\n"
    "About 400 people work there. The union asked for talks."
)
REPRINT = (
    "Norvane will shut its plant in Aldmoor in June, the company said Thursday.\n\n"
    '"We looked at every other way," its chief executive said.\n\n'
    "About 400 people work there."
)
PIECES = (
    Piece("Norvane to close Aldmoor plant", "Harbour Ledger", DAY, ORIGINAL, {"Norvane": True},
          ("Labour",), role=Role.ORIGINAL),
    Piece("Norvane shuts Aldmoor plant", "Valley Signal", DAY + timedelta(hours=5), REPRINT,
          {"Norvane": True}, ("Labour",), copy_of=0, role=Role.REPRINT),
    Piece("What Aldmoor means for Tessaly", "Northline", DAY + timedelta(days=1),
          "Tessaly may hire. Norvane will not.", {"Tessaly": True, "Norvane": False}, story=0),
    Piece("Tessaly opens an office", "Northline", DAY - timedelta(days=60), "Tessaly opens it.",
          {"Tessaly": True}),
    Piece(HOSTILE, "Evil <b>Outlet</b>", DAY + timedelta(hours=1),
          f"{HOSTILE}\n\n<img src=x onerror=alert(1)>", {"Norvane": True}, sample=True),
    Piece("Norvane, undated", "Northline", None, "Norvane was there.", {"Norvane": True}),
)  # fmt: skip
WATCHLIST = """
[team]
timezone = "Europe/Berlin"
[[company]]
name = "Norvane"
[[company]]
name = "Tessaly"
[[topic]]
name = "Labour"
query = "union"
[[outlet]]
name = "Harbour Ledger"
domain = "harbourledger.example"
[[feed]]
url = "https://harbourledger.example/feed"
outlet = "Harbour Ledger"
[[feed]]
url = "https://northline.example/feed"
outlet = "Northline"
"""

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _main_module_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit puts the app in the main module's place and leaves it there.

    A process that a later test spawns would run the app again, and die of it.
    """
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The archive with everything in it; not to be written to."""
    folder = build_archive(tmp_path_factory.mktemp("archive"), PIECES, watchlist=WATCHLIST)
    with writing(folder) as connection:
        connection.execute(
            """
            UPDATE feed SET polled_at = now(), failures = 3, error = 'The server answered 503'
            WHERE url LIKE '%harbourledger%'
            """
        )
        publish(folder, connection)
    return folder


@pytest.fixture
def watchlist(tmp_path: Path) -> Path:
    path = tmp_path / "watchlist.toml"
    path.write_text(WATCHLIST, encoding="utf-8")
    return path


@pytest.fixture
def open_page(watchlist: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page of the dashboard on a data folder, with URL parameters."""

    def opened(folder: DataFolder, page: str = "overview", **params: str | list[str]) -> AppTest:
        monkeypatch.setenv("MONITOR_DATA", str(folder.root))
        monkeypatch.setenv("MONITOR_WATCHLIST", str(watchlist))
        app = AppTest.from_file(APP, default_timeout=30)
        app.query_params.update(params)
        if page != "today":
            app.switch_page(f"monitor/dashboard/pages/{page}.py")
        return app.run()

    return opened

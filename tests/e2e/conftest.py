"""A real server process on a real data folder, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.archive import build_archive
from tests.dashboard.conftest import PIECES, WATCHLIST
from tests.serving import Served, serving

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
_PATIENCE = 60_000  # milliseconds; a busy machine is not a failure


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The dashboard on the archive of the page tests."""
    folder = build_archive(tmp_path_factory.mktemp("served") / "data", PIECES, watchlist=WATCHLIST)
    with serving(folder, WATCHLIST) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; its absence is an error, for a browser test is never skipped."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    assert path, f"no browser: expected one of {', '.join(names)}"
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(_PATIENCE)
    expect.set_options(timeout=_PATIENCE)
    yield opened
    context.close()

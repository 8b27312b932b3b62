"""Who may import whom: read from the source, so that a wrong import fails before it matters."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [*sorted((ROOT / "monitor").rglob("*.py")), ROOT / "app.py"]

# What each room may import of ours, besides itself.
BASE = {
    f"monitor.{name}" for name in ("__version__", "errors", "models", "urls", "log", "languages")
} | {"monitor"}
MAY: dict[str, set[str]] = {
    "monitor.errors": set(),
    "monitor.log": set(),
    "monitor.languages": set(),
    "monitor.urls": set(),
    "monitor.models": set(),
    "monitor.analysis": BASE | {"monitor.config"},
    "monitor.columns": {"monitor.errors"},
    "monitor.config": BASE | {"monitor.analysis", "monitor.columns"},
    "monitor.watchlist": BASE | {"monitor.config"},
    "monitor.filters": BASE,
    "monitor.links": {"monitor.columns", "monitor.filters", "monitor.languages"},
    "monitor.store": BASE | {"monitor.config", "monitor.filters", "monitor.analysis"},
    "monitor.jsonl": {"monitor.errors"},
    "monitor.net": BASE,
    "monitor.ingest": BASE
    | {"monitor.config", "monitor.analysis", "monitor.store", "monitor.jsonl", "monitor.net"},
    "monitor.reports": BASE
    | {"monitor.config", "monitor.filters", "monitor.analysis", "monitor.store"}
    | {"monitor.columns", "monitor.links", "monitor.languages", "monitor.net"},
    "monitor.dashboard": BASE
    | {"monitor.config", "monitor.filters", "monitor.analysis", "monitor.store", "monitor.reports"}
    | {"monitor.watchlist", "monitor.columns", "monitor.links"},
}
# Who may use what comes from outside.
ONLY: dict[str, tuple[str, ...]] = {
    "streamlit": ("monitor.dashboard", "app"),
    "altair": ("monitor.dashboard",),
    "duckdb": ("monitor.store",),
    "sqlite3": ("monitor.store",),
    "sqlalchemy": ("monitor.store",),
    "aiohttp": (
        "monitor.ingest.fetch",
        "monitor.ingest.answers",
        "monitor.net.resolver",
        "monitor.reports.delivery",
    ),
    "feedparser": ("monitor.ingest.parse",),
    "trafilatura": ("monitor.ingest.extract",),
    "socket": ("monitor.net.resolver", "monitor.net.addresses", "monitor.commands.serve"),
    "smtplib": ("monitor.reports.delivery",),
    "tomlkit": ("monitor.watchlist",),
    "jinja2": ("monitor.reports.digest_html",),
    "typst": ("monitor.reports.digest_pdf",),
    "xlsxwriter": ("monitor.reports.excel",),
    "starlette": ("monitor.dashboard.server", "monitor.dashboard.addresses"),
    "uvicorn": ("monitor.dashboard.server",),
    "requests": (),
    "httpx": (),
}


def module_of(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def room_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    module = module_of(path)
    allowed = MAY.get(room_of(module))
    if allowed is None:  # the command line and app.py stand above all rooms
        return
    ours = {room_of(name) for name in imports_of(path) if name.split(".")[0] == "monitor"}
    assert ours - allowed - {room_of(module)} == set()


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_library_is_used_only_in_its_own_place(path: Path) -> None:
    module = module_of(path)
    for library, places in ONLY.items():
        used = any(name.split(".")[0] == library for name in imports_of(path))
        here = any(module == place or module.startswith(f"{place}.") for place in places)
        assert not used or here, f"{module} imports {library}"


def test_config_and_analysis_do_not_import_in_a_circle() -> None:
    """config reads queries; what of analysis reads the config is never what config reads."""
    query = imports_of(ROOT / "monitor" / "analysis" / "query.py")
    assert not any(name.startswith("monitor.config") for name in query)


def test_every_library_in_the_list_is_watched_somewhere() -> None:
    """A name misspelt in ONLY would allow everything, so each must be imported somewhere."""
    used = {name.split(".")[0] for path in FILES for name in imports_of(path)}
    banned = {library for library, places in ONLY.items() if not places}
    assert set(ONLY) - banned <= used

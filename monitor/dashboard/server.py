"""The dashboard's server: the pages, and beside them what `monitor.dashboard.addresses` has.

python -m monitor.dashboard.server --port 8501
"""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from starlette.routing import Route

from monitor.dashboard.addresses import export, feed
from monitor.dashboard.data import mark_streamed

_APP = Path(__file__).resolve().parents[2] / "app.py"
_PATIENCE = 2  # seconds


@contextlib.asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    mark_streamed()
    yield {}


def make_app() -> st.App:
    """The pages with the addresses beside them."""
    routes = [
        Route("/export/{name}", export, methods=["GET"]),
        Route("/feed/{name}", feed, methods=["GET"]),
    ]
    return st.App(_APP, lifespan=_lifespan, routes=routes)


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="The dashboard; `python -m monitor up` starts it.")
    parser.add_argument("--port", type=int, default=8501)
    port = parser.parse_args().port
    os.environ["STREAMLIT_SERVER_PORT"] = str(port)
    os.chdir(_APP.parent)  # where Streamlit finds its settings
    app = make_app()
    uvicorn.run(
        app, host=st.get_option("server.address") or "127.0.0.1", port=port,
        ws_max_size=st.get_option("server.maxMessageSize") * 2**20, log_level="warning",
        ws_per_message_deflate=st.get_option("server.enableWebsocketCompression"),
        # Open pages keep their connection; they are not waited for longer than this.
        timeout_graceful_shutdown=_PATIENCE,
    )  # fmt: skip


if __name__ == "__main__":
    main()

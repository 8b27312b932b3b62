"""What ingest tests share: a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server import LocalServer


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A running LocalServer without routes."""
    with LocalServer() as local:
        yield local

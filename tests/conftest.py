"""What tests share: where the corpora are, if they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is not a failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of evaluation data, or a skip that says where it was looked for."""
    folder = Path(os.environ.get("MONITOR_CORPORA") or ROOT.parent / "shared" / "corpora")
    if not folder.is_dir():
        pytest.skip(f"evaluation corpora not found at {folder}; set MONITOR_CORPORA")
    return folder

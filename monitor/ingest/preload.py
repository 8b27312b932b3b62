"""Imported by the server that worker processes are forked from: what is loaded here they share.

The model that tells languages takes half a second and 75 MB, which every worker would spend
for itself.
"""

from __future__ import annotations

import contextlib

from monitor.ingest import workers  # noqa: F401
from monitor.ingest.extract.language import language_of

# Unpacking it may fail (a full disk): without it here, each worker tries for itself, and says so.
with contextlib.suppress(Exception):
    language_of("The model is loaded with the first text whose language somebody asks for.")

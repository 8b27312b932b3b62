"""Imported by the server that worker processes are forked from: what is loaded here they share.

The model that tells languages takes half a second and 75 MB, which every worker would spend
for itself.
"""

from __future__ import annotations

import contextlib

from monitor.ingest import workers  # noqa: F401
from monitor.ingest.extract import extract_page

_PAGE = b"""<html><title>The first page</title><body><h1>The first page is read slowly</h1>
<p>The model is loaded with the first text whose language somebody asks for, and the list of
domains with the first address.</p></body></html>"""

# It may fail (a full disk): without it here, each worker tries for itself, and says so.
with contextlib.suppress(Exception):
    extract_page(_PAGE, url="https://example.org/first", kind="html")

"""What tests of reports share: an archive of the module's pieces, a certificate, and letters."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.models import Message
from monitor.store.folder import DataFolder
from monitor.store.letters import Letter, Posted
from monitor.store.reader import Reader
from tests.archive import build_archive
from tests.mailbox import Certificate, certificate

NOW = datetime(2025, 3, 20, 9, tzinfo=UTC)  # a Thursday, at ten in Berlin
_numbers = itertools.count(1)


def posted(
    subject: str = "Norvane closes a plant", text: str = "Why.", *, key: str = "", thread: str = "",
    link: str = "", html: str = "", attachments: tuple[tuple[str, bytes], ...] = (),
    kind: str = "alert",
) -> Posted:  # fmt: skip
    """A letter as it comes out of an outbox."""
    number = next(_numbers)
    message = Message(subject, text, html, link, attachments)
    letter = Letter(key or f"key {number}", "team", kind, "Norvane", message, thread)  # type: ignore[arg-type]
    return Posted(number, letter, "sending", 1, "", NOW, NOW, None, NOW, None)


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """An archive of the test module's PIECES."""
    return build_archive(tmp_path_factory.mktemp("archive"), request.module.PIECES)


@pytest.fixture(scope="module")
def reader(folder: DataFolder) -> Iterator[Reader]:
    reader = Reader.open(folder)
    yield reader
    reader.close()


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(own_certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The certificate, which this process trusts as it trusts those of authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", str(own_certificate.path))
    return own_certificate

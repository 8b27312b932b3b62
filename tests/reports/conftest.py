"""What tests of sending share: a certificate that is trusted, and letters."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from monitor.models import Message
from monitor.store.letters import Letter, Posted
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


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(own_certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The certificate, which this process trusts as it trusts those of authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", str(own_certificate.path))
    return own_certificate

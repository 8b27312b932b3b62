"""A real SMTP server on loopback, with TLS and a password, that keeps what it is given.

    with Mailbox(certificate) as mailbox:
        ...
        assert [mail["Subject"] for mail in mailbox.mails] == ["…"]

`certificate(folder)` makes a certificate for localhost; a client trusts it by ``SSL_CERT_FILE``.
"""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "monitor", "geheim 7"


@dataclass(frozen=True)
class Certificate:
    """Where a certificate and its key are."""

    path: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """A certificate for localhost that nobody has signed but itself."""
    made = Certificate(folder / "mail.pem", folder / "mail.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(made.key), "-out", str(made.path)],
        check=True, capture_output=True,
    )  # fmt: skip
    return made


class Mailbox:
    """Takes mail on a free port of 127.0.0.1 while its `with` block runs.

    `on_data` is called with each mail before it is acknowledged, and may give another answer than
    "250 OK". Addresses in `refused` are refused.
    """

    def __init__(
        self, made: Certificate, *, security: Literal["starttls", "tls", "none"] = "starttls",
        on_data: Callable[[EmailMessage], str | None] = lambda _: None,
        refused: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self._on_data, self._refused = on_data, refused
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.path, made.key)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        more: dict[str, Any] = {
            "starttls": {"tls_context": context, "require_starttls": True},
            "tls": {"ssl_context": context, "auth_require_tls": False},
            "none": {"auth_require_tls": False},
        }[security]
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, authenticator=self._check,
            auth_required=True, **more,
        )  # fmt: skip

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._controller.stop()

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's names
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self._refused:
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        answer = self._on_data(mail) or "250 OK"
        if answer.startswith("250"):
            self.mails.append(mail)
            self.recipients.append(list(envelope.rcpt_tos))
        return answer

    def _check(self, server: Any, session: Any, envelope: Any, how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        right = data == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)

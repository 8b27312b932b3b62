"""What is sent to people: a digest, or an alert, whatever way it is delivered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` always tells all; `html` is a whole document, blank where there is none.

    `link` opens in the dashboard what the message is about; blank where its address is unknown.
    `attachments` are by file name, in order.
    """

    subject: str
    text: str
    html: str = ""
    link: str = ""
    attachments: tuple[tuple[str, bytes], ...] = ()

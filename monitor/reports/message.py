"""What is sent to people: a digest, or an alert, whatever way it is delivered."""

from __future__ import annotations

from monitor.models import Message

__all__ = ["Message"]

"""A message in the shapes that Slack, Teams and a program of one's own take. Values in, bytes out.

Titles and texts are an outlet's: where a shape has a kind of text that is not markup, it is that.
"""

from __future__ import annotations

import json
from typing import Any

from monitor.models import Message
from monitor.reports.delivery.clean import clean
from monitor.reports.plain import plain
from monitor.store.letters import Posted

OPEN = "Open in Media Monitor"
_SLACK_HEADER, _SLACK_SECTION, _SLACK_BLOCKS = 150, 3_000, 20  # characters, and what reads well
_TEAMS_BYTES = 24_000  # Teams takes 28 KB
_LONGEST = 2_000  # characters of a paragraph in a card
_CUT = " …"


def slack(row: Posted) -> bytes:
    """For an incoming webhook of Slack: a text for notifications, and blocks."""
    message = row.letter.message
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(message.subject, _SLACK_HEADER)},
        *({"type": "section", "text": _plain(part, _SLACK_SECTION)}
          for part in _parts(message)[:_SLACK_BLOCKS]),
    ]  # fmt: skip
    if message.link:
        button = {"type": "button", "text": _plain(OPEN, 75), "url": message.link}
        blocks.append({"type": "actions", "elements": [button]})
    return _json({"text": mrkdwn(plain(message.subject)), "blocks": blocks})


def mrkdwn(text: str) -> str:
    """`text` so that Slack shows it as it is: no link, no mention, no formatting."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A zero-width space keeps a pair of marks from becoming bold, italic, struck out or code.
    for mark in "*_~`":
        text = text.replace(mark, f"\u200b{mark}\u200b")
    return text


def teams(row: Posted) -> bytes:
    """For a webhook of Teams' Workflows: an Adaptive Card.

    In a RichTextBlock markdown is text, which it is not in a TextBlock.
    """
    message = row.letter.message
    body = [_runs(plain(message.subject)[:_LONGEST], size="Large", weight="Bolder")]
    left = _TEAMS_BYTES - len(_json(body[0])) - 1_000  # what is around it
    for part in _parts(message):
        block = _runs(part if len(part) <= _LONGEST else part[:_LONGEST] + _CUT)
        left -= len(_json(block)) + 2
        if left < 0:
            body.append(_runs(_CUT.strip()))
            break
        body.append(block)
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    if message.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": OPEN, "url": message.link}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None,
        "content": card,
    }  # fmt: skip
    return _json({"type": "message", "attachments": [attachment]})


def generic(row: Posted) -> bytes:
    """For a program: what the message says, and its identity."""
    letter, message = row.letter, row.letter.message
    return _json(
        {
            "id": row.identity, "kind": letter.kind, "name": letter.source,
            "created_at": row.created_at.isoformat(timespec="seconds"),
            "subject": message.subject, "text": message.text, "link": message.link or None,
        }
    )  # fmt: skip


def _parts(message: Message) -> list[str]:
    """The paragraphs of a text."""
    return [part for block in message.text.split("\n\n") if (part := clean(block).strip())]


def _plain(text: str, most: int) -> dict[str, Any]:
    text = clean(text).strip() or "–"
    cut = text if len(text) <= most else text[: most - len(_CUT)] + _CUT
    return {"type": "plain_text", "text": cut, "emoji": False}


def _runs(text: str, **how: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": clean(text), **how}]}


def _json(value: dict[str, Any]) -> bytes:
    # A lone surrogate, which no encoding knows, becomes a question mark.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")

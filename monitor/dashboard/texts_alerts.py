"""The English of the Alerts page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.config.sending import Alert, Channel, Digest
from monitor.dashboard.texts import moment, plural

ALERTS, ALL_ALERTS = "Alerts", "All alerts"
ABOUT = "What is sent to you by itself. Alerts, digests and channels stand in the watchlist's file."
DIGESTS, CHANNELS, OUTBOX = "Digests", "Channels", "Outbox"
DAYS = 14  # looked back on
NONE, NONE_DO = (
    "Nothing is sent yet",
    "Write into the watchlist's file what you want to be told, when, and where to. For example:",
)
MORE = "docs/alerts.md has mail, Teams, signed webhooks and digests on one page."
NO_SUCH, NO_SUCH_DO = "There is no such alert", "The watchlist has no alert of this name."
NOTHING_TOLD = "It would have said nothing."
COLUMNS = {"alert": "Alert", "when": "Says when", "to": "Goes to", "told": "Last 14 days"}
DIGEST_COLUMNS = {"digest": "Digest", "every": "When", "to": "Goes to", "next": "Next"}
CHANNEL_COLUMNS = {"channel": "Channel", "kind": "Kind", "where": "Where"}
OUTBOX_COLUMNS = {"at": "Time", "state": "State", "channel": "Channel", "message": "Message",
                  "tries": "Tries", "note": "What happened"}  # fmt: skip
STATES = {
    "waiting": ("Waiting", "", "It is sent within seconds, or when its turn comes."),
    "failed": ("Failing", "warn", "It is tried again by itself."),
    "held": ("Held", "", "By quiet hours or the day's cap; then all of them come as one message."),
    "sending": ("Sending", "", "It is on its way."),
    "sent": ("Sent", "good", "Its receiver has it."),
    "given up": ("Given up", "bad", "It is not tried again."),
    "unsure": ("Unsure", "bad", "The program was killed while sending it: it may have arrived."),
    "folded": ("Folded", "", "Told in another message."),
}
KINDS = {"mail": "Mail", "slack": "Slack", "teams": "Teams", "webhook": "Signed webhook"}
PROBLEM = "Problem"
TEST, TEST_SENT = "Send a test:", "The test is in the outbox, and goes out within seconds."
RETRY, RETRY_HELP = "Try failed ones now", "Otherwise they are tried when their time comes."
RETRIED = "They are tried now."
AGAIN = "Send again"
OUTBOX_NONE = "Nothing was sent yet."
STANDS_STILL = (
    "Messages are due and are not being sent. The ingest job sends them: is it running? "
    "`python -m monitor up` starts it."
)


def example(company: str | None) -> str:
    """What could be written into the file, about a `company` of the watchlist."""
    about = f"companies = [{json.dumps(company, ensure_ascii=False)}]\n" if company else ""
    return f"""\
[[channel]]
name = "newsroom"
kind = "slack"
# The environment variable that holds the webhook's address:
url_env = "SLACK_URL"

[[alert]]
name = "News of today"
when = ["spike", "first-tier-1", "story-outlets"]
# For "story-outlets":
outlets = 10
# Or: view = "a saved view", or: query = "strike* AND union"
{about}to = ["newsroom"]
quiet = "22:00-07:00"
most_a_day = 10
"""


def on(selection: Alert | Digest) -> str:
    """What part of the coverage it is on."""
    if selection.view:
        return f"View “{selection.view}”"
    parts = [
        *selection.companies,
        *selection.topics,
        *([selection.query] if selection.query else []),
    ]
    return " · ".join(parts) or "Everything"


def limits(alert: Alert) -> str:
    """When it is silent."""
    quiet = [f"quiet {alert.quiet.text}"] if alert.quiet else []
    return ", ".join([*quiet, f"at most {alert.most_a_day:,} a day"])


def where(channel: Channel, host: str) -> str:
    """Where a channel leads, without what is secret of it."""
    if channel.kind == "mail":
        return ", ".join(channel.to)
    return host or f"the address in {channel.url_env}"


def unset(names: Sequence[str]) -> str:
    """What a channel lacks."""
    verb = "is" if len(names) == 1 else "are"
    return f"{', '.join(names)} {verb} not set where the dashboard runs"


def told(count: int) -> str:
    """How much an alert would have said."""
    return plural(count, "alert") if count else "nothing"


def looked_back(until: datetime, tz: ZoneInfo) -> str:
    """Over which days."""
    local = until.astimezone(tz)
    return (
        f"What would have been said in the {DAYS} days to {local.day} {local:%B %Y}, "
        "by when articles were published. Nothing of that was sent."
    )


def held_until(until: datetime, tz: ZoneInfo) -> str:
    """When a message that is held goes out."""
    return f"until {moment(until, tz)}"


def tried_at(at: datetime, tz: ZoneInfo) -> str:
    """When a message that failed is tried again."""
    return f"again {moment(at, tz)}"

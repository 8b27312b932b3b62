"""Webhooks: Slack's, Teams' and the signed one, against receivers that behave and that do not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import Config, parse_config
from monitor.config.sending import Channel
from monitor.errors import DeliveryError
from monitor.reports.delivery import deliver
from monitor.reports.delivery.shapes import generic, slack, teams
from monitor.store.letters import Posted
from tests.reports.conftest import NOW, posted
from tests.server import LocalServer, Reply, Request, Trap

HOSTILE = "<!channel> *x* <http://evil.example|a> & [a](http://evil.example) \x00\u202e"
SECRET = "whsec_" + base64.b64encode(b"a secret of our own").decode()


def channel(kind: str, url: str, **changed: object) -> Channel:
    said = {"name": "team", "kind": kind, "url": url, "timeout": 5}
    said |= {"secret_env": "HOOK_SECRET"} if kind == "webhook" else {}
    return Channel.model_validate({**said, **changed})


def allowing(*allow: str) -> Config:
    return parse_config(f"[fetch]\nallow_hosts = {json.dumps(allow)}\n")


def send(row: Posted, server: LocalServer, kind: str = "slack", path: str = "/hook",
         **changed: object) -> str:  # fmt: skip
    return deliver(
        row, channel(kind, server.url(path), **changed), allowing(server.netloc), now=NOW
    )


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)


def test_slack_gets_its_blocks() -> None:
    row = posted("Norvane: a plant", "Harbour Ledger carries it.\n\nNamed: Norvane.",
                 link="http://desk.example/stories?story=1")  # fmt: skip
    with LocalServer() as server:
        server.add("/hook", "ok")
        assert send(row, server) == ""
        [request] = server.requests
    assert (request.method, request.headers["content-type"]) == (
        "POST", "application/json; charset=utf-8"
    )  # fmt: skip
    said = json.loads(request.body)
    assert said["text"] == "Norvane: a plant"
    assert [(b["type"], b["text"]["text"]) for b in said["blocks"][:-1]] == [
        ("header", "Norvane: a plant"), ("section", "Harbour Ledger carries it."),
        ("section", "Named: Norvane."),
    ]  # fmt: skip
    assert said["blocks"][-1]["elements"][0]["url"] == "http://desk.example/stories?story=1"


def test_what_an_outlet_wrote_is_text_at_slack_and_teams() -> None:
    said = json.loads(slack(posted(HOSTILE, HOSTILE)))
    assert "<" not in said["text"].replace("&lt;", "")
    assert "*x*" not in said["text"]
    assert {b["text"]["type"] for b in said["blocks"]} == {"plain_text"}
    assert "\x00" not in said["blocks"][1]["text"]["text"]
    card = json.loads(teams(posted(HOSTILE, HOSTILE)))["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert {block["type"] for block in card["content"]["body"]} == {"RichTextBlock"}
    assert "actions" not in card["content"]


@settings(max_examples=25)
@given(st.text(), st.text(max_size=50).map(lambda t: f"{t}\n\n" * 2000))
def test_a_long_text_stays_within_what_receivers_take(subject: str, text: str) -> None:
    row = posted(subject, text)
    assert len(teams(row)) <= 24_000
    blocks = json.loads(slack(row))["blocks"]
    assert len(blocks) <= 50  # Slack's own limits
    assert all(1 <= len(b["text"]["text"]) <= 3000 for b in blocks)
    assert len(blocks[0]["text"]["text"]) <= 150


def test_the_signature_is_that_of_standard_webhooks() -> None:
    row = posted("Ä", "Why.")
    with LocalServer() as server:
        server.add("/hook", status=204)
        send(row, server, "webhook")
        [request] = server.requests
    assert request.headers["webhook-id"] == request.headers["idempotency-key"] == row.identity
    stamp = request.headers["webhook-timestamp"]
    assert stamp == str(int(NOW.timestamp()))
    signed = f"{row.identity}.{stamp}.".encode() + request.body
    mark = hmac.new(b"a secret of our own", signed, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == f"v1,{base64.b64encode(mark).decode()}"
    assert request.body == generic(row)
    said = json.loads(request.body)
    assert (said["id"], said["kind"], said["name"], said["subject"]) == (
        row.identity, "alert", "Norvane", "Ä"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "said", "hopeless"),
    [
        (Reply(b"invalid_payload", 400), "answered 400: invalid_payload", True),
        (Reply(b"<b>no\x00</b>", 403), "answered 403: <b>no</b>", False),
        (Reply(b"", 500), "answered 500", False),
        (Reply(b"", 302, headers={"Location": "http://127.0.0.1:9/"}), "leads elsewhere", False),
        (Reply(raw=b""), "connection broke", False),
        (Reply(raw=b"nonsense\r\n\r\n"), "connection broke", False),
    ],
)
def test_a_receiver_that_fails_is_said(reply: Reply, said: str, hopeless: bool) -> None:
    with LocalServer() as server:
        server.routes["/hook"] = reply
        with pytest.raises(DeliveryError, match=said) as caught:
            send(posted(), server)
    assert caught.value.hopeless is hopeless
    assert caught.value.retry_after is None


@pytest.mark.slow
def test_a_receiver_that_stalls_is_left(own_certificate: object) -> None:
    with LocalServer() as server:
        server.routes["/hook"] = Reply(b"ok", delay=30)
        began = time.monotonic()
        with pytest.raises(DeliveryError, match="no answer within 1 seconds"):
            send(posted(), server, timeout=1)
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120), (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
        (format_datetime(datetime(2024, 1, 1, tzinfo=UTC), usegmt=True), 0), ("soon", None),
    ],
)  # fmt: skip
def test_how_long_to_wait_is_read(value: str, seconds: float | None) -> None:
    with LocalServer() as server:
        server.routes["/hook"] = Reply(b"", 429, headers={"Retry-After": value})
        with pytest.raises(DeliveryError, match="answered 429") as caught:
            send(posted(), server)
    assert caught.value.retry_after == seconds


def test_private_addresses_need_leave() -> None:
    with Trap() as trap:
        for host in ("127.0.0.1", "localhost", "[::1]", "2130706433"):
            url = trap.url(host, scheme="https")
            with pytest.raises(DeliveryError, match=r"public address|unusual way"):
                deliver(posted(), channel("slack", url), allowing(), now=NOW)


def test_nothing_goes_over_plain_http() -> None:
    with Trap() as trap, pytest.raises(DeliveryError, match="anyone on the way can read"):
        deliver(posted(), channel("slack", trap.url("127.0.0.1")), allowing(), now=NOW)


def test_an_address_or_secret_that_is_not_set_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"name": "team", "kind": "webhook", "url_env": "HOOK_URL", "secret_env": "HOOK_SECRET"}
    hook = Channel.model_validate(said)
    with pytest.raises(DeliveryError, match="url_env: the environment variable HOOK_URL is not"):
        deliver(posted(), hook, allowing(), now=NOW)
    monkeypatch.setenv("HOOK_URL", "https://x.example/")
    monkeypatch.setenv("HOOK_SECRET", "whsec_not base64!")
    with pytest.raises(DeliveryError, match="not base64"):
        deliver(posted(), hook, allowing(), now=NOW)


def test_the_same_message_has_the_same_identity_again() -> None:
    seen: list[Request] = []
    with LocalServer() as server:
        server.routes["/hook"] = lambda request: (seen.append(request), Reply(b"ok"))[1]
        row = posted()
        send(row, server, "webhook")
        send(row, server, "webhook")
        send(posted(), server, "webhook")
    ids = [request.headers["idempotency-key"] for request in seen]
    assert ids[0] == ids[1] != ids[2]

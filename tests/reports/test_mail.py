"""Mail: handed to a real server with TLS and a password; headers hold whatever a title says."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.sending import Mail
from monitor.errors import DeliveryError
from monitor.reports.delivery.mail import compose, send_mail
from monitor.reports.plain import plain
from tests.mailbox import PASSWORD, USER, Certificate, Mailbox
from tests.reports.conftest import NOW, posted

# aiosmtpd's, of a server that is told to ask for a password without TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")

TO = ("ann@team.example", "ben@team.example")


def settings(port: int, **changed: object) -> Mail:
    said = {"host": "localhost", "port": port, "user": USER, "password_env": "PASSWORD",
            "from": "Media Monitor <monitor@press.example>", "timeout": 5}  # fmt: skip
    return Mail.model_validate({**said, **changed})


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_arrives_by_tls_and_with_a_password(trusted: Certificate, security: str) -> None:
    row = posted("Norvane: “Schließung” 🏭", "Why.\n\nNorvane.", link="http://desk.example/stories",
                 html="<p>Why.</p>", attachments=(("digest.pdf", b"%PDF-1.7 \x00"),))  # fmt: skip
    with Mailbox(trusted, security=security) as mailbox:  # type: ignore[arg-type]
        mail = settings(mailbox.port, security=security)
        assert send_mail(row, TO, mail, password=PASSWORD, now=NOW) == ""
        [got] = mailbox.mails
        assert mailbox.recipients == [list(TO)]
    assert got["Subject"] == "Norvane: “Schließung” 🏭"
    assert got["From"] == "Media Monitor <monitor@press.example>"
    assert got["To"] == "ann@team.example, ben@team.example"
    assert got["Message-ID"] == f"<{row.identity}@press.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    text, page = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert text.get_content().splitlines() == ["Why.", "", "Norvane.", "", row.letter.message.link]
    assert page is not None
    assert page.get_content().splitlines() == ["<p>Why.</p>"]
    [attached] = got.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("digest.pdf", b"%PDF-1.7 \x00")


def test_a_certificate_that_nobody_knows_is_not_spoken_to(own_certificate: Certificate) -> None:
    with Mailbox(own_certificate) as mailbox:
        with pytest.raises(DeliveryError, match="no valid certificate") as caught:
            send_mail(posted(), TO, settings(mailbox.port), password=PASSWORD, now=NOW)
        assert not caught.value.hopeless
        assert mailbox.mails == []


def test_a_server_without_tls_is_not_told_the_password(own_certificate: Certificate) -> None:
    with Mailbox(own_certificate, security="none") as mailbox:
        with pytest.raises(DeliveryError, match=r"cannot do what mail\.security asks for"):
            send_mail(posted(), TO, settings(mailbox.port), password=PASSWORD, now=NOW)
        mail = settings(mailbox.port, security="none")
        send_mail(posted(), TO, mail, password=PASSWORD, now=NOW)
        assert len(mailbox.mails) == 1


def test_a_wrong_password_is_said_and_never_repeated(trusted: Certificate) -> None:
    with Mailbox(trusted) as mailbox:
        with pytest.raises(DeliveryError, match=r"does not accept mail\.user") as caught:
            send_mail(posted(), TO, settings(mailbox.port), password="wrong", now=NOW)
        assert "wrong" not in str(caught.value)
        assert not caught.value.hopeless


def test_a_password_that_cannot_be_sent_is_said(trusted: Certificate) -> None:
    with Mailbox(trusted) as mailbox, pytest.raises(DeliveryError, match="not ASCII"):
        send_mail(posted(), TO, settings(mailbox.port), password="geheim ö", now=NOW)


def test_addresses_that_are_refused_are_said(trusted: Certificate) -> None:
    with Mailbox(trusted, refused=frozenset({TO[1]})) as mailbox:
        said = send_mail(posted(), TO, settings(mailbox.port), password=PASSWORD, now=NOW)
        assert said == "refused for ben@team.example"
        assert mailbox.recipients == [[TO[0]]]
        with pytest.raises(DeliveryError, match=r"refuses every address \(550\)") as caught:
            send_mail(posted(), TO[1:], settings(mailbox.port), password=PASSWORD, now=NOW)
        assert caught.value.hopeless


@pytest.mark.parametrize(("answer", "hopeless"), [("451 later", False), ("554 never", True)])
def test_a_message_may_be_refused_for_now_or_for_good(
    trusted: Certificate, answer: str, hopeless: bool
) -> None:
    with Mailbox(trusted, on_data=lambda _: answer) as mailbox:
        with pytest.raises(DeliveryError, match=f"refuses the message: {answer}") as caught:
            send_mail(posted(), TO, settings(mailbox.port), password=PASSWORD, now=NOW)
        assert caught.value.hopeless is hopeless


def test_a_server_that_stalls_is_left(own_certificate: Certificate) -> None:
    def stall(_: EmailMessage) -> None:
        time.sleep(2)

    with Mailbox(own_certificate, security="none", on_data=stall) as mailbox:
        mail = settings(mailbox.port, security="none", timeout=1)
        with pytest.raises(DeliveryError, match="did not answer within 1 seconds") as caught:
            send_mail(posted(), TO, mail, password=PASSWORD, now=NOW)
    assert not caught.value.hopeless


def test_a_server_that_dies_within_a_mail_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dies = threading.Thread(target=die_within_a_mail, args=(listener,))
        dies.start()
        mail = settings(listener.getsockname()[1], security="none", user="", password_env=None)
        with pytest.raises(DeliveryError, match="closed the connection") as caught:
            send_mail(posted(text="line\n" * 1_000), TO, mail, password="", now=NOW)
        dies.join()
    assert not caught.value.hopeless


def die_within_a_mail(listener: socket.socket) -> None:
    """Take one connection, be a mail server, and hang up after a few lines of the mail."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb") as file:
        file.write(b"220 hello\r\n")
        file.flush()
        for line in file:
            data = line.upper().startswith(b"DATA")
            file.write(b"354 go on\r\n" if data else b"250 ok\r\n")
            file.flush()
            if data:
                file.readline()
                return


def test_nobody_at_the_port_is_said(trusted: Certificate) -> None:
    with Mailbox(trusted) as mailbox:
        port = mailbox.port
    with pytest.raises(DeliveryError, match=f"localhost:{port} cannot be reached"):
        send_mail(posted(), TO, settings(port), password=PASSWORD, now=NOW)


def test_an_update_answers_its_alert() -> None:
    mail = settings(25)
    first = posted(key="alert|Norvane|story:1|1|team", thread="alert|Norvane|story:1|1|team")
    update = posted(key="alert|Norvane|story:1|2|team", thread=first.letter.key)
    began = compose(first, TO, mail, now=NOW)
    assert began["In-Reply-To"] is None
    assert compose(update, TO, mail, now=NOW)["In-Reply-To"] == began["Message-ID"]


@given(subject=st.text(), text=st.text())
def test_no_title_adds_a_header_or_ends_a_text(subject: str, text: str) -> None:
    made = compose(posted(f"a {subject}", text), TO, settings(25), now=NOW)
    read = email.message_from_bytes(made.as_bytes(), policy=email.policy.default)
    assert set(read.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert read["To"] == ", ".join(TO)
    assert not read.is_multipart()
    # A subject that is folded over lines may come back with other spaces.
    assert "".join(read["Subject"].split()) == "".join(plain(f"a {subject}")[:200].split())


def test_a_title_that_would_add_a_header_is_a_title(trusted: Certificate) -> None:
    row = posted("x\r\nBcc: evil@example.org\r\n\r\n<b>text</b>", ".\r\nQUIT\r\n")
    with Mailbox(trusted) as mailbox:
        send_mail(row, TO, settings(mailbox.port), password=PASSWORD, now=NOW)
        [got] = mailbox.mails
    assert got["Bcc"] is None
    assert got["Subject"] == "x Bcc: evil@example.org <b>text</b>"
    assert got.get_content().splitlines()[:2] == [".", "QUIT"]

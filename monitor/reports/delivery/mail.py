"""Messages by mail: handed to the one server that the watchlist names.

An update answers its alert, so that mail programs show them as one thread. A message that is sent
again has the Message-ID that it had, by which receiving servers tell that they have it.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from monitor.config.sending import Mail
from monitor.errors import DeliveryError
from monitor.reports.delivery.clean import clean
from monitor.reports.plain import plain
from monitor.store.letters import Posted

_LONGEST_SUBJECT = 200  # characters
_TYPES = {"pdf": ("application", "pdf"), "csv": ("text", "csv")}


def compose(row: Posted, to: Sequence[str], mail: Mail, *, now: datetime) -> EmailMessage:
    """The mail that `row` is."""
    message = row.letter.message
    domain = parseaddr(mail.sender)[1].rpartition("@")[2]
    made = EmailMessage(policy=SMTP)
    made["From"] = mail.sender
    made["To"] = ", ".join(to)
    made["Subject"] = plain(message.subject)[:_LONGEST_SUBJECT]
    made["Date"] = format_datetime(now.astimezone(UTC))
    made["Message-ID"] = f"<{row.identity}@{domain}>"
    if row.answers:
        made["In-Reply-To"] = made["References"] = f"<{row.answers}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in return
    text = clean(message.text)
    made.set_content(f"{text}\n\n{message.link}\n" if message.link else f"{text}\n")
    if message.html:
        made.add_alternative(clean(message.html), subtype="html")
    for name, data in message.attachments:
        main, sub = _TYPES.get(name.rpartition(".")[2].lower(), ("application", "octet-stream"))
        made.add_attachment(data, maintype=main, subtype=sub, filename=plain(name))
    return made


def send_mail(row: Posted, to: Sequence[str], mail: Mail, *, password: str, now: datetime) -> str:
    """Hand `row` to the server; returns who was refused, "" where nobody was.

    Raises DeliveryError where the server did not take it for anybody.
    """
    made = compose(row, to, mail, now=now)
    with _said_plainly(mail):
        server = _connect(mail)
        try:
            if mail.user:
                server.login(mail.user, password)
            refused = server.send_message(made)
        except BaseException:
            server.close()
            raise
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()  # the mail is there, whatever becomes of the farewell
    return f"refused for {', '.join(refused)}" if refused else ""


def _connect(mail: Mail) -> smtplib.SMTP:
    context = ssl.create_default_context()  # certificates and host names are checked
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.at_port, timeout=mail.timeout, context=context)
    server = smtplib.SMTP(mail.host, mail.at_port, timeout=mail.timeout)
    if mail.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


@contextlib.contextmanager
def _said_plainly(mail: Mail) -> Iterator[None]:
    where = f"the mail server {mail.host}:{mail.at_port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(
            f"{where} does not accept mail.user and its password ({error.smtp_code})"
        ) from error
    except UnicodeEncodeError as error:  # of smtplib, which signs in with ASCII alone
        raise DeliveryError(
            "mail.user or its password has a character that is not ASCII, which cannot be sent"
        ) from error
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise DeliveryError(
            f"{where} refuses every address ({', '.join(map(str, sorted(set(codes))))})",
            hopeless=all(code >= 500 for code in codes),
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError(f"{where} cannot do what mail.security asks for") from error
    except smtplib.SMTPDataError as error:
        raise DeliveryError(
            f"{where} refuses the message: {_words(error)}", hopeless=error.smtp_code >= 500
        ) from error
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"{where} refuses: {_words(error)}") from error
    except smtplib.SMTPServerDisconnected as error:
        if isinstance(error.__context__, TimeoutError):  # smtplib says "closed" of a silent one too
            raise _silent(where, mail) from error
        raise DeliveryError(f"{where} closed the connection") from error
    except smtplib.SMTPException as error:
        raise DeliveryError(f"{where} refuses: {error}") from error
    except ssl.SSLError as error:
        raise DeliveryError(
            f"{where} has no valid certificate, or no TLS on this port: {error.reason}"
        ) from error
    except TimeoutError as error:
        raise _silent(where, mail) from error
    except OSError as error:
        raise DeliveryError(f"{where} cannot be reached: {error.strerror or error}") from error


def _silent(where: str, mail: Mail) -> DeliveryError:
    return DeliveryError(f"{where} did not answer within {mail.timeout:g} seconds")


def _words(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{error.smtp_code} {plain(text)[:160]}"

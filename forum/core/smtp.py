"""SMTP: one letter over one connection. Knows nothing of the outbox."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from forum.core.errors import ConfigError
from forum.core.log import scrub

TIMEOUT_SECONDS: Final = 20
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Refused(Exception):
    """The server will never take this letter (5xx); `code` is its answer."""

    def __init__(self, code: int, answer: bytes | str) -> None:
        said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        super().__init__(scrub(f"{code} {said}")[:400])
        self.code = code


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes out, before it is encoded."""

    sender: str
    sender_name: str
    recipient: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    message_id: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as `FORUM_SMTP_URL` names it."""

    host: str
    port: int
    tls: bool
    user: str
    password: str


def parse_smtp_url(url: str) -> Server:
    """Read `smtp://user:password@host:port` or `smtps://…`.

    Errors: raises ConfigError with one line saying what is wrong.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"FORUM_SMTP_URL: {error}") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ConfigError("FORUM_SMTP_URL: use smtp://user:password@host:port or smtps://…")
    tls = parts.scheme == "smtps"
    return Server(
        host=parts.hostname,
        port=port or (465 if tls else 587 if parts.username else 25),
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def deliver(url: str, letter: Letter, *, before_data: Callable[[], object] | None = None) -> None:
    """Hand one letter to the server; `before_data` is called last, before its text goes out.

    What it raises ends the attempt, and the server has got nothing but the two addresses.

    Errors: raises Refused for a permanent no; smtplib's and the system's errors for everything
    that may work later; ConfigError when the password would travel unencrypted.
    Source: RFC 5321, 4.2.1 (5yz is permanent).
    """
    message = compose(letter)
    with connect(parse_smtp_url(url)) as server:
        if before_data is not None:
            server.before_data = before_data
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            _raise(code, answer)
            raise
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(553, str(error)) from None
        except smtplib.SMTPResponseException as error:
            _raise(error.smtp_code, error.smtp_error)
            raise


def _raise(code: int, answer: bytes | str) -> None:
    if 500 <= code < 600:
        raise Refused(code, answer) from None


class _AsksBeforeData(smtplib.SMTP):
    """A connection on which something can be done between the addresses and the text."""

    before_data: Callable[[], object] = staticmethod(lambda: None)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the text; smtplib calls this once the server knows who it is for."""
        self.before_data()
        return super().data(msg)


class _Encrypted(_AsksBeforeData, smtplib.SMTP_SSL):
    """Is encrypted from the first byte."""


@contextmanager
def connect(server: Server) -> Iterator[_AsksBeforeData]:
    """Open a connection, encrypted when the server offers it, and log in when asked to.

    Errors: as `deliver`; a connection test is `with connect(server): pass`.
    """
    context = ssl.create_default_context()
    connection: _AsksBeforeData
    if server.tls:
        connection = _Encrypted(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = _AsksBeforeData(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.ehlo()
        encrypted = server.tls
        if not encrypted and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
            encrypted = True
        if server.user:
            if not encrypted and server.host not in _LOCAL:
                raise ConfigError(
                    "FORUM_SMTP_URL: the server offers no encryption for the password; use smtps://"
                )
            connection.login(server.user, server.password)
        yield connection
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def compose(letter: Letter) -> EmailMessage:
    """Build the message: text, HTML beside it, and the headers that belong on mail from machines.

    Source: RFC 3834 (Auto-Submitted), RFC 8058 (one-click unsubscribe comes in `headers`).
    """
    message = EmailMessage()
    name, address = parseaddr(letter.sender)
    message["From"] = Address(name or letter.sender_name, addr_spec=address)
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = letter.message_id
    if "auto-submitted" not in {key.lower() for key in letter.headers}:
        message["Auto-Submitted"] = "auto-generated"
    for key, value in letter.headers.items():
        message[key] = value
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
        # By chance it would make other bytes of the same mail when it goes out again.
        message.set_boundary(f"=_{letter.message_id.strip('<>').partition('@')[0]}")
    return message

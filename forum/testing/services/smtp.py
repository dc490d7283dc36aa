"""A mail sink: an SMTP server on the loopback, in this process, that keeps what it is sent."""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from forum.testing.services import Missing
from forum.testing.services.postgres import free_port


@dataclass
class Sink:
    """The messages of one server in order of arrival; `refusal` answers the next ones instead.

    `on_recipient` is called when it knows who the next one is for, before it has a word of it;
    `on_arrival` when it has all of it, before it says so.
    """

    url: str
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[tuple[str, ...]] = field(default_factory=list)
    refusal: str | None = None
    on_recipient: Callable[[], object] | None = None
    on_arrival: Callable[[], object] | None = None
    arrived: threading.Condition = field(default_factory=threading.Condition)

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take everybody; aiosmtpd calls this by name."""
        if self.on_recipient is not None:
            self.on_recipient()
        envelope.rcpt_tos.append(address)
        return "250 go on"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep one message; aiosmtpd calls this by name."""
        if self.refusal:
            return self.refusal
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        with self.arrived:
            self.messages.append(parsed)
            self.recipients.append(tuple(envelope.rcpt_tos))
            self.arrived.notify_all()
        if self.on_arrival is not None:
            self.on_arrival()
        return "250 kept"

    def wait_for(self, count: int, *, seconds: float = 10.0) -> list[EmailMessage]:
        """Return the messages once there are `count`, or what there is when time is up."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.messages) >= count, seconds)
            return list(self.messages)

    def clear(self) -> None:
        """Forget everything for the next test."""
        with self.arrived:
            self.messages.clear()
            self.recipients.clear()
            self.refusal = self.on_recipient = self.on_arrival = None


class SmtpServer:
    """Starts and stops the sink's server thread."""

    def __init__(self) -> None:
        """Listen on a free port of the loopback.

        Errors: raises Missing when aiosmtpd is not installed.
        """
        try:
            from aiosmtpd.controller import Controller
        except ImportError:
            raise Missing("The mail sink is missing: pip install aiosmtpd") from None
        port = free_port()
        self.sink = Sink(url=f"smtp://127.0.0.1:{port}")
        self._controller = Controller(self.sink, hostname="127.0.0.1", port=port)
        self._controller.start()

    def stop(self) -> None:
        """End the server thread."""
        self._controller.stop()

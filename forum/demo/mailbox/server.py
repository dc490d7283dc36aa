"""The demo's mail server: a process beside the site that takes every mail and sends none on."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from forum.core.config import Config
from forum.demo.mailbox.store import LARGEST, Mailbox

MARK: Final = "demo.json"
"""The file that `forum demo` leaves in a directory, and nothing else."""


def has_mailbox(config: Config) -> bool:
    """Tell whether mails are to go to the mailbox: in a demo whose operator named no server.

    It needs aiosmtpd (`pip install 'chapterhouse[demo]'`).
    """
    is_demo = (config.data_dir / MARK).is_file()
    named = bool(config.smtp_url.get_secret_value())
    return is_demo and not named and find_spec("aiosmtpd") is not None


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where mails are taken: a listening socket that outlives the process behind it."""

    listening: socket.socket

    @property
    def url(self) -> str:
        """The address as `FORUM_SMTP_URL` would name it."""
        return f"smtp://127.0.0.1:{self.listening.getsockname()[1]}"

    def serve(self, data_dir: Path) -> int:
        """Take mails until SIGTERM; the life of a child process, returns its exit code."""
        asyncio.run(_serve(data_dir, self.listening))
        return 0


def open_office() -> PostOffice:
    """Listen on a free port of the loopback.

    Before the fork, so that the worker knows the port, and mails wait while the process behind it
    starts again.
    """
    return PostOffice(socket.create_server(("127.0.0.1", 0), backlog=64))


async def _serve(data_dir: Path, listening: socket.socket) -> None:
    from aiosmtpd.smtp import SMTP

    # It would write down every word of the conversation, with all addresses.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    handler = _Keeping(Mailbox(data_dir))

    def talk() -> Any:
        return SMTP(handler, data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="demo", loop=loop)

    server = await loop.create_server(talk, sock=listening)
    async with server:
        await stopped.wait()


class _Keeping:
    """What aiosmtpd calls by name."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep one mail; on a full disk it waits in the outbox."""
        try:
            self._mailbox.keep(envelope.content)
        except OSError:
            return "452 no room"
        return "250 kept"

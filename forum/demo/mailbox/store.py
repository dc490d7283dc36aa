"""What the demo's mail server was given: one file a mail, the newest kept. Knows no request.

Everything in a mail is somebody else's: whatever it is made of, reading it ends in words.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Final

from forum.core.errors import NotFound
from forum.core.files import whole_file
from forum.web.pagination import Cut

DIRECTORY: Final = "mailbox"
KEPT: Final = 500
"""Mails that are kept; the oldest make room."""
LARGEST: Final = 2 * 2**20
SHOWN: Final = 100_000
"""Signs of a text, and of what a field holds together with all others, that a page shows."""
HEAD: Final = 64 * 2**10
"""Bytes of a mail in which a list looks for its fields."""
FIELDS: Final = 100
PARTS: Final = 50
_NAME: Final = re.compile(r"(\d{20})-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Line:
    """A mail in the list; `size` in bytes."""

    name: str
    at: datetime
    to: str
    subject: str
    size: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is shown: its fields in their order, both texts, "" where it has none."""

    line: Line
    fields: Sequence[tuple[str, str]]
    text: str
    html: str


class Mailbox:
    """The mails in one directory, which outlive the server; several processes may read."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / DIRECTORY

    def keep(self, content: bytes) -> None:
        """Keep a mail under a name that tells when it came."""
        self._root.mkdir(mode=0o700, exist_ok=True)
        name = f"{time.time_ns():020}-{secrets.token_hex(4)}"
        with whole_file(self._root / name) as file:
            file.write(content)
        for old in self._list_names()[KEPT:]:
            (self._root / old).unlink(missing_ok=True)

    def list_lines(self, cut: Cut) -> list[Line]:
        """Return mails as `cut_page` wants them, the newest first. Cost: reads each one's head."""
        names = self._list_names()
        if cut.after is not None:
            names = [name for name in names if name < str(cut.after[0])]
        elif cut.before is not None:
            names = [name for name in reversed(names) if name > str(cut.before[0])]
        found = (self._find_line(name) for name in names[: cut.fetch])
        return [line for line in found if line is not None]

    def get_letter(self, name: str) -> Letter:
        """Return one mail. Errors: NotFound."""
        line = self._find_line(name) if _NAME.fullmatch(name) else None
        if line is None:
            raise NotFound("no such mail")
        content = (self._root / name).read_bytes()
        try:
            return _read(line, content)
        except Exception:  # no mail, whatever it is made of, takes the page down
            return Letter(line, (), _clean(content.decode("utf-8", "replace")), "")

    def _list_names(self) -> list[str]:
        if not self._root.is_dir():
            return []
        names = (path.name for path in self._root.iterdir())
        return sorted((name for name in names if _NAME.fullmatch(name)), reverse=True)

    def _find_line(self, name: str) -> Line | None:
        """Return a mail's line, None when it made room meanwhile."""
        try:
            with (self._root / name).open("rb") as file:
                head = file.read(HEAD)
            size = (self._root / name).stat().st_size
        except FileNotFoundError:
            return None
        at = datetime.fromtimestamp(int(name[:20]) / 1e9, UTC)
        try:
            message = message_from_bytes(head.partition(b"\r\n\r\n")[0])
            return Line(name, at, _field(message["To"]), _field(message["Subject"]), size)
        except Exception:  # as above
            return Line(name, at, "", "", size)


def _read(line: Line, content: bytes) -> Letter:
    message = message_from_bytes(content)
    fields = [(_clean(name), _field(value)) for name, value in message.items()[:FIELDS]]
    texts = {"text/plain": "", "text/html": ""}
    for number, part in enumerate(message.walk()):
        if number == PARTS:
            break
        kind = part.get_content_type()
        if kind in texts and not texts[kind] and part.get_content_disposition() != "attachment":
            texts[kind] = _decode(part)
    return Letter(line, fields, _clean(texts["text/plain"]), texts["text/html"])


def _decode(part: Message) -> str:
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        return raw.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _field(value: object) -> str:
    """Return a field in words, as it came where it is not well formed."""
    if value is None:
        return ""
    try:
        return _clean(str(make_header(decode_header(str(value)))))
    except (LookupError, ValueError):
        return _clean(str(value))


def _clean(text: str) -> str:
    """Return what a page can show: no halves of pairs, no NUL, not without an end."""
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]} …"
    return shown.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

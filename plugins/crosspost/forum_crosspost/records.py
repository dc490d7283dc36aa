"""What a source gives to the pipeline: messages and what was left out. Pure values, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who wrote: `identity` is a mail address or, without one, the name; it is never stored."""

    identity: str
    name: str
    has_address: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One contribution. `ancestors` are ids, nearest first; `text` is Markdown; `at` is aware.

    `content_hash` speaks of what the source holds, not of what we make of it, so that a better
    conversion is no edit. `attachments` are left behind, `guessed` are its signs; `dropped` are
    mail addresses and addresses of computers that stand beside it and are not taken. `is_news`
    says that it appeared while we looked: it is told like what is written here. Where nothing
    answers anything, a message `stands_alone`: no claim about it is stored.
    """

    ext_id: str
    ancestors: tuple[str, ...]
    writer: Writer
    at: datetime
    title: str
    text: str
    label: str
    url: str
    content_hash: str
    remarks: tuple[str, ...] = ()
    attachments: int = 0
    guessed: bool = False
    dropped: int = 0
    is_news: bool = False
    stands_alone: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is left out, and why."""

    ext_id: str
    reason: str


Record = Message | Refused

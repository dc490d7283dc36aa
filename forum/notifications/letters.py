"""The mail about news in a topic: its words, its headers, the link that ends it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final

from forum.accounts.queries import Recipient
from forum.areas.queries import get_scope_by_id
from forum.core.config import current_config
from forum.core.wall import Viewer
from forum.discussions.kinds import tell_topics
from forum.discussions.queries import PostLine
from forum.markup import plain
from forum.notifications.tokens import make_token
from forum.plugin.types import TopicRef
from forum.web.i18n import speaking
from forum.web.mails import render_mail, site_link, site_url

TEXT: Final = 1_500
"""Characters of a post that a mail quotes: enough to decide whether to go there."""

_GLUED_DOT = re.compile(r"\.(?=\w)")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is sent."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """One post in a mail: why it is there, who wrote it, what it says.

    `note` is what the topic's kind says of it, with the first post of a topic.
    """

    kind: str
    name: str
    paragraphs: tuple[str, ...]
    cut: bool
    line: PostLine
    note: str = ""

    @property
    def url(self) -> str:
        """The post's permanent address."""
        return site_url(self.line.url)


def compose_letter(
    viewer: Viewer, recipient: Recipient, news: Sequence[tuple[str, PostLine]]
) -> Letter:
    """Put the mail about news of one topic into words, in the recipient's language and zone.

    Cost: two statements, and those of the topic's kind.
    """
    first = news[0][1]
    area = get_scope_by_id(viewer, first.area_id).area
    with speaking(recipient.language, zone=recipient.timezone):
        note = _tell_kind(first, area.plugins)
    kinds = sorted({kind for kind, _line in news})
    token = make_token(recipient.user_id, topic_id=first.topic_id, kinds=kinds)
    stop = site_link("notifications.unsubscribe", token=token)
    subject, text, html = render_mail(
        "mail/notifications/news.html",
        recipient.language,
        zone=recipient.timezone,
        area=legible(area.name),
        title=_DIRECTIONS.sub("", first.title),
        pieces=[_piece(kind, line, note) for kind, line in news],
        kinds=kinds,
        link=site_url(first.url),
        stop=stop,
        settings=site_link("notifications.preferences"),
    )
    return Letter(subject, text, html, _headers(first, stop))


def legible(name: str) -> str:
    """Return a name that no mail program takes for an address or a command.

    Invisible and direction-changing characters go; a dot that glues words gets a space.
    """
    kept = "".join(" " if c.isspace() else c for c in name)
    kept = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf"))
    return " ".join(_GLUED_DOT.sub(". ", kept.replace("://", ": ").replace("@", " ")).split())


def _tell_kind(line: PostLine, plugins: frozenset[str]) -> str:
    topic = TopicRef(line.topic_id, line.area_id, line.kind, line.title)
    return tell_topics("line", [(topic, plugins)]).get(line.topic_id, "")


def _piece(kind: str, line: PostLine, note: str) -> Piece:
    said = plain(line.html)
    cut = said[:TEXT].rsplit(maxsplit=1)[0] if len(said) > TEXT else said
    paragraphs = tuple(part for part in cut.split("\n") if part.strip())
    name = legible(line.author.person.name)
    note = note if line.parent_id is None else ""
    return Piece(kind, name, paragraphs, len(said) > TEXT, line, note)


def _headers(line: PostLine, stop: str) -> dict[str, str]:
    """Source: RFC 8058 (one click), RFC 5322, 3.6.4 (References keep a topic's mails together)."""
    address = parseaddr(current_config().mail_from)[1]
    domain = address.rpartition("@")[2] or "localhost"
    return {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "References": f"<topic.{line.topic_id}@{domain}>",
    }

"""The mail about news in a topic or an area: its words, its headers, the link that ends it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr
from typing import Final

from forum.accounts.queries import Recipient, find_people
from forum.areas.queries import get_scope_by_id
from forum.core.config import current_config
from forum.core.wall import Viewer
from forum.discussions.kinds import tell_topics
from forum.discussions.queries import PostLine
from forum.markup import plain
from forum.notifications.notices import (
    clean,
    is_notice,
    list_links,
    list_mailed_kinds,
    tell_notices,
)
from forum.notifications.queries import Entry
from forum.notifications.subjects import Subject
from forum.notifications.tokens import make_token
from forum.plugin.types import MailLink, NoticeRef, TopicRef
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
class Told:
    """What a mail is to say: of a post, and as an entry of the inbox where a plugin tells it."""

    kind: str
    line: PostLine | None
    entry: Entry | None
    id: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One post in a mail: why it is there, who wrote it, what it says; or what a plugin tells.

    `note` is what the topic's kind says of it, with the first post of a topic.
    `said` is a plugin's line, which stands without the post's text, `links` are labels with
    addresses below it.
    """

    kind: str
    name: str
    at: datetime
    url: str
    paragraphs: tuple[str, ...] = ()
    cut: bool = False
    note: str = ""
    said: str = ""
    links: tuple[tuple[str, str], ...] = ()


def compose_letter(
    viewer: Viewer, recipient: Recipient, subject: Subject, news: Sequence[Told]
) -> Letter:
    """Put the mail about news of one subject into words, in the recipient's language and zone.

    Cost: three statements, and those of the topic's kind and of the plugins that tell something.
    """
    first = news[0].line
    area_id = first.area_id if first is not None else subject.area_id
    area = get_scope_by_id(viewer, area_id or 0).area
    with speaking(recipient.language, zone=recipient.timezone):
        note = _tell_kind(first, area.plugins) if first is not None else ""
        notices = _make_notices([one.entry for one in news if one.entry is not None])
        said, links = tell_notices(notices), list_links(notices)
        labels = list_mailed_kinds()
        pieces = [_piece(one, note, said.get(one.id, ""), links.get(one.id, ())) for one in news]
    kinds = sorted({one.kind for one in news})
    token = make_token(recipient.user_id, topic_id=subject.topic_id, kinds=kinds)
    stop = site_link("notifications.unsubscribe", token=token)
    words, text, html = render_mail(
        "mail/notifications/news.html",
        recipient.language,
        zone=recipient.timezone,
        area=legible(area.name),
        title=_DIRECTIONS.sub("", first.title) if first is not None else "",
        pieces=pieces,
        kinds=kinds,
        wish=labels.get(kinds[0], "") if all(is_notice(kind) for kind in kinds) else "",
        stop=stop,
        settings=site_link("notifications.preferences"),
    )
    return Letter(words, text, html, _headers(subject, stop))


def legible(name: str) -> str:
    """Return a name that no mail program takes for an address or a command.

    Invisible and direction-changing characters go; a dot that glues words gets a space.
    """
    kept = clean(name).replace("://", ": ").replace("@", " ")
    return " ".join(_GLUED_DOT.sub(". ", kept).split())


def _tell_kind(line: PostLine, plugins: frozenset[str]) -> str:
    topic = TopicRef(line.topic_id, line.area_id, line.kind, line.title)
    return tell_topics("line", [(topic, plugins)]).get(line.topic_id, "")


def _make_notices(entries: Sequence[Entry]) -> list[NoticeRef]:
    """Return what the plugins are asked about; what they fill in reads as no address, nor names."""
    people = find_people({entry.actor_id for entry in entries if entry.actor_id is not None})
    notices = []
    for entry in entries:
        person = people.get(entry.actor_id or 0)
        values = {k: legible(v) if isinstance(v, str) else v for k, v in entry.values.items()}
        notice = entry.to_notice(legible(person.name) if person is not None else "")
        notices.append(replace(notice, values=values))
    return notices


def _piece(told: Told, note: str, said: str, links: Sequence[MailLink]) -> Piece:
    if told.entry is not None:
        url = site_url(told.entry.url)
        leading = tuple((legible(link.label), site_url(link.path)) for link in links)
        return Piece(told.kind, "", told.entry.at, url, said=said, links=leading)
    line = told.line
    assert line is not None
    text = plain(line.html)
    cut = text[:TEXT].rsplit(maxsplit=1)[0] if len(text) > TEXT else text
    return Piece(
        kind=told.kind,
        name=legible(line.author.person.name),
        at=line.created_at,
        url=site_url(line.url),
        paragraphs=tuple(part for part in cut.split("\n") if part.strip()),
        cut=len(text) > TEXT,
        note=note if line.parent_id is None else "",
    )


def _headers(subject: Subject, stop: str) -> dict[str, str]:
    """Source: RFC 8058 (one click), RFC 5322, 3.6.4 (References keep a topic's mails together)."""
    address = parseaddr(current_config().mail_from)[1]
    domain = address.rpartition("@")[2] or "localhost"
    return {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "References": f"<topic.{subject.name}@{domain}>",
    }

"""Mentions and quotes: who may be mentioned, and what stored texts show to one viewer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from markupsafe import Markup

from forum.areas.queries import list_readers
from forum.core.database import db
from forum.discussions.models import Post, Topic
from forum.discussions.queries.people import PersonRow, list_by_handle, member, person_columns
from forum.discussions.queries.rows import VISIBLE, post_url
from forum.markup import Person, QuoteInfo, fill, list_placeholders
from forum.web.i18n import gettext as _

SUGGESTIONS: Final = 8

_reader: Final = sa.table(
    "area_reader", sa.column("area_id"), sa.column("principal"), sa.column("reads", sa.Boolean)
)


def _may_read(area_id: Any, user_id: Any) -> sa.ColumnElement[bool]:
    """The condition that a member, not the viewer, may read an area."""
    return sa.exists().where(
        _reader.c.area_id == area_id,
        _reader.c.principal.in_((0, -1, user_id)),
        _reader.c.reads.is_(sa.true()),
    )


_starts = sa.bindparam("starts", type_=sa.String)
_SUGGEST: Final = (
    sa.select(*person_columns())
    .where(
        member.c.state == "active",
        sa.or_(
            member.c.handle.like(_starts, escape="\\"),
            sa.func.lower(member.c.name).like(_starts, escape="\\"),
            sa.func.lower(member.c.name).like(
                sa.bindparam("inside", type_=sa.String), escape="\\"
            ),
        ),
        _may_read(sa.bindparam("area_id", type_=sa.Integer), member.c.id),
    )
    .order_by(
        member.c.id.in_(sa.bindparam("near", expanding=True)).desc(), member.c.name, member.c.id
    )
    .limit(SUGGESTIONS)
)
_HANDLES: Final = sa.select(
    sa.literal(0).label("post_id"),
    sa.literal(0).label("topic_id"),
    sa.literal(0).label("seq"),
    *person_columns(),
).where(
    member.c.handle.in_(sa.bindparam("handles", expanding=True)),
    member.c.state.in_(("active", "suspended")),
)
_QUOTED: Final = (
    sa.select(Post.id, Post.topic_id, Post.seq, *person_columns())
    .join(Topic, Topic.id == Post.topic_id)
    .join(member, member.c.id == Post.author_id)
    .where(
        Post.id.in_(sa.bindparam("quoted", expanding=True)),
        Post.hidden_at.is_(None),
        Post.deleted_at.is_(None),
        VISIBLE,
    )
)
_REFERRED: Final = sa.union_all(_HANDLES, _QUOTED)


def fill_texts(texts: Sequence[str]) -> list[Markup]:
    """Fill the placeholders of stored texts for the viewer.

    A quote of a post that the viewer may not read, or that is hidden or deleted, shows no text.
    Cost: one statement for all texts, none when they refer to nothing.
    """
    wanted = list_placeholders(texts)
    mentions: dict[str, Person] = {}
    quotes: dict[int, QuoteInfo] = {}
    if wanted.mentions or wanted.quotes:
        values = {"handles": sorted(wanted.mentions), "quoted": sorted(wanted.quotes)}
        for row in db.session.execute(_REFERRED, values):
            person = PersonRow(*row[3:])
            if row.post_id:
                url = post_url(row.topic_id, row.seq)
                quotes[row.post_id] = QuoteInfo(person.person.name, url)
            else:
                mentions[person.handle] = Person(person.name, f"/u/{person.handle}")
    closed = _("Dieser zitierte Beitrag ist für dich nicht sichtbar.")
    return [
        fill(text, mentions=mentions, quotes=quotes, embeds={}, closed_quote=closed)
        for text in texts
    ]


def split_by_access(
    handles: Sequence[str], *, area_id: int
) -> tuple[list[PersonRow], list[PersonRow]]:
    """Return the mentioned members who may read the area, and those who may not.

    Cost: two statements, none when nobody is mentioned.
    """
    people = [person for person in list_by_handle(handles) if person.state == "active"]
    readers = list_readers(area_id, [person.id for person in people])
    reached = [person for person in people if person.id in readers]
    return reached, [person for person in people if person.id not in readers]


def find_mentionable(text: str, *, area_id: int, near: Sequence[int] = ()) -> list[PersonRow]:
    """Suggest members who may read the area, those of `near` (the topic's people) first.

    Cost: one statement.
    """
    plain = text.strip().lower()
    for sign in ("\\", "%", "_"):
        plain = plain.replace(sign, "\\" + sign)
    values = {
        "starts": f"{plain}%",
        "inside": f"% {plain}%",
        "area_id": area_id,
        "near": list(near),
    }
    return [PersonRow(*row) for row in db.session.execute(_SUGGEST, values)]

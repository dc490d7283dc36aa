"""Single posts: for editing, history, who reacted, and for other features by id."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.core import limits
from forum.core.among import among
from forum.core.database import db
from forum.core.errors import NotFound
from forum.discussions.models import Post, PostRevision, Reaction, Topic
from forum.discussions.queries.people import PersonRow, member, person_columns
from forum.discussions.queries.rows import VISIBLE, post_url


@dataclass(frozen=True, slots=True)
class PostText:
    """A post with its source, as operations and forms need it."""

    id: int
    topic_id: int
    seq: int
    parent_id: int | None
    author_id: int
    source: str
    html: str
    version: int
    origin: str
    reactions: dict[str, int]
    created_at: datetime
    edited_at: datetime | None
    hidden_at: datetime | None
    hidden_reason: str
    deleted_at: datetime | None
    deleted_by_id: int | None

    @property
    def is_root(self) -> bool:
        """Whether this is the topic's first post."""
        return self.parent_id is None

    @property
    def url(self) -> str:
        """The post's permanent address."""
        return post_url(self.topic_id, self.seq)


@dataclass(frozen=True, slots=True)
class PostLine:
    """A visible post with its topic and author, for inbox, mail and search results."""

    post_id: int
    topic_id: int
    area_id: int
    seq: int
    parent_id: int | None
    title: str
    slug: str
    kind: str
    html: str
    origin: str
    created_at: datetime
    edited_at: datetime | None
    language: str | None
    author: PersonRow

    @property
    def url(self) -> str:
        """The post's permanent address."""
        return post_url(self.topic_id, self.seq)


@dataclass(frozen=True, slots=True)
class Revision:
    """A text that a post had, who replaced it and when."""

    version: int
    source: str
    reason: str
    created_at: datetime
    editor: PersonRow


_TEXT: Final = sa.select(*(getattr(Post, name) for name in PostText.__slots__))
_BY_SEQ: Final = _TEXT.where(
    Post.topic_id == sa.bindparam("topic_id"), Post.seq == sa.bindparam("seq")
)
_LINES: Final = (
    sa.select(
        Post.id,
        Post.topic_id,
        Topic.area_id,
        Post.seq,
        Post.parent_id,
        Topic.title,
        Topic.slug,
        Topic.kind,
        Post.html,
        Post.origin,
        Post.created_at,
        Post.edited_at,
        Post.language,
        *person_columns(),
    )
    .join(Topic, Topic.id == Post.topic_id)
    .join(member, member.c.id == Post.author_id)
    .where(
        among(Post.id, "ids"),
        Post.hidden_at.is_(None),
        Post.deleted_at.is_(None),
        VISIBLE,
    )
)
_REVISIONS: Final = (
    sa.select(
        PostRevision.version,
        PostRevision.source,
        PostRevision.reason,
        PostRevision.created_at,
        *person_columns(),
    )
    .join(member, member.c.id == PostRevision.editor_id)
    .where(PostRevision.post_id == sa.bindparam("post_id"))
    .order_by(PostRevision.version)
    .limit(limits.PAGE_ROWS)
)
_REACTIONS: Final = (
    sa.select(Reaction.kind, *person_columns())
    .join(member, member.c.id == Reaction.user_id)
    .where(Reaction.post_id == sa.bindparam("post_id"))
    .order_by(Reaction.id.desc())
    .limit(limits.PAGE_ROWS * 4)
)


def get_post(topic_id: int, seq: int) -> PostText:
    """Return a post by its place in the topic.

    Errors: NotFound, also when the viewer may not read the topic's area.
    """
    row = db.session.execute(_BY_SEQ, {"topic_id": topic_id, "seq": seq}).one_or_none()
    if row is None:
        raise NotFound
    return PostText(*row)


def list_post_lines(post_ids: Collection[int]) -> dict[int, PostLine]:
    """Return the visible ones of these posts by id: readable, not hidden, not deleted.

    Cost: one statement.
    """
    rows: Any = db.session.execute(_LINES, {"ids": sorted(set(post_ids))})
    return {row[0]: PostLine(*[*row[:13], PersonRow(*row[13:])]) for row in rows}


def list_revisions(post_id: int) -> list[Revision]:
    """Return the texts a post had, oldest first; the viewer has been let in by the caller."""
    rows: Any = db.session.execute(_REVISIONS, {"post_id": post_id})
    return [Revision(*[*row[:4], PersonRow(*row[4:])]) for row in rows]


def list_reactions(post_id: int) -> list[tuple[str, PersonRow]]:
    """Return who reacted how, latest first."""
    rows = db.session.execute(_REACTIONS, {"post_id": post_id})
    return [(row[0], PersonRow(*row[1:])) for row in rows]

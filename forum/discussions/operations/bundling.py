"""The talk of an area for its bundle: topics, posts, earlier texts, as readers may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.discussions.models import Post, PostRevision, Topic
from forum.discussions.queries.people import member
from forum.markup import hide_quotes, list_quoted
from forum.plugin.types import AreaBundle
from forum.web.i18n import gettext as _

BATCH: Final = 500
Records = Iterator[Mapping[str, object]]

_SHOWN: Final = sa.and_(
    Topic.hidden_at.is_(None),
    Topic.deleted_at.is_(None),
    Post.hidden_at.is_(None),
    Post.deleted_at.is_(None),
)
_AUTHOR: Final = sa.case((member.c.state != "erased", member.c.handle)).label("author")
_TOPIC: Final = (
    Topic.id,
    Topic.kind,
    Topic.title,
    Topic.created_at,
    Topic.last_post_at,
    Topic.reply_count,
    Topic.pinned_at,
    Topic.locked_at,
    _AUTHOR,
)
_POST: Final = (
    Post.id,
    Post.topic_id,
    Post.seq,
    Post.parent_id,
    Post.source,
    Post.language,
    Post.origin,
    Post.reactions,
    Post.created_at,
    Post.edited_at,
    _AUTHOR,
)
_REVISION: Final = (
    PostRevision.id,
    PostRevision.post_id,
    PostRevision.version,
    PostRevision.source,
    PostRevision.created_at,
)


def bundle_talk(session: Session, area_id: int, part: AreaBundle) -> None:
    """Write what stands in an area: nothing hidden, nothing deleted.

    What a text quotes from other areas is left out: who reads this file may not read there.
    Cost: two statements per 500 records.
    """
    topics = (
        sa.select(*_TOPIC)
        .join(member, member.c.id == Topic.author_id)
        .where(Topic.area_id == area_id, Topic.hidden_at.is_(None), Topic.deleted_at.is_(None))
    )
    posts = (
        sa.select(*_POST)
        .join(Topic, Topic.id == Post.topic_id)
        .join(member, member.c.id == Post.author_id)
        .where(Topic.area_id == area_id, _SHOWN)
    )
    revisions = (
        sa.select(*_REVISION)
        .join(Post, Post.id == PostRevision.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Topic.area_id == area_id, _SHOWN)
    )

    def clean(rows: Sequence[Any]) -> Records:
        sources = _clean(session, area_id, [row["source"] for row in rows])
        return ({**row, "source": text} for row, text in zip(rows, sources, strict=True))

    part.write("topics", _page(session, topics, Topic.id))
    part.write("posts", _page(session, posts, Post.id, clean))
    part.write("revisions", _page(session, revisions, PostRevision.id, clean))


def _page(
    session: Session,
    statement: Any,
    key: Any,
    clean: Callable[[Sequence[Any]], Records] = iter,
) -> Records:
    last = 0
    paged = statement.order_by(key).limit(BATCH)
    while rows := session.execute(paged.where(key > last)).mappings().all():
        yield from clean(rows)
        last = rows[-1]["id"]


def _clean(session: Session, area_id: int, sources: list[str]) -> list[str]:
    quoted = list_quoted(sources) - {0}
    if not quoted:
        return sources
    here = (
        sa.select(Post.id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.id.in_(quoted), Topic.area_id == area_id, _SHOWN)
    )
    shown = {*session.scalars(here), 0}
    note = _("Der zitierte Text steht nicht in diesem Bereich.")
    return [hide_quotes(source, shown=shown, note=note) for source in sources]

"""What somebody wrote, read and liked, for the export of their data. Nothing of others in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.accounts.keepers import to_records
from forum.areas.queries.own import find_area_names
from forum.core.database import db, unscoped
from forum.core.wall import Viewer, as_viewer
from forum.discussions.models import (
    AreaRead,
    Follow,
    Post,
    PostRevision,
    Reaction,
    ReadState,
    Topic,
)
from forum.discussions.queries.mentions import list_readable_sources
from forum.discussions.queries.rows import VISIBLE, post_url
from forum.plugin.types import ExportPart
from forum.web.i18n import gettext as _

CHUNK: Final = 500
T = TypeVar("T")
_POSTS: Final = (
    Post.id,
    Post.topic_id,
    Topic.area_id,
    Topic.author_id.label("opener"),
    Topic.title,
    Topic.kind,
    Post.seq,
    Post.source,
    Post.origin,
    Post.created_at,
    Post.edited_at,
    Post.deleted_at,
    Post.hidden_at,
    Post.hidden_reason,
)
_REVISIONS: Final = (
    PostRevision.post_id,
    PostRevision.version,
    PostRevision.source,
    PostRevision.created_at,
)


def list_talk_parts(user_id: int) -> list[ExportPart]:
    """Return posts with their earlier texts, edits of others' posts, reactions and reading.

    What a text quotes from posts that its author may not read now is left out, and so are titles
    that others gave where they may not read.
    Cost: nine statements, two more per 500 texts.
    """
    with unscoped("discussions: own texts are handed over from areas one has left too") as session:
        posts = _select(
            session,
            sa.select(*_POSTS).join(Topic, Topic.id == Post.topic_id),
            Post.author_id == user_id,
            order=Post.id,
        )
        revisions = _select(
            session,
            sa.select(*_REVISIONS).join(Post, Post.id == PostRevision.post_id),
            Post.author_id == user_id,
            order=PostRevision.id,
        )
        rest = _list_rest(session, user_id)
    return [
        ExportPart("posts", _show_posts(user_id, posts), _("Deine Beiträge")),
        ExportPart("revisions", _show_texts(user_id, revisions), _("Frühere Fassungen")),
        *rest,
    ]


def _list_rest(session: Session, user_id: int) -> list[ExportPart]:
    edits = sa.select(PostRevision.post_id, PostRevision.reason, PostRevision.created_at)
    likes = sa.select(Reaction.post_id, Reaction.kind, Reaction.created_at)
    follows = sa.select(Follow.topic_id, Follow.level, Follow.why, Follow.created_at)
    read = sa.select(ReadState.topic_id, ReadState.floor, ReadState.ranges, ReadState.read_at)
    wanted: list[tuple[str, str, Any, Any]] = [
        ("edits", _("Was du geändert hast und warum"), edits, PostRevision.editor_id),
        ("reactions", _("Deine Reaktionen"), likes, Reaction.user_id),
        ("follows", _("Welchen Themen du folgst"), follows, Follow.user_id),
        ("read", _("Was du gelesen hast"), read, ReadState.user_id),
        (
            "read_areas",
            _("Bereiche, die du als gelesen markiert hast"),
            sa.select(AreaRead.area_id, AreaRead.before),
            AreaRead.user_id,
        ),
    ]
    return [
        ExportPart(name, to_records(_select(session, statement, owner == user_id)), title)
        for name, title, statement, owner in wanted
    ]


def _select(
    session: Session, statement: Any, condition: Any, order: Any = None
) -> Sequence[Mapping[Any, Any]]:
    found: Sequence[Mapping[Any, Any]] = (
        session.execute(statement.where(condition).order_by(order)).mappings().all()
    )
    return found


def _show_posts(user_id: int, rows: Sequence[Any]) -> list[dict[str, object]]:
    names = find_area_names(user_id, {row["area_id"] for row in rows})
    shown = _list_readable_topics(user_id, {row["topic_id"] for row in rows})
    records = []
    for row, record in zip(rows, _show_texts(user_id, rows), strict=True):
        titled = row["opener"] == user_id or row["topic_id"] in shown
        records.append(
            {
                "url": post_url(row["topic_id"], row["seq"]),
                "area": names.get(row["area_id"]),
                **{key: value for key, value in record.items() if key not in ("opener", "seq")},
                "title": row["title"] if titled else None,
            }
        )
    return records


def _show_texts(user_id: int, rows: Sequence[Any]) -> list[dict[str, object]]:
    records = to_records(rows)
    with as_viewer(Viewer(user_id)):
        for batch in _split(records):
            texts = list_readable_sources([str(record["source"]) for record in batch])
            for record, text in zip(batch, texts, strict=True):
                record["text"] = text
                del record["source"]
    return records


def _list_readable_topics(user_id: int, topic_ids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    with as_viewer(Viewer(user_id)):
        for batch in _split(sorted(topic_ids)):
            readable = sa.select(Topic.id).where(Topic.id.in_(batch), VISIBLE)
            found.update(db.session.scalars(readable))
    return found


def _split(rows: Sequence[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while batch := list(islice(left, CHUNK)):
        yield batch

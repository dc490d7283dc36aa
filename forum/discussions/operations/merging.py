"""What becomes of what somebody wrote, read and liked when their account goes into another."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from forum.accounts.keepers import Leaver, Merger
from forum.core import events
from forum.core.database import unscoped
from forum.discussions.models import (
    AreaRead,
    Follow,
    Post,
    PostRevision,
    Reaction,
    ReadState,
    Topic,
)
from forum.discussions.operations.privacy import (
    age_topics,
    list_topics_of,
    lock_topics,
    place_events,
    recount_reactions,
)
from forum.discussions.operations.rewriting import (
    Rewriting,
    find_rewritable,
    rewrite_posts,
    rewrite_revisions,
    split_ids,
)
from forum.discussions.operations.rows import QUIET, recount_topic
from forum.discussions.readstate import Read, unite


def merge_talk(merger: Merger) -> dict[str, int]:
    """Make texts, reactions, follows and read state another's; mentions follow the name.

    One person likes a post once, and not the own ones; what either has read is read; of two
    follows the target's stays, so what they muted stays muted.
    Cost: one scan of all posts for the name; three statements per topic that both wrote in, one
    per topic that both have opened, the rest per 500.
    """
    with unscoped("discussions: a merge reaches every area") as session:
        liked = set(
            session.scalars(sa.select(Reaction.post_id).where(Reaction.user_id == merger.source_id))
        )
        rewriting = Rewriting(_as_leaver(merger), frozenset())
        others = find_rewritable(session, rewriting)
        wrote = _list_topics(session, merger.source_id)
        touched = wrote | {topic for _post, topic in others} | list_topics_of(session, liked)
        places = lock_topics(session, touched)
        rows = _move_texts(session, merger, wrote)
        liked |= _drop_own_likes(session, merger)
        rows |= {
            "post_reaction": _move_reactions(session, merger),
            "read_state": _unite_read(session, merger),
            "area_read": _move_latest(session, merger),
            "topic_follow": _move_follows(session, merger),
        }
        edited = rewrite_posts(session, [post for post, _topic in others], rewriting)
        rewrite_revisions(session, rewriting)
        recount_reactions(session, liked)
        age_topics(session, touched | list_topics_of(session, liked))
    events.append(*place_events(edited, places))
    return rows


def _as_leaver(merger: Merger) -> Leaver:
    """The old name leaves, the new one stands in its place."""
    return Leaver(
        user_id=merger.source_id,
        handle=merger.source_handle,
        name="",
        email=None,
        created_at=merger.source_created_at,
        pseudonym=merger.target_handle,
        texts="keep",
    )


def _list_topics(session: Session, user_id: int) -> set[int]:
    """Return the topics in which somebody wrote, or which name them."""
    own = sa.or_(Topic.author_id == user_id, Topic.last_author_id == user_id)
    posts = sa.select(Post.topic_id).where(Post.author_id == user_id)
    return {*session.scalars(posts.distinct()), *session.scalars(sa.select(Topic.id).where(own))}


def _move_texts(session: Session, merger: Merger, wrote: set[int]) -> dict[str, int]:
    shared = wrote & _list_topics(session, merger.target_id)
    counts = {
        "topic": _move(session, Topic.author_id, merger),
        "post": _move(session, Post.author_id, merger),
        "post_revision": _move(session, PostRevision.editor_id, merger),
    }
    _move(session, Topic.last_author_id, merger)
    _move(session, Post.deleted_by_id, merger)
    _rename_faces(session, merger, wrote - shared)
    for topic_id in sorted(shared):
        recount_topic(topic_id, session)
    return counts


def _rename_faces(session: Session, merger: Merger, topic_ids: set[int]) -> None:
    for batch in split_ids(topic_ids):
        rows = session.execute(sa.select(Topic.id, Topic.people).where(Topic.id.in_(batch)))
        values = [
            {"id": row.id, "people": [*map(merger.rename, row.people)]}
            for row in rows
            if merger.source_id in row.people
        ]
        if values:
            session.execute(sa.update(Topic), values)


def _drop_own_likes(session: Session, merger: Merger) -> set[int]:
    """Take away what either gave the other: nobody likes what they wrote themselves."""
    both = (merger.source_id, merger.target_id)
    own = sa.select(Post.id).where(Post.author_id.in_(both))
    gone = sa.delete(Reaction).where(Reaction.user_id.in_(both), Reaction.post_id.in_(own))
    found = session.scalars(gone.returning(Reaction.post_id).execution_options(**QUIET))
    return set(found)


def _move_reactions(session: Session, merger: Merger) -> int:
    other = aliased(Reaction)
    twice = sa.exists().where(
        other.post_id == Reaction.post_id,
        other.kind == Reaction.kind,
        other.user_id == merger.target_id,
    )
    _drop(session, sa.delete(Reaction).where(Reaction.user_id == merger.source_id, twice))
    return _move(session, Reaction.user_id, merger)


def _unite_read(session: Session, merger: Merger) -> int:
    columns = (ReadState.topic_id, ReadState.floor, ReadState.ranges, ReadState.read_at)
    theirs = sa.select(*columns, ReadState.id).where(ReadState.user_id == merger.target_id)
    known = {row.topic_id: row for row in session.execute(theirs)}
    mine = session.execute(sa.select(*columns).where(ReadState.user_id == merger.source_id))
    values = [_unite(row, known[row.topic_id]) for row in mine if row.topic_id in known]
    if values:
        session.execute(sa.update(ReadState), values)
    for batch in split_ids([row.topic_id for row in known.values()]):
        double = sa.delete(ReadState).where(
            ReadState.user_id == merger.source_id, ReadState.topic_id.in_(batch)
        )
        _drop(session, double)
    return len(values) + _move(session, ReadState.user_id, merger)


def _unite(one: Any, other: Any) -> dict[str, Any]:
    read = unite(_to_read(one), _to_read(other))
    return {
        "id": other.id,
        "floor": read.floor,
        "ranges": [list(pair) for pair in read.ranges],
        "read_count": read.count,
        "read_at": max(one.read_at, other.read_at),
    }


def _to_read(row: Any) -> Read:
    return Read(row.floor, tuple((first, last) for first, last in row.ranges))


def _move_latest(session: Session, merger: Merger) -> int:
    """Of two marks on an area the later one stays."""
    other = aliased(AreaRead)
    for loser, winner in (
        (merger.source_id, merger.target_id),
        (merger.target_id, merger.source_id),
    ):
        later = sa.exists().where(
            other.area_id == AreaRead.area_id,
            other.user_id == winner,
            other.before >= AreaRead.before,
        )
        _drop(session, sa.delete(AreaRead).where(AreaRead.user_id == loser, later))
    return _move(session, AreaRead.user_id, merger)


def _move_follows(session: Session, merger: Merger) -> int:
    other = aliased(Follow)
    twice = sa.exists().where(other.topic_id == Follow.topic_id, other.user_id == merger.target_id)
    _drop(session, sa.delete(Follow).where(Follow.user_id == merger.source_id, twice))
    return _move(session, Follow.user_id, merger)


def _drop(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(**QUIET))


def _move(session: Session, column: Any, merger: Merger) -> int:
    moved: Any = session.execute(
        sa.update(column.class_)
        .where(column == merger.source_id)
        .values({column.key: merger.target_id})
        .execution_options(**QUIET)
    )
    return int(moved.rowcount)

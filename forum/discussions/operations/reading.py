"""What members do with topics for themselves: read, follow, mute."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

import sqlalchemy as sa

from forum.core import clock
from forum.core.database import db
from forum.core.errors import Denied, NotFound
from forum.core.wall import Viewer, as_viewer
from forum.discussions.models import AreaRead, Follow, ReadState, Topic
from forum.discussions.operations.rows import QUIET, insert_new, upsert
from forum.discussions.queries.topics import get_area_id
from forum.discussions.readstate import Read, mark, mark_all

Why = Literal["own", "posted", "mentioned"]
_OWN_KEY: Final = ("user_id", "topic_id")
_LOCK: Final = (
    sa.select(ReadState.floor, ReadState.ranges)
    .where(ReadState.user_id == sa.bindparam("me"), ReadState.topic_id == sa.bindparam("topic_id"))
    .with_for_update(of=ReadState)
)


def mark_read(viewer: Viewer, topic_id: int, *, seqs: Iterable[int]) -> None:
    """Note that the viewer has seen these posts; nothing for nobody.

    Two pages read at once lose nothing: the row is held while it is merged.
    """
    if viewer.user_id is not None:
        _merge(viewer.user_id, topic_id, tuple(seqs))


def mark_topic_read(viewer: Viewer, topic_id: int) -> None:
    """Note that nothing in the topic is new to the viewer any more.

    Errors: NotFound, Denied for nobody.
    """
    user_id = _own(viewer)
    last_seq = db.session.scalar(sa.select(Topic.last_seq).where(Topic.id == topic_id))
    if last_seq is None:
        raise NotFound
    _store(user_id, topic_id, mark_all(last_seq))


def mark_area_read(viewer: Viewer, area_id: int) -> None:
    """Note that nothing in the area is new to the viewer any more: opened topics and others.

    Cost: two statements, linear in the topics that the viewer has opened there.
    """
    user_id = _own(viewer)
    last_seq = sa.select(Topic.last_seq).where(Topic.id == ReadState.topic_id).scalar_subquery()
    db.session.execute(
        sa.update(ReadState)
        .where(
            ReadState.user_id == user_id,
            ReadState.topic_id.in_(sa.select(Topic.id).where(Topic.area_id == area_id)),
        )
        .values(floor=last_seq, read_count=last_seq, ranges=[], read_at=clock.now())
        .execution_options(**QUIET)
    )
    values = {"user_id": user_id, "area_id": area_id, "before": clock.now()}
    upsert(AreaRead, values, ("user_id", "area_id"), ("before",))


def mark_own(viewer: Viewer, topic_id: int, *, seq: int) -> None:
    """Note that the viewer knows what they have just written."""
    if viewer.user_id is not None:
        _merge(viewer.user_id, topic_id, (seq,))


def follow_topic(viewer: Viewer, topic_id: int) -> None:
    """Follow a topic, also one that was muted."""
    _set_follow(viewer, topic_id, "follow")


def mute_topic(viewer: Viewer, topic_id: int) -> None:
    """Hear nothing more of a topic, not even of mentions there."""
    _set_follow(viewer, topic_id, "mute")


def unfollow_topic(viewer: Viewer, topic_id: int) -> None:
    """Neither follow nor mute a topic."""
    user_id = _own(viewer)
    db.session.execute(
        sa.delete(Follow)
        .where(Follow.user_id == user_id, Follow.topic_id == topic_id)
        .execution_options(**QUIET)
    )


def follow_quietly(viewer: Viewer, topic_id: int, *, why: Why) -> None:
    """Follow a topic because of something done there; who has muted it keeps it muted."""
    if viewer.user_id is not None:
        insert_new(Follow, _follow(viewer.user_id, topic_id, "follow", why), _OWN_KEY)


def _set_follow(viewer: Viewer, topic_id: int, level: str) -> None:
    user_id = _own(viewer)
    get_area_id(topic_id)
    values = _follow(user_id, topic_id, level, "own")
    upsert(Follow, values, _OWN_KEY, ("level", "why"))


def _follow(user_id: int, topic_id: int, level: str, why: str) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "topic_id": topic_id,
        "level": level,
        "why": why,
        "created_at": clock.now(),
    }


def _own(viewer: Viewer) -> int:
    if viewer.user_id is None:
        raise Denied
    return viewer.user_id


def _merge(user_id: int, topic_id: int, seqs: tuple[int, ...]) -> None:
    # After a response nobody is bound any more: the state is walled to its owner.
    with as_viewer(Viewer(user_id)):
        _merge_own(user_id, topic_id, seqs)


def _merge_own(user_id: int, topic_id: int, seqs: tuple[int, ...]) -> None:
    mine = {"me": user_id, "topic_id": topic_id}
    row = db.session.execute(_LOCK, mine).one_or_none()
    if row is None:
        first = _columns(user_id, topic_id, mark(Read(), seqs))
        if insert_new(ReadState, first, _OWN_KEY):
            return
        row = db.session.execute(_LOCK, mine).one()  # another page was faster
    before = Read(row.floor, tuple((first, last) for first, last in row.ranges))
    after = mark(before, seqs)
    if after != before:
        _store(user_id, topic_id, after)


def _store(user_id: int, topic_id: int, read: Read) -> None:
    changed = ("floor", "ranges", "read_count", "read_at")
    upsert(ReadState, _columns(user_id, topic_id, read), _OWN_KEY, changed)


def _columns(user_id: int, topic_id: int, read: Read) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "topic_id": topic_id,
        "floor": read.floor,
        "ranges": [list(pair) for pair in read.ranges],
        "read_count": read.count,
        "read_at": clock.now(),
    }

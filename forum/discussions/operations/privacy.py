"""What becomes of what somebody wrote, read and liked when they leave for good."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.accounts.keepers import Leaver
from forum.areas.operations import touch_area
from forum.areas.queries import AREA
from forum.core import clock, events
from forum.core.database import unscoped
from forum.core.events import Event
from forum.discussions.events import PostDeleted, TopicDeleted, TopicRenamed
from forum.discussions.models import (
    AreaRead,
    Follow,
    Post,
    PostRevision,
    Reaction,
    ReadState,
    Topic,
)
from forum.discussions.operations.rewriting import (
    Rewriting,
    find_rewritable,
    rewrite_posts,
    rewrite_revisions,
    split_ids,
)
from forum.discussions.operations.rows import QUIET, recount_topic
from forum.discussions.slugs import make_slug
from forum.web.i18n import gettext as _
from forum.web.i18n import speaking

_EMPTIED: Final[dict[str, Any]] = {
    "source": "",
    "html": "",
    "refs": None,
    "deleted_by_id": None,
    "version": Post.version + 1,
}


def erase_texts(leaver: Leaver) -> dict[str, int]:
    """Take somebody out of all talk; the texts stay without the name, or go, as they chose.

    What they had deleted goes in both cases, and so do earlier texts, reactions, follows and what
    they have read. Where others mention them a former member is mentioned, where others quote
    what goes the quote is empty.
    Cost: one scan of all posts; three statements per topic in which something goes.
    """
    user_id = leaver.user_id
    with unscoped("discussions: an erasure reaches every area") as session:
        doomed = _list_doomed(session, leaver)
        liked = session.scalars(
            sa.select(Reaction.post_id).where(Reaction.user_id == user_id).distinct()
        ).all()
        rewriting = Rewriting(leaver, frozenset(row.id for row in doomed))
        others = find_rewritable(session, rewriting)
        emptied = {row.topic_id for row in doomed}
        touched = emptied | {topic for _post, topic in others} | list_topics_of(session, liked)
        titled = _list_titled(session, leaver)
        places = lock_topics(session, touched | titled)
        told: list[Event] = [*_empty_posts(session, doomed, places)]
        told += place_events(
            rewrite_posts(session, [post for post, _topic in others], rewriting), places
        )
        rows = {
            "post": len(doomed),
            "post_revision": _delete_revisions(session, user_id),
            "post_reaction": _delete(session, Reaction, user_id),
            "read_state": _delete(session, ReadState, user_id),
            "area_read": _delete(session, AreaRead, user_id),
            "topic_follow": _delete(session, Follow, user_id),
        }
        rewrite_revisions(session, rewriting)
        recount_reactions(session, liked)
        for topic_id in sorted(emptied):
            recount_topic(topic_id, session)
        age_topics(session, touched - emptied)
        told += _settle_topics(session, titled, places)
    events.append(*told)
    return rows


def _list_doomed(session: Session, leaver: Leaver) -> list[Any]:
    """Return the posts that lose their text."""
    own = Post.author_id == leaver.user_id
    if leaver.texts == "keep":
        own = sa.and_(own, Post.deleted_at.is_not(None))
    columns = (Post.id, Post.topic_id, Post.seq, Post.author_id, Post.deleted_at)
    return [*session.execute(sa.select(*columns).where(own).order_by(Post.id))]


def _list_titled(session: Session, leaver: Leaver) -> set[int]:
    """Return the topics whose title goes: like the first post's text."""
    own = Topic.author_id == leaver.user_id
    if leaver.texts == "keep":
        own = sa.and_(own, Topic.deleted_at.is_not(None))
    return set(session.scalars(sa.select(Topic.id).where(own)))


def list_topics_of(session: Session, post_ids: Collection[int]) -> set[int]:
    """Return the topics of these posts."""
    found: set[int] = set()
    for batch in split_ids(post_ids):
        found.update(session.scalars(sa.select(Post.topic_id).where(Post.id.in_(batch))))
    return found


def lock_topics(session: Session, topic_ids: Collection[int]) -> dict[int, Any]:
    """Hold the topics, in the order of their ids, and return where and what they are."""
    places: dict[int, Any] = {}
    for batch in split_ids(topic_ids):
        rows = session.execute(
            sa.select(Topic.id, Topic.area_id, Topic.hidden_at, Topic.deleted_at, AREA.language)
            .join(AREA, AREA.id == Topic.area_id)
            .where(Topic.id.in_(batch))
            .order_by(Topic.id)
            .with_for_update(of=Topic, key_share=True)
        )
        places |= {row.id: row for row in rows}
    return places


def _empty_posts(
    session: Session, doomed: Iterable[Any], places: dict[int, Any]
) -> list[PostDeleted]:
    rows = {row.id: row for row in doomed}
    for batch in split_ids(rows):
        gone_at = sa.func.coalesce(Post.deleted_at, sa.literal(clock.now(), Post.deleted_at.type))
        session.execute(
            sa.update(Post)
            .where(Post.id.in_(batch))
            .values(**_EMPTIED, deleted_at=gone_at)
            .execution_options(**QUIET)
        )
    return [
        PostDeleted(
            area_id=places[row.topic_id].area_id,
            topic_id=row.topic_id,
            post_id=row.id,
            seq=row.seq,
            author_id=row.author_id,
            origin="system",
        )
        for row in rows.values()
        if row.deleted_at is None
    ]


def place_events(told: Iterable[Any], places: dict[int, Any]) -> list[Event]:
    """Return events with the areas where their topics stand."""
    return [replace(event, area_id=places[event.topic_id].area_id) for event in told]


def _delete_revisions(session: Session, user_id: int) -> int:
    own = sa.select(Post.id).where(Post.author_id == user_id)
    result: Any = session.execute(
        sa.delete(PostRevision).where(PostRevision.post_id.in_(own)).execution_options(**QUIET)
    )
    return int(result.rowcount)


def _delete(session: Session, model: Any, user_id: int) -> int:
    result: Any = session.execute(
        sa.delete(model).where(model.user_id == user_id).execution_options(**QUIET)
    )
    return int(result.rowcount)


def recount_reactions(session: Session, post_ids: Collection[int]) -> None:
    """Bring the counts kept with these posts in step with their reactions."""
    for batch in split_ids(post_ids):
        left: dict[int, dict[str, int]] = {post_id: {} for post_id in batch}
        counted = session.execute(
            sa.select(Reaction.post_id, Reaction.kind, sa.func.count())
            .where(Reaction.post_id.in_(batch))
            .group_by(Reaction.post_id, Reaction.kind)
        )
        for post_id, kind, count in counted:
            left[post_id][kind] = count
        values = [{"id": post_id, "reactions": counts} for post_id, counts in left.items()]
        session.execute(sa.update(Post), values)


def age_topics(session: Session, topic_ids: Collection[int]) -> None:
    """Say that what these topics show has changed."""
    for batch in split_ids(topic_ids):
        session.execute(
            sa.update(Topic)
            .where(Topic.id.in_(batch))
            .values(version=Topic.version + 1)
            .execution_options(**QUIET)
        )


def _settle_topics(
    session: Session, titled: Collection[int], places: dict[int, Any]
) -> list[Event]:
    """Take titles away, and topics in which nobody else says anything."""
    told: list[Event] = []
    for topic_id in sorted(titled):
        place = places[topic_id]
        with speaking(place.language):
            title = _("Thema eines ehemaligen Mitglieds")
        values: dict[str, Any] = {"title": title, "slug": make_slug(title), "excerpt": ""}
        about = {"area_id": place.area_id, "topic_id": topic_id}
        if place.deleted_at is None and not _has_posts(session, topic_id):
            values["deleted_at"] = clock.now()
            touch_area(place.area_id, topics=-(place.hidden_at is None))
            told.append(TopicDeleted(**about, origin="system"))
        else:
            told.append(TopicRenamed(**about, origin="system"))
        session.execute(
            sa.update(Topic)
            .where(Topic.id == topic_id)
            .values(**values, version=Topic.version + 1)
            .execution_options(**QUIET)
        )
    return told


def _has_posts(session: Session, topic_id: int) -> bool:
    left = sa.select(Post.id).where(Post.topic_id == topic_id, Post.deleted_at.is_(None))
    return session.scalar(left.limit(1)) is not None

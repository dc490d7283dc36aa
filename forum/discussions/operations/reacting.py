"""Reactions: one row per member and kind, counted with the post."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult

from forum.areas.scope import Scope
from forum.core import clock, events
from forum.core.database import db
from forum.core.errors import Invalid
from forum.discussions import rules
from forum.discussions.events import PostEvent, ReactionAdded, ReactionRemoved
from forum.discussions.models import Post, Reaction
from forum.discussions.operations.rows import QUIET, insert_new, lock_post, lock_topic, touch_topic
from forum.discussions.queries.texts import PostText
from forum.web.i18n import gettext as _


def react(scope: Scope, topic_id: int, *, seq: int, kind: str = "like") -> bool:
    """Add the viewer's reaction; tell whether it was new.

    Errors: NotFound; Denied; Invalid at `kind`.
    """
    post = _lock(scope, topic_id, seq)
    if kind not in rules.REACTIONS:
        raise Invalid("kind", _("Diese Reaktion gibt es nicht."))
    rules.require(rules.can_react(scope, post))
    values = {
        "post_id": post.id,
        "user_id": scope.user_id,
        "kind": kind,
        "created_at": clock.now(),
    }
    new = insert_new(Reaction, values, ("post_id", "user_id", "kind"))
    if new:
        _count(scope, post, kind=kind, by=1)
    return new


def unreact(scope: Scope, topic_id: int, *, seq: int, kind: str = "like") -> None:
    """Take the viewer's reaction back; nothing happens when there is none.

    Errors: NotFound, Denied for nobody.
    """
    post = _lock(scope, topic_id, seq)
    rules.require(scope.user_id is not None)
    result = db.session.execute(
        sa.delete(Reaction)
        .where(
            Reaction.post_id == post.id,
            Reaction.user_id == scope.user_id,
            Reaction.kind == kind,
        )
        .execution_options(**QUIET)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount:
        _count(scope, post, kind=kind, by=-1)


def _lock(scope: Scope, topic_id: int, seq: int) -> PostText:
    """Hold topic and post in the order in which everything else takes them."""
    lock_topic(scope, topic_id)
    return lock_post(topic_id, seq)


def _count(scope: Scope, post: PostText, *, kind: str, by: int) -> None:
    counts = {**post.reactions, kind: post.reactions.get(kind, 0) + by}
    db.session.execute(
        sa.update(Post)
        .where(Post.id == post.id)
        .values(reactions={name: count for name, count in counts.items() if count > 0})
        .execution_options(**QUIET)
    )
    touch_topic(post.topic_id)
    event: type[PostEvent] = ReactionAdded if by > 0 else ReactionRemoved
    events.append(
        event(
            area_id=scope.area.id,
            actor_id=scope.user_id,
            topic_id=post.topic_id,
            post_id=post.id,
            seq=post.seq,
            author_id=post.author_id,
            kind=kind,  # type: ignore[call-arg]
        )
    )

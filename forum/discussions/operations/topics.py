"""What happens to a whole topic: close and open, pin, move."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from forum.areas.operations import touch_area
from forum.areas.scope import Scope, area_ref
from forum.core import audit, clock, events
from forum.core.database import db
from forum.core.errors import Invalid
from forum.core.services import service
from forum.discussions import rules
from forum.discussions.events import (
    TopicEvent,
    TopicLocked,
    TopicMoved,
    TopicPinned,
    TopicUnlocked,
    TopicUnpinned,
)
from forum.discussions.models import Topic
from forum.discussions.operations.rows import FAR, QUIET, lock_topic
from forum.plugin.types import TopicRef
from forum.web.i18n import gettext as _


def lock_for_replies(scope: Scope, topic_id: int) -> None:
    """Close a topic: nobody but moderators may reply any more."""
    _set_locked(scope, topic_id, event=TopicLocked)


def unlock_for_replies(scope: Scope, topic_id: int) -> None:
    """Open a closed topic."""
    _set_locked(scope, topic_id, event=TopicUnlocked)


def pin_topic(scope: Scope, topic_id: int) -> None:
    """Let a topic stand at the top of its area."""
    topic = lock_topic(scope, topic_id)
    rules.require(rules.can_pin(scope))
    if topic.pinned_at is None:
        _update(scope, topic_id, event=TopicPinned, pinned_at=clock.now(), rank_at=FAR)


def unpin_topic(scope: Scope, topic_id: int) -> None:
    """Let a topic stand where its last post puts it."""
    topic = lock_topic(scope, topic_id)
    rules.require(rules.can_pin(scope))
    if topic.pinned_at is not None:
        values = {"pinned_at": None, "rank_at": topic.last_post_at}
        _update(scope, topic_id, event=TopicUnpinned, **values)


def move_topic(scope: Scope, topic_id: int, *, target: Scope) -> None:
    """Move a topic with everything that hangs on it into another area.

    Every loaded plugin takes its rows along in the same transaction; any failure undoes it all.
    Errors: NotFound, Denied without the role in both areas; Invalid at `target` for a plugin's
    veto; HookFailed.
    """
    topic = lock_topic(scope, topic_id)
    rules.require(rules.can_move(scope, target))
    if target.area.id == scope.area.id:
        raise Invalid("target", _("Das Thema steht schon in diesem Bereich."))
    _change(topic_id, area_id=target.area.id, pinned_at=None, rank_at=topic.last_post_at)
    shown = topic.hidden_at is None and topic.deleted_at is None
    for area, by in sorted(((scope.area.id, -1), (target.area.id, 1))):
        posted_at = topic.last_post_at if by > 0 and shown else None
        touch_area(area, topics=by * shown, posted_at=posted_at)
    moved = TopicRef(topic.id, target.area.id, topic.kind, topic.title)
    hooks = service("dispatcher").everywhere
    vetoes = hooks.move_topic(moved, area_ref(scope), area_ref(target))
    if vetoes:
        raise Invalid("target", " ".join(veto.message for _plugin, veto in vetoes))
    audit.record(
        "discussions.move_topic",
        scope.user_id,
        area_id=target.area.id,
        subject=f"topic:{topic_id}",
        source=scope.area.id,
    )
    events.append(
        TopicMoved(
            area_id=target.area.id,
            actor_id=scope.user_id,
            topic_id=topic_id,
            source_id=scope.area.id,
            target_id=target.area.id,
        )
    )


def _set_locked(scope: Scope, topic_id: int, *, event: type[TopicEvent]) -> None:
    topic = lock_topic(scope, topic_id)
    rules.require(rules.can_lock(scope))
    closing = event is TopicLocked
    if (topic.locked_at is not None) != closing:
        _update(scope, topic_id, event=event, locked_at=clock.now() if closing else None)


def _update(scope: Scope, topic_id: int, *, event: type[TopicEvent], **values: Any) -> None:
    _change(topic_id, **values)
    audit.record(event.name, scope.user_id, area_id=scope.area.id, subject=f"topic:{topic_id}")
    events.append(event(area_id=scope.area.id, actor_id=scope.user_id, topic_id=topic_id))


def _change(topic_id: int, **values: Any) -> None:
    db.session.execute(
        sa.update(Topic)
        .where(Topic.id == topic_id)
        .values(**values, version=Topic.version + 1)
        .execution_options(**QUIET)
    )

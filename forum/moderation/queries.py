"""Reads for moderators: what is hidden in an area, and what was done there.

Whether the viewer moderates there is asked by the caller (`rules.require_see_moderation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.scope import Scope
from forum.core.audit import AuditEntry
from forum.core.database import db
from forum.core.wall import Viewer, as_viewer
from forum.discussions.queries import POST, TOPIC, post_url
from forum.markup import excerpt, plain
from forum.moderation.settings import ACTIONS
from forum.web.pagination import Cut, Page, cut_page

HIDDEN_SHAPE: Final = (datetime, int)
LOG_SHAPE: Final = (int,)


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenPost:
    """A hidden post as moderators see it; `whole` when its topic is hidden with it."""

    id: int
    topic_id: int
    seq: int
    title: str
    author_id: int
    text: str
    reason: str
    at: datetime
    whole: bool

    @property
    def url(self) -> str:
        """The post's permanent address."""
        return post_url(self.topic_id, self.seq)


@dataclass(frozen=True, slots=True)
class Action:
    """One line of what moderators did; `url` leads to the post."""

    id: int
    at: datetime
    actor_id: int | None
    action: str
    url: str
    reason: str


def list_hidden(scope: Scope, cut: Cut) -> Page[HiddenPost]:
    """List what is hidden in an area, the latest first.

    Shapes: `cut` with keys of HIDDEN_SHAPE.
    Cost: one statement.
    """
    statement = (
        sa.select(
            POST.id,
            POST.topic_id,
            POST.seq,
            TOPIC.title,
            POST.author_id,
            POST.html,
            POST.hidden_reason,
            POST.hidden_at,
            TOPIC.hidden_at.label("topic_hidden_at"),
            POST.parent_id,
        )
        .join(TOPIC, TOPIC.id == POST.topic_id)
        .where(*_hidden_in(scope.area.id))
    )
    key = sa.tuple_(POST.hidden_at, POST.id)
    if cut.after is not None:
        statement = statement.where(key < _place(cut.after))
    if cut.before is not None:
        statement = statement.where(key > _place(cut.before))
        statement = statement.order_by(POST.hidden_at, POST.id)
    else:
        statement = statement.order_by(POST.hidden_at.desc(), POST.id.desc())
    with as_viewer(scope.viewer):
        rows = db.session.execute(statement.limit(cut.fetch)).all()
    return cut_page([_to_hidden(row) for row in rows], cut, lambda post: (post.at, post.id))


def count_hidden(viewer: Viewer, area_id: int) -> int:
    """Count what is hidden in an area."""
    statement = (
        sa.select(sa.func.count())
        .select_from(POST)
        .join(TOPIC, TOPIC.id == POST.topic_id)
        .where(*_hidden_in(area_id))
    )
    with as_viewer(viewer):
        return int(db.session.scalar(statement) or 0)


def list_actions(scope: Scope, cut: Cut) -> Page[Action]:
    """List what moderators did in an area, the latest first.

    Shapes: `cut` with keys of LOG_SHAPE.
    Cost: one statement.
    """
    entry = AuditEntry
    statement = sa.select(
        entry.id, entry.at, entry.actor_id, entry.action, entry.subject, entry.reason
    ).where(entry.area_id == scope.area.id, entry.action.in_(ACTIONS))
    if cut.after is not None:
        statement = statement.where(entry.id < cut.after[0])
    if cut.before is not None:
        statement = statement.where(entry.id > cut.before[0]).order_by(entry.id)
    else:
        statement = statement.order_by(entry.id.desc())
    with as_viewer(scope.viewer):
        rows = db.session.execute(statement.limit(cut.fetch)).all()
    return cut_page([_to_action(row) for row in rows], cut, lambda action: (action.id,))


def _hidden_in(area_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        TOPIC.area_id == area_id,
        POST.hidden_at.is_not(None),
        POST.deleted_at.is_(None),
        TOPIC.deleted_at.is_(None),
    )


def _place(key: Any) -> sa.Tuple:
    at, post_id = key
    return sa.tuple_(sa.literal(at, POST.hidden_at.type), sa.literal(post_id))


def _to_hidden(row: Any) -> HiddenPost:
    return HiddenPost(
        id=row.id,
        topic_id=row.topic_id,
        seq=row.seq,
        title=row.title,
        author_id=row.author_id,
        text=excerpt(plain(row.html)),
        reason=row.hidden_reason,
        at=row.hidden_at,
        whole=row.topic_hidden_at is not None and row.parent_id is None,
    )


def _to_action(row: Any) -> Action:
    topic_id, _, seq = row.subject.removeprefix("post:").partition("/")
    return Action(
        row.id, row.at, row.actor_id, row.action, post_url(int(topic_id), int(seq)), row.reason
    )

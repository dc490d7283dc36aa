"""What of a member's notifications may be shown to them now: one condition for list and count."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from forum.core.wall import EVERYBODY, SITE
from forum.discussions.queries import POST, TOPIC
from forum.notifications.models import Notification
from forum.notifications.settings import ABOUT_ONESELF, HIDDEN

_place: Final = sa.table("area", sa.column("id"), sa.column("plugins")).alias("place")
_reader: Final = sa.table(
    "area_reader", sa.column("area_id"), sa.column("principal"), sa.column("reads", sa.Boolean)
)

AREA_ID: Final = sa.func.coalesce(TOPIC.area_id, Notification.area_id)
"""Where a notification belongs now: a topic may have moved since."""


def with_content(statement: Any) -> Any:
    """Join topic and post, which `shows_to_owner` asks."""
    return statement.outerjoin(TOPIC, TOPIC.id == Notification.topic_id).outerjoin(
        POST, POST.id == Notification.post_id
    )


def shows_to_owner() -> sa.ColumnElement[bool]:
    """Return the condition that the member whom a notification belongs to may see it now.

    It asks the owner's read set, not the bound viewer's, so that counters are made by it too.
    """
    return sa.and_(_is_there(), _is_on(), _may_read())


def _is_there() -> sa.ColumnElement[bool]:
    topic_shows = sa.and_(TOPIC.hidden_at.is_(None), POST.hidden_at.is_(None))
    hidden_still = sa.and_(Notification.kind == HIDDEN, POST.hidden_at.is_not(None))
    content = sa.and_(
        TOPIC.id.is_not(None),
        POST.id.is_not(None),
        TOPIC.deleted_at.is_(None),
        POST.deleted_at.is_(None),
        sa.or_(hidden_still, sa.and_(Notification.kind != HIDDEN, topic_shows)),
    )
    return sa.or_(Notification.topic_id.is_(None), content)


def _is_on() -> sa.ColumnElement[bool]:
    """What a plugin told shows where the plugin is on now."""
    # Taken out and looked whether that changes anything: a pattern would read some names otherwise.
    names = sa.cast(_place.c.plugins, sa.Text)
    name = sa.literal('"').concat(Notification.plugin).concat('"')
    on = sa.exists().where(_place.c.id == AREA_ID, names != sa.func.replace(names, name, ""))
    return sa.or_(Notification.plugin == "", on)


def _may_read() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        _reader.c.area_id == AREA_ID,
        _reader.c.principal.in_((EVERYBODY, SITE, Notification.user_id)),
        sa.or_(_reader.c.reads.is_(sa.true()), Notification.kind.in_(ABOUT_ONESELF)),
    )

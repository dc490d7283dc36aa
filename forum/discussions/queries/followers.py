"""Who follows or mutes a topic: asked by consumers for others than the viewer."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.database import unscoped
from forum.discussions.models import Follow


def list_followers(topic_id: int) -> dict[int, str]:
    """Return who follows a topic, with why (own, posted, mentioned)."""
    return _list_level(topic_id, "follow")


def list_muters(topic_id: int) -> set[int]:
    """Return who has muted a topic."""
    return set(_list_level(topic_id, "mute"))


def _list_level(topic_id: int, level: str) -> dict[int, str]:
    statement = sa.select(Follow.user_id, Follow.why).where(
        Follow.topic_id == topic_id, Follow.level == level
    )
    with unscoped("whom a topic concerns is asked for everybody, not for the viewer") as session:
        return {row.user_id: row.why for row in session.execute(statement)}

"""Who follows or mutes a topic: asked by consumers for others than the viewer."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from forum.core.database import unscoped
from forum.discussions.models import Follow


def list_followers(topic_id: int, *, since: datetime | None = None) -> dict[int, str]:
    """Return who follows a topic, with why (own, posted, mentioned).

    With `since` only who did so before that moment: what came earlier is not told to newcomers.
    """
    before = sa.true() if since is None else Follow.created_at < since
    return _list_level(topic_id, "follow", before)


def list_muters(topic_id: int) -> set[int]:
    """Return who has muted a topic."""
    return set(_list_level(topic_id, "mute", sa.true()))


def _list_level(topic_id: int, level: str, condition: sa.ColumnElement[bool]) -> dict[int, str]:
    statement = sa.select(Follow.user_id, Follow.why).where(
        Follow.topic_id == topic_id, Follow.level == level, condition
    )
    with unscoped("whom a topic concerns is asked for everybody, not for the viewer") as session:
        return {row.user_id: row.why for row in session.execute(statement)}

"""What events take back of earlier ones, in whatever order they come."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum_badges.compiling import upsert
from forum_badges.models import Feed, Undone
from forum_badges.values import Undo


def is_undone(key: Any, event_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a later event has taken this one back and still does."""
    standing = sa.select(Undone.key).where(
        Undone.key == key, Undone.standing, Undone.last_id > event_id
    )
    return standing.exists()


def take_back(
    session: Session, undo: Undo, *, event_id: int, area_id: int
) -> list[tuple[str, int, int]]:
    """Let events of a key count no longer, or again; the later word of one type holds.

    The session is unscoped. Return the name, area and member of each event for which that changed.
    Cost: two statements.
    """
    insert = upsert(session, Undone).values(
        key=undo.key, name=undo.name, last_id=event_id, standing=undo.standing, area_id=area_id
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["key", "name"],
            set_={"last_id": event_id, "standing": undo.standing},
            where=Undone.last_id < event_id,
        )
    )
    stands = is_undone(Feed.key, Feed.event_id)
    changed = (
        sa.update(Feed)
        .where(Feed.key == undo.key, Feed.undone != stands)
        .values(undone=stands)
        .returning(Feed.name, Feed.area_id, Feed.user_id)
        .execution_options(synchronize_session=False)
    )
    return [(row.name, row.area_id, row.user_id) for row in session.execute(changed)]

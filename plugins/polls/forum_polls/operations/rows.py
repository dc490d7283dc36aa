"""What several operations need: a poll held until the commit, new options, a page grown old."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import SHOWN_POSTS, NotFound, Scope, db, now
from forum_polls.folding import fold_answer
from forum_polls.models import Option, Poll
from forum_polls.queries import POLL_COLUMNS, PollRow

# Statements name their rows: there is nothing to bring in step with objects in the session.
QUIET: Final = {"synchronize_session": False}

_LOCK: Final = (
    sa.select(*POLL_COLUMNS)
    .join(SHOWN_POSTS, SHOWN_POSTS.c.post_id == Poll.post_id)
    .where(
        Poll.id == sa.bindparam("poll"),
        SHOWN_POSTS.c.area_id == sa.bindparam("area", type_=sa.Integer),
    )
    .with_for_update(of=Poll, key_share=True)
)


def lock_poll(scope: Scope, poll_id: int) -> PollRow:
    """Return a poll of the area and hold it: its votes are counted one after the other.

    Errors: NotFound, also for polls of other areas and under posts that are not shown.
    """
    row: Any = db.session.execute(_LOCK, {"poll": poll_id, "area": scope.area.id}).one_or_none()
    if row is None:
        raise NotFound
    return PollRow(*row)


def update_poll(poll_id: int, **values: Any) -> None:
    """Change columns of a poll that is held."""
    db.session.execute(
        sa.update(Poll).where(Poll.id == poll_id).values(**values).execution_options(**QUIET)
    )


def insert_option(
    poll_id: int, text: str, *, post_id: int, position: int, author_id: int | None = None
) -> int:
    """Add an answer and return its id."""
    statement = (
        sa.insert(Option)
        .values(
            poll_id=poll_id,
            post_id=post_id,
            position=position,
            text=text,
            fold=fold_answer(text),
            votes=0,
            author_id=author_id,
            created_at=now(),
        )
        .returning(Option.id)
    )
    return db.session.execute(statement).scalar_one()

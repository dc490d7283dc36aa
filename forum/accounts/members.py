"""Who is signed in, as a statement reads it: the columns, and the object made of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from forum.accounts.current import Access, CurrentUser
from forum.accounts.models import SiteRole, User
from forum.core.database import db, get_mode, set_mode
from forum.core.stamps import STAMP, note_stamp

MEMBER: Final = (
    User.id,
    User.handle,
    User.name,
    User.email,
    User.title,
    User.organisation,
    User.avatar,
    User.language,
    User.timezone,
    User.preferences,
    User.unread_notifications,
    SiteRole.role,
    STAMP.label("stamp"),
)


def join_member(statement: sa.Select[Any], user_id: Any) -> sa.Select[Any]:
    """Join the active member with this id column, one row per site role."""
    return (
        statement.join(User, User.id == user_id)
        .outerjoin(SiteRole, SiteRole.user_id == User.id)
        .where(User.state == "active")
    )


def find_member(statement: sa.Select[Any], values: dict[str, Any]) -> Sequence[sa.Row[Any]]:
    """Run the statement on the read-only connection even in a POST.

    To find out who somebody is must not take the write lock.
    """
    mode = get_mode()
    if mode == "write":
        set_mode("read")
    rows = [*db.session.execute(statement, values)]
    if mode == "write":
        set_mode("write")
    if rows:
        note_stamp(rows[0].stamp)
    return rows


def make_current(
    rows: Sequence[sa.Row[Any]], *, session_id: int = 0, access: Access | None = None
) -> CurrentUser:
    """Put the member together who came by this session, or by this access token."""
    first = rows[0]
    return CurrentUser(
        id=first.id,
        session_id=session_id,
        handle=first.handle,
        name=first.name,
        email=first.email,
        title=first.title,
        organisation=first.organisation,
        avatar=first.avatar,
        language=first.language,
        timezone=first.timezone,
        preferences=first.preferences,
        unread_notifications=first.unread_notifications,
        roles=frozenset(row.role for row in rows if row.role is not None),
        access=access,
    )

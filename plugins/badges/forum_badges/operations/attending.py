"""Attendance as the admins of an area write it down: a session, and who was there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from forum.api.data import (
    Conflict,
    Denied,
    Invalid,
    NotFound,
    Scope,
    db,
    now,
    record_audit,
    unscoped,
)
from forum.api.web import gettext as _
from forum_badges.compiling import upsert
from forum_badges.happening import tell_attended, tell_corrected
from forum_badges.models import Attendance, Session
from forum_badges.rules import require_manage, require_receivers


def create_session(scope: Scope, *, title: str, subject: str, held_at: datetime) -> int:
    """Write down that something took place; return its id.

    Errors: NotFound, Denied; Invalid for what has not begun yet.
    """
    require_manage(scope)
    if held_at > now():
        raise Invalid("held_at", _("Das hat noch nicht stattgefunden."))
    made = Session(
        area_id=scope.area.id, title=title, subject=subject, held_at=held_at, created_at=now()
    )
    db.session.add(made)
    db.session.flush()
    return made.id


def record_attendance(scope: Scope, session_id: int, *, user_ids: Collection[int]) -> int:
    """Write down who was there, each once; return how many were not written down before.

    Errors: NotFound, Denied; Invalid for who does not belong to the area or below it.
    """
    held = _get_session(scope, session_id)
    require_receivers(scope, user_ids)
    with unscoped("badges: attendance is written for others") as session:
        rows = [{"session_id": session_id, "user_id": user_id} for user_id in sorted(user_ids)]
        if not rows:
            return 0
        insert = upsert(session, Attendance).values(rows).on_conflict_do_nothing()
        new = session.scalars(insert.returning(Attendance.user_id)).all()
    tell_attended(held, sorted(new), actor_id=scope.user_id)
    return len(new)


def correct_attendance(scope: Scope, session_id: int, *, user_id: int, reason: str) -> None:
    """Take back that somebody was there; what was counted for it is counted down.

    Errors: NotFound, Denied; Invalid without a reason; Conflict for who is not written down.
    """
    held = _get_session(scope, session_id)
    if not reason:
        raise Invalid("reason", _("Bitte sag, warum: Der Grund steht im Protokoll des Bereichs."))
    if user_id == scope.user_id:
        raise Denied(_("Über die eigene Teilnahme entscheiden andere Admins."))
    with unscoped("badges: attendance is written for others") as session:
        gone = (
            sa.delete(Attendance)
            .where(Attendance.session_id == session_id, Attendance.user_id == user_id)
            .returning(Attendance.user_id)
            .execution_options(synchronize_session=False)
        )
        if session.execute(gone).one_or_none() is None:
            raise Conflict(_("Diese Person ist hier nicht eingetragen."))
    tell_corrected(held, user_id, actor_id=scope.user_id)
    record_audit(
        "badges.attendance_corrected",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"user:{user_id}",
        reason=reason,
    )


def _get_session(scope: Scope, session_id: int) -> Session:
    require_manage(scope)
    held = db.session.scalars(
        sa.select(Session).where(Session.id == session_id, Session.area_id == scope.area.id)
    ).one_or_none()
    if held is None:
        raise NotFound
    return held
